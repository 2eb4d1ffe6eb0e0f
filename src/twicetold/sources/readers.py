"""The articles of a file, whatever its format, compressed or not, or inside an archive.

Start reading at `read_file`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from functools import partial
from io import BufferedReader
from pathlib import Path, PurePath
from typing import BinaryIO
from urllib.parse import urljoin

from ..article import Article, Rejection
from ..errors import TwicetoldError
from ..manifests import EXPORT, EXPORT_KIND, kind_of
from ..progress import OnPassedOver, ignore_passed_over
from ..records import Defaults
from .arrow import read_arrow, read_parquet
from .compression import (
    LARGEST_UNPACKED,
    Budget,
    DamagedError,
    TooLargeError,
    decompressed,
)
from .containers import members, seekable
from .encodings import in_utf_8
from .excel import read_excel
from .exported import read_export
from .feed import read_feed
from .files import OF_EXPORT, STANDARD_INPUT, File, open_file
from .formats import (
    CONTAINERS,
    NEED_SEEKING,
    NOT_IN_FOLDERS,
    SNIFFED_BYTES,
    TEXT_FORMATS,
    format_by_content,
    format_by_name,
)
from .json_ import read_json
from .jsonl import read_jsonl
from .page import read_page
from .sqlite import read_sqlite
from .table import is_label_start, read_table
from .unread import Item, until_times_are_unread
from .warc import read_warc
from .wires.iptc7901 import read_iptc7901
from .xml_ import read_xml

_READERS: Mapping[str, Callable[..., Iterator[Item]]] = {
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_table,
    "tsv": read_table,
    "feed": read_feed,
    "xml": read_xml,
    "iptc7901": read_iptc7901,
    "page": read_page,
    "warc": read_warc,
    "parquet": read_parquet,
    "arrow": read_arrow,
    "excel": read_excel,
}
_FEED_READERS = {
    "xml": "xml",
    "json": "json",
    "jsonl": "json",
}  # what a fetched feed looks like -> its format
_FEED_LINK = re.compile(
    r"<link[^<>]{0,500}application/(?:rss|atom)\+xml[^<>]{0,500}>", re.IGNORECASE
)
_HREF = re.compile(r"""href\s{0,9}=\s{0,9}["']([^"'<>]{1,300})["']""", re.IGNORECASE)
_MOST_REJECTED = 100_000  # records of a file, if under one in a hundred is an article
_FEWEST_ARTICLES = 0.01
_NOT_WORTH_READING = f"has {_MOST_REJECTED:,} records that are no articles; the rest is not read"
_MOST_PACKED = 100  # how often its size an archive or a table may unpack to, beyond --max-size
_MAX_ARCHIVE_DEPTH = 2  # archives inside an archive may hold no further ones


def read_file(
    file: File,
    defaults: Defaults,
    largest: int = LARGEST_UNPACKED,
    on_passed_over: OnPassedOver = ignore_passed_over,
) -> Iterator[tuple[Item, int]]:
    """Yield each article or rejection of a file, with the number of bytes read so far.

    A file that is cut off, cannot be opened, or unpacks to more than `largest` bytes ends with a
    Rejection of line 0; so does a file with too many unreadable times. `on_passed_over` is called
    with the files of an archive that have no known format.
    """
    if file.problem:
        yield Rejection(file.name, 0, "file", file.problem), 0
        return
    if file.format in ("sqlite", OF_EXPORT):
        yield from ((item, 0) for item in _until_it_fails(_by_path(file, defaults), file.name))
        return
    reading = _Reading(defaults, Budget(largest), on_passed_over, file.size)
    try:
        with open_file(file.path) as raw:
            for item in reading.articles(raw, file.name, file.format):
                yield item, raw.tell() if file.size else 0
    except OSError as error:
        yield Rejection(file.name, 0, "file", _unreadable(error)), 0


def _by_path(file: File, defaults: Defaults) -> Iterator[Item]:
    """Yield the items of what is read by its path: a SQLite file, or a folder of an export."""
    if file.format == OF_EXPORT:
        return read_export(Path(file.path), defaults)
    defaults = defaults._replace(stem=stem_of(file.name))
    items = read_sqlite(file.path, file.table, file.sql, source=file.name, defaults=defaults)
    return until_times_are_unread(items, file.name)


def read_fetched(stream: BufferedReader, name: str, defaults: Defaults) -> Iterator[Item]:
    """Yield the articles and rejections of a feed from the network, RSS, Atom or JSON Feed.

    Anything else yields a single Rejection of line 0.
    """
    reading = _Reading(defaults, Budget(), ignore_passed_over)
    stream = in_utf_8(stream, "")
    start = stream.peek(SNIFFED_BYTES)
    seen = format_by_content(start)
    if seen in _FEED_READERS:
        yield from reading.articles(stream, name, _FEED_READERS[seen])
    elif seen == "page":
        feeds = ", ".join(urljoin(name, link) for link in _feed_links(start)) or "it names none"
        reason = f"is a web page, not a feed (its feeds: {feeds[:300]})"
        yield Rejection(name, 0, "feed", reason)
    else:
        yield Rejection(name, 0, "feed", "is neither RSS, Atom nor a JSON Feed")


def _feed_links(start: bytes) -> list[str]:
    """Return the feeds that a web page names in its head."""
    links = _FEED_LINK.findall(start.decode("utf-8", "replace"))
    return [link[1] for tag in links if (link := _HREF.search(tag))]


class _Reading:
    """Reads one file, and counts what it unpacks to."""

    def __init__(
        self, defaults: Defaults, budget: Budget, on_passed_over: OnPassedOver, size: int = 0
    ) -> None:
        self._defaults, self._budget = defaults, budget
        # of formats that are packed by themselves, and read as streams: an honest file may be large
        self._packed_budget = Budget(max(budget.largest, _MOST_PACKED * size))
        self._on_passed_over = on_passed_over

    def articles(self, raw: BinaryIO, name: str, format: str, depth: int = 0) -> Iterator[Item]:
        """Yield the articles and rejections of a stream; a fault ends it with a Rejection."""
        budget = self._packed_budget if format == "warc" else self._budget
        with _FaultCatcher(name) as faults:
            stream = decompressed(raw, budget)
            is_empty = not stream.peek(1)
            seen = format_by_content(stream.peek(SNIFFED_BYTES))
            format = format or seen or "jsonl"  # what is not recognised may be JSON lines
        if faults.rejection:
            yield faults.rejection
        elif problem := _problem(format, seen):
            yield Rejection(name, 0, "file", problem)
        elif is_empty:
            yield Rejection(name, 0, "file", "is empty", is_news=False)
        elif format in CONTAINERS:
            yield from _until_it_fails(self._members(stream, name, format, depth + 1), name)
        else:
            items = _until_it_fails(self._records(stream, name, format), name)
            yield from _worth_reading(until_times_are_unread(items, name), name)

    def _records(self, stream: BufferedReader, name: str, format: str) -> Iterator[Item]:
        defaults = self._defaults._replace(stem=self._defaults.stem or stem_of(name))
        if format in TEXT_FORMATS:
            stream = in_utf_8(stream, defaults.encoding)
        read = partial(_READERS[format], source=name, defaults=defaults)
        if format not in NEED_SEEKING:
            yield from read(stream)
            return
        with seekable(stream, self._budget) as file:
            for item in read(file):
                if isinstance(item, Article):
                    self._packed_budget.spend(len(item.title) + len(item.body))
                yield item

    def _members(
        self, stream: BufferedReader, name: str, format: str, depth: int
    ) -> Iterator[Item]:
        """Yield the articles of the files of an archive that have a known format."""
        if depth > _MAX_ARCHIVE_DEPTH:
            yield Rejection(name, 0, "file", "is an archive in an archive in an archive")
            return
        passed_over: list[str] = []
        is_empty = True
        for member in members(stream, format, self._budget):
            inner = format_by_name(member.name)
            place = f"{name}/{member.name}".encode("utf-8", "backslashreplace").decode()
            if member.problem:
                is_empty = False
                yield Rejection(place, 0, "file", member.problem)
                continue
            start = member.stream.peek(SNIFFED_BYTES)
            if PurePath(member.name).name == EXPORT and kind_of(start) == EXPORT_KIND:
                reason = "is an export in an archive (unpack it, and give its folder)"
                yield Rejection(place, 0, "file", reason)
                return
            if inner in ("", *NOT_IN_FOLDERS):
                passed_over.append(place)
            elif not is_label_start(member.name, member.stream.peek(64)):
                is_empty = False
                yield from self.articles(member.stream, place, inner, depth)
            if self._budget.is_spent:
                return
        if passed_over:
            self._on_passed_over(passed_over)
        if is_empty:
            yield Rejection(name, 0, "file", "holds no file of a known format")


class _FaultCatcher(AbstractContextManager["_FaultCatcher"]):
    """Turns what goes wrong inside a `with` into the rejection of a file; it may be used again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.rejection: Rejection | None = None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        """Keep the reason if the file is at fault; other errors propagate."""
        if isinstance(error, TooLargeError | DamagedError):
            reason = str(error)
        elif isinstance(error, TwicetoldError):  # an extra is missing, an export is not whole
            reason = f"{error.finding} ({error.hint})" if error.hint else error.finding
        elif isinstance(error, OSError):
            reason = _unreadable(error)
        else:
            return False
        self.rejection = Rejection(self._name, 0, "file", reason)
        return True


