"""Signatures of articles, and the LSH buckets that they share."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, Int32Array, IntArray, UInt32Array, is_first
from ..copies import minhash
from .sql import json_list

TABLES = ("bands", "recent_bands")
LARGE = 50_000  # articles; in a smaller index a night writes most pages of `bands` anyway
MERGED_PART = 16  # recent bands are merged at 1/16 of all: then a page is written for many nights


class Entries(NamedTuple):
    """Articles in buckets, (e,) each."""

    buckets: IntArray
    articles: IntArray  # ids

    def select(self, places: BoolArray | IntArray) -> "Entries":
        """Return some of the entries."""
        return Entries(self.buckets[places], self.articles[places])


def replace(
    db: Connection, ids: Sequence[int], minhashes: Sequence[bytes], buckets: Sequence[Sequence[int]]
) -> None:
    """Store signatures and buckets of articles in place of the old ones."""
    for table in ("signatures", *TABLES):
        db.execute(
            f"delete from {table} where article_id in (select value from json_each(?))",
            (json_list(ids),),
        )
    add(db, list(zip(ids, minhashes, buckets, strict=True)))


def add(db: Connection, articles: Sequence[tuple[int, bytes, Sequence[int]]]) -> None:
    """Store signatures and buckets of articles: id, signature, buckets."""
    db.executemany(
        "insert into signatures (article_id, minhash) values (?, ?)",
        [(id, signature) for id, signature, own in articles if own],
    )
    counts = [len(own) for *_, own in articles]
    ids = np.repeat(np.array([id for id, *_ in articles], np.int64), counts)
    buckets = np.array([bucket for *_, own in articles for bucket in own], np.int64)
    order = np.lexsort((ids, buckets))  # the order of the table saves seeks and space
    rows = zip(buckets[order].tolist(), ids[order].tolist(), strict=True)
    table = "recent_bands" if _newest_id(db) > LARGE else "bands"
    db.executemany(f"insert into {table} (bucket, article_id) values (?, ?)", rows)


def delete(db: Connection, id: int) -> None:
    """Delete the signature and the buckets of an article."""
    own = np.array(of_article(db, id), np.int64)
    delete_entries(db, Entries(own, np.full(len(own), id)))
    db.execute("delete from signatures where article_id = ?", (id,))


def of_article(db: Connection, id: int) -> tuple[int, ...]:
    """Return the buckets of an article; none if it has no signature."""
    return minhash.buckets_of(signature_matrix(db, [id]))[0]


def signature(db: Connection, id: int) -> bytes:
    """Return the stored signature of an article; b"" if it has none."""
    row = db.execute("select minhash from signatures where article_id = ?", (id,)).fetchone()
    return bytes(row[0]) if row else b""


def signature_matrix(db: Connection, ids: Sequence[int]) -> UInt32Array:
    """Return the signatures of articles, (n, 128); a row of `EMPTY` for one without shingles."""
    stored = signatures(db, ids)
    return minhash.from_blobs([stored.get(id, b"") for id in ids])


def signatures(db: Connection, ids: Sequence[int]) -> dict[int, bytes]:
    """Return the stored signature of each article that has one."""
    rows = db.execute(
        "select article_id, minhash from signatures"
        " where article_id in (select value from json_each(?))",
        (json_list(ids),),
    )
    return dict(rows)


def entries(db: Connection, ids: IntArray, own: Int32Array) -> Entries:
    """Return the buckets `own` (n, bands) of some articles, with all articles in these buckets."""
    mine = Entries(own.ravel().astype(np.int64), np.repeat(ids, own.shape[1]))
    wanted = np.sort(mine.buckets)  # ten times as fast as np.unique, whose hash table is slow here
    rows = _rows_in(db, wanted[is_first(wanted)].tolist(), *_longest_run(ids))
    stored = Entries(*np.array(rows, np.int64).reshape(-1, 2).T)
    others = stored.select(~np.isin(stored.articles, ids))
    return Entries(*(np.concatenate(both) for both in zip(mine, others, strict=True)))


def delete_entries(db: Connection, entries: Entries) -> None:
    """Delete articles from buckets."""
    rows = list(zip(entries.buckets.tolist(), entries.articles.tolist(), strict=True))
    for table in TABLES:
        db.executemany(f"delete from {table} where bucket = ? and article_id = ?", rows)


def merge_recent_bands(db: Connection) -> None:
    """Merge the recent bands into the main table, once they are a good part of it."""
    (recent,) = db.execute("select count(*) from recent_bands").fetchone()
    if recent > minhash.BANDS * _newest_id(db) / MERGED_PART:
        db.execute(
            "insert into bands (bucket, article_id)"
            " select bucket, article_id from recent_bands order by bucket, article_id"
        )
        db.execute("delete from recent_bands")


def articles_in(db: Connection, buckets: Sequence[int]) -> list[int]:
    """Return the ids of the articles in any of these buckets, ascending."""
    return sorted({id for _, id in _rows_in(db, buckets)})


def _rows_in(
    db: Connection, buckets: Sequence[int], first: int = 0, last: int = -1
) -> list[tuple[int, int]]:
    """Return the entries of these buckets, bucket and article, without the articles first..last."""
    # `cross join` keeps the order of the tables: 100 times as fast in a large index, where SQLite
    # would scan all of `bands`
    rows: list[tuple[int, int]] = []
    for table in TABLES:
        sql = f"select bucket, article_id from json_each(?) cross join {table} on bucket = value"
        sql += " where article_id not between ? and ?"
        sql += " and article_id not in (select article_id from quarantine)"
        sql += " and article_id not in (select article_id from crowds)"
        rows += db.execute(sql, (json_list(buckets), first, last)).fetchall()
    return rows


def _longest_run(ids: IntArray) -> tuple[int, int]:
    """Return first and last id of the longest run of consecutive ids; (0, -1): there are none."""
    if not len(ids):
        return 0, -1
    starts = np.flatnonzero(np.append(True, np.diff(ids) > 1))
    ends = np.append(starts[1:], len(ids)) - 1
    longest = int(np.argmax(ends - starts))
    return int(ids[starts[longest]]), int(ids[ends[longest]])


def _newest_id(db: Connection) -> int:
    return int(db.execute("select coalesce(max(id), 0) from articles").fetchone()[0])
