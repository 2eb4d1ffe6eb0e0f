"""Which files to read: those of the sources a user names, of folders and globs.

Start reading at `find_files`. Folders hold all sorts of things: what is no file of ours is left
out, and what should be one and cannot be read is reported.
"""

import glob
import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ..errors import ArgumentError, SourceError
from .table import is_label_file
from .whole import LARGEST_UNPACKED, LimitedReader, TooLargeError

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
_ABOUT = re.compile(r"readme|license|.*\.toml\Z", re.IGNORECASE)  # files about a folder
_KINDS = {stat.S_IFIFO: "is a named pipe", stat.S_IFSOCK: "is a socket"}


class File(NamedTuple):
    """One file to read, or one that should be and cannot."""

    path: str  # '-' for standard input
    format: str = ""
    size: int = 0  # bytes; 0: unknown
    problem: str = ""  # why it can't be read

    @property
    def name(self) -> str:
        """The path as it can be stored and printed: bytes that are not UTF-8 are spelled out."""
        return self.path.encode("utf-8", "backslashreplace").decode()


class Found(NamedTuple):
    """What some sources hold."""

    files: list[File]  # in the order of the sources; those of a folder or a glob sorted by name
    passed_over: list[str]  # files in folders whose format is not known


def find_files(sources: Sequence[str], format: str = "") -> Found:
    """Return the files of all sources.

    A folder is searched with its subfolders for files of a known suffix. Hidden files and label
    files (a CSV of key, story, copy_group) are left out. Raises SourceError if a source does not
    exist, cannot be read, or has no known format, ArgumentError for an unknown `format`.
    """
    if format not in ("", *FORMATS):
        raise ArgumentError("format", f"{format!r} is not one of {', '.join(FORMATS)}")
    found = Found([], [])
    for source in sources:
        if source == STANDARD_INPUT:
            found.files.append(File(source, format or "jsonl"))
            continue
        try:
            if os.path.lexists(source):
                _add_source(found, Path(source), format)
                continue
            matches = _matches(source)
            for entry in _entries(matches, set()):
                _add_entry(found, entry, format, is_named=True)
        except (OSError, ValueError) as error:  # a name with a null character
            finding = f"can't be read: {getattr(error, 'strerror', '') or error}"
            raise SourceError(source[:200], finding) from None
        if not matches:
            raise SourceError(source, "no such file or folder")
    return found


def open_file(path: str) -> BinaryIO:
    """Open a file or standard input for reading. Raises OSError."""
    if path != STANDARD_INPUT:
        return open(path, "rb")
    if sys.stdin is None:
        raise OSError("standard input is closed")
    # tests put any stream of bytes in its place
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer)))


def unpacked(raw: BinaryIO, largest: int) -> BufferedReader:
    """Return a stream of a file's bytes, decompressed; reading beyond `largest` bytes of these
    raises TooLargeError."""
    buffered = cast("BufferedReader", raw)
    if buffered.peek(2)[:2] == b"\x1f\x8b":
        return io.BufferedReader(LimitedReader(gzip.GzipFile(fileobj=buffered), largest))
    return buffered


def _matches(pattern: str) -> list[Path]:
    """Return what a glob matches, sorted; ** does not follow symbolic links."""
    if "**" not in pattern:
        return [Path(match) for match in sorted(glob.glob(pattern))]
    root = Path(pattern).anchor
    paths = Path(root or ".").glob(pattern[len(root) :])
    shown = (path for path in paths if not any(part.startswith(".") for part in path.parts))
    return sorted(path for path in shown if not path.is_dir())


def _add_source(found: Found, path: Path, format: str) -> None:
    """Add the files of a source that a user named."""
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        for entry in _entries(sorted(path.iterdir()), {(status.st_dev, status.st_ino)}):
            _add_entry(found, entry, format)
    elif stat.S_ISREG(status.st_mode):
        _add_file(found, path, format)
    elif stat.S_ISFIFO(status.st_mode):  # as a shell makes for <(command)
        found.files.append(File(str(path), format or _format_by_name(path) or "jsonl"))
    else:
        raise SourceError(str(path), "is neither a file nor a folder")


def _add_file(found: Found, path: Path, format: str) -> None:
    """Add a file that a user named. Raises SourceError if its format is not known."""
    known_format = format or _format_by_name(path) or _format_by_content(path)
    if not known_format:
        hint = f"name it: --format {'|'.join(FORMATS)}"
        raise SourceError(str(path), "no known format", hint=hint)
    found.files.append(File(str(path), known_format, path.stat().st_size))


def _entries(paths: Iterable[Path], seen: set[tuple[int, int]]) -> Iterator[Path | File]:
    """Yield paths, and in place of folders what they and their subfolders hold, sorted by name.

    A folder that links lead to again is read once. What cannot be read is a File with its problem.
    """
    for entry in paths:
        if entry.name.startswith("."):
            continue
        try:
            status = entry.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield entry
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                yield from _entries(sorted(entry.iterdir()), seen)
        except OSError as error:
            is_link = entry.is_symlink()
            problem = "is a link to nothing" if is_link else f"can't be read: {error.strerror}"
            yield File(str(entry), problem=problem)


def _add_entry(found: Found, entry: Path | File, format: str, *, is_named: bool = False) -> None:
    """Add what a folder holds: a file of a known format, or one that cannot be read.

    `is_named`: a glob names it, so its format has to be known.
    """
    if isinstance(entry, File):
        found.files.append(entry)
        return
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        problem = _KINDS.get(stat.S_IFMT(status.st_mode), "is a device")
        found.files.append(File(str(entry), problem=f"{problem}, not a file"))
    elif is_named:
        _add_file(found, entry, format)
    elif not _format_by_name(entry):
        if not _ABOUT.match(entry.name):
            found.passed_over.append(File(str(entry)).name)
    elif not is_label_file(entry):
        found.files.append(File(str(entry), format or _format_by_name(entry), status.st_size))


def _format_by_name(path: Path) -> str:
    return _SUFFIXES.get(path.with_name(path.name.removesuffix(".gz") or "-").suffix.lower(), "")


def _format_by_content(path: Path) -> str:
    """Return the format that the first byte of a file suggests; '' if none."""
    try:
        with path.open("rb") as file:
            start = unpacked(file, LARGEST_UNPACKED).read(512)
    except (OSError, EOFError, zlib.error, TooLargeError):
        return ""
    formats = {b"{": "jsonl", b"[": "json", b"<": "feed"}
    return formats.get(start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1], "")
