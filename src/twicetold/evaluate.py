"""How well do clusters agree with labels? Two label arrays in, figures out.

Labels are anything that can be compared for equality; only who is together matters.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .tokens import IntArray


class Agreement(NamedTuple):
    """Precision, recall and their harmonic mean, 0..1; 1 where there is nothing to get wrong."""

    precision: float
    recall: float
    f1: float


def bcubed(gold: Sequence[object], found: Sequence[object]) -> Agreement:
    """For each article, of those found with it the share that belong, and of those that belong
    the share found; the mean over articles.

    Source: Bagga & Baldwin 1998, Entity-based cross-document coreferencing; Amigó et al. 2009.
    """
    rows, columns, both = _table(gold, found)
    if not len(both):
        return Agreement(1.0, 1.0, 1.0)
    total = both.sum()
    precision = float((both**2 / _sums(columns, both)[columns]).sum() / total)
    recall = float((both**2 / _sums(rows, both)[rows]).sum() / total)
    return Agreement(precision, recall, _harmonic(precision, recall))


def pairwise(gold: Sequence[object], found: Sequence[object]) -> Agreement:
    """Of the pairs found together the share that belong together, and the other way round."""
    rows, columns, both = _table(gold, found)
    shared = _pairs(both)
    found_pairs, gold_pairs = _pairs(_sums(columns, both)), _pairs(_sums(rows, both))
    precision = shared / found_pairs if found_pairs else 1.0
    recall = shared / gold_pairs if gold_pairs else 1.0
    return Agreement(precision, recall, _harmonic(precision, recall))


def _table(gold: Sequence[object], found: Sequence[object]) -> tuple[IntArray, IntArray, IntArray]:
    """The cells of the contingency table that are not empty: row, column, count."""
    rows, columns = _numbered(gold), _numbered(found)
    if len(rows) != len(columns):
        raise ValueError(f"{len(rows)} labels and {len(columns)} clusters: one each is needed")
    width = int(columns.max(initial=0)) + 1
    cells, counts = np.unique(rows * width + columns, return_counts=True)
    return cells // width, cells % width, counts.astype(np.int64)


def _numbered(labels: Sequence[object]) -> IntArray:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _sums(places: IntArray, counts: IntArray) -> IntArray:
    sums = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
    np.add.at(sums, places, counts)
    return sums


def _pairs(counts: IntArray) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
