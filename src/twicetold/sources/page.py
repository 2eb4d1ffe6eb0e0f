"""Web pages: the text by trafilatura, the rest as the page itself says.

Start reading at `read_page` for a file, at `article_of_page` for the bytes of a page.
"""

import logging
import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any, NamedTuple

from ..article import Article, Rejection, excerpt
from ..errors import missing_extra
from ..records import Defaults, read_record
from .compression import DamagedError, damage
from .page_facts import PageFacts, page_facts, without_outlet

LARGEST_PAGE = 10_000_000  # bytes
MOST_TAGS = 100_000  # of a page; the longest report seen has 9,000
_LEAST_TEXT = 200  # characters of an article that does not say that it is one
_LEAST_CLAIMED = 25  # the same if it says so
_SHORTER = 0.5  # of the text in JSON-LD: then the page shows only its beginning
_MOST_LINKED = 0.6  # of a text
_HEADINGS_OF_FRONT = 4  # that lead to other pages; below a report there may be some, too
_FRONT = "is a section front, not an article"
_NO_TEXT = "has no text of an article"
_START = 3_000  # characters of a page, in which a browser says where it was saved from
_SAVED_FROM = re.compile(r"saved from url=\(\d+\)(\S{1,2000})|\n url: (\S{1,2000})")
_JUDGED = 400  # characters of a text whose language is compared with what the page says
_SILENCE = logging.NullHandler()


class Page(NamedTuple):
    """A page as it was read: its bytes, its url, and what the server said of them."""

    content: bytes
    address: str = ""
    content_type: str = ""  # 'text/html; charset=utf-8'
    first_seen: str = ""  # when it was fetched


