"""Signatures of articles, and the buckets in which those with like signatures meet."""

from collections.abc import Sequence
from sqlite3 import Connection

import numpy as np
import numpy.typing as npt

from ..tokens import IntArray
from .parts import parts


def sign_again(
    db: Connection, ids: Sequence[int], minhashes: Sequence[bytes], buckets: Sequence[Sequence[int]]
) -> None:
    """Put signatures and buckets of articles in the place of whatever stands for them."""
    for some, marks in parts(ids):
        for table in ("signatures", "bands"):
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
    db.executemany("insert into bands (bucket, article_id) values (?, ?)", rows)


def unsign(db: Connection, id: int) -> None:
    """Take the signature of an article away, and the article out of its buckets."""
    db.executemany(
        "delete from bands where bucket = ? and article_id = ?", [(b, id) for b in of(db, id)]
    )
    db.execute("delete from signatures where article_id = ?", (id,))


def of(db: Connection, id: int) -> tuple[int, ...]:
    """The buckets of an article, by its signature; none without one."""
    from .. import signatures

    return signatures.buckets_of(signature_matrix(db, [id]))[0]


def signature_matrix(db: Connection, ids: Sequence[int]) -> npt.NDArray[np.uint32]:
    """The signatures of articles, (n, 128); one without shingles has a row of `EMPTY`."""
    from .. import signatures

    found: dict[int, bytes] = {}
    for some, marks in parts(ids):
        found.update(
            db.execute(
                f"select article_id, minhash from signatures where article_id in ({marks})", some
            )
        )
    return signatures.from_blobs([found.get(id, b"") for id in ids])


def sharing(
    db: Connection, ids: IntArray, buckets: npt.NDArray[np.int32]
) -> tuple[IntArray, IntArray]:
    """Pairs of one of these articles, which wait, and one that does not, in one bucket."""
    if not db.execute("select exists (select 1 from articles where not pending)").fetchone()[0]:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    db.execute("create temp table wanted (bucket integer, article_id integer)")
    flat = np.stack([buckets.ravel(), np.repeat(ids, buckets.shape[1])], axis=1)
    db.executemany("insert into wanted values (?, ?)", flat[np.argsort(flat[:, 0])].tolist())
    # a cross join is gone through in the order in which it stands: 100 times as fast in a large
    # index, where SQLite would go through all of `bands`
    pairs = db.execute(
        "select distinct wanted.article_id, bands.article_id from wanted"
        " cross join bands using (bucket) cross join articles on articles.id = bands.article_id"
        " where not articles.pending"
    ).fetchall()
    db.execute("drop table wanted")
    both = np.array(pairs, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def in_buckets(db: Connection, buckets: Sequence[int]) -> list[int]:
    """Ids of the articles in any of these buckets, rising."""
    marks = ",".join("?" * len(buckets))
    sql = f"select distinct article_id from bands where bucket in ({marks}) order by 1"
    return [row[0] for row in db.execute(sql, buckets)]
