"""The tables of an index as files that other programs read. Start reading at `export`."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..csv_cells import guarded
from ..errors import ArgumentError, TwicetoldError, missing_extra
from ..index import Index, feeds, in_snapshot, tables
from ..index.tables import Table
from ..manifests import EXPORT, EXPORT_KIND, OPML, read_manifest, write_manifest
from ..progress import Progress, no_progress
from ..replacing import replacing
from .outputs import check_not_index
from .wire_formats import ninjs_item, opml

if TYPE_CHECKING:
    import pyarrow

SUFFIXES = {"jsonl": "jsonl", "csv": "csv", "parquet": "parquet", "ninjs": "ninjs.jsonl"}
FORMATS = tuple(SUFFIXES)

Rows = Sequence[Sequence[Any]]
Write = Callable[[Rows], object]


class ExportedTable(NamedTuple):
    """A file that `export` wrote."""

    table: str
    file: str  # its path
    rows: int
    bytes: int


@in_snapshot
def export(
    index: Index,
    folder: str | Path,
    *,
    format: str = "jsonl",
    raw: bool = False,
    progress: Progress = no_progress,
) -> list[ExportedTable]:
    """Write the tables of an index into a folder, one file for each, in place of older ones.

    `format` is 'jsonl', 'csv', 'parquet', or 'ninjs' for the articles alone, as agencies send them.
    In CSV, an apostrophe precedes what a spreadsheet would run, unless `raw` is set. The tables are
    of one state of the index. `run` reads the folder back: articles, their older texts, outlets and
    decisions. The feeds of the index are written as OPML. Raises ArgumentError for another format,
    TwicetoldError if the folder holds other files, or the index, or cannot be written, or if the
    extra for Parquet is missing.
    """
    if format not in FORMATS:
        raise ArgumentError("format", f"'{format}' is not one of {', '.join(FORMATS)}")
    if format == "parquet":
        _require_pyarrow()
    place = Path(folder)
    read_manifest(place, EXPORT, EXPORT_KIND, "tables")
    for path in [place / OPML, *_paths(place, FORMATS)]:
        check_not_index(path, index.place)
    about = {"format": format, "guarded": format == "csv" and not raw}
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_manifest(place, EXPORT, EXPORT_KIND, tables={}, **about)
        written = _write_tables(index, place, format, raw, progress)
        files = {each.table: Path(each.file).name for each in written}
        written += _write_feeds(index, place)
        write_manifest(place, EXPORT, EXPORT_KIND, tables=files, **about)
        for path in set(_paths(place, FORMATS)) - {Path(each.file) for each in written}:
            path.unlink(missing_ok=True)  # of an export in another format
    except OSError as error:
        raise TwicetoldError(str(place), f"can't be written: {error.strerror}") from None
    return written


def _paths(folder: Path, formats: Sequence[str]) -> list[Path]:
    suffixes = [SUFFIXES[format] for format in formats]
    return [folder / f"{table.name}.{suffix}" for table in tables.TABLES for suffix in suffixes]


def _write_tables(
    index: Index, folder: Path, format: str, raw: bool, progress: Progress
) -> list[ExportedTable]:
    csv_form = _raw_csv if raw else _csv
    opened = {"jsonl": _json_lines, "csv": csv_form, "parquet": _parquet, "ninjs": _ninjs}[format]
    paths = zip(tables.TABLES, _paths(folder, [format]), strict=True)
    of_articles = tables.TABLES[0]
    return [
        _export(index, table, path, opened, progress)
        for table, path in paths
        if format != "ninjs" or table is of_articles
    ]


def _write_feeds(index: Index, folder: Path) -> list[ExportedTable]:
    """Write the feeds of an index as OPML; an index without feeds leaves no file."""
    states = feeds.states(index.connection)
    path = folder / OPML
    if not states:
        path.unlink(missing_ok=True)
        return []
    with replacing(path) as new:
        new.write_text(opml(states), "utf-8")
    return [ExportedTable("feeds", str(path), len(states), path.stat().st_size)]


def _export(
    index: Index,
    table: Table,
    path: Path,
    opened: Callable[[Path, Table], AbstractContextManager[Write]],
    progress: Progress,
) -> ExportedTable:
    number = tables.row_count(index.connection, table)
    with (
        progress(table.name, number) as advance,
        replacing(path) as new,
        opened(new, table) as write,
    ):
        for batch in tables.batches(index.connection, table):
            write(batch)
            advance(len(batch))
    return ExportedTable(table.name, str(path), number, path.stat().st_size)


@contextmanager
def _json_lines(path: Path, table: Table) -> Iterator[Write]:
    with _lines(path, table, lambda cells: cells) as write:
        yield write


@contextmanager
def _ninjs(path: Path, table: Table) -> Iterator[Write]:
    """Open a file of ninjs items; articles whose texts were pruned are left out."""
    with _lines(path, table, lambda cells: None if cells["pruned"] else ninjs_item(cells)) as write:
        yield write


@contextmanager
def _lines(
    path: Path, table: Table, item_of: Callable[[dict[str, Any]], dict[str, Any] | None]
) -> Iterator[Write]:
    """Open a file of JSON lines; a row of which `item_of` makes nothing is left out."""
    names = list(table.columns)

    def write(rows: Rows) -> None:
        for row in rows:
            item = item_of(dict(zip(names, row, strict=True)))
            if item is not None:
                file.write(json.dumps(item, ensure_ascii=False) + "\n")

    with path.open("w", encoding="utf-8", newline="\n") as file:
        yield write


@contextmanager
def _raw_csv(path: Path, table: Table) -> Iterator[Write]:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        yield writer.writerows


@contextmanager
def _csv(path: Path, table: Table) -> Iterator[Write]:
    with _raw_csv(path, table) as write:
        yield lambda rows: write([[*map(_guarded, row)] for row in rows])


@contextmanager
def _parquet(path: Path, table: Table) -> Iterator[Write]:
    import pyarrow
    import pyarrow.parquet

    kinds = {"integer": pyarrow.int64(), "real": pyarrow.float64(), "text": pyarrow.string()}
    schema = pyarrow.schema([(name, kinds[kind]) for name, kind in table.columns.items()])
    with pyarrow.parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        yield lambda rows: writer.write_table(_arrow(schema, rows))


def _require_pyarrow() -> None:
    """Raise TwicetoldError if the extra for Parquet is missing, before anything is written."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise missing_extra("parquet", "pyarrow", "parquet") from error


def _arrow(schema: "pyarrow.Schema", rows: Rows) -> "pyarrow.Table":
    import pyarrow

    columns = zip(*rows, strict=True)
    arrays = [
        pyarrow.array(column, field.type) for column, field in zip(columns, schema, strict=True)
    ]
    return pyarrow.Table.from_arrays(arrays, schema=schema)


def _guarded(cell: object) -> object:
    return guarded(cell) if isinstance(cell, str) else cell
