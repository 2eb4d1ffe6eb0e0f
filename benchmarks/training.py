"""Sets of articles with labelled pairs, and the training of the model for one language.

Imported by weights.py, which writes the model, and by streams.py, which measures it. Curated sets,
in which every article has partners, teach weights only; streams teach how frequent pairs of one
event are as well. Start reading at `read_sets`, then `train`.
"""

import csv
import json
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

import twicetold
from twicetold.arrays import BoolArray, FloatArray, IntArray
from twicetold.clustering import conflict, development, model, prior
from twicetold.clustering.model import Model, Models
from twicetold.clustering.pair_scoring import (
    CONFLICT_FROM,
    DEVELOPED_FROM,
    ComparedDay,
    compare_day,
)
from twicetold.clustering.term_weights import count_block
from twicetold.clustering.window import context_days
from twicetold.evaluation.fitting import Fit, Sample, fit_with_own_intercepts
from twicetold.index import windows
from twicetold.index.settings import ACTIVE_DAYS
from twicetold.text.words import read_words

# streams, with the files that are read together; outlets_en is labelled inside of its stream
STREAMS = {
    "stream_en": ("outlets_en", "stream_en"),
    "newswire_1987": ("newswire_1987",),
    "press_fr": ("press_fr",),
}
CURATED = ("claims_en", "episodes_fr", "headlines_multi", "lookalike_en", "triples_en")
JUDGED = "judged_pairs"
JUDGED_LATER = Path(__file__).with_name("judged_pairs.csv")  # ids of articles in FOLDER, verdicts
NOW = "2026-11-26T12:00:00Z"  # the place of undated articles in time
FOLD_DAYS, FOLDS = 15, 4  # whole fortnights are left out together
GATE = 0.01  # pairs are compared from here on, so that other weights can be learned from them
# an unlabelled article may be a partner: of its 50 most probable pairs with labelled ones 47 report
# one event. So its pairs from here on are no examples of two events
PARTNER = 0.3
STRANGERS = -0.7  # x ln n, while the weights of texts are learned; learned ones: -.2 to -.6
# what a set counts: stream articles are unlabelled, so that a negative there may be a partner
SHARES = {"curated": 1.0, "gold": 0.3, "judged": 2.0}
CURATED_SHARE_LATE = 0.5  # for prior and development
ROUNDS = 2  # of the prior: the estimated shares depend on the scale of the weights
_PRIOR_PENALTY = 0.0005
_DENSE = prior.NAMES.index("dense_days")


