"""Which clustering method is best? Several, on the same scored pairs of left-out files.

    python benchmarks/clusterings.py FOLDER

FOLDER is that of `weights.py`, which leaves out each file in turn, learns weights from the others,
and scores its pairs. Each method clusters all candidate pairs of a file at once, without the daily
window. A row is a method with one cut for all files; the figures are BCubed F1.
"""

import heapq
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import igraph
import leidenalg
import numpy as np
import training
import weights
from tabulate import tabulate

from twicetold.arrays import FloatArray, IntArray
from twicetold.clustering import linkage
from twicetold.clustering.linkage import Links
from twicetold.clustering.model import Models
from twicetold.clustering.pair_scoring import score_day
from twicetold.clustering.term_weights import count_block
from twicetold.clustering.window import context_days
from twicetold.evaluation.agreement import bcubed
from twicetold.index import windows
from twicetold.index.settings import ACTIVE_DAYS
from twicetold.pairs import components
from twicetold.text.words import read_words

CUTS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
Clustering = Callable[[int, IntArray, IntArray, FloatArray, float], IntArray]


def main(folder: Path) -> None:
    """Print a table with a column for each file."""
    files = {
        name: weights.read_labelled(folder / f"{name}.jsonl")
        for name in {*weights.ONE, *weights.TWO}
    }
    sets = training.read_sets(folder)
    figures_of: dict[tuple[str, float], dict[str, float]] = {}
    for name in weights.ONE:
        models = weights.fit_models(files, sets, name)
        only = "en" if name == "headlines_multi" else ""
        file = weights.read_labelled(folder / f"{name}.jsonl", only)
        keys, a, b, probability = score_pairs(file, models)
        gold = [file.labels[key] for key in keys]
        for method, cluster in METHODS.items():
            for cut in CUTS:
                start = perf_counter()
                found = cluster(len(keys), a, b, probability, cut)
                row = figures_of.setdefault((method, cut), {})
                row["seconds"] = row.get("seconds", 0.0) + perf_counter() - start
                row[name] = bcubed(gold, found.tolist()).f1
    rows = []
    for (method, cut), figures in figures_of.items():
        seconds = figures.pop("seconds")
        mean = sum(figures.values()) / len(figures)
        rows.append({"method": method, "cut": cut} | figures | {"mean": mean, "seconds": seconds})
    print(tabulate(rows, headers="keys", floatfmt=".3f"))


def score_pairs(
    file: weights.Labelled, models: Models
) -> tuple[list[str], IntArray, IntArray, FloatArray]:
    """Return the keys of a file's articles, and its scored candidate pairs as rows of these."""
    db = file.articles.connection
    keys = dict(db.execute("select id, key from articles order by id"))
    row = {id: place for place, id in enumerate(keys)}
    a, b, probability = [], [], []
    for days in windows.all_days(db):
        window = windows.load(db, days[0] - context_days(ACTIVE_DAYS) + 1, days[-1])
        rows = np.array([row[id] for id in window.ids.tolist()], np.int64)
        block = count_block(window, read_words(window.titles, window.bodies))
        for day in days:
            scored = score_day(block, day, ACTIVE_DAYS, models).pairs
            a.append(rows[scored.a])
            b.append(rows[scored.b])
            probability.append(scored.probability)
    return list(keys.values()), np.concatenate(a), np.concatenate(b), np.concatenate(probability)


def average_linkage(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """Cluster as twicetold does."""
    return linkage.cluster(weights.start_alone(rows), Links(a, b, probability), cut)


def single_linkage(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """Cluster what pairs over the cut connect."""
    near = probability >= cut
    return components(rows, a[near], b[near])


def edge_contraction(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """Merge the two clusters with the highest sum of log-odds above the cut, while it is positive.

    Source: Keuper et al. 2015, Efficient decomposition of image and mesh graphs by lifted
    multicuts (greedy additive edge contraction).
    """

    def log_odds(value: FloatArray | float) -> FloatArray:
        clipped = np.clip(value, 0.001, 0.999)
        return np.asarray(np.log(clipped / (1 - clipped)))

    gains: list[dict[int, float]] = [{} for _ in range(rows)]
    for i, j, gain in zip(
        a.tolist(), b.tolist(), log_odds(probability) - log_odds(cut), strict=True
    ):
        gains[i][j] = gains[j][i] = float(gain)
    heap = [
        (-gain, i, j) for i in range(rows) for j, gain in gains[i].items() if i < j and gain > 0
    ]
    heapq.heapify(heap)
    into = np.arange(rows)
    while heap:
        gain, i, j = heapq.heappop(heap)
        if gains[i].get(j) != -gain:  # the entry is out of date
            continue
        into[into == j] = i
        for other, more in gains[j].items():
            del gains[other][j]
            if other != i:
                summed = gains[i].get(other, 0.0) + more
                gains[i][other] = gains[other][i] = summed
                if summed > 0:
                    heapq.heappush(heap, (-summed, min(i, other), max(i, other)))
        gains[j] = {}
    return into


def leiden(rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float) -> IntArray:
    """Cluster by the constant Potts model, with the cut as resolution.

    Source: Traag, Waltman & van Eck 2019, From Louvain to Leiden.
    """
    graph = igraph.Graph(rows, np.stack([a, b], axis=1).tolist())
    found = leidenalg.find_partition(
        graph,
        leidenalg.CPMVertexPartition,
        weights=probability.tolist(),
        resolution_parameter=cut,
        seed=1,
    )
    return np.array(found.membership)


METHODS: dict[str, Clustering] = {
    "average linkage": average_linkage,
    "single linkage": single_linkage,
    "edge contraction": edge_contraction,
    "Leiden": leiden,
}

if __name__ == "__main__":
    main(Path(sys.argv[1]))
