"""An item of an agency's wire, and what becomes of it: an article, or what takes one back.

Start reading at `article_of_item`. An agency sends an item again with a higher version, a new lead
or a correction: that is a newer text of the same article. It may also kill it: then the article is
removed, and does not come back.
"""

import re
from contextlib import suppress
from typing import NamedTuple

from ...article import Article, Rejection, excerpt
from ...errors import ArticleError
from ...records import Defaults, read_record
from ...times import parse_time
from ...urls import is_url

USABLE, WITHHELD, CANCELED = "usable", "withheld", "canceled"
# marks of versions in slugs: '2nd Ld-Writethru', '(UPDATE 1)', '1st Lead', 'Add 2', 'Correction'
_ORDINAL = r"(?:\d{1,2}(?:st|nd|rd|th)?|first|second|third|fourth|fifth)"
_MARK = re.compile(
    rf"(?:\b{_ORDINAL}[ -]?(?:lead|ld|add|update|upd)\b"
    r"|\b(?:update|add|take|lead|ld)[ -]?\d{1,2}\b"
    r"|\b(?:writethru|writethrough|correction|corrected|correct|refile|recast|kill|killed"
    r"|mandatory|advisory|urgent|bulletin|flash|snap)\b)",
    re.IGNORECASE,
)
# of a slug: 'KILL Merrow-harbour', 'BC-EU--Frigates, KILL'
_KILL = re.compile(
    r"^\W{0,5}KILL(?:\W|$)|(?:[,;(/]|--)\s{0,3}(?:(?:MANDATORY|Mandatory)\s)?(?:KILL|Kill)\W{0,3}$"
)
_MANDATORY = re.compile(r"^\W{0,5}(?:(?:BULLETIN|URGENT)\W{1,3})?MANDATORY\W{1,3}KILL\b")
_SIGNS = re.compile(r"[\W_]+")
_BLANK = re.compile(r"\n[ \t]*(?=\n)\s*")
_INDENTED = ("  ", "\t")


class WireItem(NamedTuple):
    """An item as an agency sent it; '' for what it does not say."""

    id: str  # the same for all versions
    outlet: str
    headline: str
    body: str
    lang: str = ""
    created: str = ""
    changed: str = ""  # when this version was made
    embargoed: str = ""
    status: str = USABLE
    slug: str = ""
    byline: str = ""
    credit: str = ""
    url: str = ""


def article_of_item(
    item: WireItem, defaults: Defaults, source: str, line: int
) -> Article | Rejection:
    """Return the article of an item, or why it is none.

    The item of an agency that has no ids is known by its slug and its day.
    """
    title = item.headline or item.slug
    status = CANCELED if _is_kill(item) else item.status
    day = _day(item.created or item.changed)
    row = {
        "id": item.id or (_slug_id(item.slug, day) if item.slug and day else ""),
        "outlet": item.outlet,
        "title": title,
        "body": item.body,
        "lang": item.lang,
        "published": item.created or item.changed,
        "updated": item.changed if item.created else "",
        "embargoed": item.embargoed,
        "url": item.url or (item.id if is_url(item.id) else ""),
        "byline": ", ".join(dict.fromkeys(filter(None, (item.byline, item.credit)))),
    }
    if status == CANCELED:
        row |= {"title": title or item.id, "embargoed": ""}
    defaults = defaults.of_own_names()
    article = read_record(row, defaults, source, line, lambda: excerpt(title or item.body))
    if isinstance(article, Rejection) or status == USABLE:
        return article
    if status == WITHHELD:
        reason = "is withheld by its agency"
        return Rejection(source, line, "item", reason, names=article.names, is_news=False)
    reason = f"'{article.key[:80]}' is canceled by its agency: the index must not have it"
    return Rejection(source, line, "item", reason, names=article.names, takes_down=article)


def paragraphs_of_wire(text: str) -> str:
    """Return a text whose lines were cut for a teleprinter, with a blank line between paragraphs.

    A paragraph begins after an empty line, or with an indented line if others are not.

    >>> paragraphs_of_wire("   ROME (TPA) - The ferry\\nsailed late.\\n   It was full.\\n")
    'ROME (TPA) - The ferry sailed late.\\n\\nIt was full.'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    parts = [part for block in _BLANK.split(text) for part in _parts(block.split("\n"))]
    return "\n\n".join(filter(None, (" ".join(part.split()) for part in parts)))


def _parts(lines: list[str]) -> list[str]:
    """Return the paragraphs of a block of lines without empty ones."""
    if all(line.startswith(_INDENTED) for line in lines[1:] if line.strip()):
        return [" ".join(lines)]
    parts: list[list[str]] = [[]]
    for line in lines:
        if line.startswith(_INDENTED):
            parts.append([])
        parts[-1].append(line)
    return [" ".join(part) for part in parts]


def status_of(name: str) -> str:
    """Return the status of an item, given its name in one of the formats: 'stat:canceled'."""
    name = name.rpartition(":")[2].lower()
    if name in ("canceled", "cancelled", "killed", "kill"):
        return CANCELED
    return WITHHELD if name == "withheld" else USABLE


def _is_kill(item: WireItem) -> bool:
    """Whether a slug or a headline says that an item is killed; a report may begin 'KILLED BY'."""
    if _MANDATORY.match(item.slug) or _MANDATORY.match(item.headline):
        return True
    return bool(_KILL.search(item.slug)) and item.slug.strip(" /") not in ("", item.headline)


def _day(time: str) -> str:
    """Return the day of a time: '2026-02-05'; '' if it cannot be read."""
    with suppress(ArticleError):
        moment = parse_time(time, "published")
        return "" if moment is None else moment.isoformat()[:10]
    return ""


def _slug_id(slug: str, day: str) -> str:
    """Return what all versions of an item share; '' for a slug of one word, as 'SPORT' is."""
    words = [word.lower() for word in _SIGNS.split(_MARK.sub(" ", slug)) if word]
    return f"{'-'.join(words)} {day}" if len(words) > 1 else ""
