"""Pair features to the log-odds, and the probability, that two articles report one event.

The model is linear, so each feature's share of a decision can be shown: `contributions` uses the
numbers that `log_odds` adds up. Weights are data with their provenance; `evaluation/calibration`
makes them. Start reading at `Model`. `meanings` explains the features.
"""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..arrays import FloatArray
from ..errors import TwicetoldError


class Model(NamedTuple):
    """A logistic regression: log-odds = intercept + weights x features."""

    names: tuple[str, ...]  # of the features
    weights: FloatArray  # (f,)
    intercept: float


class Models(NamedTuple):
    """The model for pairs of one or of unknown language, and the models for pairs of two."""

    one_language: Model
    two_languages: Model
    two_languages_embedded: Model  # with an embedder

    def for_two_languages(self, embedded: bool) -> Model:
        """Return the model of pairs of two languages, with an embedder or without."""
        return self.two_languages_embedded if embedded else self.two_languages


# the sign that a weight must have: no similarity may count against one event, and no gap in time,
# missing time or crowd for it; `features` makes the columns in this order
_ONE_LANGUAGE = {
    "cosine_title": 1.0,
    "cosine_stems": 1.0,
    "days": -1.0,
    "stems_x_share_of_larger_best": 1.0,
    "stems_x_share_of_smaller_best": 1.0,
    "crowd": -1.0,
}
_TWO_LANGUAGES = {
    "cosine_names": 1.0,
    "cosine_words": 1.0,
    "cosine_grams": 1.0,
    "days": -1.0,
    "undated": -1.0,
    "words_x_share_of_larger_best": 1.0,
    "words_x_share_of_smaller_best": 1.0,
}
_EMBEDDED = _TWO_LANGUAGES | {
    "cosine_embedding": 1.0,
    "embedding_x_share_of_larger_best": 1.0,
    "embedding_x_share_of_smaller_best": 1.0,
}
# models whose weights are only signs
SIGNS = Models(
    *(
        Model(tuple(signs), np.array(list(signs.values())), 0.0)
        for signs in (_ONE_LANGUAGE, _TWO_LANGUAGES, _EMBEDDED)
    )
)


class Contribution(NamedTuple):
    """What one feature adds to the log-odds of a pair; above 0 it speaks for one event."""

    feature: str
    value: float  # of this pair
    log_odds: float  # value x weight


@cache
def shipped_models() -> Models:
    """Return the models that come with the package."""
    text = (files("twicetold") / "data" / "weights.json").read_text("utf-8")
    return parse_models(text, "weights.json")


def load_models(path: Path | str) -> Models:
    """Return the models of a file that `twicetold calibrate` wrote. Raises TwicetoldError."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TwicetoldError(str(path), f"can't be read: {error}") from None
    return parse_models(text, str(path))


def parse_models(text: str, place: str) -> Models:
    """Return the models of a weights file, given its text. Raises TwicetoldError at `place`."""
    hint = "make one: twicetold calibrate DB LABELS OUT.json"
    try:
        stored = json.loads(text)
        models = Models(*(_parse_model(stored[kind]) for kind in Models._fields))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise TwicetoldError(place, f"is not a weights file: {error!r}", hint=hint) from None
    for kind, expected, model in zip(Models._fields, SIGNS, models, strict=True):
        if model.names != expected.names:
            names = ", ".join(expected.names)
            finding = f"does not have the features {names}"
            raise TwicetoldError(place, finding, field=kind, hint=hint)
    return models


def models_as_dict(models: Models) -> dict[str, object]:
    """Return the models in the form of a weights file."""
    return {
        kind: {
            "intercept": model.intercept,
            "weights": dict(zip(model.names, model.weights.tolist(), strict=True)),
        }
        for kind, model in zip(Models._fields, models, strict=True)
    }


def log_odds(features: FloatArray, model: Model) -> FloatArray:
    """Return the log-odds (p,) of pairs with features (p, f), in the order of `model.names`.

    Columns beyond those of the model do not count.
    """
    # column after column: the order of a sum must not depend on the machine's linear algebra
    total = np.full(len(features), model.intercept)
    columns = features.T[: len(model.weights)]
    for column, weight in zip(columns, model.weights, strict=True):
        total += weight * column
    return total


def probability(log_odds: FloatArray) -> FloatArray:
    """Return probabilities, rounded to six decimals: the stored number is the one that decided."""
    return np.round(1 / (1 + np.exp(-log_odds)), 6)


def contributions(features: FloatArray, model: Model) -> list[Contribution]:
    """Take the log-odds of one pair apart, the largest contribution first.

    `features` is (f,), in the order of `model.names`. The contributions and `model.intercept` add
    up to the log-odds.
    """
    rows = [
        Contribution(name, float(value), log_odds=float(value * weight))
        for name, value, weight in zip(model.names, features, model.weights, strict=True)
    ]
    return sorted(rows, key=lambda row: (-abs(row.log_odds), row.feature))


def _parse_model(stored: dict[str, Any]) -> Model:
    weights = {str(name): float(weight) for name, weight in stored["weights"].items()}
    return Model(tuple(weights), np.array(list(weights.values())), float(stored["intercept"]))
