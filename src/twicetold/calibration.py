"""Labelled articles -> weights: what the scorer knows of news in general, or of a user's own.

Pairs are scored as a run would score them; a pair of articles with one label is one story. A
logistic regression with a strong L2 penalty is fitted to them, each set of articles with the same
weight, its signs bounded: no similarity may count against, no gap in time for. Start reading at
`sample`, then `fit`.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from . import pairs, scoring
from .index import Index, windows
from .pipeline import ACTIVE_DAYS
from .scoring import Model
from .tokens import IntArray
from .window import BoolArray, FloatArray

PENALTY = 0.01  # on weights per standard deviation; .001 to .1 ranked alike, left-out sets too
FOLDS = 5


class Sample(NamedTuple):
    """Labelled pairs (p,) of one kind: of one language, or of two."""

    features: FloatArray  # (p, f)
    articles: IntArray  # (p, 2) ids
    stories: IntArray  # (p, 2) stories of the two articles, numbered

    @property
    def same(self) -> BoolArray:
        """Whether both are one story, (p,)."""
        same: BoolArray = self.stories[:, 0] == self.stories[:, 1]
        return same

    def chosen(self, rows: BoolArray) -> "Sample":
        """Some of the pairs."""
        return Sample(self.features[rows], self.articles[rows], self.stories[rows])


class Samples(NamedTuple):
    """Both kinds of pairs of one set of articles."""

    one_language: Sample
    two_languages: Sample


class HeldOut(NamedTuple):
    """Pairs (p,) judged by models that did not know them."""

    probability: FloatArray
    same: BoolArray  # what is true
    weight: FloatArray  # how many pairs each stands for


def sample(index: Index, labels: Mapping[str, object]) -> Samples:
    """The candidate pairs of an index of which both articles are labelled, copies left out.

    `labels` gives the story of articles by their keys; only who has the same matters.
    """
    db = index.connection
    numbers: dict[object, int] = {}
    story = {
        id: numbers.setdefault(labels[key], len(numbers))
        for id, key in db.execute("select id, key from articles order by key")
        if key in labels
    }
    one, two = [], []
    for days in windows.all_days(db):
        window = windows.load(db, days[0] - 2 * ACTIVE_DAYS + 1, days[-1])
        of_row = np.array([story.get(id, -1) for id in window.ids.tolist()], np.int64)
        for found in pairs.daily(pairs.block(window), days, ACTIVE_DAYS, scoring.shipped()):
            rows = np.stack([found.a, found.b], axis=1)
            of_day = Sample(found.features, window.ids[rows], of_row[rows])
            known = (of_day.stories >= 0).all(axis=1) & (found.kind == "story")
            one.append(of_day.chosen(known & ~found.across))
            two.append(of_day.chosen(known & found.across))
    return Samples(_joined(one), _joined(two))


def fit(
    samples: Sequence[Sample], expected: Model, prior: Model | None = None, penalty: float = PENALTY
) -> Model:
    """The weights that suit all samples, each as heavy as any other.

    `expected` names the features and bounds their signs. The penalty is on the distance from
    `prior`, or from 0 without one. Raises ValueError when no sample has a pair.
    """
    from scipy.optimize import minimize  # 0.2 s: only who calibrates pays

    samples = [one for one in samples if len(one.same)]
    features = np.concatenate([one.features[:, : len(expected.names)] for one in samples])
    same = np.concatenate([one.same for one in samples]).astype(np.float64)
    weight = np.concatenate(
        [np.full(len(one.same), 1 / len(one.same) / len(samples)) for one in samples]
    )
    scale = features.std(axis=0) + 1e-9
    scaled = features / scale
    start = np.zeros(len(scale) + 1)
    if prior is not None:
        start = np.append(prior.intercept, prior.weights * scale)

    def loss(at: FloatArray) -> tuple[float, FloatArray]:
        log_odds = scaled @ at[1:] + at[0]
        each = np.logaddexp(0, log_odds) - same * log_odds
        slope = weight * (1 / (1 + np.exp(-log_odds)) - same)
        away = at[1:] - start[1:]
        total = weight @ each + penalty / 2 * away @ away
        return float(total), np.append(slope.sum(), scaled.T @ slope + penalty * away)

    bounds = [(None, None)] + [(0, None) if sign > 0 else (None, 0) for sign in expected.weights]
    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return Model(expected.names, np.round(found[1:] / scale, 3), round(float(found[0]), 3))


def held_out(one: Sample, expected: Model, prior: Model | None = None) -> HeldOut:
    """Judge pairs by models that saw neither of their two stories.

    Pairs of stories of different folds can't be held out and are left away; those that remain of
    pairs of two stories stand for them too, and weigh as much more.
    """
    folds = one.stories % FOLDS
    probability, same = [np.zeros(0)], [np.zeros(0, bool)]
    for fold in range(FOLDS):
        out = one.chosen((folds == fold).all(axis=1))
        rest = one.chosen((folds != fold).all(axis=1))
        if len(out.same) and len(rest.same):
            model = fit([rest], expected, prior)
            probability.append(scoring.probability(scoring.log_odds(out.features, model)))
            same.append(out.same)
    true = np.concatenate(same)
    return HeldOut(np.concatenate(probability), true, np.where(true, 1.0, FOLDS))


def _joined(samples: Sequence[Sample]) -> Sample:
    nothing = Sample(np.zeros((0, 0)), np.zeros((0, 2), np.int64), np.zeros((0, 2), np.int64))
    samples = [one for one in samples if len(one.stories)] or [nothing]
    return Sample(*(np.concatenate(column) for column in zip(*samples, strict=True)))
