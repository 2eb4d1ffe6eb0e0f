"""Save the stories of a clustering. Stories keep their ids. Start reading at `save`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from sqlite3 import Connection

import numpy as np

from ..arrays import IntArray
from ..clustering.cohesion import mean_probabilities, stored, weakest_links
from ..clustering.linkage import match_ids
from ..clustering.outline import Outline, ReportFacts, outline
from ..clustering.replay import Assignment
from ..clustering.window import NO_STORY, Window
from ..text.headlines import TITLE_DAYS, headline_span
from ..times import day_number, day_text
from . import story_events
from .copy_groups import next_id
from .links import keeps_story
from .sql import IN_TIME_ORDER, TIME, USABLE, json_list


def save(
    db: Connection,
    window: Window,
    assignment: Assignment,
    headlines: Sequence[str],
    days_to_come: Collection[int],
) -> None:
    """Give each assigned row of a window its story; `headlines` (n,) are those of the window.

    A new cluster takes over the id of the story with which it shares most articles, unless other
    articles keep that story; articles of the `days_to_come` do not count.
    """
    rows = assignment.rows
    clusters, settled = assignment.clusters.tolist(), assignment.stories.tolist()
    old = [story if story != NO_STORY else None for story in window.story[rows].tolist()]
    id_of = {
        cluster: story
        for cluster, story in zip(clusters, settled, strict=True)
        if story != NO_STORY
    }
    taken_ids = set(id_of.values()) | _kept_stories(db, window, rows, days_to_come)
    free = [
        (story if story not in taken_ids else None, cluster)
        for story, cluster in zip(old, clusters, strict=True)
        if cluster not in id_of
    ]
    id_of |= match_ids([story for story, _ in free], [cluster for _, cluster in free])
    id_of |= _insert(db, dict.fromkeys(each for each in clusters if each not in id_of))
    new = [id_of[cluster] for cluster in clusters]
    ids = window.ids[rows].tolist()
    moves = [each for each in zip(ids, old, new, strict=True) if each[1] != each[2]]
    story_events.note_leaving(db, [(id, before) for id, before, _ in moves])
    db.executemany(
        "update articles set story_id = ? where id = ?", [(story, id) for id, _, story in moves]
    )
    changed = {*new, *(story for story in old if story is not None)}
    refresh(db, sorted(changed), dict(zip(window.ids.tolist(), headlines, strict=True)))


def merge(db: Connection, window: Window, merged: Mapping[int, int]) -> Window:
    """Move all articles of stories into others, id -> id; return the window as it is then."""
    stories = window.story.copy()
    for story, into in merged.items():
        story_events.note_members(db, story)
        stories[stories == story] = into
    db.executemany(
        "update articles set story_id = ? where story_id = ?",
        [(into, story) for story, into in merged.items()],
    )
    refresh(db, sorted(merged), {})
    return window._replace(story=stories)


def refresh(db: Connection, stories: Sequence[int], headlines: Mapping[int, str]) -> None:
    """Update title, times, counts and cohesion of stories, and delete those without articles.

    `headlines` are titles without furniture, by article id.
    """
    reports = _reports(db, stories)
    outlines = {story: outline(rows) for story, rows in reports.items()}
    cohesion = _cohesion(db, stories)
    headlines = {**headlines, **_other_headlines(db, outlines, headlines)}
    db.executemany(
        "update stories set title = coalesce(:headline, title), lang = :lang,"
        " first_published = :first_published, last_published = :last_published,"
        " articles = :articles, outlets = :outlets, languages = :languages,"
        " lead_article_id = :lead_article_id, cohesion = :cohesion, weakest_link = :weakest_link"
        " where id = :story",
        [
            {**each._asdict(), **cohesion[story]}
            | {"story": story, "headline": headlines.get(each.lead_article_id)}
            for story, each in outlines.items()
        ],
    )
    empty = [(story,) for story in stories if story not in reports]
    db.executemany("delete from stories where id = ?", empty)


def title_and_cohesion(db: Connection, story: int) -> tuple[str, float | None]:
    """Return the title and the cohesion of a story."""
    row: tuple[str, float | None] = db.execute(
        "select title, cohesion from stories where id = ?", (story,)
    ).fetchone()
    return row


def reports_of(db: Connection, story: int) -> list[tuple[int, str, str]]:
    """Return article, outlet and title of the reports of a story, by article."""
    return db.execute(
        "select articles.id, outlets.name, title from articles"
        " join outlets on outlets.id = outlet_id where story_id = ? order by articles.id",
        (story,),
    ).fetchall()


def of_articles(db: Connection, articles: Sequence[int]) -> list[int]:
    """Return the stories of articles, ascending."""
    rows = db.execute(
        "select distinct story_id from articles where story_id is not null"
        " and id in (select value from json_each(?)) order by 1",
        (json_list(articles),),
    )
    return [row[0] for row in rows]


def _insert(db: Connection, clusters: Iterable[int]) -> dict[int, int]:
    """Insert a story for each cluster, in order, and return its id; `refresh` fills it."""
    ids = dict(zip(clusters, count(next_id(db, "stories")), strict=False))
    insert_empty(db, ids.values())
    return ids


def insert_empty(db: Connection, ids: Iterable[int]) -> None:
    """Insert stories that are new; `refresh` fills them."""
    db.executemany(
        "insert into stories (id, title, lang, first_published, last_published, articles,"
        " outlets, languages, lead_article_id) values (?, '', '', '', '', 0, 0, '', 0)"
        " on conflict do nothing",
        [(id,) for id in ids],
    )


def _kept_stories(
    db: Connection, window: Window, rows: IntArray, days_to_come: Collection[int]
) -> set[int]:
    """Return which stories of some moving rows are kept by other articles."""
    moving = set(window.ids[rows].tolist())
    members = db.execute(
        f"select id, story_id, {TIME} from articles"
        " where story_id in (select value from json_each(?))"
        " and id not in (select article_id from crowds)",  # they follow the first of their crowd
        (json_list(np.unique(window.story[rows]).tolist()),),
    )
    return {story for id, story, time in members if keeps_story(id, time, moving, days_to_come)}


def _reports(db: Connection, stories: Sequence[int]) -> dict[int, list[ReportFacts]]:
    """Return the reports of stories in time order."""
    reports: dict[int, list[ReportFacts]] = {}
    for story, *report in db.execute(
        f"select story_id, articles.id, title, lang, {TIME},"
        f" max({TIME}, coalesce(updated, '')), outlet_id,"
        " coalesce(origin_article_id, articles.id) <> articles.id"
        " from articles left join copy_groups on copy_groups.id = copy_group_id"
        f" where story_id in (select value from json_each(?)) order by {IN_TIME_ORDER}",
        (json_list(stories),),
    ):
        reports.setdefault(story, []).append(ReportFacts(*report))
    return reports


def _cohesion(db: Connection, stories: Sequence[int]) -> dict[int, dict[str, float | None]]:
    """Return `cohesion` and `weakest_link` of each story."""
    listed = json_list(stories)
    members = db.execute(
        "select id, story_id from articles where story_id in (select value from json_each(?))"
        " order by id",
        (listed,),
    ).fetchall()
    ids, story = np.array(members, np.int64).reshape(-1, 2).T
    names, place = np.unique(story, return_inverse=True)
    inside = db.execute(
        "select x.id, y.id, probability"
        # `cross join` keeps this order: else SQLite looks for a link between any two reports
        " from articles as x cross join links on links.b = x.id"
        " cross join articles as y on y.id = links.a"
        " where x.story_id in (select value from json_each(?)) and y.story_id = x.story_id"
        " and probability > 0",
        (listed,),
    ).fetchall()
    a, b, probability = np.array(inside, np.float64).reshape(-1, 3).T
    rows = np.searchsorted(ids, a), np.searchsorted(ids, b)
    means = stored(mean_probabilities(place, *rows, probability))
    weakest = stored(weakest_links(place, *rows, probability))
    return {
        name: {"cohesion": mean, "weakest_link": link}
        for name, mean, link in zip(names.tolist(), means, weakest, strict=True)
    }


def _other_headlines(
    db: Connection, outlines: Mapping[int, Outline], headlines: Mapping[int, str]
) -> dict[int, str]:
    """Return the headlines of articles that lead a story now, and lie outside of the window.

    One that led it before keeps the headline that its own window gave it.
    """
    sql = "select id, lead_article_id from stories where id in (select value from json_each(?))"
    before = dict(db.execute(sql, (json_list(list(outlines)),)))
    leads = {
        each.lead_article_id: each.title
        for story, each in outlines.items()
        if each.lead_article_id != before.get(story) and each.lead_article_id not in headlines
    }
    return {id: _headline(db, id) or title for id, title in leads.items()}


def _headline(db: Connection, id: int) -> str:
    """Return the headline of an article as the window of its day shows it; '' if none has it."""
    row = db.execute(
        f"select title, name, outlet_id, {TIME} from articles"
        f" join outlets on outlets.id = outlet_id where articles.id = ? and {USABLE}",
        (id,),
    ).fetchone()
    if row is None:
        return ""
    title, outlet, outlet_id, time = row
    day = day_number(time)
    others = db.execute(
        f"select title from articles where outlet_id = ? and {TIME} >= ? and {TIME} < ?"
        f" and {USABLE}",
        (outlet_id, day_text(day - TITLE_DAYS + 1), day_text(day + 1)),
    )
    start, end = headline_span(title, outlet, (other for (other,) in others))
    return str(title[start:end])