class PairSet(NamedTuple):
    """The candidate pairs of a set, (p,) each: independent texts of one language."""

    name: str
    features: FloatArray  # (p, f) of texts, prior and development
    dated: BoolArray
    day: IntArray
    lang: IntArray
    keys: list[tuple[str, str]]
    gold: IntArray  # (p, 2) numbers of the gold stories; -1: without label
    verdict: FloatArray  # 1: judged the same, 0: judged different, nan: not judged

    @property
    def same(self) -> BoolArray:
        """Whether both articles have the same gold story, (p,)."""
        same: BoolArray = (self.gold[:, 0] == self.gold[:, 1]) & (self.gold[:, 0] >= 0)
        return same

    @property
    def fold(self) -> IntArray:
        """Which fold a pair is in, (p,): by fortnight, undated ones by their key."""
        by_key = np.array([sum(map(ord, first)) for first, _ in self.keys], np.int64)
        fold: IntArray = np.where(self.dated, self.day // FOLD_DAYS, by_key) % FOLDS
        return fold


class Part(NamedTuple):
    """Pairs that a stage learns from."""

    pairs: PairSet
    rows: IntArray
    same: BoolArray  # (rows,)
    share: float
    own: bool  # has an intercept of its own


class Judged(NamedTuple):
    """A judged pair, by the keys of its articles."""

    a: str
    b: str
    same: bool
    kind: str  # of difference: 'entity', 'topic', …
    drawn: str  # from the stories of three models in turn: 'earlier', 'later', 'last'


def read_sets(folder: Path) -> dict[str, PairSet]:
    """Return all streams and curated sets of a folder."""
    judged = read_judged(folder)
    streams = {
        name: read_set(folder, name, files, judged.get(name, [])) for name, files in STREAMS.items()
    }
    return streams | {name: read_set(folder, name, (name,), []) for name in CURATED}


def read_judged(folder: Path) -> dict[str, list[Judged]]:
    """Return the judged pairs of each stream, without unsure ones."""
    earlier = [json.loads(line) for line in (folder / f"{JUDGED}.jsonl").open(encoding="utf-8")]
    with JUDGED_LATER.open(encoding="utf-8", newline="") as file:
        later = list(csv.DictReader(file))
    judged: dict[str, list[Judged]] = {}
    for row in [*(row | {"drawn": "earlier"} for row in earlier), *later]:
        same = row["verdict"] == "same"
        pair = Judged(row["a"], row["b"], same, row["kind"], row["drawn"])
        if row["verdict"] != "unsure":
            judged.setdefault(row["set"], []).append(pair)
    return judged


def read_index(folder: Path, files: tuple[str, ...]) -> tuple[twicetold.Index, dict[str, str]]:
    """Return an index of some files, not clustered, and the gold story of each key."""
    index = twicetold.Index.in_memory()
    labels: dict[str, str] = {}
    for file in files:
        path = folder / f"{file}.jsonl"
        rows = (json.loads(line) for line in path.open(encoding="utf-8"))
        labels |= {str(row["id"]): row["label"] for row in rows if row.get("label")}
        twicetold.ingest(index, twicetold.read_articles(path, outlet="unknown"), now=NOW)
    return index, labels


def read_set(folder: Path, name: str, files: tuple[str, ...], judged: list[Judged]) -> PairSet:
    """Return the candidate pairs of a set."""
    index, labels = read_index(folder, files)
    keys = dict(index.connection.execute("select id, key from articles"))
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels.values()))}
    # those drawn last measure the model and teach it nothing
    learned = [pair for pair in judged if pair.drawn != "last"]
    verdicts = {frozenset(pair[:2]): float(pair.same) for pair in learned}
    parts = list(_days(index))
    names = [(keys[a], keys[b]) for part in parts for a, b in zip(part.a, part.b, strict=True)]
    gold = [[numbers.get(labels.get(key, ""), -1) for key in pair] for pair in names]
    return PairSet(
        name,
        np.concatenate([part.features for part in parts]),
        np.concatenate([part.dated for part in parts]),
        np.concatenate([np.full(len(part.a), part.day) for part in parts]),
        np.concatenate([part.lang for part in parts]),
        names,
        np.array(gold, np.int64).reshape(-1, 2),
        np.array([verdicts.get(frozenset(pair), np.nan) for pair in names]),
    )


class _Day(NamedTuple):
    day: int
    a: list[int]  # ids
    b: list[int]
    features: FloatArray
    dated: BoolArray
    lang: IntArray


def _days(index: twicetold.Index) -> Iterator[_Day]:
    """Yield the independent pairs of one language of each day."""
    models = model.shipped_models()
    blocks = windows.all_days(index.connection)
    langs: dict[str, int] = {}
    for days in blocks:
        window = windows.load(index.connection, days[0] - context_days(ACTIVE_DAYS) + 1, days[-1])
        places = np.array([langs.setdefault(name, len(langs)) for name in window.langs], np.int64)
        block = count_block(window, read_words(window.titles, window.bodies))
        for day in days:
            yield _candidates(compare_day(block, day, ACTIVE_DAYS, models), day, places, models)


def _candidates(day: ComparedDay, number: int, places: IntArray, models: Models) -> _Day:
    """Return the independent pairs of a day; all of them are compared as far as `GATE` allows."""
    window, compared = day.articles.window, day.compared.select(day.compared.independent)
    a, b = compared.pairs
    dated = ~np.isnan(compared.hours)
    before = prior.prior_features(day.prior, window.lang[b], dated)
    so_far = compared.log_odds + model.log_odds(before, models.prior)
    probable = model.probability(so_far) >= GATE
    developed = np.full((len(a), len(development.NAMES)), np.nan)
    developed[probable] = development.development_features(
        day.articles, compared.pairs.select(probable), day.articles, compared.hours[probable]
    )
    texts = compared.features.copy()
    texts[:, -len(conflict.NAMES) :] = conflict.conflict_features(day.articles, compared.pairs)
    features = np.column_stack([texts, before, developed])
    ids = window.ids[a].tolist(), window.ids[b].tolist()
    return _Day(number, *ids, features, dated, places[window.lang[b]])


