"""Which report is nearest to each one, and which names both have. Start at `nearest_reports`."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..text.names import written_names
from ..text.tokens import stream
from .concepts import DISTINCTIVE, word_idf
from .reading import ReadStory

_LEAD = 1_000  # characters of a body in which names are looked for
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
    opening = {
        each: _opening(story, each) for row, (other, _) in best.items() for each in (row, other)
    }
    names = dict(zip(opening, written_names(list(opening.values())), strict=True))
    rarity = _rarity(sorted({name for each in names.values() for name in each}))
    return [
        Nearest(row, other, probability, _common(names[row], names[other], rarity))
        for row, (other, probability) in sorted(best.items())
    ]


def _opening(story: ReadStory, row: int) -> str:
    return f"{story.reports.headlines[row]}\n{story.reports.bodies[row][:_LEAD]}"


def _common(
    names: Mapping[str, str], others: Mapping[str, str], rarity: Mapping[str, float]
) -> tuple[str, ...]:
    shared = [name for name in names if name in others and rarity[name] >= DISTINCTIVE]
    shared.sort(key=lambda name: -rarity[name])
    return tuple(" ".join(names[name].split()) for name in shared[:_MOST_NAMES])


def _rarity(names: Sequence[str]) -> dict[str, float]:
    """Return the idf of the rarest word of each name."""
    words = stream(names)
    idf = word_idf(words.hashes, np.full(len(words.hashes), _ENGLISH))
    rarest = np.zeros(len(names))
    np.maximum.at(rarest, words.rows(), idf)
    return dict(zip(names, rarest.tolist(), strict=True))
