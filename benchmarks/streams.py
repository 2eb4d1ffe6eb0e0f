"""Are stories one event, in news as it flows? Labelled and judged articles inside their streams.

    python benchmarks/streams.py FOLDER [--quick]

FOLDER holds streams, labelled files and judged pairs (see training.py). For weights learned without
each stream ("left out"), without each fortnight ("folds") and for those of the package, it prints
how many judged pairs of one event end in one story and how many others are merged, by kind of
difference; how often a random pair of a random story is one event; precision and recall of the
labelled articles inside of their stream; and how true the probabilities are. Then headlines:
thinned, so that half of them stand alone, and the largest events. With --quick, only the weights of
the package are measured.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import training
from tabulate import tabulate
from training import STREAMS, Judged, PairSet

import twicetold
from twicetold.arrays import BoolArray, FloatArray
from twicetold.clustering import model
from twicetold.clustering.model import Models
from twicetold.evaluation.agreement import bcubed, pairwise

BINS = 5  # of equal mass
DRAWS = 1000
LARGEST = 5
HEADLINES, LANGUAGE = "headlines_multi", "en"
Row = dict[str, str]
Stories = dict[str, int]  # key -> story


class Clustered(NamedTuple):
    """A clustered stream."""

    stories: Stories
    expected: float  # mean probability of a random pair of each story of several texts
    several: int  # how many stories have several texts


class Measured(NamedTuple):
    """The stories and probabilities of a stream, by models that may differ by fold."""

    clustered: dict[int, Clustered]  # by fold
    log_odds: FloatArray  # (p,) of the stream's candidate pairs


def main(folder: Path, quick: bool) -> None:
    """Print all tables."""
    sets, judged = training.read_sets(folder), training.read_judged(folder)
    kinds: dict[str, Callable[[str], Mapping[int, Models]]] = {
        "package": lambda _: {-1: model.shipped_models()}
    }
    if not quick:
        kinds["left out"] = lambda name: {-1: training.train(sets, out=(name,))}
        folds = {fold: training.train(sets, fold=fold) for fold in range(training.FOLDS)}
        kinds["folds"] = lambda _: folds
    pairs, drawn, labelled, differences, reliable = [], [], [], [], []
    for name in STREAMS:
        for weights, models_of in kinds.items():
            measured = measure(folder, sets[name], models_of(name))
            row = {"stream": name, "weights": weights}
            own = present(judged[name], measured)
            for drawing in ("earlier", "later"):
                chosen = [pair for pair in own if pair.drawn == drawing]
                if chosen:
                    pairs.append(
                        row | {"drawn": drawing} | judged_row(chosen, sets[name], measured)
                    )
            if weights == "package":
                drawn.append(row | drawn_row(own, measured))
            learned = [pair for pair in own if pair.drawn != "last"]
            differences.append(row | differences_row(learned, sets[name], measured))
            reliable.append(row | reliability_row(sets[name], measured))
            if name == "stream_en" and weights != "folds":
                labelled.append(row | labelled_row(folder, measured))
    for table in (pairs, drawn, differences, reliable, labelled, list(headline_rows(folder))):
        print(tabulate(table, headers="keys", disable_numparse=True), "\n")


def measure(folder: Path, pairs: PairSet, models_of: Mapping[int, Models]) -> Measured:
    """Cluster a stream by the models of each fold; fold -1 is the whole."""
    clustered, log_odds = {}, np.zeros(len(pairs.keys))
    for fold, models in models_of.items():
        own = (pairs.fold == fold) | (fold == -1)
        log_odds[own] = training.log_odds(pairs, models)[own]
        index, _ = training.read_index(folder, STREAMS[pairs.name])
        clustered[fold] = cluster(index, models)
    return Measured(clustered, log_odds)


def cluster(index: twicetold.Index, models: Models) -> Clustered:
    """Cluster an index by a model."""
    settings = twicetold.Settings(models=models)
    twicetold.cluster(index, settings=settings, now=training.NOW)
    stories = dict(index.connection.execute("select key, story_id from articles"))
    drawn = twicetold.sample(index, len(stories))
    links = index.connection.execute(
        "select x.key, y.key, probability from links join articles as x on x.id = a"
        " join articles as y on y.id = b"
    )
    probability = {frozenset((a, b)): stated for a, b, stated in links}
    stated = [probability.get(frozenset((pair.a, pair.b)), 0.0) for pair in drawn]
    return Clustered(stories, float(np.mean(stated)), len(stated))


def present(judged: list[Judged], measured: Measured) -> list[Judged]:
    """Return the judged pairs whose articles are in the folder."""
    stories = next(iter(measured.clustered.values())).stories
    return [pair for pair in judged if {pair.a, pair.b} <= stories.keys()]


def in_one_story(judged: list[Judged], pairs: PairSet, measured: Measured) -> BoolArray:
    """Return which judged pairs end in one story, by a model that did not learn from them."""
    fold = dict(zip(map(frozenset, pairs.keys), pairs.fold.tolist(), strict=True))
    merged = []
    for pair in judged:
        own = fold.get(frozenset((pair.a, pair.b)), 0)  # never compared: parted by all models
        clustered = measured.clustered.get(own, measured.clustered[min(measured.clustered)])
        merged.append(clustered.stories[pair.a] == clustered.stories[pair.b])
    return np.array(merged, bool)


def drawn_row(judged: list[Judged], measured: Measured) -> Row:
    """Return how often a random pair of a random story is one event: as judged, and as expected."""
    (clustered,) = measured.clustered.values()
    verdicts = [pair.same for pair in judged if pair.drawn == "last"]
    return {
        "stories of several texts": str(clustered.several),
        "judged": str(len(verdicts)),
        "one event": share_of(np.array(verdicts, bool)) if verdicts else "",
        "expected by the probabilities": f"{clustered.expected:.2f}",
    }


def judged_row(judged: list[Judged], pairs: PairSet, measured: Measured) -> Row:
    """Return which share of the judged pairs is kept, and merged, with 95 % of bootstrap draws."""
    merged = in_one_story(judged, pairs, measured)
    same = np.array([pair.same for pair in judged])
    return {
        "same": str(same.sum()),
        "kept": share_of(merged[same]),
        "different": str((~same).sum()),
        "merged": share_of(merged[~same]),
    }


def differences_row(judged: list[Judged], pairs: PairSet, measured: Measured) -> Row:
    """Return which share of the different pairs is merged, by kind of difference."""
    merged = in_one_story(judged, pairs, measured)
    kinds = Counter(pair.kind for pair in judged if not pair.same)
    of_kind = {
        kind: [bool(one) for one, pair in zip(merged, judged, strict=True) if pair.kind == kind]
        for kind in sorted(kinds)
    }
    return {kind: f"{sum(ones)} of {len(ones)}" for kind, ones in of_kind.items()}


def reliability_row(pairs: PairSet, measured: Measured) -> Row:
    """Return the mean probability and the share of one event, in bins of equal mass."""
    judged = np.flatnonzero(~np.isnan(pairs.verdict))
    probability = model.probability(measured.log_odds[judged])
    same = pairs.verdict[judged] > 0
    order = np.argsort(probability, kind="stable")
    row, error = {}, 0.0
    for number, rows in enumerate(np.array_split(order, BINS), start=1):
        stated, true = float(probability[rows].mean()), float(same[rows].mean())
        row[f"bin {number}: p / true"] = f"{stated:.2f} / {true:.2f}"
        error += abs(stated - true) * len(rows) / len(order)
    return {"pairs": str(len(judged)), "error": f"{error:.2f}"} | row


def labelled_row(folder: Path, measured: Measured) -> Row:
    """Return how well the labelled articles are found inside of their stream."""
    _, labels = training.read_index(folder, STREAMS["stream_en"])
    (clustered,) = measured.clustered.values()
    stories = clustered.stories
    pair = list(labels.values()), [stories[key] for key in labels]
    pairs, cubed = pairwise(*pair), bcubed(*pair)
    return {
        "pairs P": f"{pairs.precision:.3f}",
        "pairs R": f"{pairs.recall:.3f}",
        "BCubed P": f"{cubed.precision:.3f}",
        "BCubed R": f"{cubed.recall:.3f}",
        "BCubed F1": f"{cubed.f1:.3f}",
    }


def headline_rows(folder: Path) -> Iterator[Row]:
    """Yield rows for English headlines: all, thinned, and the largest events."""
    path = folder / f"{HEADLINES}.jsonl"
    items = [i for i in twicetold.read_articles(path, outlet="unknown") if is_headline(i)]
    _, labels = training.read_index(folder, (HEADLINES,))
    keys = [item.id for item in items if isinstance(item, twicetold.Article)]
    sizes = Counter(labels[key] for key in keys)
    for name, chosen in (("all", set(keys)), ("thinned", set(thinned(keys, labels)))):
        index = twicetold.Index.in_memory()
        twicetold.ingest(index, (i for i in items if getattr(i, "id", "") in chosen))
        stories = cluster(index, model.shipped_models()).stories
        pair = [labels[key] for key in stories], list(stories.values())
        pairs, cubed = pairwise(*pair), bcubed(*pair)
        yield {
            "headlines": name,
            "articles": str(len(stories)),
            "pairs P / R": f"{pairs.precision:.3f} / {pairs.recall:.3f}",
            "BCubed P / R / F1": f"{cubed.precision:.3f} / {cubed.recall:.3f} / {cubed.f1:.3f}",
        }
        if name == "all":
            parts = [
                largest_part(label, labels, stories) for label, _ in sizes.most_common(LARGEST)
            ]
            yield {"headlines": "largest events", "articles": "; ".join(parts)}


def is_headline(item: twicetold.Article | twicetold.Rejection) -> bool:
    """Whether an item is a headline in the language that is measured."""
    return isinstance(item, twicetold.Article) and item.lang == LANGUAGE


def thinned(keys: list[str], labels: Mapping[str, str]) -> Iterator[str]:
    """Yield keys of which half stand alone: one of each second event, all of the other events
    until they are as many."""
    events: dict[str, list[str]] = {}
    for key in keys:
        events.setdefault(labels[key], []).append(key)
    ordered = sorted(events)
    alone = [events[label][0] for label in ordered[::2]]
    yield from alone
    left = len(alone)
    for label in ordered[1::2]:
        members = events[label][: max(left, 0)]
        if len(members) > 1:
            yield from members
            left -= len(members)


def largest_part(label: str, labels: Mapping[str, str], stories: Stories) -> str:
    """Return how many stories hold an event, and the share of the largest."""
    parts = Counter(story for key, story in stories.items() if labels[key] == label)
    reports = sum(parts.values())
    return f"{reports} in {len(parts)} stories, largest {max(parts.values()) / reports:.2f}"


def share_of(ones: BoolArray) -> str:
    """Return a share, with 95 % of bootstrap draws."""
    random = np.random.default_rng(1)
    draws = random.choice(ones, (DRAWS, len(ones))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return f"{ones.mean():.2f} ({low:.2f} to {high:.2f})"


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--quick" in sys.argv)
