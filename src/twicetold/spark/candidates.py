"""Candidate pairs: articles that share a bucket. Start reading at `candidate_pairs`.

A bucket lies in one task, which pairs its articles as `copies.lsh` does. A bucket too large for a
task is cut into stretches of time; a stretch begins with the last articles of the one before, so
that each article meets the same ones.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from ..arrays import IntArray
from ..copies.lsh import NEAREST_IN_BUCKET, pairs_in_buckets
from ..copies.minhash import BANDS, EMPTY, bands, from_blobs
from .columns import ENTRY, PAIR, batch
from .store import Store

LARGE = 200_000  # entries of a bucket; a larger one is cut
_TASK = 4_000_000  # entries of a task: 64 MB with their pairs' numbers


def save_bands(store: Store, signatures: DataFrame) -> DataFrame:
    """Save the buckets of signatures; a text without shingles is in none."""
    entries = signatures.select("article_id", "minhash").mapInArrow(_bands, ENTRY)
    return store.save("work/bands", ENTRY, entries)


def candidate_pairs(
    store: Store, entries: DataFrame, rows: int, most: int, large: int = LARGE
) -> DataFrame:
    """Return the pairs of articles that share a bucket, `a` before `b` in time, each once.

    There are so many `rows`, at `most` so many in one bucket; those of a `large` one are cut.
    """
    is_large = _large_buckets(store, entries, large) if most > large else None
    if is_large is None:
        entries = entries.withColumn("stretch", F.lit(0))
    else:
        entries = _cut(entries, is_large, large)
    parts = store.spread(entries, rows, _TASK, "bucket", "stretch")
    return parts.mapInArrow(_pairs, PAIR).distinct()


def pairs_with(pairs: DataFrame, ids: DataFrame) -> DataFrame:
    """Return the pairs that have one of some articles."""
    sides = (pairs.join(ids.withColumnRenamed("id", side), side, "left_semi") for side in "ab")
    one, other = (pairs_of.select("a", "b") for pairs_of in sides)
    return one.union(other).distinct()


def _large_buckets(store: Store, entries: DataFrame, large: int) -> DataFrame | None:
    """Return the buckets with more than `large` of the entries; None if there are none."""
    counts = entries.groupBy("bucket").count().where(F.col("count") > large).select("bucket")
    buckets = store.save("work/large_buckets", "bucket int", counts)
    return buckets if buckets.count() else None


def _cut(entries: DataFrame, is_large: DataFrame, large: int) -> DataFrame:
    """Return entries with their stretch of time; some are in two."""
    in_time = Window.partitionBy("bucket").orderBy("article_id")
    cut = entries.join(F.broadcast(is_large), "bucket", "left_semi").withColumn(
        "rank", F.row_number().over(in_time) - F.lit(1)
    )
    stretch = F.floor(F.col("rank") / large).cast("int")
    next_one = F.floor((F.col("rank") + NEAREST_IN_BUCKET) / large).cast("int")
    both = F.explode(F.array_distinct(F.array(stretch, next_one))).alias("stretch")
    others = entries.join(F.broadcast(is_large), "bucket", "left_anti")
    return cut.select("bucket", "article_id", both).unionByName(
        others.withColumn("stretch", F.lit(0))
    )


def _bands(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for each in batches:
        signatures = from_blobs(each["minhash"].to_pylist())
        filled = (signatures != EMPTY).any(axis=1)
        ids = each["article_id"].to_numpy(zero_copy_only=False)[filled]
        columns = {
            "bucket": bands(signatures[filled]).ravel(),
            "article_id": np.repeat(ids, BANDS),
        }
        yield batch(ENTRY, columns)


def _pairs(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the pairs of a partition, which has all entries of its buckets or stretches."""
    columns: dict[str, list[IntArray]] = {"bucket": [], "stretch": [], "article_id": []}
    for each in batches:
        for name, parts in columns.items():
            parts.append(each[name].to_numpy(zero_copy_only=False))
    if not columns["bucket"]:
        return
    bucket, stretch, article = (np.concatenate(parts) for parts in columns.values())
    ids, rows = np.unique(article, return_inverse=True)  # ids are in time order
    # a bucket has 32 bits, a stretch has fewer
    place = stretch.astype(np.int64) * (1 << 32) + bucket
    pairs = pairs_in_buckets(place, rows, len(ids))
    yield batch(PAIR, {"a": ids[pairs.a], "b": ids[pairs.b]})
