"""ninjs 1 to 3, news in JSON, also as Superdesk writes it.

Start reading at `article_of_ninjs`. The versions name their fields in other ways: `headline`,
`headline_main`, `headlines`; `versioncreated`, `versionCreated`.

Source: IPTC, ninjs 1.6, 2.2 and 3.1.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ...article import Article, Rejection
from ...plain_text import paragraphs
from ...records import Defaults
from .item import WireItem, article_of_item, paragraphs_of_wire, status_of

_OF_NO_TEXT = ("picture", "graphic", "audio", "video", "event", "planning")
_MAIN_ROLES = ("", "main", "headline", "text")


def is_ninjs(row: object) -> bool:
    """Whether a JSON object is an item of ninjs."""
    if not isinstance(row, Mapping):
        return False
    names = {str(name).lower() for name in row}
    return bool(names & {"uri", "guid"}) and bool(names & {"versioncreated", "pubstatus"})


def article_of_ninjs(
    row: Mapping[str, Any], defaults: Defaults, source: str, line: int
) -> Article | Rejection:
    """Return the article of an item, or why it is none."""
    fields = {str(name).lower(): value for name, value in row.items()}
    kind = str(fields.get("type") or "text")
    if kind in _OF_NO_TEXT:
        return Rejection(source, line, "item", f"is of type {kind}, not a text", is_news=False)
    return article_of_item(_item(fields), defaults, source, line)


def _item(fields: Mapping[str, Any]) -> WireItem:
    texts = {name: value for name, value in fields.items() if isinstance(value, str)}
    get = texts.get
    return WireItem(
        id=get("uri") or get("guid", ""),
        outlet=get("source")
        or _first_name(fields.get("infosources"))
        or get("copyrightholder", ""),
        headline=_headline(fields, texts),
        body=_body(fields, texts),
        lang=get("language", ""),
        created=get("firstcreated", ""),
        changed=get("versioncreated", ""),
        embargoed=get("embargoed", ""),
        status=status_of(get("pubstatus", "")),
        slug=get("slugline", "") or next(_values(fields, "sluglines"), ""),
        byline=get("byline") or get("by", ""),
        url=get("canonicalurl", ""),
    )


def _headline(fields: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    named = (texts.get(name, "") for name in ("headline", "headline_main"))
    of_any_role = (value for name, value in texts.items() if name.startswith("headline_"))
    candidates = (*_values(fields, "headlines"), *named, *of_any_role, texts.get("title", ""))
    return next(filter(None, candidates), "")


def _body(fields: Mapping[str, Any], texts: Mapping[str, str]) -> str:
    """Return the text: with markup if there is one, because its paragraphs are marked."""
    named = [texts.get(f"body_{role}", "") for role in ("xhtml", "html", "text", "main")]
    of_any_role = [value for name, value in texts.items() if name.startswith("body_")]
    bodies = [*_values(fields, "bodies"), *named, *of_any_role]
    marked = [body for body in bodies if "</p>" in body]
    if marked:
        return paragraphs(marked[0])
    described = (texts.get("description_text", ""), *_values(fields, "descriptions"))
    return paragraphs_of_wire(next(filter(None, (*bodies, *described)), ""))


def _values(fields: Mapping[str, Any], name: str) -> Iterator[str]:
    """Yield the values of a list of parts, that of the main role first."""
    parts = [part for part in _list(fields.get(name)) if isinstance(part.get("value"), str)]
    yield from (part["value"] for part in parts if part.get("role", "") in _MAIN_ROLES)
    yield from (part["value"] for part in parts if part.get("role", "") not in _MAIN_ROLES)


def _first_name(parts: Any) -> str:
    names = (part.get("name") for part in _list(parts))
    return next((name for name in names if isinstance(name, str)), "")


def _list(parts: Any) -> list[Mapping[str, Any]]:
    return [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
