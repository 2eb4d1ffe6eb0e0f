"""IPTC 7901: messages between control characters, as teleprinters took them.

Start reading at `read_iptc7901`. Source: IPTC 7901, The IPTC Recommended Message Format.
"""

import re
from collections.abc import Iterator
from io import BufferedReader

from ...article import Article, Rejection
from ...records import Defaults, broken_record
from ..whole import LARGEST_FEED, read_whole
from .item import WireItem, article_of_item, paragraphs_of_wire

_START, _TEXT, _END = "\x01", "\x02", "\x03"
# 'eca062 4 i 211 ccccb   dpa 061': service and number, urgency, category, words
_HEADER = re.compile(r"([A-Za-z]{1,10})(\d{1,6}) +\S +\S{1,3} +\d{1,6}\b[^\S\n]*(.*)")
_SENT = re.compile(r"(\d\d)(\d\d)(\d\d) +(?:([A-Z]{1,5}) +)?([A-Za-zÀ-ÿ]{3,5})\.? +(\d\d)\b")
_LEAD = re.compile(r"\W*(?:\d\w{1,2} (?:LEAD|LD)\b.{0,20}|(?:LEAD|URGENT|CORRECTION)\W*)$", re.I)
_BYLINE = re.compile(r"By\b|Von\b|Par\b|Por\b|Di\b")
_LONGEST_HEAD = 8  # lines above the text: the mark of a lead, the headline, who wrote it
_NOTE = re.compile(r"The following information is not (?:intended )?for publication")
_SERVICE = re.compile(r"([A-Za-z]{2,5})\b(?: \d{1,6})?\s*$")


def read_iptc7901(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the articles of the messages, in their order; a line is the number of a message.

    Bytes that are not UTF-8 are read as Windows does in the West, unless an encoding is given.
    """
    raw = read_whole(file, LARGEST_FEED)
    try:
        text = raw.decode(defaults.encoding or "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    messages = text.replace("\r", "").split(_START)[1:]
    if not messages:
        yield Rejection(source, 0, "file", "has no message of IPTC 7901")
    for number, message in enumerate(messages, start=1):
        item = _item(message)
        if item is None:
            yield broken_record(source, number, "message", "is not IPTC 7901", message)
        else:
            yield article_of_item(item, defaults, source, number)


def _item(message: str) -> WireItem | None:
    """Return the item of a message; None if it has no header or no text."""
    header = _HEADER.match(message)
    above, start, rest = message.partition(_TEXT)
    if header is None or not start:
        return None
    text, _, trailer = rest.partition(_END)
    headline, byline, body = _head(_without_note(text))
    agency = _SERVICE.search(header[3])
    slug = " ".join(line.strip() for line in above.split("\n")[1:])
    return WireItem(
        id="",
        outlet=agency[1] if agency else header[1],
        headline=headline,
        body=paragraphs_of_wire(body),
        created="",
        changed=_sent(trailer),
        slug=slug.strip(" /"),
        byline=byline,
    )


def _without_note(text: str) -> str:
    """Return a text without what its agency tells editors alone, below a line of asterisks."""
    note = _NOTE.search(text)
    return text[: note.start()].rstrip("* \n") if note else text


def _head(text: str) -> tuple[str, str, str]:
    """Return the headline, the byline and the text below; the head ends with a line of '='."""
    lines = text.split("\n")
    end = next(
        (n for n, line in enumerate(lines[:_LONGEST_HEAD]) if line.rstrip().endswith("=")), 0
    )
    head = [line.strip(" =") for line in lines[: end + 1]]
    head = [line for line in head if line and not _LEAD.match(line)]
    bylines = [line for line in head if _BYLINE.match(line)]
    headline = " ".join(line for line in head if line not in bylines)
    return headline, ", ".join(bylines), "\n".join(lines[end + 1 :])


def _sent(trailer: str) -> str:
    """Return when a message was sent: '131137 GMT Nov 13' is the 13th of November 2013, 11:37."""
    sent = _SENT.search(trailer)
    if sent is None:
        return ""
    day, hour, minute, zone, month, year = sent.groups()
    return f"{int(day)} {month} 20{year} {hour}:{minute} {zone or ''}".strip()
