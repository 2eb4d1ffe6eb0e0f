"""What a clustering reads: which days it has to go through, and the articles of some days.

Ids at the door, rows inside: a window is sorted by (time, key) and numbered, so that the order
in which articles arrived can't matter to anything that is computed from it.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..clustering.window import BoolArray, FloatArray, Titles, Window
from ..text.cleaning import TITLE_DAYS
from ..text.tokens import IntArray
from . import buckets
from .parts import parts
from .times import TIME, day_number

_ARTICLES = (
    f"select articles.id, {TIME}, published is null, lang, outlets.name, title, body,"
    " pending, coalesce(story_id, 0), coalesce(copy_group_id, 0)"
    " from articles join outlets on outlets.id = outlet_id"
)
_APART = 10  # days; what lies further apart is not read at once, with all between
_BLOCK_ARTICLES = 20_000  # whole days at a time: some 300 MB with the days around them


class Stretch(NamedTuple):
    """Days that are gone through at once."""

    days: tuple[int, ...]  # numbers since 1970, in order
    frozen: int  # articles of this day and before keep their story, unless they wait
    to_come: frozenset[int]  # days of later stretches: how stories stand there is of no account


def plan(db: Connection, active_days: int) -> list[Stretch]:
    """The days that articles that wait make it necessary to go through; none when none waits.

    From the first day on which an article waits, each day is gone through again. Of an article
    that comes when its day has settled, only the days near it are.
    """
    waiting = [
        day_number(row[0])
        for row in db.execute(f"select distinct substr({TIME}, 1, 10) from articles where pending")
    ]
    if not waiting:
        return []
    newest = db.execute(
        f"select {TIME} from articles where not pending order by {TIME} desc limit 1"
    ).fetchone()
    last = day_number(newest[0]) if newest else min(waiting) - 1
    start = min((day for day in waiting if day > last - active_days), default=last + 1)
    days = _by_day(db, _date(min(waiting)))
    late = {day + step for day in waiting if day < start for step in range(active_days)}
    stretches = []
    to_come = {day for day in days if day >= start}
    for some in _blocks({d: n for d, n in days.items() if d >= start or d in late}):
        to_come.difference_update(some)
        stretches.append(Stretch(some, start - active_days, frozenset(to_come)))
    return stretches


def all_days(db: Connection) -> tuple[tuple[int, ...], ...]:
    """All days that have an article with its text, in order and in blocks to be read at once."""
    return _blocks(_by_day(db))


def _by_day(db: Connection, first: str = "") -> dict[int, int]:
    """How many articles have their text, day by day, from a day on."""
    rows = db.execute(
        f"select substr({TIME}, 1, 10), count(*) from articles"
        f" where {TIME} >= ? and pruned is null group by 1 order by 1",
        (first,),
    )
    return {day_number(day): count for day, count in rows}


def first_active(db: Connection, active_days: int) -> str:
    """The first day whose articles can still reshape stories; '' in an empty index."""
    last = newest(db)
    return "" if last is None else _date(last - active_days + 1)


def newest(db: Connection) -> int | None:
    """The last day that has an article; None in an empty index."""
    row = db.execute(f"select {TIME} from articles order by {TIME} desc limit 1").fetchone()
    return day_number(row[0]) if row else None


def load(db: Connection, first_day: int, last_day: int) -> Window:
    """The articles of the days first_day..last_day, but those whose text was pruned."""
    rows = db.execute(
        f"{_ARTICLES} where {TIME} >= ? and {TIME} < ? and pruned is null order by {TIME}, key",
        (_date(first_day), _date(last_day + 1)),
    ).fetchall()
    return _window(db, rows, _titles(db, first_day - TITLE_DAYS, first_day - 1))


def one(db: Connection, id: int) -> Window:
    """A single article, with the titles of the days up to it."""
    rows = db.execute(f"{_ARTICLES} where articles.id = ?", (id,)).fetchall()
    day = day_number(rows[0][1])
    return _window(db, rows, _titles(db, day - TITLE_DAYS + 1, day))


def _window(db: Connection, rows: list[tuple[Any, ...]], before: Titles) -> Window:
    columns = list(zip(*rows, strict=True)) if rows else [()] * 10
    ids, times, undated, lang, outlets, titles, bodies, *numbers = columns
    langs = tuple(sorted(set(lang)))
    place = {name: number for number, name in enumerate(langs)}
    seconds = np.array([t[:19] for t in times], "datetime64[s]").astype(np.int64)
    hour = np.where(np.array(undated, bool), np.nan, seconds / 3600)
    pending, story, group = (np.array(column, np.int64) for column in numbers)
    return Window(
        np.array(ids, np.int64),
        seconds // 86400,
        hour,
        np.array([place[name] for name in lang], np.int64),
        langs,
        list(outlets),
        list(titles),
        list(bodies),
        pending.astype(bool),
        story,
        group,
        buckets.signature_matrix(db, list(ids)),
        before,
    )


def _titles(db: Connection, first_day: int, last_day: int) -> Titles:
    rows = db.execute(
        f"select title, name, {TIME} from articles join outlets on outlets.id = outlet_id"
        f" where {TIME} >= ? and {TIME} < ? order by {TIME}, key",
        (_date(first_day), _date(last_day + 1)),
    ).fetchall()
    return Titles([r[0] for r in rows], [r[1] for r in rows], [day_number(r[2]) for r in rows])


def pending(db: Connection) -> list[int]:
    """Ids of all articles that wait, by id."""
    return [row[0] for row in db.execute("select id from articles where pending order by id")]


def waiting(db: Connection) -> tuple[IntArray, npt.NDArray[np.uint32]]:
    """Ids and signatures of the articles that wait, those with text alone, by id."""
    ids = [
        row[0]
        for row in db.execute(
            "select articles.id from articles join signatures on article_id = articles.id"
            " where pending order by articles.id"
        )
    ]
    return np.array(ids, np.int64), buckets.signature_matrix(db, ids)


class Texts(NamedTuple):
    """What a comparison of texts needs of some articles, in the order of their ids."""

    titles: list[str]
    bodies: list[str]
    words: IntArray
    pruned: BoolArray  # whether the body is gone
    hour: FloatArray  # nan: the source gave no time


def texts(db: Connection, ids: Sequence[int]) -> Texts:
    """The texts of articles; ids in rising order."""
    found: dict[int, tuple[str, str, int, str | None, str | None]] = {}
    for some, marks in parts(ids):
        sql = (
            f"select id, title, body, words, pruned, published from articles where id in ({marks})"
        )
        found.update((row[0], row[1:]) for row in db.execute(sql, some))
    rows = [found[id] for id in ids]
    return Texts(
        [row[0] for row in rows],
        [row[1] for row in rows],
        np.array([row[2] for row in rows], np.int64),
        np.array([row[3] is not None for row in rows], bool),
        np.array([_hour(row[4]) for row in rows]),
    )


def in_time(db: Connection, ids: Sequence[int]) -> tuple[IntArray, npt.NDArray[np.str_]]:
    """These articles in the order of (time, key), and the day of each: '2026-02-05'."""
    rows: list[tuple[str, str, int]] = []
    for some, marks in parts(ids):
        sql = f"select {TIME}, key, id from articles where id in ({marks})"
        rows += db.execute(sql, some)
    rows.sort()
    days = np.array([time[:10] for time, *_ in rows], "U10")
    return np.array([id for *_, id in rows], np.int64), days


def _hour(published: str | None) -> float:
    if published is None:
        return float("nan")
    return float(np.datetime64(published[:19], "s").astype(np.int64)) / 3600


def _date(day: int) -> str:
    return str(np.datetime64(day, "D"))


def _blocks(days: dict[int, int]) -> tuple[tuple[int, ...], ...]:
    blocks: list[list[int]] = []
    size = 0
    for day, articles in sorted(days.items()):
        if not blocks or size + articles > _BLOCK_ARTICLES or day > blocks[-1][-1] + _APART:
            blocks.append([])
            size = 0
        blocks[-1].append(day)
        size += articles
    return tuple(tuple(block) for block in blocks)
