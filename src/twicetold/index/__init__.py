"""The index: one SQLite file, its schema, and the only SQL that writes.

Start reading at `Index.open`. `articles` stores what was read, `windows` reads what a clustering
needs and `results` saves what it found; all work on the open connection of an `Index`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import LockedError, NoIndexError, NotFoundError, TwicetoldError
from .kept import Kept

if TYPE_CHECKING:
    import datasketch

APPLICATION_ID = 846742612  # tells, before anything is touched, that a SQLite file is ours
SCHEMA = 1
PAGE_BYTES = 16384  # least waste: 4,096 make an index of short wire reports 6 % larger
BUSY_SECONDS = 10
_UNCHANGED = "nothing was changed"
_RESTORE = "restore it from a backup"


class Index:
    """An open index. Use `with Index.open(path) as index:`; it closes the file at the end."""

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self.connection = connection
        self.place = place
        self.kept = Kept(connection)

    @classmethod
    def open(cls, path: Path | str, *, create: bool = False) -> Self:
        """Open the index in a file; with `create`, a file that is not there yet is made.

        Raises NoIndexError when there is no such file, or it is not an index that this twicetold
        can read; the file is looked at before anything is written to it.
        """
        path = Path(path)
        if not path.exists() and not create:
            raise NoIndexError(str(path), "no such index", hint=f"make it: twicetold run {path} …")
        if path.is_dir():
            raise NoIndexError(str(path), "is a folder, not an index")
        with _told(str(path)):
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            try:
                _claim(connection, str(path), create)
                connection.execute("pragma journal_mode = wal")
                return cls(_ready(connection), str(path))
            except BaseException:
                connection.close()
                raise

    @classmethod
    def in_memory(cls) -> Self:
        """An index that is gone when it is closed: for tests and trials."""
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _claim(connection, ":memory:", create=True)
        return cls(_ready(connection), ":memory:")

    @classmethod
    def rehearsal(cls, path: Path | str) -> Self:
        """A copy in memory of the index in a file, or a new one: to try what would happen."""
        if not Path(path).exists():
            return cls.in_memory()
        with cls.open(path) as real:
            copy = sqlite3.connect(":memory:", isolation_level=None)
            real.connection.backup(copy)
        return cls(_ready(copy), str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        unforeseen = isinstance(error, sqlite3.Error | ValueError | LookupError | TypeError)
        damage = self._damage() if unforeseen else ""
        self.close()
        if damage:  # what stumbles over flipped bytes may be any line of ours
            raise NoIndexError(self.place, f"is damaged: {damage}", hint=_RESTORE) from error
        if isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
            with _told(self.place):
                raise error

    def _damage(self) -> str:
        """What SQLite finds wrong with the file, '' for nothing."""
        try:
            found = str(self.connection.execute("pragma quick_check(1)").fetchone()[0])
        except sqlite3.Error as error:
            found = str(error)
        return "" if found == "ok" else found.splitlines()[-1]

    def close(self) -> None:
        """Close the file; the index can't be used after it."""
        self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is written inside is kept, or, on any error, none of it.

        Raises LockedError when another run writes, TwicetoldError for a full or damaged disk.
        """
        with _told(self.place):
            self.connection.execute("begin immediate")
            try:
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has rolled back already
                    self.connection.execute("rollback")
                raise

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

    def story_id(self, number: int) -> int:
        """The number of a story, or of that which it was merged into. Raises NotFoundError."""
        from . import history

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
        from .. import signatures

        found = self.connection.execute(
            "select minhash from signatures where article_id = ?", (self.article_id(article),)
        ).fetchone()
        return signatures.as_datasketch(found[0] if found else b"")


@contextmanager
def _told(place: str) -> Iterator[None]:
    """What SQLite raises, as an error that says what to do; a fault in our SQL as it is."""
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        explained = _explained(place, error)
        if explained is None:
            raise
        raise explained from error


def _explained(place: str, error: Exception) -> TwicetoldError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        hint = "wait for it to end, then try again"
        return LockedError(place, "another run is writing to it", hint=hint)
    if name == "SQLITE_FULL":
        hint = "make room and run again; what was stored before is safe"
        return TwicetoldError(place, "the disk is full", hint=hint)
    if name == "SQLITE_NOTADB":
        return NoIndexError(place, "is no SQLite file", hint=f"give a new file name; {_UNCHANGED}")
    # text that is no UTF-8, a name of the schema that is no longer what we wrote
    spoilt = "decode" in str(error) or "no such" in str(error)
    if name.startswith("SQLITE_CORRUPT") or spoilt:
        return NoIndexError(place, f"is damaged: {error}", hint=_RESTORE)
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN", "SQLITE_READONLY", "SQLITE_PERM")):
        return TwicetoldError(place, f"can't be used: {error}")
    return None


def _claim(connection: sqlite3.Connection, place: str, create: bool) -> None:
    """Make sure that the file is ours and of our version, and make the tables of a new one."""
    version = connection.execute("pragma user_version").fetchone()[0]
    owner = connection.execute("pragma application_id").fetchone()[0]
    empty = not connection.execute("select count(*) from sqlite_master").fetchone()[0]
    if owner == APPLICATION_ID and version > SCHEMA:
        finding = f"schema {version} is newer than {SCHEMA}, the newest this twicetold knows"
        raise NoIndexError(place, finding, hint=f"upgrade twicetold; {_UNCHANGED}")
    if owner != APPLICATION_ID and not (empty and create):
        finding = "is a SQLite file but no twicetold index"
        raise NoIndexError(place, finding, hint=f"give a new file name; {_UNCHANGED}")
    if empty:
        connection.execute(f"pragma page_size = {PAGE_BYTES}")
        migration = files("twicetold") / "index" / "migrations" / "001_first.sql"
        connection.executescript(migration.read_text("utf-8"))


def _ready(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("pragma foreign_keys = on")
    connection.execute("pragma synchronous = normal")  # with a write-ahead log: safe, and fast
    connection.execute("pragma cache_size = -65536")  # 64 MB
    return connection
