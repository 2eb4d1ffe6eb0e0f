"""Which files to read: those of the sources a user names, of folders and globs.

Start reading at `find_files`. Folders hold all sorts of things: what is no file of ours is left
out, and what should be one and cannot be read is reported.
"""

import glob
import io
import os
import re
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast

from ..errors import ArgumentError, SourceError, TwicetoldError
from ..manifests import EXPORT, EXPORT_KIND, read_kind
from ..urls import is_url
from .compression import Budget, DamagedError, TooLargeError, decompressed
from .formats import FORMATS, NOT_IN_FOLDERS, SNIFFED_BYTES, format_by_content, format_by_name
from .sqlite import PREFIX, split_source
from .table import is_label_file

STANDARD_INPUT = "-"
OF_EXPORT = "export"  # the format of a folder that `export` wrote
_ABOUT = re.compile(r"readme|license|.*\.toml\Z", re.IGNORECASE)  # files about a folder
_KINDS = {stat.S_IFIFO: "is a named pipe", stat.S_IFSOCK: "is a socket"}


class File(NamedTuple):
    """One file to read, or one that should be and cannot."""

    path: str  # '-' for standard input
    format: str = ""  # '': as its first bytes say
    size: int = 0  # bytes; 0: unknown
    problem: str = ""  # why it can't be read
    table: str = ""  # of a SQLite file
    sql: str = ""  # a query of it

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
            found.files.append(File(source, format))
            continue
        if source.startswith(PREFIX):
            found.files.append(_of_sqlite(source))
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
            hint = "twicetold fetch reads urls" if is_url(source) else ""
            raise SourceError(source, "no such file or folder", hint=hint)
    return found


def _of_sqlite(source: str) -> File:
    path, table, sql = split_source(source)
    if not os.path.isfile(path):
        raise SourceError(path, "no such file")
    return File(path, "sqlite", table=table, sql=sql)


def is_export(path: Path | str) -> bool:
    """Whether a path is that of a folder that `export` wrote."""
    manifest = read_kind(Path(path) / EXPORT, EXPORT_KIND)
    return manifest is not None and manifest.get("format") != "ninjs"  # which has articles alone


def _is_manifest(path: Path) -> bool:
    return path.name == EXPORT and read_kind(path, EXPORT_KIND) is not None


def open_file(path: str) -> BinaryIO:
    """Open a file or standard input for reading. Raises OSError."""
    if path != STANDARD_INPUT:
        return open(path, "rb")
    if sys.stdin is None:
        raise OSError("standard input is closed")
    # tests put any stream of bytes in its place
    return cast("BinaryIO", io.BufferedReader(cast("io.RawIOBase", sys.stdin.buffer)))


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
    if is_export(path):
        found.files.append(File(str(path), OF_EXPORT))
    elif stat.S_ISDIR(status.st_mode):
        for entry in _entries(sorted(path.iterdir()), {(status.st_dev, status.st_ino)}):
            _add_entry(found, entry, format)
    elif stat.S_ISREG(status.st_mode):
        _add_file(found, path, format)
    elif stat.S_ISFIFO(status.st_mode):  # as a shell makes for <(command)
        found.files.append(File(str(path), format or format_by_name(path.name)))
    else:
        raise SourceError(str(path), "is neither a file nor a folder")


def _add_file(found: Found, path: Path, format: str) -> None:
    """Add a file that a user named. Raises SourceError if its format is not known."""
    known_format = format or format_by_name(path.name) or _format_of_content(path)
    if not known_format:
        hint = f"name it: --format {'|'.join(FORMATS)}"
        raise SourceError(str(path), "no known format", hint=hint)
    found.files.append(File(str(path), known_format, path.stat().st_size))


def _entries(paths: Iterable[Path], seen: set[tuple[int, int]]) -> Iterator[Path | File]:
    """Yield paths, and in place of folders what they and their subfolders hold, sorted by name.

    A folder that links lead to again is read once. What cannot be read is a File with its problem.
    """
    for entry in paths:
        if entry.name.startswith(".") or _is_manifest(entry):
            continue
        try:
            status = entry.stat()
            if not stat.S_ISDIR(status.st_mode):
                yield entry
            elif is_export(entry):
                yield File(str(entry), OF_EXPORT)
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
    elif format_by_name(entry.name) in ("", *NOT_IN_FOLDERS):
        if not _ABOUT.match(entry.name):
            found.passed_over.append(File(str(entry)).name)
    elif not is_label_file(entry):
        found.files.append(File(str(entry), format or format_by_name(entry.name), status.st_size))


def _format_of_content(path: Path) -> str:
    """Return the format that the first bytes of a file suggest; '' if none."""
    try:
        with path.open("rb") as file:
            return format_by_content(decompressed(file, Budget()).read(SNIFFED_BYTES))
    except (OSError, TwicetoldError, DamagedError, TooLargeError):
        return ""
