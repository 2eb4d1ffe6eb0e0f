"""Rows as a table, JSON, JSON lines, CSV or TSV."""

import csv
import json
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TextIO

from .safe_text import printable_values, safe_cell, safe_json
from .tables import flat, table, terminal_width


class Output(NamedTuple):
    """The form in which rows are written."""

    format: str = "table"  # 'table', 'json', 'nl', 'csv' or 'tsv'
    headers: bool = True
    raw: bool = False  # cells of CSV and TSV exactly as they are stored


NO_TITLE = "(no title)"


def write_rows(rows: Sequence[Any], output: Output, stream: TextIO) -> None:
    """Write NamedTuples of one kind; no rows are an empty list in JSON, else nothing."""
    if output.format == "json":
        write_json([as_json(row) for row in rows], stream)
    elif output.format == "nl":
        for row in rows:
            stream.write(_json(as_json(row), stream) + "\n")
    elif output.format in ("csv", "tsv"):
        writer = csv.writer(
            stream, delimiter="," if output.format == "csv" else "\t", lineterminator="\n"
        )
        if rows and output.headers:
            writer.writerow(rows[0]._fields)
        cells = [[*map(flat, row)] for row in rows]
        writer.writerows(cells if output.raw else [[*map(safe_cell, row)] for row in cells])
    elif rows:
        stream.write(table(rows, headers=output.headers, width=terminal_width()) + "\n")
    stream.flush()  # before any message about them on stderr


def write_answer(
    answer: Any, rows: Sequence[Any], card: Callable[[Any], str], output: Output, stream: TextIO
) -> None:
    """Write an answer: its card in place of a table, the whole in JSON, its rows in other forms."""
    if output.format == "table":
        stream.write(card(printable_values(answer)))
        stream.flush()
    elif output.format == "json":
        write_json(as_json(answer), stream)
    else:
        write_rows(rows, output, stream)


def write_json(value: object, stream: TextIO) -> None:
    """Write one JSON value, indented."""
    stream.write(_json(value, stream, indent=2) + "\n")


def as_json(value: Any) -> Any:
    """Return a value with all NamedTuples in it as dicts."""
    if hasattr(value, "_asdict"):
        return {name: as_json(part) for name, part in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [as_json(part) for part in value]
    return value


def count(number: int, noun: str) -> str:
    """Return '1 story', '2 stories', '3 days', '1,200 new links'."""
    if number == 1:
        return f"1 {noun}"
    plural = f"{noun[:-1]}ies" if re.search("[^aeiou]y$", noun) else f"{noun}s"
    return f"{number:,} {plural}"


def _json(value: object, stream: TextIO, indent: int | None = None) -> str:
    """Return JSON that a terminal does not obey, in ASCII for a stream that is not Unicode."""
    is_unicode = "utf" in (getattr(stream, "encoding", "") or "utf-8").lower()
    return safe_json(json.dumps(value, ensure_ascii=not is_unicode, indent=indent))
