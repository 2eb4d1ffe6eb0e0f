"""Saving what a clustering found: links, copy groups and stories, which keep their ids."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from sqlite3 import Connection

import numpy as np

from ..clustering import linkage as clustering
from ..clustering.window import Link, Window
from ..text.tokens import IntArray
from . import older_texts as stale
from . import story_events as history
from .parts import parts
from .times import TIME, day_number


def save_links(db: Connection, links: Iterable[Link]) -> int:
    """Store links, how many were new; what a bucket showed already stays as it is."""
    before = db.total_changes
    db.executemany(
        "insert into links values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing", links
    )
    return db.total_changes - before


def forget_links(db: Connection) -> None:
    """Remove all links, and let all articles wait for the next clustering.

    Where a text was pruned, nothing can be found again: its links and its story stay.
    """
    db.execute(
        "delete from links where not exists"
        " (select 1 from articles where id in (a, b) and pruned is not null)"
    )
    db.execute("update articles set pending = 1 where pruned is null")


def drop_neighbours(db: Connection, later: Iterable[int]) -> None:
    """Remove the links of neighbours whose later article is one of these, unless a is pruned."""
    db.executemany(
        "delete from links where b = ? and cosine_body is not null"
        " and not exists (select 1 from articles where id = a and pruned is not null)",
        [(id,) for id in later],
    )


def drop_met(db: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Remove the links of pairs, a and b, that met in a bucket."""
    db.executemany("delete from links where a = ? and b = ? and cosine_body is null", pairs)


def anchors(
    db: Connection, ids: Sequence[int], moving: set[int], to_come: Collection[int]
) -> list[tuple[int, int, int]]:
    """Articles of these that are tied to one that stands; its story, and itself where they copy.

    Ties are copies, and decisions that two are the same, 0 then. Those of days `to_come` do not
    stand.
    """
    found: list[tuple[int, int, int]] = []
    for some, marks in parts(ids):
        for ties in ("links where kind = 'copy'", "decisions where verdict = 'same'"):
            for here, there in (("a", "b"), ("b", "a")):
                rows = db.execute(
                    f"select {here}, {there}, story_id, {TIME}"
                    f" from (select a, b from {ties} and {here} in ({marks}))"
                    f" join articles on articles.id = {there} where story_id is not null",
                    some,
                )
                found += [
                    (id, story, other if ties.startswith("links") else 0)
                    for id, other, story, time in rows
                    if _stands(other, time, moving, to_come)
                ]
    return found


def links_between(db: Connection, ids: Sequence[int]) -> list[tuple[int, int, str, float]]:
    """a, b, kind and probability of the links that tie two of these articles."""
    known = set(ids)
    found: list[tuple[int, int, str, float]] = []
    for some, marks in parts(ids):
        found += [
            row
            for row in db.execute(
                "select a, b, kind, probability from links"
                f" where probability > 0 and b in ({marks})",
                some,
            )
            if row[0] in known
        ]
    return found


def regroup(db: Connection, touched: Sequence[int]) -> None:
    """Make the copy groups anew that these articles are in or come into.

    A group is what copy links, followed to their end, hold together; its origin its earliest
    article. Groups keep the id under which most of their articles stood.
    """
    members = _members(db, touched)
    if not members:
        return
    stale.note(db, members)
    ids = sorted(members)
    row = {id: place for place, id in enumerate(ids)}
    pairs = [(row[a], row[b]) for a, b, kind, _ in links_between(db, ids) if kind == "copy"]
    a, b = (
        (np.array(column, np.int64) for column in zip(*pairs, strict=True)) if pairs else ([], [])
    )
    labels = clustering.components(len(ids), np.asarray(a, np.int64), np.asarray(b, np.int64))
    sizes = np.bincount(labels, minlength=len(ids))
    grouped = [place for place in range(len(ids)) if sizes[labels[place]] > 1]
    kept = clustering.match_ids(
        [members[ids[place]] for place in grouped], [int(labels[place]) for place in grouped]
    )
    _save_groups(db, ids, members, {place: int(labels[place]) for place in grouped}, kept)


def drop_empty_groups(db: Connection) -> None:
    """Remove copy groups that no article is in."""
    db.execute(
        "delete from copy_groups"
        " where not exists (select 1 from articles where copy_group_id = copy_groups.id)"
    )


