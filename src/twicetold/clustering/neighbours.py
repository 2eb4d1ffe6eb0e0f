"""Which pairs of articles are worth scoring: those that share a bucket, and near neighbours.

Buckets find copies, over the whole index. Neighbours are looked for among the articles of a few
days: each article's heaviest terms against all terms of the others, since all pairs on all terms
would be quadratic. Pairs come out as rows a < b, sorted and unique.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..text.terms import Matrix
from ..text.tokens import IntArray

FloatArray = npt.NDArray[np.float32]

# Of the true pairs of outlets_en, lookalike_en and episodes_fr these find .95, .99 and .95.
HEAVIEST = 32  # terms searched of each article
NEAREST = 24  # neighbours kept of each article
LEAST_COSINE = 0.04  # by the heaviest terms alone
# A headline has many that are near, and takes little time: with 24, headlines_multi (en) loses .02.
NEAREST_OF_SHORT = 40
SHORT_TERMS = 20  # different ones
_UNIT = 100_000
_TIE = np.float32(2 / _UNIT)  # what lies no further apart may count as equal
_ROWS = 256  # queries whose cosines with all others are held at once
CROWD = 32  # earlier articles of one bucket that each article is compared with


class Pairs(NamedTuple):
    """Candidate pairs, (p,) row numbers each, `a < b`, sorted by both."""

    a: IntArray
    b: IntArray


def in_buckets(buckets: IntArray, rows: IntArray, size: int) -> Pairs:
    """All pairs of `size` rows, in time order, that share a bucket: (e,) buckets, and who is in.

    In a bucket with a crowd, each meets the `CROWD` before it: enough for a group of copies to
    hold together, and linear in its size.
    """
    order = np.lexsort((rows, buckets))
    buckets, rows = buckets[order], rows[order]
    found = [np.zeros(0, np.int64)]
    for step in range(1, CROWD + 1):
        same = buckets[step:] == buckets[:-step]
        if not same.any():
            break
        found.append(_codes(rows[:-step][same], rows[step:][same], size))
    return _pairs(np.concatenate(found), size)


def crowded_out(buckets: IntArray, rows: IntArray, old: npt.NDArray[np.bool_]) -> IntArray:
    """Which entries (e,) of buckets nobody will meet any more, by their places.

    Of the rows, in time order, `old` (size,) are the first: so old that nothing comes before them.
    """
    order = np.lexsort((rows, buckets))
    order = order[old[rows[order]]]
    ends = np.searchsorted(buckets[order], buckets[order], "right")
    gone: IntArray = order[ends - np.arange(len(order)) > CROWD]
    return gone


class Searched(NamedTuple):
    """Articles among which neighbours are looked for, and their terms, (v, rows)."""

    rows: IntArray
    turned: Matrix
    allowed: npt.NDArray[np.bool_] | None = None  # (rows,) which of them count; None: all


def searched(field: Matrix, among: npt.NDArray[np.bool_]) -> Searched:
    """The rows of a field (n, v) that may be found, as `among` (n,) tells."""
    rows = np.flatnonzero(among)
    return Searched(rows, sparse.csr_array(field[rows].T))


def neighbours(field: Matrix, queries: IntArray, among: npt.NDArray[np.bool_]) -> Pairs:
    """The nearest rows of each query's, by the query's `HEAVIEST` terms, earlier or later.

    `field` is (n, v), rows of length 1 or 0; `queries` are row numbers, and `among` (n,) tells
    which rows may be found.
    """
    return nearest(field[queries], queries, searched(field, among), field.shape[0])


def nearest(asking: Matrix, queries: IntArray, searched: Searched, size: int) -> Pairs:
    """The neighbours of articles `asking` (q, v), whose numbers, below `size`, are `queries`."""
    terms = np.diff(asking.indptr)
    most = np.where(terms <= SHORT_TERMS, NEAREST_OF_SHORT, NEAREST)
    found = [np.zeros(0, np.int64)]
    for start in range(0, len(queries), _ROWS):
        some, rows = queries[start : start + _ROWS], slice(start, start + _ROWS)
        heaviest = _heaviest(asking[rows])
        if heaviest.shape[1] > searched.turned.shape[0]:  # terms that none of the others has
            heaviest = heaviest[:, : searched.turned.shape[0]]
        cosines = sparse.csr_array(heaviest @ searched.turned)
        if searched.allowed is not None:
            cosines.data *= searched.allowed[cosines.indices]
        place, row, cosine = _near(cosines, most[rows] + 1)
        other = searched.rows[row] != some[place]
        place, row, cosine = place[other], searched.rows[row[other]], cosine[other]
        chosen = _first(place, cosine, row, most[rows][place])
        found.append(_codes(some[place[chosen]], row[chosen], size))
    return _pairs(np.concatenate(found), size)


def of_like_meaning(vectors: FloatArray, queries: IntArray, among: npt.NDArray[np.bool_]) -> Pairs:
    """The `NEAREST` rows of each query's by the cosine of their vectors (n, d), of length 1."""
    return nearest_in_meaning(vectors[queries], queries, vectors, among, len(vectors))


