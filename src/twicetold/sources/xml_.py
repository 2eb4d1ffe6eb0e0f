"""XML of any kind that news comes in: its root element says of which.

Start reading at `read_xml`.
"""

from collections.abc import Iterator
from io import BufferedReader

from ..article import Article, Rejection
from ..records import Defaults
from .feed import read_feed
from .wires.newsml import read_newsml
from .wires.nitf import read_nitf
from .wires.xml_text import root_name

_STARTS = 1 << 14  # bytes in which the root element is looked for
_READERS = {
    "newsMessage": read_newsml,
    "newsItem": read_newsml,
    "nitf": read_nitf,
}
_OTHERS = {
    "opml": "is a list of feeds, not of articles (fetch them: twicetold fetch DB FILE)",
    "packageItem": "is a package of NewsML, which names items and holds none",
    "NewsML": "is NewsML 1, which is not read (ask the agency for NewsML-G2, NITF or ninjs)",
}


def read_xml(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the articles of a feed, of NewsML-G2 or of NITF. Raises TooLargeError."""
    start = file.peek(_STARTS)[:_STARTS]
    root = root_name(start)
    if root not in ("rss", "feed") and b"<nitf" in start:  # several in a wrapper
        root = "nitf"
    if root in _OTHERS:
        yield Rejection(source, 0, "file", _OTHERS[root])
        return
    yield from _READERS.get(root, read_feed)(file, source=source, defaults=defaults)
