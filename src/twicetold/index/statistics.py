"""Counts over an index: links by probability, stories by day, pairs of outlets, lags of copies."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from .sql import TIME, not_before

_COPY_TIME = "coalesce(copied.published, copied.first_seen)"
_COPIES = """
from articles as copied
join copy_groups on copy_groups.id = copied.copy_group_id
join articles as origin on origin.id = origin_article_id
join outlets as copying on copying.id = copied.outlet_id
join outlets as source on source.id = origin.outlet_id
where origin.id <> copied.id"""


class TimeRange(NamedTuple):
    """Which part of an index to count: two stored times, or their beginnings; '': no bound."""

    since: str = ""
    until: str = ""


def _within(column: str) -> str:
    """Return the condition that a stored time lies in a `TimeRange`."""
    return f"{not_before(column, ':since')} and (:until = '' or {column} <= :until || '~')"


def links_by_probability(
    db: Connection, wanted: TimeRange, bins: int
) -> list[tuple[int, bool, int]]:
    """Return bin, whether they are one story, and how many, of pairs whose texts do not decide.

    Bin k of n has the probabilities from k/n to (k+1)/n.
    """
    rows = db.execute(
        "select min(cast(probability * :bins as integer), :bins - 1), first.story_id ="
        " second.story_id, count(*) from links join articles as first on first.id = a"
        " join articles as second on second.id = b where kind = 'story'"
        f" and {_within('coalesce(second.published, second.first_seen)')} group by 1, 2",
        wanted._asdict() | {"bins": bins},
    )
    return [(bin, bool(one_story), number) for bin, one_story, number in rows]


def articles_by_day(db: Connection, wanted: TimeRange) -> list[tuple[str, int]]:
    """Return each day on which articles were published, and how many."""
    sql = f"select substr({TIME}, 1, 10), count(*) from articles where {_within(TIME)} group by 1"
    return db.execute(sql, wanted._asdict()).fetchall()


def stories_by_day(db: Connection, wanted: TimeRange) -> list[tuple[str, int, int]]:
    """Return each day on which stories began, how many, and how many of several outlets."""
    return db.execute(
        "select substr(first_published, 1, 10), count(*), sum(outlets > 1) from stories"
        f" where {_within('first_published')} group by 1",
        wanted._asdict(),
    ).fetchall()


def stories_of_outlets(db: Connection, wanted: TimeRange) -> list[tuple[int, str]]:
    """Return the stories of several outlets, and each outlet that reports them."""
    return db.execute(
        "select distinct stories.id, name from stories join articles on story_id = stories.id"
        " join outlets on outlets.id = outlet_id where stories.outlets > 1"
        f" and {not_before('last_published', ':since')}"
        " and (:until = '' or first_published <= :until || '~') order by 1, 2",
        wanted._asdict(),
    ).fetchall()


def copied_outlets(db: Connection, wanted: TimeRange) -> list[tuple[str, str]]:
    """Return the outlet of each copy, and the outlet of its origin."""
    return db.execute(
        f"select copying.name, source.name {_COPIES} and copying.id <> source.id"
        f" and copy_groups.agency = '' and {_within(_COPY_TIME)}",
        wanted._asdict(),
    ).fetchall()


def copy_hours(db: Connection, wanted: TimeRange) -> Sequence[float | None]:
    """Return how many hours each copy came after its origin; None: one has no hour."""
    rows = db.execute(
        "select case when length(origin.published) > 10 and length(copied.published) > 10"
        " and copy_groups.agency = ''"
        # `unixepoch` is newer than the oldest SQLite that has strict tables
        " then (strftime('%s', copied.published) - strftime('%s', origin.published)) / 3600.0 end"
        f" {_COPIES} and {_within(_COPY_TIME)}",
        wanted._asdict(),
    )
    return [hours for (hours,) in rows]
