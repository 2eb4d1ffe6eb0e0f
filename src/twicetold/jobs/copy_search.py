"""What waits meets all that shares a bucket with it, anywhere in the index: which are copies?

In a bucket with a crowd, such as a form that came every day for years, an article meets those just
before it in time. So a pair meets or not by what stands in its buckets, not by when it arrived.
Start reading at `copies_of_waiting`.
"""

from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from ..clustering import neighbours as candidates
from ..clustering.window import BoolArray
from ..copies import minhash as signatures
from ..index import buckets, windows
from ..index import stories as results
from ..text.tokens import IntArray
from . import copy_links as comparing

_COMPARED = 20_000  # pairs whose texts are held at once


class _Meeting(NamedTuple):
    """Some buckets, and the articles in them."""

    entries: buckets.Entries
    ids: IntArray  # (n,) of the articles, in time order
    days: np.ndarray[tuple[int], np.dtype[np.str_]]  # (n,) '2026-02-05'
    rows: IntArray  # (e,) place of each entry's article in `ids`

    def pairs(self, among: BoolArray | None = None) -> candidates.Pairs:
        """Who meets whom, as rows; `among` (n,) are there, or all."""
        there = slice(None) if among is None else among[self.rows]
        return candidates.in_buckets(self.entries.buckets[there], self.rows[there], len(self.ids))


def copies_of_waiting(db: Connection, active_days: int) -> int:
    """Compare what waits with whom it meets, keep what are copies or forms; how many are new."""
    waiting, matrix = windows.waiting(db)
    meeting = _meeting(db, waiting, matrix)
    fresh, ids = np.isin(meeting.ids, waiting), meeting.ids
    pairs = meeting.pairs()
    parted = candidates.without(meeting.pairs(~fresh), pairs, len(ids))
    new = fresh[pairs.a] | fresh[pairs.b]
    a, b = ids[pairs.a[new]], ids[pairs.b[new]]
    links = 0
    for start in range(0, len(a), _COMPARED):
        some = slice(start, start + _COMPARED)
        links += results.save_links(db, list(comparing.links(db, a[some], b[some])))
    _part(db, ids[parted.a], ids[parted.b])
    results.regroup(db, np.union1d(windows.pending(db), ids[np.concatenate(parted)]).tolist())
    old = meeting.days < windows.first_active(db, active_days)
    gone = candidates.crowded_out(meeting.entries.buckets, meeting.rows, old)
    buckets.leave(db, meeting.entries.chosen(gone))
    buckets.pour(db)
    return links


def _meeting(db: Connection, ids: IntArray, matrix: signatures.SignatureArray) -> _Meeting:
    entries = buckets.entries(db, ids, signatures.bands(matrix))
    some = np.unique(entries.articles)
    in_time, days = windows.in_time(db, some.tolist())
    place = np.empty(len(some), np.int64)
    place[np.searchsorted(some, in_time)] = np.arange(len(some))
    return _Meeting(entries, in_time, days, place[np.searchsorted(some, entries.articles)])


def _part(db: Connection, a: IntArray, b: IntArray) -> None:
    """Drop the links of pairs that a crowd came between, where they meet in no other bucket."""
    if not len(a):
        return
    some = np.unique(np.concatenate([a, b]))
    meeting = _meeting(db, some, buckets.signature_matrix(db, some.tolist()))
    pairs = meeting.pairs()
    still = set(zip(meeting.ids[pairs.a].tolist(), meeting.ids[pairs.b].tolist(), strict=True))
    gone = [pair for pair in zip(a.tolist(), b.tolist(), strict=True) if pair not in still]
    results.drop_met(db, gone)
