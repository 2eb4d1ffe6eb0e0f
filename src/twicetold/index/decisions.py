"""What people decided: which pairs of articles are one story and which are not."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from .parts import parts


class Decision(NamedTuple):
    """A person's word on two articles, by their keys; `read_labels` takes rows of these."""

    a: str
    b: str
    verdict: str  # 'same' or 'different'
    by: str  # who said so; ''
    at: str  # UTC
    note: str
    obeyed: bool = True  # False: a copy that came later contradicts it


_OBEYED = "(one.story_id is other.story_id) = (verdict = 'same')"
_BOTH = "join articles as one on one.id = a join articles as other on other.id = b"


def everything(db: Connection) -> list[Decision]:
    """All decisions, in the order in which they were made."""
    rows = db.execute(
        f"select one.key, other.key, verdict, by, at, note, {_OBEYED} from decisions {_BOTH}"
        " order by at, one.key, other.key"
    )
    return [Decision(*row)._replace(obeyed=bool(row[6])) for row in rows]


def overruled(db: Connection) -> int:
    """How many decisions the stories do not obey, none of whose articles waits."""
    sql = f"select count(*) from decisions {_BOTH} where not one.pending and not other.pending"
    return int(db.execute(f"{sql} and not {_OBEYED}").fetchone()[0])


def pairs(db: Connection) -> list[tuple[int, int, str]]:
    """Ids of both articles, and the verdict."""
    return db.execute("select a, b, verdict from decisions order by a, b").fetchall()


def between(db: Connection, ids: Sequence[int]) -> list[tuple[int, int, str]]:
    """Those of which both articles are among these."""
    known = set(ids)
    found: list[tuple[int, int, str]] = []
    for some, marks in parts(ids):
        rows = db.execute(f"select a, b, verdict from decisions where a in ({marks})", some)
        found += [row for row in rows if row[1] in known]
    return found


def keep(db: Connection, a: int, b: int, verdict: str, by: str, at: str, note: str) -> None:
    """Write a decision down, in the place of an older one on the same pair, `a < b`.

    Both wait, unless pruned.
    """
    db.execute(
        "insert into decisions values (?, ?, ?, ?, ?, ?) on conflict (a, b) do update set"
        " verdict = excluded.verdict, by = excluded.by, at = excluded.at, note = excluded.note",
        (a, b, verdict, by, at, note),
    )
    db.execute("update articles set pending = 1 where id in (?, ?) and pruned is null", (a, b))
