"""Score the candidate pairs of a day: copies and templates exactly, the others by the model.

The stages, for each day: weights, neighbours, comparison of texts, conflict, prior, development.
Start reading at `score_day`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..arrays import BoolArray, FloatArray, IntArray
from ..copies.compare import LOOK_ALIKE, compare
from ..copies.minhash import estimate_jaccard
from ..pairs import Pairs
from ..text.matrix import Matrix, cosines
from ..text.words import own_words_mask
from . import conflict, development, model
from .features import one_language_features, stem_cosines, two_language_features
from .model import Models
from .neighbours import find_neighbours
from .prior import Prior, estimate_prior, prior_features
from .term_weights import Block, Weighted, weight_rows
from .window import context_days, two_languages

LEAST_PROBABILITY = 0.02  # links below it are not kept: they change no mean
CONFLICT_FROM = (
    -0.5
)  # log-odds at even odds; below it, conflict is not computed: it counts as average
DEVELOPED_FROM = 0.1  # less probable pairs rise to .3 in fewer than 1 of 100 cases


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


class DayScores(NamedTuple):
    """The scored pairs of one day, and what they were scored with."""

    pairs: ScoredPairs  # of rows of the block
    prior: Prior
    first: int  # row of the first article of the context
    stems: Matrix  # weights of the articles of the context


class ComparedDay(NamedTuple):
    """The candidate pairs of one day, their texts compared."""

    first: int  # row of the first article of the context
    articles: Weighted  # of the context
    compared: "ComparedPairs"
    prior: Prior


def compare_day(block: Block, day: int, active_days: int, models: Models) -> ComparedDay:
    """Return the candidate pairs of a day, among the articles that a run on that day sees."""
    reach_start, last = block.window.rows(active_days, day)
    first, _ = block.window.rows(context_days(active_days), day)
    articles = weight_rows(block, first, last)
    window = articles.window
    queries = np.flatnonzero(window.day == day)
    in_reach = np.arange(first, last) >= reach_start
    pairs = find_neighbours(articles, queries, queries, articles, in_reach)
    compared = compare_pairs(articles, pairs, models)
    independent = compared.independent
    prior = estimate_prior(
        np.bincount(window.lang[in_reach], minlength=len(window.langs)),
        compared.log_odds[independent],
        window.lang[pairs.b[independent]],
        ~np.isnan(compared.hours[independent]),
    )
    return ComparedDay(first, articles, compared, prior)


def score_day(block: Block, day: int, active_days: int, models: Models) -> DayScores:
    """Return the scored pairs of a day, as rows of the block."""
    first, articles, compared, prior = compare_day(block, day, active_days, models)
    scored = score_pairs(articles, compared, models, prior, articles)
    scored = scored._replace(a=scored.a + first, b=scored.b + first)
    return DayScores(scored, prior, first, articles.stems)


class ComparedPairs(NamedTuple):
    """Pairs of rows (p,) whose texts were compared."""

    pairs: Pairs
    texts: TextComparison
    cosines: FloatArray  # (p, 4): body, lead, title, names
    hours: FloatArray  # (p,) nan: an article has no time
    across: BoolArray  # (p,) of two languages
    features: FloatArray  # (p, f) of the texts, as pairs of one language
    log_odds: FloatArray  # (p,) of these features, at even odds

    @property
    def independent(self) -> BoolArray:
        """Mark the pairs of one language that are neither copies nor templates, (p,)."""
        marks: BoolArray = ~(self.texts.copy | self.texts.template | self.across)
        return marks

    def select(self, rows: BoolArray) -> "ComparedPairs":
        """Return the pairs that `rows` (p,) marks."""
        return ComparedPairs(
            self.pairs.select(rows),
            TextComparison._make(column[rows] for column in self.texts),
            self.cosines[rows],
            self.hours[rows],
            self.across[rows],
            self.features[rows],
            self.log_odds[rows],
        )


def compare_pairs(articles: Weighted, pairs: Pairs, models: Models) -> ComparedPairs:
    """Compare the texts of pairs; some features depend on the other `pairs` of the articles."""
    window, (a, b) = articles.window, pairs
    hours = window.hours_apart(a, b)
    texts = compare_texts(articles, pairs)
    across = two_languages(window, a, b)
    independent = ~(texts.copy | texts.template | across)
    field_cosines = np.stack([cosines(field, a, b) for field in articles.fields], axis=1)
    stems = stem_cosines(articles, pairs)
    alike = one_language_features(field_cosines, stems, pairs, hours, independent)
    apart = np.full((len(a), len(conflict.NAMES)), np.nan)
    before = model.log_odds(np.column_stack([alike, apart]), models.one_language)
    likely = independent & (before >= CONFLICT_FROM)
    if likely.any():
        apart[likely] = conflict.conflict_features(articles, pairs.select(likely))
    features = np.column_stack([alike, apart])
    log_odds = model.log_odds(features, models.one_language)
    return ComparedPairs(pairs, texts, field_cosines, hours, across, features, log_odds)


def score_pairs(
    articles: Weighted,
    compared: ComparedPairs,
    models: Models,
    prior: Prior,
    context: Weighted,
) -> ScoredPairs:
    """Score pairs of articles whose texts were compared.

    `context` are all articles of the context, from which the pairs' development is told. Undated
    pairs, and those that are less probable than `DEVELOPED_FROM` before it, go without.
    """
    (a, b), across, texts = compared.pairs, compared.across, compared.texts
    plain = _one_language(articles, compared, models, prior, context)
    log_odds = model.one_language_log_odds(plain, models)
    features = np.full((len(a), max(plain.shape[1], *(len(m.names) for m in models))), np.nan)
    features[:, : plain.shape[1]] = plain
    if articles.views is not None and across.any():
        independent = ~(texts.copy | texts.template)[across]
        crossing = two_language_features(
            articles, compared.pairs.select(across), compared.hours[across], independent
        )
        across_model = models.for_two_languages(articles.embeddings is not None)
        log_odds[across] = model.log_odds(crossing, across_model)
        features[across] = np.nan
        features[across, : crossing.shape[1]] = crossing
    probability = model.probability(log_odds)
    probability[texts.copy] = 1.0
    probability[texts.template] = 0.0
    kind = np.where(texts.copy, "copy", np.where(texts.template, "template", "story"))
    measured = texts.overlap, compared.cosines, compared.hours
    return ScoredPairs(a, b, kind, probability, *measured, features, across)


def _one_language(
    articles: Weighted,
    compared: ComparedPairs,
    models: Models,
    prior: Prior,
    context: Weighted,
) -> FloatArray:
    """Return the features of pairs of one language, (p, f); those of development nan if unused."""
    dated = ~np.isnan(compared.hours)
    lang = articles.window.lang[compared.pairs.b]
    before = prior_features(prior, lang, dated)
    log_odds = compared.log_odds + model.log_odds(before, models.prior)
    probable = compared.independent & dated & (model.probability(log_odds) >= DEVELOPED_FROM)
    developed = np.full((len(lang), len(development.NAMES)), np.nan)
    if probable.any() and models.development.weights.any():
        developed[probable] = development.development_features(
            articles, compared.pairs.select(probable), context, compared.hours[probable]
        )
    return np.column_stack([compared.features, before, developed])


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
    alike = np.flatnonzero(estimate_jaccard(window.signatures, a, b) >= LOOK_ALIKE)
    copy, template = np.zeros(len(a), bool), np.zeros(len(a), bool)
    overlap = np.full((len(a), 3), np.nan)
    if len(alike):
        rows, places = np.unique(np.concatenate([a[alike], b[alike]]), return_inverse=True)
        words = articles.words.take(rows)
        mask = own_words_mask(
            words, [window.titles[row] for row in rows], [window.bodies[row] for row in rows]
        )
        hours = window.hours_apart(a[alike], b[alike])
        compared = compare(words, mask, places[: len(alike)], places[len(alike) :], hours)
        copy[alike], template[alike] = compared.copy, compared.template
        overlap[alike] = np.stack(compared.overlap[:3], axis=1)
    return TextComparison(copy, template, overlap)
