"""What is read: files, folders, globs and standard input, one module a format.

Start reading at `read`: a source yields Articles or Rejections in the order of the file. It
never prints, never stops at a bad article and knows nothing of the index.
"""

import glob
import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ..article import Article, Defaults, Rejection
from ..errors import SourceError
from . import feed, json_, jsonl, table

STANDARD_INPUT = "-"
FORMATS = ("jsonl", "json", "csv", "tsv", "feed")
_SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".rss": "feed",
    ".atom": "feed",
    ".xml": "feed",
}
_READERS: Mapping[str, Callable[..., Iterator[Article | Rejection]]] = {
    "jsonl": jsonl.read,
    "json": json_.read,
    "csv": table.read,
    "tsv": table.read,
    "feed": feed.read,
}


class File(NamedTuple):
    """One file to read. `path` is '-' for standard input, `size` in bytes, 0 if not known."""

    path: str
    format: str
    size: int


def files(sources: Sequence[str], format: str = "") -> list[File]:
    """The files of all sources, in order; those of a folder or a glob sorted by name.

    A folder is read with all below it: files of a known ending, hidden ones and label files
    (a CSV of key, story, copy_group) passed over.
    Raises SourceError when a source is not there, can't be read, or has no known format.
    """
    found: list[File] = []
    for source in sources:
        if source == STANDARD_INPUT:
            found.append(File(source, format or "jsonl", 0))
            continue
        path = Path(source)
        if path.is_dir():
            found += _folder(path, format)
        elif path.exists():
            found.append(_file(path, format))
        elif matches := sorted(glob.glob(source, recursive=True)):
            found += files(matches, format)
        else:
            raise SourceError(source, "no such file or folder")
    return found


def read(file: File, defaults: Defaults) -> Iterator[tuple[Article | Rejection, int]]:
    """Each article or rejection of a file, with the number of bytes read so far.

    A file that breaks off or can't be opened ends in a Rejection of line 0.
    """
    try:
        with _opened(file.path) as raw:
            lines = _unpacked(raw)
            stem = "" if file.path == STANDARD_INPUT else Path(file.path).name.split(".")[0]
            if not lines.peek(1):
                yield Rejection(file.path, 0, "file", "is empty"), 0
                return
            reader = _READERS[file.format]
            for item in reader(lines, source=file.path, defaults=defaults._replace(stem=stem)):
                yield item, raw.tell() if file.size else 0
    except OSError as error:
        yield Rejection(file.path, 0, "file", f"can't be read: {error.strerror or error}"), 0
    except (EOFError, zlib.error) as error:
        yield Rejection(file.path, 0, "file", f"is not whole gzip: {error}"), 0


def _folder(folder: Path, format: str) -> list[File]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise SourceError(str(folder), f"can't be read: {error.strerror}") from None
    found: list[File] = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            found += _folder(entry, format)
        elif _known_format(entry) and not table.is_label_file(entry):
            found.append(_file(entry, format))
    return found


def _file(path: Path, format: str) -> File:
    known = format or _known_format(path) or _sniffed(path)
    if not known:
        hint = f"name it: --format {'|'.join(FORMATS)}"
        raise SourceError(str(path), "no known format", hint=hint)
    return File(str(path), known, path.stat().st_size)


def _known_format(path: Path) -> str:
    return _SUFFIXES.get(path.with_name(path.name.removesuffix(".gz")).suffix.lower(), "")


def _sniffed(path: Path) -> str:
    """What the first bytes of a file without a telling name say."""
    try:
        with path.open("rb") as file:
            start = _unpacked(file).read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    except (OSError, EOFError, zlib.error):
        return ""
    starts = {b"{": "jsonl", b"[": "json", b"<": "feed"}
    return starts.get(start[:1], "")


def _opened(path: str) -> BinaryIO:
    if path == STANDARD_INPUT:  # which may stand for any stream of bytes
        return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer)))
    return open(path, "rb")


def _unpacked(raw: BinaryIO) -> BufferedReader:
    buffered = cast("BufferedReader", raw)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        return cast("BufferedReader", io.BufferedReader(gzip.GzipFile(fileobj=buffered)))
    return buffered
