"""How many links are there by chance? An estimate that needs no labels.

Articles weeks apart report no common event. Moved to the same days, they show how often the scorer
takes unrelated articles for one story; scaled to the number of pairs, that count estimates how many
of an index's links are there by chance. Start reading at `chance_links`.

Source: the decoys of Elias & Gygi 2007, Target-decoy search strategy.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from ..clustering.pair_scoring import score_day
from ..clustering.term_weights import count_block
from ..clustering.window import Window, context_days
from ..errors import TwicetoldError
from ..index import Index, furniture, in_snapshot, windows
from ..index.settings import ACTIVE_DAYS, Settings, settings_of
from ..progress import Progress, no_progress
from ..queries.vectors import window_embeddings
from ..text.words import read_words

DAYS_APART = 14  # nearly all events are in the news for fewer days
_CONTEXT = context_days(ACTIVE_DAYS)
_CUTS = tuple(tenth / 10 for tenth in range(2, 10))


class ChanceLinks(NamedTuple):
    """The links of some days with at least `probability`."""

    probability: float
    links: int  # between articles of the same days
    by_chance: float  # an estimate of how many of them are there by chance
    share: float | None  # by_chance / links; None: no links


class _DayCount(NamedTuple):
    """The links of one day."""

    links: IntArray  # at each cut
    decoys: IntArray  # links between articles weeks apart, at each cut
    pair_ratio: float  # pairs of the same days, for each pair weeks apart


@in_snapshot
def chance_links(
    index: Index, *, days: int = 12, progress: Progress = no_progress
) -> list[ChanceLinks]:
    """Return, for each probability, the links of some days and an estimate of chance among them.

    `days` days are sampled evenly from those that have articles weeks later. Undated articles,
    copies and templates are left out. Raises TwicetoldError if the index covers too few days.
    """
    counts = list(_day_counts(index, days, progress))
    if not counts:
        hint = f"it takes dated articles {DAYS_APART + _CONTEXT} days apart; or give LABELS"
        finding = "covers too few days to estimate chance"
        raise TwicetoldError(index.place, finding, hint=hint)
    rows = []
    for place, probability in enumerate(_CUTS):
        links = int(sum(count.links[place] for count in counts))
        by_chance = float(sum(count.decoys[place] * count.pair_ratio for count in counts))
        share = round(min(by_chance / links, 1.0), 3) if links else None
        rows.append(ChanceLinks(probability, links, round(by_chance, 1), share))
    return rows


def _day_counts(index: Index, days: int, progress: Progress) -> Iterator[_DayCount]:
    filled = {day for block in windows.all_days(index.connection) for day in block}
    later = range(DAYS_APART + _CONTEXT - ACTIVE_DAYS + 1, DAYS_APART + _CONTEXT + 1)
    usable = sorted(day for day in filled if any(day + step in filled for step in later))
    places = np.unique(np.linspace(0, len(usable) - 1, min(days, len(usable))).round().astype(int))
    settings = settings_of(index)
    with progress("chance", len(places)) as advance:
        for place in places.tolist():
            count = _count_day(index, usable[place], settings)
            if count is not None:
                yield count
            advance(1)


def _count_day(index: Index, day: int, settings: Settings) -> _DayCount | None:
    """Score the pairs of one day in a window into which later articles are moved."""
    near = windows.load(index.connection, day - _CONTEXT + 1, day)
    far = windows.load(index.connection, day + DAYS_APART + 1, day + DAYS_APART + _CONTEXT)
    window, is_far = _move_together(near, far, days_back=DAYS_APART + _CONTEXT)
    of_day = window.day == day
    active = window.day > day - ACTIVE_DAYS
    sizes = [[int((rows & of).sum()) for rows in (of_day, active)] for of in (~is_far, is_far)]
    (near_day, near_active), (far_day, far_active) = sizes
    apart = near_day * far_active + far_day * near_active - near_day * far_day
    within = sum(own * others - own * (own + 1) / 2 for own, others in sizes)
    if not apart:
        return None
    embeddings = None
    if window.has_several_languages:
        embeddings = window_embeddings(index.connection, window, settings.embedder)
    words = read_words(window.titles, window.bodies, furniture.load(index.connection))
    block = count_block(window, words, embeddings)
    scored = score_day(block, day, ACTIVE_DAYS, settings.scorer).pairs
    is_story = scored.kind == "story"
    is_decoy = is_far[scored.a] != is_far[scored.b]
    return _DayCount(
        _at_cuts(scored.probability[is_story & ~is_decoy]),
        _at_cuts(scored.probability[is_story & is_decoy]),
        within / apart,
    )


def _at_cuts(probability: FloatArray) -> IntArray:
    return np.array([(probability >= cut).sum() for cut in _CUTS], np.int64)


def _move_together(near: Window, far: Window, days_back: int) -> tuple[Window, BoolArray]:
    """Return one window of both, the far one moved back in time, and which rows are the far ones.

    Undated articles are left out.
    """
    days = [day - days_back for day in far.before.days]
    moved = far._replace(
        day=far.day - days_back,
        hour=far.hour - 24.0 * days_back,
        before=far.before._replace(days=days),
    )
    both = near.append(moved)
    order = np.argsort(both.hour, kind="stable")[: int((~np.isnan(both.hour)).sum())]  # nan last
    return both.take(order), order >= len(near.ids)
