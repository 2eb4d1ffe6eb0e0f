"""The SQLite file of an index: how it is opened, and what SQLite's errors mean to a user."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ..errors import LockedError, NoIndexError, ReadOnlyError, TwicetoldError
from ..replacing import replacing
from . import runs, schema

WAIT_SECONDS = 10  # for another process to finish writing
_SUFFIXES = ("", "-wal", "-shm", "-journal")  # of the files of an index
RESTORE = "restore it from a backup"
# messages of SQLite about text that is not UTF-8, or about a schema that was overwritten
_DAMAGE = ("decode", "no such", "already exists", "duplicate column", "file format")


def open_file(path: Path, wait_seconds: float, *, create: bool) -> sqlite3.Connection:
    """Return a connection to an index file, its schema brought up to date.

    Raises NoIndexError if the file is not an index that this twicetold can read; nothing is written
    to such a file.
    """
    with translated_errors(str(path)):
        connection = connect(path, wait_seconds)
    try:
        with translated_errors(str(path), connection):
            schema.prepare(connection, str(path), create=create)
            if not _only_to_read(path):
                connection.execute("pragma journal_mode = wal")
            return configured(connection)
    except BaseException:
        connection.close()
        raise


def open_to_read(path: Path) -> sqlite3.Connection:
    """Return a connection that cannot change an index file, which must have the newest schema.

    Raises NoIndexError.
    """
    uri = _read_only_uri(path) if _only_to_read(path) else f"{path.resolve().as_uri()}?mode=ro"
    with translated_errors(str(path)):
        connection = sqlite3.connect(uri, uri=True, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        connection.execute("pragma trusted_schema = off")  # the file may be a stranger's
        with translated_errors(str(path), connection):
            schema.check_current(connection, str(path))
            return configured(connection)
    except BaseException:
        connection.close()
        raise


def open_memory() -> sqlite3.Connection:
    """Return a connection to an empty index in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    schema.prepare(connection, ":memory:", create=True)
    return configured(connection)


def copy_to_memory(path: Path) -> sqlite3.Connection:
    """Return a connection to a copy in memory of an index file."""
    with (
        translated_errors(str(path)),
        closing(connect(path, WAIT_SECONDS)) as original,
    ):
        return memory_copy(original, str(path))


def memory_copy(original: sqlite3.Connection, place: str) -> sqlite3.Connection:
    """Return a connection to a copy in memory of an open index."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    try:
        schema.check_owner(original, place)
        original.backup(copy)
        schema.prepare(copy, place, create=False)
    except BaseException:
        copy.close()
        raise
    return configured(copy)


def belongs_to_index(path: Path, index: str) -> bool:
    """Whether a file is an index, also by another name, or a file of SQLite beside it."""
    names = {index, os.path.realpath(index)}  # SQLite follows a link
    beside = [Path(f"{name}{suffix}") for name in names for suffix in _SUFFIXES]
    if path.exists() and any(path.samefile(each) for each in beside if each.exists()):
        return True
    return path.resolve() in {each.resolve() for each in beside}


def backup(db: sqlite3.Connection, place: str, path: Path) -> int:
    """Copy an index to a file, in place of an older copy of it; return the bytes of the file.

    Raises TwicetoldError if the file is another one, is in use, or cannot be written.
    """
    hint = "give a new file name; nothing was changed"
    if belongs_to_index(path, place):
        raise TwicetoldError(str(path), "belongs to the index", hint=hint)
    if not path.parent.is_dir():
        raise TwicetoldError(str(path), f"there is no folder {path.parent}")
    if Path(f"{path}-wal").exists():
        raise TwicetoldError(str(path), "is in use", hint=hint)
    if path.exists() and not _is_older_copy(db, path):
        raise TwicetoldError(str(path), "is not an older copy of this index", hint=hint)
    try:
        with replacing(path) as new, translated_errors(str(path)):
            _copy(db, new, str(path))
    except OSError as error:
        raise TwicetoldError(str(path), f"can't be written: {error.strerror}") from None
    return path.stat().st_size


def _copy(db: sqlite3.Connection, new: Path, place: str) -> None:
    with closing(sqlite3.connect(new)) as copy:
        db.backup(copy)
        (finding,) = copy.execute("pragma quick_check(1)").fetchone()
        if finding != "ok":
            raise NoIndexError(place, f"the copy is damaged: {finding}", hint=RESTORE)


def _is_older_copy(db: sqlite3.Connection, path: Path) -> bool:
    """Whether a file is a copy of an index: it has the same secret, and no run of its own."""
    secret = "select value from secrets"
    last_run = "select id, command, started from runs order by id desc limit 1"
    same_run = "select 1 from runs where id is ? and command is ? and started is ?"
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as other:
            last = other.execute(last_run).fetchone()
            is_older = last is None or db.execute(same_run, last).fetchone() is not None
            return is_older and other.execute(secret).fetchall() == db.execute(secret).fetchall()
    except sqlite3.Error:
        return False


def connect(path: Path, wait_seconds: float) -> sqlite3.Connection:
    """Return a connection to a SQLite file that waits `wait_seconds` for a lock."""
    read_only = _only_to_read(path)
    name = _read_only_uri(path) if read_only else str(path)
    connection = sqlite3.connect(name, timeout=wait_seconds, isolation_level=None, uri=read_only)
    connection.execute("pragma trusted_schema = off")  # the file may be a stranger's
    return connection


def configured(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Set the pragmas that every connection to an index has."""
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = normal")  # with a write-ahead log: safe, and fast
    connection.execute("pragma cache_size = -65536")  # 64 MB
    return connection


