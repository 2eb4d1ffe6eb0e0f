"""A logistic regression on labelled pairs, with a sign for each weight and a strong L2 penalty.

Several samples are fitted at once. Each counts as much as any other, or by its share. Start reading
at `fit`.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from ..clustering.model import Model

PENALTY = (
    0.01  # on weights per standard deviation; .001 to .1 are equally good, even on left-out sets
)
_CONSTANT = 1e-6  # a feature with a smaller deviation is constant, and is not scaled up
_OWN = 0.0005  # penalty on the intercept of a sample: it only keeps it finite
_ITERATIONS = 500


class Sample(NamedTuple):
    """Labelled pairs (p,), all of one language or all of two."""

    features: FloatArray  # (p, f); log-odds = scale x (weights x features + intercept) + offset
    scale: FloatArray  # (p,)
    offset: FloatArray  # (p,) what prior and development add
    articles: IntArray  # (p, 2) ids
    stories: IntArray  # (p, 2) stories of the two articles, numbered
    cosine: FloatArray  # (p,) of the bodies alone: the baseline that weights have to beat

    @property
    def same(self) -> BoolArray:
        """Whether both articles are one story, (p,)."""
        same: BoolArray = self.stories[:, 0] == self.stories[:, 1]
        return same

    def select(self, rows: BoolArray) -> "Sample":
        """Return the pairs that `rows` (p,) marks."""
        return Sample._make(column[rows] for column in self)


class Fit(NamedTuple):
    """A model, and the intercepts of the samples that have their own."""

    model: Model
    own_intercepts: FloatArray


def fit(
    samples: Sequence[Sample],
    signs: Model,
    start: Model | None = None,
    penalty: float = PENALTY,
    shares: Sequence[float] = (),
) -> Model:
    """Fit a model to samples; each counts as much as any other, or by its share.

    `signs` names the features and gives the sign of each weight. The penalty is on the distance
    from `start`, or from 0 without one. Raises ValueError if no sample has a pair.
    """
    return fit_with_own_intercepts(samples, signs, start, penalty, shares).model


def fit_with_own_intercepts(
    samples: Sequence[Sample],
    signs: Model,
    start: Model | None = None,
    penalty: float = PENALTY,
    shares: Sequence[float] = (),
    own: Sequence[bool] = (),
) -> Fit:
    """Fit a model as `fit` does; a sample marked in `own` has an intercept of its own.

    Such a sample teaches weights, and not how frequent pairs of one event are.
    """
    from scipy.special import expit  # 0.2 s, only for `calibrate`

    start = start or signs._replace(weights=np.zeros(len(signs.names)))
    pairs = _join(samples, shares or [1.0] * len(samples), own or [False] * len(samples), start)
    middle = pairs.weight @ pairs.features  # centred, the intercept converges fast
    deviation = np.sqrt(pairs.weight @ (pairs.features - middle) ** 2)
    deviation[deviation < _CONSTANT] = 1.0
    columns = pairs.scale[:, None] * (pairs.features - middle) / deviation
    size = len(deviation) + 1
    penalties = np.concatenate([[0.0], np.full(size - 1, penalty), np.full(pairs.owners, _OWN)])
    begin = _start_point(start, middle, deviation, pairs.owners)
    has_own = pairs.owner >= 0

    def loss(point: FloatArray) -> tuple[float, FloatArray]:
        log_odds = columns @ point[1:size] + pairs.scale * point[0] + pairs.offset
        log_odds = log_odds + np.append(point[size:], 0)[pairs.owner]
        losses = np.logaddexp(0, log_odds) - pairs.same * log_odds
        slope = pairs.weight * (expit(log_odds) - pairs.same)
        distance = point - begin
        total = pairs.weight @ losses + (penalties / 2 * distance) @ distance
        own_slope = np.bincount(pairs.owner[has_own], slope[has_own], minlength=pairs.owners)
        slopes = [[pairs.scale @ slope], columns.T @ slope, own_slope]
        return float(total), np.concatenate(slopes) + penalties * distance

    best = _minimum(loss, begin, _bounds(signs, pairs.owners))
    weights = np.round(best[1:size] / deviation, 3)
    total = round(float(best[0] - weights @ (middle - start.centres)), 3)
    return Fit(Model(signs.names, weights, total, start.centres), best[size:])


def _minimum(
    loss: Callable[[FloatArray], tuple[float, FloatArray]],
    begin: FloatArray,
    bounds: list[tuple[int | None, int | None]],
) -> FloatArray:
    """Return where a loss, which gives its slopes, too, is least within bounds."""
    from scipy.optimize import minimize  # 0.2 s, only for `calibrate`

    limit = {"maxiter": _ITERATIONS}
    best = minimize(loss, begin, jac=True, bounds=bounds, method="L-BFGS-B", options=limit)  # type: ignore[call-overload]
    return np.asarray(best.x)


def _start_point(
    start: Model, middle: FloatArray, deviation: FloatArray, owners: int
) -> FloatArray:
    """Return intercept, weights and own intercepts of a model for centred, scaled features."""
    intercept = start.intercept + float(start.weights @ (middle - start.centres))
    return np.concatenate([[intercept], start.weights * deviation, np.zeros(owners)])


def _bounds(signs: Model, owners: int) -> list[tuple[int | None, int | None]]:
    signed = [(0, None) if sign > 0 else (None, 0) for sign in signs.weights]
    return [(None, None), *signed, *[(None, None)] * owners]


class _Joined(NamedTuple):
    """The pairs of several samples, (p,) each."""

    features: FloatArray  # (p, f)
    scale: FloatArray
    offset: FloatArray
    same: FloatArray
    weight: FloatArray  # those of a sample sum to its share
    owner: IntArray  # number of the own intercept; -1: none
    owners: int


def _join(
    samples: Sequence[Sample], shares: Sequence[float], own: Sequence[bool], start: Model
) -> _Joined:
    """Join samples; a missing feature counts as its centre, as it does in the model."""
    parts = [
        part for part in zip(samples, shares, own, strict=True) if len(part[0].same) and part[1] > 0
    ]
    whole = sum(share for _, share, _ in parts)
    owner, owners = [], 0
    for sample, _, has_own in parts:
        owner.append(np.full(len(sample.same), owners if has_own else -1))
        owners += has_own
    features = np.concatenate([sample.features[:, : len(start.names)] for sample, *_ in parts])
    return _Joined(
        np.where(np.isnan(features), start.centres, features),
        np.concatenate([sample.scale for sample, *_ in parts]),
        np.concatenate([sample.offset for sample, *_ in parts]),
        np.concatenate([sample.same for sample, *_ in parts]).astype(np.float64),
        np.concatenate(
            [np.full(len(s.same), share / len(s.same) / whole) for s, share, _ in parts]
        ),
        np.concatenate(owner),
        owners,
    )
