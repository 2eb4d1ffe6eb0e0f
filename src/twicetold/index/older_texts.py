"""Older texts and who still carries them: what a run touches is noted, and looked at at its end."""

import json
from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..text.tokens import IntArray
from .parts import parts


class Row(NamedTuple):
    """A row of the table `stale`."""

    article: int
    version: int
    copy: int
    carried: float


class Older(NamedTuple):
    """An older text of an article, with the one that stands now."""

    article: int
    version: int
    body: str
    now: str
    group: int | None  # the copy group of the article


def note(db: Connection, ids: Iterable[int]) -> None:
    """Articles that came into copy groups, or left some."""
    db.execute("create temp table if not exists touched (id integer primary key)")
    db.executemany("insert into temp.touched values (?) on conflict do nothing", _rows(ids))


def enter(db: Connection, id: int, buckets: Sequence[int]) -> None:
    """Enter the buckets of an older text of an article."""
    rows = [(bucket, id) for bucket in buckets]
    db.executemany("insert into version_bands values (?, ?) on conflict do nothing", rows)


def has_older(db: Connection) -> bool:
    """Whether any article has an older text."""
    return bool(db.execute("select exists (select 1 from versions)").fetchone()[0])


def concerned(db: Connection, waiting: IntArray) -> list[int]:
    """Articles with older texts of which some may be carried by others than before.

    Their text is new, or they were noted, or some of the buckets `waiting`, of articles that wait,
    are those of their older texts.
    """
    note(db, [])
    rows = db.execute(
        "select article_id from versions where pending"
        " union select article_id from temp.touched cross join versions on article_id = id"
        " union select article_id from json_each(?) cross join version_bands on bucket = value"
        " order by 1",
        (json.dumps(waiting.tolist()),),
    ).fetchall()
    db.execute("drop table temp.touched")
    return [row[0] for row in rows]


def older(db: Connection, ids: Sequence[int]) -> list[Older]:
    """The older texts of some articles, in order."""
    found: list[Older] = []
    for some, marks in parts(ids):
        rows = db.execute(
            "select article_id, number, versions.body, articles.body, copy_group_id from versions"
            f" join articles on articles.id = article_id where article_id in ({marks})"
            " order by article_id, number",
            some,
        )
        found += [Older(*row) for row in rows]
    return found


def rows_of(db: Connection, id: int) -> list[Row]:
    """What is kept of who carries the older texts of an article; nobody that waits."""
    rows = db.execute(
        "select article_id, version, copy_id, carried from stale join articles on id = copy_id"
        " where article_id = ? and not pending order by version, copy_id",
        (id,),
    )
    return [Row(*row) for row in rows]


def buckets_of(db: Connection, id: int) -> set[int]:
    """The buckets that are kept of the older texts of an article."""
    rows = db.execute("select bucket from version_bands where article_id = ?", (id,))
    return {row[0] for row in rows}


def save(db: Connection, ids: Sequence[int], rows: Sequence[Row]) -> None:
    """Put rows in the place of all that stand for some articles, which wait no more."""
    db.executemany("delete from stale where article_id = ?", _rows(ids))
    db.executemany("insert into stale values (?, ?, ?, ?)", rows)
    db.executemany("update versions set pending = 0 where article_id = ? and pending", _rows(ids))


def forget(db: Connection, id: int) -> None:
    """Drop what is said of an article that comes with another text, as changed and as a copy."""
    db.execute("delete from stale where article_id = ?1 or copy_id = ?1", (id,))


def _rows(ids: Iterable[int]) -> list[tuple[int]]:
    return [(id,) for id in ids]
