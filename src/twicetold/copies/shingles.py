"""Word hashes to shingles, and the exact overlap of two articles' sets of shingles.

Start reading at `shingles`. MinHash finds the pairs; `overlap` measures them exactly.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import FloatArray, IntArray, UIntArray, is_first, offsets_of
from ..text.runs import STEP, mix64, run_hashes
from ..text.tokens import Tokens

SHINGLE_WORDS = 5
_PAIR_BLOCK = 1 << 9  # pairs at a time; their 2 x 512 articles fit in `_LABEL`
_LABEL = np.uint64(0xFFF)


class Shingles(NamedTuple):
    """The shingles of n articles in the order of the text; row i is `offsets[i]:offsets[i + 1]`."""

    hashes: UIntArray  # (s,)
    offsets: IntArray  # (n + 1,)


class Overlap(NamedTuple):
    """What the articles of each pair share, (p,): `shared` in shingles, the rest in 0..1."""

    jaccard: FloatArray
    a_in_b: FloatArray
    b_in_a: FloatArray
    shared: IntArray


def shingles(tokens: Tokens, words: int = SHINGLE_WORDS) -> Shingles:
    """Return every run of `words` words of each text; a shorter text is one shingle.

    A text without words has no shingle. The hash of a shingle is that of its run of words, mixed.

    Source: Broder 1997, On the resemblance and containment of documents, section 2.
    """
    hashes, counts = tokens.hashes, np.diff(tokens.offsets)
    short = np.flatnonzero((counts > 0) & (counts < words))
    sizes = np.maximum(counts - (words - 1), 0)
    runs = run_hashes(hashes, words)
    crosses = np.zeros(len(runs), bool)
    for place in range(1, words):  # a run must not cross the end of its text
        last = tokens.offsets[1:] - place
        crosses[last[(last >= 0) & (last < len(runs))]] = True
    runs = runs[~crosses]
    if len(short):
        whole = [_short_run(hashes[slice(*tokens.offsets[i : i + 2])]) for i in short]
        runs = np.insert(runs, offsets_of(sizes)[short], np.array(whole, np.uint64))
        sizes[short] = 1
    return Shingles(mix64(runs), offsets_of(sizes))


def overlap(shingles: Shingles, a: IntArray, b: IntArray) -> Overlap:
    """Return the exact Jaccard similarity and containment of pairs, on sets of shingles.

    `a` and `b` are (p,) row numbers. An article without shingles shares nothing: 0, never nan.
    Sets are compared by the upper 52 bits of their shingles' hashes.

    Source: Broder 1997, On the resemblance and containment of documents, section 2.
    """
    blocks = [
        _overlap_block(shingles, a[i : i + _PAIR_BLOCK], b[i : i + _PAIR_BLOCK])
        for i in range(0, len(a), _PAIR_BLOCK)
    ]
    if not blocks:
        return Overlap(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    return Overlap(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def _short_run(words: UIntArray) -> int:
    combined = sum(int(word) * pow(STEP, place, 1 << 64) for place, word in enumerate(words))
    return combined % (1 << 64)


def _overlap_block(shingles: Shingles, a: IntArray, b: IntArray) -> Overlap:
    """Compare some pairs. The low bits of a hash name its pair: sorting finds what both have."""
    rows, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    sets = np.sort(_with_label(*_gather(shingles, rows)))
    sets = sets[is_first(sets)]  # a set holds a shingle once
    sizes = np.bincount(_label(sets), minlength=len(rows))
    by_row = np.argsort(_label(sets), kind="stable")
    of_rows = Shingles(sets[by_row], offsets_of(sizes))
    of_a, of_b = _gather(of_rows, places[: len(a)]), _gather(of_rows, places[len(a) :])
    both = np.concatenate([_with_label(*of_a), _with_label(*of_b)])
    both.sort()
    shared = np.bincount(_label(both[1:][both[1:] == both[:-1]]), minlength=len(a))
    size_a, size_b = sizes[places[: len(a)]], sizes[places[len(a) :]]
    return Overlap(
        jaccard=_ratio(shared, size_a + size_b - shared),
        a_in_b=_ratio(shared, size_a),
        b_in_a=_ratio(shared, size_b),
        shared=shared,
    )


def _gather(shingles: Shingles, rows: IntArray) -> tuple[UIntArray, IntArray]:
    """Return the shingles of some articles, end to end, and for each its place in `rows`."""
    counts = np.diff(shingles.offsets)[rows]
    offsets = offsets_of(counts)
    places = np.arange(offsets[-1]) + np.repeat(shingles.offsets[rows] - offsets[:-1], counts)
    return shingles.hashes[places], np.repeat(np.arange(len(rows)), counts)


def _with_label(hashes: UIntArray, labels: IntArray) -> UIntArray:
    """Return hashes whose low 12 bits are replaced by a label."""
    return (hashes & ~_LABEL) | labels.astype(np.uint64)


def _label(labelled: UIntArray) -> npt.NDArray[np.int16]:
    return (labelled & _LABEL).astype(np.int16)


def _ratio(part: IntArray, whole: IntArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
