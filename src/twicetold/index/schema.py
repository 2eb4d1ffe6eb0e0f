"""Is a file an index of ours, and is its schema the newest? What is missing is made, in order.

Migrations are files NNN_name.sql; `pragma user_version` tells up to which of them an index is.
They go forwards only. Start reading at `claim`.
"""

import sqlite3
from collections.abc import Iterator
from importlib.abc import Traversable
from importlib.resources import files
from typing import NamedTuple

from ..errors import NoIndexError

APPLICATION_ID = 846742612  # tells, before anything is touched, that a SQLite file is ours
PAGE_BYTES = 16384  # least waste: 4,096 make an index of short wire reports 6 % larger
MIGRATIONS = files("twicetold") / "index" / "migrations"
UNCHANGED = "nothing was changed"


class Migration(NamedTuple):
    """What makes an index of one version out of one of the version before it."""

    version: int
    script: str  # SQL; neither transactions nor the version are its business


def claim(
    connection: sqlite3.Connection,
    place: str,
    *,
    create: bool,
    migrations: Traversable = MIGRATIONS,
) -> None:
    """Make sure that the file is ours, and bring its schema up to date; an empty one gets it all.

    Raises NoIndexError for a file that is no index, is newer than the newest migration, or is
    older and can't be written to.
    """
    steps = read(migrations)
    look(connection, place, create=create, newest=steps[-1].version)
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
        hint = "copy it to where it can: opening it brings it up to date"
        raise NoIndexError(place, finding, hint=hint) from error


def look(
    connection: sqlite3.Connection, place: str, *, create: bool = False, newest: int = 0
) -> None:
    """Raise NoIndexError for a file that is not for us; with `create`, an empty one is."""
    newest = newest or read()[-1].version
    version = _version(connection)
    (owner,) = connection.execute("pragma application_id").fetchone()
    (tables,) = connection.execute("select count(*) from sqlite_master").fetchone()
    if owner == APPLICATION_ID and version > newest:
        finding = f"schema {version} is newer than {newest}, the newest this twicetold knows"
        raise NoIndexError(place, finding, hint=f"upgrade twicetold; {UNCHANGED}")
    if owner != APPLICATION_ID and (tables or not create):
        finding = "is a SQLite file but no twicetold index"
        raise NoIndexError(place, finding, hint=f"give a new file name; {UNCHANGED}")


def read(folder: Traversable = MIGRATIONS) -> list[Migration]:
    """All migrations of a folder, in order."""
    return [
        Migration(int(file.name[:3]), file.read_text("utf-8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    ]


def migrate(connection: sqlite3.Connection, steps: list[Migration]) -> None:
    """Take each step in a transaction of its own; one that another process took is passed over."""
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
    """The statements of a script; `executescript` would end the transaction that it is in."""
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
