"""Times: read what sources and callers write as UTC, and format it as the index stores it.

The index stores '2026-02-05T14:30:00Z'. Text in this form sorts by time.
"""

import re
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime

from .errors import ArgumentError, ArticleError

Time = datetime | str  # what the library takes: a datetime, or text that `parse_time` reads
_EPOCH = date(1970, 1, 1).toordinal()
_HINT = "write it as 2026-02-05T14:30:00Z"


def utc_now() -> datetime:
    """Return the present time, UTC."""
    return datetime.now(UTC)


def parse_time(value: object, field: str) -> datetime | None:
    """Return the UTC time that a datetime or a text means; None for None or an empty text.

    Text is ISO 8601, RFC 2822 (as in feeds) or Unix seconds; nothing else is guessed. A time
    without a zone is taken as UTC. Fractions of a second are dropped. Raises ArticleError.
    """
    if value is None or isinstance(value, datetime):
        return None if value is None else _in_utc(value)
    if not isinstance(value, str):
        raise ArticleError(field, f"{str(value)[:40]!r} is not a time", hint=_HINT)
    text = value.strip()
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{9,11}(?:\.\d+)?", text):
            return _in_utc(datetime.fromtimestamp(float(text), UTC))
        if re.match(r"\d{4}-?\d\d", text):
            return _in_utc(datetime.fromisoformat(text))
        return _in_utc(parsedate_to_datetime(text))
    except (ValueError, OverflowError, TypeError):
        raise ArticleError(field, f"'{text[:40]}' is not a time", hint=_HINT) from None


def utc_text(time: datetime | None) -> str | None:
    """Return a UTC time as the index stores it; None for None."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def argument_time(value: Time, name: str) -> datetime:
    """Return the UTC time of an argument. Raises ArgumentError."""
    try:
        time = parse_time(value, name)
    except ArticleError as error:
        raise ArgumentError(name, error.finding, hint=error.hint) from None
    if time is None:
        raise ArgumentError(name, "is empty", hint=_HINT)
    return time


def argument_prefix(value: Time, name: str) -> str:
    """Return an argument as text that compares with stored times; '' for ''.

    A year, a month or a day stays as it is: '2026-02' is how every time of that month begins.
    Raises ArgumentError.
    """
    if value == "":
        return ""
    if isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        argument_time(f"{value}-01-01"[:10], name)
        return value
    return utc_text(argument_time(value, name)) or ""


def day_number(time: str) -> int:
    """Return the days since 1970 of a stored time or a date, '2026-02-05…'."""
    return date.fromisoformat(time[:10]).toordinal() - _EPOCH


def hours_since_1970(time: datetime | None) -> float:
    """Return the hours since 1970 of a UTC time; nan for None."""
    return time.timestamp() / 3600 if time else float("nan")


def _in_utc(time: datetime) -> datetime:
    aware = time if time.tzinfo else time.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(microsecond=0)
