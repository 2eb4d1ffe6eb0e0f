"""A record of a source becomes an article, or a rejection with its reason.

Start reading at `read_record`. A record that lacks a title and a body, or an outlet, is rejected. A
time, a language, a url or a byline that cannot be read does not cost the article: it is stored
without it, and says so in `Article.unread`.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, tzinfo
from typing import NamedTuple

from .article import (
    ALL_TIMES,
    TIME_FIELDS,
    Article,
    Rejection,
    Unread,
    checked,
    excerpt,
    id_of_any_outlet,
    name_of_outlet,
)
from .columns import COLUMN_NAMES, find, has_column, unpacked
from .errors import ArticleError, describe
from .outlet_names import domain_of, name_key, paper_name
from .plain_text import unmarked
from .times import argument_zone, first_moment, parse_time
from .urls import host_of

_TEXTS = ("title", "body")  # which may be HTML
_SIDE_FIELDS = ("lang", "published", "updated", "first_seen", "url", "byline")

# the times last: the zone of a time depends on the outlet and its host
_ORDER = (*(name for name in COLUMN_NAMES if name not in ALL_TIMES), *ALL_TIMES)
_URL = re.compile(r"https?://[^\s\"'<>\\]+", re.IGNORECASE)
_THERE = 200  # characters of the names of columns that a message has
_NAMED = 100_000  # characters of a broken record in which ids and urls are looked for
_ID = re.compile(r'"(?:id|guid)" *: *"?([^",}\n]{0,200})')  # in JSON that breaks off


class Defaults(NamedTuple):
    """Values for articles whose record lacks them, and how to read a record."""

    columns: Mapping[str, str] = {}  # our field -> the column to read; tried before COLUMN_NAMES
    outlet: str = ""
    lang: str = ""
    stem: str = ""  # the file's name up to its first dot: the outlet if nothing else names one
    date_format: str = ""  # of times, as in `datetime.strptime`; '': any that `parse_time` reads
    timezone: tzinfo = UTC  # of times without a zone
    zones: Mapping[str, str] = {}  # the same for single outlets, by name or host
    encoding: str = ""  # of the file; '': UTF-8, or what its first bytes say

    def of_own_names(self) -> "Defaults":
        """Return defaults for a format whose fields and times are written in one way alone."""
        return self._replace(columns={}, date_format="")


def read_record(
    row: object, defaults: Defaults, source: str, line: int, beginning: Callable[[], str]
) -> Article | Rejection:
    """Return the article of one row of a source, or a rejection; `beginning` is its excerpt."""
    try:
        return article_from(row, defaults, source, line)
    except ArticleError as error:
        start = beginning()
        names = (*_URL.findall(start), *names_of(row, defaults))
        return Rejection(source, line, error.field, error.reason, excerpt(start), names=names)


def broken_record(
    source: str, line: int, field: str, reason: str, beginning: str | bytes
) -> Rejection:
    """Return the rejection of a record that is no row; the ids and urls in it are its names.

    `line` 0 is the file as a whole, which has no name.
    """
    text = beginning[: _NAMED if line else 0]
    text = text if isinstance(text, str) else text.decode("utf-8", "replace")
    ids = [id for id in _ID.findall(text) if id]
    names = (*_URL.findall(text), *ids, *map(id_of_any_outlet, ids))
    return Rejection(source, line, field, reason, excerpt(beginning), names=names)


def article_from(row: object, defaults: Defaults, source: str = "", line: int = 0) -> Article:
    """Return the article of one row of a source.

    The outlet is the row's own, else that of `defaults`, else its url's host, else the stem.
    Raises ArticleError if the row is not an object or a field is wrong that an article needs.
    """
    if not isinstance(row, Mapping):
        raise ArticleError("line", f"is not an object but {type(row).__name__}")
    values, times, unread = _read_fields(row, defaults)
    published, updated = _released(times)
    url = values["url"]
    return Article(
        outlet=values["outlet"] or defaults.outlet or host_of(url) or defaults.stem,
        title=values["title"],
        body=values["body"],
        lang=values["lang"] or defaults.lang,
        published=published,
        updated=updated,
        url=url,
        byline=values["byline"],
        id=values["id"],
        first_seen=times["first_seen"],
        embargoed=times["embargoed"],
        source=source,
        line=line,
        unread=tuple(unread),
    )


def _released(times: Mapping[str, date | None]) -> tuple[date | None, date | None]:
    """Return when an article was published, not before its embargo ended, and updated since."""
    published, updated, embargoed = (times[name] for name in (*TIME_FIELDS, "embargoed"))
    if published is None or embargoed is None:
        return published, updated
    published = max(published, embargoed, key=first_moment)
    is_later = updated is not None and first_moment(updated) > first_moment(published)
    return published, updated if is_later else None


def _read_fields(
    row: Mapping[str, object], defaults: Defaults
) -> tuple[dict[str, str], dict[str, date | None], list[Unread]]:
    """Return the texts of all fields, the times, and what is unread. Raises ArticleError."""
    values: dict[str, str] = {}
    times: dict[str, date | None] = dict.fromkeys(ALL_TIMES)
    unread: list[Unread] = []
    for field in _ORDER:
        column, value = find(row, field, defaults.columns)
        try:
            text = _text(value, field)
            if field in ALL_TIMES:
                zone = _zone_of(values, defaults) if defaults.zones else defaults.timezone
                times[field] = parse_time(text, field, defaults.date_format, zone)
            elif field in _SIDE_FIELDS and text:
                checked(text, field)
            values[field] = text
            if column and field in defaults.columns and not has_column(row, column):
                unread.append(Unread(field, "", column, ", ".join(map(str, row))[:_THERE]))
        except ArticleError:
            if field == "title" and type(value) is int and _has_body(row, defaults):
                values[field] = str(value)  # '1984'
            elif field in _SIDE_FIELDS:
                values[field] = ""
                unread.append(Unread(field, _shown(value), column))
            else:
                raise
    return values, times, unread


def _zone_of(values: Mapping[str, str], defaults: Defaults) -> tzinfo:
    """Return the time zone of an outlet, by the name that the record gives it, or by its host."""
    host = host_of(values["url"])
    name = values["outlet"] or defaults.outlet or host or defaults.stem
    for key in (name, name_key(paper_name(name, host)), host, domain_of(host)):
        if key in defaults.zones:
            return argument_zone(defaults.zones[key])
    return defaults.timezone


def _has_body(row: Mapping[str, object], defaults: Defaults) -> bool:
    return isinstance(find(row, "body", defaults.columns)[1], str)


def row_excerpt(row: object) -> str:
    """Return the beginning of a record that is an object."""
    try:
        return excerpt(str(row))
    except (RecursionError, ValueError):  # nested too deeply; a number that is too long
        return ""


def _text(value: object, field: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return unmarked(value) if field in _TEXTS else value
    value = unpacked(value)
    if isinstance(value, str):
        return _text(value, field)
    if isinstance(value, date) and field in ALL_TIMES:
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        if field not in ("body", "byline"):
            return _text(value[0] if value else None, field)
        return (", " if field == "byline" else "\n\n").join(_text(part, field) for part in value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and field in ("id", *ALL_TIMES):
        try:
            return str(value)
        except ValueError:  # an int of more digits than Python writes
            raise ArticleError(field, "is a number of too many digits") from None
    raise ArticleError(field, f"{describe(value)} is not text")


def names_of(row: object, defaults: Defaults) -> tuple[str, ...]:
    """Return the names of a record that is no article, as far as they can be read."""
    if not isinstance(row, Mapping):
        return ()
    values = {"id": "", "url": "", "outlet": ""}
    for field in values:
        with suppress(ArticleError):
            _, value = find(row, field, defaults.columns)
            values[field] = str(checked(_text(value, field), field))
    outlet = values["outlet"] or defaults.outlet or host_of(values["url"])
    given = [name for name in (values["id"], values["url"]) if name]
    of_outlet = [name_of_outlet(outlet, name) for name in given]
    return (*given, *of_outlet, *(id_of_any_outlet(name) for name in given if not outlet))


def _shown(value: object) -> str:
    return excerpt(value) if isinstance(value, str) else describe(value).strip("'")
