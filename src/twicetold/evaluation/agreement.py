"""How well do the stories of an index agree with labels? Start reading at `evaluate`.

Labels are anything that can be compared for equality; only which articles share one matters.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..arrays import IntArray
from ..errors import TwicetoldError
from ..index import Index, articles, in_snapshot
from .labels import Labels, as_labels

CONFIDENCE = 0.95
_KEYS_HINT = "labels name articles by their keys: select key from articles"


class Agreement(NamedTuple):
    """Precision, recall and their harmonic mean, 0..1; 1 if no error is possible."""

    precision: float
    recall: float
    f1: float


class Measure(NamedTuple):
    """One measure of agreement with labels, 0..1."""

    measure: str
    precision: float | None  # homogeneity, for V; None: the measure has one figure only
    recall: float | None  # completeness, for V
    f1: float


class Difference(NamedTuple):
    """A labelled story that the index has in another way."""

    label: str
    articles: int  # how many it has
    stories: int  # over how many stories of the index they are spread
    others: int  # articles of other labels in these stories
    missing: list[int]  # two articles of this label in different stories; [] for none
    wrong: list[int]  # an article of this label and one of another in one story; [] for none
    title: str  # of its first article


class Evaluation(NamedTuple):
    """The result of `evaluate`."""

    articles: int  # that have a label and are in the index
    absent: int  # that have a label and are not in the index
    undecided: int  # labelled pairs that are unsure, or not judged yet; they count for nothing
    precision_low: float | None  # of labelled pairs: where the 95 % interval of precision begins
    precision_high: float | None  # its end; None: labels of articles, or no pair is in one story
    measures: list[Measure]
    worst: list[Difference]  # those with the most misplaced articles first


@in_snapshot
def evaluate(index: Index, labels: Labels | Path | str, *, worst: int = 10) -> Evaluation:
    """Compare the stories of an index with labels, or with a file of labels.

    For labelled pairs, precision and recall are over these pairs alone. Raises TwicetoldError if
    no labelled article is in the index, and as `read_labels` does.
    """
    labels = as_labels(labels)
    rows = articles.clustered(index.connection)
    labelled = [row for row in rows if row[0] in labels.story]
    if not labelled:
        raise TwicetoldError(index.place, "holds no article that has a label", hint=_KEYS_HINT)
    gold = [labels.story[key] for key, *_ in labelled]
    stories = [story for _, _, story, _ in labelled]
    low, high = None, None
    if labels.pairs is not None:
        both, in_story, in_label = _pair_counts(labels, {row[0]: row[2] for row in labelled})
        measures = [Measure("labelled pairs", *_agreement(both, in_story, in_label))]
        low, high = confidence(both, in_story)
        differences = []
    else:
        measures = [
            Measure("BCubed", *bcubed(gold, stories)),
            Measure("pairs", *pairwise(gold, stories)),
            *_scikit_learn_measures(gold, stories),
        ]
        differences = _differences(gold, labelled)[:worst]
    absent = len(labels.story) - len(labelled)
    return Evaluation(len(labelled), absent, labels.undecided, low, high, measures, differences)


def bcubed(gold: Sequence[object], clusters: Sequence[object]) -> Agreement:
    """Return BCubed precision and recall, means over articles.

    Precision: of the articles in an article's cluster, the share that have its label. Recall: of
    the articles with its label, the share in its cluster.

    Source: Bagga & Baldwin 1998, Entity-based cross-document coreferencing; Amigó et al. 2009.
    """
    rows, columns, both = _contingency(gold, clusters)
    if not len(both):
        return Agreement(1.0, 1.0, 1.0)
    total = both.sum()
    precision = float((both**2 / _sums(columns, both)[columns]).sum() / total)
    recall = float((both**2 / _sums(rows, both)[rows]).sum() / total)
    return Agreement(precision, recall, _harmonic_mean(precision, recall))


def pairwise(gold: Sequence[object], clusters: Sequence[object]) -> Agreement:
    """Return the precision and recall of pairs of articles in one cluster."""
    rows, columns, both = _contingency(gold, clusters)
    return _agreement(_pairs(both), _pairs(_sums(columns, both)), _pairs(_sums(rows, both)))


def _agreement(both: int, in_clusters: int, in_gold: int) -> Agreement:
    precision = both / in_clusters if in_clusters else 1.0
    recall = both / in_gold if in_gold else 1.0
    return Agreement(precision, recall, _harmonic_mean(precision, recall))


def _pair_counts(labels: Labels, story: Mapping[str, int]) -> tuple[int, int, int]:
    """Count the judged pairs that are one story: in both, in the index, in the labels."""
    judged = {
        pair: same for pair, same in (labels.pairs or {}).items() if story.keys() >= set(pair)
    }
    same_label = list(judged.values())
    same_story = [story[a] == story[b] for a, b in judged]
    both = sum(label and story for label, story in zip(same_label, same_story, strict=True))
    return both, sum(same_story), sum(same_label)


def confidence(successes: int, trials: int) -> tuple[float | None, float | None]:
    """Return the 95 % interval of a share; None without trials.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    from scipy.stats import binomtest  # 0.5 s, only for `evaluate`

    if not trials:
        return None, None
    interval = binomtest(successes, trials).proportion_ci(CONFIDENCE, method="wilson")
    return round(float(interval.low), 6), round(float(interval.high), 6)


