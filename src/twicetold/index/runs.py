"""The rows of `runs`, and what runs rejected."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from sqlite3 import Connection

from ..article import Rejection
from .times import utc


def begin(db: Connection, command: str, now: datetime, settings: Mapping[str, object]) -> int:
    """Enter a run; its id."""
    from .. import software

    row = (command, utc(now), json.dumps(settings), json.dumps(software()))
    return int(
        db.execute(
            "insert into runs (command, started, settings, software) values (?, ?, ?, ?)", row
        ).lastrowid
        or 0
    )


def broken_off(db: Connection, command: str) -> bool:
    """Whether a run of this command was broken off, and no run after it came to its end."""
    sql = "select exists (select 1 from runs where command = ? and finished is null and id >"
    sql += " (select coalesce(max(id), 0) from runs where finished is not null))"
    return bool(db.execute(sql, (command,)).fetchone()[0])


def count(db: Connection, run: int, counts: Mapping[str, int]) -> None:
    """Add to the counts of a run, by the names of their columns."""
    for column, count in counts.items():
        db.execute(f'update runs set "{column}" = "{column}" + ? where id = ?', (count, run))


def end(db: Connection, run: int, now: datetime, seconds: Mapping[str, float]) -> None:
    """Enter when a run was finished, and how long its stages took."""
    rounded = {stage: round(spent, 3) for stage, spent in seconds.items()}
    db.execute(
        "update runs set finished = ?, seconds = ? where id = ?",
        (utc(now), json.dumps(rounded), run),
    )


def reject(db: Connection, run: int, rejections: Iterable[Rejection]) -> None:
    """Keep what could not be an article, with its reason."""
    db.executemany(
        "insert into rejections (run_id, source, line, field, reason, excerpt)"
        " values (?, ?, ?, ?, ?, ?)",
        [(run, *rejection) for rejection in rejections],
    )
