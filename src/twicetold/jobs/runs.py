"""A run's bookkeeping: its settings, what it counted, how long its stages took, who hears of them.

What passes through all stages of `pipeline` without being theirs.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from sqlite3 import Connection
from time import perf_counter
from typing import NamedTuple

from ..article import Rejection
from ..clustering import linkage as clustering
from ..clustering import model as scoring
from ..errors import NoIndexError, TwicetoldError
from ..index import Index, removal, runs

ACTIVE_DAYS = 5  # so long articles can join and reshape stories; 98 % of stories span less

Advance = Callable[[int], None]
Stage = Callable[[str, int], AbstractContextManager[Advance]]
Hearer = Callable[[Rejection], None]


class Settings(NamedTuple):
    """What stories depend on, besides their articles."""

    cut: float = clustering.CUT
    active_days: int = ACTIVE_DAYS
    models: scoring.Models | None = None  # None: those that come with the package
    embedder: str = ""  # '': none; 'use'

    @property
    def scorer(self) -> scoring.Models:
        """The models that decide."""
        return self.models or scoring.shipped()

    def recorded(self) -> dict[str, object]:
        """As `runs.settings` keeps them, weights and all: what is decided can be told later."""
        models = scoring.written(self.scorer)
        return self._asdict() | {"models": models}


DEFAULT = Settings()


class Counts(NamedTuple):
    """What a run did; the names are those of the columns of `runs`."""

    stored: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    links: int = 0
    new_stories: int = 0
    grown: int = 0
    merged: int = 0
    split: int = 0
    overruled: int = 0


def silent(stage: str, size: int) -> AbstractContextManager[Advance]:
    """A stage that shows nothing."""
    return nullcontext(lambda done: None)


def unheard(rejection: Rejection) -> None:
    """Who hears of a rejection when nobody listens; the index keeps it all the same."""


def settings_of(index: Index) -> Settings:
    """Those of the last clustering, by which its links are explained; else the package's."""
    return _kept(index) or DEFAULT


def agreed(index: Index, asked: Settings | None) -> Settings:
    """What a run of an index goes by: its own settings, where it has any.

    Raises TwicetoldError when others are asked for: stories of two kinds would stand side by side.
    """
    kept = _kept(index)
    if kept is None or asked is None:
        return kept or asked or DEFAULT
    own, other = kept.recorded(), asked.recorded()
    different = [name for name in own if own[name] != other[name]]
    if different:
        told = " and ".join(different)
        hint = f"leave them out, or cluster all of it anew: twicetold rebuild {index.place} …"
        raise TwicetoldError(index.place, f"was clustered with other {told}", hint=hint)
    return kept


def _kept(index: Index) -> Settings | None:
    row = index.connection.execute(
        "select settings from runs where command <> 'ingest' and finished is not null"
        " order by id desc limit 1"
    ).fetchone()
    if row is None:
        return None
    kept = json.loads(row[0])
    try:
        models = scoring.parsed(json.dumps(kept.get("models")), index.place)
        return Settings(kept["cut"], kept["active_days"], models, kept.get("embedder", ""))
    except (LookupError, AttributeError, TwicetoldError) as error:
        finding = "is damaged: the settings of its last run can't be read"
        raise NoIndexError(index.place, finding, hint="restore it from a backup") from error


class Run(NamedTuple):
    """A run at work: its row in `runs`, when it takes place, and how long its stages took."""

    id: int
    now: datetime | None  # None: as the clock says
    seconds: dict[str, float]


def begun(index: Index, command: str, settings: Settings, now: datetime | None) -> Run:
    """Enter a run in `runs`. What a takedown that was broken off left behind is erased first."""
    with index.transaction() as db:
        left_behind = runs.broken_off(db, "remove")
        id = runs.begin(db, command, now or clock(), settings.recorded())
    if left_behind:
        removal.erase(index.connection)
    return Run(id, now, {})


@contextmanager
def concluded(index: Index, run: Run) -> Iterator[Connection]:
    """The last transaction of a run: what it writes is kept together with that the run is done."""
    with index.transaction() as db:
        yield db
        runs.end(db, run.id, run.now or clock(), run.seconds)


def timed(stage: Stage, seconds: dict[str, float]) -> Stage:
    """The stage, whose seconds are added up by its name."""

    @contextmanager
    def timed(name: str, size: int) -> Iterator[Advance]:
        start = perf_counter()
        with stage(name, size) as advance:
            yield advance
        seconds[name] = seconds.get(name, 0.0) + perf_counter() - start

    return timed


def clock() -> datetime:
    """The present time, UTC."""
    return datetime.now(UTC)
