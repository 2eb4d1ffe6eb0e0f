"""The newest stories of a report as an Atom feed. Source: RFC 4287."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    from .pages import Site, SiteStory

_ATOM = "http://www.w3.org/2005/Atom"


def atom_feed(site: "Site", stories: "Sequence[SiteStory]") -> str:
    """Return a feed of stories, the latest first; its links are relative to the feed."""
    ElementTree.register_namespace("", _ATOM)
    latest = sorted(stories, key=lambda each: each.story.last_published, reverse=True)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", site.title)
    _add(feed, "id", "urn:twicetold:stories")
    _add(
        feed,
        "updated",
        _moment(latest[0].story.last_published) if latest else _moment("1970-01-01"),
    )
    _add(ElementTree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "twicetold")
    for each in latest:
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        row = each.story
        _add(entry, "title", row.title)
        _add(entry, "id", f"urn:twicetold:story:{row.story}")
        _add(entry, "updated", _moment(row.last_published))
        _add(entry, "published", _moment(row.first_published))
        ElementTree.SubElement(entry, f"{{{_ATOM}}}link", href=each.page)
        _add(entry, "summary", f"{row.independent} independent reports, {row.outlets} outlets")
    return ElementTree.tostring(feed, "unicode", xml_declaration=True) + "\n"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _moment(time: str) -> str:
    return time if "T" in time else f"{time}T00:00:00Z"