def _scikit_learn_measures(gold: Sequence[str], stories: Sequence[int]) -> Iterator[Measure]:
    from sklearn import metrics  # 0.9 s, only for `evaluate`

    yield Measure("adjusted Rand", None, None, float(metrics.adjusted_rand_score(gold, stories)))
    figures = metrics.homogeneity_completeness_v_measure(gold, stories)
    yield Measure("V", *(float(figure) for figure in figures))


def _differences(
    gold: Sequence[str], labelled: Sequence[tuple[str, int, int, str]]
) -> list[Difference]:
    of_label: dict[str, list[tuple[int, int, str]]] = {}
    in_story: dict[int, list[tuple[int, str]]] = {}
    for label, (_, id, story, title) in zip(gold, labelled, strict=True):
        of_label.setdefault(label, []).append((id, story, title))
        in_story.setdefault(story, []).append((id, label))
    rows = [_difference(label, members, in_story) for label, members in of_label.items()]
    differences = [row for row in rows if row.missing or row.wrong]
    return sorted(differences, key=lambda row: (-(row.stories - 1 + row.others), row.label))


def _difference(
    label: str, members: list[tuple[int, int, str]], in_story: dict[int, list[tuple[int, str]]]
) -> Difference:
    stories = list(dict.fromkeys(story for _, story, _ in members))
    first = {story: id for id, story, _ in reversed(members)}
    others = [(story, id) for story in stories for id, other in in_story[story] if other != label]
    return Difference(
        label=label,
        articles=len(members),
        stories=len(stories),
        others=len(others),
        missing=[first[story] for story in stories[:2]] if len(stories) > 1 else [],
        wrong=[first[others[0][0]], others[0][1]] if others else [],
        title=members[0][2],
    )


def _contingency(
    gold: Sequence[object], clusters: Sequence[object]
) -> tuple[IntArray, IntArray, IntArray]:
    """Return the cells of the contingency table that are not empty: row, column, count."""
    rows, columns = _numbered(gold), _numbered(clusters)
    if len(rows) != len(columns):
        raise ValueError(f"{len(rows)} labels and {len(columns)} clusters: one each is needed")
    width = int(columns.max(initial=0)) + 1
    cells, counts = np.unique(rows * width + columns, return_counts=True)
    return cells // width, cells % width, counts.astype(np.int64)


def _numbered(labels: Sequence[object]) -> IntArray:
    numbers: dict[object, int] = {}
    return np.array([numbers.setdefault(label, len(numbers)) for label in labels], np.int64)


def _sums(places: IntArray, counts: IntArray) -> IntArray:
    sums = np.zeros(int(places.max(initial=-1)) + 1, np.int64)
    np.add.at(sums, places, counts)
    return sums


def _pairs(counts: IntArray) -> int:
    return int((counts * (counts - 1) // 2).sum())


def _harmonic_mean(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