def has_free_pages(db: sqlite3.Connection) -> bool:
    """Whether the file has pages that deleted rows have left."""
    return bool(db.execute("pragma freelist_count").fetchone()[0])


def file_bytes(db: sqlite3.Connection) -> int:
    """Return the size of the index in bytes."""
    sql = "select page_count * page_size from pragma_page_count, pragma_page_size"
    return int(db.execute(sql).fetchone()[0])


def file_of(db: sqlite3.Connection) -> str:
    """Return the path of the main file of a connection to any database; '': it is in memory."""
    sql = "select file from pragma_database_list where name = 'main'"
    return str(db.execute(sql).fetchone()[0] or "")


@contextmanager
def savepoint(db: sqlite3.Connection) -> Iterator[None]:
    """Keep what is written inside of an open transaction or, on any error, nothing of it."""
    db.execute("savepoint attempt")
    try:
        yield
    except BaseException:
        if db.in_transaction:  # a full disk has rolled back already
            db.execute("rollback to attempt")
        raise
    finally:
        if db.in_transaction:
            db.execute("release attempt")


@contextmanager
def rehearsal(db: sqlite3.Connection) -> Iterator[None]:
    """Undo everything that is written inside of an open transaction."""
    db.execute("savepoint rehearsal")
    try:
        yield
    finally:
        if db.in_transaction:
            db.execute("rollback to rehearsal")
            db.execute("release rehearsal")


@contextmanager
def translated_errors(place: str, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """Raise errors of SQLite as errors of ours that say what to do; a bug in our SQL as it is."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        translated = _translate(place, error, connection)
        if translated is None:
            raise
        raise translated from error


def _translate(
    place: str, error: Exception, connection: sqlite3.Connection | None
) -> TwicetoldError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        running = runs.describe_running(connection) if connection is not None else ""
        hint = "try again later, or wait for it: --wait 600"
        return LockedError(place, f"another run is writing to it{running}", hint=hint)
    if name == "SQLITE_FULL":
        hint = "free some space and run again; everything stored so far is safe"
        return TwicetoldError(place, "the disk is full", hint=hint)
    if name == "SQLITE_NOTADB":
        hint = f"give a new file name; {schema.UNCHANGED}"
        return NoIndexError(place, "is not a SQLite file", hint=hint)
    if name.startswith("SQLITE_CORRUPT") or any(text in str(error) for text in _DAMAGE):
        return NoIndexError(place, f"is damaged: {error}", hint=RESTORE)
    if name.startswith("SQLITE_CANTOPEN"):
        hint = "reading it needs the right to write to its folder"
        return TwicetoldError(place, f"can't be opened: {error}", hint=hint)
    if name.startswith("SQLITE_READONLY"):
        hint = "copy it to a writable disk"
        return ReadOnlyError(place, f"can't be changed: {error}", hint=hint)
    if name.startswith(("SQLITE_IOERR", "SQLITE_PERM")):
        return TwicetoldError(place, f"can't be used: {error}")
    return None


def _only_to_read(path: Path) -> bool:
    """Whether SQLite can't create files beside the database: for want of rights, or on its disk."""
    if not hasattr(os, "statvfs") or not path.exists():  # Windows
        return False
    on_read_only_disk = bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    return on_read_only_disk or not os.access(path.resolve().parent, os.W_OK)


def _read_only_uri(path: Path) -> str:
    """Return how to open a file that can only be read, with what its write-ahead log holds.

    Raises NoIndexError if that log can't be read: the file alone would be an old state.
    """
    uri = path.resolve().as_uri()
    log, shared, journal = (
        Path(f"{path.resolve()}{suffix}") for suffix in ("-wal", "-shm", "-journal")
    )
    if journal.exists() and journal.stat().st_size:
        hint = f"copy it, with {journal.name}, to a folder that you can write to"
        raise NoIndexError(str(path), "was half changed when a program ended", hint=hint)
    if not log.exists() or not log.stat().st_size:
        return f"{uri}?immutable=1"
    if not shared.exists():
        hint = f"copy it, with {log.name}, to a folder that you can write to"
        raise NoIndexError(str(path), "has changes in a log that can't be read here", hint=hint)
    return f"{uri}?mode=ro"
