"""What was made of the index for one question and serves the next, as long as nobody writes."""

from collections.abc import Callable, Hashable
from sqlite3 import Connection
from typing import TypeVar, cast

MOST = 2  # things kept at once: for ten days of 5,000 articles each, a process grows by 450 MB

_Made = TypeVar("_Made")


class Kept:
    """The last few things that were made of what an index holds."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._state = (-1, -1)
        self._made: dict[Hashable, object] = {}  # what was asked for last stands last
        self.in_snapshot = False  # a transaction is open that only reads

    def of(self, key: Hashable, make: Callable[[], _Made]) -> _Made:
        """What `make` gives, or gave when it was last asked for under this key.

        It is made anew once anything was written, by whatever connection.
        """
        if self._connection.in_transaction and not self.in_snapshot:
            return make()  # what is seen now may yet be taken back
        # the first tells of other connections that wrote, the second of this one
        (others,) = self._connection.execute("pragma data_version").fetchone()
        state = (others, self._connection.total_changes)
        if state != self._state:
            self._made.clear()
            self._state = state
        if key in self._made:
            self._made[key] = self._made.pop(key)
        else:
            while len(self._made) >= MOST:  # before the new one is made: it needs the room
                del self._made[next(iter(self._made))]
            self._made[key] = make()
        return cast(_Made, self._made[key])
