"""How well do clusters agree with labels? Two label arrays in, figures out.

Labels are anything that can be compared for equality; only who is together matters. `agreement`
asks it of an index.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..errors import TwicetoldError
from ..index import Index, of_one_moment
from ..index.times import TIME
from ..text.tokens import IntArray
from .labels import Labels

_KEYS_HINT = "labels name articles by their keys: select key from articles"


class Agreement(NamedTuple):
    """Precision, recall and their harmonic mean, 0..1; 1 where there is nothing to get wrong."""

    precision: float
    recall: float
    f1: float


class Measure(NamedTuple):
    """One measure of how well an index agrees with labels, 0..1."""

    measure: str
    precision: float | None  # homogeneity, for V; None: the measure has one figure only
    recall: float | None  # completeness, for V
    f1: float


class Worst(NamedTuple):
    """A story of the labels that the index tells differently."""

    label: str
    articles: int  # how many it has
    pieces: int  # over how many stories of the index they are spread
    strangers: int  # articles of other labels in these
    missing: list[int]  # two articles with this label in different stories; [] for none
    wrong: list[int]  # an article with this label and a stranger in one story; [] for none
    title: str  # of its first article


class Evaluation(NamedTuple):
    """What `agreement` finds."""

    articles: int  # that have a label and stand in the index
    absent: int  # that have a label and do not
    measures: list[Measure]
    worst: list[Worst]  # the most articles in the wrong place first


@of_one_moment
def agreement(index: Index, labels: Labels, *, worst: int = 10) -> Evaluation:
    """Compare the stories of an index with what people say.

    Of pairs that are labelled, precision and recall over these alone. Raises TwicetoldError when
    no labelled article is in the index.
    """
    rows = index.connection.execute(
        "select key, id, story_id, title from articles where story_id is not null"
        f" order by {TIME}, key"
    ).fetchall()
    known = [row for row in rows if row[0] in labels.story]
    if not known:
        raise TwicetoldError(index.place, "holds no article that has a label", hint=_KEYS_HINT)
    gold = [labels.story[row[0]] for row in known]
    found = [row[2] for row in known]
    if labels.pairs is not None:
        measures = [_of_pairs(labels, {row[0]: row[2] for row in known})]
    else:
        measures = [
            Measure("BCubed", *bcubed(gold, found)),
            Measure("pairs", *pairwise(gold, found)),
            *_of_scikit_learn(gold, found),
        ]
    told = _worst(gold, known)[:worst] if labels.pairs is None else []
    return Evaluation(len(known), len(labels.story) - len(known), measures, told)


def _of_pairs(labels: Labels, story: Mapping[str, int]) -> Measure:
    pairs = [(a, b) for a, b in labels.pairs or () if a in story and b in story]
    same = [labels.story[a] == labels.story[b] for a, b in pairs]
    together = [story[a] == story[b] for a, b in pairs]
    both = sum(s and t for s, t in zip(same, together, strict=True))
    precision = both / sum(together) if any(together) else 1.0
    recall = both / sum(same) if any(same) else 1.0
    return Measure("labelled pairs", precision, recall, _harmonic(precision, recall))


def _of_scikit_learn(gold: Sequence[str], found: Sequence[int]) -> Iterator[Measure]:
    from sklearn import metrics  # 0.9 s: only who evaluates pays

    yield Measure("adjusted Rand", None, None, float(metrics.adjusted_rand_score(gold, found)))
    told = metrics.homogeneity_completeness_v_measure(gold, found)
    yield Measure("V", *(float(figure) for figure in told))


def _worst(gold: Sequence[str], known: Sequence[tuple[str, int, int, str]]) -> list[Worst]:
    of_label: dict[str, list[tuple[int, int, str]]] = {}
    in_story: dict[int, list[tuple[int, str]]] = {}
    for label, (_, id, story, title) in zip(gold, known, strict=True):
        of_label.setdefault(label, []).append((id, story, title))
        in_story.setdefault(story, []).append((id, label))
    told = []
    for label, articles in of_label.items():
        stories = list(dict.fromkeys(story for _, story, _ in articles))
        first = {story: id for id, story, _ in reversed(articles)}
        strangers = [(s, id) for s in stories for id, other in in_story[s] if other != label]
        missing = [first[story] for story in stories[:2]] if len(stories) > 1 else []
        wrong = [first[strangers[0][0]], strangers[0][1]] if strangers else []
        row = (label, len(articles), len(stories), len(strangers), missing, wrong, articles[0][2])
        if missing or wrong:
            told.append(Worst(*row))
    return sorted(told, key=lambda row: (-(row.pieces - 1 + row.strangers), row.label))


def bcubed(gold: Sequence[object], found: Sequence[object]) -> Agreement:
    """For each article, of those found with it the share that belong, and of those that belong
    the share found; the mean over articles.

    Source: Bagga & Baldwin 1998, Entity-based cross-document coreferencing; Amigó et al. 2009.
    """
    rows, columns, both = _table(gold, found)
    if not len(both):
        return Agreement(1.0, 1.0, 1.0)
    total = both.sum()
    precision = float((both**2 / _sums(columns, both)[columns]).sum() / total)
    recall = float((both**2 / _sums(rows, both)[rows]).sum() / total)
    return Agreement(precision, recall, _harmonic(precision, recall))


def pairwise(gold: Sequence[object], found: Sequence[object]) -> Agreement:
    """Of the pairs found together the share that belong together, and the other way round."""
    rows, columns, both = _table(gold, found)
    shared = _pairs(both)
    found_pairs, gold_pairs = _pairs(_sums(columns, both)), _pairs(_sums(rows, both))
    precision = shared / found_pairs if found_pairs else 1.0
    recall = shared / gold_pairs if gold_pairs else 1.0
    return Agreement(precision, recall, _harmonic(precision, recall))


def _table(gold: Sequence[object], found: Sequence[object]) -> tuple[IntArray, IntArray, IntArray]:
    """The cells of the contingency table that are not empty: row, column, count."""
    rows, columns = _numbered(gold), _numbered(found)
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


def _harmonic(precision: float, recall: float) -> float:
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0
