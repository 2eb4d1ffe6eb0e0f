"""The settings that stories depend on. They belong to the index: its last clustering has them."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..clustering import linkage, model
from ..errors import NoIndexError, OldModelError, TwicetoldError
from . import Index, require_index, runs

ACTIVE_DAYS = 5  # in which articles can join and change stories; 98 % of stories last less
EPISODE_DAYS = 30  # the same for episodes: an affair goes on after a quiet week
_MOST_ACTIVE_DAYS = 400  # more than a year of articles would be held in memory
# what --granularity stands for: fields of Settings
GRANULARITIES: dict[str, dict[str, Any]] = {
    "event": {"cut": linkage.CUT, "active_days": ACTIVE_DAYS, "timeless": False},
    "episode": {"cut": linkage.EPISODE_CUT, "active_days": EPISODE_DAYS, "timeless": True},
}
# the option of the command line that sets each field
_OPTIONS = {
    "cut": "granularity",
    "active_days": "granularity",
    "timeless": "granularity",
    "models": "model",
    "embedder": "embedder",
}
# cuts of the two in twicetold 0.1, whose model had other features
_FORMER_CUTS = {0.25: "event", 0.05: "episode"}


class Settings(NamedTuple):
    """What stories depend on, besides their articles."""

    cut: float = linkage.CUT  # mean probability at which clusters are merged, 0..1
    active_days: int = ACTIVE_DAYS
    models: model.Models | None = None  # None: those that come with the package
    embedder: str = ""  # 'use', or '': none
    timeless: bool = False  # neither time nor news counts: reports of one affair belong together

    @property
    def scorer(self) -> model.Models:
        """The models that score pairs."""
        models = self.models or model.shipped_models()
        return model.without_time(models) if self.timeless else models

    def as_dict(self) -> dict[str, object]:
        """Return the settings as `runs.settings` stores them, with all weights."""
        models = self.models or model.shipped_models()
        return self._asdict() | {"models": model.models_as_dict(models)}


DEFAULT = Settings()
# what settings that a stranger wrote may raise
_NOT_SETTINGS = (
    LookupError,
    AttributeError,
    TypeError,
    ValueError,
    ArithmeticError,
    RecursionError,
)


def settings_of(index: Index) -> Settings:
    """Return the settings of the last clustering, else the defaults.

    Raises NoIndexError if they cannot be read, and OldModelError if they are of a model with other
    features.
    """
    return _stored_settings(index) or DEFAULT


def settings_to_rebuild(index: Index) -> Settings:
    """Return the settings of the last clustering, with the package's models in place of old ones.

    Raises NoIndexError if they cannot be read.
    """
    try:
        return settings_of(index)
    except OldModelError:
        stored = json.loads(runs.last_settings(index.connection) or "{}")
        cut, embedder = stored.get("cut"), stored.get("embedder", "")
        if not (isinstance(cut, float) and 0 < cut < 1 and isinstance(embedder, str)):
            raise _unreadable(index) from None
        granularity = GRANULARITIES.get(_FORMER_CUTS.get(cut, ""), {"cut": cut})
        return DEFAULT._replace(embedder=embedder, **granularity)


def agree_settings(index: Index, requested: Settings | None) -> Settings:
    """Return the settings of the index; those `requested`, if it has none yet.

    Raises TwicetoldError if others are requested than the index has: it would hold stories of two
    kinds.
    """
    stored = _stored_settings(index)
    if stored is None or requested is None:
        return stored or requested or DEFAULT
    current, other = stored.as_dict(), requested.as_dict()
    fields = [name for name in current if current[name] != other[name]]
    options = list(dict.fromkeys(_OPTIONS[name] for name in fields))
    if options:
        before = " ".join(_as_option(option, stored) for option in options)
        wanted = " ".join(_as_option(option, requested) for option in options)
        hint = (
            f"leave it out, or cluster everything again: twicetold rebuild {index.place} {wanted}"
        )
        raise TwicetoldError(index.place, f"was clustered with {before}, not {wanted}", hint=hint)
    return stored


def _as_option(option: str, settings: Settings) -> str:
    """Return settings as the command line writes them: '--granularity episode'."""
    if option == "model":
        return f"--model {'FILE' if settings.models else 'of the package'}"
    if option == "embedder":
        return f"--embedder {settings.embedder or 'none'}"
    fields = settings._asdict()
    names = (name for name, values in GRANULARITIES.items() if values.items() <= fields.items())
    return f"--granularity {next(names, settings.cut)}"


def _stored_settings(index: Index) -> Settings | None:
    require_index(index)
    text = runs.last_settings(index.connection)
    if text is None:
        return None
    try:
        stored = json.loads(text)  # what is not JSON is damage, which `Index` reports by its row
    except RecursionError as error:
        raise _unreadable(index) from error
    try:
        if set(stored["models"]["one_language"]["weights"]) != set(model.SIGNS.one_language.names):
            raise OldModelError(
                index.place,
                f"was clustered by twicetold {runs.last_version(index.connection)}, whose model has"
                " other features",
                hint=f"cluster everything again: twicetold rebuild {index.place}",
            )
        return parse_settings(stored, index.place)
    except OldModelError:
        raise
    except (*_NOT_SETTINGS, TwicetoldError) as error:
        raise _unreadable(index) from error


def parse_settings(stored: Mapping[str, Any], place: str) -> Settings:
    """Return settings that `Settings.as_dict` gave.

    Raises one of `_NOT_SETTINGS`, or TwicetoldError, for anything else.
    """
    settings = Settings(
        stored["cut"],
        stored["active_days"],
        model.parse_models(json.dumps(stored["models"]), place),
        stored.get("embedder", ""),
        stored.get("timeless", False),
    )
    _check(settings)
    return settings


def _unreadable(index: Index) -> NoIndexError:
    finding = "is damaged: the settings of its last run can't be read"
    return NoIndexError(index.place, finding, hint="restore it from a backup")


def _check(settings: Settings) -> None:
    """Raise ValueError for settings that no run can have stored: the file may be a stranger's."""
    days = settings.active_days
    if not (
        isinstance(settings.cut, float)
        and 0 < settings.cut < 1
        and type(days) is int
        and 0 < days <= _MOST_ACTIVE_DAYS
        and isinstance(settings.embedder, str)
        and isinstance(settings.timeless, bool)
    ):
        raise ValueError(f"no run has such settings: {settings}")
