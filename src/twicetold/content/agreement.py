"""What the reports say together, and what one outlet alone says. Start at `agree_on`."""

from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray
from .corroboration import (
    report_coverage,
    reporting,
    statement_coverage,
    without_repetition,
)
from .reading import ReadStory
from .selection import SHORTEST

_MOST_STATEMENTS = 1_000  # that are compared; a story of more is read from its first reports on
_REPEATS = 0.6  # of a statement that another one says already
_TOUCHED = 0.15  # of a statement that a second outlet says; below it, one outlet alone has it


class Agreement(NamedTuple):
    """A statement, and who reports it in any words."""

    text: str
    outlets: tuple[str, ...]  # whose words these are, then others that report it, by time
    languages: tuple[str, ...]
    article: int  # whose words these are: a row of the reports, or an id in an index
    start: int  # in its body, in characters
    end: int
    only_here: bool  # no lead, and no other outlet says even a part of it, as far as words tell


def agree_on(story: ReadStory) -> list[Agreement]:
    """Return the statements of a story, the most widely reported first.

    What several reports say stands once, in the language of most texts if one of these says it.
    Headlines and sentences of fewer than `SHORTEST` words are left out.
    """
    places = [
        place
        for place, statement in enumerate(story.statements)
        if not statement.in_headline and statement.words >= SHORTEST
    ][:_MOST_STATEMENTS]
    coverage = report_coverage(story.statements, story.concepts, places, story.covered)
    reports = reporting(story.statements, story.concepts, places, coverage.facts)
    agreements = [
        _agreement(story, *row) for row in zip(places, coverage.words, reports, strict=True)
    ]
    lang = story.lang
    in_other = [story.reports.langs[each.article] != lang for each in agreements]
    order = sorted(
        range(len(places)), key=lambda row: (-len(agreements[row].outlets), in_other[row], row)
    )
    similar = statement_coverage(story.concepts, places)
    return [agreements[row] for row in without_repetition(order, similar, _REPEATS)]


def _agreement(story: ReadStory, place: int, coverage: FloatArray, reports: BoolArray) -> Agreement:
    statement, langs = story.statements[place], story.reports.langs
    own = story.reports.outlets[statement.article]
    tells_event = statement.is_lead and len(set(story.reports.texts.tolist())) > 1
    touched = set(story.outlets_of(place, coverage >= _TOUCHED))
    return Agreement(
        statement.text,
        story.outlets_of(place, reports),
        tuple(dict.fromkeys(langs[row] for row in np.flatnonzero(reports).tolist())),
        statement.article,
        statement.start,
        statement.end,
        only_here=touched <= {own} and not tells_event,
    )
