"""Pair features to the log-odds, and the probability, that two articles report one event.

The models are linear, so each feature's share of a decision can be shown: `explain` uses the
numbers that `log_odds` adds up. Weights are data with their provenance; `evaluation/calibration`
makes them. Start reading at `Models`. `meanings` explains the features.
"""

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray
from ..errors import TwicetoldError
from . import conflict, development, prior


class Model(NamedTuple):
    """A logistic regression: log-odds = intercept + weights x (features - centres).

    A missing feature (nan) counts as its centre.
    """

    names: tuple[str, ...]  # of the features
    weights: FloatArray  # (f,)
    intercept: float
    centres: FloatArray  # (f,) means of the pairs that the model was fitted to, or 0


class Models(NamedTuple):
    """The models for pairs of one or of unknown language, and those for pairs of two.

    In one language the log-odds are those of `one_language`, at even odds, plus those of `prior`.
    If that leaves a pair of dated articles probable enough, `development` has the last word: its
    first feature is the log-odds so far.
    """

    one_language: Model
    prior: Model
    development: Model
    two_languages: Model
    two_languages_embedded: Model  # with an embedder

    def for_two_languages(self, embedded: bool) -> Model:
        """Return the model of pairs of two languages, with an embedder or without."""
        return self.two_languages_embedded if embedded else self.two_languages


# the sign that a weight must have: no similarity may count against one event, and no gap in time,
# missing time or crowd for it; `features` makes the columns in this order
_ONE_LANGUAGE = {
    "root_cosine_title": 1.0,
    "root_cosine_stems": 1.0,
    "root_cosine_body": 1.0,
    "root_cosine_lead": 1.0,
    "root_cosine_names": 1.0,
    "days": -1.0,
    "stems_x_share_of_larger_best": 1.0,
    "stems_x_share_of_smaller_best": 1.0,
    "crowd": -1.0,
    **dict.fromkeys(conflict.NAMES, -1.0),
}
_PRIOR = dict(zip(prior.NAMES, (-1.0, 1.0, 1.0), strict=True))
_DEVELOPMENT = dict(
    zip(("log_odds_so_far", *development.NAMES), (1.0, 1.0, 1.0, 1.0, -1.0), strict=True)
)
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
_DEVELOPED = len(development.NAMES)
# models whose weights are only signs
SIGNS = Models(
    *(
        Model(tuple(signs), np.array(list(signs.values())), 0.0, np.zeros(len(signs)))
        for signs in (_ONE_LANGUAGE, _PRIOR, _DEVELOPMENT, _TWO_LANGUAGES, _EMBEDDED)
    )
)


class Contribution(NamedTuple):
    """What one feature adds to the log-odds of a pair; above 0 it speaks for one event."""

    feature: str
    value: float  # of this pair
    log_odds: float  # (value - centre) x weight


class Explanation(NamedTuple):
    """The log-odds of a pair taken apart: the intercept and the contributions add up to them."""

    log_odds: float
    intercept: float
    contributions: list[Contribution]  # the largest first


@cache
def shipped_models() -> Models:
    """Return the models that come with the package."""
    text = (files("twicetold") / "data" / "weights.json").read_text("utf-8")
    return parse_models(text, "weights.json")


def without_time(models: Models) -> Models:
    """Return models in which neither time nor news counts, for reports of one affair."""
    no_news = models.development._replace(weights=np.zeros(len(models.development.names)))
    timeless = {
        kind: own._replace(weights=np.where(np.array(own.names) == "days", 0.0, own.weights))
        for kind, own in models._asdict().items()
    }
    return Models(**timeless)._replace(development=no_news)


def load_models(path: Path | str) -> Models:
    """Return the models of a file that `twicetold calibrate` wrote. Raises TwicetoldError."""
    try:
        text = Path(path).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TwicetoldError(str(path), f"can't be read: {error}") from None
    return parse_models(text, str(path))


_LARGEST_WEIGHT = 1e6  # log-odds for one unit of a feature; far larger ones overflow
_NOT_WEIGHTS = (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError)


def parse_models(text: str, place: str) -> Models:
    """Return the models of a weights file, given its text. Raises TwicetoldError at `place`."""
    hint = "make one: twicetold calibrate DB LABELS OUT.json"
    try:
        stored = json.loads(text)
        models = Models(*(_parse_model(stored[kind]) for kind in Models._fields))
    except _NOT_WEIGHTS as error:
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
        | _named_centres(model)
        for kind, model in zip(Models._fields, models, strict=True)
    }


