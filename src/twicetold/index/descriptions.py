"""What the tables and views of an index hold, in the words of the comments in its schema."""

import re
import sqlite3
from contextlib import closing
from functools import cache
from typing import NamedTuple

from . import schema


class Column(NamedTuple):
    """A column of a table or view."""

    name: str
    type: str  # 'text'; '' for a view
    may_be_null: bool
    is_key: bool  # part of the primary key
    references: str  # the table that it names a row of; '' if none
    meaning: str  # the comment beside it


class Description(NamedTuple):
    """A table or a view."""

    name: str
    is_view: bool
    meaning: str  # sentences; '' if it has no comment
    columns: tuple[Column, ...]
    sql: str  # its create statement


@cache
def descriptions() -> tuple[Description, ...]:
    """Return all tables, then all views, each kind in the order of the migrations."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        schema.migrate(db, schema.read_migrations())
        rows = db.execute(
            "select name, type = 'view', sql from sqlite_master where type in ('table', 'view')"
            " and name not like 'articles_fts%' and name not like 'sqlite_%' order by type, rowid"
        ).fetchall()
        return tuple(
            Description(name, bool(is_view), _meaning(sql), _columns(db, name, sql), _lower(sql))
            for name, is_view, sql in rows
        )


def _columns(db: sqlite3.Connection, table: str, sql: str) -> tuple[Column, ...]:
    keys = db.execute('select "from", "table" from pragma_foreign_key_list(?)', (table,))
    others = dict(keys.fetchall())
    rows = db.execute(
        'select name, type, "notnull", pk from pragma_table_info(?)', (table,)
    ).fetchall()
    comments = _comments(sql, {row[0] for row in rows})
    return tuple(
        Column(
            name,
            kind.lower() if sql.lower().startswith("create table") else "",
            not (not_null or key) and bool(kind),
            bool(key),
            others.get(name, ""),
            comments.get(name, ""),
        )
        for name, kind, not_null, key in rows
    )


def _comments(statement: str, names: set[str]) -> dict[str, str]:
    """Return the comments beside each column of a create statement; `names` are the columns.

    Those beside or inside of a `case` are about the column that it ends with.
    """
    comments: dict[str, str] = {}
    column, ahead = "", ""
    for line in statement.splitlines()[1:]:
        code, _, comment = line.partition("-- ")
        if line.startswith("from "):
            break
        if re.match(r" {0,4}--", line):  # of the table or view as a whole
            continue
        defined = next((name for name in _columns_of(code) if name in names), "")
        if not defined and re.match(r" {8}--|    case\b", line):
            ahead = f"{ahead} {comment}".strip()
            continue
        if defined:
            column, comment, ahead = defined, "; ".join(filter(None, (ahead, comment))), ""
        comments[column] = f"{comments.get(column, '')} {comment}".strip()
    return comments


def _columns_of(code: str) -> list[str]:
    """Return the name that a line of a create statement may define, of a table or of a view."""
    if re.match(r" +(case|when|else)\b", code):
        return []
    return re.findall(r"^    (\w+) +(?:integer|text|real|blob)\b", code) or re.findall(
        r"(?:\bas |\.|^ +)(\w+),? *$", code
    )


def _meaning(statement: str) -> str:
    """Return the comment at the beginning of a create statement, as sentences."""
    remark = re.match(r".*\n((?: *-- .*\n)+)", statement)
    if not remark:
        return ""
    words = " ".join(line.strip().removeprefix("-- ") for line in remark[1].splitlines())
    words = re.sub(r"(?:^|(?<=\? ))\w", lambda first: first[0].upper(), words)
    return f"{words}{'' if words[-1] in '.?' else '.'}"


def _lower(sql: str) -> str:
    return sql.replace("CREATE VIEW", "create view").replace("CREATE TABLE", "create table")
