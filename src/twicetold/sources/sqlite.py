"""A table, a view or a query of a SQLite file that is not ours: `sqlite:posts.db?table=posts`."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from ..article import LONGEST_TEXT, Article, Rejection
from ..errors import SourceError
from ..records import Defaults, read_record, row_excerpt
from .header import header_problem, is_of_articles

PREFIX = "sqlite:"
_LONGEST_CELL = 4 * LONGEST_TEXT  # bytes


def split_source(source: str) -> tuple[str, str, str]:
    """Return the path, the table and the query of `sqlite:PATH?table=NAME` or `?sql=SELECT`.

    Raises SourceError for other parameters.
    """
    path, _, parameters = source.removeprefix(PREFIX).partition("?")
    values = dict(parse_qsl(parameters, keep_blank_values=True))
    if values.keys() - {"table", "sql"} or len(values) > 1:
        hint = f"as {PREFIX}FILE?table=NAME or {PREFIX}FILE?sql=SELECT"
        raise SourceError(source[:200], "does not name a table or a query", hint=hint)
    return path, values.get("table", ""), values.get("sql", "")


def read_sqlite(
    path: str, table: str, sql: str, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the rows; a rejection's line is its row.

    Without a table or a query, the only table that has titles or texts is read. The file is
    opened without the means to write to it.
    """
    import sqlite_utils  # .3 s where pandas is, which it imports

    try:
        connection = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True)
        with closing(connection):
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
            # of a foreign file; SQL on an index is in the room of the index alone
            connection.executescript("pragma trusted_schema = off")
            connection.text_factory = lambda text: text.decode("utf-8", "replace")
            db = sqlite_utils.Database(connection)
            yield from _articles(db, table, sql, source, defaults)
    except (sqlite3.Error, ValueError) as error:
        yield Rejection(source, 0, "file", f"can't be read: {error}")


def _articles(
    db: Any, table: str, sql: str, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    if not table and not sql:
        all_columns = {name: db[name].columns_dict for name in db.table_names()}
        tables = [
            name for name in all_columns if is_of_articles(all_columns[name], defaults.columns)
        ]
        if len(tables) != 1:
            names = ", ".join(tables or all_columns)[:200] or "nothing"
            hint = f"name one: {PREFIX}FILE?table=NAME" if tables else "name it: --map title=COLUMN"
            reason = f"has {len(tables)} tables of articles among {names} ({hint})"
            yield Rejection(source, 0, "file", reason)
            return
        table = tables[0]
    elif table and not db[table].exists():
        there = ", ".join(db.table_names())[:200]
        yield Rejection(source, 0, "file", f"has no table '{table[:80]}' among {there}")
        return
    rows = db.query(sql) if sql else db[table].rows
    for number, row in enumerate(rows, start=1):
        if number == 1 and (problem := header_problem(list(row), defaults.columns)):
            yield Rejection(source, 0, *problem)
            return
        values = {name: value for name, value in row.items() if not isinstance(value, bytes)}
        yield read_record(values, defaults, source, number, partial(row_excerpt, values))
