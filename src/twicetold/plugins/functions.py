"""SQL functions for people who look into an index, for every program that reads SQLite.

`register` adds them to a connection. sqlite-utils and Datasette call it for each connection of
theirs, see the entry points in pyproject.toml. Each function gives null for null, and for what it
cannot read: one wrong row does not end a query.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from threading import get_ident
from typing import Any

import pluggy

from ..errors import ArgumentError, TwicetoldError

_NOTHING = '""'  # a phrase of no words, which FTS5 finds nowhere

in_sqlite_utils = pluggy.HookimplMarker("sqlite_utils")
in_datasette = pluggy.HookimplMarker("datasette")


def register(connection: sqlite3.Connection) -> None:
    """Add the SQL functions of twicetold to a connection: `jaccard`, `signature`, `shared_text`, …

    They are listed in docs/schema.md. A connection to any database may have them; `story_of` alone
    needs an index.
    """
    from ..index.database import file_of

    for call, function in FUNCTIONS.items():
        name, _, arguments = call.partition("(")
        if function is _StoryFinder:
            connection.create_function(name, -1, function(file_of(connection)))
        else:
            number = arguments.count(",") + 1
            connection.create_function(name, number, function, deterministic=True)


@in_sqlite_utils
@in_datasette
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Add the functions to a connection of sqlite-utils or Datasette."""
    register(conn)


def jaccard(one: Any, other: Any) -> float | None:
    """An estimate of the Jaccard similarity of two texts, by their signatures; mean error .04."""
    from ..copies import minhash

    size = 4 * minhash.PERMUTATIONS
    if not all(isinstance(each, bytes) and len(each) == size for each in (one, other)):
        return None
    import numpy as np

    signatures = minhash.from_blobs([one, other])
    return round(float(minhash.estimate_jaccard(signatures, np.array([0]), np.array([1]))[0]), 3)


def signature(text: Any) -> bytes | None:
    """The signature of a text, as in the table signatures."""
    from ..copies.minhash import signature_of

    return signature_of(text) if isinstance(text, str) else None


def shared_text(one: Any, other: Any) -> str | None:
    """The longest passage of two texts, as in the first one; '': none of five words or more."""
    from ..copies.passages import LEAST_WORDS, common_passages

    if not isinstance(one, str) or not isinstance(other, str):
        return None
    passages = common_passages(one, other, LEAST_WORDS)
    longest = max(passages, key=lambda passage: passage.words, default=None)
    return one[longest.start : longest.end] if longest else ""


def hours_between(start: Any, end: Any) -> float | None:
    """The hours from one stored time to another; whole days if one of them has no hour."""
    import numpy as np

    from ..hours import hours_apart, hours_since_1970

    if not isinstance(start, str) or not isinstance(end, str):
        return None
    try:
        hours = hours_since_1970([start, end])
    except ValueError:
        return None
    apart = float(hours_apart(*hours, np.array([0]), np.array([1]))[0])
    return None if np.isnan(apart) else round(apart, 2)


def names(text: Any) -> str | None:
    """The names, numbers and dates of a text, each once, for json_each: '["putin", "abu dhabi"]'.

    They are written alike in all languages: 'abu dhabi' for Abou Dhabi, 'putin' for Путин.
    """
    from ..text.names import written_names

    if not isinstance(text, str):
        return None
    return json.dumps(list(written_names([text])[0]), ensure_ascii=False)


def search_words(words: Any) -> str | None:
    """The words of a search, as people type them, for `articles_fts match`; none find nothing."""
    from ..search_words import fts_query

    if not isinstance(words, str):
        return None
    try:
        return fts_query(words)
    except ArgumentError:
        return _NOTHING


class _StoryFinder:
    """The number of the story that a text belongs to, as `twicetold match` finds it; null: none.

    The first line of the text is its title. It is compared with the news of a day, '2026-02-05';
    without the day, with that of the newest day of the index.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._index: Any = None
        self._thread = 0

    def __call__(self, *arguments: Any) -> int | None:
        if not 1 <= len(arguments) <= 2:
            raise sqlite3.OperationalError("wrong number of arguments to function story_of()")
        text, day = (*arguments, None)[:2]
        if not isinstance(text, str) or not text.strip() or not self._file:
            return None
        with suppress(TwicetoldError, sqlite3.Error):
            return self._story(text.strip(), day)
        return None

    def _story(self, text: str, day: Any) -> int | None:
        from ..article import Article
        from ..index import Index, windows
        from ..queries.match import match

        if self._index is None or self._thread != get_ident():  # SQLite's rule: one thread each
            self._index, self._thread = Index.open_to_read(self._file), get_ident()
        title, _, body = text.partition("\n")
        now = day or windows.newest_date(self._index.connection) or None
        return match(self._index, Article(outlet="-", title=title, body=body), now=now)[0].story

    def __del__(self) -> None:
        if self._index is not None:
            with suppress(sqlite3.ProgrammingError):  # Datasette drops connections in any thread
                self._index.close()


FUNCTIONS: dict[str, Callable[..., Any]] = {  # all but `story_of` depend on their arguments alone
    "jaccard(signature, signature)": jaccard,
    "signature(text)": signature,
    "shared_text(one, other)": shared_text,
    "hours_between(start, end)": hours_between,
    "names(text)": names,
    "search_words(words)": search_words,
    "story_of(text, day)": _StoryFinder,
}
