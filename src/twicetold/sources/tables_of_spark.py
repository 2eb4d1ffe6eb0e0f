"""The Parquet tables that a run on Spark wrote, read back without Spark."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import NotFoundError, TwicetoldError

if TYPE_CHECKING:
    import pyarrow.dataset

_RUNS = "runs"
_ROWS = 5_000  # at a time


class SparkTables:
    """The tables in a folder, by name. A table without rows may have no files."""

    def __init__(self, folder: Path) -> None:
        """Raises NotFoundError for a folder that no finished run wrote."""
        self.folder = folder
        run = next(self.rows(_RUNS), None) if (folder / _RUNS).is_dir() else None
        if run is None:
            hint = f"make it: twicetold spark run {folder} SOURCE"
            raise NotFoundError(str(folder), "has no tables of a run on Spark", hint=hint)
        if run["finished"] is None:
            hint = "run it again"
            raise NotFoundError(str(folder), "its run on Spark has not finished", hint=hint)
        self.run = run

    def rows(
        self, table: str, where: "pyarrow.dataset.Expression | None" = None
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table; the folders of its files are a column `date`."""
        for batch in self.batches(table, where):
            yield from batch

    def batches(
        self, table: str, where: "pyarrow.dataset.Expression | None" = None
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table, many at a time."""
        try:
            import pyarrow as pa  # 60 MB, only for `import-parquet`
            import pyarrow.dataset
        except ImportError:
            hint = "pip install 'twicetold[parquet]'"
            raise TwicetoldError(str(self.folder), "needs pyarrow", hint=hint) from None
        if not any((self.folder / table).rglob("*.parquet")):
            return
        dates = pyarrow.dataset.partitioning(pa.schema([("date", pa.string())]), flavor="hive")
        data = pyarrow.dataset.dataset(self.folder / table, format="parquet", partitioning=dates)
        for batch in data.to_batches(batch_size=_ROWS, filter=where):
            yield batch.to_pylist()
