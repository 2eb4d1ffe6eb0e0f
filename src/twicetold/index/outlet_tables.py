"""The outlets of an index with their names, to carry them from one index to another."""

from sqlite3 import Connection
from typing import NamedTuple


class OutletTables(NamedTuple):
    """The rows of the tables on outlets, each with the name of its outlet."""

    outlets: tuple[tuple[str, str, str, str, str], ...] = ()
    names: tuple[tuple[str, str, str, str], ...] = ()  # name, host, outlet, by
    groups: tuple[tuple[str, str, str], ...] = ()  # outlet, kind, name


def read(db: Connection) -> OutletTables:
    """Return the outlets of an index."""
    outlets = db.execute(
        "select name, owner, agency_name, timezone, named_by from outlets order by name"
    )
    names = db.execute(
        "select outlet_names.name, host, outlets.name, by from outlet_names"
        " join outlets on outlets.id = outlet_id order by 1, 2"
    )
    groups = db.execute(
        "select outlets.name, kind, outlet_groups.name from outlet_groups"
        " join outlets on outlets.id = outlet_id order by 1, 2"
    )
    return OutletTables(tuple(outlets), tuple(names), tuple(groups))


def write(db: Connection, tables: OutletTables) -> None:
    """Store outlets; one that the index has stays as it is."""
    db.executemany(
        "insert into outlets (name, owner, agency_name, timezone, named_by)"
        " values (?, ?, ?, ?, ?) on conflict do nothing",
        tables.outlets,
    )
    db.executemany(
        "insert into outlet_names (name, host, outlet_id, by)"
        " select ?1, ?2, id, ?4 from outlets where name = ?3 on conflict do nothing",
        tables.names,
    )
    db.executemany(
        "insert into outlet_groups (outlet_id, kind, name)"
        " select id, ?2, ?3 from outlets where name = ?1 on conflict do nothing",
        tables.groups,
    )
