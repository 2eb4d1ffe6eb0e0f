"""Pair features -> log-odds -> the probability that two articles report one event.

The model is linear, so that each feature's share of a decision can be told: `explain` uses the
numbers that `log_odds` adds up. Weights are data, with their provenance; `calibration` makes
them. Start reading at `Model`.
"""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..errors import TwicetoldError
from ..text.tokens import IntArray
from .window import BoolArray, FloatArray

HOURS_A_DAY = 24.0
# what the best neighbour of an article that has company shows at least: sums of two cosines,
# body and lead of one language, three of two: names, words and 4-grams; tried on all sets
LEAST_BEST = 0.5
LEAST_BEST_ACROSS = 0.5
CROWD = 5  # 3 to 8 serve alike
LEAST_CROWD = 0.2  # a cosine of stems; without it, the few neighbours of a sparse index mislead
_UNIT = 100_000


class Model(NamedTuple):
    """A logistic regression: log-odds = intercept + weights x features."""

    names: tuple[str, ...]
    weights: FloatArray  # (f,)
    intercept: float


class Models(NamedTuple):
    """The model for pairs of one language, or of which one is not known, and those for two."""

    one_language: Model
    two_languages: Model
    two_languages_embedded: Model  # where there is an embedder

    def across(self, embedded: bool) -> Model:
        """That of pairs of two languages, with an embedder or without."""
        return self.two_languages_embedded if embedded else self.two_languages


# what `pairs` measures, in this order; no similarity may count against, no gap in time or crowd for
_ACROSS = {
    "cosine_names": 1.0,
    "cosine_words": 1.0,
    "cosine_grams": 1.0,
    "days": -1.0,
    "undated": -1.0,
    "words_x_share_of_larger_best": 1.0,
    "words_x_share_of_smaller_best": 1.0,
}
_EMBEDDED = _ACROSS | {
    "cosine_embedding": 1.0,
    "embedding_x_share_of_larger_best": 1.0,
    "embedding_x_share_of_smaller_best": 1.0,
}
FEATURES = Models(
    Model(
        (
            "cosine_title",
            "cosine_stems",
            "days",
            "stems_x_share_of_larger_best",
            "stems_x_share_of_smaller_best",
            "crowd",
        ),
        np.array([1, 1, -1, 1, 1, -1.0]),
        0.0,
    ),
    Model(tuple(_ACROSS), np.array(list(_ACROSS.values())), 0.0),
    Model(tuple(_EMBEDDED), np.array(list(_EMBEDDED.values())), 0.0),
)


class Contribution(NamedTuple):
    """What one feature adds to a pair's log-odds; above 0 it speaks for one story."""

    feature: str
    value: float  # of this pair
    log_odds: float  # value x weight


@cache
def shipped() -> Models:
    """The models that come with the package."""
    return parsed((files("twicetold") / "data" / "weights.json").read_text("utf-8"), "weights.json")


