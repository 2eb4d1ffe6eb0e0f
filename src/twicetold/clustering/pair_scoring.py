"""Score the candidate pairs of a day: copies and templates exactly, the others by the model.

The stages, for each day: weights, neighbours, comparison of texts, features, probability. Start
reading at `score_days`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import BoolArray, FloatArray, IntArray
from ..copies.compare import compare
from ..copies.minhash import estimate_jaccard
from ..pairs import Pairs
from ..text.matrix import cosines
from ..text.words import own_words_mask
from . import model
from .features import one_language_features, stem_cosines, two_language_features
from .model import Models
from .neighbours import find_neighbours
from .term_weights import Block, Weighted, weight_rows
from .window import context_days, two_languages

LEAST_PROBABILITY = 0.2  # links below it are not kept: they cannot hold a story together
_LOOK_ALIKE = 0.06  # Jaccard by signature; a text that holds a fifth of the other shows more


class ScoredPairs(NamedTuple):
    """Scored pairs of a window's rows, (p,) each, sorted by (a, b)."""

    a: IntArray
    b: IntArray
    kind: npt.NDArray[np.str_]  # 'copy', 'story' or 'template'
    probability: FloatArray  # of one event; 1 for a copy, 0 for a template
    overlap: FloatArray  # (p, 3): jaccard, a_in_b, b_in_a; nan: texts too unlike to compare
    cosines: FloatArray  # (p, 4): body, lead, title, names
    hours: FloatArray  # nan: an article has no time
    features: FloatArray  # (p, f) in the order of the model's names; nan beyond them
    across: BoolArray  # of two languages

    def select(self, rows: BoolArray) -> "ScoredPairs":
        """Return the pairs that `rows` (p,) marks."""
        return ScoredPairs._make(column[rows] for column in self)


class TextComparison(NamedTuple):
    """What the texts of pairs decide, (p,) each."""

    copy: BoolArray
    template: BoolArray
    overlap: FloatArray  # (p, 3): jaccard, a_in_b, b_in_a; nan: too unlike to compare


def score_days(
    block: Block, days: Sequence[int], active_days: int, models: Models
) -> Iterator[ScoredPairs]:
    """Yield the scored pairs of each day, among the articles that a run on that day sees.

    Rows are those of the block.
    """
    for day in days:
        reach_start, last = block.window.rows(active_days, day)
        first, _ = block.window.rows(context_days(active_days), day)
        articles = weight_rows(block, first, last)
        queries = np.flatnonzero(articles.window.day == day)
        in_reach = np.arange(first, last) >= reach_start
        pairs = find_neighbours(articles, queries, queries, articles, in_reach)
        scored = score_pairs(articles, pairs, models)
        yield scored._replace(a=scored.a + first, b=scored.b + first)


def score_pairs(articles: Weighted, pairs: Pairs, models: Models) -> ScoredPairs:
    """Score pairs of articles; a pair's score depends on the other `pairs` of its articles."""
    window, (a, b) = articles.window, pairs
    hours = window.hour[b] - window.hour[a]
    texts = compare_texts(articles, pairs)
    independent = ~(texts.copy | texts.template)
    across = two_languages(window, a, b)
    field_cosines = np.stack([cosines(field, a, b) for field in articles.fields], axis=1)
    stems = stem_cosines(articles, pairs)
    plain = one_language_features(field_cosines, stems, pairs, hours, independent & ~across)
    log_odds = model.log_odds(plain, models.one_language)
    features = np.full((len(a), max(len(each.names) for each in models)), np.nan)
    features[:, : plain.shape[1]] = plain
    if articles.views is not None and across.any():
        crossing = two_language_features(
            articles, pairs.select(across), hours[across], independent[across]
        )
        across_model = models.for_two_languages(articles.embeddings is not None)
        log_odds[across] = model.log_odds(crossing, across_model)
        features[across] = np.nan
        features[across, : crossing.shape[1]] = crossing
    probability = model.probability(log_odds)
    probability[texts.copy] = 1.0
    probability[texts.template] = 0.0
    kind = np.where(texts.copy, "copy", np.where(texts.template, "template", "story"))
    return ScoredPairs(
        a, b, kind, probability, texts.overlap, field_cosines, hours, features, across
    )


def worth_a_link(scored: ScoredPairs) -> ScoredPairs:
    """Return the pairs that become links: the probable ones, and all whose texts are alike."""
    worth = (scored.probability >= LEAST_PROBABILITY) | (scored.kind != "story")
    return scored.select(worth)


def independent_pairs(articles: Weighted, pairs: Pairs) -> Pairs:
    """Return the pairs that are neither copies nor templates."""
    texts = compare_texts(articles, pairs)
    return pairs.select(~(texts.copy | texts.template))


def compare_texts(articles: Weighted, pairs: Pairs) -> TextComparison:
    """Compare the texts of pairs whose signatures look alike; the others are not compared."""
    window, (a, b) = articles.window, pairs
    alike = np.flatnonzero(estimate_jaccard(window.signatures, a, b) >= _LOOK_ALIKE)
    copy, template = np.zeros(len(a), bool), np.zeros(len(a), bool)
    overlap = np.full((len(a), 3), np.nan)
    if len(alike):
        rows, places = np.unique(np.concatenate([a[alike], b[alike]]), return_inverse=True)
        words = articles.words.take(rows)
        mask = own_words_mask(
            words, [window.titles[row] for row in rows], [window.bodies[row] for row in rows]
        )
        hours = (window.hour[b] - window.hour[a])[alike]
        compared = compare(words, mask, places[: len(alike)], places[len(alike) :], hours)
        copy[alike], template[alike] = compared.copy, compared.template
        overlap[alike] = np.stack(compared.overlap[:3], axis=1)
    return TextComparison(copy, template, overlap)