def nearest_in_meaning(
    asking: FloatArray,
    queries: IntArray,
    vectors: FloatArray,
    among: npt.NDArray[np.bool_],
    size: int,
) -> Pairs:
    """The neighbours in meaning of articles `asking` (q, d), of numbers `queries` below `size`."""
    others = np.flatnonzero(among)
    if not len(others):
        return _pairs(np.zeros(0, np.int64), size)
    most = min(NEAREST, len(others))
    found = []
    for start in range(0, len(queries), _ROWS):
        rows = slice(start, start + _ROWS)
        # whole numbers that tell ties apart by their place
        products = asking[rows] @ vectors[others].T
        cosine = np.round(products * np.float32(_UNIT)).astype(np.int64)
        codes = cosine * len(others) - np.arange(len(others))
        nearest = np.argpartition(-codes, most - 1, axis=1)[:, :most]
        found.append(_codes(np.repeat(queries[rows], most), others[nearest.ravel()], size))
    return _pairs(np.concatenate([np.zeros(0, np.int64), *found]), size)


def without(pairs: Pairs, others: Pairs, rows: int) -> Pairs:
    """The pairs that are not among others; `rows` is the number of articles."""
    return _pairs(np.setdiff1d(_codes(*pairs, rows), _codes(*others, rows)), rows)


def together(pairs: list[Pairs], rows: int) -> Pairs:
    """All pairs of several routes, each once; `rows` is the number of articles."""
    return _pairs(np.concatenate([_codes(some.a, some.b, rows) for some in pairs]), rows)


def _near(cosines: Matrix, most: IntArray) -> tuple[IntArray, IntArray, FloatArray]:
    """Places, rows and cosines of the largest of each place, at least `most` (places,) of them.

    None below `LEAST_COSINE`. Of 15,000 that share a term, only these need to be put in order.
    """
    floor = np.full(len(most), LEAST_COSINE, np.float32)
    for crowded in np.flatnonzero(np.diff(cosines.indptr) > most).tolist():  # 60 us each
        shared: FloatArray = cosines.data[slice(*cosines.indptr[crowded : crowded + 2])]
        last = len(shared) - int(most[crowded])
        floor[crowded] = max(floor[crowded], np.partition(shared, last)[last] - _TIE)
    place = np.repeat(np.arange(len(most)), np.diff(cosines.indptr))
    near = np.flatnonzero(cosines.data >= floor[place])
    return place[near], cosines.indices[near].astype(np.int64), cosines.data[near]


def _heaviest(field: Matrix) -> Matrix:
    """Each row's `HEAVIEST` largest values; the others dropped."""
    place = np.repeat(np.arange(field.shape[0]), np.diff(field.indptr))
    kept = np.sort(_first(place, field.data, field.indices.astype(np.int64), HEAVIEST))
    offsets = np.searchsorted(place[kept], np.arange(field.shape[0] + 1))
    return sparse.csr_array((field.data[kept], field.indices[kept], offsets), field.shape)


def _first(place: IntArray, value: FloatArray, other: IntArray, most: IntArray | int) -> IntArray:
    """Where the `most` largest values of each place stand; ties go to the lower `other`.

    `most` is one number, or one for each entry, the same for all of a place. `place` rises, and
    no two entries have both the same place and the same other; values are in 0..1 and compared in
    hundred-thousandths, so that ties are ties on any machine.
    """
    if not len(place):
        return np.zeros(0, np.int64)
    # one sort of whole numbers is ten times as fast as one by three columns
    width = int(other.max()) + 1
    rounded = _UNIT - np.round(value * np.float32(_UNIT)).astype(np.int64)
    order = np.argsort((place * (_UNIT + 1) + rounded) * width + other, kind="stable")
    rank = np.arange(len(place)) - np.searchsorted(place, place)
    chosen: IntArray = order[rank < most]
    return chosen


def _codes(a: IntArray, b: IntArray, rows: int) -> IntArray:
    """One number a pair, in the order of (a, b); a pair of an article with itself is dropped."""
    low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
    return (low * rows + high)[low < high]


def _pairs(codes: IntArray, rows: int) -> Pairs:
    codes = np.sort(codes)
    codes = codes[np.append(True, codes[1:] != codes[:-1])[: len(codes)]]
    a, b = np.divmod(codes, max(rows, 1))
    return Pairs(a, b)
