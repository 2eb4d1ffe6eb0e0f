"""The records of a run at work: its row in `runs`, its counts, and the seconds of its stages."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..errors import ArgumentError
from ..index import Index, removal, require_index, runs
from ..index.settings import Settings
from ..times import Time, argument_time, utc_now

_LAST_YEAR = 9000  # the days around a time must be dates, too


class Counts(NamedTuple):
    """What a run did; the names are those of the columns of `runs`."""

    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    newly_rejected: int = 0
    incomplete: int = 0
    quarantined: int = 0
    links: int = 0
    new_stories: int = 0
    grown_stories: int = 0
    merged_stories: int = 0
    split_stories: int = 0
    overruled_decisions: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Return the sum of both."""
        return Counts(*(a + b for a, b in zip(self, other, strict=True)))


class Run(NamedTuple):
    """A run at work."""

    id: int
    started: datetime
    now: Time | None  # as the caller gave it; None: the clock
    seconds: dict[str, float]  # of each stage


def begin_run(index: Index, command: str, settings: Settings, now: Time | None) -> Run:
    """Insert a run into the index. What an interrupted removal left in the file is erased first.

    Raises LockedError if another run is writing, ArgumentError for a `now` that cannot be read.
    """
    require_index(index)
    started = current_time(now)
    with index.transaction() as db:
        remains = runs.was_interrupted(db, "remove")
        id = runs.begin(db, command, started, settings.as_dict())
    if remains:
        removal.erase(index.connection)
    return Run(id, started, now, {})


@contextmanager
def finish_run(index: Index, run: Run) -> Iterator[Connection]:
    """Open the last transaction of a run: its result is stored together with its end."""
    with index.transaction() as db:
        yield db
        runs.finish(db, run.id, current_time(run.now), run.seconds)


def current_time(now: Time | None) -> datetime:
    """Return `now` as UTC; the time of the clock if it is None. Raises ArgumentError."""
    time = utc_now() if now is None else argument_time(now, "now")
    if time.year > _LAST_YEAR:
        raise ArgumentError("now", f"{time.year} is too far ahead")
    return time