def train(sets: Mapping[str, PairSet], out: Collection[str] = (), fold: int = -1) -> Models:
    """Return models learned from all sets but those in `out`, and without one fold of streams.

    The models for two languages are those of the package.
    """
    parts = [part for part in _parts(sets, fold) if part.pairs.name not in out]
    texts = _train_texts(parts)
    before, texts = _train_prior(parts, texts)
    models = model.shipped_models()._replace(one_language=texts, prior=before)
    return models._replace(development=_train_development(parts, models))


def log_odds(pairs: PairSet, models: Models) -> FloatArray:
    """Return the log-odds of pairs by models, (p,), as a clustering would compute them."""
    features = _with_prior(pairs, models)
    model.split_features(features)[2][~pairs.dated] = np.nan
    return model.one_language_log_odds(features, models)


def _parts(sets: Mapping[str, PairSet], fold: int) -> Iterator[Part]:
    for name in CURATED:
        pairs = sets[name]
        rows = np.flatnonzero((pairs.gold >= 0).all(axis=1))
        yield Part(pairs, rows, pairs.same[rows], SHARES["curated"], own=True)
    for name in STREAMS:
        pairs = sets[name]
        inside = pairs.fold != fold
        labelled = np.flatnonzero(_labelled(pairs) & inside)
        if len(labelled):
            yield Part(pairs, labelled, pairs.same[labelled], SHARES["gold"], own=False)
        judged = np.flatnonzero(~np.isnan(pairs.verdict) & inside)
        yield Part(pairs, judged, pairs.verdict[judged] > 0, SHARES["judged"], own=False)


def _labelled(pairs: PairSet) -> BoolArray:
    """Mark the pairs of two labelled articles, and of one that is no partner of the other, (p,)."""
    labels = (pairs.gold >= 0).sum(axis=1)
    stranger = model.probability(log_odds(pairs, model.shipped_models())) < PARTNER
    marks: BoolArray = (labels == 2) | ((labels == 1) & stranger)
    return marks


def _train_texts(parts: list[Part]) -> Model:
    """Return the model of texts, whose log-odds are those at even odds."""
    samples, offsets = [], []
    for part in parts:
        texts, before, _ = model.split_features(part.pairs.features[part.rows])
        offset = STRANGERS * before[:, 0]
        samples.append(_sample(part, texts, offset))
        offsets.append(float(offset.mean()))
    fit = _fit(samples, parts, model.SIGNS.one_language)
    # at even odds: the intercept of a curated set less what its share of true pairs adds
    own = [(part, offset) for part, offset in zip(parts, offsets, strict=True) if part.own]
    even = [
        intercept + offset - prior.logit(float(part.same.mean()))
        for (part, offset), intercept in zip(own, fit.own_intercepts, strict=True)
    ]
    # a pair that is not searched for conflict counts as one with the mean of all
    is_conflict = np.isin(fit.model.names, conflict.NAMES)
    means = np.mean([sample.features.mean(axis=0) for sample in samples], axis=0)
    centres = np.where(is_conflict, np.round(means, 3), 0)
    intercept = fit.model.intercept + float(np.median(even)) + float(centres @ fit.model.weights)
    return fit.model._replace(intercept=round(intercept, 3), centres=centres)


def _train_prior(parts: list[Part], texts: Model) -> tuple[Model, Model]:
    """Return the prior, and the model of texts on its scale."""
    names = ("texts", "log_articles", "undated_share")
    signs = Model(names, np.array([1.0, -1.0, 1.0]), 0.0, np.zeros(3))
    for _ in range(ROUNDS):
        samples = []
        for part in parts:
            features = _shares(part.pairs, texts)[part.rows]
            evidence = _evidence(part.pairs.features, texts)[part.rows]
            columns = np.column_stack([evidence, features[:, 0], features[:, 2]])
            samples.append(_sample(part, columns, features[:, _DENSE]))
        fit = _fit(samples, parts, signs, _PRIOR_PENALTY, own=False)
        scale = float(fit.model.weights[0])
        texts = texts._replace(
            weights=np.round(texts.weights * scale, 3), intercept=round(texts.intercept * scale, 3)
        )
    _, articles, undated = fit.model.weights
    weights = np.array([articles, 1.0, undated])  # `dense_days` is a correction of the share itself
    return model.SIGNS.prior._replace(weights=weights, intercept=fit.model.intercept), texts


