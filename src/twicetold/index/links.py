"""Links: scored pairs of articles that were kept, with their evidence."""

from collections.abc import Collection, Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..times import day_number
from .sql import TIME, json_list


class Link(NamedTuple):
    """A row of `links`: ids of articles, `a` before `b` in time."""

    a: int
    b: int
    kind: str  # 'copy', 'story' or 'template'
    found_by: str  # 'bucket' or 'neighbour'
    probability: float
    jaccard: float | None = None
    a_in_b: float | None = None
    b_in_a: float | None = None
    cosine_body: float | None = None
    cosine_lead: float | None = None
    cosine_title: float | None = None
    cosine_names: float | None = None


class LinkBetween(NamedTuple):
    """What a link says about the groups of its articles, `a` before `b` in time."""

    a: int
    b: int
    kind: str
    probability: float
    a_in_b: float | None  # None: too unlike to compare, or a text was pruned
    b_in_a: float | None


class Tie(NamedTuple):
    """A copy link or a decision that ties an article to one outside of a window."""

    article: int
    story: int  # of the other article
    other: int
    is_copy: bool


def save(db: Connection, links: Iterable[tuple[object, ...]]) -> int:
    """Store links, or tuples in the order of `Link`; a pair that is stored stays as it is.

    Returns how many are new.
    """
    before = db.total_changes
    columns = ", ".join(Link._fields)
    marks = ", ".join("?" * len(Link._fields))
    sql = f"insert into links ({columns}) values ({marks}) on conflict do nothing"
    db.executemany(sql, links)
    return db.total_changes - before


def delete_all(db: Connection) -> None:
    """Delete all links, and make all articles pending.

    A pruned text cannot be compared again: its article keeps its links and its story.
    """
    db.execute(
        "delete from links where not exists"
        " (select 1 from articles where id in (a, b) and pruned is not null)"
    )
    db.execute("update articles set pending = 1 where pruned is null")


def delete_all_of(db: Connection, ids: Iterable[int]) -> None:
    """Delete all links of articles."""
    db.executemany("delete from links where a = ?1 or b = ?1", [(id,) for id in ids])


def delete_of(db: Connection, ids: Iterable[int]) -> None:
    """Delete the links of articles, except links to a pruned text, which can't be compared."""
    db.executemany(
        "delete from links where (a = ?1 or b = ?1) and not exists"
        " (select 1 from articles where id in (a, b) and pruned is not null)",
        [(id,) for id in ids],
    )


def delete_neighbours(db: Connection, later: Sequence[int]) -> list[int]:
    """Delete the neighbour links whose later article is one of these, unless a is pruned.

    Returns the articles that were copies by such a link: their copy groups may change.
    """
    copied = db.execute(
        "select a, b from links where b in (select value from json_each(?))"
        " and found_by = 'neighbour' and kind = 'copy'",
        (json_list(later),),
    ).fetchall()
    db.executemany(
        "delete from links where b = ? and found_by = 'neighbour'"
        " and not exists (select 1 from articles where id = a and pruned is not null)",
        [(id,) for id in later],
    )
    return sorted({id for pair in copied for id in pair})


def delete(db: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Delete the links of pairs, a and b."""
    db.executemany("delete from links where a = ? and b = ?", pairs)


def delete_bucket_links(db: Connection, pairs: Iterable[tuple[int, int]]) -> None:
    """Delete the links of pairs, a and b, that were found by a shared bucket."""
    sql = "delete from links where a = ? and b = ? and found_by = 'bucket'"
    db.executemany(sql, pairs)


def between(db: Connection, ids: Sequence[int]) -> list[LinkBetween]:
    """Return the links between two of these articles.

    Templates, of probability 0, are left out.
    """
    members = set(ids)
    rows = db.execute(
        f"select {', '.join(LinkBetween._fields)} from links"
        " where probability > 0 and probability <= 1 and b in (select value from json_each(?))",
        (json_list(ids),),
    )
    return [LinkBetween(*row) for row in rows if row[0] in members]


def of_pair(db: Connection, a: int, b: int) -> Link | None:
    """Return the link of two articles, `a` before `b` in time; None if there is none."""
    sql = f"select {', '.join(Link._fields)} from links where (a, b) = (?, ?)"
    row = db.execute(sql, (a, b)).fetchone()
    return None if row is None else Link(*row)


class StoryLink(NamedTuple):
    """Two reports of a story, ids of articles, and the probability that both report one event."""

    a: int
    b: int
    probability: float


def inside_story(db: Connection, story: int) -> list[StoryLink]:
    """Return the links inside a story, the most probable first."""
    rows = db.execute(
        "select a, b, probability from links join articles as x on x.id = a"
        " join articles as y on y.id = b where probability > 0 and probability <= 1"
        " and x.story_id = ? and y.story_id = x.story_id order by probability desc, a, b",
        (story,),
    )
    return [StoryLink(*row) for row in rows]


def outside_ties(
    db: Connection, ids: Sequence[int], moving: set[int], days_to_come: Collection[int]
) -> list[Tie]:
    """Return the ties of these articles to articles that keep their story.

    An article keeps its story unless it is one of `moving`, or of one of the `days_to_come`.
    """
    ties: list[Tie] = []
    for table, is_copy in (
        ("links where kind = 'copy'", True),
        ("decisions where verdict = 'same'", False),
    ):
        for column, other_column in (("a", "b"), ("b", "a")):
            rows = db.execute(
                f"select {column}, {other_column}, story_id, {TIME} from (select a, b from {table}"
                f" and {column} in (select value from json_each(?)))"
                f" join articles on articles.id = {other_column} where story_id is not null"
                " and articles.id not in (select article_id from crowds)",
                (json_list(ids),),
            )
            ties += [
                Tie(id, story, other, is_copy)
                for id, other, story, time in rows
                if keeps_story(other, time, moving, days_to_come)
            ]
    return ties


def keeps_story(id: int, time: str, moving: Collection[int], days_to_come: Collection[int]) -> bool:
    """Whether an article keeps its story: it is not moving, and not of a day to come."""
    return id not in moving and day_number(time) not in days_to_come
