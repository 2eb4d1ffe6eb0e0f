"""Learn the weights of the model from labelled articles: those of the package, or a user's own.

Pairs are scored as a run would score them; two articles with the same label are one story. A
logistic regression with a strong L2 penalty is fitted to them. Each set of articles counts as much
as any other, and the sign of each weight is fixed (`model.SIGNS`). A user's labels change the
weights of texts alone; prior and development stay. Start reading at `labelled_pairs`, then `fit`.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from ..clustering import model
from ..clustering.model import Model, Models
from ..clustering.pair_scoring import ScoredPairs, score_day
from ..clustering.term_weights import count_block
from ..clustering.window import context_days
from ..errors import TwicetoldError
from ..index import Index, articles, furniture, in_snapshot, windows
from ..index.settings import ACTIVE_DAYS
from ..queries.vectors import window_embeddings
from ..text.words import read_words
from .fitting import Sample, fit
from .labels import Labels, as_labels

FOLDS = 5
BINS = 10
LEAST_PAIRS = 100
LEAST_STORIES = 25


class Samples(NamedTuple):
    """The labelled pairs of one set of articles."""

    one_language: Sample
    two_languages: Sample


class HeldOut(NamedTuple):
    """Pairs (p,) scored by models that were not fitted to them."""

    probability: FloatArray
    same: BoolArray  # whether they are one story
    weight: FloatArray  # how many pairs each represents


class Bin(NamedTuple):
    """Pairs with similar probabilities."""

    at_least: float
    below: float
    pairs: int
    probability: float  # their mean
    one_story: float  # the share of them that is one story


class Gain(NamedTuple):
    """What the user's own weights gain, measured on pairs held out from them."""

    pairs: int
    one_story: int
    brier_before: float  # mean squared error of the package's weights
    brier: float  # of the user's own weights
    reliability: list[Bin]


class Calibration(NamedTuple):
    """Models from a user's labels, and what they gain."""

    models: Models
    one_language: Gain | None  # None: too few pairs, the weights of the package stay
    two_languages: Gain | None

    def gains(self) -> dict[str, Gain | None]:
        """Return the gain for each kind of pair."""
        return {"one language": self.one_language, "two languages": self.two_languages}

    def weights(self, source: str) -> dict[str, object]:
        """Return the models in the form of a weights file, with their provenance."""
        held_out = {kind: gain._asdict() for kind, gain in self.gains().items() if gain}
        provenance = {"made by": "twicetold calibrate", "labels": source, "held out": held_out}
        return {"provenance": provenance} | model.models_as_dict(self.models)


def labelled_pairs(index: Index, labels: Labels, embedder: str = "") -> Samples:
    """Return the candidate pairs of an index whose articles have labels, without copies."""
    db = index.connection
    numbers: dict[str, int] = {}
    keys = articles.keys_by_id(db)
    story_of = {
        id: numbers.setdefault(labels.story[key], len(numbers))
        for id, key in keys.items()
        if key in labels.story
    }
    passages = furniture.load(db)
    one_language, two_languages = [], []
    for days in windows.all_days(db):
        window = windows.load(db, days[0] - context_days(ACTIVE_DAYS) + 1, days[-1])
        stories = np.array([story_of.get(id, -1) for id in window.ids.tolist()], np.int64)
        embeddings = None
        if window.has_several_languages:
            embeddings = window_embeddings(db, window, embedder)
        block = count_block(window, read_words(window.titles, window.bodies, passages), embeddings)
        for number in days:
            scored = score_day(block, number, ACTIVE_DAYS, model.shipped_models()).pairs
            rows = np.stack([scored.a, scored.b], axis=1)
            day = _sample(scored, window.ids[rows], stories[rows])
            labelled = (day.stories >= 0).all(axis=1) & (scored.kind == "story")
            if labels.pairs is not None:
                named = (sorted((keys[a], keys[b])) for a, b in day.articles.tolist())
                known = [(first, second) in labels.pairs for first, second in named]
                labelled &= np.array(known, bool)
            one_language.append(day.select(labelled & ~scored.across))
            two_languages.append(day.select(labelled & scored.across))
    return Samples(_concatenate(one_language), _concatenate(two_languages))


