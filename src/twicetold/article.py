"""The Article record, its checks and its key; after this door nobody checks again.

Start reading at `article_from`: one row of any source becomes an Article, or an ArticleError
that names the field. `key` says which article it is, over all runs and sources.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from .errors import ArticleError

LONGEST_TEXT = 2_000_000  # characters; the longest real article we met has 90,000
EXCERPT = 120

# what other people call our fields, tried in this order; --map names any other
NAMES: Mapping[str, tuple[str, ...]] = {
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
TIMES = ("published", "updated")
_UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|xtor|cmpid|smid|ref|rss)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One report by one outlet. `body` is plain text, a blank line between paragraphs.

    A title or a body may be empty, not both. `id` is the source's own name for the article.
    Raises ArticleError for an empty outlet, no text, too much of it, or a time without UTC.
    """

    outlet: str
    title: str = ""
    body: str = ""
    lang: str = ""  # 'en', 'fr'; '': not known
    published: datetime | None = None  # UTC; None: the source gave no time
    updated: datetime | None = None  # UTC; None: not since it was published
    url: str = ""
    byline: str = ""
    id: str = ""
    source: str = field(default="", compare=False)  # the file it was read from
    line: int = field(default=0, compare=False)  # and where it stands there

    def __post_init__(self) -> None:
        for name in NAMES:
            value = getattr(self, name)
            if isinstance(value, str):
                # what no reader shows and SQLite can't store must not make two texts differ
                readable = value if value.isascii() else value.replace("\ufeff", "")
                object.__setattr__(self, name, _UNREADABLE.sub("\ufffd", readable).strip())
            elif value is not None and value.utcoffset() != timedelta(0):
                raise ArticleError(name, f"'{value}' is not UTC", hint="end it in Z")
        if self.updated == self.published:  # what Atom asks of every entry tells of no update
            object.__setattr__(self, "updated", None)
        if not self.outlet:
            raise ArticleError("outlet", "is missing", hint="give one for all: --outlet NAME")
        if not self.title and not self.body:
            raise ArticleError("title", "and body are empty", hint="name one: --map body=COLUMN")
        for name, text in (("title", self.title), ("body", self.body)):
            if len(text) > LONGEST_TEXT:
                raise ArticleError(name, f"has {len(text):,} characters, over {LONGEST_TEXT:,}")


class Rejection(NamedTuple):
    """A record that can't be an article: where it stands, which field is wrong and why."""

    source: str
    line: int  # a line, or the number of a feed's entry; 0: the source as a whole
    field: str
    reason: str
    excerpt: str = ""

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.field} {self.reason}".replace("  ", " ")


def key(article: Article) -> str:
    """Which article this is: its source's id, else its canonical url, else a hash of its text."""
    if article.id:
        return article.id
    if article.url:
        return canonical_url(article.url)
    text = "\x00".join((article.outlet, article.title, article.body))
    return "text:" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def canonical_url(url: str) -> str:
    """The url without what does not name the article: fragment, tracking, last slash, host's case.

    What urllib can't take apart stays as it is.
    """
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return url.strip()
    query = [pair for pair in parse_qsl(parts.query, True) if not _TRACKING.match(pair[0])]
    path = parts.path.rstrip("/")
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), path, urlencode(query), ""))


class Defaults(NamedTuple):
    """What holds for articles that don't say it themselves."""

    columns: Mapping[str, str] = {}  # other people's names for our fields; go before `NAMES`
    outlet: str = ""
    lang: str = ""
    stem: str = ""  # the outlet where nothing else tells it: the name of the file


def article_from(row: object, defaults: Defaults, source: str = "", line: int = 0) -> Article:
    """The article that a row of a source means.

    The outlet is the row's own, else that of `defaults`, else its url's host, else the stem.
    Raises ArticleError when the row is no object, or a field is not what it should be.
    """
    if not isinstance(row, Mapping):
        raise ArticleError("line", f"is not an object but {type(row).__name__}")
    found = {name: _text(row, name, defaults.columns) for name in NAMES}
    url = found["url"]
    return Article(
        outlet=found["outlet"] or defaults.outlet or _host(url) or defaults.stem,
        title=found["title"],
        body=found["body"],
        lang=(found["lang"] or defaults.lang).lower().replace("_", "-").split("-")[0],
        published=moment(found["published"], "published"),
        updated=moment(found["updated"], "updated"),
        url=url,
        byline=found["byline"],
        id=found["id"],
        source=source,
        line=line,
    )


def moment(text: str, field: str = "published") -> datetime | None:
    """The UTC time that a text means, None for an empty one; a time without zone is taken as UTC.

    ISO 8601, RFC 2822 (as in feeds) and Unix seconds are understood, nothing is guessed.
    Raises ArticleError for anything else.
    """
    text = text.strip()
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{9,11}(?:\.\d+)?", text):
            time = datetime.fromtimestamp(float(text), UTC)
        elif re.match(r"\d{4}-?\d\d", text):
            time = datetime.fromisoformat(text)
        else:
            time = parsedate_to_datetime(text)
        time = time if time.tzinfo else time.replace(tzinfo=UTC)
        return time.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError, TypeError):
        hint = "write it as 2026-02-05T14:30:00Z"
        raise ArticleError(field, f"'{text[:40]}' is not a time", hint=hint) from None


def excerpt(text: str | bytes) -> str:
    """The beginning of what was rejected, as one line."""
    if isinstance(text, bytes):
        text = text[: 4 * EXCERPT].decode("utf-8", "replace")
    return _UNREADABLE.sub("\ufffd", " ".join(text.split()))[:EXCERPT]


def _text(row: Mapping[str, object], field: str, columns: Mapping[str, str]) -> str:
    if field in columns:
        value = row.get(columns[field])  # '': the field is not to be read
    else:
        value = next((row[name] for name in NAMES[field] if row.get(name) is not None), None)
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return (", " if field == "byline" else "\n\n").join(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and field in ("id", *TIMES):
        return str(value)
    raise ArticleError(field, f"{str(value)[:40]!r} is not text")


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
