"""XML of agencies: parsed without entities from elsewhere, whatever its namespaces; its text."""

import re
from collections.abc import Iterator
from io import BufferedReader
from typing import Any

from ...article import Rejection
from ...records import broken_record
from ..whole import LARGEST_FEED, read_whole
from .item import paragraphs_of_wire

_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "hl1", "hl2", "li", "pre", "dt", "dd", "tr"}
_BLOCKS |= {"blockquote", "bq"}
_ASIDE = {"media", "media-caption", "note", "script", "style", "head", "title", "figure"}
_ROOT = re.compile(rb"<(?:[\w.-]{1,40}:)?([A-Za-z][\w.-]{0,40})[\s/>]")
_BEFORE_ROOT = re.compile(
    rb"\s*(?:<\?.{0,2000}?\?>|<!--.{0,8000}?-->|<![^>\[]{0,2000}(?:\[[^\]]{0,8000}\]\s*)?>)", re.S
)


def root_name(start: bytes) -> str:
    """Return the name of the root element of an XML file, given its beginning; '' if unknown."""
    start = start.removeprefix(b"\xef\xbb\xbf")
    place = 0
    while match := _BEFORE_ROOT.match(start, place):
        place = match.end()
    root = _ROOT.match(start[place:].lstrip())
    return root[1].decode() if root else ""


def elements(file: BufferedReader, source: str, name: str) -> list[Any] | Rejection:
    """Return the elements of an XML file with a name, or why there are none.

    Raises TooLargeError.
    """
    from lxml import etree

    raw = read_whole(file, LARGEST_FEED)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)
    try:
        root = etree.fromstring(raw.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        return broken_record(source, 0, "file", f"is not XML: {error}", raw)
    found = [node for node in root.iter() if local_name(node) == name and _is_outermost(node)]
    return found or Rejection(source, 0, "file", f"has no {name}", is_news=False)


def _is_outermost(node: Any) -> bool:
    """Whether no element of the same name is around an element."""
    return not any(each.tag == node.tag for each in node.iterancestors())


def local_name(node: Any) -> str:
    """Return the name of an element without its namespace; '' for what is no element."""
    return node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""


def children(node: Any, name: str) -> Iterator[Any]:
    """Yield the children of an element with a name; none of None."""
    return (each for each in (() if node is None else node) if local_name(each) == name)


def first(node: Any, name: str) -> Any:
    """Return the first element inside of another with a name; None if there is none."""
    if node is None:
        return None
    return next((each for each in node.iter() if local_name(each) == name), None)


def child_text(node: Any, name: str) -> str:
    """Return the text of the first child with a name; '' if there is none."""
    return text_of(next(children(node, name), None))


def attribute(node: Any, name: str, key: str) -> str:
    """Return an attribute of the first element inside of another with a name; '' if none."""
    element = node if not name else first(node, name)
    return "" if element is None else str(element.get(key) or "").strip()


def text_of(node: Any) -> str:
    """Return the text of an element as one line."""
    return "" if node is None else " ".join(" ".join(node.itertext()).split())


def markup_text(node: Any) -> str:
    """Return the text of an element with a blank line between its paragraphs.

    Captions and notes are left out. Text outside of any paragraph is one.
    """
    blocks: list[str] = []
    _collect(node, blocks)
    return "\n\n".join(filter(None, map(paragraphs_of_wire, blocks)))


def _flat(node: Any) -> str:
    """Return the text of an element, with line ends where it has them."""
    from lxml.etree import iterwalk

    parts = []
    for event, each in iterwalk(node, events=("start", "end")):
        if event == "start":
            parts += ["\n" if local_name(each) == "br" else "", each.text or ""]
        elif each is not node:
            parts.append(each.tail or "")
    return "".join(parts)


def _collect(node: Any, blocks: list[str]) -> None:
    """Add the blocks of text inside of an element, innermost ones, in their order."""
    loose = [node.text or ""]
    for child in node:
        name = local_name(child)
        if name in _BLOCKS and not any(
            local_name(each) in _BLOCKS for each in child.iterdescendants()
        ):
            blocks.append("".join(loose))
            blocks.append(_flat(child))
            loose = [child.tail or ""]
        elif name in _ASIDE or not name:
            loose.append(child.tail or "")
        elif len(child) or name in _BLOCKS:
            blocks.append("".join(loose))
            _collect(child, blocks)
            loose = [child.tail or ""]
        else:
            loose += [child.text or "", child.tail or ""]
    blocks.append("".join(loose))
