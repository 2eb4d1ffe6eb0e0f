"""Callbacks of long jobs: `progress=` hears of each stage, `on_rejected=` of each rejection."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from time import perf_counter

from .article import Rejection

Advance = Callable[[int], None]  # called with the number of units done since the last call
Progress = Callable[[str, int], AbstractContextManager[Advance]]  # stage, its size in units
OnRejected = Callable[[Rejection], None]
OnPassedOver = Callable[[list[str]], None]  # called with the names of files of no known format


def no_progress(stage: str, size: int) -> AbstractContextManager[Advance]:
    """Show nothing: the default of `progress=`."""
    return nullcontext(lambda done: None)


def ignore_rejection(rejection: Rejection) -> None:
    """Do nothing: the default of `on_rejected=`. The index records the rejection all the same."""


def ignore_passed_over(files: list[str]) -> None:
    """Do nothing: the default of `on_passed_over=`."""


def timed(progress: Progress, seconds: dict[str, float]) -> Progress:
    """Return the same callback, which also adds up the seconds of each stage in `seconds`."""

    @contextmanager
    def timed_stage(stage: str, size: int) -> Iterator[Advance]:
        start = perf_counter()
        with progress(stage, size) as advance:
            yield advance
        seconds[stage] = seconds.get(stage, 0.0) + perf_counter() - start

    return timed_stage
