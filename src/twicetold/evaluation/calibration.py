"""Labelled articles -> weights: what the scorer knows of news in general, or of a user's own.

Pairs are scored as a run would score them; a pair of articles with one label is one story. A
logistic regression with a strong L2 penalty is fitted to them, each set of articles as heavy as
any other, its signs bounded: no similarity may count against, no gap in time or crowd for. Start
reading at `sample`, then `fit`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..clustering import embedding
from ..clustering import model as scoring
from ..clustering import pair_scoring as pairs
from ..clustering.model import Model
from ..clustering.window import BoolArray, FloatArray
from ..errors import TwicetoldError
from ..index import Index, of_one_moment, windows
from ..jobs.runs import ACTIVE_DAYS
from ..text.tokens import IntArray
from .labels import Labels

PENALTY = 0.01  # on weights per standard deviation; .001 to .1 ranked alike, left-out sets too
FOLDS = 5
BINS = 10
LEAST_PAIRS = 100
LEAST_STORIES = 25
_CONSTANT = 1e-6  # a feature that varies less says nothing, and is not to be blown up


class Sample(NamedTuple):
    """Labelled pairs (p,) of one kind: of one language, or of two."""

    features: FloatArray  # (p, f)
    articles: IntArray  # (p, 2) ids
    stories: IntArray  # (p, 2) stories of the two articles, numbered
    cosine: FloatArray  # (p,) of the bodies alone: the plain measure that weights have to beat

    @property
    def same(self) -> BoolArray:
        """Whether both are one story, (p,)."""
        same: BoolArray = self.stories[:, 0] == self.stories[:, 1]
        return same

    def chosen(self, rows: BoolArray) -> "Sample":
        """Some of the pairs."""
        return Sample(
            self.features[rows], self.articles[rows], self.stories[rows], self.cosine[rows]
        )


class Samples(NamedTuple):
    """Both kinds of pairs of one set of articles."""

    one_language: Sample
    two_languages: Sample


class HeldOut(NamedTuple):
    """Pairs (p,) judged by models that did not know them."""

    probability: FloatArray
    same: BoolArray  # what is true
    weight: FloatArray  # how many pairs each stands for


class Bin(NamedTuple):
    """Pairs scored alike."""

    at_least: float
    below: float
    pairs: int
    said: float  # their mean probability
    one_story: float  # the share of them that is


class Gain(NamedTuple):
    """What own weights are worth, by pairs held out from them."""

    pairs: int
    one_story: int
    brier_before: float  # by the package's weights
    brier: float
    reliability: list[Bin]


class Calibration(NamedTuple):
    """Models from a user's labels, and what they gain; None: too few pairs, kept as shipped."""

    models: scoring.Models
    one_language: Gain | None
    two_languages: Gain | None

    def gains(self) -> dict[str, Gain | None]:
        """By kind of pair."""
        return {"one language": self.one_language, "two languages": self.two_languages}

    def weights(self, source: str) -> dict[str, object]:
        """As a weights file holds them, with where they come from."""
        held_out = {kind: gain._asdict() for kind, gain in self.gains().items() if gain}
        provenance = {"made by": "twicetold calibrate", "labels": source, "held out": held_out}
        return {"provenance": provenance} | scoring.written(self.models)


def sample(index: Index, labels: Labels, embedder: str = "") -> Samples:
    """The candidate pairs of an index of which it is known if they are one story; no copies."""
    db = index.connection
    numbers: dict[str, int] = {}
    keys = dict(db.execute("select id, key from articles order by key"))
    story = {
        id: numbers.setdefault(labels.story[key], len(numbers))
        for id, key in keys.items()
        if key in labels.story
    }
    one, two = [], []
    for days in windows.all_days(db):
        window = windows.load(db, days[0] - 2 * ACTIVE_DAYS + 1, days[-1])
        of_row = np.array([story.get(id, -1) for id in window.ids.tolist()], np.int64)
        block = embedding.block(db, window, embedder)
        for found in pairs.daily(block, days, ACTIVE_DAYS, scoring.shipped()):
            rows = np.stack([found.a, found.b], axis=1)
            of_day = Sample(found.features, window.ids[rows], of_row[rows], found.cosines[:, 0])
            known = (of_day.stories >= 0).all(axis=1) & (found.kind == "story")
            if labels.pairs is not None:
                named = (sorted((keys[a], keys[b])) for a, b in of_day.articles.tolist())
                known &= [(first, second) in labels.pairs for first, second in named]
            one.append(of_day.chosen(known & ~found.across))
            two.append(of_day.chosen(known & found.across))
    return Samples(_joined(one), _joined(two))


