"""Which outlets and groups of outlets report stories, and which published on the same days."""

from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from .sql import TIME, json_list


class Member(NamedTuple):
    """An outlet as a member of a group."""

    outlet: int  # its id
    group: str  # the name of the group; its own name if outlets are compared one by one


def members(db: Connection, kind: str) -> list[Member]:
    """Return the outlets that have a group of a kind; the groups with most articles first.

    The kind 'outlet' takes each outlet for a group of its own, 'owner' those of one owner.
    """
    if kind in ("outlet", "owner"):
        column = "name" if kind == "outlet" else "owner"
        sql = f"select id, {column} as name from outlets where {column} <> ''"
    else:
        sql = "select outlet_id as id, name from outlet_groups where kind = :kind"
    count = "(select count(*) from articles where outlet_id = grouped.id)"
    rows = db.execute(
        f"with grouped as ({sql}) select id, name from grouped"
        f" order by sum({count}) over (partition by name) desc, name, id",
        {"kind": kind},
    )
    return [Member(*row) for row in rows]


def group_kinds(db: Connection) -> list[str]:
    """Return the kinds of groups that outlets have; 'owner' is one if an owner is known."""
    rows = db.execute(
        "select 'owner' where exists (select 1 from outlets where owner <> '')"
        " union select kind from outlet_groups order by 1"
    )
    return [kind for (kind,) in rows]


def reporting_outlets(db: Connection, stories: Iterable[int]) -> dict[int, set[int]]:
    """Return the ids of the outlets that report each story."""
    outlets: dict[int, set[int]] = {}
    rows = db.execute(
        "select distinct story_id, outlet_id from articles"
        " where story_id in (select value from json_each(?))",
        (json_list(stories),),
    )
    for story, outlet in rows:
        outlets.setdefault(story, set()).add(outlet)
    return outlets


def outlets_by_day(db: Connection, first: str, last: str) -> dict[str, set[int]]:
    """Return the ids of the outlets that published on each day, of two days and those between."""
    days: dict[str, set[int]] = {}
    rows = db.execute(
        f"select distinct substr({TIME}, 1, 10), outlet_id from articles"
        f" where {TIME} >= ? and {TIME} < ? || '~'",
        (first, last),
    )
    for day, outlet in rows:
        days.setdefault(day, set()).add(outlet)
    return days
