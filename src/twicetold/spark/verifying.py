"""Pairs are compared by their texts. Start reading at `compare_pairs`.

The pairs are dealt out to tasks so that an article and most of its pairs are in one: each text is
brought there once.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..arrays import IntArray
from ..copies.compare import compare
from ..hours import hours_apart, hours_since_1970
from ..text.furniture import Furniture
from ..text.words import own_words_mask, read_words
from .columns import LINK, arrow_schema, batch
from .store import Store, each_group, with_nulls

_TASK = 20_000  # pairs
_BLOCK = 20_000  # pairs whose words are held at once
_FEW = 500_000  # pairs: every worker gets all of their ids, so that texts without one stay behind
_PLACED = "task int, a long, b long"
_TEXT = f"{_PLACED}, title string, body string, published string"


def compare_pairs(
    store: Store,
    pairs: DataFrame,
    articles: DataFrame,
    rows: int,
    furniture: Furniture,
) -> DataFrame:
    """Return the links of pairs of articles: copies and templates, with their overlap."""
    first = pairs.groupBy("b").agg(F.min("a").alias("first"))
    before = first.select(F.col("b").alias("a"), F.col("first").alias("before"))
    led = pairs.join(first, "b").join(before, "a", "left")
    led = led.withColumn("leader", F.coalesce("before", "first"))
    return _compared(store, "tasks_of_pairs", led, articles, rows, furniture)


def compare_with_first(
    store: Store, pairs: DataFrame, articles: DataFrame, rows: int, furniture: Furniture
) -> DataFrame:
    """Return the same for pairs with the first article of a crowd: in any task, it is so large."""
    led = pairs.withColumn("leader", F.col("b"))
    return _compared(store, "tasks_of_crowds", led, articles, rows, furniture)


def _compared(
    store: Store, name: str, led: DataFrame, articles: DataFrame, rows: int, furniture: Furniture
) -> DataFrame:
    """Return the links of pairs; those with one `leader` are in one task, saved by that name."""
    tasks = max(2 * store.cores, -(-rows // _TASK))
    task = F.pmod(F.hash("leader"), F.lit(tasks)).cast("int").alias("task")
    placed = store.save(f"work/{name}", _PLACED, led.select(task, "a", "b"))
    needed = (
        placed.select("task", F.col("a").alias("id"))
        .union(placed.select("task", F.col("b")))
        .distinct()
    )
    needed = F.broadcast(needed) if rows <= _FEW else needed
    texts = articles.select("id", "title", "body", "published").join(needed, "id")
    both = with_nulls(texts.withColumnRenamed("id", "a"), _TEXT).unionByName(
        with_nulls(placed, _TEXT)
    )
    placed = both.repartition(2 * tasks, "task")
    return each_group(placed, "task", _compare, LINK, furniture=furniture)


def _compare(table: pa.Table, furniture: Furniture) -> pa.Table:
    """Return the links among the pairs of a task; rows without `b` are texts."""
    is_text = table["b"].is_null()
    texts = table.filter(is_text).sort_by("a")
    pairs = table.filter(pa.compute.invert(is_text)).sort_by(
        [("b", "ascending"), ("a", "ascending")]
    )
    ids = texts["a"].to_numpy()
    a, b = (np.searchsorted(ids, pairs[name].to_numpy()) for name in ("a", "b"))
    blocks = [
        _compare_block(texts, a[start : start + _BLOCK], b[start : start + _BLOCK], furniture)
        for start in range(0, len(a), _BLOCK)
    ]
    return pa.Table.from_batches(blocks, schema=arrow_schema(LINK))


def _compare_block(
    texts: pa.Table, a: IntArray, b: IntArray, furniture: Furniture
) -> pa.RecordBatch:
    rows, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    chosen = texts.take(rows)
    titles, bodies = chosen["title"].to_pylist(), chosen["body"].to_pylist()
    words = read_words(titles, bodies, furniture)
    mask = own_words_mask(words, titles, bodies)
    pairs = places[: len(a)], places[len(a) :]
    hour, whole_day = hours_since_1970(chosen["published"].to_pylist())
    compared = compare(words, mask, *pairs, hours_apart(hour, whole_day, *pairs))
    alike = np.flatnonzero(compared.copy | compared.template)
    ids = chosen["a"].to_numpy()
    columns = {
        "a": ids[pairs[0][alike]],
        "b": ids[pairs[1][alike]],
        "kind": np.where(compared.copy[alike], "copy", "template").tolist(),
        "found_by": ["bucket"] * len(alike),
        "probability": compared.copy[alike].astype(np.float64),
        "jaccard": compared.overlap.jaccard[alike],
        "a_in_b": compared.overlap.a_in_b[alike],
        "b_in_a": compared.overlap.b_in_a[alike],
    }
    return batch(LINK, columns)
