"""The settings that stories depend on. They belong to the index: its last clustering has them."""

import json
from typing import NamedTuple

from ..clustering import linkage, model
from ..errors import NoIndexError, TwicetoldError
from . import Index, require_index, runs

ACTIVE_DAYS = 5  # in which articles can join and change stories; 98 % of stories last less


class Settings(NamedTuple):
    """What stories depend on, besides their articles."""

    cut: float = linkage.CUT  # mean probability at which clusters are merged, 0..1
    active_days: int = ACTIVE_DAYS
    models: model.Models | None = None  # None: those that come with the package
    embedder: str = ""  # 'use', or '': none

    @property
    def scorer(self) -> model.Models:
        """The models that score pairs."""
        return self.models or model.shipped_models()

    def as_dict(self) -> dict[str, object]:
        """Return the settings as `runs.settings` stores them, with all weights."""
        return self._asdict() | {"models": model.models_as_dict(self.scorer)}


DEFAULT = Settings()


def settings_of(index: Index) -> Settings:
    """Return the settings of the last clustering, else the defaults.

    Raises NoIndexError if they cannot be read.
    """
    return _stored_settings(index) or DEFAULT


def agree_settings(index: Index, requested: Settings | None) -> Settings:
    """Return the settings of the index; those `requested`, if it has none yet.

    Raises TwicetoldError if others are requested than the index has: it would hold stories of two
    kinds.
    """
    stored = _stored_settings(index)
    if stored is None or requested is None:
        return stored or requested or DEFAULT
    current, other = stored.as_dict(), requested.as_dict()
    different = [name for name in current if current[name] != other[name]]
    if different:
        finding = f"was clustered with another {' and '.join(different)}"
        hint = f"leave it out, or cluster everything again: twicetold rebuild {index.place} …"
        raise TwicetoldError(index.place, finding, hint=hint)
    return stored


def _stored_settings(index: Index) -> Settings | None:
    require_index(index)
    text = runs.last_settings(index.connection)
    if text is None:
        return None
    stored = json.loads(text)  # text that is not JSON is damage, which `Index` reports by its row
    try:
        models = model.parse_models(json.dumps(stored.get("models")), index.place)
        return Settings(stored["cut"], stored["active_days"], models, stored.get("embedder", ""))
    except (LookupError, AttributeError, TwicetoldError) as error:
        finding = "is damaged: the settings of its last run can't be read"
        raise NoIndexError(index.place, finding, hint="restore it from a backup") from error
