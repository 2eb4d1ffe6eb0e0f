"""What must hold in every index: rules as questions whose answers are what breaks them."""

import sqlite3
from collections.abc import Mapping, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..clustering import neighbours as candidates
from . import articles
from . import stories as results
from .buckets import TABLES
from .parts import parts
from .times import TIME


class Broken(NamedTuple):
    """Something that breaks a rule."""

    id: int  # of an article, a story or a copy group, as the rule says
    example: str  # its key or title


# a step of no days makes SQLite count: else it takes 31 February for a day
_TIME = "({0} is not null and strftime('%Y-%m-%dT%H:%M:%SZ', {0}, '0 days') is not {0})"
_LEGIBLE = "times, settings and probabilities can be read"
# an article that waits has no story yet, or an old one
RULES: Mapping[str, str] = {
    _LEGIBLE: (
        f"select id, 'the time of ' || key from articles where {TIME}"
        f" is null or {_TIME.format('published')} or {_TIME.format('first_seen')}"
        f" or {_TIME.format('updated')} union all"
        " select id, 'run ' || id from runs where not json_valid(settings)"
        f" or not json_valid(seconds) or {_TIME.format('started')} or {_TIME.format('finished')}"
        " union all select a, 'the link of ' || a || ' and ' || b from links"
        " where probability not between 0 and 1"
    ),
    "every article has a story": (
        "select id, key from articles where not pending and story_id is null"
    ),
    "every story has articles": (
        "select id, title from stories"
        " where not exists (select 1 from articles where story_id = stories.id)"
    ),
    "stories count their articles and outlets": (
        "select stories.id, stories.title from stories join (select story_id, count(*) as articles,"
        " count(distinct outlet_id) as outlets from articles group by story_id) as found"
        " on found.story_id = stories.id"
        " where found.articles <> stories.articles or found.outlets <> stories.outlets"
    ),
    "copy groups count their articles": (
        "select copy_groups.id, coalesce(origin.key, '') from copy_groups"
        " left join articles as origin on origin.id = origin_article_id"
        " where (select count(*) from articles where copy_group_id = copy_groups.id)"
        " <> copy_groups.articles or copy_groups.articles < 2"
        " or origin.copy_group_id is not copy_groups.id"
    ),
    "copies are in one copy group": (
        "select a, one.key from links join articles as one on one.id = a"
        " join articles as other on other.id = b where kind = 'copy'"
        " and (one.copy_group_id is null or one.copy_group_id is not other.copy_group_id)"
        " and not one.pending and not other.pending"
    ),
    "a copy group is inside one story": (
        "select min(id), min(key) from articles where copy_group_id is not null and not pending"
        " group by copy_group_id having count(distinct story_id) > 1"
    ),
}
SEARCH = "the text search has what the articles say"


def broken(db: Connection, rule: str) -> list[Broken]:
    """What breaks one of `RULES`."""
    return [Broken(*row) for row in db.execute(RULES[rule])]


def damage(db: Connection) -> str:
    """What makes it impossible to work with the file, '' for nothing: at once, and not in full."""
    try:
        (found,) = db.execute("pragma quick_check(1)").fetchone()
        if found != "ok":
            return str(found).splitlines()[-1]
        unread = broken(db, _LEGIBLE)
    except sqlite3.Error as error:
        return str(error).splitlines()[-1]
    return f"{unread[0].example} can't be read" if unread else ""


def of_sqlite(db: Connection) -> list[Broken]:
    """What SQLite itself finds wrong with the file."""
    rows = db.execute("pragma integrity_check(100)").fetchall()
    return [Broken(0, str(row[0])) for row in rows if row[0] != "ok"]


def of_keys(db: Connection) -> list[Broken]:
    """Rows that point at what is not there."""
    rows = db.execute("pragma foreign_key_check").fetchall()
    return [Broken(int(row[1] or 0), f"{row[0]} points at {row[2]}") for row in rows]


def of_search(db: Connection) -> list[Broken]:
    """One finding where the text search has other words than the articles."""
    try:
        db.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_FULL")):
            raise
        return [Broken(0, str(error))]
    return []


def changed(db: Connection) -> list[tuple[int, str]]:
    """id and key of the articles with older texts, but those of which something waits."""
    return db.execute(
        "select id, key from articles where not pending"
        " and id in (select article_id from versions group by article_id having not sum(pending))"
        " order by id"
    ).fetchall()


def waiting(db: Connection, ids: Sequence[int]) -> set[int]:
    """Those of some articles that wait for the next clustering."""
    found: set[int] = set()
    for some, marks in parts(ids):
        sql = f"select id from articles where pending and id in ({marks})"
        found.update(row[0] for row in db.execute(sql, some))
    return found


def keys(db: Connection, after: int, most: int) -> list[tuple[int, str]]:
    """id and key of so many articles after an id."""
    sql = "select id, key from articles where id > ? order by id limit ?"
    return db.execute(sql, (after, most)).fetchall()


def signed(
    db: Connection, ids: Sequence[int], buckets: Sequence[Sequence[int]]
) -> tuple[dict[int, bytes], dict[int, int]]:
    """The signatures of articles, and in how many of these buckets each stands, or needs not.

    A crowded bucket lets its oldest go.
    """
    stored: dict[int, bytes] = {}
    for some, marks in parts(ids):
        sql = f"select article_id, minhash from signatures where article_id in ({marks})"
        stored.update(db.execute(sql, some))
    db.execute("create temp table asked (bucket integer, article_id integer)")
    rows = [(b, id) for id, own in zip(ids, buckets, strict=True) for b in own]
    db.executemany("insert into asked values (?, ?)", rows)
    inside = " union all ".join(
        f"select article_id from {table} where bucket = asked.bucket" for table in TABLES
    )
    found = dict(
        db.execute(
            f"select article_id, count(*) from asked where asked.article_id in ({inside})"
            f" or (select count(*) from (select 1 from ({inside}) limit :crowd)) = :crowd"
            " group by 1",
            {"crowd": candidates.CROWD},
        )
    )
    db.execute("drop table asked")
    return stored, found


def repair(db: Connection, rule: str, wrong: Sequence[Broken]) -> bool:
    """Mend what breaks a rule where that is safe; whether it was."""
    ids = [one.id for one in wrong]
    if rule == "every article has a story":
        waits = "update articles set pending = 1 where id = ? and pruned is null"
        return db.executemany(waits, [(id,) for id in ids]).rowcount == len(ids)
    elif rule == "every story has articles":
        db.executemany("delete from stories where id = ?", [(id,) for id in ids])
    elif rule == "stories count their articles and outlets":
        results.retell(db, ids, {})
    elif rule == "copies are in one copy group":
        results.regroup(db, ids)
    elif rule == "copy groups count their articles":
        results.regroup(db, articles.of_groups(db, ids))
        results.drop_empty_groups(db)
    elif rule == "a copy group is inside one story":
        db.executemany(
            "update articles set pending = 1 where pruned is null and copy_group_id ="
            " (select copy_group_id from articles where id = ?)",
            [(id,) for id in ids],
        )
    elif rule == SEARCH:
        db.execute("insert into articles_fts (articles_fts) values ('rebuild')")
    else:
        return False
    return True
