"""Titles without what their outlet adds: section names, the outlet's own name, agency slugs.

The furniture of titles differs by outlet, so it is found by counting over some days. Start reading
at `headline_spans`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from .datafiles import read_lines, read_pattern

TITLE_DAYS = 5  # enough titles of one outlet to tell its furniture from its words
REPEATS = 3  # a segment on so many different titles of an outlet is its furniture

# what agencies write before the headline of a later version: "UPDATE 2-", "CORRECTED:", "RPT-"
_SLUG = re.compile(
    r"\A(?:(?:UPDATE|WRAPUP)\s\d+|CORRECTED|REFILE|RPT|REPEAT)(?:-(?:(?:UPDATE|WRAPUP)\s\d+))?[-–:]\s*"
)
# blanks are looked at from their first one on: else the time grows with the square of their number
_SEPARATOR = re.compile(r"(?<!\s)\s+[-–—|·•]\s+|(?:(?<!\s)\s+)?\|\s*")
_CORRECTION = re.compile(
    r"\A\W{0,3}(?:CORRECTED|CORRECTION|CORRECTIF|RECTIFICATIF|KORREKTUR|REFILE)\s?[-–:)]", re.I
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WEEKDAYS = 7  # lines of days.txt
_LONGEST_STANDING = 100  # characters of the title of a standing page, with its date
_BESIDE_DATES = (  # words between a title and its date, in the languages of the list
    "for of on the du de des la le les l d vom am der das die für del di dei do da dos el los"
    " week semaine woche semana settimana and"
)
_LONGEST_HEADLINE = 1_000  # characters; a longer title is a text, and has no furniture

Span = tuple[int, int]  # start and end in a title, in characters


def headline_spans(
    titles: Sequence[str], outlets: Sequence[str], days: Sequence[int]
) -> list[Span]:
    """Return which part of each title is the headline; `days` (n,) are day numbers, ascending.

    An agency's slug ("UPDATE 2-") is left out. So is a first or last segment ("Opinion | …",
    "… - Los Angeles Times") that is the outlet's name, or that the outlet has on at least `REPEATS`
    different titles of the `TITLE_DAYS` up to this one's day. The longest segment always stays.
    """
    starts = [_slug_end(title) for title in titles]
    segments = [_segments(title[start:]) for title, start in zip(titles, starts, strict=True)]
    counts = _EndCounts(Counter(), Counter())
    spans: list[Span] = []
    oldest = 0
    for day, rows in groupby(range(len(titles)), days.__getitem__):
        while days[oldest] <= day - TITLE_DAYS:
            counts.add(outlets[oldest], segments[oldest], -1)
            oldest += 1
        today = list(rows)
        for row in today:
            counts.add(outlets[row], segments[row], 1)
        for row in today:
            first, last = _inner_span(
                titles[row][starts[row] :], segments[row], outlets[row], counts.titles_with
            )
            spans.append((starts[row] + first, starts[row] + last))
    return spans


def headlines(titles: Sequence[str], outlets: Sequence[str], days: Sequence[int]) -> list[str]:
    """Return the titles without furniture, see `headline_spans`."""
    spans = headline_spans(titles, outlets, days)
    return [title[start:end] for title, (start, end) in zip(titles, spans, strict=True)]


def headline_span(title: str, outlet: str, others: Iterable[str]) -> Span:
    """Return the span of one headline; `others` are the outlet's titles of the days up to it.

    >>> headline_span("Opinion | Who pays?", "The Post", ["Opinion | Now!", "Opinion | Why us?"])
    (10, 19)
    """
    ends = _segments(title[_slug_end(title) :])
    # most titles have a single segment and so no furniture: then `others` need not be read
    similar = [o for o in others if any(end in o for end in ends)] if len(ends) > 1 else []
    titles = [*similar, title]
    return headline_spans(titles, [outlet] * len(titles), [0] * len(titles))[-1]


def may_have_furniture(title: str) -> bool:
    """Whether a title has parts of which one may be its outlet's: 'Ferry sinks - The Post'."""
    return len(_segments(title[_slug_end(title) :])) > 1


