"""The same stages on Apache Spark, for archives that one machine is too small for.

Every decision is made by the functions of one machine: Spark reads, joins and sorts, and calls
them on parts of the articles that are complete in themselves. So the result is the same.
Start reading at `pipeline.run`.
"""

from ..errors import TwicetoldError

try:
    import pyarrow  # noqa: F401
    import pyspark  # noqa: F401 - some 500 MB, loaded only for `twicetold spark`
except ImportError as error:
    hint = "pip install 'twicetold[spark]'"
    raise TwicetoldError("Spark", f"needs {error.name or 'pyspark'}", hint=hint) from None

from .manual_tables import NO_MANUAL_TABLES, ManualTables
from .pipeline import Result, add_days, run
from .run_record import RunRecord
from .session import open_session, open_sources, plain_errors

__all__ = [
    "NO_MANUAL_TABLES",
    "ManualTables",
    "Result",
    "RunRecord",
    "add_days",
    "open_session",
    "open_sources",
    "plain_errors",
    "run",
]
