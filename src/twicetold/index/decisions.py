"""Manual decisions: pairs of articles that are one story, or are not."""

from collections.abc import Sequence
from sqlite3 import Connection

from ..article import key_argument, qualified_key
from ..decision import Decision
from . import articles
from .sql import json_list

_OBEYED = "(one.story_id is other.story_id) = (verdict = 'same')"
_ARTICLES = "join articles as one on one.id = a join articles as other on other.id = b"


def all_decisions(db: Connection) -> list[Decision]:
    """Return all decisions, in the order in which they were made."""
    rows = db.execute(
        f"select one.key, other.key, verdict, by, at, note, {_OBEYED} from decisions {_ARTICLES}"
        " order by at, one.key, other.key"
    )
    return [
        Decision(_argument(db, a), _argument(db, b), verdict, by, at, note, bool(obeyed))
        for a, b, verdict, by, at, note, obeyed in rows
    ]


def _argument(db: Connection, key: str) -> str:
    """Return how an article is given to a command: by its key, with its outlet if it must be."""
    same_key = articles.with_key(db, key)
    if len(same_key) > 1:
        own = articles.find_id(db, key)
        return next(qualified_key(outlet, key) for id, outlet in same_key if id == own)
    return key_argument(key)


def count_overruled(db: Connection) -> int:
    """Return how many decisions the stories do not obey; those of pending articles do not count."""
    sql = f"select count(*) from decisions {_ARTICLES} where not one.pending and not other.pending"
    return int(db.execute(f"{sql} and not {_OBEYED}").fetchone()[0])


def verdicts(db: Connection) -> dict[tuple[int, int], str]:
    """Return the verdict of each decision, by the ids of its articles."""
    rows = db.execute("select a, b, verdict from decisions order by a, b")
    return {(a, b): verdict for a, b, verdict in rows}


def between(db: Connection, ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Return a, b and verdict of the decisions on two of these articles."""
    return db.execute(
        "select a, b, verdict from decisions where a in (select value from json_each(?1))"
        " and b in (select value from json_each(?1))",
        (json_list(ids),),
    ).fetchall()


def has(db: Connection, a: int, b: int, decision: Decision) -> bool:
    """Whether just this decision is stored on a pair, `a < b`."""
    sql = "select verdict, by, at, note from decisions where a = ? and b = ?"
    return bool(db.execute(sql, (a, b)).fetchone() == decision[2:6])


def save(db: Connection, a: int, b: int, decision: Decision) -> None:
    """Store a decision in place of an older one on the same pair, `a < b`.

    Both articles become pending, unless they are pruned.
    """
    db.execute(
        "insert into decisions (a, b, verdict, by, at, note) values (?, ?, ?, ?, ?, ?)"
        " on conflict (a, b) do update set verdict = excluded.verdict, by = excluded.by,"
        " at = excluded.at, note = excluded.note",
        (a, b, decision.verdict, decision.by, decision.at, decision.note),
    )
    db.execute("update articles set pending = 1 where id in (?, ?) and pruned is null", (a, b))


def delete(db: Connection, a: int, b: int) -> bool:
    """Delete the decision on a pair, `a < b`; return whether there was one.

    Both articles become pending, unless they are pruned.
    """
    deleted = db.execute("delete from decisions where a = ? and b = ?", (a, b)).rowcount
    db.execute("update articles set pending = 1 where id in (?, ?) and pruned is null", (a, b))
    return deleted > 0


def pruned_and_stories(db: Connection, a: int, b: int) -> tuple[list[int], int]:
    """Return which of two articles are pruned, and in how many stories the two are."""
    rows = db.execute(
        "select id from articles where id in (?, ?) and pruned is not null", (a, b)
    ).fetchall()
    (stories,) = db.execute(
        "select count(distinct story_id) from articles where id in (?, ?)", (a, b)
    ).fetchone()
    return [row[0] for row in rows], int(stories)
