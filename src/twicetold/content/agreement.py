"""What the reports say together, and what one outlet alone says. Start at `agree_on`."""

from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray
from .corroboration import report_coverage, reporting, statement_coverage
from .reading import ReadStory
from .selection import SHORTEST

_MOST_STATEMENTS = 1_000  # that are compared; a story of more is read from its first reports on
_REPEATS = 0.6  # of a statement that another one says already
_TOUCHED = 0.15  # of a statement that a second outlet says; below it, one outlet alone has it


class Agreement(NamedTuple):
    """A statement, and who reports it in any words."""

    text: str
    outlets: tuple[str, ...]  # the first one first
    languages: tuple[str, ...]
    article: int  # whose words these are: a row of the reports, or an id in an index
    start: int  # in its body, in characters
    end: int
    only_here: bool  # no other outlet says even a part of it


def agree_on(story: ReadStory) -> list[Agreement]:
    """Return the statements of a story, those that most outlets report first.

    What several reports say stands once, in the language of most texts if one of these says it.
    Headlines and sentences of fewer than `SHORTEST` words are left out.
    """
    places = [
        place
        for place, statement in enumerate(story.statements)
        if not statement.in_headline and statement.words >= SHORTEST
    ][:_MOST_STATEMENTS]
    covered = report_coverage(story.statements, story.concepts, places)
    said = statement_coverage(story.concepts, places)
    said_by = reporting(story.statements, story.concepts, places)
    found = [_agreement(story, *row) for row in zip(places, covered, said_by, strict=True)]
    in_other = [story.reports.langs[each.article] != story.lang for each in found]
    order = sorted(
        range(len(places)), key=lambda row: (-len(found[row].outlets), in_other[row], row)
    )
    chosen: list[int] = []
    for row in order:
        if not len(chosen) or said[row, chosen].max() < _REPEATS:
            chosen.append(row)
    return [found[row] for row in chosen]


def _agreement(story: ReadStory, place: int, covered: FloatArray, said_by: BoolArray) -> Agreement:
    statement, reports = story.statements[place], story.reports
    rows = sorted({statement.article, *np.flatnonzero(said_by).tolist()})
    own = reports.outlets[statement.article]
    touched = {reports.outlets[row] for row in np.flatnonzero(covered >= _TOUCHED).tolist()}
    return Agreement(
        statement.text,
        tuple(dict.fromkeys(reports.outlets[row] for row in rows)),
        tuple(dict.fromkeys(reports.langs[row] for row in rows)),
        statement.article,
        statement.start,
        statement.end,
        only_here=touched <= {own},
    )
