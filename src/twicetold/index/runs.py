"""The table `runs`."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime
from importlib.metadata import version
from platform import python_version
from sqlite3 import Connection
from unicodedata import unidata_version

from ..times import utc_text

# those that stories and copies depend on: arithmetic, and what reads texts, names, times and urls
_LIBRARIES = (
    "twicetold",
    "numpy",
    "scipy",
    "anyascii",
    "dateparser",
    "feedparser",
    "html-text",
    "publicsuffixlist",
    "py3langid",
    "python-iso639",
    "tzdata",
)


def begin(db: Connection, command: str, now: datetime, settings: Mapping[str, object]) -> int:
    """Insert a run; return its id."""
    row = (command, utc_text(now), json.dumps(settings), json.dumps(software_versions()))
    sql = "insert into runs (command, started, settings, software) values (?, ?, ?, ?)"
    return int(db.execute(sql, row).lastrowid or 0)


def software_versions() -> dict[str, str]:
    """Return the versions of what a result depends on."""
    software = {name: version(name) for name in _LIBRARIES}
    # words and their case are Python's, and so by its version of Unicode
    return software | {"python": python_version(), "unicode": unidata_version}


def was_interrupted(db: Connection, command: str) -> bool:
    """Whether a run of this command was interrupted, and no later run has finished."""
    sql = (
        "select exists (select 1 from runs where command = ? and finished is null and id >"
        " (select coalesce(max(id), 0) from runs where finished is not null))"
    )
    return bool(db.execute(sql, (command,)).fetchone()[0])


def add_counts(db: Connection, run: int, counts: Mapping[str, int]) -> None:
    """Add to the counts of a run, by the names of their columns."""
    for column, count in counts.items():
        db.execute(f'update runs set "{column}" = "{column}" + ? where id = ?', (count, run))


def finish(db: Connection, run: int, now: datetime, seconds: Mapping[str, float]) -> None:
    """Record when a run finished, and how long its stages took."""
    rounded = {stage: round(duration, 3) for stage, duration in seconds.items()}
    db.execute(
        "update runs set finished = ?, seconds = ? where id = ?",
        (utc_text(now), json.dumps(rounded), run),
    )


def last_settings(db: Connection) -> str | None:
    """Return the settings of the last finished clustering, as JSON; None if there was none.

    `ingest`, `prune` and `remove` do not cluster.
    """
    row = db.execute(
        "select settings from runs where command not in ('ingest', 'prune', 'remove')"
        " and finished is not null order by id desc limit 1"
    ).fetchone()
    return None if row is None else str(row[0])


def last_version(db: Connection) -> str:
    """Return the version of twicetold that did the last clustering; '' if there was none."""
    row = db.execute(
        "select software ->> 'twicetold' from runs where command not in ('ingest', 'prune',"
        " 'remove') and finished is not null order by id desc limit 1"
    ).fetchone()
    return "" if row is None else str(row[0])


def last_finished(db: Connection, counts: Iterable[str]) -> tuple[str, str, list[int]] | None:
    """Return the last finished run: when it finished, JSON of its seconds, and these counts."""
    columns = ", ".join(["finished", "seconds", *(f'"{name}"' for name in counts)])
    row = db.execute(
        f"select {columns} from runs where finished is not null order by id desc limit 1"
    ).fetchone()
    return None if row is None else (str(row[0]), str(row[1]), list(row[2:]))


def describe_running(db: Connection) -> str:
    """Return which run holds the lock, for an error message; '' if it is not known."""
    try:
        row = db.execute(
            "select command, started, finished from runs order by id desc limit 1"
        ).fetchone()
    except sqlite3.Error:  # the file has no tables yet
        return ""
    return f": {row[0]}, started {row[1]}, has not finished" if row and row[2] is None else ""
