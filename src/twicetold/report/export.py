"""The tables of an index as files that other programs read. Start reading at `export`."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..csv_cells import guarded
from ..errors import ArgumentError, TwicetoldError, missing_extra
from ..index import Index, in_snapshot, tables
from ..index.tables import Table
from ..manifests import EXPORT, EXPORT_KIND, read_manifest, write_manifest
from ..progress import Progress, no_progress
from ..replacing import replacing
from .outputs import check_not_index

if TYPE_CHECKING:
    import pyarrow

FORMATS = ("jsonl", "csv", "parquet")

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

    `format` is 'jsonl', 'csv' or 'parquet'. In CSV, an apostrophe precedes what a spreadsheet would
    run, unless `raw` is set. The tables are of one state of the index. `run` reads the folder
    back: articles, their older texts, and decisions. Raises ArgumentError for another format,
    TwicetoldError if the folder holds other files, or the index, or cannot be written, or if the
    extra for Parquet is missing.
    """
    if format not in FORMATS:
        raise ArgumentError("format", f"'{format}' is not one of {', '.join(FORMATS)}")
    opened = {"jsonl": _json_lines, "csv": _raw_csv if raw else _csv, "parquet": _parquet}[format]
    is_guarded = format == "csv" and not raw
    if format == "parquet":
        _require_pyarrow()
    place = Path(folder)
    read_manifest(place, EXPORT, EXPORT_KIND, "tables")
    for table in tables.TABLES:
        for each in FORMATS:
            check_not_index(place / f"{table.name}.{each}", index.place)
    try:
        place.mkdir(parents=True, exist_ok=True)
        write_manifest(place, EXPORT, EXPORT_KIND, tables={})
        written = [
            _export(index, table, place / f"{table.name}.{format}", opened, progress)
            for table in tables.TABLES
        ]
        files = {each.table: Path(each.file).name for each in written}
        write_manifest(place, EXPORT, EXPORT_KIND, tables=files, guarded=is_guarded)
        _remove_others(place, format)
    except OSError as error:
        raise TwicetoldError(str(place), f"can't be written: {error.strerror}") from None
    return written


def _remove_others(folder: Path, format: str) -> None:
    """Remove what an export in another format left."""
    for table in tables.TABLES:
        for other in FORMATS:
            if other != format:
                (folder / f"{table.name}.{other}").unlink(missing_ok=True)


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
    """Open a file of JSON lines."""
    names = list(table.columns)

    def write(rows: Rows) -> None:
        for row in rows:
            cells = dict(zip(names, row, strict=True))
            file.write(json.dumps(cells, ensure_ascii=False) + "\n")

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
