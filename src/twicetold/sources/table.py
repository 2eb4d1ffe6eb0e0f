"""CSV and TSV with a header; the delimiter is the one that occurs most in the header."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path

from ..article import LONGEST_TEXT, Article, Rejection, excerpt
from ..records import Defaults, broken_record, read_record
from .header import header_problem

LABEL_HEADER = "key,story,copy_group"  # a file of labels beside the articles
_DELIMITERS = ",;\t|"
_NAMED_DELIMITER = re.compile(r'\ufeff?"?sep=([,;\t|])"?\r?$', re.IGNORECASE)  # of Excel
_NOT_UTF_8 = "is not UTF-8 (say what it is: --encoding cp1252)"
_LONGEST_FIELD = 4 * LONGEST_TEXT  # characters of a field, and of a line


class _Lines:
    """The lines of a stream; one that is too long is an error, and the next one follows."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._text.readline(_LONGEST_FIELD)
        if not line:
            raise StopIteration
        rest = line
        while len(rest) == _LONGEST_FIELD and rest[-1] not in "\r\n":
            rest = self._text.readline(_LONGEST_FIELD)
        if rest is not line:
            raise csv.Error(f"a line is longer than {_LONGEST_FIELD:,} characters")
        return line


def read_table(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the rows; a rejection has its last line."""
    header_line = file.peek(1 << 16).partition(b"\n")[0].decode("utf-8", "replace")
    named = _NAMED_DELIMITER.match(header_line)
    if named:
        file.readline()
    delimiter = named[1] if named else max(_DELIMITERS, key=header_line.count)
    csv.field_size_limit(_LONGEST_FIELD)
    # bytes that are not UTF-8 become surrogates, so that only their own row is rejected
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.reader(_Lines(text), delimiter=delimiter)
    header: list[str] = []
    try:
        for row in _rows(rows, source):
            if isinstance(row, Rejection):
                yield row._replace(line=rows.line_num)
            elif header:
                yield _article(row, header, source, rows.line_num, defaults)
            else:
                header = [name.strip() for name in row]
                if problem := _problem(header, defaults.columns):
                    yield broken_record(source, rows.line_num, *problem, header_line)
                    return
        if not header:
            yield Rejection(source, 0, "file", "has no header")
    finally:
        text.detach()  # the caller closes the file


def is_label_file(path: Path) -> bool:
    """Whether a CSV holds labels of articles, not articles."""
    try:
        with path.open("rb") as file:
            return is_label_start(path.name, file.readline(64))
    except OSError:
        return False


def is_label_start(name: str, start: bytes) -> bool:
    """Whether a file of that name and beginning holds labels of articles."""
    return name.lower().endswith(".csv") and start.splitlines()[:1] == [LABEL_HEADER.encode()]


def _rows(rows: Iterator[list[str]], source: str) -> Iterator[list[str] | Rejection]:
    """Yield the rows that are not empty, and a rejection for each that is not CSV."""
    while True:
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Rejection(source, 0, "line", f"is not CSV: {error}")
        else:
            if row:
                yield row


def _article(
    row: list[str],
    header: list[str],
    source: str,
    line: int,
    defaults: Defaults,
) -> Article | Rejection:
    if len(row) != len(header):
        reason = f"has {len(row)} fields where the header has {len(header)}"
        return broken_record(source, line, "line", reason, " ".join(row))
    if _is_broken(row):
        return broken_record(source, line, "line", _NOT_UTF_8, " ".join(row))
    named = {name: value for name, value in zip(header, row, strict=True) if value}
    return read_record(named, defaults, source, line, lambda: excerpt(" ".join(row)))


def _is_broken(row: list[str]) -> bool:
    return any("\udc80" <= c <= "\udcff" for field in row if not field.isascii() for c in field)


def _problem(header: list[str], columns: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the field and the reason if the rows cannot be read, also for a broken header."""
    return ("line", _NOT_UTF_8) if _is_broken(header) else header_problem(header, columns)
