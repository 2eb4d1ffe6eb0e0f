"""Connected components of a graph of articles. Start reading at `connected`.

A graph that fits in one task is searched there. A larger one is cut by its nodes: each task sees
all edges of its nodes, connects what it can, and names each component by its lowest node. After
some rounds each node is tied to the lowest of its component alone.

Source: Rastogi, Machanavajjhala, Chitnis & Das Sarma 2013, Finding connected components in
map-reduce in logarithmic rounds (hash to min, with a search inside of each task).
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..errors import TwicetoldError
from ..pairs import components
from .columns import LABEL, PAIR, batch
from .store import Store

EDGES = 5_000_000  # of a task: some 400 MB
ROUNDS = 40  # at most; a chain of a million articles takes about 15


def connected(store: Store, edges: DataFrame, name: str, most: int = EDGES) -> DataFrame:
    """Return the component of each node of some edges, `a` and `b`, named by its lowest node.

    `name` is that of the table that it is saved as.
    """
    edges = store.save(f"work/{name}_edges", PAIR, edges)
    size = edges.count()
    if size <= most:
        stars = edges.coalesce(1).mapInArrow(_stars, PAIR)
        return _labels(store, stars, name)
    parts = -(-size // most)
    for step in range(ROUNDS):
        keyed = edges.select("a", "b", F.col("a").alias("node")).union(
            edges.select("a", "b", F.col("b").alias("node"))
        )
        tied = keyed.repartition(2 * parts, "node").select("a", "b").mapInArrow(_stars, PAIR)
        edges = store.save(f"work/{name}_{step % 2}", PAIR, tied.distinct())
        if _are_stars(edges):
            return _labels(store, edges, name)
    raise TwicetoldError(name, f"is not connected after {ROUNDS} rounds")


def _are_stars(edges: DataFrame) -> bool:
    """Whether each node is tied to one lower node, which is tied to none."""
    nodes = edges.select("b").distinct()
    if nodes.count() != edges.count():
        return False
    chained = edges.select(F.col("a").alias("b")).distinct().join(nodes, "b", "left_semi")
    return chained.count() == 0


def _labels(store: Store, stars: DataFrame, name: str) -> DataFrame:
    """Save the component of each node, given a star for each component."""
    both = F.explode(F.array("a", "b")).alias("id")
    labels = stars.select(both, F.col("a").alias("label")).distinct()
    return store.save(f"work/{name}", LABEL, labels)


def _stars(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield an edge from the lowest node of each component of a partition to each other one."""
    a, b = [], []
    for each in batches:
        a.append(each["a"].to_numpy(zero_copy_only=False))
        b.append(each["b"].to_numpy(zero_copy_only=False))
    if not a:
        return
    nodes, places = np.unique(np.concatenate([*a, *b]), return_inverse=True)
    half = len(places) // 2
    labels = components(len(nodes), places[:half], places[half:])
    others = np.flatnonzero(labels != np.arange(len(nodes)))
    yield batch(PAIR, {"a": nodes[labels[others]], "b": nodes[others]})
