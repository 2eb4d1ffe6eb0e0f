"""Signatures of articles, and the buckets in which those with like signatures meet."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..text.tokens import IntArray
from .parts import parts

TABLES = ("bands", "fresh_bands")
LARGE = 50_000  # articles; in a smaller index all pages of `bands` are soon written
POURED = 16  # a share of all articles: then the pages are written once for many nights


def sign_again(
    db: Connection, ids: Sequence[int], minhashes: Sequence[bytes], buckets: Sequence[Sequence[int]]
) -> None:
    """Put signatures and buckets of articles in the place of whatever stands for them."""
    for some, marks in parts(ids):
        for table in ("signatures", *TABLES):
            db.execute(f"delete from {table} where article_id in ({marks})", some)
    sign(db, list(zip(ids, minhashes, buckets, strict=True)))


def sign(db: Connection, fresh: Sequence[tuple[int, bytes, Sequence[int]]]) -> None:
    """Enter signatures and buckets of articles: id, signature, buckets."""
    db.executemany(
        "insert into signatures (article_id, minhash) values (?, ?)",
        [(id, minhash) for id, minhash, own in fresh if own],
    )
    ids = np.repeat(np.array([id for id, *_ in fresh], np.int64), [len(own) for *_, own in fresh])
    buckets = np.array([bucket for *_, own in fresh for bucket in own], np.int64)
    order = np.lexsort((ids, buckets))  # in the order of the table, which saves seeking and room
    rows = zip(buckets[order].tolist(), ids[order].tolist(), strict=True)
    table = "fresh_bands" if _newest(db) > LARGE else "bands"
    db.executemany(f"insert into {table} (bucket, article_id) values (?, ?)", rows)


def unsign(db: Connection, id: int) -> None:
    """Take the signature of an article away, and the article out of its buckets."""
    own = np.array(of(db, id), np.int64)
    leave(db, Entries(own, np.full(len(own), id)))
    db.execute("delete from signatures where article_id = ?", (id,))


def of(db: Connection, id: int) -> tuple[int, ...]:
    """The buckets of an article, by its signature; none without one."""
    from ..copies import minhash as signatures

    return signatures.buckets_of(signature_matrix(db, [id]))[0]


def signature_matrix(db: Connection, ids: Sequence[int]) -> npt.NDArray[np.uint32]:
    """The signatures of articles, (n, 128); one without shingles has a row of `EMPTY`."""
    from ..copies import minhash as signatures

    found: dict[int, bytes] = {}
    for some, marks in parts(ids):
        found.update(
            db.execute(
                f"select article_id, minhash from signatures where article_id in ({marks})", some
            )
        )
    return signatures.from_blobs([found.get(id, b"") for id in ids])


class Entries(NamedTuple):
    """Who stands in some buckets, (e,) each."""

    buckets: IntArray
    articles: IntArray  # ids

    def chosen(self, places: npt.NDArray[np.bool_] | IntArray) -> "Entries":
        """Some of the entries."""
        return Entries(self.buckets[places], self.articles[places])


def entries(db: Connection, ids: IntArray, own: npt.NDArray[np.int32]) -> Entries:
    """The buckets `own` (n, bands) of some articles, and whoever else stands in these."""
    mine = Entries(own.ravel().astype(np.int64), np.repeat(ids, own.shape[1]))
    db.execute("create temp table wanted (bucket integer primary key)")
    wanted = [(bucket,) for bucket in np.unique(mine.buckets).tolist()]
    db.executemany("insert into wanted values (?)", wanted)
    # a cross join is gone through in the order in which it stands: 100 times as fast in a large
    # index, where SQLite would go through all of `bands`
    rows: list[tuple[int, int]] = []
    for table in TABLES:
        rows += db.execute(f"select {table}.* from wanted cross join {table} using (bucket)")
    db.execute("drop table wanted")
    there = Entries(*np.array(rows, np.int64).reshape(-1, 2).T)
    others = there.chosen(~np.isin(there.articles, ids))
    return Entries(*(np.concatenate(both) for both in zip(mine, others, strict=True)))


def leave(db: Connection, gone: Entries) -> None:
    """Take articles out of buckets."""
    rows = list(zip(gone.buckets.tolist(), gone.articles.tolist(), strict=True))
    for table in TABLES:
        db.executemany(f"delete from {table} where bucket = ? and article_id = ?", rows)


def pour(db: Connection) -> None:
    """Move the fresh entries to the others, once they are a good part of all."""
    from ..copies import minhash as signatures

    (fresh,) = db.execute("select count(*) from fresh_bands").fetchone()
    if fresh > signatures.BANDS * _newest(db) / POURED:
        db.execute("insert into bands select * from fresh_bands order by bucket, article_id")
        db.execute("delete from fresh_bands")


def in_buckets(db: Connection, buckets: Sequence[int]) -> list[int]:
    """Ids of the articles in any of these buckets, rising."""
    marks = ",".join("?" * len(buckets))
    found: set[int] = set()
    for table in TABLES:
        sql = f"select article_id from {table} where bucket in ({marks})"
        found.update(row[0] for row in db.execute(sql, buckets))
    return sorted(found)


def _newest(db: Connection) -> int:
    return int(db.execute("select coalesce(max(id), 0) from articles").fetchone()[0])
