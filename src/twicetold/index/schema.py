"""The schema of an index file: is the file ours, and is its schema the newest?

Migrations are files NNN_name.sql; `pragma user_version` is the number of the last one that was
applied. They go forwards only. Start reading at `prepare`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple

from ..errors import NoIndexError
from .tombstones import keyed_hash

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

APPLICATION_ID = 846742612  # marks a SQLite file as ours, before anything in it is touched
PAGE_BYTES = 16384  # smallest files: with 4,096 an index of short wire reports is 6 % larger
MIGRATIONS = files("twicetold") / "index" / "migrations"
UNCHANGED = "nothing was changed"


class Migration(NamedTuple):
    """The step from one schema version to the next."""

    version: int
    script: str  # SQL without transactions; the version is set outside of it


def prepare(
    connection: sqlite3.Connection,
    place: str,
    *,
    create: bool,
    migrations: "Traversable" = MIGRATIONS,
) -> None:
    """Bring the schema of an index up to date; with `create`, an empty file becomes an index.

    Raises NoIndexError for a file that is not an index, is newer than the newest migration, or is
    older and cannot be written to.
    """
    steps = read_migrations(migrations)
    check_owner(connection, place, create=create, newest=steps[-1].version)
    if not _pages(connection):
        connection.execute(f"pragma page_size = {PAGE_BYTES}")
        connection.execute("pragma journal_mode = wal")
    version = _version(connection)
    try:
        migrate(connection, [step for step in steps if step.version > version])
    except sqlite3.OperationalError as error:
        if not error.sqlite_errorname.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN")):
            raise
        finding = f"schema {version} is older than {steps[-1].version}, and it can't be written to"
        hint = "copy it to a writable disk: opening it there brings it up to date"
        raise NoIndexError(place, finding, hint=hint) from error
    _check_parts(connection, place, migrations)


def check_owner(
    connection: sqlite3.Connection, place: str, *, create: bool = False, newest: int = 0
) -> None:
    """Raise NoIndexError for a file that is not a twicetold index; `create` allows an empty one."""
    newest = newest or read_migrations()[-1].version
    # one statement sees one moment: another process may be creating the index just now
    version, owner, tables = connection.execute(
        "select user_version, application_id, (select count(*) from sqlite_master)"
        " from pragma_user_version, pragma_application_id"
    ).fetchone()
    if owner == APPLICATION_ID and version > newest:
        finding = f"schema {version} is newer than {newest}, the newest this twicetold knows"
        raise NoIndexError(place, finding, hint=f"upgrade twicetold; {UNCHANGED}")
    if owner != APPLICATION_ID and (tables or not create):
        finding = "is a SQLite file but not a twicetold index"
        raise NoIndexError(place, finding, hint=f"give a new file name; {UNCHANGED}")


def check_current(connection: sqlite3.Connection, place: str) -> None:
    """Raise NoIndexError unless a file is an index with the newest schema; it is only read."""
    newest = read_migrations()[-1].version
    check_owner(connection, place, newest=newest)
    if _version(connection) < newest:
        finding = f"schema {_version(connection)} is older than {newest}"
        hint = f"bring it up to date: twicetold check {place}"
        raise NoIndexError(place, finding, hint=hint)
    _check_parts(connection, place, MIGRATIONS)


def _check_parts(connection: sqlite3.Connection, place: str, migrations: "Traversable") -> None:
    """Raise NoIndexError if a stranger's file has other tables, views or triggers under our names.

    A user's own tables, views and indexes are allowed, unless they could make our writing fail.
    """
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as reference:
        migrate(reference, read_migrations(migrations))
        ours = {part[:2]: part for part in _parts(reference)}
    tables = {name for kind, name in ours if kind == "table"}
    for part in _parts(connection):
        kind, name, table, _ = part
        is_foreign = (kind, name) not in ours
        interferes = is_foreign and _interferes(connection, kind, name, table, tables)
        if interferes or ours.get((kind, name), part) != part:
            hint = f"drop {kind} {name}" if interferes else "restore it from a backup"
            raise NoIndexError(place, f"is not as twicetold made it: {kind} {name}", hint=hint)
    missing = sorted(ours.keys() - {part[:2] for part in _parts(connection)})
    if missing:
        finding = f"is not as twicetold made it: no {' '.join(missing[0])}"
        raise NoIndexError(place, finding, hint="restore it from a backup")


def _interferes(
    connection: sqlite3.Connection, kind: str, name: str, table: str, ours: set[str]
) -> bool:
    """Whether a part that a user added is asked when we write to one of our tables.

    A trigger is, an index that is unique or of an expression, and a table with a foreign key.
    """
    if kind == "table":
        rows = connection.execute('select lower("table") from pragma_foreign_key_list(?)', (name,))
        return any(parent in ours for (parent,) in rows)
    if kind == "index" and table.lower() in ours:
        (asked,) = connection.execute(
            'select max("unique" or partial) or exists'
            " (select 1 from pragma_index_xinfo(?1) where cid = -2)"
            " from pragma_index_list(?2) where name = ?1",
            (name, table),
        ).fetchone()
        return bool(asked)
    return kind == "trigger" and table.lower() in ours


def _parts(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    """Return type, name, table and SQL of everything in a schema."""
    return connection.execute("select type, name, tbl_name, sql from sqlite_schema").fetchall()


def read_migrations(folder: "Traversable" = MIGRATIONS) -> list[Migration]:
    """Return all migrations of a folder, in order."""
    return [
        Migration(int(file.name[:3]), file.read_text("utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    ]


def migrate(connection: sqlite3.Connection, steps: list[Migration]) -> None:
    """Apply each step in its own transaction, unless another process has applied it already."""
    connection.create_function("keyed_hash", 2, keyed_hash, deterministic=True)
    for step in steps:
        connection.execute("begin immediate")
        try:
            if _version(connection) < step.version:
                connection.execute(f"pragma user_version = {step.version}")
                for statement in _statements(step.script):
                    connection.execute(statement)
            connection.execute("commit")
        except BaseException:
            if connection.in_transaction:
                connection.execute("rollback")
            raise


def _statements(script: str) -> Iterator[str]:
    """Yield the statements of a script; `executescript` would end the open transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma user_version").fetchone()[0])


def _pages(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma page_count").fetchone()[0])
