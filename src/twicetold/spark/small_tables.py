"""What people said about articles, outlets and passages: tables small enough to go everywhere."""

from typing import NamedTuple

from ..decision import Decision
from ..index import Index, decisions, furniture, outlet_tables
from ..index.furniture import Passage
from ..index.outlet_tables import OutletTables


class SmallTables(NamedTuple):
    """What people said; every run on Spark obeys it."""

    decisions: tuple[Decision, ...] = ()
    passages: tuple[Passage, ...] = ()  # named by hand
    outlets: OutletTables = OutletTables()

    @classmethod
    def of_index(cls, index: Index) -> "SmallTables":
        """Return what an index was told by hand or by files."""
        with index.snapshot():
            db = index.connection
            passages = [each for each in furniture.passages(db) if each.verdict != "learned"]
            every = tuple(decisions.all_decisions(db)), tuple(passages)
            return cls(*every, outlet_tables.read(db))


NO_TABLES = SmallTables()
