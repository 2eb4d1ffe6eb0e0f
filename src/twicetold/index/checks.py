"""The rules that hold in every index, as queries for what breaks them, and their repair."""

import sqlite3
from collections.abc import Callable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..clustering.digests import LEAST_HELD, MOST_FILLED
from ..copies.lsh import NEAREST_IN_BUCKET
from . import articles, buckets, copy_groups, stories
from .buckets import TABLES
from .sql import TIME, USABLE, json_list


class Violation(NamedTuple):
    """Something that breaks a rule."""

    id: int  # of an article, a story or a copy group, as the rule says
    example: str  # its key or title


class Rule(NamedTuple):
    """What must hold in every index."""

    name: str
    sql: str  # selects id and example of what breaks it
    repair: Callable[[Connection, Sequence[int]], bool] | None = None  # given ids; None: by hand


class StoredSignatures(NamedTuple):
    """What the index stores for some articles."""

    signatures: dict[int, bytes]
    buckets: dict[int, int]  # in how many of its own buckets each is, or was crowded out of


# the modifier '0 days' makes SQLite parse a date: else it takes 31 February for a day
_NOT_A_TIME = (
    "({0} is not null and ({0} not between '1000' and '9998'"
    " or strftime('%Y-%m-%dT%H:%M:%SZ', {0}, '0 days') is not {0}"
    " and date({0}, '0 days') is not {0}))"
)
_LARGEST_ID = 10**15


def _cluster_again(db: Connection, ids: Sequence[int]) -> bool:
    sql = "update articles set pending = 1 where id = ? and pruned is null"
    return db.executemany(sql, [(id,) for id in ids]).rowcount == len(ids)


def _delete_stories(db: Connection, ids: Sequence[int]) -> bool:
    db.executemany("delete from stories where id = ?", [(id,) for id in ids])
    return True


def _refresh_stories(db: Connection, ids: Sequence[int]) -> bool:
    stories.refresh(db, ids, {})
    return True


def _regroup_groups(db: Connection, ids: Sequence[int]) -> bool:
    copy_groups.regroup(db, articles.ids_in_groups(db, ids))
    copy_groups.delete_empty(db)
    return True


def _regroup_articles(db: Connection, ids: Sequence[int]) -> bool:
    copy_groups.regroup(db, ids)
    return True


def _cluster_groups_again(db: Connection, ids: Sequence[int]) -> bool:
    db.executemany(
        "update articles set pending = 1 where pruned is null and copy_group_id ="
        " (select copy_group_id from articles where id = ?)",
        [(id,) for id in ids],
    )
    return True


READABLE = Rule(
    "times, settings and probabilities can be read",
    f"select id, 'the time of ' || key from articles where {TIME}"
    f" is null or {_NOT_A_TIME.format('published')} or {_NOT_A_TIME.format('first_seen')}"
    f" or {_NOT_A_TIME.format('updated')} union all"
    f" select id, 'article ' || id from articles where id not between 1 and {_LARGEST_ID} union all"
    " select id, 'run ' || id from runs where not json_valid(settings)"
    f" or not json_valid(seconds) or not json_valid(software) or {_NOT_A_TIME.format('started')}"
    f" or {_NOT_A_TIME.format('finished')}"
    " union all select a, 'the link of ' || a || ' and ' || b from links"
    " where probability not between 0 and 1 or a = b"
    " or exists (select 1 from links as other where other.a = links.b and other.b = links.a)"
    " union all select id, 'story ' || id from stories where cohesion not between 0 and 1"
    " union all select 0, 'the prior of ' || day from priors"
    " where dated_share not between 0 and 1 or undated_share not between 0 and 1"
    " union all select 0, 'the number of the last of ' || name from sqlite_sequence"
    f" where typeof(seq) <> 'integer' or seq not between 0 and {_LARGEST_ID}"
    " union all select 0, 'the secret of the tombstones' where not exists"
    " (select 1 from secrets where name = 'tombstones' and length(value) = 32)",
)
RULES = (
    READABLE,
    Rule(
        "every article has a story",  # a pending one may have none yet, or an old one
        f"select id, key from articles where not pending and story_id is null and {USABLE}",
        _cluster_again,
    ),
    Rule(
        "no article is set aside",  # `rebuild` tries it again
        "select id, key || ': ' || reason from quarantine join articles on id = article_id",
    ),
    Rule(
        "every story has articles",
        "select id, title from stories"
        " where not exists (select 1 from articles where story_id = stories.id)",
        _delete_stories,
    ),
    Rule(
        "stories count their articles and outlets",
        "select stories.id, stories.title from stories join (select story_id, count(*) as articles,"
        " count(distinct outlet_id) as outlets from articles group by story_id) as counted"
        " on counted.story_id = stories.id"
        " where counted.articles <> stories.articles or counted.outlets <> stories.outlets",
        _refresh_stories,
    ),
    Rule(
        "copy groups count their articles",
        "select copy_groups.id, coalesce(origin.key, '') from copy_groups"
        " left join articles as origin on origin.id = origin_article_id"
        " where (select count(*) from articles where copy_group_id = copy_groups.id)"
        " <> copy_groups.articles or copy_groups.articles < 2"
        " or origin.copy_group_id is not copy_groups.id",
        _regroup_groups,
    ),
    Rule(
        "copies are in one copy group",  # but a digest is in no group with its items
        "select a, one.key from links join articles as one on one.id = a"
        " join articles as other on other.id = b where kind = 'copy'"
        " and (one.copy_group_id is null or one.copy_group_id is not other.copy_group_id)"
        " and not one.pending and not other.pending"
        f" and not (coalesce(max(a_in_b, b_in_a), 0) >= {LEAST_HELD}"
        f" and min(a_in_b, b_in_a) <= {MOST_FILLED})",
        _regroup_articles,
    ),
    Rule(
        "a copy group is inside one story",
        "select min(id), min(key) from articles where copy_group_id is not null and not pending"
        " group by copy_group_id having count(distinct story_id) > 1",
        _cluster_groups_again,
    ),
)


