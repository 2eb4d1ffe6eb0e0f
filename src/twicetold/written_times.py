"""Times as sources write them: '2026-02-05T14:30Z', 'Do, 5 Mär 2026 14:30 MEZ', '1770112800000'.

Start reading at `read_moment`. Common forms are read quickly and strictly, others by dateparser.
What could mean two times means none: the source is asked for its form (`--date-format`).
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

_RFC_2822 = re.compile(  # email.utils reads more than this, and drops what it does not understand
    r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} [12]\d{3} \d\d:\d\d(?::\d\d)?"
    r" (?:[+-]\d{4}|GMT|UTC?|Z|[ECMP][SD]T)",
    re.ASCII,
)
_YEAR_FIRST = re.compile(r"\d{4}[^\w\s]?(?:W?\d|年)", re.ASCII)
_YEAR_MONTH_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})", re.ASCII)
_ISO_WITH_UTC = re.compile(r"(\d{4}-\d\d-\d\d[T ][\d:.]+) ?(?:UTC|GMT)", re.ASCII)
_EPOCH = re.compile(r"(\d{9,19})\.\d+", re.ASCII)
_EPOCH_UNITS = {9: 1, 10: 1, 11: 1, 13: 10**3, 16: 10**6, 19: 10**9}  # by digits: in a second
_DIGITS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_ZONE_NAME = re.compile(r"(.{6,40})[ \[]([A-Z][A-Za-z]+(?:/[A-Za-z_+-]{1,30}){1,2})\]?")
_EXACT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)")
_COMMENT = re.compile(r" \([^()]{1,60}\)$")  # RFC 2822 allows one: (Central European Time)
_OTHER_FORMS = (  # that dateparser does not know
    (re.compile(r"\b(Thu|Tue)(?:r|rs|s)\b"), r"\1"),
    (re.compile(r"^(\w{3} \w{3} +\d+) ([\d:]+) ([+-]\d{4}) (\d{4})$"), r"\1 \4 \2 \3"),
)
_AMBIGUOUS_ZONE = re.compile(r"\b(?:IST|AST|AMT|BDT|ECT|GST|SST|WST)\b")  # of several countries
_DAY_AND_MONTH = re.compile(r"(?<![\d:/.])\d{1,2}([/. -])\d{1,2}\1\d")  # which is which?
_LONGEST = 60  # characters of a time
_LANGUAGES = ["en", "fr", "de", "es", "it", "pt", "ru", "nl", "pl", "sl", "ar", "zh"]
_OFFSETS = timedelta(hours=-12), timedelta(hours=14)  # that clocks have


def read_moment(text: str, format: str, zone: tzinfo) -> date:
    """Return the moment that a text means, or a day without an hour.

    A time without a zone is one of `zone`; midnight without a zone is how programs write a day.
    `format` is how the source writes its times, as in `datetime.strptime`; '': any that is known.
    A time of ISO 8601 with its zone is read whatever the format: it has one meaning.
    Raises ValueError, LookupError, TypeError or OverflowError for a text that means no time, or
    several.
    """
    moment = (
        _read(text) if not format or _EXACT.fullmatch(text) else datetime.strptime(text, format)
    )
    if not isinstance(moment, datetime):
        return moment
    offset = moment.utcoffset()
    if offset is None:
        return moment.date() if moment.time() == time() else moment.replace(tzinfo=zone)
    if not _OFFSETS[0] <= offset <= _OFFSETS[1]:
        raise ValueError
    return moment


def _read(text: str) -> date:
    text = _COMMENT.sub("", text)
    if text.isdecimal():
        return _read_digits(text)
    named = _ZONE_NAME.fullmatch(text)
    if named:
        return _read_in_zone(named[1], named[2])
    number = _EPOCH.fullmatch(text)
    if number:
        return _read_digits(number[1])
    if _YEAR_FIRST.match(text):
        return _read_iso(text)
    if _RFC_2822.fullmatch(text):
        with suppress(TypeError, ValueError):  # it has another language's month
            return parsedate_to_datetime(text)
    return _read_any(text)


def _read_digits(text: str) -> datetime:
    """Return a time of digits alone: seconds or milliseconds since 1970, or 20260205143000."""
    if len(text) in _EPOCH_UNITS:
        return datetime.fromtimestamp(int(text) / _EPOCH_UNITS[len(text)], UTC)
    return datetime.strptime(text, _DIGITS[len(text)])


def _read_iso(text: str) -> date:
    """Return a time that begins with the year."""
    with_utc = _ISO_WITH_UTC.fullmatch(text)
    if with_utc:
        return datetime.fromisoformat(with_utc[1]).replace(tzinfo=UTC)
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    moment, parts = _read_any(text), _YEAR_MONTH_DAY.match(text)
    if parts is None or (moment.year, moment.month, moment.day) != tuple(map(int, parts.groups())):
        raise ValueError  # 2026-13-05
    return moment


def _read_in_zone(text: str, name: str) -> date:
    """Return the time of a text that names its zone as the tz database does."""
    moment, zone = _read(text), ZoneInfo(name)
    if isinstance(moment, datetime) and moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment


@lru_cache(maxsize=10_000)
def _read_any(text: str) -> date:
    """Return the time, or the day, of a text in any language and order, if it has one meaning."""
    if len(text) > _LONGEST or _AMBIGUOUS_ZONE.search(text):
        raise ValueError
    for pattern, form in _OTHER_FORMS:
        text = pattern.sub(form, text)
    numbers = _DAY_AND_MONTH.search(text)
    orders = ["DMY", "MDY"] if numbers and numbers[1] != "." else ["DMY"]
    first, *others = {_parse(text, order) for order in orders}
    if first is None or others:
        raise ValueError
    return first


def _parse(text: str, order: str) -> date | None:
    from dateparser.date import DateDataParser  # .2 s, and only for few sources

    settings = {
        "DATE_ORDER": order,
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "RETURN_TIME_AS_PERIOD": True,
    }
    parser = DateDataParser(languages=_LANGUAGES, try_previous_locales=False, settings=settings)
    found = parser.get_date_data(text)
    moment: datetime | None = found.date_obj
    return moment.date() if moment is not None and found.period == "day" else moment
