"""Times as they stand in the index: '2026-02-05T14:30:00Z'."""

from datetime import datetime

import numpy as np

TIME = "coalesce(published, first_seen)"  # SQL: the place of an article in time


def utc(time: datetime | None) -> str | None:
    """A time as the index keeps it."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def day_number(time: str) -> int:
    """Days since 1970 of a UTC time."""
    return int(np.datetime64(time[:10], "D").astype(np.int64))