def fit(
    samples: Sequence[Sample],
    expected: Model,
    prior: Model | None = None,
    penalty: float = PENALTY,
    shares: Sequence[float] = (),
) -> Model:
    """The weights that suit all samples, each as heavy as any other, or as its share says.

    `expected` names the features and bounds their signs. The penalty is on the distance from
    `prior`, or from 0 without one. Raises ValueError when no sample has a pair.
    """
    from scipy.optimize import minimize  # 0.2 s: only who calibrates pays
    from scipy.special import expit

    shares = shares or [1.0] * len(samples)
    shares = [share for one, share in zip(samples, shares, strict=True) if len(one.same)]
    samples = [one for one in samples if len(one.same)]
    features = np.concatenate([one.features[:, : len(expected.names)] for one in samples])
    same = np.concatenate([one.same for one in samples]).astype(np.float64)
    weight = np.concatenate(
        [
            np.full(len(one.same), share / len(one.same) / sum(shares))
            for one, share in zip(samples, shares, strict=True)
        ]
    )
    scale = features.std(axis=0)
    scale[scale < _CONSTANT] = 1.0
    middle = features.mean(axis=0)  # centred, the intercept is found as fast as the weights
    scaled = (features - middle) / scale
    start = np.zeros(len(scale) + 1)
    if prior is not None:
        start = np.append(prior.intercept + prior.weights @ middle, prior.weights * scale)

    def loss(at: FloatArray) -> tuple[float, FloatArray]:
        log_odds = scaled @ at[1:] + at[0]
        each = np.logaddexp(0, log_odds) - same * log_odds
        slope = weight * (expit(log_odds) - same)
        away = at[1:] - start[1:]
        total = weight @ each + penalty / 2 * away @ away
        return float(total), np.append(slope.sum(), scaled.T @ slope + penalty * away)

    bounds = [(None, None)] + [(0, None) if sign > 0 else (None, 0) for sign in expected.weights]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    weights = np.round(found[1:] / scale, 3)
    return Model(expected.names, weights, round(float(found[0] - weights @ middle), 3))


def held_out(one: Sample, model_from: Callable[[Sample], Model]) -> HeldOut:
    """Judge pairs by models that `model_from` makes of pairs that share no story with them.

    Pairs of stories of different folds can't be held out and are left away; those that remain of
    pairs of two stories stand for them too, and weigh as much more.
    """
    folds = one.stories % FOLDS
    probability, same = [np.zeros(0)], [np.zeros(0, bool)]
    for fold in range(FOLDS):
        out = one.chosen((folds == fold).all(axis=1))
        rest = one.chosen((folds != fold).all(axis=1))
        if len(out.same) and len(rest.same):
            log_odds = scoring.log_odds(out.features, model_from(rest))
            probability.append(scoring.probability(log_odds))
            same.append(out.same)
    true = np.concatenate(same)
    return HeldOut(np.concatenate(probability), true, np.where(true, 1.0, FOLDS))


@of_one_moment
def calibrate(index: Index, labels: Labels) -> Calibration:
    """Models for an index from its own labelled articles or pairs.

    The package's weights are where they start from, and what the penalty draws them back to. Those
    for two languages stay as they are without enough pairs of two. Raises TwicetoldError for too
    few labels to learn from.
    """
    samples = sample(index, labels)
    one = samples.one_language
    if not _enough(one):
        same = int(one.same.sum())
        finding = f"give {same:,} pairs of one story and {len(one.same) - same:,} of two"
        hint = f"{LEAST_PAIRS} of each, of {LEAST_STORIES} stories, are the least to learn from"
        raise TwicetoldError("", finding, field="labels", hint=hint)
    models = list(scoring.shipped())
    gains: list[Gain | None] = [None, None]
    # the model for an embedder has no sample, and stays as it is
    for kind, (some, expected) in enumerate(zip(samples, scoring.FEATURES, strict=False)):
        if _enough(some):
            gains[kind] = _gain(some, expected, models[kind])
            models[kind] = fit([some], expected, models[kind])
    return Calibration(scoring.Models(*models), *gains)


def _enough(one: Sample) -> bool:
    same = int(one.same.sum())
    stories = len(np.unique(one.stories))
    return min(same, len(one.same) - same) >= LEAST_PAIRS and stories >= LEAST_STORIES


def _gain(one: Sample, expected: Model, prior: Model) -> Gain:
    """What held-out pairs say of the own weights, and of the package's."""
    own = held_out(one, lambda rest: fit([rest], expected, prior))
    given = held_out(one, lambda rest: prior)
    return Gain(len(own.same), int(own.same.sum()), brier(given), brier(own), reliability(own))


def brier(judged: HeldOut) -> float:
    """The mean squared error of the probabilities; 0 is perfect.

    Source: Brier 1950, Verification of forecasts expressed in terms of probability.
    """
    error = (judged.probability - judged.same) ** 2
    return float(np.average(error, weights=judged.weight)) if len(error) else 0.0


def reliability(judged: HeldOut) -> list[Bin]:
    """Of the pairs scored near a probability, the share that is one story; empty bins left out."""
    place = np.minimum((judged.probability * BINS).astype(np.int64), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = place == number
        if inside.any():
            weight = judged.weight[inside]
            said = float(np.average(judged.probability[inside], weights=weight))
            true = float(np.average(judged.same[inside], weights=weight))
            bins.append(Bin(number / BINS, (number + 1) / BINS, int(inside.sum()), said, true))
    return bins


def _joined(samples: Sequence[Sample]) -> Sample:
    two = np.zeros((0, 2), np.int64)
    nothing = Sample(np.zeros((0, 0)), two, two, np.zeros(0))
    samples = [one for one in samples if len(one.stories)] or [nothing]
    return Sample(*(np.concatenate(column) for column in zip(*samples, strict=True)))
