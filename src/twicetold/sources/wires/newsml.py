"""NewsML-G2: the news items of a message or a file.

Start reading at `read_newsml`. Source: IPTC, NewsML-G2 Guidelines, parts 5, 6 and 13.
"""

from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from ...article import Article, Rejection
from ...records import Defaults
from .item import WireItem, article_of_item, paragraphs_of_wire, status_of
from .xml_text import attribute, child_text, children, elements, local_name, markup_text, text_of

_OF_TEXT = ("text", "composite", "")


def read_newsml(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the articles of the news items, in their order; a line is the number of an item."""
    items = elements(file, source, "newsItem")
    if isinstance(items, Rejection):
        yield items
        return
    for number, node in enumerate(items, start=1):
        meta = next(children(node, "itemMeta"), None)
        kind = attribute(meta, "itemClass", "qcode").rpartition(":")[2]
        if kind not in _OF_TEXT:
            reason = f"is of type {kind}, not a text"
            yield Rejection(source, number, "item", reason, is_news=False)
            continue
        yield article_of_item(_item(node, meta), defaults, source, number)


def _item(node: Any, meta: Any) -> WireItem:
    content = next(children(node, "contentMeta"), None)
    rights = next(children(node, "rightsInfo"), None)
    provider = next(children(meta, "provider"), None)
    holder = next(children(rights, "copyrightHolder"), None)
    source = next(children(content, "infoSource"), None)
    return WireItem(
        id=node.get("guid") or "",
        outlet=_name(provider) or _name(source) or _name(holder),
        headline=_headline(content),
        body=_body(node),
        lang=attribute(content, "language", "tag") or _xml_lang(node),
        created=child_text(meta, "firstCreated"),
        changed=child_text(meta, "versionCreated"),
        embargoed=child_text(meta, "embargoed"),
        status=status_of(
            attribute(meta, "pubStatus", "qcode") or attribute(meta, "pubStatus", "uri")
        ),
        slug=child_text(content, "slugline"),
        byline=child_text(content, "by"),
        credit=child_text(content, "creditline"),
    )


def _headline(content: Any) -> str:
    """Return the main headline of an item, which may have others for sub-heads."""
    headlines = list(children(content, "headline"))
    main = [
        each for each in headlines if each.get("role", "").rpartition(":")[2] in ("", "headline")
    ]
    return text_of((main or headlines)[0]) if headlines else ""


def _body(node: Any) -> str:
    """Return the text of the first content that is one: XHTML, NITF, or plain text."""
    for group in children(node, "contentSet"):
        for part in group:
            name = local_name(part)
            if name == "inlineXML":
                return markup_text(part)
            if name == "inlineData" and "text" in (part.get("contenttype") or "text"):
                return _inline(part.text or "")
    return ""


def _inline(text: str) -> str:
    from ...plain_text import paragraphs

    return (
        paragraphs(text)
        if "</p>" in text and "\n   " not in text
        else paragraphs_of_wire(text.replace("<p>", "\n").replace("</p>", "\n\n"))
    )


def _name(node: Any) -> str:
    """Return the name of a party: as a text, else as it is written in an attribute."""
    if node is None:
        return ""
    return (
        child_text(node, "name") or node.get("literal") or node.get("qcode", "").rpartition(":")[2]
    )


def _xml_lang(node: Any) -> str:
    return str(node.get("{http://www.w3.org/XML/1998/namespace}lang") or "")
