"""ninjs 1 to 3, news in JSON, also as Superdesk writes it.

Start reading at `item_of_ninjs`. Source: IPTC, ninjs 1.5, 2.2 and 3.1.
"""

from collections.abc import Mapping
from typing import Any

from ...article import Article, Rejection
from ...plain_text import paragraphs
from ...records import Defaults
from .item import WireItem, article_of_item, paragraphs_of_wire, status_of

_OWN = {"pubstatus", "versioncreated", "embargoed", "bodies", "headlines"}
_OWN |= {"body_xhtml", "contentcreated", "copyrightholder", "usageterms"}
_OF_NO_TEXT = ("picture", "graphic", "audio", "video", "event", "planning")


def is_ninjs(row: object) -> bool:
    """Whether a JSON object is an item of ninjs."""
    if not isinstance(row, Mapping) or not isinstance(row.get("uri") or row.get("guid"), str):
        return False
    return "versioncreated" in row or "pubstatus" in row


def article_of_ninjs(
    row: Mapping[str, Any], defaults: Defaults, source: str, line: int
) -> Article | Rejection:
    """Return the article of an item, or why it is none."""
    kind = str(row.get("type") or "text")
    if kind in _OF_NO_TEXT:
        return Rejection(source, line, "item", f"is of type {kind}, not a text", is_news=False)
    return article_of_item(_item(row), defaults, source, line)


def _item(row: Mapping[str, Any]) -> WireItem:
    return WireItem(
        id=_text(row.get("uri")) or _text(row.get("guid")),
        outlet=_text(row.get("source"))
        or _first_of(row.get("infosources"), "name")
        or _text(row.get("copyrightholder")),
        headline=_main(row.get("headlines"))
        or _text(row.get("headline"))
        or _text(row.get("title")),
        body=_body(row),
        lang=_text(row.get("language")),
        created=_text(row.get("firstcreated")),
        changed=_text(row.get("versioncreated")),
        embargoed=_text(row.get("embargoed")),
        status=status_of(_text(row.get("pubstatus"))),
        slug=_text(row.get("slugline")) or _main(row.get("sluglines")),
        byline=_text(row.get("byline")) or _first_of(row.get("bylines"), "byline"),
        url=_text(row.get("canonicalurl")) or _text(row.get("url")),
    )


def _body(row: Mapping[str, Any]) -> str:
    markup = _text(row.get("body_xhtml")) or _text(row.get("body_html"))
    if markup:
        return paragraphs(markup)
    plain = _text(row.get("body_text")) or _main(row.get("bodies"))
    plain = plain or _text(row.get("description_text")) or _main(row.get("descriptions"))
    return paragraphs(plain) if "</" in plain else paragraphs_of_wire(plain)


def _main(parts: Any) -> str:
    """Return the value of the part whose role is the main one, else of the first."""
    objects = (
        [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    )
    main = [part for part in objects if _text(part.get("role")) in ("", "main", "headline")]
    return next((_text(part.get("value")) for part in (*main, *objects)), "")


def _first_of(parts: Any, name: str) -> str:
    objects = (
        [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    )
    return next((_text(part.get(name)) for part in objects), "")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
