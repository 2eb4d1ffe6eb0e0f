"""Rename, merge and split outlets. Start reading at `merge`."""

from collections.abc import Collection
from sqlite3 import Connection

from ..article import qualified_key
from ..outlet_names import domain_label, is_host, name_key, paper_name, preferred_name
from .outlets import Outlet, ambiguous_labels, find_id, parse_group, save_name
from .sql import json_list


def settle_names(db: Connection) -> list[int]:
    """Let names that came in any order say the same; return the articles that moved.

    A host whose label others have, too, is an outlet of its own. Each outlet that only sources
    named is shown by the best of its names.
    """
    labels, moved = ambiguous_labels(db), []
    rows = db.execute(
        "select outlet_names.id, outlet_names.name, outlets.name from outlet_names"
        " join outlets on outlets.id = outlet_id where by = '' and outlet_names.name like '%.%'"
        " and outlet_names.name <> outlets.name"
    ).fetchall()
    for id, name, outlet in rows:
        if is_host(name) and domain_label(name) in labels:
            db.execute("insert into outlets (name) values (?) on conflict do nothing", (name,))
            own = find_id(db, name) or 0
            db.execute("update outlet_names set outlet_id = ? where id = ?", (own, id))
            moved += _move_articles(db, f"name_id = {id}", outlet, own, name)
    _show_preferred_names(db)
    return moved


def _show_preferred_names(db: Connection) -> None:
    rows = db.execute(
        "select outlets.id, outlets.name, outlet_names.name, host from outlet_names"
        " join outlets on outlets.id = outlet_id where named_by = '' and by = '' order by 1"
    ).fetchall()
    papers: dict[int, list[str]] = {}
    for id, _, name, host in rows:
        papers.setdefault(id, []).append(paper_name(name, host))
    for id, before in {row[0]: row[1] for row in rows}.items():
        best = preferred_name(papers[id])
        if best != before and find_id(db, best) in (None, id):
            rename(db, id, best)


def rename(db: Connection, id: int, name: str, named_by: str = "") -> None:
    """Give an outlet another name; the keys that begin with its name follow."""
    (before,) = db.execute("select name from outlets where id = ?", (id,)).fetchone()
    _record_name(db, id, before)
    db.execute("update outlets set name = ?, named_by = ? where id = ?", (name, named_by, id))
    _rename_keys(db, "outlet_id = ?3", id, before, name)


def merge(db: Connection, from_id: int, into_id: int, by: str) -> list[int]:
    """Make all articles and names of one outlet those of another; return the articles that moved.

    Articles of both with one id stay two.
    """
    (name,), (into,) = (
        db.execute("select name from outlets where id = ?", (id,)).fetchone()
        for id in (from_id, into_id)
    )
    _record_name(db, from_id, name)
    db.execute(
        "update outlet_names set outlet_id = ?, by = ? where outlet_id = ?", (into_id, by, from_id)
    )
    moved = _move_articles(db, f"outlet_id = {from_id}", name, into_id, into)
    db.execute("delete from outlets where id = ?", (from_id,))
    return moved


def move_names(db: Connection, names: Collection[str], into: str) -> list[int]:
    """Move names of other outlets to one, with the articles that came by them; return these.

    The names that only a file gave the outlet, and that are not among these, are forgotten.
    """
    db.execute("insert into outlets (name) values (?) on conflict do nothing", (into,))
    into_id, moved = find_id(db, into) or 0, []
    rows = db.execute(
        "select outlet_names.id, outlet_names.name, outlet_id, outlets.name, by from outlet_names"
        " join outlets on outlets.id = outlet_id order by 1"
    ).fetchall()
    for id, name, outlet_id, outlet, by in rows:
        if name in names and outlet_id != into_id and name != outlet:
            db.execute("update outlet_names set outlet_id = ? where id = ?", (into_id, id))
            moved += _move_articles(db, f"name_id = {id}", outlet, into_id, into)
        elif outlet_id == into_id and by == "file" and name not in names and name != into:
            db.execute("update outlet_names set by = '' where id = ?", (id,))
    save_name(db, into, "", into, "file")
    return moved


