"""Parquet and Arrow files, read batch by batch, and of each only the columns that are needed."""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

from ..article import Article, Rejection
from ..errors import missing_extra
from ..records import Defaults, read_record, row_excerpt
from .compression import DamagedError
from .header import columns_to_read, header_problem

if TYPE_CHECKING:
    import pyarrow

_BATCH = 500  # rows that are held at once
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
    try:
        table = pyarrow.parquet.ParquetFile(file, pre_buffer=False, buffer_size=_BUFFER)
        names = columns_to_read(table.schema_arrow.names, defaults.columns)
        # a text that all rows share is held once
        texts = [name for name in names if table.schema_arrow.field(name).type == "string"]
        file.seek(0)
        table = pyarrow.parquet.ParquetFile(
            file, pre_buffer=False, buffer_size=_BUFFER, read_dictionary=texts
        )
        batches = table.iter_batches(_BATCH, columns=names, use_threads=False)
        yield from _articles(table.schema_arrow.names, batches, source, defaults)
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged("Parquet", error) from None


def read_arrow(file: BinaryIO, *, source: str, defaults: Defaults) -> Iterator[Article | Rejection]:
    """Yield articles and rejections of an Arrow file or stream, which Feather is, too.

    Raises DamagedError, TwicetoldError if the extra is missing.
    """
    try:
        import pyarrow
        import pyarrow.ipc
    except ImportError as error:
        raise missing_extra(source, "pyarrow", "parquet") from error
    try:
        start = file.read(len(_STREAM_START))
        file.seek(0)
        if start == _STREAM_START:
            reader = pyarrow.ipc.open_stream(file)
            batches = iter(reader)
        else:
            reader = pyarrow.ipc.open_file(file)
            batches = map(reader.get_batch, range(reader.num_record_batches))
        yield from _articles(reader.schema.names, batches, source, defaults)
    except (pyarrow.ArrowException, OSError) as error:
        raise _damaged("Arrow", error) from None


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
    number = 0
    for batch in batches:
        columns = [(name, batch.column(name)) for name in names]
        for place in range(batch.num_rows):
            number += 1
            row = {name: column[place].as_py() for name, column in columns}
            yield read_record(row, defaults, source, number, partial(row_excerpt, row))


def _damaged(kind: str, error: Exception) -> DamagedError:
    return DamagedError(f"is damaged {kind}: {str(error).splitlines()[0][:200]}")
