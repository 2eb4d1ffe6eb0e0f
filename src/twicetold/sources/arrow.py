"""Parquet and Arrow files, read batch by batch, and of each only the columns that are needed."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO

from ..article import Article, Rejection
from ..errors import missing_extra
from ..records import Defaults, read_record, row_excerpt
from .compression import damage
from .header import columns_to_read, header_problem

if TYPE_CHECKING:
    import pyarrow

_BATCH = 20  # rows that are held at once: each may have a text of some megabytes
_SMALL_COLUMN = 20_000_000  # bytes of a row group
_BUFFER = 1 << 20  # bytes of a column that are read at once
_STREAM_START = b"\xff\xff\xff\xff"  # of Arrow's form for pipes, which Hugging Face writes


def read_parquet(
    file: BinaryIO, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the rows; a rejection's line is its row.

    Raises DamagedError, TwicetoldError if the extra is missing.
    """
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise missing_extra(source, "pyarrow", "parquet") from error
    opened = partial(pyarrow.parquet.ParquetFile, file, pre_buffer=False, buffer_size=_BUFFER)
    with damage("Parquet"):
        table = opened()
        header = table.schema_arrow.names
        repeated = _repeated_texts(table)
        if repeated:
            file.seek(0)
            table = opened(read_dictionary=repeated)
        names = columns_to_read(header, defaults.columns)
        batches = _batches(table, names)
    yield from _articles(header, batches, source, defaults)


def parquet_rows(file: BinaryIO, source: str) -> Iterator[dict[str, Any]]:
    """Yield all rows of a Parquet file. Raises DamagedError, TwicetoldError."""
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise missing_extra(source, "pyarrow", "parquet") from error
    with damage("Parquet"):
        table = pyarrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
        batches = _batches(table)
    while True:
        with damage("Parquet"):
            batch = next(batches, None)
            rows = [] if batch is None else batch.to_pylist()
        if batch is None:
            return
        yield from rows


def read_arrow(file: BinaryIO, *, source: str, defaults: Defaults) -> Iterator[Article | Rejection]:
    """Yield articles and rejections of an Arrow file or stream, which Feather is, too.

    Raises DamagedError, TwicetoldError if the extra is missing.
    """
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError as error:
        raise missing_extra(source, "pyarrow", "parquet") from error
    with damage("Arrow"):
        start = file.read(len(_STREAM_START))
        file.seek(0)
        if start == _STREAM_START:
            reader = pyarrow.ipc.open_stream(file)
            batches = iter(reader)
        else:
            reader = pyarrow.ipc.open_file(file)
            batches = map(reader.get_batch, range(reader.num_record_batches))
        header = reader.schema.names
    yield from _articles(header, batches, source, defaults)


def _repeated_texts(table: "pyarrow.parquet.ParquetFile") -> list[str]:
    """Return the columns of texts that are small in the file, each text of which is held once.

    A text that all rows share may be small there, and fill the memory if each row has its own. In
    large columns, to look for such texts takes four times the memory of the column.
    """
    sizes: dict[str, int] = {}
    for number in range(table.metadata.num_row_groups):
        group = table.metadata.row_group(number)
        for place in range(group.num_columns):
            column = group.column(place)
            size = max(column.total_uncompressed_size, sizes.get(column.path_in_schema, 0))
            sizes[column.path_in_schema] = size
    texts = [field.name for field in table.schema_arrow if field.type == "string"]
    return [name for name in texts if sizes.get(name, 0) <= _SMALL_COLUMN]


def _batches(
    table: "pyarrow.parquet.ParquetFile", names: list[str] | None = None
) -> "Iterator[pyarrow.RecordBatch]":
    """Return the batches of a Parquet file; pyarrow 18 fails on one without row groups."""
    if not table.metadata.num_row_groups:
        return iter(())
    return table.iter_batches(_BATCH, columns=names, use_threads=False)  # type: ignore[no-any-return]


def _articles(
    header: list[str],
    batches: "Iterator[pyarrow.RecordBatch]",
    source: str,
    defaults: Defaults,
) -> Iterator[Article | Rejection]:
    if not header:
        yield Rejection(source, 0, "file", "has no columns")
        return
    if problem := header_problem(header, defaults.columns):
        yield Rejection(source, 0, *problem)
        return
    names = columns_to_read(header, defaults.columns)
    for number, row in enumerate(_rows(batches, names), start=1):
        yield read_record(row, defaults, source, number, partial(row_excerpt, row))


def _rows(batches: "Iterator[pyarrow.RecordBatch]", names: list[str]) -> Iterator[dict[str, Any]]:
    """Yield some columns of the rows, one row at a time."""
    while True:
        with damage("table"):
            batch = next(batches, None)
            if batch is None:
                return
            batch.validate(full=True)  # else what a hostile file says is believed
            there = list(batch.schema.names)
            columns = [(name, batch.column(there.index(name))) for name in dict.fromkeys(names)]
        for place in range(batch.num_rows):
            yield {name: cell(column, place) for name, column in columns}


def cell(column: "pyarrow.Array", place: int) -> Any:
    """Return a cell; what Python cannot hold, as a day of the year 20,000, is bytes: no text."""
    try:
        return column[place].as_py()
    except Exception:  # of pyarrow, of many kinds
        return b"?"
