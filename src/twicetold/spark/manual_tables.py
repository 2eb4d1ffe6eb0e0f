"""What people said about articles, outlets and passages: small tables, which go to every task."""

from typing import NamedTuple

from ..decision import Decision
from ..index import Index, decisions, furniture, outlet_tables
from ..index.furniture import Passage
from ..index.outlet_tables import OutletTables


class ManualTables(NamedTuple):
    """What people said; every run on Spark obeys it."""

    decisions: tuple[Decision, ...] = ()
    passages: tuple[Passage, ...] = ()  # named by hand
    outlets: OutletTables = OutletTables()

    @classmethod
    def of_index(cls, index: Index) -> "ManualTables":
        """Return what an index was told by hand or by files."""
        with index.snapshot():
            db = index.connection
            passages = [each for each in furniture.passages(db) if each.verdict != "learned"]
            made = tuple(decisions.all_decisions(db))
            return cls(made, tuple(passages), outlet_tables.read(db))


NO_MANUAL_TABLES = ManualTables()
