"""Sources of articles: files, folders, globs and standard input, one module for each format.

Start reading at `read_file`. A source yields articles or rejections in the order of the file. It
never prints, never stops at a bad article, and knows nothing of the index.
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
from ..errors import ArgumentError, SourceError
from .feed import read_feed
from .json_ import read_json
from .jsonl import read_jsonl
from .table import is_label_file, read_table

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
    "jsonl": read_jsonl,
    "json": read_json,
    "csv": read_table,
    "tsv": read_table,
    "feed": read_feed,
}


class File(NamedTuple):
    """One file to read. `path` is '-' for standard input; `size` is in bytes, 0 if unknown."""

    path: str
    format: str
    size: int


def find_files(sources: Sequence[str], format: str = "") -> list[File]:
    """Return the files of all sources, in order; those of a folder or a glob sorted by name.

    A folder is searched with its subfolders for files of a known suffix. Hidden files and label
    files (a CSV of key, story, copy_group) are left out. Raises SourceError if a source does not
    exist, cannot be read, or has no known format, ArgumentError for an unknown `format`.
    """
    if format not in ("", *FORMATS):
        raise ArgumentError("format", f"{format!r} is not one of {', '.join(FORMATS)}")
    files: list[File] = []
    for source in sources:
        if source == STANDARD_INPUT:
            files.append(File(source, format or "jsonl", 0))
            continue
        path = Path(source)
        if path.is_dir():
            files += _folder_files(path, format)
        elif path.exists():
            files.append(_file(path, format))
        elif matches := sorted(glob.glob(source, recursive=True)):
            files += find_files(matches, format)
        else:
            raise SourceError(source, "no such file or folder")
    return files


def read_file(file: File, defaults: Defaults) -> Iterator[tuple[Article | Rejection, int]]:
    """Yield each article or rejection of a file, with the number of bytes read so far.

    A file that is cut off or cannot be opened yields a last Rejection with line 0.
    """
    try:
        with _open(file.path) as raw:
            lines = _unzipped(raw)
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
        yield Rejection(file.path, 0, "file", f"is damaged gzip: {error}"), 0


def _folder_files(folder: Path, format: str) -> list[File]:
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        raise SourceError(str(folder), f"can't be read: {error.strerror}") from None
    files: list[File] = []
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            files += _folder_files(entry, format)
        elif _format_by_name(entry) and not is_label_file(entry):
            files.append(_file(entry, format))
    return files


def _file(path: Path, format: str) -> File:
    known_format = format or _format_by_name(path) or _format_by_content(path)
    if not known_format:
        hint = f"name it: --format {'|'.join(FORMATS)}"
        raise SourceError(str(path), "no known format", hint=hint)
    return File(str(path), known_format, path.stat().st_size)


def _format_by_name(path: Path) -> str:
    return _SUFFIXES.get(path.with_name(path.name.removesuffix(".gz")).suffix.lower(), "")


def _format_by_content(path: Path) -> str:
    """Return the format that the first byte of a file suggests; '' if none."""
    try:
        with path.open("rb") as file:
            start = _unzipped(file).read(512).removeprefix(b"\xef\xbb\xbf").lstrip()
    except (OSError, EOFError, zlib.error):
        return ""
    formats = {b"{": "jsonl", b"[": "json", b"<": "feed"}
    return formats.get(start[:1], "")


def _open(path: str) -> BinaryIO:
    if path == STANDARD_INPUT:  # tests put any stream of bytes in its place
        return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer)))
    return open(path, "rb")


def _unzipped(raw: BinaryIO) -> BufferedReader:
    buffered = cast("BufferedReader", raw)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        return cast("BufferedReader", io.BufferedReader(gzip.GzipFile(fileobj=buffered)))
    return buffered
