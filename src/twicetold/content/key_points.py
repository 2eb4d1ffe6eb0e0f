"""Key points: the statements that say most of what the reports have in common.

Start reading at `find_key_points`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .contradictions import Contradiction
from .corroboration import (
    event_shares,
    report_coverage,
    reporting,
    statement_coverage,
    without_repetition,
)
from .reading import ReadStory
from .selection import choose
from .statements import Statement, words_end

MOST = 5
_TRIED = 12  # statements that are looked at, to find five without repetition
_BEST = 8  # of these are so good that what several outlets report comes first
_SEVERAL = 2  # outlets
_REPEATS = 0.9  # of a statement that another point says already, where words are counted
# By words of the sample corpus, .4 both ways with one lead makes 4 points that say nothing new, in
# place of 10, and tells 70 statements of its editors in place of 67. By ROUGE it is no better: what
# people write tells the event in many words.
_ALIKE = 0.4  # of one of two statements that the other one says, where points are read


class KeyPoint(NamedTuple):
    """A statement of a report that matters, and who reports it."""

    text: str  # on one line; '…' at its end: it was cut
    outlets: tuple[str, ...]  # whose words these are, then others that report it, by time
    article: int  # whose words these are: its place in the list, or its id in an index
    start: int  # in its body, in characters
    end: int
    in_title: bool  # start and end are places in its title


def find_key_points(
    story: ReadStory, *, words: int | None = None, differences: Sequence[Contradiction] = ()
) -> list[KeyPoint]:
    """Return up to five key points of a story in the order in which a reader needs them.

    The first tells the event; the others follow as early as reports have them. They are in the
    language that most texts are in. What several outlets report goes before what one reports. Of a
    figure that was updated, as `differences` tell, the newest is given. `words` bounds their length
    together: then those that say most are taken, and the last one may be cut.
    """
    newest = _newest(story, differences)
    tried = list(dict.fromkeys(newest.get(place, place) for place in _tried(story)))
    lengths = [story.statements[place].words for place in tried]
    coverage = report_coverage(story.statements, story.concepts, tried, story.covered)
    reports = reporting(story.statements, story.concepts, tried, coverage.facts)
    outlets = [story.outlets_of(*row) for row in zip(tried, reports, strict=True)]
    similar = statement_coverage(story.concepts, tried)
    order = list(range(len(tried)))
    if words is None:
        order.sort(key=lambda row: (row >= _BEST, len(outlets[row]) < _SEVERAL))
        shares = event_shares(story.statements, story.concepts, tried)
        leads = [row for row in order if story.statements[tried[row]].is_lead]
        leads.sort(key=lambda row: (-shares[row], story.statements[tried[row]].before))
        # all leads tell the event: the best of them comes first, the others last
        order.sort(key=lambda row: leads.index(row) if row in leads else 0.5)
        similar = np.maximum(similar, similar.T)
    least = _REPEATS if words is not None else _ALIKE
    chosen = without_repetition(order, similar, least)[:MOST]
    kept_words = _fit([lengths[row] for row in chosen], words)
    points = [
        (story.statements[tried[row]], outlets[row], kept)
        for row, kept in zip(chosen, kept_words, strict=False)
    ]
    in_order = points[:1] + sorted(points[1:], key=lambda point: point[0].before)
    return [_key_point(story, *point) for point in in_order]


def _tried(story: ReadStory) -> list[int]:
    """Return the statements to look at, the best first; a headline if there are no others."""
    rows, lang = np.array([each.article for each in story.statements], np.int64), story.lang
    candidates = np.array([story.reports.langs[row] == lang for row in rows.tolist()], bool)
    texts = story.reports.texts[rows]
    chosen = choose(story.statements, texts, story.concepts, candidates=candidates, most=_TRIED)
    return chosen or np.flatnonzero(candidates)[:1].tolist()


def _newest(story: ReadStory, differences: Sequence[Contradiction]) -> dict[int, int]:
    """Return the statement with the newest figure for each one whose figure was updated."""
    place_of = {(s.article, s.start, s.in_headline): n for n, s in enumerate(story.statements)}
    newest: dict[int, int] = {}
    for difference in differences:
        claims = [
            (claim.value, place_of[claim.article, claim.start, claim.in_title])
            for claim in difference.claims
            if story.reports.langs[claim.article] == story.lang and not claim.in_title
        ]
        if difference.is_update and claims:
            value, last = claims[-1]
            newest |= {place: last for other, place in claims if other != value}
    return newest


def _fit(lengths: Sequence[int], words: int | None) -> list[int]:
    """Return how many words of each point there is room for; the last ones may have none."""
    kept: list[int] = []
    for length in lengths:
        left = length if words is None else words - sum(kept)
        if left < 1:
            break
        kept.append(min(length, left))
    return kept


def _key_point(
    story: ReadStory, statement: Statement, outlets: tuple[str, ...], kept: int
) -> KeyPoint:
    text, start, end = statement.text, statement.start, statement.end
    if kept < statement.words:
        body = story.reports.bodies[statement.article]
        end = start + (0 if statement.in_headline else words_end(body[start:end], kept))
        text = " ".join(body[start:end].split()) if end > start else text
        text += "…"
    return KeyPoint(text, outlets, statement.article, start, end, statement.in_headline)
