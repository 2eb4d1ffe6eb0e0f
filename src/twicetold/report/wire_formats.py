"""Articles as ninjs, which agencies and editorial systems read, and feeds as OPML.

Source: IPTC, ninjs 3.1; dev.opml.org/spec2.html.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree import ElementTree

from ..index.feeds import FeedState

_STANDARD = {
    "name": "ninjs",
    "version": "3.1",
    "schema": "https://www.iptc.org/std/ninjs/ninjs-schema_3.1.json",
}


def ninjs_item(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row of the exported table of articles as an item of ninjs 3.1."""
    item = {
        "standard": _STANDARD,
        "uri": row["id"],
        "type": "text",
        "pubStatus": "usable",
        "language": row["lang"] or None,
        "firstCreated": _moment(row["published"]),
        "versionCreated": _moment(row["updated"]) or _moment(row["published"]),
        "by": row["byline"] or None,
        "infoSources": [{"name": row["outlet"]}],
        "headlines": [{"role": "main", "value": row["title"]}],
        "bodies": [
            {
                "role": "main",
                "contentType": "text/plain",
                "wordCount": row["words"],
                "value": row["body"],
            }
        ],
        "altIds": [
            {"role": role, "value": str(row[role])}
            for role in ("article", "story", "copy_group", "url")
            if row[role]
        ],
    }
    return {name: value for name, value in item.items() if value is not None}


def opml(feeds: Iterable[FeedState]) -> str:
    """Return feeds as OPML 2.0, which feed readers and `fetch` read."""
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = "Feeds"
    body = ElementTree.SubElement(root, "body")
    for feed in feeds:
        name = feed.title or feed.url
        ElementTree.SubElement(body, "outline", type="rss", text=name, xmlUrl=feed.url)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _moment(time: str | None) -> str | None:
    """Return a stored time; a day is its midnight without a zone, as programs write a day."""
    return f"{time}T00:00:00" if time and "T" not in time else time
