"""The index: one SQLite file, its schema, and all SQL of the package.

Start reading at `Index.open`. `articles` stores what was read, `windows` reads what a clustering
needs, and `links`, `copy_groups` and `stories` save what it found; all take the open connection of
an `Index`.
"""

import functools
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from ..article import KEY_PREFIX
from ..errors import ArgumentError, NoIndexError, NotFoundError, PrunedError
from ..times import Time, argument_prefix
from . import database
from .articles import StoredArticle
from .cache import Cache
from .database import WAIT_SECONDS
from .sql import TIME, not_before

if TYPE_CHECKING:
    import datasketch
    import sqlite_utils

# what flipped bytes in the file may raise, in any line of ours
_POSSIBLE_DAMAGE = (
    sqlite3.Error,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    RecursionError,
    AssertionError,
)

_LONGEST_ID = 18  # digits; SQLite has no larger numbers

Given = ParamSpec("Given")
Answer = TypeVar("Answer")

__all__ = ["WAIT_SECONDS", "Index", "StoredArticle", "in_snapshot", "require_index"]


class Index:
    """An open index. Use `with Index.open(path) as index:`; it closes the file at the end."""

    def __init__(self, connection: sqlite3.Connection, place: str) -> None:
        self.connection = connection
        self.place = place  # the file name, for messages
        self._cache = Cache(connection)

    @classmethod
    def open(
        cls, path: Path | str, *, create: bool = False, wait_seconds: float = WAIT_SECONDS
    ) -> Self:
        """Open the index in a file; with `create`, make the file if it does not exist.

        An index of an older twicetold is brought up to date. Writing waits `wait_seconds` for
        another process to finish writing. Raises NoIndexError if there is no such file, or if it
        is not an index that this twicetold can read; nothing is written to such a file.
        """
        if not isinstance(path, Path | str):
            raise ArgumentError("path", f"{path!r} is not a path")
        path = Path(path)
        if not path.exists() and not create:
            raise NoIndexError(str(path), "no such index", hint=f"make it: twicetold run {path} …")
        if path.is_dir():
            raise NoIndexError(str(path), "is a folder, not an index")
        return cls(database.open_file(path, wait_seconds, create=create), str(path))

    @classmethod
    def open_to_read(cls, path: Path | str) -> Self:
        """Open an index that has the newest schema; nothing can be written to its file.

        Raises NoIndexError if there is no such index, or if it is older: `open` brings it up to
        date.
        """
        path = Path(path)
        if not path.is_file():
            raise NoIndexError(str(path), "no such index")
        return cls(database.open_to_read(path), str(path))

    @classmethod
    def in_memory(cls) -> Self:
        """Return an empty index in memory, gone when it is closed: for tests and trials."""
        return cls(database.open_memory(), ":memory:")

    @classmethod
    def rehearsal(cls, path: Path | str) -> Self:
        """Return a copy in memory of the index in a file, or an empty one: for dry runs."""
        if not Path(path).exists():
            return cls.in_memory()
        return cls(database.copy_to_memory(Path(path)), str(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        damage = self._damage() if isinstance(error, _POSSIBLE_DAMAGE) else ""
        self.close()
        if damage:
            finding = f"is damaged: {damage}"
            raise NoIndexError(self.place, finding, hint=database.RESTORE) from error
        if isinstance(error, sqlite3.DatabaseError | UnicodeDecodeError):
            with database.translated_errors(self.place):
                raise error

    def close(self) -> None:
        """Close the file; the index cannot be used after it."""
        self.connection.close()

    @property
    def db(self) -> "sqlite_utils.Database":
        """The index as a `sqlite_utils.Database`, on the same connection."""
        import sqlite_utils

        return sqlite_utils.Database(self.connection)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Keep everything that is written inside or, on any error, nothing of it.

        Raises LockedError if another run is writing, TwicetoldError for a full or damaged disk.
        """
        with database.translated_errors(self.place, self.connection):
            self.connection.execute("begin immediate")
            try:
                # the triggers of the text search need it; opening has shown that they are ours
                self.connection.execute("pragma trusted_schema = on")
                yield self.connection
                self.connection.execute("commit")
            except BaseException:
                if self.connection.in_transaction:  # a full disk has rolled back already
                    self.connection.execute("rollback")
                raise
            finally:
                self.connection.execute("pragma trusted_schema = off")

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read everything inside from one state of the index, whatever a run writes meanwhile."""
        if self.connection.in_transaction:
            yield
            return
        self.connection.execute("begin")
        self._cache.in_snapshot = True
        try:
            yield
        finally:
            self._cache.in_snapshot = False
            if self.connection.in_transaction:
                self.connection.execute("rollback")

    def cached(self, key: Hashable, compute: Callable[[], Answer]) -> Answer:
        """Return what `compute` returns, or returned for `key` since the index was last written."""
        return self._cache.get(key, compute)

    def articles(
        self, *, since: Time = "", until: Time = "", outlet: str = "", lang: str = ""
    ) -> Iterator[StoredArticle]:
        """Iterate over the articles in time order.

        `since` and `until` are UTC times or their beginnings ('2026-02'), both included. Raises
        ArgumentError for a time that cannot be read.
        """
        conditions = [not_before(TIME, ":since")]
        conditions += [f"{TIME} <= :until || '~'"] if until else []  # a day means its end
        conditions += ["outlets.name = :outlet"] if outlet else []
        conditions += ["lang = :lang"] if lang else []
        rows = self.connection.execute(
            "select articles.id, key, outlets.name, title, body, lang,"
            f" {TIME}, updated, url, byline, credit, story_id, copy_group_id"
            " from articles join outlets on outlets.id = outlet_id"
            f" where {' and '.join(conditions)} order by {TIME}, key",
            {
                "since": argument_prefix(since, "since"),
                "until": argument_prefix(until, "until"),
                "outlet": outlet,
                "lang": lang,
            },
        )
        return (StoredArticle(*row) for row in rows)

    def article_id(self, article: str | int) -> int:
        """Return the id of the article with this id, key or url.

        A number is always an id; 'key:2' is the key '2'. If several outlets have a key, 'CNA|2' is
        CNA's. Raises NotFoundError, also if several could be meant, and ArgumentError for another
        type.
        """
        from . import articles

        if isinstance(article, bool) or not isinstance(article, str | int):
            raise ArgumentError("article", f"{article!r} is not an id, a key or a url")
        if isinstance(article, int) and not 0 <= article < 10**_LONGEST_ID:
            raise NotFoundError(self.place, "no article of this number")
        name = str(article)
        key = name.removeprefix(KEY_PREFIX)
        same_key = articles.with_key(self.connection, key)
        if same_key and not name.isdecimal():
            if len(same_key) == 1:
                return same_key[0][0]
            hint = ", ".join(f"#{id} is of {outlet}" for id, outlet in same_key[:5])
            finding = f"{len(same_key)} outlets have an article '{name[:80]}'"
            raise NotFoundError(self.place, finding, hint=hint)
        is_id = name.isdecimal() and len(name) <= _LONGEST_ID
        if is_id and articles.exists(self.connection, int(name)):
            return int(name)
        hint = f"find it: twicetold stories {self.place} --search WORDS"
        if same_key:
            hint = f"{name} is the key of another article: write {KEY_PREFIX}{name}"
        raise NotFoundError(self.place, f"no article '{name[:80]}'", hint=hint)

    def id_with_text(self, article: str | int) -> int:
        """Return the id as `article_id` does, of an article that has its text.

        Raises PrunedError if its text was pruned.
        """
        from . import articles

        id = self.article_id(article)
        pruned = articles.pruned(self.connection, id)
        if pruned is not None:
            finding = f"the text of '{article}' was pruned on {pruned[:10]}, with its versions"
            raise PrunedError(self.place, finding)
        return id

    def story_id(self, story: int) -> int:
        """Return the number of a story, or of the one that it was merged into.

        Raises NotFoundError, and ArgumentError for another type.
        """
        from . import story_events

        if isinstance(story, bool) or not isinstance(story, int):
            raise ArgumentError("story", f"{story!r} is not the number of a story")
        is_number = 0 < story < 10**_LONGEST_ID
        heir = story_events.heir(self.connection, story) if is_number else None
        if heir is None:
            hint = f"list them: twicetold stories {self.place}"
            name = story if is_number else "of this number"
            raise NotFoundError(self.place, f"no story {name}", hint=hint)
        return heir

    def minhash(self, article: str | int) -> "datasketch.MinHash":
        """Return the stored signature of an article, by its id, key or url.

        `twicetold.minhash(text)` gives signatures to compare it with. Raises NotFoundError.
        """
        from ..copies import minhash
        from . import buckets

        return minhash.as_datasketch(buckets.signature(self.connection, self.article_id(article)))

    def _damage(self) -> str:
        """Return the damage of the file that an unexpected error may come from; '' if none."""
        from . import checks

        if self.connection.in_transaction:
            self.connection.execute("rollback")
        return checks.damage(self.connection)


def require_index(index: object) -> None:
    """Raise ArgumentError unless the argument is an Index."""
    if not isinstance(index, Index):
        raise ArgumentError("index", f"{index!r} is not an open Index")


def in_snapshot(
    read: Callable[Concatenate[Index, Given], Answer],
) -> Callable[Concatenate[Index, Given], Answer]:
    """Decorate a function that reads an index, so that it reads one state of it."""

    @functools.wraps(read)
    def reading(index: Index, /, *given: Given.args, **named: Given.kwargs) -> Answer:
        require_index(index)
        with index.snapshot():
            return read(index, *given, **named)

    return reading
