"""The outlets that sources name: which names are one outlet? Start reading at `settle_outlets`."""

from collections.abc import Mapping
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..article import Article
from ..index import Index, outlet_tables
from ..index.outlet_changes import settle_names
from ..index.outlet_tables import OutletTables
from ..index.outlets import OutletNames, agencies, save_outlets, zones
from ..text.credits import Agencies
from .columns import OUTLET, OUTLET_GROUP, OUTLET_NAME

_KEPT = "earlier"  # who named an outlet that keeps its name
NameInSource = tuple[str, str]  # the name of an outlet, and the host that decides what it means


class OutletFacts(NamedTuple):
    """What people said about outlets that the reading of articles needs."""

    agencies: Agencies
    zones: Mapping[str, str]  # time zones of outlets by name or host


def join_outlets(named: OutletTables, earlier: OutletTables) -> OutletTables:
    """Return the outlets of an index and those of earlier days, which keep their names."""
    described = tuple(row for row in named.outlets if row[4])
    earlier_outlets = tuple((*row[:4], row[4] or _KEPT) for row in earlier.outlets)
    return OutletTables(
        described + earlier_outlets + named.outlets,
        earlier.names + named.names,
        named.groups + earlier.groups,
    )


def facts_of(outlets: OutletTables) -> OutletFacts:
    """Return what people said about outlets."""
    with Index.in_memory() as index, index.transaction() as db:
        outlet_tables.write(db, outlets)
        return OutletFacts(agencies(db), zones(db))


def settle_outlets(
    records: DataFrame, printed: Mapping[NameInSource, str], outlets: OutletTables
) -> tuple[DataFrame, OutletTables]:
    """Return records with the names of their outlets, and all outlets.

    `printed` has a url of an article of each name that records print.
    """
    outlet_of, settled = settled_names(printed, outlets)
    described = tuple((*row[:4], "" if row[4] == _KEPT else row[4]) for row in settled.outlets)
    settled = settled._replace(outlets=described)
    renamed = [(*key, outlet) for key, outlet in outlet_of.items() if key[0] != outlet]
    if not renamed:
        return records, settled
    columns = "outlet string, outlet_host string, settled string"
    settled_as = F.broadcast(records.sparkSession.createDataFrame(renamed, columns))
    joined = records.join(settled_as, ["outlet", "outlet_host"], "left")
    joined = joined.withColumn("outlet", F.coalesce("settled", "outlet")).drop("settled")
    return joined, settled


def outlet_frames(session: SparkSession, outlets: OutletTables) -> dict[str, DataFrame]:
    """Return the tables of outlets by their names."""
    return {
        "outlets": session.createDataFrame(list(outlets.outlets), OUTLET),
        "outlet_names": session.createDataFrame(list(outlets.names), OUTLET_NAME),
        "outlet_groups": session.createDataFrame(list(outlets.groups), OUTLET_GROUP),
    }


def agency_frame(session: SparkSession, outlets: OutletTables) -> DataFrame:
    """Return the outlets that are an agency of some name."""
    agencies = [(name, agency) for name, _, agency, *_ in outlets.outlets if agency]
    return session.createDataFrame(agencies, "outlet string, agency string")


def settled_names(
    printed: Mapping[NameInSource, str], tables: OutletTables
) -> tuple[dict[NameInSource, str], OutletTables]:
    """Return which outlet each printed name is, and all outlets.

    `printed` has a url of an article of each. The rules are those of an index.
    """
    with Index.in_memory() as index, index.transaction() as db:
        outlet_tables.write(db, tables)
        names = OutletNames(db)
        articles = [
            names.canonical(Article(outlet=name, title=name, url=url))
            for (name, _), url in sorted(printed.items())
        ]
        save_outlets(db, articles)
        settle_names(db)
        settled = OutletNames(db)
        outlet_of = {key: settled.outlet_of(key[0], url) for key, url in printed.items()}
        return outlet_of, outlet_tables.read(db)
