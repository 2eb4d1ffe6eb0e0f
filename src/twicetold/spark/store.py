"""The tables of a run: folders of Parquet files, each written by one stage and read by later ones.

A table that is read back has no history that a lost worker could make Spark compute again, and it
is the same on every engine. Everything goes through the engine's own reader and writer, so that the
folder may lie wherever the engine can write.
"""

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from .columns import names


class Store:
    """The folder of a run, and how many tasks its engine does at once."""

    def __init__(self, session: SparkSession, place: str, cores: int) -> None:
        self.session = session
        self.place = place.rstrip("/")
        self.cores = cores
        self._columns: dict[str, str] = {}

    def save(self, name: str, columns: str, frame: DataFrame, by: Sequence[str] = ()) -> DataFrame:
        """Write a table, in folders of its columns `by`, and return it as read back."""
        self._columns[name] = columns
        chosen = frame.select(*names(columns))
        writer = chosen.write.mode("overwrite")
        (writer.partitionBy(*by) if by else writer).parquet(self._path(name))
        return self.load(name)

    def load(self, name: str) -> DataFrame:
        """Return a table that was saved in this run."""
        return self.session.read.schema(self._columns[name]).parquet(self._path(name))

    def empty(self, columns: str) -> DataFrame:
        """Return a frame without rows."""
        return self.session.createDataFrame([], columns)

    def spread(self, frame: DataFrame, rows: int, each: int, *keys: str) -> DataFrame:
        """Return a frame cut by `keys` into partitions of some `each` of its `rows`."""
        return frame.repartition(max(2 * self.cores, -(-rows // each)), *keys)

    def _path(self, name: str) -> str:
        return f"{self.place}/{name}"


def each_group(
    frame: DataFrame, key: str, do: Callable[..., pa.Table], columns: str, **given: Any
) -> DataFrame:
    """Return what some work gives for each group of rows with the same key; `given` goes with it."""

    def on_group(table: pa.Table) -> pa.Table:  # Spark takes no `partial`
        return do(table, **given)

    return frame.groupBy(key).applyInArrow(on_group, columns)
