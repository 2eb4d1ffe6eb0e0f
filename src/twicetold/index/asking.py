"""SQL of a stranger, answered within limits: nothing is changed, and no other file is read.

Start reading at `ask`.
"""

import sqlite3
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from ..errors import TwicetoldError
from .database import open_to_read

_STEPS = 10_000  # of SQLite's machine, between two looks at the clock
_LONGEST_CELL = 2_000  # characters
_LARGEST_VALUE = 2_000_000  # bytes, of anything that a query makes
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_MOST_COLUMNS = 200
_FIRST_USES = (  # virtual tables prepare statements of their own, which `ask` would refuse
    "select 1 from articles_fts where articles_fts match 'a' limit 1",
    "select 1 from json_each('[]') join json_tree('[]')",
)
_PRAGMA = "data_version"  # the text search asks for it by itself
_SECRET = "secrets"  # by which tombstones are told from what they stand for


class Answer(NamedTuple):
    """The first rows of a query."""

    columns: tuple[str, ...]
    rows: list[dict[str, object]]
    more: bool  # there are further rows


def open_for_sql(path: str | Path) -> sqlite3.Connection:
    """Return a connection to an index for `ask`: what a query makes is bounded, too.

    Raises NoIndexError.
    """
    connection = open_to_read(Path(path))
    connection.execute("pragma query_only = on")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, _MOST_COLUMNS)
    for sql in _FIRST_USES:
        connection.execute(sql).close()
    return connection


def ask(db: sqlite3.Connection, sql: str, rows: int, seconds: float) -> Answer:
    """Return at most some rows of a query, with long texts cut.

    Raises TwicetoldError for SQL that is wrong, does more than read, or takes too long.
    """
    end = monotonic() + seconds
    db.set_authorizer(_allow)
    db.set_progress_handler(lambda: monotonic() > end, _STEPS)
    try:
        cursor = db.execute(sql)
        columns = _distinct([column[0] for column in cursor.description or ()])
        # one row at a time: whole cells may be large
        answer = [[*map(_shown, row)] for row in islice(cursor, rows)]
        more = cursor.fetchone() is not None
    except (sqlite3.Error, sqlite3.Warning, MemoryError, UnicodeError) as error:
        is_late = getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT"
        finding = (
            f"takes more than {seconds:g} seconds" if is_late else str(error) or "is too large"
        )
        raise TwicetoldError("sql", finding, hint="one select statement is allowed") from None
    finally:
        db.set_progress_handler(None, 0)
        db.set_authorizer(None)
    return Answer(columns, [dict(zip(columns, row, strict=True)) for row in answer], more)


def _distinct(names: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns; of two with one name, the later one with its place."""
    return tuple(
        f"{name}_{place + 1}" if name in names[:place] else name for place, name in enumerate(names)
    )


def hide_secrets(action: int, what: str | None, *_: str | None) -> int:
    """Let the secrets of an index be read as null: an authorizer for connections of others."""
    is_secret = action == sqlite3.SQLITE_READ and what == _SECRET
    return sqlite3.SQLITE_IGNORE if is_secret else sqlite3.SQLITE_OK


def _allow(action: int, what: str | None, *_: str | None) -> int:
    if action in _ALLOWED or (action == sqlite3.SQLITE_PRAGMA and what == _PRAGMA):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_READ and what != _SECRET:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _shown(cell: object) -> object:
    if isinstance(cell, bytes):
        return f"{len(cell)} bytes"
    if isinstance(cell, str) and len(cell) > _LONGEST_CELL:
        return cell[:_LONGEST_CELL] + "…"
    return cell