def split_off(db: Connection, name: str) -> list[int] | None:
    """Take a name out of its outlet, with the names that came with it; return the moved articles.

    None if it is not another name of an outlet.
    """
    row = db.execute(
        "select outlet_id, outlets.name, by from outlet_names join outlets on outlets.id ="
        " outlet_id where outlet_names.name = ? and outlets.name <> ?1 order by by desc",
        (name,),
    ).fetchone()
    if row is None or row[1].casefold() == name.casefold():
        return None
    outlet, before, by = row
    others = db.execute(
        "select id, name, host from outlet_names where outlet_id = ? and by = ?", (outlet, by)
    ).fetchall()
    same = [id for id, each, host in others if name_key(paper_name(each, host)) == name_key(name)]
    written = name.casefold()
    ids = [id for id, each, _ in others if each.casefold() == written or (by and id in same)]
    db.execute("insert into outlets (name) values (?) on conflict do nothing", (name,))
    id = find_id(db, name) or 0
    db.executemany(  # what was merged is as before; what was one by itself is two from now on
        "update outlet_names set outlet_id = ?, by = ? where id = ?",
        [(id, "" if by else "hand", each) for each in ids],
    )
    return _move_articles(db, f"name_id in ({', '.join(map(str, ids))})", before, id, name)


def forget_name(db: Connection, id: int, name: str) -> bool:
    """Forget the name that an outlet was given by hand; return whether there was one.

    `name` is that name, or one that sources give it; a name that was merged by hand is neither.
    """
    merged = "exists (select 1 from outlet_names where outlet_id = id and name = ? and by <> '')"
    sql = f"update outlets set named_by = '' where id = ? and named_by = 'hand' and not {merged}"
    return db.execute(sql, (id, name)).rowcount > 0


def describe(db: Connection, outlet: Outlet) -> None:
    """Store what a file says about an outlet, and that it has its name from there."""
    db.execute(
        "update outlets set owner = ?, agency_name = ?, timezone = ?, named_by = 'file'"
        " where name = ?",
        (outlet.owner, outlet.agency, outlet.timezone, outlet.outlet),
    )
    id = find_id(db, outlet.outlet)
    db.execute("delete from outlet_groups where outlet_id = ?", (id,))
    groups = dict(map(parse_group, outlet.groups))
    db.executemany(
        "insert into outlet_groups (outlet_id, kind, name) values (?, ?, ?)",
        [(id, kind, name) for kind, name in groups.items() if name],
    )


def _record_name(db: Connection, id: int, name: str) -> None:
    """Record by which name the articles of an outlet came that it has under its own name."""
    save_name(db, name, "", name)
    own = "(select min(id) from outlet_names where outlet_id = ?1 and name = ?2)"
    db.execute(
        f"update articles set name_id = {own} where outlet_id = ?1 and name_id is null", (id, name)
    )


def _move_articles(db: Connection, where: str, before: str, id: int, name: str) -> list[int]:
    """Move articles to an outlet; return their ids."""
    ids = [row[0] for row in db.execute(f"select id from articles where {where}").fetchall()]
    listed = "id in (select value from json_each(?3))"
    _rename_keys(db, listed, json_list(ids), before, name)
    db.execute(
        "update articles set outlet_id = ? where id in (select value from json_each(?))",
        (id, json_list(ids)),
    )
    return ids


def _rename_keys(db: Connection, where: str, value: object, before: str, name: str) -> None:
    """Let the keys of some articles begin with another name of their outlet, if they do so."""
    db.execute(
        "update or ignore articles set key = ?2 || substr(key, length(?1) + 1)"
        f" where {where} and substr(key, 1, length(?1)) = ?1",
        (qualified_key(before, ""), qualified_key(name, ""), value),
    )