def log_odds(features: FloatArray, model: Model) -> FloatArray:
    """Return the log-odds (p,) of pairs with features (p, f), in the order of `model.names`.

    Columns beyond those of the model do not count.
    """
    # column after column: the order of a sum must not depend on the machine's linear algebra
    total = np.full(len(features), model.intercept)
    for column, weight, centre in zip(features.T, model.weights, model.centres, strict=False):
        total += np.nan_to_num(weight * (column - centre))
    return total


def split_features(features: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the features of one language, (p, f), as those of texts, prior and development."""
    texts = len(_ONE_LANGUAGE)
    last = texts + len(_PRIOR)
    return features[:, :texts], features[:, texts:last], features[:, last : last + _DEVELOPED]


def one_language_log_odds(features: FloatArray, models: Models) -> FloatArray:
    """Return the log-odds (p,) of pairs of one language with features (p, f).

    A pair whose features of development are all nan ends with the prior.
    """
    texts, before, developed = split_features(features)
    total = log_odds(texts, models.one_language) + log_odds(before, models.prior)
    with_development = log_odds(np.column_stack([total, developed]), models.development)
    return np.where(is_developed(features), with_development, total)


def is_developed(features: FloatArray) -> BoolArray:
    """Mark the pairs that have features of development, (p,)."""
    missing = np.isnan(split_features(features)[2])
    return np.asarray(~missing.all(axis=1))


def probability(log_odds: FloatArray) -> FloatArray:
    """Return probabilities, rounded to six decimals: the stored number is the one that decided."""
    return np.round(1 / (1 + np.exp(-log_odds)), 6)


def explain_one_language(features: FloatArray, models: Models) -> Explanation:
    """Take the log-odds of a pair of one language apart; `features` is (f,)."""
    row = features[None, :]
    texts, before, developed = (part[0] for part in split_features(row))
    rows = [*_contributions(texts, models.one_language), *_contributions(before, models.prior)]
    intercept = models.one_language.intercept + models.prior.intercept
    if is_developed(row)[0]:
        last = models.development
        scale = float(last.weights[0])
        rows = [each._replace(log_odds=scale * each.log_odds) for each in rows]
        intercept = scale * intercept + last.intercept
        rows += _contributions(np.append(last.centres[0], developed), last)[1:]
    total = float(one_language_log_odds(row, models)[0])
    return Explanation(total, intercept, _largest_first(rows))


def explain(features: FloatArray, model: Model) -> Explanation:
    """Take the log-odds of a pair by one model apart; `features` is (f,)."""
    total = float(log_odds(features[None, :], model)[0])
    rows = _contributions(features[: len(model.names)], model)
    return Explanation(total, model.intercept, _largest_first(rows))


def _contributions(features: FloatArray, model: Model) -> list[Contribution]:
    log_odds = np.nan_to_num(model.weights * (features - model.centres))
    return [
        Contribution(name, float(value), float(part))
        for name, value, part in zip(model.names, features, log_odds, strict=True)
    ]


def _largest_first(rows: list[Contribution]) -> list[Contribution]:
    """Return the contributions of the features that could be had, the largest first."""
    present = [row for row in rows if not np.isnan(row.value)]
    return sorted(present, key=lambda row: (-abs(row.log_odds), row.feature))


def _parse_model(stored: dict[str, Any]) -> Model:
    weights = {str(name): _number(weight) for name, weight in stored["weights"].items()}
    centres = stored.get("centres", {})
    return Model(
        tuple(weights),
        np.array(list(weights.values())),
        _number(stored["intercept"]),
        np.array([_number(centres.get(name, 0.0)) for name in weights]),
    )


def _number(value: Any) -> float:
    """Return a weight. Raises ValueError for NaN, infinity and what no fitting gives."""
    number = float(value)
    if not abs(number) <= _LARGEST_WEIGHT:
        raise ValueError(f"{number} is not a weight")
    return number


def _named_centres(model: Model) -> dict[str, object]:
    if not model.centres.any():
        return {}
    return {"centres": dict(zip(model.names, model.centres.tolist(), strict=True))}
