"""What the index holds, as rows: a function for each question, a NamedTuple for each answer."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from ..errors import TwicetoldError
from ..index import Index, of_one_moment


class StoryRow(NamedTuple):
    """One story in a list."""

    story: int  # its number
    outlets: int  # how many different ones
    articles: int  # how many
    copies: int  # how many of them took over another's text
    languages: str  # 'en fr', the most frequent first
    cohesion: float | None  # mean probability over its pairs of reports; None: a single one
    first_published: str  # UTC
    last_published: str  # UTC, an update counted
    title: str  # of its lead article, without the outlet's furniture


class Report(NamedTuple):
    """One article of a story."""

    article: int
    published: str  # UTC; when first seen, where the source gave no time
    updated: str | None  # UTC; None: not since it was published
    versions: int  # older texts of it, which `twicetold versions` shows
    outlet: str
    lang: str
    title: str
    words: int
    credit: str  # the agency that the text names
    copy_of: int | None  # the origin of its copy group; None: its own text, or the origin itself
    taken_over: float | None  # share of this text that is the other's
    kept: float | None  # share of the other's text that this one has
    url: str
    key: str
    jaccard: float | None  # of these two; by signature, where both shares are None: one was pruned
    pruned: str | None  # UTC, when its text was let go; None: it was not


class Other(NamedTuple):
    """Another story of one running affair: what came before, or what came of it."""

    story: int  # its number
    first_published: str  # UTC
    names: float  # cosine of the names in linked reports of both, their mean
    title: str


class Change(NamedTuple):
    """What became of a story in a run."""

    run: int
    at: str  # UTC, when the run began
    event: str  # created, grown, moved, merged, split, settled
    story: int
    other_story: int | None  # that had part in it: where articles came from
    articles: int  # that came in by it
    title: str  # of the story as it stands; '': it is gone


class Story(NamedTuple):
    """A story with its reports, and its thread of other stories, both in time order."""

    story: StoryRow
    reports: list[Report]
    thread: list[Other]


def stories(
    index: Index,
    *,
    since: str = "",
    until: str = "",
    outlet: str = "",
    lang: str = "",
    min_outlets: int = 1,
    search: str = "",
    limit: int = 50,
) -> list[StoryRow]:
    """Stories, the most widely reported first, then the most firmly joined.

    `since` and `until` are UTC times or their beginnings, compared with a story's last and first
    report. `search` is a query of SQLite's FTS5 over titles and texts. Raises TwicetoldError for
    a query that FTS5 can't read.
    """
    conditions = ["outlets >= :min_outlets", "last_published >= :since"]
    if until:
        conditions.append("first_published <= :until || '~'")  # a day means its end
    if outlet:
        conditions.append(
            "exists (select 1 from articles join outlets on outlets.id = outlet_id"
            " where story_id = story and outlets.name = :outlet)"
        )
    if lang:
        conditions.append("' ' || languages || ' ' like '% ' || :lang || ' %'")
    if search:
        conditions.append(
            "story in (select story_id from articles where id in"
            " (select rowid from articles_fts where articles_fts match :search))"
        )
    sql = f"select {', '.join(StoryRow._fields)} from story_overview where"
    values = {
        "since": since,
        "until": until,
        "outlet": outlet,
        "lang": lang,
        "min_outlets": min_outlets,
        "search": search,
        "limit": limit if limit > 0 else -1,
    }
    try:
        rows = index.connection.execute(
            f"{sql} {' and '.join(conditions)} limit :limit", values
        ).fetchall()
    except sqlite3.OperationalError as error:
        if not search or getattr(error, "sqlite_errorname", "") != "SQLITE_ERROR":
            raise
        hint = 'put phrases and words with signs in quotes: "abu dhabi"'
        raise TwicetoldError("--search", f"'{search}' {error}", hint=hint) from error
    return [StoryRow(*row) for row in rows]


@of_one_moment
def story(index: Index, number: int) -> Story:
    """One story with its reports and its thread. Raises NotFoundError."""
    number = index.story_id(number)
    row = index.connection.execute(
        f"select {', '.join(StoryRow._fields)} from story_overview where story = ?", (number,)
    ).fetchone()
    thread = index.connection.execute(
        "select other_story, first_published, names, title from threads where story = ?"
        " order by first_published, other_story",
        (number,),
    )
    return Story(StoryRow(*row), _reports(index, number), [Other(*other) for other in thread])


@of_one_moment
def history(index: Index, story: int | None = None) -> list[Change]:
    """What became of a story, run by run; without one, what the last clustering changed.

    A story that was merged is followed into the other. Raises NotFoundError.
    """
    sql = f"select {', '.join(Change._fields)} from changes"
    if story is None:
        last = "select max(id) from runs where command <> 'ingest' and finished is not null"
        rows = index.connection.execute(f"{sql} where run = ({last})")
    else:
        numbers = {"given": story, "now": index.story_id(story)}
        rows = index.connection.execute(
            f"{sql} where :given in (story, other_story) or :now in (story, other_story)", numbers
        )
    return [Change(*row) for row in rows]


def _reports(index: Index, number: int) -> list[Report]:
    rows = index.connection.execute(
        "select article, published, updated, versions, outlet, lang, title, words, credit,"
        " copy_of, null, null, url, (select key from articles where id = article), null, pruned"
        " from story_reports where story = ?",
        (number,),
    ).fetchall()
    reports = [Report(*row) for row in rows]
    return [_shared(index, one) if one.copy_of else one for one in reports]


def _shared(index: Index, one: Report) -> Report:
    """With how much of it its origin has, and the other way; else the nearest copy."""
    found: Sequence[float | None] | None = index.connection.execute(
        "select iif(a = :article, a_in_b, b_in_a), iif(a = :article, b_in_a, a_in_b), jaccard"
        " from links where kind = 'copy' and :article in (a, b)"
        " order by :origin in (a, b) desc, jaccard desc limit 1",
        {"article": one.article, "origin": one.copy_of},
    ).fetchone()
    if found is None:
        return one
    return one._replace(taken_over=found[0], kept=found[1], jaccard=found[2])
