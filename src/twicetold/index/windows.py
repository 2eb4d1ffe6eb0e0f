"""What a clustering reads: the days that it has to replay, and the articles of some days.

Ids become rows here: a window is sorted by (time, key) and numbered, so the order of arrival
cannot matter to anything that is computed from it. Start reading at `plan`, then `load`.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import BoolArray, FloatArray, IntArray, UInt32Array
from ..clustering.window import NO_STORY, Titles, Window, blocks_of_days, make_window
from ..hours import hours_since_1970, is_day
from ..text.headlines import TITLE_DAYS
from ..times import day_number, day_text
from . import buckets
from .sql import TIME, USABLE, json_list

_ARTICLES = (
    f"select articles.id, {TIME}, published, lang, outlets.name, title, body, pending,"
    f" coalesce(story_id, {NO_STORY}) from articles join outlets on outlets.id = outlet_id"
)
_BLOCK_ARTICLES = 20_000  # whole days at a time: some 300 MB with the days around them


class Stretch(NamedTuple):
    """Days that are replayed at once."""

    days: tuple[int, ...]  # since 1970, ascending
    last_frozen: int  # articles of this day and before keep their story, unless they are pending
    days_to_come: frozenset[int]  # of later stretches: the stories of their articles do not count


class Texts(NamedTuple):
    """What a comparison of texts needs, n articles in the order of their ids."""

    titles: list[str]
    bodies: list[str]
    lengths: IntArray  # (n,) in words
    pruned: BoolArray  # (n,) the body is gone
    hour: FloatArray  # (n,) since 1970; nan: the source gave no time
    whole_day: BoolArray  # (n,) the source gave a day without an hour


def plan(db: Connection, active_days: int) -> list[Stretch]:
    """Return the days to replay; none if no article is pending.

    All days since the first active day with a pending article are replayed. For a pending article
    whose day has settled, only the days near it are replayed.
    """
    pending_days = [
        day_number(row[0])
        for row in db.execute(f"select distinct substr({TIME}, 1, 10) from articles where pending")
    ]
    if not pending_days:
        return []
    newest = db.execute(
        f"select {TIME} from articles where not pending and {USABLE} order by {TIME} desc limit 1"
    ).fetchone()
    last = day_number(newest[0]) if newest else min(pending_days) - 1
    start = min((day for day in pending_days if day > last - active_days), default=last + 1)
    sizes = _articles_by_day(db, day_text(min(pending_days)))
    late = {day + step for day in pending_days if day < start for step in range(active_days)}
    stretches = []
    to_come = {day for day in sizes if day >= start}
    replayed = {day: size for day, size in sizes.items() if day >= start or day in late}
    for days in blocks_of_days(replayed, _BLOCK_ARTICLES):
        to_come.difference_update(days)
        stretches.append(Stretch(days, start - active_days, frozenset(to_come)))
    return stretches


def all_days(db: Connection) -> tuple[tuple[int, ...], ...]:
    """Return all days with articles that have their text, in blocks to be read at once."""
    return blocks_of_days(_articles_by_day(db), _BLOCK_ARTICLES)


def first_active_day(db: Connection, active_days: int) -> str:
    """Return the first day whose articles can still change stories; '' in an empty index."""
    last = newest_day(db)
    return "" if last is None else day_text(last - active_days + 1)


def newest_day(db: Connection) -> int | None:
    """Return the last day that has an article; None in an empty index."""
    sql = f"select {TIME} from articles where {USABLE} order by {TIME} desc limit 1"
    row = db.execute(sql).fetchone()
    return day_number(row[0]) if row else None


def newest_date(db: Connection) -> str:
    """Return the last day that has an article, '2026-02-08'; '' in an empty index."""
    day = newest_day(db)
    return "" if day is None else day_text(day)


def load(db: Connection, first_day: int, last_day: int, also: Sequence[int] = ()) -> Window:
    """Return the articles of the days first_day..last_day, without pruned ones.

    `also` are ids of articles of these days that no window has otherwise.
    """
    rows = db.execute(
        f"{_ARTICLES} where {TIME} >= ? and {TIME} < ? and pruned is null"
        f" and ({USABLE} or articles.id in (select value from json_each(?)))"
        f" order by {TIME}, key",
        (day_text(first_day), day_text(last_day + 1), json_list(also)),
    ).fetchall()
    rows.sort(key=lambda row: _place_in_time(row[1]))  # stable: the keys stay in order
    return _window(db, rows, _titles(db, first_day - TITLE_DAYS, first_day - 1))


def load_article(db: Connection, id: int) -> Window:
    """Return a window of a single article, with the titles of the days up to it."""
    rows = db.execute(f"{_ARTICLES} where articles.id = ?", (id,)).fetchall()
    day = day_number(rows[0][1])
    return _window(db, rows, _titles(db, day - TITLE_DAYS + 1, day))


def outside(db: Connection, ids: Sequence[int]) -> list[int]:
    """Return those of some articles that no window has: set aside, or one of a crowd."""
    rows = db.execute(
        f"select id from articles where id in (select value from json_each(?)) and not ({USABLE})"
        " order by id",
        (json_list(ids),),
    )
    return [row[0] for row in rows]


def pending_ids(db: Connection) -> list[int]:
    """Return the ids of all pending articles, ascending."""
    return [row[0] for row in db.execute("select id from articles where pending order by id")]


def settled_ids(db: Connection) -> list[int]:
    """Return the ids of the articles that are clustered and have their text, ascending."""
    sql = f"select id from articles where not pending and pruned is null and {USABLE} order by id"
    return [row[0] for row in db.execute(sql)]


def clustered_ids(db: Connection, first_day: str = "") -> list[int]:
    """Return the ids of clustered articles from a day on with their text, also those of crowds."""
    sql = f"select id from articles where {TIME} >= ? and not pending and pruned is null"
    sql += " and id not in (select article_id from quarantine) order by id"
    return [row[0] for row in db.execute(sql, (first_day,))]


def make_pending(db: Connection, ids: Sequence[int]) -> None:
    """Let the next run cluster these articles again."""
    db.executemany("update articles set pending = 1 where id = ?", [(id,) for id in ids])


def pending_signatures(db: Connection) -> tuple[IntArray, UInt32Array]:
    """Return ids and signatures of the pending articles that have a signature, by id."""
    rows = db.execute(
        "select articles.id from articles join signatures on article_id = articles.id"
        " where pending order by articles.id"
    )
    ids = [row[0] for row in rows]
    return np.array(ids, np.int64), buckets.signature_matrix(db, ids)


def texts(db: Connection, ids: Sequence[int]) -> Texts:
    """Return the texts of articles; `ids` ascending."""
    rows = db.execute(
        "select title, body, words, pruned, published from articles"
        " where id in (select value from json_each(?)) order by id",
        (json_list(ids),),
    ).fetchall()
    return Texts(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] is not None for row in rows], bool),
        *hours_since_1970([row[4] for row in rows]),
    )


def in_time_order(db: Connection, ids: Sequence[int]) -> tuple[IntArray, npt.NDArray[np.str_]]:
    """Return these articles in the order of (time, key), and the day of each: '2026-02-05'."""
    rows = db.execute(
        f"select {TIME}, key, id from articles where id in (select value from json_each(?))",
        (json_list(ids),),
    ).fetchall()
    rows.sort(key=lambda row: (_place_in_time(row[0]), row[1]))
    days = np.array([time[:10] for time, *_ in rows], "U10")
    return np.array([id for *_, id in rows], np.int64), days


def _window(db: Connection, rows: list[tuple[Any, ...]], before: Titles) -> Window:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 9
    ids, times, published, lang, outlets, titles, bodies, pending, story = columns
    days = [day_number(time) for time in times]
    signatures = buckets.signature_matrix(db, list(ids))
    texts = outlets, titles, bodies
    window = make_window(ids, days, published, lang, *texts, signatures, before)
    return window._replace(pending=np.array(pending, bool), story=np.array(story, np.int64))


def _titles(db: Connection, first_day: int, last_day: int) -> Titles:
    rows = db.execute(
        f"select title, name, {TIME} from articles join outlets on outlets.id = outlet_id"
        f" where {TIME} >= ? and {TIME} < ? and {USABLE} order by {TIME}, key",
        (day_text(first_day), day_text(last_day + 1)),
    ).fetchall()
    return Titles([r[0] for r in rows], [r[1] for r in rows], [day_number(r[2]) for r in rows])


def _place_in_time(time: str) -> tuple[str, bool, str]:
    """Return what sorts stored times as `IN_TIME_ORDER` does."""
    return time[:10], is_day(time), time


def _articles_by_day(db: Connection, first: str = "") -> dict[int, int]:
    """Return how many articles have their text, for each day from a date on."""
    rows = db.execute(
        f"select substr({TIME}, 1, 10), count(*) from articles"
        f" where {TIME} >= ? and pruned is null and {USABLE} group by 1 order by 1",
        (first,),
    )
    return {day_number(day): count for day, count in rows}
