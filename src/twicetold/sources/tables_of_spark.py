"""The Parquet tables that a run on Spark wrote, read back without Spark."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import NotFoundError, TwicetoldError

if TYPE_CHECKING:
    import pyarrow.dataset

_RUNS = "runs"
_ROWS = 5_000  # at a time


class Part(NamedTuple):
    """Some of the articles; '' is no limit."""

    since: str  # a day or its beginning
    until: str
    outlet: str

    def dates(self, tables: "SparkTables", table: str) -> list[str]:
        """Return the days of the part that a table has folders for."""
        last = f"{self.until[:10]}~"  # sorts after the last day, which may be the beginning of one
        days = (day for day in tables.dates(table) if day >= self.since[:10])
        return [day for day in days if not self.until or day <= last]


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

    def dates(self, table: str) -> list[str]:
        """Return the days that a table has folders for: '2026-02-05'."""
        return sorted(each.name.partition("=")[2] for each in (self.folder / table).glob("date=*"))

    def rows(
        self, table: str, where: "pyarrow.dataset.Expression | None" = None, date: str = ""
    ) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table, as `batches` does."""
        for batch in self.batches(table, where, date):
            yield from batch

    def batches(
        self, table: str, where: "pyarrow.dataset.Expression | None" = None, date: str = ""
    ) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows of a table, or of one day of it, many at a time."""
        try:
            import pyarrow.dataset  # 60 MB, only for `import-parquet`
        except ImportError:
            hint = "pip install 'twicetold[parquet]'"
            raise TwicetoldError(str(self.folder), "needs pyarrow", hint=hint) from None
        folder = self.folder / table / (f"date={date}" if date else "")
        if not any(folder.rglob("*.parquet")):
            return
        data = pyarrow.dataset.dataset(folder, format="parquet")
        for batch in data.to_batches(batch_size=_ROWS, filter=where):
            yield batch.to_pylist()
