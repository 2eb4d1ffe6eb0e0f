"""Candidate pairs of articles, as row numbers: `a < b`, sorted, each pair once."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .arrays import BoolArray, IntArray, is_first


class Pairs(NamedTuple):
    """Pairs of rows, (p,) each, `a < b`, sorted by both."""

    a: IntArray
    b: IntArray

    def select(self, rows: BoolArray) -> "Pairs":
        """Return the pairs that `rows` (p,) marks."""
        return Pairs(self.a[rows], self.b[rows])


NO_PAIRS = Pairs(np.zeros(0, np.int64), np.zeros(0, np.int64))


def one_pair(a: int, b: int) -> Pairs:
    """Return a single pair, `a < b`."""
    return Pairs(np.array([a]), np.array([b]))


def make_pairs(a: IntArray, b: IntArray, size: int) -> Pairs:
    """Return the pairs of rows in any order; a pair of a row with itself is dropped.

    All rows are below `size`.
    """
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    return _from_codes((low * size + high)[low < high], size)


def union(parts: Sequence[Pairs], size: int) -> Pairs:
    """Return the pairs of all `parts`, each once; all rows are below `size`."""
    parts = [NO_PAIRS, *parts]
    return _from_codes(np.concatenate([_codes(part, size) for part in parts]), size)


def difference(pairs: Pairs, others: Pairs, size: int) -> Pairs:
    """Return the pairs that are not among `others`; all rows are below `size`."""
    return _from_codes(np.setdiff1d(_codes(pairs, size), _codes(others, size)), size)


def _codes(pairs: Pairs, size: int) -> IntArray:
    """Return one number for each pair, in the order of (a, b)."""
    return pairs.a * size + pairs.b


def _from_codes(codes: IntArray, size: int) -> Pairs:
    codes = np.sort(codes)
    a, b = np.divmod(codes[is_first(codes)], max(size, 1))
    return Pairs(a, b)


def components(size: int, a: IntArray, b: IntArray) -> IntArray:
    """Return for each of `size` rows the lowest row that the pairs (p,) connect it with."""
    from scipy import sparse

    graph = sparse.coo_array((np.ones(len(a), np.int8), (a, b)), shape=(size, size))
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    lowest = np.full(labels.max(initial=-1) + 1, size)
    np.minimum.at(lowest, labels, np.arange(size))
    return np.asarray(lowest[labels], np.int64)
