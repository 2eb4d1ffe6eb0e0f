"""The index: one SQLite file, its schema, and the only SQL that writes.

Start reading at `Index.open`. `articles` stores what was read, `windows` reads what a clustering
needs and `results` saves what it found; all work on the open connection of an `Index`.
"""

import functools
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from ..errors import LockedError, NoIndexError, NotFoundError, PrunedError, TwicetoldError
from . import schema
from .cache import Kept

if TYPE_CHECKING:
    import datasketch

WAIT_SECONDS = 10  # for another process to end its writing
# what may come of flipped bytes, in any line of ours
_UNFORESEEN = (sqlite3.Error, ValueError, LookupError, TypeError, ArithmeticError, AttributeError)
# text that is no UTF-8; names and numbers of the schema that are no longer what we wrote
_SPOILT = ("decode", "no such", "already exists", "unsupported file format")
_RESTORE = "restore it from a backup"

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


class Index:
    """An open index. Use `with Index.open(path) as index:`; it closes the file at the end."""

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self.connection = connection
        self.place = place
        self.kept = Kept(connection)

    @classmethod
    def open(
        cls, path: Path | str, *, create: bool = False, wait_seconds: float = WAIT_SECONDS
    ) -> Self:
        """Open the index in a file; with `create`, a file that is not there yet is made.

        One of an older twicetold is brought up to date. While another process writes, what is to
        be written waits `wait_seconds`. Raises NoIndexError when there is no such file, or it is
        not an index that this twicetold can read; the file is looked at before anything is
        written to it.
        """
        path = Path(path)
        if not path.exists() and not create:
            raise NoIndexError(str(path), "no such index", hint=f"make it: twicetold run {path} …")
        if path.is_dir():
            raise NoIndexError(str(path), "is a folder, not an index")
        with _told(str(path)):
            connection = _connection(path, wait_seconds)
        try:
            with _told(str(path), connection):
                schema.claim(connection, str(path), create=create)
                if not _is_read_only(path):
                    connection.execute("pragma journal_mode = wal")
                return cls(_ready(connection), str(path))
        except BaseException:
            connection.close()
            raise

    @classmethod
    def in_memory(cls) -> Self:
        """An index that is gone when it is closed: for tests and trials."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        schema.claim(connection, ":memory:", create=True)
        return cls(_ready(connection), ":memory:")

    @classmethod
    def rehearsal(cls, path: Path | str) -> Self:
        """A copy in memory of the index in a file, or a new one: to try what would happen."""
        if not Path(path).exists():
            return cls.in_memory()
        with _told(str(path)):
            real = _connection(Path(path), WAIT_SECONDS)
            copy = sqlite3.connect(":memory:", isolation_level=None)
            try:
                schema.look(real, str(path))
                real.backup(copy)
            finally:
                real.close()
            schema.claim(copy, str(path), create=False)
        return cls(_ready(copy), str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        damage = self._damage() if isinstance(error, _UNFORESEEN) else ""
        self.close()
        if damage:
            raise NoIndexError(self.place, f"is damaged: {damage}", hint=_RESTORE) from error
        if isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
            with _told(self.place):
                raise error

    def _damage(self) -> str:
        """What is wrong with the file that an unforeseen error may come from, '' for nothing."""
        from . import checks

        if self.connection.in_transaction:
            self.connection.execute("rollback")
        return checks.damage(self.connection)

    def close(self) -> None:
        """Close the file; the index can't be used after it."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is kept, or, on any error, none of it.

        Raises LockedError when another run writes, TwicetoldError for a full or damaged disk.
        """
        with _told(self.place, self.connection):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has rolled back already
                    self.connection.execute("rollback")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """All that is read inside is of one moment, whatever a run writes meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("begin")
        self.kept.in_snapshot = True
        try:
            yield
        finally:
            self.kept.in_snapshot = False
            if self.connection.in_transaction:
                self.connection.execute("rollback")

    def article_id(self, name: str) -> int:
        """The id of the article with this id, key or url. Raises NotFoundError."""
        from ..article import canonical_url

        found = self.connection.execute(
            "select id from articles where key in (?, ?) or id = ? order by key = ? desc limit 1",
            (name, canonical_url(name), int(name) if name.isdecimal() else -1, name),
        ).fetchone()
        if found is None:
            hint = f"find it: twicetold stories {self.place} --search WORDS"
            raise NotFoundError(self.place, f"no article '{name}'", hint=hint)
        return int(found[0])

    def text_id(self, name: str) -> int:
        """As `article_id`, of an article that has its text. Raises NotFoundError, PrunedError."""
        id = self.article_id(name)
        (pruned,) = self.connection.execute(
            "select pruned from articles where id = ?", (id,)
        ).fetchone()
        if pruned is not None:
            finding = f"the text of '{name}' was pruned on {pruned[:10]}, older ones with it"
            raise PrunedError(self.place, finding)
        return id

    def story_id(self, number: int) -> int:
        """The number of a story, or of that which it was merged into. Raises NotFoundError."""
        from . import story_events as history

        found = history.heir(self.connection, number)
        if found is None:
            hint = f"list them: twicetold stories {self.place}"
            raise NotFoundError(self.place, f"no story {number}", hint=hint)
        return found

    def minhash(self, article: str) -> "datasketch.MinHash":
        """The signature of an article, by its id, key or url, as a datasketch.MinHash.

        Raises NotFoundError. Others can be compared with it when they come from datasketch's
        "affine32" scheme with seed 1 and 128 permutations over the same shingle hashes.
        """
        from ..copies import minhash as signatures

        found = self.connection.execute(
            "select minhash from signatures where article_id = ?", (self.article_id(article),)
        ).fetchone()
        return signatures.as_datasketch(found[0] if found else b"")


