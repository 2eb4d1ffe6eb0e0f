"""The record of a run, which is written last: tables without it are those of a run that failed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from ..errors import TwicetoldError
from ..index.runs import software_versions
from ..index.settings import Settings
from ..times import utc_text
from .columns import RESULTS, RUN, names
from .store import WORK, Store

TABLE = "runs"


class Done(NamedTuple):
    """What a run did, beside its tables."""

    new: int  # articles
    unread: Mapping[str, tuple[int, str]]  # field -> how many of these lack it, a value
    seconds: Mapping[str, float]  # of each stage


class RunRecord(NamedTuple):
    """What a run did."""

    started: str  # UTC
    finished: str | None  # None: it is at work, or failed
    articles: int = 0  # of all days
    new: int = 0  # of this run
    rejected: int = 0  # in this run
    unread: Mapping[str, tuple[int, str]] = {}  # field -> new articles without it, a value
    links: int = 0
    copy_groups: int = 0
    stories: int = 0
    seconds: Mapping[str, float] = {}  # of each stage
    settings: str = "{}"  # JSON: what the scores depend on


def check_folder(store: Store) -> None:
    """Raise TwicetoldError for a folder that has other files."""
    ours, folder = {*RESULTS, WORK.rstrip("/")}, store.local_folder
    if folder and folder.is_dir() and any(each.name not in ours for each in folder.iterdir()):
        raise TwicetoldError(store.folder, "has other files", hint="give a new folder")


def begin(store: Store, started: datetime) -> None:
    """Save that tables are being written: until `finish`, they may not fit together."""
    _save(store, RunRecord(utc_text(started) or "", None))


def finish(
    store: Store,
    started: datetime,
    finished: datetime,
    settings: Settings,
    done: Done,
) -> RunRecord:
    """Save that a run is done, and return its record."""
    record = RunRecord(
        utc_text(started) or "",
        utc_text(finished),
        articles=store.load("articles").count(),
        new=done.new,
        rejected=store.load("work/new_rejections").count(),
        unread=done.unread,
        links=store.load("links").count(),
        copy_groups=store.load("copy_groups").count(),
        stories=store.load("stories").count(),
        seconds={stage: round(value, 3) for stage, value in done.seconds.items()},
        settings=json.dumps(settings.as_dict()),
    )
    _save(store, record)
    return record


def _save(store: Store, record: RunRecord) -> None:
    row = record._asdict()
    row |= {name: json.dumps(row[name]) for name in ("seconds", "unread")}
    row["software"] = json.dumps(software_versions())
    values = tuple(row[name] for name in names(RUN))
    store.save(TABLE, RUN, store.session.createDataFrame([values], RUN))