def load_models(path: Path) -> Models:
    """The models of a file that `twicetold calibrate` wrote. Raises TwicetoldError."""
    try:
        return parsed(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise TwicetoldError(str(path), f"can't be read: {error}") from None


def parsed(text: str, place: str) -> Models:
    """The models of a weights file. Raises TwicetoldError for what is none, with `place`."""
    hint = "make one: twicetold calibrate DB LABELS OUT.json"
    try:
        stored = json.loads(text)
        models = Models(*(_model(stored[kind]) for kind in Models._fields))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TwicetoldError(place, f"is no weights file: {error!r}", hint=hint) from None
    for kind, expected, found in zip(Models._fields, FEATURES, models, strict=True):
        if found.names != expected.names:
            names = ", ".join(expected.names)
            raise TwicetoldError(place, f"has not the features {names}", field=kind, hint=hint)
    return models


def written(models: Models) -> dict[str, object]:
    """The models as a weights file holds them."""
    return {
        kind: {
            "intercept": model.intercept,
            "weights": dict(zip(model.names, model.weights.tolist(), strict=True)),
        }
        for kind, model in zip(Models._fields, models, strict=True)
    }


def _model(stored: dict[str, Any]) -> Model:
    weights = {str(name): float(weight) for name, weight in stored["weights"].items()}
    return Model(tuple(weights), np.array(list(weights.values())), float(stored["intercept"]))


def log_odds(features: FloatArray, model: Model) -> FloatArray:
    """The log-odds (p,) of pairs whose features are (p, f), in the order of `model.names`.

    Columns beyond those of the model do not count.
    """
    # one column after the other: the order of a sum must not depend on the machine's library
    total = np.full(len(features), model.intercept)
    for column, weight in zip(features.T, model.weights, strict=False):
        total += weight * column
    return total


def probability(log_odds: FloatArray) -> FloatArray:
    """0..1, rounded to six decimals: what is stored is what was decided upon."""
    return np.round(1 / (1 + np.exp(-log_odds)), 6)


def explain(features: FloatArray, model: Model) -> list[Contribution]:
    """Take one pair's log-odds apart, the loudest feature first; above 0 speaks for one story.

    `features` is (f,), in the order of `model.names`. The rows and `model.intercept` add up to
    the log-odds that `probability` turns into a probability: nothing else has a say.
    """
    rows = [
        Contribution(name, float(value), log_odds=float(value * weight))
        for name, value, weight in zip(model.names, features, model.weights, strict=True)
    ]
    return sorted(rows, key=lambda row: (-abs(row.log_odds), row.feature))


def relative(
    similarity: FloatArray, a: IntArray, b: IntArray, own: BoolArray, least: float
) -> tuple[FloatArray, FloatArray]:
    """A pair's similarity as a share of the best that either article has, 0..1, (p,) each.

    First of the larger of the two bests, then of the smaller: so a dense week and a quiet one
    read alike, and who is each other's nearest stands out. Only pairs of `own` texts (p,) count
    for the best: beside a reprint, an independent report would seem far. A best below `least`
    counts as `least`: the nearest of strangers is a stranger.
    """
    best = np.full(int(max(a.max(initial=-1), b.max(initial=-1))) + 1, least)
    np.maximum.at(best, a[own], similarity[own])
    np.maximum.at(best, b[own], similarity[own])
    larger, smaller = np.maximum(best[a], best[b]), np.minimum(best[a], best[b])
    return np.minimum(similarity / larger, 1.0), np.minimum(similarity / smaller, 1.0)


def crowd(similarity: FloatArray, a: IntArray, b: IntArray, own: BoolArray) -> FloatArray:
    """How near the `CROWD`th nearest is: to that article of each pair whom less is near, (p,).

    Where many are near, nearness says little. Only pairs of `own` texts (p,) count. Fewer
    neighbours, or far ones, count as `LEAST_CROWD`: an index of few articles is no quiet week.
    """
    # whole numbers sort fast, and alike on any machine: hundred-thousandths from the nearest on
    away = _UNIT - np.round(similarity[own] * _UNIT).astype(np.int64)
    codes = np.concatenate([a[own], b[own]]) * (_UNIT + 1) + np.tile(away, 2)
    row, away = np.divmod(np.sort(codes), _UNIT + 1)
    last = np.arange(len(row)) - np.searchsorted(row, row) == CROWD - 1
    level = np.full(int(max(a.max(initial=-1), b.max(initial=-1))) + 1, LEAST_CROWD)
    level[row[last]] = np.maximum(1 - away[last] / _UNIT, LEAST_CROWD)
    both: FloatArray = np.minimum(level[a], level[b])
    return both


def days(hours: FloatArray) -> FloatArray:
    """Days between the articles of each pair, 0 where one has no time: no time, no say."""
    return np.nan_to_num(np.abs(hours)) / HOURS_A_DAY
