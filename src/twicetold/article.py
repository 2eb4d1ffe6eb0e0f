"""The Article record: its fields, their checks, and its key.

Start reading at `Article`. The constructor checks every field once, and no later stage checks it
again. `Article.key` identifies an article across runs and sources. A row of a source becomes an
Article in `records`.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from .columns import COLUMN_NAMES
from .errors import ArticleError, describe
from .outlet_names import name_key
from .plain_text import DIRECTIONS, one_form
from .times import parse_time
from .urls import is_url, page_of, url_key

LONGEST_TEXT = 2_000_000  # characters; the longest real article seen so far has 90,000
LONGEST_NAME = 10_000  # characters of an id, an outlet, a url or a byline
KEY_PREFIX = "key:"  # where an id of the index or a key may be given, key:2 is the key '2'
EXCERPT = 120  # characters of a rejected record that are stored

TIME_FIELDS = ("published", "updated")
ALL_TIMES = (*TIME_FIELDS, "first_seen", "embargoed")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
# in a key, which people copy from tables and CSV: a line end, and what no one can see or type
_LINE_END = re.compile("[\t\n\r\x85\u2028\u2029]+")
_INVISIBLE = re.compile(f"[\x80-\x9f{DIRECTIONS}]")
_KEY_FIELDS = ("id", "url", "outlet")
_LANGUAGE = re.compile(r"[a-z]{2,3}")  # ISO 639: two letters, three for rarer languages
_NO_LANGUAGE = ("und", "mul", "mis", "zxx")  # ISO 639-2: undetermined, several, none


class Unread(NamedTuple):
    """A field of a record that could not be read; the article was stored without it."""

    field: str
    value: str  # its beginning, as one line
    column: str = ""  # what the source calls the field
    there: str = ""  # the columns of a record that has not the one that `--map` names


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One report by one outlet. `body` is plain text with a blank line between paragraphs.

    A title or a body may be empty, but not both. `id` is the source's own id of the article.
    Times may be given as datetimes, dates or text, see `times.parse_time`. Raises ArticleError,
    which names the field: no outlet, no text, too much text, an unreadable time, a language that is
    no code, a value of another type.
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
    first_seen: datetime | date | None = field(default=None, compare=False)  # by its source
    embargoed: datetime | date | None = field(default=None, compare=False)  # not stored before
    printed_outlet: str = field(default="", compare=False)  # its source's other name for the outlet
    source: str = field(default="", compare=False)  # the file it was read from
    line: int = field(default=0, compare=False)  # its line or number in that file
    unread: tuple[Unread, ...] = field(default=(), compare=False)  # fields that it lacks therefore

    def __post_init__(self) -> None:
        for name in COLUMN_NAMES:
            object.__setattr__(self, name, checked(getattr(self, name), name))
        if self.updated == self.published:  # Atom requires <updated>: equal times are no update
            object.__setattr__(self, "updated", None)
        if not self.outlet:
            raise ArticleError("outlet", "is missing", hint="give one for all: --outlet NAME")
        if not self.title and not self.body:
            raise ArticleError(
                "title", "and body are empty", hint="map a column: --map body=COLUMN"
            )

    @classmethod
    def from_dict(cls, record: Mapping[str, object]) -> "Article":
        """Return the article of a record, with the field names and the checks of a JSON line.

        A time, language, url or byline that cannot be read is left out, and named in `unread`.
        Raises ArticleError, which names the field.
        """
        from .records import Defaults, article_from  # which needs this class

        return article_from(record, Defaults())

    @property
    def key(self) -> str:
        """The identity of the article: its source's id, else its canonical url, else a hash."""
        if is_url(self.id):
            return url_key(self.id) or self.id
        return self.id or url_key(self.url) or self.text_key

    @property
    def names(self) -> tuple[str, ...]:
        """All by which the article is recognised if it was removed; see `index.tombstones`."""
        names = [name for name in (self.key, self.url) if name]
        outlets = [outlet for outlet in (self.outlet, self.printed_outlet) if outlet]
        outlets += dict.fromkeys(map(name_key, outlets))
        of_outlets = [name_of_outlet(outlet, name) for outlet in outlets for name in names]
        texts = [text_key(outlet, self.title, self.body) for outlet in outlets]
        return (*names, *of_outlets, *texts)

    @property
    def text_key(self) -> str:
        """The key of an article that has neither an id nor a url: a hash of outlet and text."""
        return text_key(self.outlet, self.title, self.body)


