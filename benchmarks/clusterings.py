"""Which clustering suits the scorer? Several, on the same pairs of files that it never saw.

    python benchmarks/clusterings.py FOLDER

FOLDER is that of `weights.py`, which leaves out a file, makes weights from the others and scores
its pairs. Each method clusters all candidate pairs of a file at once, without the daily window, and
every cut is one for all files: a row is a method with a cut, a figure BCubed F1.
"""

import heapq
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import igraph
import leidenalg
import numpy as np
import weights
from tabulate import tabulate

from twicetold.clustering import linkage as clustering
from twicetold.clustering import model as scoring
from twicetold.clustering import pair_scoring as pairs
from twicetold.clustering import weights as weighing
from twicetold.clustering.window import FloatArray
from twicetold.evaluation.agreement import bcubed
from twicetold.index import windows
from twicetold.jobs.runs import ACTIVE_DAYS
from twicetold.text.tokens import IntArray

CUTS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5)
Clustering = Callable[[int, IntArray, IntArray, FloatArray, float], IntArray]


def main(folder: Path) -> None:
    """Print a table, a column a file."""
    files = {name: weights.read(folder / f"{name}.jsonl") for name in {*weights.ONE, *weights.TWO}}
    strangers = weights.far(folder / f"{weights.FAR}.jsonl")
    told: dict[tuple[str, float], dict[str, float]] = {}
    for name in weights.ONE:
        others = [n for n in weights.ONE if n != name], [n for n in weights.TWO if n != name]
        models = weights.made(files, strangers, *others)
        only = "en" if name == "headlines_multi" else ""
        file = weights.read(folder / f"{name}.jsonl", only)
        keys, a, b, probability = scored(file, models)
        gold = [file.labels[key] for key in keys]
        for method, cluster in METHODS.items():
            for cut in CUTS:
                start = perf_counter()
                found = cluster(len(keys), a, b, probability, cut)
                row = told.setdefault((method, cut), {})
                row["seconds"] = row.get("seconds", 0.0) + perf_counter() - start
                row[name] = bcubed(gold, found.tolist()).f1
    rows = []
    for (method, cut), figures in told.items():
        seconds = figures.pop("seconds")
        mean = sum(figures.values()) / len(figures)
        rows.append({"method": method, "cut": cut} | figures | {"mean": mean, "seconds": seconds})
    print(tabulate(rows, headers="keys", floatfmt=".3f"))


def scored(
    file: weights.Labelled, models: scoring.Models
) -> tuple[list[str], IntArray, IntArray, FloatArray]:
    """The keys of a file's articles, and its candidate pairs as rows of these."""
    db = file.index.connection
    keys = dict(db.execute("select id, key from articles order by id"))
    row = {id: place for place, id in enumerate(keys)}
    a, b, probability = [], [], []
    for days in windows.all_days(db):
        window = windows.load(db, days[0] - 2 * ACTIVE_DAYS + 1, days[-1])
        rows = np.array([row[id] for id in window.ids.tolist()], np.int64)
        for found in pairs.daily(weighing.block(window), days, ACTIVE_DAYS, models):
            a.append(rows[found.a])
            b.append(rows[found.b])
            probability.append(found.probability)
    return list(keys.values()), *(np.concatenate(column) for column in (a, b, probability))


def average_linkage(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """As twicetold has it."""
    alone, nobody = np.arange(rows), np.zeros(rows, bool)
    return clustering.stories(alone, nobody, ~nobody, alone, a, b, probability, cut)


def single_linkage(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """Whatever a pair over the cut connects."""
    near = probability >= cut
    return clustering.components(rows, a[near], b[near])


def edge_contraction(
    rows: int, a: IntArray, b: IntArray, probability: FloatArray, cut: float
) -> IntArray:
    """Join the two clusters between which the log-odds above the cut sum up highest, while any do.

    Source: Keuper et al. 2015, Efficient decomposition of image and mesh graphs by lifted
    multicuts (greedy additive edge contraction).
    """

    def log_odds(value: FloatArray | float) -> FloatArray:
        kept = np.clip(value, 0.001, 0.999)
        return np.log(kept / (1 - kept))

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
        if gains[i].get(j) != -gain:  # one of them has changed since
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
    """The constant Potts model, its resolution the cut: a cluster is denser than that.

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
