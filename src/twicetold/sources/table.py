"""CSV and TSV with a header; the delimiter is the one that occurs most in the header."""

import csv
import io
from collections.abc import Iterator, Mapping
from io import BufferedReader
from pathlib import Path

from ..article import (
    COLUMN_NAMES,
    LONGEST_TEXT,
    Article,
    Defaults,
    Rejection,
    article_from,
    excerpt,
)
from ..errors import ArticleError

LABEL_HEADER = "key,story,copy_group"  # a file of labels beside the articles
_DELIMITERS = ",;\t|"


def read_table(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the rows; a rejection has its last line."""
    header_line = file.peek(1 << 16).partition(b"\n")[0].decode("utf-8", "replace")
    delimiter = max(_DELIMITERS, key=header_line.count)
    csv.field_size_limit(4 * LONGEST_TEXT)
    # bytes that are not UTF-8 become surrogates, so that only their own row is rejected
    text = io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.reader(text, delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows)]
        if _is_broken(header):
            yield Rejection(source, 1, "line", "is not UTF-8", excerpt(header_line))
            return
        if missing := _missing(header, defaults.columns):
            yield Rejection(source, 1, missing[0], missing[1], excerpt(header_line))
            return
        for row in rows:
            if row:
                yield _article(row, header, source, rows.line_num, defaults)
    except csv.Error as error:
        yield Rejection(source, rows.line_num, "line", f"is not CSV: {error}")
    finally:
        text.detach()  # the caller closes the file


def is_label_file(path: Path) -> bool:
    """Whether a CSV holds labels of articles, not articles."""
    if path.suffix.lower() != ".csv":
        return False
    try:
        with path.open("rb") as file:
            return file.readline(64).strip() == LABEL_HEADER.encode()
    except OSError:
        return False


def _article(
    row: list[str],
    header: list[str],
    source: str,
    line: int,
    defaults: Defaults,
) -> Article | Rejection:
    beginning = excerpt(" ".join(row))
    if len(row) != len(header):
        reason = f"has {len(row)} fields where the header has {len(header)}"
        return Rejection(source, line, "line", reason, beginning)
    if _is_broken(row):
        return Rejection(source, line, "line", "is not UTF-8", beginning)
    try:
        named = {name: value for name, value in zip(header, row, strict=True) if value}
        return article_from(named, defaults, source, line)
    except ArticleError as error:
        return Rejection(source, line, error.field, error.reason, beginning)


def _is_broken(row: list[str]) -> bool:
    return any("\udc80" <= c <= "\udcff" for field in row if not field.isascii() for c in field)


def _missing(header: list[str], columns: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the field and the reason if --map names a missing column, or no column has text."""
    columns_there = ", ".join(header)[:200]
    for field, column in columns.items():
        if column and column not in header:
            return field, f"has no column '{column}' among {columns_there}"
    names = {*COLUMN_NAMES["title"], *COLUMN_NAMES["body"]}
    if "title" in columns or "body" in columns or names & set(header):
        return None
    return "title", f"has no column among {columns_there} (name it: --map title={header[0]})"
