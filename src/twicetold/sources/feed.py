"""RSS and Atom, with the full text if the feed has it. HTML becomes plain text with paragraphs."""

import re
from collections.abc import Iterator, Mapping
from io import BufferedReader, BytesIO
from typing import Any

from ..article import Article, Defaults, Rejection, article_from, excerpt
from ..errors import ArticleError

_ROOT_ENDS = re.compile(rb"</(?:\w+:)?(?:rss|feed|RDF)\s*>\s*(?:<!--.*?-->\s*)*$", re.DOTALL)


def read_feed(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the feed; a rejection's line is its entry.

    The feed's title is the outlet of entries that name none. The last entry of a feed that is cut
    off is rejected, because some of its text may be missing.
    """
    import feedparser  # 0.2 s, only for feeds

    raw = file.read()
    parsed = feedparser.parse(BytesIO(raw), sanitize_html=False)
    if not parsed.version and not parsed.entries:
        yield Rejection(source, 0, "file", "is not an RSS or Atom feed", excerpt(raw))
        return
    is_whole = _ROOT_ENDS.search(raw) is not None
    feed = parsed.feed
    defaults = defaults._replace(
        outlet=defaults.outlet or _plain(feed.get("title", "")),
        lang=feed.get("language", "") or defaults.lang,
    )
    for number, entry in enumerate(parsed.entries, start=1):
        if number == len(parsed.entries) and not is_whole:
            reason = "is cut off: the feed ends before its closing tag"
            yield Rejection(source, number, "entry", reason, excerpt(entry.get("title", "")))
            continue
        try:
            yield article_from(
                _row(entry, defaults.columns), defaults._replace(columns={}), source, number
            )
        except ArticleError as error:
            beginning = excerpt(entry.get("title", "") or entry.get("link", ""))
            yield Rejection(source, number, error.field, error.reason, beginning)
    if not is_whole and not parsed.entries:
        yield Rejection(source, 0, "file", "is cut off before its first entry", excerpt(raw))


def _row(entry: Any, columns: Mapping[str, str]) -> dict[str, object]:
    content = entry.get("content") or [{}]
    # asked for a missing "updated", feedparser returns "published" and warns
    updated = entry.updated if "updated" in entry else ""
    row: dict[str, object] = {
        "id": entry.get("id", "") if entry.get("id") != entry.get("link") else "",
        "title": _plain(entry.get("title", "")),
        "body": _paragraphs(content[0].get("value") or entry.get("summary", "")),
        "lang": content[0].get("language") or "",
        "published": entry.get("published") or updated,
        "updated": updated,
        "url": entry.get("link", ""),
        "byline": entry.get("author", ""),
        "outlet": entry.get("source", {}).get("title", ""),
    }
    for field, name in columns.items():  # feedparser's names of elements: media_credit, tags
        row[field] = _plain(str(entry.get(name, ""))) if name else ""
    return row


def _plain(html: str) -> str:
    return " ".join(_paragraphs(html).split())


def _paragraphs(html: str) -> str:
    if "<" not in html and "&" not in html:
        return html
    import html_text

    return str(html_text.extract_text(html))