def next_id(db: Connection, table: str) -> int:
    """The id after all that were ever given: who noted one must not meet something else there."""
    row = db.execute("select seq + 1 from sqlite_sequence where name = ?", (table,)).fetchone()
    return int(row[0]) if row else 1


def _members(db: Connection, touched: Sequence[int]) -> dict[int, int | None]:
    """These articles, those that copy links lead to, and all of their groups: id -> group."""
    found: dict[int, int | None] = {}
    open_ids = list(touched)
    while open_ids:
        reached: set[int] = set()
        for some, marks in parts(open_ids):
            found.update(
                db.execute(f"select id, copy_group_id from articles where id in ({marks})", some)
            )
            for sql in (
                f"select a from links where kind = 'copy' and b in ({marks})",
                f"select b from links where kind = 'copy' and a in ({marks})",
                "select id from articles where copy_group_id in"
                f" (select copy_group_id from articles where id in ({marks}))",
            ):
                reached.update(row[0] for row in db.execute(sql, some))
        open_ids = sorted(reached - found.keys())
    return found


def _save_groups(
    db: Connection,
    ids: Sequence[int],
    members: Mapping[int, int | None],
    labels: Mapping[int, int],
    kept: Mapping[int, int],
) -> None:
    new_id = next_id(db, "copy_groups")
    group_ids = dict(kept)
    for label in dict.fromkeys(labels.values()):
        if label not in group_ids:
            group_ids[label], new_id = new_id, new_id + 1
    now = {ids[place]: group_ids[label] for place, label in labels.items()}
    sizes = Counter(now.values())
    old = {group for group in members.values() if group is not None}
    db.executemany(
        "insert into copy_groups (id, origin_article_id, articles) values (?, 0, ?)"
        " on conflict (id) do update set articles = excluded.articles",
        sizes.items(),
    )
    db.executemany(
        "update articles set copy_group_id = ? where id = ?",
        [(now.get(id), id) for id in ids if now.get(id) != members[id]],
    )
    db.executemany("delete from copy_groups where id = ?", [(id,) for id in old - sizes.keys()])
    db.executemany(
        "update copy_groups set origin_article_id = (select id from articles"
        f" where copy_group_id = ? order by {TIME}, key limit 1)"
        " where id = ?",
        [(id, id) for id in sizes],
    )


def merge_stories(db: Connection, window: Window, merged: Mapping[int, int]) -> Window:
    """Move all articles of stories into others, id -> id, and drop these; the window then."""
    stories = window.story.copy()
    for story, into in merged.items():
        sql = "select id, story_id from articles where story_id = ?"
        history.note(db, db.execute(sql, (story,)).fetchall())
        stories[stories == story] = into
    db.executemany(
        "update articles set story_id = ? where story_id = ?",
        [(into, story) for story, into in merged.items()],
    )
    retell(db, sorted(merged), {})
    return window._replace(story=stories)


def save_stories(
    db: Connection,
    window: Window,
    rows: IntArray,
    labels: IntArray,
    titles: Sequence[str],
    to_come: Collection[int],
) -> None:
    """Give each of some rows of a window its story.

    `labels` (r,) are rows of the window, or -id where a story had settled; `titles` (n,) are
    those of the window without furniture. A cluster takes over the id of the story with which it
    shares most articles, unless others stand in that; those of days `to_come` do not.
    """
    clusters = [int(label) for label in labels]
    old = [int(window.story[row]) or None for row in rows]
    settled = {label: -label for label in set(clusters) if label < 0}
    taken = set(settled.values()) | _held(db, window, rows, to_come)
    free = [
        (was if was not in taken else None, now)
        for was, now in zip(old, clusters, strict=True)
        if now >= 0
    ]
    story_ids = settled | clustering.match_ids([f[0] for f in free], [f[1] for f in free])
    story_ids |= _begun(db, dict.fromkeys(label for label in clusters if label not in story_ids))
    now = [story_ids[label] for label in clusters]
    moves = [
        (id, row) for id, row in zip(now, rows.tolist(), strict=True) if id != window.story[row]
    ]
    leaving = [row for _, row in moves]
    moved = [(id, int(window.ids[row])) for id, row in moves]
    history.note(db, [(int(window.ids[row]), int(window.story[row]) or None) for row in leaving])
    db.executemany("update articles set story_id = ? where id = ?", moved)
    touched = {story_ids[label] for label in clusters} | {was for was in old if was}
    retell(db, sorted(touched), dict(zip(window.ids.tolist(), titles, strict=True)))


