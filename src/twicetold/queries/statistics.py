"""An index in numbers: what its charts are drawn from. Start reading at `statistics`."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import permutations
from typing import NamedTuple

from ..index import Index, in_snapshot
from ..index import statistics as counts
from ..index.settings import settings_of
from ..index.statistics import TimeRange
from ..times import Time, argument_prefix

_BINS = 20  # of probabilities
_LAGS = (0.0, 1.0, 3.0, 6.0, 12.0, 24.0, 48.0, 120.0)  # hours at which a bin begins
_MOST_PERIODS = 62  # more days are counted by week, more weeks by month
_DAYS_OF_MONTHS = 31 * 240  # more days are counted by year, and years without articles are left out
_MOST_OUTLETS = 20  # a larger matrix can't be read


class ProbabilityBin(NamedTuple):
    """The links whose probability lies between two values; copies and templates are no part."""

    low: float
    high: float
    pairs: int
    one_story: int  # of them, pairs that are one story


class PeriodCount(NamedTuple):
    """What was published on a day; in a long time, in a week or a month."""

    period: str  # '2026-02-05'; the Monday of a week; '2026-02'; '2026'
    articles: int
    stories: int  # that began then
    several: int  # of them, stories of several outlets


class OutletPair(NamedTuple):
    """How much an outlet has in common with another, of those with most shared stories."""

    outlet: str
    other: str
    stories: int  # that both report
    share: float  # of the outlet's stories that others report as well, those of the other
    copies: int  # articles of the outlet that took over the other's text


class LagBin(NamedTuple):
    """Copies by how many hours they came after their origin."""

    low: float | None  # None: before it
    high: float | None  # None: no end; both None: an hour is not known
    copies: int


class Statistics(NamedTuple):
    """An index in numbers."""

    cut: float  # mean probability at which clusters of reports are merged
    probabilities: list[ProbabilityBin]
    periods: list[PeriodCount]
    outlet_pairs: list[OutletPair]
    lags: list[LagBin]


@in_snapshot
def statistics(index: Index, *, since: Time = "", until: Time = "") -> Statistics:
    """Return how sure links are, and how many articles, shared stories and copies there are.

    `since` and `until` are UTC times or their beginnings ('2026-02'). Raises ArgumentError.
    """
    wanted = TimeRange(argument_prefix(since, "since"), argument_prefix(until, "until"))
    return Statistics(
        round(settings_of(index).cut, 3),
        _probabilities(index, wanted),
        _periods(index, wanted),
        _outlet_pairs(index, wanted),
        _lags(counts.copy_hours(index.connection, wanted)),
    )


def _probabilities(index: Index, wanted: TimeRange) -> list[ProbabilityBin]:
    pairs, one_story = Counter[int](), Counter[int]()
    for bin, is_one, number in counts.links_by_probability(index.connection, wanted, _BINS):
        pairs[bin] += number
        one_story[bin] += number * is_one
    return [
        ProbabilityBin(bin / _BINS, (bin + 1) / _BINS, pairs[bin], one_story[bin])
        for bin in range(_BINS)
    ]


def _periods(index: Index, wanted: TimeRange) -> list[PeriodCount]:
    """Return the counts of all periods from the first to the last, also of most empty ones."""
    articles = dict(counts.articles_by_day(index.connection, wanted))
    stories = {day: numbers for day, *numbers in counts.stories_by_day(index.connection, wanted)}
    if not articles and not stories:
        return []
    first, last = (date.fromisoformat(end({*articles, *stories})) for end in (min, max))
    days = [first + timedelta(number) for number in range((last - first).days + 1)]
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for day in days:
        values = [articles.get(str(day), 0), *stories.get(str(day), (0, 0))]
        period = _period(day, len(days))
        sums[period] = [total + value for total, value in zip(sums[period], values, strict=True)]
    if len(days) > _DAYS_OF_MONTHS:  # one wrong date would make a table of a thousand years
        sums = {year: numbers for year, numbers in sums.items() if any(numbers)}
    return [PeriodCount(period, *numbers) for period, numbers in sums.items()]


def _period(day: date, days: int) -> str:
    if days <= _MOST_PERIODS:
        return str(day)
    if days <= 7 * _MOST_PERIODS:
        return str(day - timedelta(day.weekday()))
    return str(day)[: len("2026-02" if days <= _DAYS_OF_MONTHS else "2026")]


def _outlet_pairs(index: Index, wanted: TimeRange) -> list[OutletPair]:
    reporting: dict[int, list[str]] = defaultdict(list)
    for story, outlet in counts.stories_of_outlets(index.connection, wanted):
        reporting[story].append(outlet)
    alone = Counter(outlet for outlets in reporting.values() for outlet in outlets)
    order = sorted(alone, key=lambda outlet: (-alone[outlet], outlet))
    chosen = set(order[:_MOST_OUTLETS])
    both = Counter(
        pair
        for outlets in reporting.values()
        for pair in permutations([outlet for outlet in outlets if outlet in chosen], 2)
    )
    copies = Counter(counts.copied_outlets(index.connection, wanted))
    return [
        OutletPair(a, b, both[a, b], round(both[a, b] / alone[a], 3), copies[a, b])
        for a, b in permutations(order[:_MOST_OUTLETS], 2)
    ]


def _lags(hours: Iterable[float | None]) -> list[LagBin]:
    before = len(_LAGS) + 1  # than its origin, as the clock says; the credit said otherwise
    numbers = Counter(-1 if lag is None else bisect_right(_LAGS, lag) or before for lag in hours)
    ends = (*_LAGS[1:], None)
    bins = [
        LagBin(low, high, numbers[place])
        for place, (low, high) in enumerate(zip(_LAGS, ends, strict=True), 1)
    ]
    return [LagBin(None, 0.0, numbers[before]), *bins, LagBin(None, None, numbers[-1])]
