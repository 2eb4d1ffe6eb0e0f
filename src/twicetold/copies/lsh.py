"""Locality-sensitive hashing: articles that share a bucket are candidate pairs.

Rows are in time order. A bucket may be crowded, as by a template published every day for years.
There, each article is paired with the `NEAREST_IN_BUCKET` articles just before it, so the number of
pairs grows linearly, and does not depend on the order of arrival.
"""

import numpy as np

from ..arrays import BoolArray, IntArray
from ..pairs import Pairs, make_pairs

NEAREST_IN_BUCKET = 32  # earlier articles of its bucket that each article is compared with


def pairs_in_buckets(buckets: IntArray, rows: IntArray, size: int) -> Pairs:
    """Return the candidate pairs of `size` rows, given (e,) buckets and the row in each."""
    order = np.lexsort((rows, buckets))
    buckets, rows = buckets[order], rows[order]
    a, b = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for step in range(1, NEAREST_IN_BUCKET + 1):
        same = buckets[step:] == buckets[:-step]
        if not same.any():
            break
        a.append(rows[:-step][same])
        b.append(rows[step:][same])
    return make_pairs(np.concatenate(a), np.concatenate(b), size)


def crowded_out(buckets: IntArray, rows: IntArray, settled: BoolArray) -> IntArray:
    """Return the indices of the bucket entries (e,) that no later article will be paired with.

    `settled` (size,) marks the earliest rows, up to a time before which nothing is expected. In a
    bucket with more than `NEAREST_IN_BUCKET` of them, only the latest stay.
    """
    order = np.lexsort((rows, buckets))
    order = order[settled[rows[order]]]
    ends = np.searchsorted(buckets[order], buckets[order], "right")
    crowded: IntArray = order[ends - np.arange(len(order)) > NEAREST_IN_BUCKET]
    return crowded