def _begun(db: Connection, clusters: Iterable[int]) -> dict[int, int]:
    """New stories for clusters, in their order: cluster -> id. What they are is told later."""
    ids = dict(zip(clusters, count(next_id(db, "stories")), strict=False))
    db.executemany(
        "insert into stories values (?, '', '', '', '', 0, 0, '', null, 0, 0)",
        [(id,) for id in ids.values()],
    )
    return ids


def _held(db: Connection, window: Window, rows: IntArray, to_come: Collection[int]) -> set[int]:
    """Of the stories of some rows, which move, those in which other articles stand."""
    moving = set(window.ids[rows].tolist())
    found: set[int] = set()
    for some, marks in parts(np.unique(window.story[rows]).tolist()):
        sql = f"select id, story_id, {TIME} from articles where story_id in ({marks})"
        found.update(
            story for id, story, time in db.execute(sql, some) if _stands(id, time, moving, to_come)
        )
    return found


def _stands(id: int, time: str, moving: Collection[int], to_come: Collection[int]) -> bool:
    """Whether an article keeps its story: it neither moves nor is of a day to come."""
    return id not in moving and day_number(time) not in to_come


def retell(db: Connection, stories: Sequence[int], headlines: Mapping[int, str]) -> None:
    """Bring title, times and counts of stories up to date; one that lost all articles goes."""
    for some, marks in parts(stories):
        reports: dict[int, list[tuple[object, ...]]] = {}
        for row in db.execute(
            f"select story_id, articles.id, title, lang, {TIME},"
            f" max({TIME}, coalesce(updated, '')), outlet_id,"
            " coalesce(origin_article_id, articles.id) <> articles.id"
            " from articles left join copy_groups on copy_groups.id = copy_group_id"
            f" where story_id in ({marks}) order by {TIME}, key",
            some,
        ):
            reports.setdefault(row[0], []).append(row[1:])
        joined = dict(
            db.execute(
                "select x.story_id, sum(cast(round(probability * 1000000) as integer))"
                # in this order: SQLite would look for a link between any two reports of a story
                " from articles as x cross join links on links.b = x.id"
                " cross join articles as y on y.id = links.a"
                f" where x.story_id in ({marks}) and y.story_id = x.story_id group by 1",
                some,
            )
        )
        db.executemany(
            # a lead from before the window keeps the title that its window gave it
            "update stories set title = iif(lead_article_id = :lead and :headline is null, title,"
            " coalesce(:headline, :title)), lang = :lang, first_published = :first,"
            " last_published = :last, articles = :articles, outlets = :outlets,"
            " languages = :languages, lead_article_id = :lead, cohesion = :cohesion"
            " where id = :story",
            [
                _told(story, rows, headlines) | {"cohesion": _cohesion(joined, story, len(rows))}
                for story, rows in reports.items()
            ],
        )
        gone = [(story,) for story in some if story not in reports]
        db.executemany("delete from stories where id = ?", gone)


def _cohesion(millionths: Mapping[int, int], story: int, articles: int) -> float | None:
    pairs = articles * (articles - 1) // 2
    return round(millionths.get(story, 0) / pairs) / 1_000_000 if pairs else None


def _told(
    story: int, rows: Sequence[tuple[object, ...]], headlines: Mapping[int, str]
) -> dict[str, object]:
    """The columns of a story, from its reports in time order."""
    # the text most copied leads; else the first report in the language of most
    languages = Counter(str(row[2]) for row in rows)
    lang = max(languages, key=lambda name: languages[name])
    lead = next((row for row in rows if row[2] == lang and row[1] and not row[6]), rows[0])
    return {
        "story": story,
        "headline": headlines.get(int(str(lead[0]))),
        "title": lead[1],
        "lang": lead[2],
        "first": rows[0][3],
        "last": max(str(row[4]) for row in rows),
        "articles": len(rows),
        "outlets": len({row[5] for row in rows}),
        "languages": " ".join(name for name, _ in languages.most_common() if name),
        "lead": lead[0],
    }
