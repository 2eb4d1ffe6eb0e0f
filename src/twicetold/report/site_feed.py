"""The feeds of a report: its newest stories, and the copies of an outlet's text. Source: RFC 4287.

Their links are relative to the feed.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree

from .formats import NO_TITLE, count

if TYPE_CHECKING:
    from .outlet_facts import TakenText
    from .site_plan import Site

_ATOM = "http://www.w3.org/2005/Atom"
_MOST_ENTRIES = 50
_NEVER = "1970-01-01"


class _Entry(NamedTuple):
    id: str
    title: str
    published: str  # stored times
    updated: str
    page: str
    summary: str


def stories_feed(site: "Site") -> str:
    """Return a feed of the latest stories."""
    latest = sorted(site.stories, key=lambda each: each.story.last_published, reverse=True)
    entries = [
        _Entry(
            f"story:{each.story.story}",
            each.story.title or NO_TITLE,
            each.story.first_published,
            each.story.last_published,
            each.page,
            f"{count(each.story.independent, 'independent report')},"
            f" {count(each.story.outlets, 'outlet')}",
        )
        for each in latest[:_MOST_ENTRIES]
    ]
    return _feed(site.title, "stories", entries)


def copied_feed(outlet: str, name: str, taken: "Sequence[TakenText]") -> str:
    """Return a feed of the reports that took over an outlet's text; `name` is that of its file."""
    entries = [
        _Entry(
            f"copy:{report.article}",
            f"{report.outlet}: {report.title or NO_TITLE}",
            report.published,
            report.published,
            page or story.page,
            _share(report.share_of_copy, outlet),
        )
        for report, story, page in taken[:_MOST_ENTRIES]
    ]
    return _feed(f"Text of {outlet} that others took over", name, entries)


def _share(share: float | None, outlet: str) -> str:
    return f"text of {outlet}" if share is None else f"{share:.0%} of its text is {outlet}'s"


def _feed(title: str, name: str, entries: Sequence[_Entry]) -> str:
    ElementTree.register_namespace("", _ATOM)
    feed = ElementTree.Element(f"{{{_ATOM}}}feed")
    _add(feed, "title", title)
    _add(feed, "id", f"urn:twicetold:{name}")
    _add(feed, "updated", _moment(max((each.updated for each in entries), default=_NEVER)))
    _add(ElementTree.SubElement(feed, f"{{{_ATOM}}}author"), "name", "twicetold")
    for each in entries:
        entry = ElementTree.SubElement(feed, f"{{{_ATOM}}}entry")
        _add(entry, "title", each.title)
        _add(entry, "id", f"urn:twicetold:{each.id}")
        _add(entry, "updated", _moment(each.updated))
        _add(entry, "published", _moment(each.published))
        ElementTree.SubElement(entry, f"{{{_ATOM}}}link", href=each.page)
        _add(entry, "summary", each.summary)
    return ElementTree.tostring(feed, "unicode", xml_declaration=True) + "\n"


def _add(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, f"{{{_ATOM}}}{name}").text = text


def _moment(time: str) -> str:
    return time if "T" in time else f"{time}T00:00:00Z"
