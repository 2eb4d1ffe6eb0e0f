"""Which part of a record is which field: by the names that tools give it, also inside of objects.

The names are those of feeds' JSON, NewsAPI, Event Registry, GDELT, The Guardian, Media Cloud,
WordPress, JSON Feed, JSON-LD, ninjs, news-please, trafilatura, newspaper4k, Zotero, and data sets
of news on Hugging Face. Start reading at `find`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache

from .urls import is_url

# names of our fields in other people's files, tried in this order; --map adds any other
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "guid"),
    "outlet": (
        *("outlet", "source-hostname", "source", "publisher", "publication", "publicationTitle"),
        *("media_name", "site_name", "sitename", "newspaper", "feed.title", "source_domain"),
        *("domain", "hostname", "copyrightholder", "SourceCommonName"),
    ),
    "title": ("title", "headline", "webTitle", "headlines", "name"),
    "body": (
        *("body", "text", "content", "article", "maintext", "main_text", "articleBody"),
        *("content_text", "content_html", "body_text", "body_html", "body_xhtml", "bodies"),
        *("full_text", "fulltext", "article_text", "text_content", "fields.bodyText"),
        *("fields.body", "raw_text", "plain_text", "document", "abstractNote", "description"),
        *("summary", "short_description", "excerpt"),
    ),
    "lang": ("lang", "language", "inLanguage", "sourcelang"),
    "published": (
        *("published", "published_at", "publishedAt", "date_gmt", "date_published"),
        *("datePublished", "dateTimePub", "dateTime", "date_publish", "publish_date"),
        *("publication_date", "published_date", "publishdate", "firstcreated", "pubDate"),
        *("webPublicationDate", "seendate", "datetime", "timestamp", "date", "versioncreated"),
    ),
    "updated": (
        *("updated", "updated_at", "updatedAt", "modified_gmt", "modified", "date_modified"),
        *("dateModified", "date_modify"),
    ),
    "url": (
        *("url", "link", "uri", "webUrl", "web_url", "permalink", "canonical_link"),
        *("canonical_url", "requested_url", "DocumentIdentifier", "SOURCEURL", "mainEntityOfPage"),
        *("@id", "source"),
    ),
    "first_seen": ("first_seen",),
    "embargoed": ("embargoed",),
    "byline": ("byline", "author", "authors", "creator", "fields.byline"),
}
_INSIDE = ("name", "title", "rendered", "value", "text", "@id")  # what an object stands for


def find(row: Mapping[str, object], field: str, columns: Mapping[str, str]) -> tuple[str, object]:
    """Return the column of a field, 'source.name' inside of an object, and its value.

    ('', None) if the row has none. `columns` names it for some fields; '' there: not to be read.
    """
    if field in columns:
        column = columns[field]
        return column, value_of(row, column) if column else None
    for name in _columns_there(tuple(row))[field]:
        value = row[name] if name in row else value_of(row, name)
        if _fits(value, field, name):
            return name, value
    return "", None


def value_of(row: Mapping[str, object], column: str) -> object:
    """Return the value of a column, also inside of an object; None if there is none."""
    value: object = row
    for name in [column] if column in row else column.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return None if _is_missing(value) else value


def unpacked(value: object) -> object:
    """Return what an object stands for, and a list of objects as a list of these."""
    if isinstance(value, Mapping):
        return next((value[name] for name in _INSIDE if isinstance(value.get(name), str)), value)
    if isinstance(value, list):
        return [unpacked(part) for part in value]
    return value


def has_column(row: Mapping[str, object], column: str) -> bool:
    """Whether a row has a column, also inside of an object."""
    return column in row or value_of(row, column) is not None


def _fits(value: object, field: str, name: str) -> bool:
    if _is_missing(value):
        return False
    if field == "outlet" or _plain(name) == "source":  # of trafilatura, it is the url
        return is_url(str(unpacked(value))) == (field == "url")
    return True


def _is_missing(value: object) -> bool:
    """Whether a value is none: null, NaN of pandas, or empty."""
    return value is None or value == "" or value != value or value in ([], {})


@lru_cache(maxsize=1_000)
def _columns_there(names: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Return, for each field, the columns that may hold it, among the names of a row."""
    exact = set(names)
    plain = {_plain(name): name for name in reversed(names)}
    found: dict[str, tuple[str, ...]] = {}
    for field, known in COLUMN_NAMES.items():
        mine = [name for name in known if name.partition(".")[0] in exact]
        mine += [plain[_plain(name)] for name in known if _plain(name) in plain]
        found[field] = tuple(dict.fromkeys(mine))
    return found


def is_known(name: str, *fields: str) -> bool:
    """Whether a column has one of the names of some fields."""
    return any(_plain(name) == _plain(known) for field in fields for known in COLUMN_NAMES[field])


def _plain(name: object) -> str:
    """Return a name without capitals, spaces and marks: 'Published At' is 'published_at'."""
    return re.sub(r"[ _-]", "", str(name).lower())
