"""What earlier runs wrote to a folder, as far as new days need it. Start reading at `earlier_days`.

Only the days that are needed are read: each table has a folder for each day.
"""

from collections.abc import Iterable
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..errors import NotFoundError
from ..index.furniture import Passage
from ..index.outlet_tables import OutletTables
from . import columns
from .columns import names
from .store import Store, day_of

BY_DAY = {
    "articles": columns.RESULT,
    "signatures": columns.SIGNATURE,
    "bands": columns.ENTRY,
    "links": columns.LINK,
    "traits": columns.TRAIT,
    "stories": columns.STORY,
    "copy_groups": columns.COPY_GROUP,
}
WHOLE = {
    "crowds": columns.CROWD,
    "priors": columns.PRIOR,
    "furniture": columns.PASSAGE,
    "outlets": columns.OUTLET,
    "outlet_names": columns.OUTLET_NAME,
    "outlet_groups": columns.OUTLET_GROUP,
    "decisions": columns.DECISION,
    "versions": columns.VERSION,
    "rejections": columns.REJECTION,
}


class Earlier(NamedTuple):
    """The tables of earlier days; there are none in a new folder."""

    store: Store
    last_day: int | None  # since 1970; None: there are no articles
    passages: tuple[Passage, ...] = ()  # learned ones, with their periods beside them
    periods: tuple[int, ...] = ()  # the first day of the period of each passage
    outlets: OutletTables = OutletTables()

    def of_days(self, table: str, days: Iterable[int]) -> DataFrame:
        """Return the rows of a table for some days."""
        wanted = sorted(set(days))
        if self.last_day is None or not wanted:
            return self.store.empty(BY_DAY[table])
        return self.store.load_days(table, wanted)

    def since(self, table: str, day: int) -> DataFrame:
        """Return the rows of a table from a day on."""
        if self.last_day is None:
            return self.store.empty(BY_DAY[table])
        return self.store.load_since(table, day)

    def whole(self, table: str) -> DataFrame:
        """Return a table that has no days."""
        return self.store.empty(WHOLE[table]) if self.last_day is None else self.store.load(table)
