"""Long lists of values for SQLite, which takes a limited number in one statement."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

_MOST = 500

Value = TypeVar("Value")


def parts(values: Sequence[Value]) -> Iterator[tuple[Sequence[Value], str]]:
    """Some hundred values at a time, with their question marks: `where id in ({marks})`."""
    for start in range(0, len(values), _MOST):
        some = values[start : start + _MOST]
        yield some, ",".join("?" * len(some))