def _sample(scored: ScoredPairs, articles: IntArray, stories: IntArray) -> Sample:
    """Return pairs with what the package's prior and development add to their log-odds."""
    models = model.shipped_models()
    developed = model.is_developed(scored.features) & ~scored.across
    scale = np.where(developed, models.development.weights[0], 1.0)
    texts, *_ = model.split_features(scored.features)
    whole = model.one_language_log_odds(scored.features, models)
    offset = whole - scale * model.log_odds(texts, models.one_language)
    offset[scored.across] = 0
    cosine = scored.cosines[:, 0]
    return Sample(scored.features, scale, offset, articles, stories, cosine)


def held_out(sample: Sample, fit_model: Callable[[Sample], Model]) -> HeldOut:
    """Score pairs by models that `fit_model` fits to the pairs of other stories.

    Pairs of two stories in different folds cannot be held out and are left out; the weights of the
    remaining pairs of two stories are raised to make up for them.
    """
    folds = sample.stories % FOLDS
    probability, same = [np.zeros(0)], [np.zeros(0, bool)]
    for fold in range(FOLDS):
        out = sample.select((folds == fold).all(axis=1))
        rest = sample.select((folds != fold).all(axis=1))
        if len(out.same) and len(rest.same):
            fitted = fit_model(rest)
            log_odds = out.scale * model.log_odds(out.features, fitted) + out.offset
            probability.append(model.probability(log_odds))
            same.append(out.same)
    all_same = np.concatenate(same)
    return HeldOut(np.concatenate(probability), all_same, np.where(all_same, 1.0, FOLDS))


@in_snapshot
def calibrate(index: Index, labels: Labels | Path | str) -> Calibration:
    """Return models for an index from labels of its own articles or pairs, or a file of labels.

    The package's weights are the start, and the penalty pulls the weights back to them. Those for
    two languages stay as they are without enough such pairs. Raises TwicetoldError if there are
    too few labels to learn from.
    """
    samples = labelled_pairs(index, as_labels(labels))
    one = samples.one_language
    if not _is_enough(one):
        same = int(one.same.sum())
        finding = f"give {same:,} pairs of one story and {len(one.same) - same:,} of two"
        hint = f"learning takes at least {LEAST_PAIRS} of each, from {LEAST_STORIES} stories"
        raise TwicetoldError("", finding, field="labels", hint=hint)
    models = model.shipped_models()
    gains: dict[str, Gain] = {}
    # the model with an embedder has no sample, and stays as it is
    for kind, sample in samples._asdict().items():
        signs, package = getattr(model.SIGNS, kind), getattr(models, kind)
        if _is_enough(sample):
            gains[kind] = _gain(sample, signs, package)
            models = models._replace(**{kind: fit([sample], signs, package)})
    return Calibration(models, gains.get("one_language"), gains.get("two_languages"))


def _is_enough(sample: Sample) -> bool:
    same = int(sample.same.sum())
    stories = len(np.unique(sample.stories))
    return min(same, len(sample.same) - same) >= LEAST_PAIRS and stories >= LEAST_STORIES


def _gain(sample: Sample, signs: Model, package_model: Model) -> Gain:
    """Measure the user's own weights and the package's on held-out pairs."""
    own = held_out(sample, lambda rest: fit([rest], signs, package_model))
    package = held_out(sample, lambda rest: package_model)
    return Gain(len(own.same), int(own.same.sum()), brier(package), brier(own), reliability(own))


def brier(pairs: HeldOut) -> float:
    """Return the mean squared error of the probabilities; 0 is perfect.

    Source: Brier 1950, Verification of forecasts expressed in terms of probability.
    """
    error = (pairs.probability - pairs.same) ** 2
    return float(np.average(error, weights=pairs.weight)) if len(error) else 0.0


def reliability(pairs: HeldOut) -> list[Bin]:
    """Return, for pairs of similar probability, the share that is one story; without empty bins."""
    place = np.minimum((pairs.probability * BINS).astype(np.int64), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = place == number
        if inside.any():
            weight = pairs.weight[inside]
            mean = float(np.average(pairs.probability[inside], weights=weight))
            share = float(np.average(pairs.same[inside], weights=weight))
            bins.append(Bin(number / BINS, (number + 1) / BINS, int(inside.sum()), mean, share))
    return bins


def _concatenate(samples: Sequence[Sample]) -> Sample:
    two = np.zeros((0, 2), np.int64)
    nothing = Sample(np.zeros((0, 0)), np.zeros(0), np.zeros(0), two, two, np.zeros(0))
    samples = [sample for sample in samples if len(sample.stories)] or [nothing]
    return Sample(*(np.concatenate(column) for column in zip(*samples, strict=True)))
