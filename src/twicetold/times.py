"""Times: read what sources and callers write as UTC, and format it as the index stores it.

The index stores '2026-02-05T14:30:00Z', or '2026-02-05' if the source named no hour. Text in this
form sorts by time. A day is never read as its midnight: times are compared by days if one of them
is a day, see `hours`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from .errors import ArgumentError, ArticleError, describe
from .written_times import read_moment

Time = date | str  # what the library takes: a datetime, a day, or text that `parse_time` reads
_EPOCH = date(1970, 1, 1).toordinal()
_FIRST_YEAR = 1000  # programs write 0001-01-01 for "no time"
_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # they write this one, too
_DAYS_AGO = {"today": 0, "yesterday": 1}
_HOURS = {"h": 1, "d": 24, "w": 7 * 24}
_HINT = "write it as 2026-02-05T14:30:00Z"


def utc_now() -> datetime:
    """Return the present time, UTC."""
    return datetime.now(UTC)


def parse_time(
    value: object, field: str, format: str = "", zone: tzinfo = UTC
) -> datetime | date | None:
    """Return the UTC time that a datetime or a text means; None for None or an empty text.

    Text is ISO 8601, RFC 2822 (as in feeds), seconds or milliseconds since 1970, or another form
    with one meaning, also with the names of months in other languages; nothing is guessed. A text
    without a zone is a time of `zone`, a datetime without one is UTC. Fractions of a second are
    dropped. A day, or 00:00:00 without a zone (how many programs write a day), is returned as a
    date. `format` is how the source writes its times, as in `datetime.strptime`: then a text is
    read by it alone. A time before the year 1000, or the first second of 1970, is none. Raises
    ArticleError.
    """
    if value is None:
        return None
    if not isinstance(value, date | str):
        raise ArticleError(field, f"{describe(value)} is not a time", hint=_HINT)
    text = value.strip() if isinstance(value, str) else value
    if not text:
        return None
    try:
        time = _in_utc(read_moment(text, format, zone) if isinstance(text, str) else text)
        if time.year < _FIRST_YEAR or time == _NO_TIME:
            raise ValueError
    except (ValueError, OverflowError, TypeError, LookupError, re.error):
        hint = f"it is not written as {format}" if format else _HINT
        raise ArticleError(field, f"'{str(value)[:40]}' is not a time", hint=hint) from None
    return time


def utc_text(time: date | None) -> str | None:
    """Return a UTC time, or a day, as the index stores it; None for None."""
    if isinstance(time, datetime):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None if time is None else time.isoformat()


def more_exact(new: str | None, old: str | None) -> str | None:
    """Return the more exact of two stored times: the old one if the new is None or just its day."""
    return old if old and old.startswith(new or "") else new


def earlier(one: str | None, other: str | None) -> str | None:
    """Return the earlier of two stored times, that with an hour if one of them is just its day."""
    if not one or not other:
        return one or other
    if one.startswith(other) or other.startswith(one):
        return max(one, other, key=len)
    return min(one, other)


def first_moment(moment: date) -> datetime:
    """Return a UTC time as it is, and the first moment of a day."""
    if isinstance(moment, datetime):
        return moment
    return datetime.combine(moment, time(), UTC)


def argument_time(value: Time, name: str) -> datetime:
    """Return the UTC time of an argument, the first moment of a day. Raises ArgumentError."""
    try:
        time = parse_time(value, name)
    except ArticleError as error:
        raise ArgumentError(name, error.finding, hint=error.hint) from None
    if time is None:
        raise ArgumentError(name, "is empty", hint=_HINT)
    return first_moment(time)


def argument_zone(name: str) -> tzinfo:
    """Return the time zone of a place as the tz database names it. Raises ArgumentError."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        hint = "write it as Europe/Paris"
        raise ArgumentError("timezone", f"'{name[:40]}' is not known", hint=hint) from None


def argument_prefix(value: Time, name: str) -> str:
    """Return an argument as text that compares with stored times; '' for ''.

    A year, a month or a day stays as it is: '2026-02' is how every time of that month begins.
    Raises ArgumentError.
    """
    if value == "":
        return ""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and re.fullmatch(r"\d{4}(-\d\d){0,2}", value):
        argument_time(f"{value}-01-01"[:10], name)
        return value
    return utc_text(argument_time(value, name)) or ""


def time_ago(text: str) -> str:
    """Return the time that is meant by 'today', 'yesterday', '12h', '7d' or '4w'; '' if none is."""
    now = utc_now()
    if text in _DAYS_AGO:
        return (now - timedelta(days=_DAYS_AGO[text])).date().isoformat()
    match = re.fullmatch(r"(\d{1,4})([hdw])", text)
    if match is None:
        return ""
    return utc_text(now - timedelta(hours=int(match[1]) * _HOURS[match[2]])) or ""


def day_number(time: str) -> int:
    """Return the days since 1970 of a stored time or a date, '2026-02-05…'."""
    return date.fromisoformat(time[:10]).toordinal() - _EPOCH


def day_text(day: int) -> str:
    """Return a number of days since 1970 as a date, '2026-02-05'."""
    return date.fromordinal(_EPOCH + day).isoformat()


def _in_utc(moment: date) -> date:
    """Return a moment in UTC; a day as it is, and also a midnight without a zone."""
    if not isinstance(moment, datetime):
        return moment
    if moment.tzinfo is None:
        if moment.time() == time():
            return moment.date()
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).replace(microsecond=0)
