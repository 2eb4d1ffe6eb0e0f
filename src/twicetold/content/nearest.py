"""Which report is nearest to each one, and which names both have. Start at `nearest_reports`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..text.names import shared_names
from ..text.tokens import stream
from .concepts import DISTINCTIVE, word_idf
from .reading import ReadStory

_LEAD = 1_500  # characters of a body in which names are looked for
_MOST_NAMES = 6
_ENGLISH = "en"  # names are spelled as in English


class Nearest(NamedTuple):
    """The report that has the firmest link with another one."""

    article: int  # a row of the reports, or an id in an index
    other: int  # the nearest report, likewise
    probability: float  # that both tell one event
    names: tuple[str, ...]  # names and numbers that both have in their openings, the rarest first


def nearest_reports(story: ReadStory, links: Sequence[tuple[int, int, float]]) -> list[Nearest]:
    """Return the nearest report of each one that has a link; `links` are rows and a probability.

    Copies have no nearest report: their texts decide.
    """
    best: dict[int, tuple[int, float]] = {}
    texts = story.reports.texts.tolist()
    for a, b, probability in sorted(links, key=lambda link: -link[2]):
        for row, other in ((a, b), (b, a)):
            if texts[row] == row and texts[other] != row:
                best.setdefault(row, (other, probability))
    return [
        Nearest(row, other, probability, _common_names(story, row, other))
        for row, (other, probability) in sorted(best.items())
    ]


def _common_names(story: ReadStory, row: int, other: int) -> tuple[str, ...]:
    openings = [
        f"{story.reports.headlines[each]}\n{story.reports.bodies[each][:_LEAD]}"
        for each in (row, other)
    ]
    shared = shared_names((openings[0], openings[1]))
    rarity = {name: _rarity(name) for name in shared}
    chosen = sorted((n for n in shared if rarity[n] >= DISTINCTIVE), key=lambda n: -rarity[n])
    return tuple(" ".join(shared[name][0].split()) for name in chosen[:_MOST_NAMES])


def _rarity(name: str) -> float:
    """Return the idf of the rarest word of a name."""
    hashes = stream([name]).hashes
    return float(word_idf(hashes, np.array([_ENGLISH] * len(hashes), np.str_)).max(initial=0))
