"""Times as they stand in the index: '2026-02-05T14:30:00Z'."""

from datetime import datetime


def utc(time: datetime | None) -> str | None:
    """A time as the index keeps it."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")