def violations(db: Connection, rule: Rule) -> list[Violation]:
    """Return what breaks a rule."""
    return [Violation(*row) for row in db.execute(rule.sql)]


def damage(db: Connection) -> str:
    """Return why the file cannot be used, '' if it can; stops at the first finding."""
    try:
        (finding,) = db.execute("pragma quick_check(1)").fetchone()
        if finding != "ok":
            return str(finding).splitlines()[-1]
        unreadable = violations(db, READABLE)
        without_row = foreign_key_violations(db)
    except sqlite3.Error as error:
        return str(error).splitlines()[-1]
    if without_row:
        return f"{without_row[0].example}, which has no such row"
    return f"{unreadable[0].example} can't be read" if unreadable else ""


def sqlite_violations(db: Connection) -> list[Violation]:
    """Return what SQLite itself finds wrong with the file."""
    rows = db.execute("pragma integrity_check(100)").fetchall()
    return [Violation(0, str(row[0])) for row in rows if row[0] != "ok"]


def foreign_key_violations(db: Connection) -> list[Violation]:
    """Return rows that refer to rows that do not exist."""
    rows = db.execute("pragma foreign_key_check").fetchall()
    return [Violation(int(row[1] or 0), f"{row[0]} refers to {row[2]}") for row in rows]


def search_violations(db: Connection) -> list[Violation]:
    """Return one violation if the text search has other words than the articles."""
    try:
        db.execute("insert into articles_fts (articles_fts, rank) values ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_FULL")):
            raise
        return [Violation(0, str(error))]
    return []


def rebuild_search(db: Connection) -> None:
    """Build the text search again from the articles."""
    db.execute("insert into articles_fts (articles_fts) values ('rebuild')")


def articles_with_versions(db: Connection) -> list[Violation]:
    """Return id and key of the articles with older texts, none of which is pending."""
    rows = db.execute(
        "select id, key from articles where not pending"
        " and id in (select article_id from versions group by article_id having not sum(pending))"
        " order by id"
    )
    return [Violation(*row) for row in rows]


def pending_among(db: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of some articles that are pending."""
    sql = "select id from articles where pending and id in (select value from json_each(?))"
    return {row[0] for row in db.execute(sql, (json_list(ids),))}


def count_articles(db: Connection) -> int:
    """Return the number of articles."""
    return int(db.execute("select count(*) from articles").fetchone()[0])


def keys_after(db: Connection, id: int, limit: int) -> list[tuple[int, str]]:
    """Return id and key of the first `limit` articles with a higher id."""
    sql = "select id, key from articles where id > ? order by id limit ?"
    return db.execute(sql, (id, limit)).fetchall()


def stored_signatures(
    db: Connection, ids: Sequence[int], expected: Sequence[Sequence[int]]
) -> StoredSignatures:
    """Return what the index stores for articles, given the buckets that each should be in.

    A crowded bucket drops its oldest articles.
    """
    db.execute("create temp table expected (bucket integer, article_id integer)")
    rows = [(bucket, id) for id, listed in zip(ids, expected, strict=True) for bucket in listed]
    db.executemany("insert into expected (bucket, article_id) values (?, ?)", rows)
    stored = " or ".join(
        f"(bucket, article_id) in (select bucket, article_id from {table})" for table in TABLES
    )
    in_bucket = " union all ".join(
        f"select 1 from {table} where bucket = expected.bucket" for table in TABLES
    )
    counts = dict(
        db.execute(
            f"select article_id, count(*) from expected where {stored}"
            f" or (select count(*) from (select 1 from ({in_bucket}) limit :most)) = :most"
            " group by 1",
            {"most": NEAREST_IN_BUCKET},
        )
    )
    db.execute("drop table expected")
    return StoredSignatures(buckets.signatures(db, ids), counts)
