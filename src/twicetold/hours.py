"""Hours of stored times, as arrays; a day without an hour is compared by days."""

from collections.abc import Sequence

import numpy as np

from .arrays import BoolArray, FloatArray, IntArray


def is_day(time: str) -> bool:
    """Whether a stored time is a day without an hour."""
    return len(time) == len("2026-02-05")


def hours_since_1970(times: Sequence[str | None]) -> tuple[FloatArray, BoolArray]:
    """Return the hours since 1970 of stored times (n,), and which of them are days without an hour.

    Hours are nan for None, and noon for a day.
    """
    seconds = np.array([(text or "NaT").rstrip("Z") for text in times], "datetime64[s]")
    hours = seconds.astype(np.float64) / 3600
    hours[np.isnat(seconds)] = np.nan
    whole_day = np.array([text is not None and is_day(text) for text in times], bool)
    return np.where(whole_day, hours + 12, hours), whole_day


def hours_apart(hour: FloatArray, whole_day: BoolArray, a: IntArray, b: IntArray) -> FloatArray:
    """Return the hours from rows `a` to rows `b` of articles, (p,); nan if one is undated.

    `hour` and `whole_day` (n,) are as `hours_since_1970` returns them. If one of two articles has
    a day only, whole days are counted.
    """
    days = 24 * (np.floor(hour[b] / 24) - np.floor(hour[a] / 24))
    return np.where(whole_day[a] | whole_day[b], days, hour[b] - hour[a])
