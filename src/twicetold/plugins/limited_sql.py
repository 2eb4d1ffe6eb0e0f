"""SQL of an assistant, answered in a process of its own that can be ended. See `answer_sql`.

SQLite looks at the clock only between two steps, and one step can take any time and memory; a
process can be killed, and the system bounds what it takes.
"""

import contextlib
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..errors import TwicetoldError
from ..index import asking
from .functions import register

_START_SECONDS = 3.0  # that the process may take before it begins
_MOST_MEMORY = 2_000_000_000  # bytes
_MOST_TEMPORARY = 100_000_000  # bytes of a temporary file


def answer_sql(path: str | Path, sql: str, rows: int, seconds: float) -> dict[str, Any]:
    """Return the first rows of a query, as `asking.Answer` in JSON.

    Raises TwicetoldError for SQL that is wrong, does more than read, or takes too much time,
    memory or disk.
    """
    command = [sys.executable, "-m", __name__, str(path), str(rows), str(seconds)]
    try:
        done = subprocess.run(
            command,
            input=sql.encode("utf-8", "replace"),
            capture_output=True,
            timeout=seconds + _START_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TwicetoldError("sql", f"takes more than {seconds:g} seconds") from None
    if done.returncode:
        raise TwicetoldError("sql", "takes too much memory")
    answer: dict[str, Any] = json.loads(done.stdout)
    if "error" in answer:
        raise TwicetoldError("sql", answer["error"])
    return answer


def main(path: str, rows: int, seconds: float) -> None:
    """Answer the query on stdin, on stdout."""
    _bound_memory()
    sql = sys.stdin.buffer.read().decode()
    try:
        connection = asking.open_for_sql(path)
        register(connection)
        answer = asking.ask(connection, sql, rows, seconds)
        shown = answer._replace(rows=[_finite(row) for row in answer.rows])._asdict()
    except TwicetoldError as error:
        shown = {"error": f"{error.finding} ({error.hint})" if error.hint else error.finding}
    json.dump(shown, sys.stdout)


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    for what, limit in (
        (resource.RLIMIT_AS, _MOST_MEMORY),
        (resource.RLIMIT_FSIZE, _MOST_TEMPORARY),
    ):
        with contextlib.suppress(ValueError, OSError):  # a lower limit is there already
            resource.setrlimit(what, (limit, limit))


def _finite(row: dict[str, object]) -> dict[str, object]:
    """Return a row without infinite numbers, which JSON does not have."""
    return {
        name: str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell
        for name, cell in row.items()
    }


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
