"""A cache of what was computed from an index, valid until anything is written to the index."""

from collections.abc import Callable, Hashable
from sqlite3 import Connection
from typing import TypeVar, cast

MAX_VALUES = 2  # one value takes 450 MB, for ten days of 5,000 articles each

Value = TypeVar("Value")


class Cache:
    """The last few values that were computed from an index, the least recently used first."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._state = (-1, -1)
        self._values: dict[Hashable, object] = {}
        self.in_snapshot = False  # whether a read-only transaction is open

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return the cached value of `key`, else what `compute` returns.

        The cache is emptied if any connection has written to the index. Nothing is cached inside
        a transaction that may write, because the transaction may be rolled back.
        """
        if self._connection.in_transaction and not self.in_snapshot:
            return compute()
        # the first number counts what other connections wrote, the second what this one wrote
        (others,) = self._connection.execute("pragma data_version").fetchone()
        state = (others, self._connection.total_changes)
        if state != self._state:
            self._values.clear()
            self._state = state
        if key in self._values:
            self._values[key] = self._values.pop(key)
        else:
            while len(self._values) >= MAX_VALUES:  # before computing: the new value needs memory
                del self._values[next(iter(self._values))]
            self._values[key] = compute()
        return cast(Value, self._values[key])
