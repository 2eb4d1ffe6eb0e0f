"""Pair features -> log-odds -> the probability that two articles report one event.

The model is linear, so that each feature's share of a decision can be told: `explain` uses the
numbers that `log_odds` adds up. Weights are data, with their provenance. Start at `Model`.
"""

import json
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from .tokens import IntArray
from .window import BoolArray, FloatArray

HOURS_A_DAY = 24.0
# what the best neighbour of an article that has company shows at least: sums of two cosines,
# body and lead of one language, names and 4-grams of two; tried from 0 to .9 on all sets
LEAST_BEST = 0.5
LEAST_BEST_ACROSS = 0.2


class Model(NamedTuple):
    """A logistic regression: log-odds = intercept + weights x features."""

    names: tuple[str, ...]
    weights: FloatArray  # (f,)
    intercept: float


class Contribution(NamedTuple):
    """What one feature adds to a pair's log-odds; above 0 it speaks for one story."""

    feature: str
    value: float  # of this pair
    log_odds: float  # value x weight


@cache
def model(name: str) -> Model:
    """The weights for pairs of 'one_language' or of 'two_languages'."""
    stored = json.loads((files("twicetold") / "data" / "weights.json").read_text("utf-8"))[name]
    weights = np.array(list(stored["weights"].values()), np.float64)
    return Model(tuple(stored["weights"]), weights, stored["intercept"])


def log_odds(features: FloatArray, model: Model) -> FloatArray:
    """The log-odds (p,) of pairs whose features are (p, f), in the order of `model.names`."""
    # one column after the other: the order of a sum must not depend on the machine's library
    total = np.full(len(features), model.intercept)
    for column, weight in zip(features.T, model.weights, strict=True):
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


def days(hours: FloatArray) -> FloatArray:
    """Days between the articles of each pair, 0 where one has no time: no time, no say."""
    return np.nan_to_num(np.abs(hours)) / HOURS_A_DAY
