"""The tables of a run: folders of Parquet files, each written by one stage and read by later ones.

A table that is read back has no history that a lost worker could make Spark compute again, and it
is the same on every engine. Everything goes through the engine's own reader and writer, so that the
folder may lie wherever the engine can write.
"""

import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from ..times import day_text
from .columns import RESULTS, names

# an id is the day times 2^32, plus the minute of that day times 2^21, plus a place in that minute
_DAY_BITS = 32
DAY_SHIFT = 1 << _DAY_BITS
MINUTE_SHIFT = 1 << 21

_CLOCK = 1  # seconds; times of files may be whole ones
_CORES = 8  # of an engine that does not tell
_REPLACE = {"partitionOverwriteMode": "static"}  # folders of other days are deleted
WORK = "work/"  # before the names of tables between stages


class Store:
    """The folder of a run, and how many tasks its engine does at once."""

    def __init__(self, session: SparkSession, folder: str, cores: int) -> None:
        self.session = session
        self.folder = folder.rstrip("/")
        self.cores = cores
        self._columns = dict(RESULTS)
        self._opened = time.time() - _CLOCK

    def save(self, name: str, columns: str, frame: DataFrame, by: str = "") -> DataFrame:
        """Write a table, in folders by a column of it, if given, and return it as read back."""
        self._columns[name] = columns
        writer = frame.select(*names(columns)).write.mode("overwrite").options(**_REPLACE)
        (writer.partitionBy(by) if by else writer).parquet(self._path(name))
        return self.load(name)

    def save_days(
        self, name: str, columns: str, frame: DataFrame, day: Column, days: Iterable[int] | None
    ) -> None:
        """Write a table in folders by date, given the day of each row, since 1970.

        With `days`, only the folders of these are written. `frame` must not read the table.
        """
        self._columns[name] = columns
        if days is None:
            date = F.date_add(F.lit("1970-01-01").cast("date"), day.cast("int")).cast("string")
            dated = frame.select(*names(columns), date.alias("date"))
            writer = dated.write.mode("overwrite").options(**_REPLACE)
            writer.partitionBy("date").parquet(self._path(name))
            return
        for each in sorted(set(days)):
            of_day = frame.where(day == each).select(*names(columns))
            folder = f"{self._path(name)}/date={day_text(each)}"
            of_day.coalesce(self.cores).write.mode("overwrite").parquet(folder)

    def load(self, name: str) -> DataFrame:
        """Return a table that was saved, or that is a result of earlier runs."""
        columns = self._columns[name]
        read = self.session.read.schema(columns).parquet(self._path(name))
        return read.select(*names(columns))  # the rest are names of folders

    def load_since(self, name: str, day: int) -> DataFrame:
        """Return the rows of a table in folders by date, from a day on."""
        return self._dated(name).where(F.col("date") >= day_text(day)).drop("date")

    def load_days(self, name: str, days: Iterable[int]) -> DataFrame:
        """Return the rows of a table in folders by date, of some days."""
        dates = [day_text(day) for day in sorted(set(days))]
        return self._dated(name).where(F.col("date").isin(dates)).drop("date")

    def _dated(self, name: str) -> DataFrame:
        columns = f"{self._columns[name]}, date string"
        return self.session.read.schema(columns).parquet(self._path(name))

    def results(self) -> dict[str, DataFrame]:
        """Return the tables that the run is for, without those between its stages."""
        return {name: self.load(name) for name in RESULTS}

    @property
    def local_folder(self) -> Path | None:
        """The folder as one of this machine; None if its address is elsewhere."""
        path = self.folder.removeprefix("file:")
        return None if ":" in path.partition("/")[0] else Path(path)

    def clean(self) -> None:
        """Delete the tables between stages, if the engine wrote them on this machine."""
        written = self.local_folder.glob("runs/*.parquet") if self.local_folder else ()
        if self.local_folder and any(each.stat().st_mtime >= self._opened for each in written):
            shutil.rmtree(self.local_folder / WORK, ignore_errors=True)

    def empty(self, columns: str) -> DataFrame:
        """Return a frame without rows, which an engine leaves out of joins before it starts."""
        return with_nulls(self.session.sql("select 1 as nothing where false"), columns)

    def spread(self, frame: DataFrame, rows: int, each: int, *keys: str) -> DataFrame:
        """Return a frame cut by `keys` into partitions of some `each` of its `rows`."""
        return frame.repartition(max(2 * self.cores, -(-rows // each)), *keys)

    def _path(self, name: str) -> str:
        return f"{self.folder}/{name}"


def day_of(id: str) -> Column:
    """Return the day, since 1970, of the ids of a column."""
    return F.shiftright(id, _DAY_BITS).cast("int")


def sizes_of(articles: DataFrame) -> dict[int, int]:
    """Return how many articles each day has, since 1970."""
    return {row["day"]: row["count"] for row in articles.groupBy("day").count().collect()}


def cores_of(session: SparkSession) -> int:
    """Return how many tasks an engine does at once, as far as it tells."""
    try:
        return int(session.sparkContext.defaultParallelism)
    except PySparkException:  # Spark Connect does not tell
        return int(session.conf.get("spark.sql.shuffle.partitions") or _CORES)


def each_group(
    frame: DataFrame, key: str, do: Callable[..., pa.Table], columns: str, **given: Any
) -> DataFrame:
    """Return what some work gives for each group of rows with one key; `given` goes with it."""

    def on_group(table: pa.Table) -> pa.Table:  # Spark takes no `partial`
        return do(table, **given)

    return frame.groupBy(key).applyInArrow(on_group, columns)


def in_bins(frame: DataFrame, key: str, bins: int) -> DataFrame:
    """Return a frame dealt out to bins by a column; a bin lies in one partition."""
    bin = F.pmod(F.hash(key), F.lit(bins)).cast("int")
    return frame.withColumn("bin", bin).repartition(bins, "bin")


def with_nulls(frame: DataFrame, columns: str) -> DataFrame:
    """Return a frame with these columns, in their order; one that it lacks is null."""
    pairs = (column.split() for column in columns.split(","))
    return frame.select(
        *(
            (F.col(name) if name in frame.columns else F.lit(None)).cast(kind).alias(name)
            for name, kind in pairs
        )
    )
