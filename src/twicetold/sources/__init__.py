"""Sources of articles: files, folders, globs and standard input, one module for each format.

Start reading at `read_file`; `files` lists what there is to read. A source yields articles or
rejections in the order of the file. It never prints, never stops at a bad article, and knows
nothing of the index.
"""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from ..article import TIME_FIELDS, Article, Rejection
from ..records import Defaults
from .encodings import in_utf_8
from .feed import read_feed
from .files import FORMATS, STANDARD_INPUT, File, Found, find_files, open_file, unpacked
from .json_ import read_json
from .jsonl import read_jsonl
from .table import read_table
from .whole import LARGEST_UNPACKED, TooLargeError

__all__ = ["FORMATS", "LARGEST_UNPACKED", "File", "Found", "find_files", "read_file"]

Item = Article | Rejection

_READERS: Mapping[str, Callable[..., Iterator[Item]]] = {
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_table,
    "tsv": read_table,
    "feed": read_feed,
}
MOST_UNREAD = 0.2  # of the times of a file; with more, the form of its times is not understood
_MOST_REJECTED = 100_000  # records of a file of which fewer than one in a hundred is an article
_FEWEST_ARTICLES = 0.01
_NOT_WORTH_READING = f"has {_MOST_REJECTED:,} records that are no articles; the rest is not read"
_FEWEST_RECORDS = 20  # in fewer, one bad time is too large a share
_BLOCK_RECORDS = 5_000  # read before the first is passed on
_BLOCK_CHARACTERS = 20_000_000  # the same


def read_file(
    file: File, defaults: Defaults, largest: int = LARGEST_UNPACKED
) -> Iterator[tuple[Item, int]]:
    """Yield each article or rejection of a file, with the number of bytes read so far.

    A file that is cut off, cannot be opened, or unpacks to more than `largest` bytes, yields a last
    Rejection with line 0. So does a file many of whose times cannot be read: its articles would
    come in undated, as if they were of today.
    """
    if file.problem:
        yield Rejection(file.name, 0, "file", file.problem), 0
        return
    yield from _until_times_are_unread(_read(file, defaults, largest), file.name)


def _read(file: File, defaults: Defaults, largest: int) -> Iterator[tuple[Item, int]]:
    try:
        with open_file(file.path) as raw:
            lines = in_utf_8(unpacked(raw, largest), defaults.encoding)
            stem = "" if file.path == STANDARD_INPUT else Path(file.name).name.split(".")[0]
            if not lines.peek(1):
                yield Rejection(file.name, 0, "file", "is empty", is_news=False), 0
                return
            reader = _READERS[file.format]
            articles = rejected = 0
            for item in reader(lines, source=file.name, defaults=defaults._replace(stem=stem)):
                yield item, raw.tell() if file.size else 0
                articles += isinstance(item, Article)
                rejected += isinstance(item, Rejection)
                if rejected > _MOST_REJECTED and articles < _FEWEST_ARTICLES * rejected:
                    yield Rejection(file.name, 0, "file", _NOT_WORTH_READING), 0
                    return
    except TooLargeError as error:
        yield Rejection(file.name, 0, "file", str(error)), 0
    except OSError as error:
        yield Rejection(file.name, 0, "file", f"can't be read: {error.strerror or error}"), 0
    except (EOFError, zlib.error) as error:
        yield Rejection(file.name, 0, "file", f"is damaged gzip: {error}"), 0


def _until_times_are_unread(
    items: Iterator[tuple[Item, int]], source: str
) -> Iterator[tuple[Item, int]]:
    """Yield the items in blocks, up to a block too many of whose times could not be read."""
    block: list[tuple[Item, int]] = []
    characters = 0
    for item in items:
        block.append(item)
        if isinstance(item[0], Article):
            characters += len(item[0].title) + len(item[0].body)
        if len(block) == _BLOCK_RECORDS or characters > _BLOCK_CHARACTERS:
            if refusal := _refusal([item for item, _ in block], source):
                yield refusal, block[-1][1]
                return
            yield from map(_without_missing, block)
            block, characters = [], 0
    refusal = _refusal([item for item, _ in block], source)
    yield from [(refusal, block[-1][1])] if refusal else map(_without_missing, block)


def _without_missing(item: tuple[Item, int]) -> tuple[Item, int]:
    """Return an article without the note that its record lacks a column: others have it."""
    article, position = item
    if not isinstance(article, Article) or not any(each.there for each in article.unread):
        return item
    unread = tuple(each for each in article.unread if not each.there)
    return replace(article, unread=unread), position


def _refusal(items: list[Item], source: str) -> Rejection | None:
    """Return the rejection of a file more than a fifth of whose times could not be read.

    Or of one of which no record has a column that `--map` names.
    """
    articles = [item for item in items if isinstance(item, Article)]
    missing = Counter(each[:3] for article in articles for each in article.unread if each.there)
    for (field, _, column), number in missing.items():
        if number == len(articles):
            there = next(each.there for each in articles[0].unread if each.there)
            reason = f"has no column '{column}' in any record; the first has {there}"
            return Rejection(source, 0, field, reason)
    if len(items) < _FEWEST_RECORDS:
        return None
    for field in TIME_FIELDS:
        unread = [
            each
            for article in articles
            for each in article.unread
            if each.field == field and not each.there
        ]
        times = len(unread) + sum(getattr(article, field) is not None for article in articles)
        if len(unread) > MOST_UNREAD * times:
            reason = (
                f"in column '{unread[0].column}': {len(unread):,} of {times:,} times can't be read,"
                f" the first '{unread[0].value}' (say how they are written:"
                " --date-format '%d.%m.%Y %H:%M')"
            )
            return Rejection(source, 0, field, reason)
    return None
