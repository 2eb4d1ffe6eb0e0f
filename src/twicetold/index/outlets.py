"""Outlets, and the names that sources give them. Start reading at `OutletNames`.

An outlet has one name here and any number in sources. By itself, a name belongs to the outlet whose
name says the same: 'Guardian' and 'World news | The Guardian' to 'The Guardian'. People overrule
that by hand or by a file.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, checked
from ..errors import ArgumentError, ArticleError, NotFoundError
from ..outlet_names import (
    domain_label,
    domain_of,
    has_parts,
    is_host,
    name_key,
    paper_name,
)
from ..text.credits import Agencies, agency_of_outlet
from ..urls import host_of
from .sql import TIME

_NO_KINDS = ("outlet", "owner", "groups")  # that mean something else
_GROUP_KIND = re.compile(r"[^\W\d_][\w -]{0,39}")


class Outlet(NamedTuple):
    """An outlet, with what people or a file said about it."""

    outlet: str  # its name
    articles: int = 0  # how many it has
    names: tuple[str, ...] = ()  # other names of it in sources, hosts among them
    owner: str = ""  # outlets of one owner are one publisher
    agency: str = ""  # the agency that it is; '': none
    timezone: str = ""  # of its times without a zone: 'Europe/Paris'
    groups: tuple[str, ...] = ()  # what it belongs to: 'country=France'
    domain: str = ""  # of its latest article that has a url


class OutletNames:
    """Which outlet each name is: as people or a file said, else as the name itself says."""

    def __init__(self, db: Connection) -> None:
        self._by_hand: dict[str, str] = {}  # name in lower case -> outlet
        self._by_name: dict[tuple[str, str], str] = {}  # the same for names with their host
        self._by_key: dict[str, str] = {}
        self._ambiguous = ambiguous_labels(db)
        rows = db.execute(
            "select outlet_names.name, host, outlets.name, by from outlet_names"
            " join outlets on outlets.id = outlet_id order by outlets.name, by"
        )
        for name, host, outlet, by in rows:
            self._add(name, host, outlet)
            if by:
                self._by_hand[name.casefold()] = outlet

    def canonical(self, article: Article) -> Article:
        """Return an article with the name that its outlet has in the index."""
        outlet = self.outlet_of(article.outlet, article.url)
        if outlet == article.outlet:
            return article
        # the outlet's name in the source is in the key of an article that has neither id nor url
        id = article.id or ("" if article.key != article.text_key else article.key)
        return replace(article, outlet=outlet, printed_outlet=article.outlet, id=id)

    def outlet_of(self, name: str, url: str = "") -> str:
        """Return the outlet that a source means by a name in an article with that url."""
        by_hand = self._by_hand.get(name.casefold()) or self._by_hand.get(domain_of(name))
        if by_hand is not None:
            return by_hand
        paper, mark = name_in_source(name, url)
        known = self._by_name.get((name.casefold(), mark))
        if known is None and not (is_host(paper) and domain_label(paper) in self._ambiguous):
            known = self._by_key.get(name_key(paper))
        if known is None:
            self._add(name, mark, paper)
        return known or paper

    def _add(self, name: str, host: str, outlet: str) -> None:
        self._by_name[name.casefold(), host] = outlet
        for each in (outlet, paper_name(name, host)):
            if not (is_host(each) and domain_label(each) in self._ambiguous):
                self._by_key.setdefault(name_key(each), outlet)


def name_in_source(name: str, url: str) -> tuple[str, str]:
    """Return the paper that a name names, and the domain of the url if that tells it, else ''."""
    host = host_of(url) if has_parts(name) else ""
    paper = paper_name(name, host)
    return paper, domain_of(host) if paper != paper_name(name, "") else ""


def ambiguous_labels(db: Connection) -> set[str]:
    """Return the labels of hosts that several owners have: thestar.com and thestar.com.my."""
    domains: dict[str, set[str]] = {}
    for (name,) in db.execute("select name from outlet_names where name like '%.%'"):
        if is_host(name):
            domains.setdefault(domain_label(name), set()).add(domain_of(name))
    return {label for label, own in domains.items() if len(own) > 1}


def parse_group(group: str) -> tuple[str, str]:
    """Return kind and name of 'country=France'. Raises ArgumentError."""
    kind, sign, name = group.partition("=")
    kind = kind.strip().casefold()
    if not sign or not _GROUP_KIND.fullmatch(kind) or kind in _NO_KINDS:
        hint = "write country=France; the kind has letters, digits, spaces, - and _"
        raise ArgumentError("groups", f"'{group.strip()[:40]}' names no group", hint=hint)
    return kind, plain_name(name, kind)


def plain_name(name: str, field: str) -> str:
    """Return the name of an owner or a group, as the name of an outlet is stored.

    Raises ArgumentError if it is too long, or has a semicolon, which parts names in CSV.
    """
    try:
        plain = str(checked(name, "outlet"))
    except ArticleError as error:
        raise ArgumentError(field, error.finding) from None
    if ";" in plain:
        raise ArgumentError(field, f"'{plain[:40]}' has a semicolon")
    return plain


def all_outlets(db: Connection) -> list[Outlet]:
    """Return all outlets, those with most articles first."""
    names: dict[int, list[str]] = {}
    for id, name in db.execute("select outlet_id, name from outlet_names order by name"):
        names.setdefault(id, []).append(name)
    groups: dict[int, list[str]] = {}
    for id, kind, name in db.execute("select outlet_id, kind, name from outlet_groups order by 2"):
        groups.setdefault(id, []).append(f"{kind}={name}")
    rows = db.execute(
        "select outlets.id, name, (select count(*) from articles where outlet_id = outlets.id),"
        " owner, agency_name, timezone, (select url from articles where outlet_id = outlets.id"
        f" and url <> '' order by {TIME} desc, key desc limit 1) from outlets order by 3 desc, name"
    ).fetchall()
    return [
        Outlet(
            name,
            articles,
            tuple(each for each in dict.fromkeys(names.get(id, [])) if each != name),
            owner,
            agency or agency_of_outlet(name),
            timezone,
            tuple(groups.get(id, ())),
            domain_of(host_of(url or "")),
        )
        for id, name, articles, owner, agency, timezone, url in rows
    ]


def agencies(db: Connection) -> Agencies:
    """Return the agencies that a file names: name, and its other names."""
    rows = db.execute(
        "select agency_name, group_concat(outlet_names.name, char(10)) from outlets"
        " join outlet_names on outlet_id = outlets.id where agency_name <> '' group by 1 order by 1"
    )
    return tuple((agency, tuple(sorted(names.splitlines()))) for agency, names in rows)


def find_id(db: Connection, name: str) -> int | None:
    """Return the id of the outlet of that name, or else of the one that a source calls so.

    Case, blanks and signs do not matter if only one outlet has such a name.
    """
    row = db.execute(
        "select id from (select id, 0 as rank from outlets where name = ?1 union all"
        " select outlet_id, 1 from outlet_names where name = ?1 order by rank) limit 1",
        (name,),
    ).fetchone()
    if row is None and name:
        alike = named_like(db, [name], ())
        return alike[0] if len(alike) == 1 else None
    return row[0] if row else None


def named_like(db: Connection, names: Sequence[str], without: Collection[str]) -> list[int]:
    """Return the ids of the outlets that say the same in their names as one of these.

    Left out are those `without`, and those that people split off.
    """
    keys = {name_key(name) for name in names}
    rows = db.execute(
        "select id, name, exists (select 1 from outlet_names where outlet_id = outlets.id"
        " and outlet_names.name = outlets.name and by <> '') from outlets order by id"
    ).fetchall()
    return [
        id
        for id, name, by_hand in rows
        if name not in without and (name in names or (name_key(name) in keys and not by_hand))
    ]


def name_of(db: Connection, name: str) -> str:
    """Return the name of the outlet that has this one among its names; '' for ''."""
    sql = "select name from outlets where id = ?"
    row = db.execute(sql, (find_id(db, name),)).fetchone()
    return row[0] if row else name


def names_of(db: Connection, outlet: str) -> list[str]:
    """Return all names of an outlet, its own first."""
    rows = db.execute(
        "select distinct outlet_names.name from outlet_names join outlets on outlets.id = outlet_id"
        " where outlets.name = ?1 and outlet_names.name <> ?1 order by 1",
        (outlet,),
    )
    return [outlet, *(row[0] for row in rows)]


def zones(db: Connection) -> dict[str, str]:
    """Return the time zone of each outlet that has one, by all its names and their keys."""
    rows = db.execute(
        "select outlet_names.name, timezone from outlet_names"
        " join outlets on outlets.id = outlet_id where timezone <> ''"
        " union select name, timezone from outlets where timezone <> ''"
    )
    by_name = dict(rows.fetchall())
    return {name_key(name): zone for name, zone in by_name.items()} | by_name


def save_outlets(db: Connection, articles: Iterable[Article]) -> dict[str, int]:
    """Store outlets of articles that are new, and new names of them; return the ids of outlets."""
    names = {
        (printed, name_in_source(printed, article.url)[1], article.outlet)
        for article in articles
        for printed in (article.printed_outlet or article.outlet,)
    }
    for name, host, outlet in sorted(names):
        save_name(db, name, host, outlet)
    return dict(db.execute("select name, id from outlets"))


def save_name(db: Connection, name: str, host: str, outlet: str, by: str = "") -> None:
    """Store a name of an outlet, which is added if it is new; one that people said stays."""
    db.execute("insert into outlets (name) values (?) on conflict do nothing", (outlet,))
    db.execute(
        "insert into outlet_names (name, host, outlet_id, by)"
        " select ?1, ?2, id, ?4 from outlets where name = ?3"
        " on conflict do update set outlet_id = excluded.outlet_id, by = excluded.by"
        " where excluded.by <> ''",
        (name, host, outlet, by),
    )


def name_ids(db: Connection) -> dict[tuple[str, str], int]:
    """Return the id of each name of an outlet, by the name and the outlet."""
    rows = db.execute(
        "select outlet_names.name, outlets.name, min(outlet_names.id) from outlet_names"
        " join outlets on outlets.id = outlet_id group by 1, 2"
    )
    return {(name, outlet): id for name, outlet, id in rows}


def require_id(db: Connection, place: str, name: str) -> int:
    """Return the id of the outlet that has this name. Raises NotFoundError, with the nearest."""
    id = find_id(db, name)
    if id is None:
        raise no_outlet(db, place, name, f"list them: twicetold outlets {place}")
    return id


def no_outlet(db: Connection, place: str, name: str, hint: str) -> NotFoundError:
    """Return the error for a name that no outlet has: with the nearest names, else the hint."""
    names = [
        row[0] for row in db.execute("select name from outlets union select name from outlet_names")
    ]
    near = get_close_matches(name, sorted(names), n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else hint
    return NotFoundError(place, f"no outlet '{name[:80]}'", hint=hint)