def of_one_moment(
    read: Callable[Concatenate[Index, Given], Answer],
) -> Callable[Concatenate[Index, Given], Answer]:
    """A function that reads an index, in a snapshot."""

    @functools.wraps(read)
    def reading(index: Index, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        with index.snapshot():
            return read(index, *given, **named)

    return reading


@contextmanager
def _told(place: str, connection: sqlite3.Connection | None = None) -> Iterator[None]:
    """What SQLite raises, as an error that says what to do; a fault in our SQL as it is."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        explained = _explained(place, error, connection)
        if explained is None:
            raise
        raise explained from error


def _explained(
    place: str, error: Exception, connection: sqlite3.Connection | None
) -> TwicetoldError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        hint = "try again when it has ended, or wait for it: --wait 600"
        return LockedError(place, f"another run is writing to it{_at_work(connection)}", hint=hint)
    if name == "SQLITE_FULL":
        hint = "make room and run again; what was stored before is safe"
        return TwicetoldError(place, "the disk is full", hint=hint)
    if name == "SQLITE_NOTADB":
        hint = f"give a new file name; {schema.UNCHANGED}"
        return NoIndexError(place, "is no SQLite file", hint=hint)
    if name.startswith("SQLITE_CORRUPT") or any(said in str(error) for said in _SPOILT):
        return NoIndexError(place, f"is damaged: {error}", hint=_RESTORE)
    if name.startswith("SQLITE_CANTOPEN"):
        hint = "who reads it needs the right to write to its folder too"
        return TwicetoldError(place, f"can't be used: {error}", hint=hint)
    if name.startswith("SQLITE_READONLY"):
        hint = "copy it to where it can be written to"
        return TwicetoldError(place, f"can't be changed: {error}", hint=hint)
    if name.startswith(("SQLITE_IOERR", "SQLITE_PERM")):
        return TwicetoldError(place, f"can't be used: {error}")
    return None


def _at_work(connection: sqlite3.Connection | None) -> str:
    """Which run it is that holds the lock: the last one, where it has not ended."""
    if connection is None:
        return ""
    sql = "select command, started, finished from runs order by id desc limit 1"
    try:
        row = connection.execute(sql).fetchone()
    except sqlite3.Error:  # no tables yet
        return ""
    return f": {row[0]}, begun {row[1]}, has not ended" if row and row[2] is None else ""


def _connection(path: Path, wait_seconds: float) -> sqlite3.Connection:
    # where nothing can be written, SQLite can't keep its books beside the file, and needs none
    name = f"{path.resolve().as_uri()}?immutable=1" if _is_read_only(path) else str(path)
    return sqlite3.connect(
        name, timeout=wait_seconds, isolation_level=None, uri=_is_read_only(path)
    )


def _is_read_only(path: Path) -> bool:
    """Whether it lies on a disk that nobody can write to."""
    if not hasattr(os, "statvfs"):  # Windows
        return False
    return path.exists() and bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def _ready(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = normal")  # with a write-ahead log: safe, and fast
    connection.execute("pragma cache_size = -65536")  # 64 MB
    return connection