def _until_it_fails(items: Iterator[Item], name: str) -> Iterator[Item]:
    """Yield the items of a file, and why there are no more if it is damaged or too large."""
    faults = _FaultCatcher(name)
    while faults.rejection is None:
        with faults:
            item = next(items, None)
        if faults.rejection is not None:
            yield faults.rejection
        elif item is not None:
            yield item
        else:
            return


def _problem(format: str, seen: str) -> str:
    """Return why a file cannot be read in a format, given what its first bytes suggest; else ''."""
    if format == "sqlite":
        return "is a SQLite file, which is read where it is: sqlite:FILE?table=NAME"
    is_packed = format in TEXT_FORMATS and seen not in (*TEXT_FORMATS, "", "page", "iptc7901")
    if is_packed or (format in ("csv", "tsv") and seen in ("json", "jsonl")):
        return f"looks like {seen}, not like {format} (name its format: --format {seen})"
    return ""


def _worth_reading(items: Iterator[Item], name: str) -> Iterator[Item]:
    """Yield the items of a file; give up once it is clear that it holds no articles."""
    articles = rejected = 0
    for item in items:
        yield item
        articles += isinstance(item, Article)
        rejected += isinstance(item, Rejection) and item.is_news
        if rejected > _MOST_REJECTED and articles < _FEWEST_ARTICLES * rejected:
            yield Rejection(name, 0, "file", _NOT_WORTH_READING)
            return


def stem_of(name: str) -> str:
    """Return the name of a file up to its first dot: the outlet of articles that name none."""
    return "" if name == STANDARD_INPUT else PurePath(name).name.split(".")[0]


def _unreadable(error: OSError) -> str:
    return f"can't be read: {error.strerror or error}"
