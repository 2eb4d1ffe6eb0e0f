"""How much of what an index links is chance? An estimate that needs no labels.

Articles weeks apart report no common event. Read as if of the same days, they show how often the
scorer takes strangers for one story; as many, for the number of pairs, lie among its links. The
idea is that of decoys: Elias & Gygi 2007, Target-decoy search strategy. Start reading at `noise`.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..clustering import embedding
from ..clustering import pair_scoring as pairs
from ..clustering.window import BoolArray, FloatArray, Window
from ..errors import TwicetoldError
from ..index import Index, of_one_moment, windows
from ..jobs.runs import ACTIVE_DAYS, Settings, Stage, settings_of, silent
from ..text.tokens import IntArray

APART = 14  # days; nearly all events are told within a few
_REACH = 2 * ACTIVE_DAYS  # days that are seen around one
_CUTS = tuple(tenth / 10 for tenth in range(2, 10))


class Noise(NamedTuple):
    """The links of some days that are at least so probable."""

    probability: float
    links: int  # between articles of the same days
    by_chance: float  # of these, how many articles weeks apart show in their place
    share: float | None  # of chance in them; None: no links


class _Count(NamedTuple):
    """What one day shows."""

    links: IntArray  # at each cut
    strangers: IntArray  # at each cut
    odds: float  # pairs of the same days, for each pair of strangers


@of_one_moment
def noise(index: Index, *, days: int = 12, stage: Stage = silent) -> list[Noise]:
    """For each probability, the links of some days, and how many would be there by chance.

    `days` days are looked at, spread evenly over those that have articles weeks later; undated
    articles are left out. Copies and forms filled anew are no question of chance. Raises
    TwicetoldError when the index does not reach over so many days.
    """
    counts = list(_counts(index, days, stage))
    if not counts:
        hint = f"it takes dated articles {APART + _REACH} days apart; or give LABELS"
        raise TwicetoldError(index.place, "reaches over too few days to tell chance", hint=hint)
    rows = []
    for place, probability in enumerate(_CUTS):
        links = int(sum(one.links[place] for one in counts))
        chance = float(sum(one.strangers[place] * one.odds for one in counts))
        share = round(min(chance / links, 1.0), 3) if links else None
        rows.append(Noise(probability, links, round(chance, 1), share))
    return rows


def _counts(index: Index, days: int, stage: Stage) -> Iterator[_Count]:
    with_articles = {day for block in windows.all_days(index.connection) for day in block}
    active = range(APART + _REACH - ACTIVE_DAYS + 1, APART + _REACH + 1)
    able = sorted(day for day in with_articles if any(day + n in with_articles for n in active))
    places = np.unique(np.linspace(0, len(able) - 1, min(days, len(able))).round().astype(int))
    settings = settings_of(index)
    with stage("noise", len(places)) as advance:
        for place in places.tolist():
            found = _count(index, able[place], settings)
            if found is not None:
                yield found
            advance(1)


def _count(index: Index, day: int, settings: Settings) -> _Count | None:
    """Score the pairs of one day in a window to which strangers are moved."""
    near = windows.load(index.connection, day - _REACH + 1, day)
    far = windows.load(index.connection, day + APART + 1, day + APART + _REACH)
    window, strange = _together(near, far, far_days=APART + _REACH)
    asking = window.day == day
    active = window.day > day - ACTIVE_DAYS
    sizes = [[int((rows & of).sum()) for rows in (asking, active)] for of in (~strange, strange)]
    (near_asking, near_active), (far_asking, far_active) = sizes
    apart = near_asking * far_active + far_asking * near_active - near_asking * far_asking
    within = sum(q * n - q * (q + 1) / 2 for q, n in sizes)
    if not apart:
        return None
    block = embedding.block(index.connection, window, settings.embedder)
    (found,) = pairs.daily(block, [day], ACTIVE_DAYS, settings.scorer)
    said = found.kind == "story"
    mixed = strange[found.a] != strange[found.b]
    return _Count(
        _at_cuts(found.probability[said & ~mixed]),
        _at_cuts(found.probability[said & mixed]),
        within / apart,
    )


def _at_cuts(probability: FloatArray) -> IntArray:
    return np.array([(probability >= cut).sum() for cut in _CUTS], np.int64)


def _together(near: Window, far: Window, far_days: int) -> tuple[Window, BoolArray]:
    """One window of both, the far one moved back by so many days, and which rows are the far ones.

    Undated articles are left out.
    """
    days = [day - far_days for day in far.before.days]
    moved = far._replace(
        day=far.day - far_days,
        hour=far.hour - 24.0 * far_days,
        before=far.before._replace(days=days),
    )
    both = near.beside(moved)
    order = np.argsort(both.hour, kind="stable")[: int((~np.isnan(both.hour)).sum())]  # nan last
    return both.taken(order), order >= len(near.ids)
