"""Which reports say what a statement says? In any words, and in any language with a lexicon.

A report covers a statement if two or three of its sentences have most of the statement's
distinctive words. Start reading at `report_coverage`, then `reporting`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, is_first
from .concepts import Concepts, headline_weights
from .statements import Statement

# Measured on 728 judgements whether an outlet of the sample corpus reports a statement: .98 of what
# reaches it is right, and .73 of what is right reaches it. On 134 judgements on real news, in which
# words of the event are in every report, .91 and .50; without `_COMMON`, .84 and .85.
_COVERED = 0.3
_EVENT = 0.5  # of the headlines' words; of 13 such names below `_COVERED`, 11 were right
_COMMON = 2  # exponent: a word that many statements of the story have says little
_SENTENCES = 3  # of a report that are taken together
_LEAST_PART = 0.2  # of the statement that each of them adds
_FEW_CELLS = 200_000  # of statements and concepts, that are multiplied in a dense array
_MOST_CELLS = 4_000_000  # of statements and concepts, that are held at once
_LEAST_SHARED = 2  # distinctive words; one may be there by chance


class Coverage(NamedTuple):
    """How much of p statements each of n reports says, (p, n) in 0..1."""

    words: FloatArray  # of their distinctive words
    facts: FloatArray  # the same, less where their numbers are missing


def reporting(
    statements: Sequence[Statement],
    concepts: Concepts,
    places: Sequence[int],
    coverage: FloatArray,
) -> BoolArray:
    """Return which reports say what some statements say, (p, n), given how much of their facts.

    A statement that tells the event itself, as headlines do, is told by all reports that have any
    of it in their sentences; others need `_COVERED`. The report of a statement says it.
    """
    share = event_shares(statements, concepts, places)
    marks = (coverage >= _COVERED) | ((share >= _EVENT)[:, None] & (coverage > 0))
    marks[np.arange(len(places)), [statements[place].article for place in places]] = True
    return np.asarray(marks)


def event_shares(
    statements: Sequence[Statement], concepts: Concepts, places: Sequence[int]
) -> FloatArray:
    """Return how much of the words of all headlines some statements have, (p,) in 0..1."""
    headline = np.array([statement.in_headline for statement in statements], bool)
    weights = headline_weights(concepts, headline)
    return np.asarray(concepts.rows[list(places)] @ weights) / max(float(weights.sum()), 1e-9)


def without_repetition(rows: Sequence[int], coverage: FloatArray, least: float) -> list[int]:
    """Return rows without those of which an earlier one says `least` or more.

    `coverage` (p, p) is that of `statement_coverage`.
    """
    chosen: list[int] = []
    for row in rows:
        if not chosen or coverage[row, chosen].max() < least:
            chosen.append(row)
    return chosen


def report_coverage(
    statements: Sequence[Statement],
    concepts: Concepts,
    places: Sequence[int],
    covered: dict[int, FloatArray],
) -> Coverage:
    """Return how much of some statements each report says.

    The statements of a report follow each other. A report without statements covers nothing.
    `covered` has the rows that were computed before, (2, n) each, and gets the new ones.
    """
    rows = np.array([statement.article for statement in statements], np.int64)
    size = int(rows.max(initial=-1)) + 1
    weights = _weights(concepts)
    has = _has(concepts)
    for place in places:
        if place not in covered:
            covered[place] = _coverage_of(rows, size, concepts, has, weights, place)
    rows_of = np.array([covered[place] for place in places], np.float64)
    return Coverage(*rows_of.reshape(len(places), 2, size).transpose(1, 0, 2))


def statement_coverage(concepts: Concepts, places: Sequence[int]) -> FloatArray:
    """Return how much of some statements each of them says, (p, p) in 0..1, by their words."""
    rows, stems = concepts.rows[list(places)], np.flatnonzero(concepts.is_stem)
    if len(places) * rows.shape[1] <= _FEW_CELLS:  # many times faster for so few
        cells = rows.toarray()[:, stems]
        shared = np.asarray((cells * concepts.idf[stems]) @ cells.T, np.float64)
    else:
        weights = np.where(concepts.is_stem, concepts.idf, 0)
        shared = np.asarray((rows.multiply(weights[None, :]) @ rows.T).todense(), np.float64)
    return shared / np.maximum(shared.diagonal(), 1e-9)[:, None]


def _weights(concepts: Concepts) -> FloatArray:
    """Return the idf of concepts, (c,), reduced where many statements of the story have them."""
    size = max(concepts.rows.shape[0], 1)
    counts = np.asarray(concepts.rows.sum(axis=0)).ravel()
    local = np.log(1 + size / np.maximum(counts, 1)) / np.log(1 + size)
    return np.asarray(concepts.idf * local**_COMMON)


def _has(concepts: Concepts) -> Callable[[IntArray], BoolArray]:
    """Return a function that tells which statements have some concepts, (s, k)."""
    if concepts.rows.shape[0] * concepts.rows.shape[1] > _MOST_CELLS:
        by_column = concepts.rows.tocsc()
        return lambda columns: np.asarray(by_column[:, columns].todense()) > 0
    cells = concepts.rows.toarray() > 0
    return lambda columns: np.asarray(cells[:, columns])


def _coverage_of(
    rows: IntArray,
    size: int,
    concepts: Concepts,
    has_concepts: Callable[[IntArray], BoolArray],
    weights: FloatArray,
    place: int,
) -> FloatArray:
    """Return the rows of a `Coverage`, (2, n), of one statement, by weights of concepts (c,)."""
    own = concepts.of(place)
    own = own[concepts.is_stem[own]]
    if not len(own):
        return np.zeros((2, size))
    weights, is_number = weights[own], concepts.is_number[own]
    has = has_concepts(own)
    enough = has.sum(axis=1) >= min(_LEAST_SHARED, len(own))
    covered = np.zeros((size, len(own)), bool)
    starts = np.flatnonzero(is_first(rows))
    for _ in range(_SENTENCES):
        gains = (has & ~covered[rows]) @ weights * enough
        gains[gains < _LEAST_PART * weights.sum()] = 0
        best = np.maximum.reduceat(gains, starts)
        chosen = np.flatnonzero((gains > 0) & (gains == np.repeat(best, _lengths(starts, rows))))
        chosen = chosen[is_first(rows[chosen])]
        covered[rows[chosen]] |= has[chosen]
    share = covered @ weights / weights.sum()
    numbers = (covered & is_number).sum(axis=1) / max(is_number.sum(), 1)
    # "killed 5" is not "killed 9"
    return np.array([share, share * numbers if is_number.any() else share], np.float64)


def _lengths(starts: IntArray, rows: IntArray) -> IntArray:
    return np.diff(np.append(starts, len(rows)))
