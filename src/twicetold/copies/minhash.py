"""Word hashes -> shingles -> MinHash signatures -> bands; and the exact overlap of two articles.

A signature is for finding: pairs that share a bucket of one band are candidates. Whether one
is a copy is decided by `overlap`, exactly, on the sets of shingles. Start reading at `shingles`.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from ..text.tokens import IntArray, Tokens, UIntArray, mix64, offsets_of, stream

if TYPE_CHECKING:
    import datasketch

FloatArray = npt.NDArray[np.float64]
SignatureArray = npt.NDArray[np.uint32]

SHINGLE_WORDS = 5
PERMUTATIONS = 128
SEED = 1
BANDS, ROWS = 32, 4  # finds .87 of the pairs at Jaccard .5, .99 at .6, all from .7 on
EMPTY = np.uint32(0xFFFFFFFF)  # every value of the signature of an article without shingles
_BLOCK = 1 << 16  # shingles at a time: half as fast again as 2**14, and no slower than 2**18
_LABEL = np.uint64(0xFFF)
_PAIR_BLOCK = 1 << 9  # pairs at a time; their 2 x 512 articles are told apart by `_LABEL`
_STEP = 0xD6E8FEB86659FD93


class Shingles(NamedTuple):
    """The shingles of n articles in the order of the text; row i is `offsets[i]:offsets[i + 1]`."""

    hashes: UIntArray  # (s,)
    offsets: IntArray  # (n + 1,)


class Overlap(NamedTuple):
    """How much the articles of each pair share, (p,): `shared` in shingles, the rest in 0..1."""

    jaccard: FloatArray
    a_in_b: FloatArray
    b_in_a: FloatArray
    shared: IntArray


def shingles(tokens: Tokens, words: int = SHINGLE_WORDS) -> Shingles:
    """Every run of `words` words of each text; a text of fewer words, but one, is one shingle.

    A shingle's hash is a linear combination of its words' hashes, mixed.

    Source: Broder 1997, On the resemblance and containment of documents, section 2.
    """
    hashes, counts = tokens.hashes, np.diff(tokens.offsets)
    short = np.flatnonzero((counts > 0) & (counts < words))
    sizes = np.maximum(counts - (words - 1), 0)
    runs = np.zeros(max(len(hashes) - words + 1, 0), np.uint64)
    for place in range(words):
        runs += hashes[place : place + len(runs)] * np.uint64(pow(_STEP, place, 1 << 64))
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


class Signed(NamedTuple):
    """What the index keeps of n texts."""

    minhashes: list[bytes]
    buckets: list[tuple[int, ...]]  # none for a text without shingles
    words: list[int]  # how many


def sign(texts: Sequence[str]) -> Signed:
    """Signature, buckets and length of each text."""
    words = stream(texts, split_unspaced=True)
    matrix = minhash(shingles(words))
    return Signed(to_blobs(matrix), buckets_of(matrix), np.diff(words.offsets).tolist())


def minhash(shingles: Shingles) -> SignatureArray:
    """The MinHash signatures, (n, 128) uint32, of articles given by their shingles.

    Bit for bit those of datasketch 2's "affine32" scheme with seed 1, for the upper 32 bits of
    the shingle hashes. Row i is all `EMPTY` when the article has no shingle.

    Source: Broder, Charikar, Frieze & Mitzenmacher 1998, Min-wise independent permutations.
    """
    a, b = _permutations()
    mixed = _mix32((shingles.hashes >> np.uint64(32)).astype(np.uint32))
    signatures = np.full((len(shingles.offsets) - 1, PERMUTATIONS), EMPTY, np.uint32)
    rows = np.flatnonzero(np.diff(shingles.offsets))
    bounds = np.append(shingles.offsets[rows], len(mixed))
    first = 0
    while first < len(rows):
        fits = int(np.searchsorted(bounds, bounds[first] + _BLOCK, "right")) - 1
        last = max(fits, first + 1)
        block = mixed[bounds[first] : bounds[last]]
        starts = bounds[first:last] - bounds[first]
        signatures[rows[first:last]] = _minima(block, starts, a, b)
        first = last
    return signatures


def bands(signatures: SignatureArray) -> npt.NDArray[np.int32]:
    """The buckets, (n, 32) int32, into which the bands of 4 values of each signature fall.

    Four bytes keep the index small: in an archive of a million articles fewer than one look-up
    in a hundred meets a stranger's bucket, and verification sends it away.

    Source: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4.
    """
    values = signatures.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    buckets = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64), values.shape[:2]).copy()
    for row in range(ROWS):
        buckets = mix64(buckets * np.uint64(_STEP) + values[:, :, row])
    return (buckets >> np.uint64(32)).astype(np.uint32).view(np.int32)


def buckets_of(signatures: SignatureArray) -> list[tuple[int, ...]]:
    """The buckets of each signature; none for that of a text without shingles."""
    filled = (signatures != EMPTY).any(axis=1)
    return [
        tuple(row) if has_text else ()
        for row, has_text in zip(bands(signatures).tolist(), filled.tolist(), strict=True)
    ]


def overlap(shingles: Shingles, a: IntArray, b: IntArray) -> Overlap:
    """Jaccard similarity and containment of pairs of articles: exact, on sets of shingles.

    `a` and `b` are (p,) row numbers. An article without shingles shares nothing: 0, never nan.
    Sets are compared by the upper 52 bits of their shingles' hashes.

    Source: Broder 1997, On the resemblance and containment of documents, section 2.
    """
    blocks = [
        _overlap(shingles, a[i : i + _PAIR_BLOCK], b[i : i + _PAIR_BLOCK])
        for i in range(0, len(a), _PAIR_BLOCK)
    ]
    if not blocks:
        return Overlap(np.zeros(0), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    return Overlap(*(np.concatenate(column) for column in zip(*blocks, strict=True)))


def estimate(signatures: SignatureArray, a: IntArray, b: IntArray) -> FloatArray:
    """The Jaccard similarity of pairs as their signatures tell it, (p,), off by .04 in the mean.

    0 for an article without shingles.
    """
    same = np.zeros(len(a))
    for start in range(0, len(a), _PAIR_BLOCK):
        rows = slice(start, start + _PAIR_BLOCK)
        first, second = signatures[a[rows]], signatures[b[rows]]
        same[rows] = ((first == second) & (first != EMPTY)).mean(axis=1)
    return same


def from_blobs(blobs: Sequence[bytes]) -> SignatureArray:
    """Signatures (n, 128) from the bytes that the index keeps; b"" gives a row of `EMPTY`."""
    blank = b"\xff" * (4 * PERMUTATIONS)
    joined = b"".join(blob or blank for blob in blobs)
    return np.frombuffer(joined, "<u4").reshape(-1, PERMUTATIONS).astype(np.uint32)


def to_blobs(signatures: SignatureArray) -> list[bytes]:
    """What the index keeps of each signature: 128 little-endian uint32."""
    joined = signatures.astype("<u4").tobytes()
    return [joined[i : i + 4 * PERMUTATIONS] for i in range(0, len(joined), 4 * PERMUTATIONS)]


def as_datasketch(blob: bytes) -> "datasketch.MinHash":
    """A stored signature as a MinHash of datasketch, that its LSH and its methods take."""
    import datasketch

    values = from_blobs([blob])[0]
    return datasketch.MinHash(
        num_perm=PERMUTATIONS, seed=SEED, scheme="affine32", hashvalues=values
    )


def _short_run(words: UIntArray) -> int:
    combined = sum(int(word) * pow(_STEP, place, 1 << 64) for place, word in enumerate(words))
    return combined % (1 << 64)


@cache
def _permutations() -> SignatureArray:
    """The factors and the summands of "affine32", (2, 128): as datasketch draws them.

    Importing datasketch for them would take 0.15 s of every run.
    """
    random = np.random.RandomState(SEED)
    factors = random.randint(0, 1 << 31, PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    summands = random.randint(0, 1 << 32, PERMUTATIONS, np.uint32)
    return np.stack([factors, summands])


def _mix32(values: SignatureArray) -> SignatureArray:
    """MurmurHash3's 32-bit finalizer, in place, as "affine32" begins."""
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _minima(
    block: SignatureArray, starts: IntArray, a: SignatureArray, b: SignatureArray
) -> SignatureArray:
    """The smallest a x h + b of each article for each permutation, (articles, 128)."""
    if len(starts) == 1 and len(block) <= _BLOCK:  # `match`: one outer product beats 128 loops
        return np.asarray((block[:, None] * a + b).min(axis=0))[None, :]
    minima = np.empty((len(a), len(starts)), np.uint32)
    work = np.empty_like(block)
    for k in range(len(a)):
        np.multiply(block, a[k], out=work)
        np.add(work, b[k], out=work)
        np.minimum.reduceat(work, starts, out=minima[k])
    return minima.T


