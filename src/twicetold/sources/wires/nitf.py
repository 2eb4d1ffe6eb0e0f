"""NITF, the News Industry Text Format: a document, or several in a wrapper.

Start reading at `read_nitf`. Source: IPTC, NITF 3.6.
"""

from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from ...article import Article, Rejection
from ...records import Defaults
from .item import WireItem, article_of_item, status_of
from .xml_text import attribute, child_text, elements, first, markup_text, text_of


def read_nitf(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the articles of the documents; a line is the number of one."""
    documents = elements(file, source, "nitf")
    if isinstance(documents, Rejection):
        yield documents
        return
    for number, node in enumerate(documents, start=1):
        yield article_of_item(_item(node), defaults, source, number)


def _item(node: Any) -> WireItem:
    data, head = first(node, "docdata"), first(node, "body.head")
    series = first(data, "du-key")  # the same for all versions, where there is one
    key = series.get("key", "") if series is not None else ""
    language = node.get("{http://www.w3.org/XML/1998/namespace}lang") or node.get("baselang")
    body = first(node, "body.content")
    return WireItem(
        id=key or attribute(data, "doc-id", "id-string"),
        outlet=_outlet(data, head),
        headline=_headline(node, head),
        body="" if body is None else markup_text(body),
        lang=language or attribute(first(node, "body"), "", "lang"),
        created=attribute(data, "date.issue", "norm"),
        changed=_changed(node),
        embargoed=_embargo(data),
        status=status_of(data.get("management-status", "") if data is not None else ""),
        slug=attribute(data, "fixture", "fix-id") or attribute(node, "tobject", "tobject.type"),
        byline=_byline(head),
        credit=child_text(head, "distributor"),
    )


def _headline(node: Any, head: Any) -> str:
    main = first(head, "hl1")
    title = first(first(node, "head"), "title")
    return text_of(main) if main is not None else text_of(title)


def _outlet(data: Any, head: Any) -> str:
    distributor = first(head, "distributor")
    names = (
        text_of(distributor),
        attribute(data, "doc.copyright", "holder"),
        attribute(data, "doc-id", "regsrc"),
    )
    return next((name for name in names if name), "")


def _byline(head: Any) -> str:
    byline = first(head, "byline")
    if byline is None:
        return ""
    person = first(byline, "person")
    return text_of(person if person is not None else byline)


def _embargo(data: Any) -> str:
    """Return when an item may be published, if that is not at once."""
    release = attribute(data, "date.release", "norm")
    return "" if release == attribute(data, "date.issue", "norm") else release


def _changed(node: Any) -> str:
    """Return when this version was published, as the wire that carries it says."""
    return attribute(node, "pubdata", "date.publication")
