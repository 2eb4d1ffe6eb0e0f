"""Sparse matrices of articles by terms: counts, and weights in rows of unit norm."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, Float32Array, FloatArray, Int32Array, IntArray, UIntArray
from .runs import mix64

Matrix = sparse.csr_array


def count_matrix(rows: IntArray, columns: Int32Array, shape: tuple[int, int]) -> Matrix:
    """Return how often each column occurs in each row; `rows` (t,) ascending, `columns` (t,)."""
    offsets = np.searchsorted(rows, np.arange(shape[0] + 1))
    ones = np.ones(len(rows), np.float32)
    # a copy, because `sum_duplicates` sorts the columns of each row in place
    matrix = sparse.csr_array((ones, columns.copy(), offsets.astype(np.int32)), shape)
    matrix.sum_duplicates()
    return matrix


def unit_rows(matrix: Matrix, weights: FloatArray | Float32Array) -> Matrix:
    """Return `matrix` with other `weights`, each row scaled to length 1; an empty row stays 0."""
    sizes = np.diff(matrix.indptr)
    filled = sizes > 0
    squares = np.add.reduceat(weights.astype(np.float64) ** 2, matrix.indptr[:-1][filled])
    weights = weights / np.repeat(np.sqrt(squares), sizes[filled])
    return sparse.csr_array(
        (weights.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape
    )


def cosines(matrix: Matrix, a: IntArray, b: IntArray) -> FloatArray:
    """Return the cosine of each pair of rows, (p,); the rows of `matrix` have length 1 or 0."""
    if not len(a):
        return np.zeros(0)
    products = matrix[a].multiply(matrix[b])
    return np.minimum(np.asarray(products.sum(axis=1), np.float64).ravel(), 1.0)


def ones_like(matrix: Matrix) -> Matrix:
    """Return 1 where a matrix has a value."""
    ones = np.ones(len(matrix.data), np.float32)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), matrix.shape)


def select_cells(matrix: Matrix, chosen: BoolArray) -> Matrix:
    """Return a matrix with only the `chosen` of its values, in the order of `matrix.data`."""
    offsets = np.concatenate([[0], np.cumsum(chosen)])[matrix.indptr]
    cells = (matrix.data[chosen], matrix.indices[chosen], offsets)
    return sparse.csr_array(cells, matrix.shape)


def row_sums(matrix: Matrix) -> FloatArray:
    """Return the sum of each row, (n,)."""
    return np.asarray(matrix.sum(axis=1), np.float64).ravel()


def move_columns(row: Matrix, columns: IntArray, width: int) -> Matrix:
    """Return a (1, f) row over another vocabulary: column i moves to `columns[i]`, below `width`.

    A column of -1 is missing in the other vocabulary and moves to a new one behind it.
    """
    missing = columns < 0
    new = width - 1 + np.cumsum(missing)
    moved = np.where(missing, new, columns)[row.indices]
    order = np.argsort(moved)
    cells = (row.data[order], moved[order], row.indptr)
    return sparse.csr_array(cells, (1, width + int(missing.sum())))


def stack_rows(parts: Sequence[Matrix]) -> Matrix:
    """Return the rows of all `parts`, one below the other; narrow ones are filled with 0."""
    width = max(part.shape[1] for part in parts)
    wide = [
        sparse.csr_array((part.data, part.indices, part.indptr), (part.shape[0], width))
        for part in parts
    ]
    return sparse.csr_array(sparse.vstack(wide, format="csr"))


def set_hashes(members: IntArray | Int32Array, offsets: IntArray | Int32Array) -> UIntArray:
    """Return a hash of each set of numbers, whatever their order; 0 for an empty one."""
    mixed = mix64(members.astype(np.uint64) + np.uint64(1))
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(mixed)])
    return np.asarray(sums[offsets[1:]] - sums[offsets[:-1]])


def incidence(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> Matrix:
    """Return 1 where a row has a column, however often."""
    ones = np.ones(len(rows), np.float32)
    return ones_like(sparse.csr_array((ones, (rows, columns)), shape))
