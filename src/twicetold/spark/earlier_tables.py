"""What earlier runs wrote to a folder, as far as new days need it. Start reading at `Earlier`."""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from pyspark.errors import PySparkException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..errors import NotFoundError
from ..index.outlet_tables import OutletTables
from ..index.settings import Settings, parse_settings
from ..times import day_number
from .columns import BY_DAY, WHOLE
from .store import Store

_NO_DAY = day_number("0001-01-01")  # the last day of a folder without articles


class Earlier(NamedTuple):
    """The tables of earlier days."""

    store: Store
    last_day: int | None  # since 1970; None: nothing was written yet
    # the same of articles with a time; others are of the day of a run
    last_published: int | None = None

    def all_days(self, table: str) -> DataFrame:
        """Return a table."""
        if self.last_day is None:
            return self.store.empty(BY_DAY[table])
        return self.store.load(table)

    def since(self, table: str, day: int) -> DataFrame:
        """Return the rows of a table from a day on."""
        if self.last_day is None or day > self.last_day:
            return self.store.empty(BY_DAY[table])
        return self.store.load_since(table, day)

    def of_days(self, table: str, days: Iterable[int]) -> DataFrame:
        """Return the rows of a table for some days."""
        wanted = [day for day in days if self.last_day is not None and day <= self.last_day]
        if not wanted:
            return self.store.empty(BY_DAY[table])
        return self.store.load_days(table, wanted)

    def whole(self, table: str) -> DataFrame:
        """Return a table that has no days."""
        return self.store.empty(WHOLE[table]) if self.last_day is None else self.store.load(table)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a small table."""
        return [row.asDict() for row in self.whole(table).collect()]

    def outlets(self) -> OutletTables:
        """Return the outlets of earlier days."""
        parts = (
            tuple(tuple(row.values()) for row in self.rows(table))
            for table in ("outlets", "outlet_names", "outlet_groups")
        )
        return OutletTables(*parts)


def earlier_days(store: Store) -> tuple[Earlier, Settings]:
    """Return the tables of a folder, and the settings that they were made with.

    Raises NotFoundError for a folder without the tables of a finished run.
    """
    try:
        runs = store.load("runs").collect()
    except PySparkException:
        runs = []
    if len(runs) != 1 or runs[0]["finished"] is None:
        hint = f"make it: twicetold spark run {store.folder} SOURCE"
        raise NotFoundError(store.folder, "has no tables of a finished run", hint=hint)
    dated = F.when(F.col("published").isNotNull(), F.col("day"))
    days = F.max("day").alias("last"), F.max(dated).alias("published")
    last = store.load("articles").agg(*days).collect()[0]
    settings = parse_settings(json.loads(runs[0]["settings"]), store.folder)
    return Earlier(
        store, _NO_DAY if last["last"] is None else last["last"], last["published"]
    ), settings