class Rejection(NamedTuple):
    """A record that is not a usable article: its place, the field at fault and the reason."""

    source: str
    line: int  # a line, or the number of a feed's entry; 0: the source as a whole
    field: str
    reason: str
    excerpt: str = ""
    stage: str = "reading"  # what failed on it
    names: tuple[str, ...] = ()  # its id and url, as far as they can be read
    is_news: bool = True  # False: an empty file, or an article that was removed
    takes_down: Article | None = None  # that its agency has canceled; it is removed

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.field} {self.reason}".replace("  ", " ")


def checked(value: object, name: str) -> str | date | None:
    """Return the value of a field of an article as it is stored. Raises ArticleError."""
    if name in ALL_TIMES:
        return parse_time(value, name)
    text = _clean(value, name)
    if name in _KEY_FIELDS and not text.isprintable():
        text = _INVISIBLE.sub("\ufffd", _LINE_END.sub(" ", text))
    longest = LONGEST_TEXT if name in ("title", "body") else LONGEST_NAME
    if len(text) > longest:
        raise ArticleError(name, f"has {len(text):,} characters, over {longest:,}")
    return _language_code(text) if name == "lang" else text


def key_argument(key: str) -> str:
    """Return a key as it is given to a command or a function, where '2' means the article 2."""
    return f"{KEY_PREFIX}{key}" if key.isdecimal() or key.startswith(KEY_PREFIX) else key


def qualified_key(outlet: str, key: str) -> str:
    """Return the key of an article whose id is also that of another outlet's article."""
    return f"{outlet}|{key}"


def name_of_outlet(outlet: str, name: str) -> str:
    """Return the name of a removed article in the records of its outlet, given its id or url."""
    return qualified_key(outlet, page_of(name))


def id_of_any_outlet(id: str) -> str:
    """Return the name of a removed article in a broken record, whose outlet cannot be read."""
    return f"id:{id}"


def text_key(outlet: str, title: str, body: str) -> str:
    """Return the key of an article that has neither an id nor a url: a hash of its text."""
    text = "\x00".join((outlet, title, body))
    return "text:" + hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def excerpt(text: str | bytes) -> str:
    """Return the beginning of a rejected record, as one line."""
    beginning = text[: 4 * EXCERPT]
    if isinstance(beginning, bytes):
        beginning = beginning.decode("utf-8", "replace")
    return _UNPRINTABLE.sub("\ufffd", " ".join(beginning.split()))[:EXCERPT]


def _clean(value: object, name: str) -> str:
    """Return a text field, stripped, without characters that cannot be seen or stored."""
    if not isinstance(value, str):
        raise ArticleError(name, f"{describe(value)} is not text")
    return _UNPRINTABLE.sub("\ufffd", one_form(value)).strip()


def _language_code(lang: str) -> str:
    """Return the language alone: 'en' for 'en-GB', 'eng' and 'English'. Raises ArticleError."""
    code = lang.lower().replace("_", "-").split("-")[0]
    if len(code) > 2:
        code = _listed_code(code)
    if code and not _LANGUAGE.fullmatch(code):
        raise ArticleError("lang", f"'{lang[:40]}' is not a language code", hint="write it as en")
    return "" if code in _NO_LANGUAGE else code


@lru_cache(maxsize=1_000)
def _listed_code(name: str) -> str:
    """Return the code of a language, given its name or its code of three letters in ISO 639."""
    from iso639 import Language, LanguageNotFoundError  # .2 s, and most sources use two letters

    try:
        return Language.match(name, strict_case=False).part1 or name
    except LanguageNotFoundError:
        return name