def reports_no_event(headline: str) -> bool:
    """Whether a headline is that of a round-up or of a standing page."""
    return is_round_up(headline) or is_standing_page(headline)


def is_round_up(headline: str) -> bool:
    """Whether a headline is that of a briefing, which lists the news and reports no one event.

    >>> is_round_up("Morning briefing: What to know on Friday")
    True
    >>> is_round_up("Five things to know about the deal")
    False
    """
    return bool(_round_up().match(headline))


def is_standing_page(headline: str) -> bool:
    """Whether a headline is that of a page that a paper always has, and that reports no one event.

    >>> is_standing_page("Horoscope for Tuesday, February 3, 2026")
    True
    >>> is_standing_page("Weather shuts the northern bridge")
    False
    """
    return len(headline) <= _LONGEST_STANDING and _without_dates(headline) in _standing_pages()


def is_correction(title: str) -> bool:
    """Whether a title says that its article corrects an earlier one: 'CORRECTED-Ferry sinks'."""
    return bool(_CORRECTION.match(title))


class _EndCounts(NamedTuple):
    """How many different titles of an outlet have a first or last segment, over some days."""

    titles: Counter[tuple[str, tuple[str, ...]]]  # (outlet, segments): how often it occurs
    titles_with: Counter[tuple[str, str]]  # (outlet, segment): on how many different titles

    def add(self, outlet: str, segments: tuple[str, ...], step: int) -> None:
        """Count a title with `step` 1; with -1, stop counting it."""
        if len(segments) == 1:
            return
        self.titles[outlet, segments] += step
        if self.titles[outlet, segments] == max(step, 0):  # the first of its kind, or the last
            for end in {segments[0], segments[-1]}:
                self.titles_with[outlet, end] += step


def _segments(title: str) -> tuple[str, ...]:
    return (title,) if len(title) > _LONGEST_HEADLINE else tuple(_SEPARATOR.split(title))


def _slug_end(title: str) -> int:
    slug = _SLUG.match(title)
    return slug.end() if slug else 0


def _inner_span(
    title: str, segments: tuple[str, ...], outlet: str, titles_with: Counter[tuple[str, str]]
) -> Span:
    """Return the span of the title without furniture at its ends."""

    def is_furniture(segment: str) -> bool:
        return segment.casefold() == outlet.casefold() or titles_with[outlet, segment] >= REPEATS

    longest = max(segments, key=len)
    start, end = 0, len(segments)
    while segments[start] != longest and is_furniture(segments[start]):
        start += 1
    while segments[end - 1] != longest and is_furniture(segments[end - 1]):
        end -= 1
    if end - start == len(segments):
        return 0, len(title)
    first = title.index(segments[start], sum(map(len, segments[:start])))
    return first, title.rindex(segments[end - 1]) + len(segments[end - 1])


@cache
def _standing_pages() -> frozenset[str]:
    """Return the titles of standing pages, as `_without_dates` has them."""
    lines = [line for line in read_lines("standing_pages.txt") if line[:1] != "#"]
    return frozenset(_without_dates(line) for line in lines) - {""}


def _without_dates(title: str) -> str:
    """Return the letters of a title without names of days and months and the words beside them."""
    words = _LETTERS.findall(title.casefold())
    return " ".join(word for word in words if word not in _words_of_dates())


@cache
def _words_of_dates() -> frozenset[str]:
    """Return names of days and months, and the words beside them; 'today' and 'hier' are none."""
    lines = read_lines("days.txt")[:_WEEKDAYS] + read_lines("months.txt")
    return frozenset(word for line in (*lines, _BESIDE_DATES) for word in line.split())


@cache
def _round_up() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{read_pattern('round_ups.txt')})", re.IGNORECASE)
