"""The record of a run, which is written last: tables without it are those of a run that failed."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ..errors import TwicetoldError
from ..index.runs import software_versions
from ..index.settings import Settings
from ..times import utc_text
from .columns import RUN, names
from .store import Store

TABLE = "runs"


class RunRecord(NamedTuple):
    """What a run did."""

    started: str  # UTC
    finished: str | None  # None: it is at work, or failed
    articles: int = 0
    rejected: int = 0
    links: int = 0
    copy_groups: int = 0
    stories: int = 0
    seconds: Mapping[str, float] = {}  # of each stage
    settings: str = "{}"  # JSON: what the scores depend on


def begin(store: Store, started: datetime) -> None:
    """Save that a run is at work. Raises TwicetoldError for a folder that has other files."""
    folder = Path(store.place.removeprefix("file://"))
    if folder.is_dir() and any(folder.iterdir()) and not (folder / TABLE).is_dir():
        raise TwicetoldError(store.place, "has other files", hint="give a new folder")
    _save(store, RunRecord(utc_text(started) or "", None))


def finish(
    store: Store,
    started: datetime,
    finished: datetime,
    settings: Settings,
    seconds: Mapping[str, float],
) -> RunRecord:
    """Save that a run is done, and return its record."""
    record = RunRecord(
        utc_text(started) or "",
        utc_text(finished),
        articles=store.load("articles").count(),
        rejected=store.load("rejections").count(),
        links=store.load("links").count(),
        copy_groups=store.load("copy_groups").count(),
        stories=store.load("stories").count(),
        seconds={stage: round(value, 3) for stage, value in seconds.items()},
        settings=json.dumps(settings.as_dict()),
    )
    _save(store, record)
    return record


def _save(store: Store, record: RunRecord) -> None:
    row = record._asdict() | {"seconds": json.dumps(record.seconds)}
    row["software"] = json.dumps(software_versions())
    values = tuple(row[name] for name in names(RUN))
    store.save(TABLE, RUN, store.session.createDataFrame([values], RUN))
