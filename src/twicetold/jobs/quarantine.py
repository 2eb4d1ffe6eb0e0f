"""Articles that a stage fails on are set aside with the reason, so that the others are done.

Such a failure is a bug of ours, and it must not cost a night. Start reading at `work_on_most` for
articles that are being read, at `cluster_most` for stored ones.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple, TypeVar

from ..article import Rejection, excerpt
from ..errors import TwicetoldError
from ..index import articles, checks, rejections, runs, windows
from ..index.database import rehearsal, savepoint
from ..index.settings import Settings
from ..progress import OnRejected, Progress, no_progress
from .cluster import cluster_pending
from .run_records import Counts, Run

FAILED = "article"  # the field of a rejection: all of the article
MOST_SET_ASIDE = 20  # in one clustering; more than these are no single articles' fault
_SYSTEMIC = 10  # if a stage fails on each of so many articles, it is the stage's fault

Item = TypeVar("Item")
Result = TypeVar("Result")

# not an article's fault: the disk, the lock, the memory, a damaged file
_OTHER_FAULTS = (TwicetoldError, MemoryError, sqlite3.OperationalError)


class Failure(NamedTuple):
    """An article that a stage failed on."""

    place: int  # among the articles that the stage was given
    reason: str


def work_on_most(
    items: Sequence[Item], work: Callable[[Sequence[Item]], Result], db: Connection | None = None
) -> tuple[list[Result], list[Failure]]:
    """Do some work on articles; if it fails, on halves of them, down to those it fails on.

    Raises what the work raises if that is not the fault of single articles, or if the index that
    the work changes, if any, is damaged.
    """
    results: list[Result] = []
    failures: list[Failure] = []
    first_error: Exception | None = None
    parts = [(0, len(items))]
    while parts:
        start, end = parts.pop()
        try:
            results.append(work(items[start:end]))
        except _OTHER_FAULTS:
            raise
        except Exception as error:  # whatever it is: the other articles are to be done
            first_error = first_error or error
            if end - start == 1:
                failures.append(Failure(start, reason_of(error)))
            else:
                middle = (start + end) // 2
                parts += [(middle, end), (start, middle)]
    is_systemic = _SYSTEMIC <= len(items) == len(failures)
    if first_error and (is_systemic or (db is not None and checks.damage(db))):
        raise first_error
    return results, failures


def cluster_most(
    db: Connection, run: Run, settings: Settings, progress: Progress, on_rejected: OnRejected
) -> Counts:
    """Cluster the pending articles, except articles that the clustering fails on.

    Must run inside a transaction. Raises what the clustering raises if that is not the fault of
    single articles, or if the file is damaged.
    """
    set_aside = 0
    while True:
        error = _attempt(db, run, settings, progress)
        if isinstance(error, Counts):
            counts = dict.fromkeys(("quarantined", "rejected", "newly_rejected"), set_aside)
            runs.add_counts(db, run.id, counts)
            return error._replace(**counts)
        if set_aside == MOST_SET_ASIDE or checks.damage(db):
            raise error
        id = _culprit(db, run, settings)
        if id is None:
            raise error
        set_aside += 1
        reason = reason_of(error)
        rejection = _rejection(db, id, reason)
        rejections.set_aside(db, [id], "clustering", reason, run.started)
        rejections.add(db, run.id, [rejection])
        on_rejected(rejection)


def reason_of(error: Exception) -> str:
    """Return an unexpected error as the reason of a rejection."""
    return f"a bug of twicetold: {type(error).__name__}: {error}"[:300]


def _attempt(
    db: Connection, run: Run, settings: Settings, progress: Progress
) -> Counts | Exception:
    """Cluster; return the error if an article may be at fault, with nothing changed."""
    try:
        with savepoint(db):
            return cluster_pending(db, run.id, settings, progress)
    except _OTHER_FAULTS:
        raise
    except Exception as error:
        return error


def _culprit(db: Connection, run: Run, settings: Settings) -> int | None:
    """Return the id of an article that the clustering fails on; None if there is none."""

    def fails(aside: Iterable[int]) -> bool:
        with rehearsal(db):
            rejections.set_aside(db, sorted(aside), "clustering", "", run.started)
            return isinstance(_attempt(db, run, settings, no_progress), Exception)

    pending = windows.pending_ids(db)
    stored = windows.settled_ids(db)
    suspects = pending if fails(stored) else stored
    alone = _halve(suspects, lambda part: fails(set(suspects).difference(part)))
    if fails(set(suspects).difference(alone)):
        return alone[0]
    # it fails on no article alone: without which one does it not fail?
    one_of_two = _halve(suspects, lambda part: not fails(part))
    return None if fails(one_of_two) else one_of_two[0]


def _halve(ids: list[int], is_at_fault: Callable[[list[int]], bool]) -> list[int]:
    """Return the one article that is at fault, given whether one is among some of them."""
    while len(ids) > 1:
        half, rest = ids[: len(ids) // 2], ids[len(ids) // 2 :]
        ids = half if is_at_fault(half) else rest
    return ids


def _rejection(db: Connection, id: int, reason: str) -> Rejection:
    title, _ = articles.title_and_body(db, id)
    return Rejection(f"#{id}", 0, FAILED, reason, excerpt(title), "clustering")
