"""RSS and Atom, with the full text if the feed has it. HTML becomes plain text with paragraphs."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from io import BufferedReader, BytesIO
from typing import Any

from ..article import Article, Rejection, excerpt
from ..plain_text import paragraphs, unmarked, with_real_characters
from ..records import Defaults, broken_record, names_of, read_record
from .compression import TooLargeError
from .whole import LARGEST_FEED, read_whole

MOST_TAGS = 400_000  # of XML, in a feed; one with 1,000 full texts has 50,000
# feedparser compares each category of an entry, and each attribute of a tag, with all others
MOST_CATEGORIES = 1_000  # of an entry; the others are not read
_MOST_COMPARED = 50_000_000  # attributes
_LINK = re.compile(r"<a\b[^<>]{0,2000}>[^<>]{0,1000}</a>", re.IGNORECASE)
_FEWEST_OWN_WORDS = 0.5  # as a share; with fewer outside of links, a text is a list of links
_JUDGED = 20  # entries whose language is compared with what the feed says
_LONG_TAG = re.compile(rb"<[^<>]{1000,}")

_ROOT_END = re.compile(
    rb"</(?:\w{1,40}:)?(?:rss|feed|RDF|CHANNEL)[ \t\r\n]{0,40}(?:>|\Z)"  # CHANNEL: of CDF
)
_ENTRY = re.compile(rb"<(?:\w{1,40}:)?(?:item|entry)\b")


def read_feed(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the feed; a rejection's line is its entry.

    The feed's title is the outlet of entries that name none. The last entry of a feed that is cut
    off is rejected, because some of its text may be missing. Raises TooLargeError.
    """
    raw = read_whole(file, LARGEST_FEED)
    _check_tags(raw)
    try:
        parsed = _parsed(raw)
    except Exception as error:  # feedparser raises errors of any kind on broken files
        reason = f"can't be read as a feed: {type(error).__name__}: {error}"
        yield broken_record(source, 0, "file", reason, raw)
        return
    if not parsed.version and not parsed.entries:
        yield broken_record(source, 0, "file", "is not an RSS or Atom feed", raw)
        return
    is_whole = _ends_with_root(raw)
    defaults = defaults._replace(outlet=defaults.outlet or _plain(_text(parsed.feed, "title")))
    lang = _language(parsed)
    for number, entry in enumerate(parsed.entries, start=1):
        beginning = partial(_beginning, entry)
        row = _row(entry, lang, defaults.columns)
        if number == len(parsed.entries) and not is_whole:
            reason = "is cut off: the feed ends before its closing tag"
            rejected = broken_record(source, number, "entry", reason, beginning())
            yield rejected._replace(names=names_of(row, defaults._replace(columns={})))
            continue
        yield read_record(row, defaults._replace(columns={}), source, number, beginning)
    if not is_whole and not parsed.entries:
        yield broken_record(source, 0, "file", "is cut off before its first entry", raw)


def _language(parsed: Any) -> str:
    """Return the language that a feed says it has, unless its texts are in another one."""
    claim = _text(parsed.feed, "language")
    if not claim:
        return ""
    entries = parsed.entries[:_JUDGED]
    texts = [_plain(_text(entry, name)[:500]) for entry in entries for name in ("title", "summary")]
    from ..text.languages import claimed_language  # .5 s if it has to look

    return claimed_language(claim, " ".join(texts))


def _check_tags(raw: bytes) -> None:
    """Raise TooLargeError for a feed whose tags feedparser would take minutes for."""
    if raw.count(b"<") > MOST_TAGS:
        raise TooLargeError(f"has more than {MOST_TAGS:,} tags (split it)")
    if sum(tag[0].count(b"=") ** 2 for tag in _LONG_TAG.finditer(raw)) > _MOST_COMPARED:
        raise TooLargeError("has tags with too many attributes")


def _parsed(raw: bytes) -> Any:
    import feedparser  # 0.2 s, only for feeds
    from feedparser.mixin import _FeedParserMixin as parser

    with _fewer_categories(parser):
        # any byte is a character of Latin-1, and numeric entities are ASCII
        readable = with_real_characters(raw.decode("latin-1")).encode("latin-1")
        return feedparser.parse(BytesIO(readable), sanitize_html=False)


@contextmanager
def _fewer_categories(parser: Any) -> Iterator[None]:
    """Let feedparser skip the categories of an entry beyond `MOST_CATEGORIES`."""
    add_tag = parser._add_tag

    def add(self: Any, *tag: Any) -> None:
        if len(self._get_context().get("tags") or ()) < MOST_CATEGORIES:
            add_tag(self, *tag)

    parser._add_tag = add
    try:
        yield
    finally:
        parser._add_tag = add_tag


def _ends_with_root(raw: bytes) -> bool:
    """Whether a feed has its closing tag behind its last entry; anything may follow."""
    end = max((found.end() for found in _ROOT_END.finditer(raw)), default=0)
    return bool(end) and _ENTRY.search(raw, end) is None


def _row(entry: Any, lang: str, columns: Mapping[str, str]) -> dict[str, object]:
    """Return an entry of a feed in a language as a record."""
    contents = entry.get("content") or [{}]
    content = contents[0] if isinstance(contents[0], dict) else {}
    # asked for a missing "updated", feedparser returns "published" and warns
    updated = _text(entry, "updated") if "updated" in entry else ""
    id, link = _text(entry, "id"), _text(entry, "link")
    source = _plain(_text(entry.get("source") or {}, "title"))
    title = _plain(_text(entry, "title"))
    row: dict[str, object] = {
        "id": id if id != link else "",
        "title": title.removesuffix(f" - {source}") if source else title,
        "body": _body(_text(content, "value") or _text(entry, "summary"), is_listed=bool(source)),
        "lang": _text(content, "language") or lang,
        "published": _text(entry, "published") or updated,
        "updated": updated,
        "url": link,
        "byline": _text(entry, "author"),
        "outlet": source,
    }
    for field, name in columns.items():  # feedparser's names of elements: media_credit, tags
        row[field] = _plain(str(entry.get(name, ""))) if name else ""
    return row


def _body(markup: str, *, is_listed: bool) -> str:
    """Return the text of an entry; '' if a news search lists other reports there (`is_listed`)."""
    text = unmarked(paragraphs(markup))
    if is_listed and markup.count("<li") > 1:
        without_links = paragraphs(_LINK.sub(" ", markup))
        if len(without_links.split()) < _FEWEST_OWN_WORDS * len(text.split()):
            return ""
    return text


def _beginning(entry: Any) -> str:
    return excerpt(_text(entry, "title") or _text(entry, "link"))


def _text(element: Any, name: str) -> str:
    """Return the text of a part of an element; '' if it is absent or not text."""
    value = element.get(name) if isinstance(element, dict) else None
    return value if isinstance(value, str) else ""


def _plain(markup: str) -> str:
    return " ".join(unmarked(paragraphs(markup)).split())