def read_page(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the article of a page, or why it is none. Raises TwicetoldError for a missing extra."""
    page = Page(file.read(LARGEST_PAGE + 1))
    # no outlet is called by the name of a file of one page
    yield article_of_page(page, defaults._replace(stem=""), source, 0)


def article_of_page(page: Page, defaults: Defaults, source: str, line: int) -> Article | Rejection:
    """Return the article of a page, or why it is none.

    A section front, a gallery or a page without a text is a Rejection that is no news: a crawl is
    full of them. Raises TwicetoldError if the extra is missing.
    """
    if reason := _too_large(page):
        return Rejection(source, line, "page", reason, excerpt(page.address))
    trafilatura = _trafilatura(source)
    try:
        text = _decoded(page, source)
        with damage("page"):
            tree = trafilatura.load_html(text)
        if tree is None:
            return _no_article(page, source, line, "is not HTML")
        facts = page_facts(tree, page.address or _saved_from(text[:_START]))
        body = _body(trafilatura, tree, facts)
        if reason := _reason_against(tree, facts, body):
            return _no_article(page, source, line, reason)
        row = _row(trafilatura, tree, facts, body)
    except DamagedError as error:
        return _no_article(page, source, line, str(error))
    row["first_seen"] = page.first_seen
    beginning = str(row["title"])
    return read_record(row, defaults.of_own_names(), source, line, lambda: excerpt(beginning))


def _saved_from(start: str) -> str:
    """Return the url that a browser, or SingleFile, writes into a page that it saves."""
    match = _SAVED_FROM.search(start)
    return (match[1] or match[2]) if match else ""


def _too_large(page: Page) -> str:
    """Return why a page would take too long to read; '' if it would not."""
    if len(page.content) > LARGEST_PAGE:
        return f"has more than {LARGEST_PAGE / 1e6:.0f} MB"
    return f"has more than {MOST_TAGS:,} tags" if page.content.count(b"<") > MOST_TAGS else ""


def _row(trafilatura: Any, tree: Any, facts: PageFacts, body: str) -> dict[str, object]:
    """Return a page as a record; what it does not say of itself is guessed from its layout."""
    title, published, outlet = facts.title, facts.published, facts.outlet
    if not (title and published):
        with damage("page"):
            # not from any number on the page: a footer says '© 2026'
            careful = {"extensive_search": False, "original_date": True}
            guessed = trafilatura.extract_metadata(
                tree, default_url=facts.url or None, date_config=careful
            )
        title = title or without_outlet(guessed.title or "", outlet or guessed.sitename or "")
        published = published or guessed.date or ""
    return {
        **{"title": title, "outlet": outlet, "body": _without_title(body, title)},
        **{"lang": _language(facts.lang, body), "published": published},
        **{"updated": facts.updated, "url": facts.url, "byline": facts.byline},
    }


def _body(trafilatura: Any, tree: Any, facts: PageFacts) -> str:
    """Return the text of a page, a blank line between its paragraphs."""
    with damage("page"):
        document = trafilatura.bare_extraction(tree, include_comments=False)
    text = (document.text or "") if document is not None else ""
    is_cut = len(text) < _SHORTER * len(facts.body)
    if is_cut or text.split() == facts.body.split():  # which may have paragraphs that were lost
        text = facts.body
    return "\n\n".join(filter(None, map(str.strip, text.split("\n"))))


def _reason_against(tree: Any, facts: PageFacts, body: str) -> str:
    """Return why a page is no article; '' if it is one."""
    least = _LEAST_CLAIMED if facts.is_article else _LEAST_TEXT
    if facts.not_article and not (facts.not_article == "a gallery" and len(body) > 5 * least):
        return f"is {facts.not_article}, not an article"
    if len(body) < least:
        return _NO_TEXT
    if _linked_share(tree, body) > _MOST_LINKED:
        return _NO_TEXT if facts.is_article else _FRONT
    is_silent = not facts.is_article and not facts.published
    return _FRONT if is_silent and _linked_headings(tree) >= _HEADINGS_OF_FRONT else ""


def _linked_headings(tree: Any) -> int:
    """Return how many headings of a page's middle lead to other pages."""
    middle = next(iter([*tree.iter("main"), *tree.iter("body")]), tree)
    return sum(
        heading.find(".//a") is not None or heading.getparent().tag == "a"
        for heading in middle.iter("h2", "h3", "h4")
    )


def _linked_share(tree: Any, body: str) -> float:
    """Return how much of a text is in paragraphs that are links, 0..1."""
    links = {" ".join(link.text_content().split()) for link in tree.iter("a")}
    linked = sum(len(each) for each in body.split("\n\n") if each.strip("- ") in links)
    return linked / len(body)


def _without_title(body: str, title: str) -> str:
    """Return a text without the headline that stands above it."""
    first, _, rest = body.partition("\n\n")
    return rest if rest and title and first.strip("# ") == title else body


def _language(claim: str, text: str) -> str:
    from ..text.languages import claimed_language  # .5 s if it has to look

    return claimed_language(claim, text[:_JUDGED])


def _no_article(page: Page, source: str, line: int, reason: str) -> Rejection:
    names = (page.address,) if page.address else ()
    return Rejection(
        source, line, "page", reason, excerpt(page.address), names=names, is_news=False
    )


def _decoded(page: Page, source: str) -> str:
    """Return the characters of a page: as the server says, or the page, or as they look."""
    try:
        from w3lib.encoding import html_to_unicode
    except ImportError as error:
        raise missing_extra(source, "w3lib", "pages") from error
    try:
        decoded = html_to_unicode(page.content_type or None, page.content, "cp1252", _guessed)
    except (LookupError, ValueError):  # a page may name a codec of Python that is none of text
        return page.content.decode(_guessed(page.content) or "cp1252", "replace")
    return str(decoded[1])


def _guessed(content: bytes) -> str | None:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def require_pages(place: str) -> None:
    """Raise TwicetoldError if the extra for pages is missing."""
    _trafilatura(place)
    _decoded(Page(b""), place)


def _trafilatura(source: str) -> Any:
    try:
        import trafilatura
    except ImportError as error:
        raise missing_extra(source, "trafilatura", "pages") from error
    logging.getLogger("trafilatura").addHandler(_SILENCE)  # what it leaves is rejected
    return trafilatura
