"""Web archives: the pages of WARC files, as crawlers and the Common Crawl write them.

Start reading at `read_warc`. Only responses with status 200 that hold HTML are read.

Source: IIPC, The WARC Format 1.1, sections 6.3 (response), 6.7 (revisit).
"""

from collections.abc import Callable, Iterator
from contextlib import redirect_stderr
from dataclasses import replace
from functools import partial
from io import BufferedReader, StringIO
from typing import Any

from ..article import Article, Rejection
from ..errors import missing_extra
from ..records import Defaults
from ..urls import canonical_url
from .compression import damage
from .page import LARGEST_PAGE, Page, article_of_page

_LONGEST_HEADER = 1 << 16  # bytes of a line
_KEPT = 10_000  # articles of a file that a revisit may refer to; 60 MB of memory


def read_warc(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield the articles of the pages, and why others are none; a line is the number of a page.

    The record of a page that had not changed since (a revisit) is read as the earlier one, if that
    is in the same file and has another url. A page that gives no time was first seen when it was
    fetched. Raises DamagedError, TwicetoldError if the extra is missing.
    """
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError as error:
        raise missing_extra(source, "warcio", "warc") from error
    by_digest: dict[str, Article] = {}
    with damage("WARC"):
        records = ArchiveIterator(_ShortReads(file))
        # warcio would read a header line of any length, in quadratic time
        records.reader.readline = partial(_short_line, records.reader.readline)
    for number, record in enumerate(_records(records), start=1):
        if record.rec_type == "revisit":
            if revisited := _revisited(record, by_digest):
                yield revisited
        elif _is_page(record):
            item = _article(record, defaults, source, number)
            _keep(by_digest, record, item)
            yield item


def _short_line(readline: Callable[[int], bytes], length: int = 0) -> bytes:
    """Return a line, or its beginning."""
    return readline(min(length or _LONGEST_HEADER, _LONGEST_HEADER))


class _ShortReads:
    """A stream that gives what it has, so that damage costs nothing of what comes before it."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Return some bytes, none at the end."""
        return self._file.read1(size)


def _records(records: Iterator[Any]) -> Iterator[Any]:
    """Yield the responses and revisits, without what warcio prints about small faults of a file."""
    while True:
        with damage("WARC"), redirect_stderr(StringIO()):
            record = next(records, None)
        if record is None:
            return
        if record.rec_type in ("response", "revisit"):
            yield record


def _is_page(record: Any) -> bool:
    headers = record.http_headers
    if headers is None or headers.get_statuscode() != "200":
        return False
    return "html" in (headers.get_header("Content-Type") or "").lower()


def _article(record: Any, defaults: Defaults, source: str, number: int) -> Article | Rejection:
    with damage("WARC"):
        content = record.content_stream().read(LARGEST_PAGE + 1)
    page = Page(
        content,
        address=_address(record),
        content_type=record.http_headers.get_header("Content-Type"),
        first_seen=_header(record, "WARC-Date"),
    )
    return article_of_page(page, defaults, source, number)


def _keep(by_digest: dict[str, Article], record: Any, item: Article | Rejection) -> None:
    """Keep an article for the revisits of its page, in place of the one read longest ago."""
    digest = _header(record, "WARC-Payload-Digest")
    if digest and isinstance(item, Article):
        by_digest[digest] = item
        if len(by_digest) > _KEPT:
            del by_digest[next(iter(by_digest))]


def _revisited(record: Any, by_digest: dict[str, Article]) -> Article | None:
    """Return the article of a page that was fetched before; None if it has nothing new."""
    article = by_digest.get(_header(record, "WARC-Payload-Digest"))
    address = _address(record)
    if article is None or canonical_url(address) == canonical_url(article.url):
        return None
    return replace(article, url=address)


def _address(record: Any) -> str:
    return _header(record, "WARC-Target-URI").strip("<>")


def _header(record: Any, name: str) -> str:
    return str(record.rec_headers.get_header(name) or "")
