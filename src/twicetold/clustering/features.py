"""The features of candidate pairs, which the model weights: similarities, time, and rank.

Rank features compare a pair with the other pairs of its articles, so a dense week and a quiet one
read alike. Start reading at `one_language_features`. `meanings` explains each feature.
"""

import numpy as np

from ..arrays import BoolArray, FloatArray
from ..pairs import Pairs
from ..text.crosslingual import LEXICONS
from ..text.matrix import cosines
from .term_weights import Weighted
from .window import Window

HOURS_PER_DAY = 24.0
# the least value of a best similarity: the nearest of unrelated articles is unrelated. A sum of two
# cosines (body, lead) in one language, of three (names, words, 4-grams) in two; tried on all sets
LEAST_BEST = 0.5
LEAST_BEST_ACROSS = 0.5
CROWD_RANK = 5  # the neighbour whose nearness shows a crowd; 3 to 8 do as well
LEAST_CROWD = 0.2  # a cosine of stems; without it, the few neighbours of a sparse index mislead
_UNIT = 100_000


def one_language_features(
    field_cosines: FloatArray,
    stems: FloatArray,
    pairs: Pairs,
    hours: FloatArray,
    independent: BoolArray,
) -> FloatArray:
    """Return the features of pairs of one language, (p, f), in the order of the model.

    `field_cosines` (p, 4) are those of body, lead, title and names, `stems` (p,) those of stems.
    `hours` (p,) is nan if a time is unknown; `independent` (p,) marks the pairs that are neither
    copies nor templates.
    """
    body, lead, title, names = field_cosines.T
    larger, smaller = shares_of_best(body + lead, pairs, independent, LEAST_BEST)
    # multiplied by the cosine, because among unrelated articles, too, one is the nearest
    shares = stems * larger, stems * smaller
    # square roots: the first hundredths of a cosine tell more than the last
    roots = np.sqrt(np.maximum([title, stems, body, lead, names], 0))
    crowding = crowd(stems, pairs, independent)
    return np.column_stack([*roots, days_apart(hours), *shares, crowding])


def two_language_features(
    articles: Weighted, pairs: Pairs, hours: FloatArray, independent: BoolArray
) -> FloatArray:
    """Return the features of pairs of two languages, (p, f), in the order of the model.

    With embeddings, their features stand last.
    """
    names, words, grams = _view_cosines(articles, pairs)
    best = names + words + grams
    larger, smaller = shares_of_best(best, pairs, independent, LEAST_BEST_ACROSS)
    shares = words * larger, words * smaller
    columns = [names, words, grams, days_apart(hours), np.isnan(hours), *shares]
    if articles.embeddings is None:
        return np.column_stack(columns)
    near = embedding_cosines(articles, pairs)
    larger, smaller = shares_of_best(near, pairs, independent, LEAST_BEST)
    return np.column_stack([*columns, near, near * larger, near * smaller])


def nearness(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return what ranks the neighbours of an article in its own language, (p,)."""
    body, lead = articles.fields[:2]
    return cosines(body, *pairs) + cosines(lead, *pairs)


def nearness_across(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return what ranks the neighbours of an article in other languages, (p,)."""
    names, words, grams = _view_cosines(articles, pairs)
    return names + words + grams


def stem_cosines(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return the cosine of stems, (p,), by which a crowd is measured."""
    return cosines(articles.stems, *pairs)


def embedding_cosines(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return the cosine of embeddings, (p,), at least 0."""
    assert articles.embeddings is not None
    products = articles.embeddings[pairs.a] * articles.embeddings[pairs.b]
    return np.asarray(np.maximum(products.sum(axis=1, dtype=np.float64), 0.0))


def shares_of_best(
    similarity: FloatArray, pairs: Pairs, independent: BoolArray, least: float
) -> tuple[FloatArray, FloatArray]:
    """Return each pair's similarity as a share of its articles' best similarities, (p,) each.

    First as a share of the larger of the two bests, then of the smaller, 0..1. Only `independent`
    pairs (p,) count for the best: beside a reprint, an independent report would seem far. A best
    below `least` counts as `least`.
    """
    a, b = pairs
    best = np.full(int(max(a.max(initial=-1), b.max(initial=-1))) + 1, least)
    np.maximum.at(best, a[independent], similarity[independent])
    np.maximum.at(best, b[independent], similarity[independent])
    larger, smaller = np.maximum(best[a], best[b]), np.minimum(best[a], best[b])
    return np.minimum(similarity / larger, 1.0), np.minimum(similarity / smaller, 1.0)


def crowd(similarity: FloatArray, pairs: Pairs, independent: BoolArray) -> FloatArray:
    """Return the similarity of the neighbour at `CROWD_RANK`, the lower of two articles', (p,).

    Where many neighbours are near, nearness means little. Only `independent` pairs (p,) count.
    A missing or farther one counts as `LEAST_CROWD`: few articles do not prove a quiet week.
    """
    a, b = pairs
    # whole numbers sort fast, and alike on any machine: 1 - similarity, in hundred-thousandths
    distance = _UNIT - np.round(similarity[independent] * _UNIT).astype(np.int64)
    rows = np.concatenate([a[independent], b[independent]])
    row, distance = np.divmod(np.sort(rows * (_UNIT + 1) + np.tile(distance, 2)), _UNIT + 1)
    at_rank = np.arange(len(row)) - np.searchsorted(row, row) == CROWD_RANK - 1
    level = np.full(int(max(a.max(initial=-1), b.max(initial=-1))) + 1, LEAST_CROWD)
    level[row[at_rank]] = np.maximum(1 - distance[at_rank] / _UNIT, LEAST_CROWD)
    smaller: FloatArray = np.minimum(level[a], level[b])
    return smaller


def days_apart(hours: FloatArray) -> FloatArray:
    """Return the days between the articles of each pair, (p,); 0 if a time is unknown."""
    return np.nan_to_num(np.abs(hours)) / HOURS_PER_DAY


def _view_cosines(articles: Weighted, pairs: Pairs) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the cosines of names, of words, and of 4-grams, (p,) each."""
    assert articles.views is not None
    names, words, grams = (cosines(view, *pairs) for view in articles.views)
    # words of a language without a lexicon match nothing: 4-grams count in their place
    return names, np.where(_have_lexicons(articles.window, pairs), words, grams), grams


def _have_lexicons(window: Window, pairs: Pairs) -> BoolArray:
    """Return whether both languages of a pair have a lexicon, (p,)."""
    has_lexicon = np.array([name in LEXICONS for name in window.langs], bool)[window.lang]
    both: BoolArray = has_lexicon[pairs.a] & has_lexicon[pairs.b]
    return both
