"""The Article record: its fields, their checks, and its key.

Start reading at `Article`. A row of any source becomes an Article through `article_from`, or an
ArticleError that names the field; the constructor checks every field once, and no later stage
checks it again. `Article.key` identifies an article across runs and sources.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .errors import ArticleError
from .times import parse_time

LONGEST_TEXT = 2_000_000  # characters; the longest real article seen so far has 90,000
EXCERPT = 120  # characters of a rejected record that are stored

# names of our fields in other people's files, tried in this order; --map adds any other
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid"),
    "outlet": ("outlet", "source", "publisher", "publication"),
    "title": ("title", "headline"),
    "body": ("body", "text", "content", "article"),
    "lang": ("lang", "language"),
    "published": ("published", "published_at", "date", "datetime", "pubDate", "timestamp"),
    "updated": ("updated", "updated_at", "modified"),
    "url": ("url", "link", "uri"),
    "byline": ("byline", "author", "authors"),
}
TIME_FIELDS = ("published", "updated")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|xtor|cmpid|smid|ref|rss)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One report by one outlet. `body` is plain text with a blank line between paragraphs.

    A title or a body may be empty, but not both. `id` is the source's own id of the article.
    Times may be given as datetimes, dates or text, see `times.parse_time`. Raises ArticleError,
    which names the field: no outlet, no text, too much text, an unreadable time, a value of another
    type.
    """

    outlet: str
    title: str = ""
    body: str = ""
    lang: str = ""  # 'en', 'fr'; '': not known
    published: datetime | date | None = None  # UTC; a date: no hour is given; None: no time
    updated: datetime | date | None = None  # the same; None: not since it was published
    url: str = ""
    byline: str = ""
    id: str = ""
    source: str = field(default="", compare=False)  # the file it was read from
    line: int = field(default=0, compare=False)  # its line or number in that file

    def __post_init__(self) -> None:
        for name in COLUMN_NAMES:
            value = getattr(self, name)
            cleaned = parse_time(value, name) if name in TIME_FIELDS else _clean(value, name)
            object.__setattr__(self, name, cleaned)
        object.__setattr__(self, "lang", _language_code(self.lang))
        if self.updated == self.published:  # Atom requires <updated>: equal times are no update
            object.__setattr__(self, "updated", None)
        if not self.outlet:
            raise ArticleError("outlet", "is missing", hint="give one for all: --outlet NAME")
        if not self.title and not self.body:
            raise ArticleError(
                "title", "and body are empty", hint="map a column: --map body=COLUMN"
            )
        for name, text in (("title", self.title), ("body", self.body)):
            if len(text) > LONGEST_TEXT:
                raise ArticleError(name, f"has {len(text):,} characters, over {LONGEST_TEXT:,}")

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Article":
        """Return the article of a record, with the field names and the checks of a JSON line.

        Raises ArticleError, which names the field.
        """
        return article_from(record, Defaults())

    @property
    def key(self) -> str:
        """The identity of the article: its source's id, else its canonical url, else a hash."""
        if self.id:
            return self.id
        if self.url:
            return canonical_url(self.url)
        text = "\x00".join((self.outlet, self.title, self.body))
        return "text:" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


class Rejection(NamedTuple):
    """A record that is not a usable article: its place, the field at fault and the reason."""

    source: str
    line: int  # a line, or the number of a feed's entry; 0: the source as a whole
    field: str
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.field} {self.reason}".replace("  ", " ")


class Defaults(NamedTuple):
    """Values for articles whose record lacks them."""

    columns: Mapping[str, str] = {}  # our field -> the column to read; tried before COLUMN_NAMES
    outlet: str = ""
    lang: str = ""
    stem: str = ""  # the file's name up to its first dot: the outlet if nothing else names one


def article_from(row: object, defaults: Defaults, source: str = "", line: int = 0) -> Article:
    """Return the article of one row of a source.

    The outlet is the row's own, else that of `defaults`, else its url's host, else the stem.
    Raises ArticleError if the row is not an object or a field is wrong.
    """
    if not isinstance(row, Mapping):
        raise ArticleError("line", f"is not an object but {type(row).__name__}")
    values = {name: _field_value(row, name, defaults.columns) for name in COLUMN_NAMES}
    url = values["url"]
    return Article(
        outlet=values["outlet"] or defaults.outlet or _host(url) or defaults.stem,
        title=values["title"],
        body=values["body"],
        lang=values["lang"] or defaults.lang,
        published=parse_time(values["published"], "published"),
        updated=parse_time(values["updated"], "updated"),
        url=url,
        byline=values["byline"],
        id=values["id"],
        source=source,
        line=line,
    )


def canonical_url(url: str) -> str:
    """Return the url without fragment, tracking parameters and last slash, its host in lower case.

    A url that urllib cannot parse is returned as it is.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    query = [pair for pair in parse_qsl(parts.query, True) if not _TRACKING.match(pair[0])]
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, urlencode(query), ""))


def excerpt(text: str | bytes) -> str:
    """Return the beginning of a rejected record, as one line."""
    if isinstance(text, bytes):
        text = text[: 4 * EXCERPT].decode("utf-8", "replace")
    return _UNPRINTABLE.sub("\ufffd", " ".join(text.split()))[:EXCERPT]


def _clean(value: object, name: str) -> str:
    """Return a text field, stripped, without characters that cannot be seen or stored."""
    if not isinstance(value, str):
        raise ArticleError(name, f"{str(value)[:40]!r} is not text")
    visible = value if value.isascii() else value.replace("\ufeff", "")
    return _UNPRINTABLE.sub("\ufffd", visible).strip()


def _language_code(lang: str) -> str:
    """Return the language alone: 'en' for 'en-GB' and 'EN_us'."""
    return lang.lower().replace("_", "-").split("-")[0]


def _field_value(row: Mapping[str, object], field: str, columns: Mapping[str, str]) -> str:
    if field in columns:
        value = row.get(columns[field])  # '': the field is not read
    else:
        names = COLUMN_NAMES[field]
        value = next((row[name] for name in names if row.get(name) is not None), None)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date) and field in TIME_FIELDS:
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return (", " if field == "byline" else "\n\n").join(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if is_number and field in ("id", *TIME_FIELDS):
        return str(value)
    raise ArticleError(field, f"{str(value)[:40]!r} is not text")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
