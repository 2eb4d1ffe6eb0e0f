"""Rows of the views: stories, reports, threads, changes; and the size of an index."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from .database import file_bytes
from .sql import json_list


class StoryRow(NamedTuple):
    """One story in a list."""

    story: int  # its number
    outlets: int  # how many different ones
    publishers: int  # how many different owners they have, as far as these are known
    independent: int  # how many publishers its different texts have: a copy counts for its source
    articles: int  # how many
    copies: int  # how many of them took over another's text
    languages: str  # 'en fr', the most frequent first
    cohesion: float | None  # mean probability over its pairs of reports; None: a single report
    weakest_link: float | None  # probability of the weakest link that it needs
    certainty: str  # 'uncertain': cohesion below .5, so maybe more than one event; else ''
    first_published: str  # UTC
    last_published: str  # UTC; updates count
    title: str  # of its lead article, without the outlet's furniture


class Report(NamedTuple):
    """One article of a story."""

    article: int
    published: str  # UTC; when first seen, if its source gave no time
    updated: str | None  # UTC; None: not since it was published
    versions: int  # how many older texts it has, see `twicetold versions`
    outlet: str
    lang: str
    title: str
    words: int
    credit: str  # the agency that the text names as its source
    copy_of: int | None  # the origin of its copy group; None: its own text, or the origin itself
    share_of_copy: float | None  # share of this text that is the origin's
    share_of_original: float | None  # share of the origin's text that this one has
    url: str
    key: str
    jaccard: float | None  # of the two; estimated if both shares are None: a text was pruned
    pruned: str | None  # UTC, when its text was deleted; None: it has its text
    agency: str  # whose text it is, as texts say, if the index has no article of it; '': none
    evidence: str | None  # 'credit', 'hour', 'day' or 'undecided': who was first? None: no copy
    undated: bool  # its source gave no time: `published` is when it was first seen


class OtherStory(NamedTuple):
    """Another story of the same affair, before or after."""

    story: int  # its number
    first_published: str  # UTC
    names: float  # mean cosine of names over the links between the two stories
    title: str


class Change(NamedTuple):
    """What a run changed in a story."""

    run: int
    at: str  # UTC, when the run began
    event: str  # created, grown, moved, merged, split, settled
    story: int
    other_story: int | None  # where the articles came from
    articles: int  # how many came in
    title: str  # of the story now; '': it is gone


# the view is for people: its numbers are rounded, those of the table are whole
_STORY_COLUMNS = ", ".join(
    f"stories.{name}" if name in ("cohesion", "weakest_link") else f"story_overview.{name}"
    for name in StoryRow._fields
)


def story_rows(db: Connection, ids: Sequence[int]) -> list[StoryRow]:
    """Return the stories with some numbers, in their order."""
    rows = db.execute(
        f"select {_STORY_COLUMNS} from story_overview join stories on stories.id = story"
        " where story in (select value from json_each(?))",
        (json_list(ids),),
    )
    by_id = {row[0]: StoryRow(*row) for row in rows}
    return [by_id[id] for id in ids]


def story_row(db: Connection, story: int) -> StoryRow:
    """Return one story."""
    return story_rows(db, [story])[0]


def thread(db: Connection, story: int) -> list[OtherStory]:
    """Return the other stories of the same affair, in time order."""
    rows = db.execute(
        "select other_story, first_published, names, title from threads where story = ?"
        " order by first_published, other_story",
        (story,),
    )
    return [OtherStory(*row) for row in rows]


def reports(db: Connection, story: int) -> list[Report]:
    """Return the reports of a story, in time order."""
    rows = db.execute(
        "select article, published, updated, versions, outlet, lang, title, words, credit,"
        " copy_of, null, null, url, (select key from articles where id = article), null, pruned,"
        " agency, evidence, (select published is null from articles where id = article)"
        " from story_reports where story = ?",
        (story,),
    ).fetchall()
    items = [Report(*row)._replace(undated=bool(row[-1])) for row in rows]
    return [_with_shares(db, report) if report.copy_of else report for report in items]


def changes_of_last_run(db: Connection) -> list[Change]:
    """Return what the last finished clustering changed."""
    rows = db.execute(
        f"select {', '.join(Change._fields)} from changes where run ="
        " (select max(id) from runs where command <> 'ingest' and finished is not null)"
    )
    return [Change(*row) for row in rows]


def changes_of_story(db: Connection, numbers: Sequence[int]) -> list[Change]:
    """Return the changes in which one of two story numbers took part."""
    rows = db.execute(
        f"select {', '.join(Change._fields)} from changes"
        " where ?1 in (story, other_story) or ?2 in (story, other_story)",
        (numbers[0], numbers[-1]),
    )
    return [Change(*row) for row in rows]


def sizes(db: Connection) -> dict[str, int]:
    """Return how many articles, stories and copy groups the index holds, and its bytes."""
    counts = {
        name: int(db.execute(f"select count(*) from {name}").fetchone()[0])
        for name in ("articles", "stories", "copy_groups")
    }
    return counts | {"bytes": file_bytes(db)}


def _with_shares(db: Connection, report: Report) -> Report:
    """Add how much text a copy shares with its origin, else with the nearest copy."""
    row = db.execute(
        "select share, of_other, jaccard from ("
        "select b as other, a_in_b as share, b_in_a as of_other, jaccard from links"
        " where a = :article and kind = 'copy' union all"
        " select a, b_in_a, a_in_b, jaccard from links where b = :article and kind = 'copy')"
        " order by other = :origin desc, jaccard desc limit 1",
        {"article": report.article, "origin": report.copy_of},
    ).fetchone()
    if row is None:
        return report
    return report._replace(share_of_copy=row[0], share_of_original=row[1], jaccard=row[2])
