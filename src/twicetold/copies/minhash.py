"""Shingles to MinHash signatures, and signatures to the buckets of their bands.

A signature finds candidates: two articles that share a bucket are a candidate pair. Whether one
is a copy is decided on the exact sets of shingles. Start reading at `sign`.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..arrays import FloatArray, Int32Array, IntArray, UInt32Array
from ..errors import ArgumentError
from ..text.cleaning import own_words
from ..text.runs import STEP, mix64
from ..text.tokens import Tokens, stream
from .shingles import Shingles, shingles

if TYPE_CHECKING:
    import datasketch

PERMUTATIONS = 128
SEED = 1
BANDS, ROWS = 32, 4  # finds .87 of the pairs at Jaccard .5, .99 at .6, all from .7 on
EMPTY = np.uint32(0xFFFFFFFF)  # every value of the signature of an article without shingles
BLANK = PERMUTATIONS * EMPTY.tobytes()  # such a signature as bytes
_BLOCK = 1 << 16  # shingles at a time: half as fast again as 2**14, and no slower than 2**18
_PAIR_BLOCK = 1 << 9  # pairs at a time


class Signed(NamedTuple):
    """What the index stores for n texts."""

    minhashes: list[bytes]
    buckets: list[tuple[int, ...]]  # none for a text without shingles
    words: list[int]  # how many


def sign(texts: Sequence[str]) -> Signed:
    """Return the signature, the buckets and the length of each text."""
    return sign_words(stream(texts, split_unspaced=True))


def sign_words(words: Tokens) -> Signed:
    """Return the signature, the buckets and the length of each text, given its words."""
    signatures = signatures_of(shingles(words))
    lengths = np.diff(words.offsets).tolist()
    return Signed(to_blobs(signatures), buckets_of(signatures), lengths)


def signatures_of(shingles: Shingles) -> UInt32Array:
    """Return the MinHash signatures, (n, 128), of articles given by their shingles.

    Bit for bit the signatures of datasketch 2's "affine32" scheme with seed 1, for the upper 32
    bits of the shingle hashes. Row i is all `EMPTY` if the article has no shingle.

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


def bands(signatures: UInt32Array) -> Int32Array:
    """Return the bucket of each band of 4 values of each signature, (n, 32).

    Four bytes keep the index small: in an archive of a million articles, fewer than one look-up
    in a hundred finds an unrelated bucket, and the exact comparison rejects the pair.

    Source: Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, section 3.4.
    """
    values = signatures.reshape(len(signatures), BANDS, ROWS).astype(np.uint64)
    buckets = np.broadcast_to(np.arange(1, BANDS + 1, dtype=np.uint64), values.shape[:2]).copy()
    for row in range(ROWS):
        buckets = mix64(buckets * np.uint64(STEP) + values[:, :, row])
    return (buckets >> np.uint64(32)).astype(np.uint32).view(np.int32)


def buckets_of(signatures: UInt32Array) -> list[tuple[int, ...]]:
    """Return the buckets of each signature; none for that of a text without shingles."""
    filled = (signatures != EMPTY).any(axis=1)
    return [
        tuple(row) if has_text else ()
        for row, has_text in zip(bands(signatures).tolist(), filled.tolist(), strict=True)
    ]


def estimate_jaccard(signatures: UInt32Array, a: IntArray, b: IntArray) -> FloatArray:
    """Return the Jaccard similarity of pairs as their signatures estimate it, (p,).

    The mean error is .04. An article without shingles gives 0.
    """
    estimates = np.zeros(len(a))
    for start in range(0, len(a), _PAIR_BLOCK):
        rows = slice(start, start + _PAIR_BLOCK)
        first, second = signatures[a[rows]], signatures[b[rows]]
        estimates[rows] = ((first == second) & (first != EMPTY)).mean(axis=1)
    return estimates


def from_blobs(blobs: Sequence[bytes]) -> UInt32Array:
    """Return signatures (n, 128) from the bytes in the index; b"" gives a row of `EMPTY`."""
    joined = b"".join(blob or BLANK for blob in blobs)
    return np.frombuffer(joined, "<u4").reshape(-1, PERMUTATIONS).astype(np.uint32)


def to_blobs(signatures: UInt32Array) -> list[bytes]:
    """Return what the index stores for each signature: 128 little-endian uint32."""
    joined = signatures.astype("<u4").tobytes()
    return [joined[i : i + 4 * PERMUTATIONS] for i in range(0, len(joined), 4 * PERMUTATIONS)]


def as_datasketch(blob: bytes) -> "datasketch.MinHash":
    """Return a stored signature as a `datasketch.MinHash`, for datasketch's LSH and methods."""
    import datasketch

    values = from_blobs([blob])[0]
    return datasketch.MinHash(
        num_perm=PERMUTATIONS, seed=SEED, scheme="affine32", hashvalues=values
    )


def minhash(text: str) -> "datasketch.MinHash":
    """Return the signature of the body of an article, to compare with `Index.minhash(article)`.

    Datelines, credit lines and site furniture do not count, as in an index. Raises ArgumentError if
    it is not text.
    """
    if not isinstance(text, str):
        raise ArgumentError("text", f"{str(text)[:40]!r} is not text")
    return as_datasketch(signature_of(text))


def signature_of(text: str) -> bytes:
    """Return the signature of the body of an article, as the index stores it."""
    return sign([own_words(text)]).minhashes[0]


@cache
def _permutations() -> UInt32Array:
    """Return the factors and summands of "affine32", (2, 128), as datasketch draws them.

    Importing datasketch for them would take 0.15 s of every run.
    """
    random = np.random.RandomState(SEED)
    factors = random.randint(0, 1 << 31, PERMUTATIONS, np.uint32) * np.uint32(2) + np.uint32(1)
    summands = random.randint(0, 1 << 32, PERMUTATIONS, np.uint32)
    return np.stack([factors, summands])


def _mix32(values: UInt32Array) -> UInt32Array:
    """Mix bits in place, as "affine32" begins.

    Source: Appleby 2011, MurmurHash3, 32-bit finalizer.
    """
    values ^= values >> np.uint32(16)
    values *= np.uint32(0x85EBCA6B)
    values ^= values >> np.uint32(13)
    values *= np.uint32(0xC2B2AE35)
    values ^= values >> np.uint32(16)
    return values


def _minima(block: UInt32Array, starts: IntArray, a: UInt32Array, b: UInt32Array) -> UInt32Array:
    """Return the smallest a x h + b of each article for each permutation, (articles, 128)."""
    if len(starts) == 1 and len(block) <= _BLOCK:  # `match`: one outer product beats 128 loops
        return np.asarray((block[:, None] * a + b).min(axis=0))[None, :]
    minima = np.empty((len(a), len(starts)), np.uint32)
    work = np.empty_like(block)
    for k in range(len(a)):
        np.multiply(block, a[k], out=work)
        np.add(work, b[k], out=work)
        np.minimum.reduceat(work, starts, out=minima[k])
    return minima.T
