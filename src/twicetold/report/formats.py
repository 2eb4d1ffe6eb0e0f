"""Rows as a table, JSON, JSON lines, CSV or TSV."""

import csv
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TextIO

LONGEST_CELL = 80  # characters, on a terminal


class Output(NamedTuple):
    """How rows are to be written."""

    format: str = "table"  # 'table', 'json', 'nl', 'csv' or 'tsv'
    headers: bool = True


def write(rows: Sequence[Any], output: Output, stream: TextIO) -> None:
    """Write NamedTuples of one kind; no row at all is an empty list, or nothing."""
    if output.format == "json":
        write_object([plain(row) for row in rows], stream)
    elif output.format == "nl":
        for row in rows:
            stream.write(json.dumps(plain(row), ensure_ascii=False) + "\n")
    elif output.format in ("csv", "tsv"):
        writer = csv.writer(
            stream, delimiter="," if output.format == "csv" else "\t", lineterminator="\n"
        )
        if rows and output.headers:
            writer.writerow(rows[0]._fields)
        writer.writerows(rows)
    elif rows:
        stream.write(table(rows, headers=output.headers) + "\n")
    stream.flush()  # before anything that is said about them on stderr


def write_answer(
    found: Any, rows: Sequence[Any], told: Callable[[], str], output: Output, stream: TextIO
) -> None:
    """Write one answer: in words as a table would be, whole in JSON, its rows in other forms."""
    if output.format == "table":
        stream.write(told())
        stream.flush()
    elif output.format == "json":
        write_object(plain(found), stream)
    else:
        write(rows, output, stream)


def write_object(found: object, stream: TextIO) -> None:
    """Write one JSON value, indented."""
    stream.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


def plain(value: Any) -> Any:
    """NamedTuples as dicts, all the way down, as JSON wants them."""
    if hasattr(value, "_asdict"):
        return {name: plain(part) for name, part in value._asdict().items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    return value


def table(rows: Sequence[Any], *, headers: bool = True) -> str:
    """A table for the eye: times to the minute, long texts cut."""
    from tabulate import tabulate

    cells = [[_cell(value) for value in row] for row in rows]
    names = [name.replace("_", " ") for name in rows[0]._fields] if headers else ()
    style = "simple" if headers else "plain"
    return str(tabulate(cells, names, tablefmt=style, disable_numparse=True))


def minute(time: str) -> str:
    """'2026-02-05T14:30:00Z' as '2026-02-05 14:30'."""
    return time[:16].replace("T", " ")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}"
    text = str(value)
    if len(text) == 20 and text.endswith("Z") and text[10] == "T":
        return minute(text)
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1].rstrip() + "…"