def _overlap(shingles: Shingles, a: IntArray, b: IntArray) -> Overlap:
    """Sorting brings equal shingles of a pair side by side: the pair's number is their low end."""
    rows, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    sets = np.sort(_labelled(*_gathered(shingles, rows)))
    sets = sets[np.append(True, sets[1:] != sets[:-1])[: len(sets)]]  # a set holds a shingle once
    sizes = np.bincount(_label(sets), minlength=len(rows))
    by_row = np.argsort(_label(sets), kind="stable")
    of_rows = Shingles(sets[by_row], offsets_of(sizes))
    both = _labelled(
        *(
            np.concatenate(x)
            for x in zip(
                _gathered(of_rows, places[: len(a)]),
                _gathered(of_rows, places[len(a) :]),
                strict=True,
            )
        )
    )
    both.sort()
    shared = np.bincount(_label(both[1:][both[1:] == both[:-1]]), minlength=len(a))
    of_a, of_b = sizes[places[: len(a)]], sizes[places[len(a) :]]
    return Overlap(
        _ratio(shared, of_a + of_b - shared), _ratio(shared, of_a), _ratio(shared, of_b), shared
    )


def _gathered(shingles: Shingles, rows: IntArray) -> tuple[UIntArray, IntArray]:
    """The shingles of some articles, one after the other, and for each its place in `rows`."""
    counts = np.diff(shingles.offsets)[rows]
    offsets = offsets_of(counts)
    places = np.arange(offsets[-1]) + np.repeat(shingles.offsets[rows] - offsets[:-1], counts)
    return shingles.hashes[places], np.repeat(np.arange(len(rows)), counts)


def _labelled(hashes: UIntArray, labels: IntArray) -> UIntArray:
    return (hashes & ~_LABEL) | labels.astype(np.uint64)


def _label(labelled: UIntArray) -> npt.NDArray[np.int16]:
    return (labelled & _LABEL).astype(np.int16)


def _ratio(part: IntArray, whole: IntArray) -> FloatArray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)
