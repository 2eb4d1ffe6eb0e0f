"""The array types of the package, each defined once, and helpers that every room needs.

Shapes stand in docstrings: n articles, t words, v terms, p pairs, f features.
"""

import numpy as np
import numpy.typing as npt

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.int64]
Int32Array = npt.NDArray[np.int32]
UIntArray = npt.NDArray[np.uint64]  # hashes
UInt32Array = npt.NDArray[np.uint32]  # MinHash signatures
FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]  # weights of terms, embeddings


def offsets_of(counts: npt.ArrayLike) -> IntArray:
    """Return the (n + 1,) offsets of rows with (n,) `counts` entries each; the first is 0."""
    sizes = np.asarray(counts, dtype=np.int64)
    offsets = np.zeros(len(sizes) + 1, np.int64)
    np.cumsum(sizes, out=offsets[1:])
    return offsets


def places_in(listed: UIntArray, hashes: UIntArray) -> IntArray:
    """Return the place of each hash in `listed`, -1 if it is missing; `listed` is ascending."""
    places = np.searchsorted(listed, hashes)
    present = places < len(listed)
    present[present] = listed[places[present]] == hashes[present]
    return np.where(present, places, -1)


def mask_of_spans(starts: IntArray, ends: IntArray, size: int) -> BoolArray:
    """Mark the places (size,) that are in one of the spans start..end - 1, (s,) each."""
    change = np.bincount(starts, minlength=size + 1) - np.bincount(ends, minlength=size + 1)
    return np.asarray(np.cumsum(change)[:-1] > 0)


def is_first(values: npt.NDArray[np.generic]) -> BoolArray:
    """Mark the first of each run of equal values, (n,); an empty array gives an empty one."""
    return np.append(True, values[1:] != values[:-1])[: len(values)]