def _train_development(parts: list[Part], models: Models) -> Model:
    """Return the model of development; its features count from their means."""
    rows, columns, weights = [], [], []
    for part in parts:
        features = _with_prior(part.pairs, models)[part.rows]
        developed = model.is_developed(features)
        part = part._replace(rows=part.rows[developed], same=part.same[developed])
        if not len(part.rows):
            continue
        before = _so_far(features[developed], models)
        rows.append(part)
        columns.append(np.column_stack([before, model.split_features(features[developed])[2]]))
        weights.append(np.full(len(part.rows), _late_share(part) / len(part.rows)))
    weight = np.concatenate(weights)
    centres = [0.0]
    for column in np.concatenate(columns).T[1:]:
        present = ~np.isnan(column)
        centres.append(round(float(np.average(column[present], weights=weight[present])), 3))
    samples = [
        _sample(part, np.nan_to_num(column - centres), np.zeros(len(part.rows)))
        for part, column in zip(rows, columns, strict=True)
    ]
    fitted = _fit(samples, rows, model.SIGNS.development, late=True).model
    return fitted._replace(centres=np.array(centres))


def _fit(
    samples: list[Sample],
    parts: list[Part],
    signs: Model,
    penalty: float = 0.01,
    *,
    own: bool = True,
    late: bool = False,
) -> Fit:
    shares = [_late_share(part) if late else part.share for part in parts]
    owners = [part.own and own for part in parts]
    return fit_with_own_intercepts(samples, signs, None, penalty, shares, owners)


def _late_share(part: Part) -> float:
    return CURATED_SHARE_LATE if part.own else part.share


def _sample(part: Part, features: FloatArray, offset: FloatArray) -> Sample:
    size = len(part.rows)
    stories = np.column_stack([np.zeros(size, np.int64), (~part.same).astype(np.int64)])
    nothing = np.zeros((size, 2), np.int64)
    return Sample(features, np.ones(size), offset, nothing, stories, np.zeros(size))


def _with_prior(pairs: PairSet, models: Models) -> FloatArray:
    """Return the features of pairs as these models see them."""
    features = pairs.features.copy()
    _, before, developed = model.split_features(features)
    before[:] = _shares(pairs, models.one_language)
    probability = model.probability(_so_far(features, models))
    developed[probability < DEVELOPED_FROM] = np.nan
    return features


def _so_far(features: FloatArray, models: Models) -> FloatArray:
    before = model.split_features(features)[1]
    return _evidence(features, models.one_language) + model.log_odds(before, models.prior)


def _evidence(features: FloatArray, texts: Model) -> FloatArray:
    """Return the log-odds of texts at even odds, (p,); conflict counts from `CONFLICT_FROM` on."""
    own = model.split_features(features)[0].copy()
    apart = own[:, -len(conflict.NAMES) :]
    searched = apart.copy()
    apart[:] = np.nan
    likely = model.log_odds(own, texts) >= CONFLICT_FROM
    apart[likely] = searched[likely]
    return model.log_odds(own, texts)


def _shares(pairs: PairSet, texts: Model) -> FloatArray:
    """Return the features of the prior, (p, 3), with shares estimated by a model of texts."""
    evidence = _evidence(pairs.features, texts)
    before = model.split_features(pairs.features)[1].copy()
    groups = np.stack([pairs.day, pairs.lang, pairs.dated], axis=1)
    _, group = np.unique(groups, axis=0, return_inverse=True)
    order = np.argsort(group, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(group[order])) + 1):
        dated = bool(pairs.dated[rows[0]])
        pseudo = prior.PSEUDO_PAIRS_DATED if dated else prior.PSEUDO_PAIRS_UNDATED
        share = np.array([prior.estimate_share(evidence[rows], pseudo)])
        of_day = prior.Prior(np.ones(1, np.int64), dated=share, undated=share)
        lang = np.zeros(len(rows), np.int64)  # the only one of this prior
        features = prior.prior_features(of_day, lang, pairs.dated[rows])
        before[rows, 1:] = features[:, 1:]  # the number of articles stays
    return before
