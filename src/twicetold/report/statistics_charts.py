"""An index in numbers: charts with a table each. Start reading at `charts`."""

from typing import TYPE_CHECKING, NamedTuple

from .charts import Bar, bars, share_map

if TYPE_CHECKING:
    from ..queries.statistics import LagBin, Statistics

_MOST_ROWS = 62  # of a table that is shown as text
_DAY = 24  # hours
_UNLIKELY = 2  # bins of probabilities that are not drawn: they would flatten the others


class Chart(NamedTuple):
    """A chart with what it shows."""

    heading: str
    note: str
    svg: str  # '': there is nothing to draw
    columns: tuple[str, ...]
    rows: list[tuple[str | int, ...]]  # the numbers


def charts(numbers: "Statistics") -> list[Chart]:
    """Return the charts of an index."""
    return [_probabilities(numbers), _periods(numbers), _outlets(numbers), _lags(numbers)]


def statistics_card(numbers: "Statistics") -> str:
    """The numbers as tables."""
    from tabulate import tabulate

    parts = []
    for chart in charts(numbers):
        lines = tabulate(chart.rows[:_MOST_ROWS], chart.columns, intfmt=",").splitlines()
        if len(chart.rows) > _MOST_ROWS:
            lines.append(f"… and {len(chart.rows) - _MOST_ROWS:,} more rows: --json has all")
        parts.append("\n".join([chart.heading, chart.note, "", *lines, ""]))
    return "\n".join(parts)


def _probabilities(numbers: "Statistics") -> Chart:
    bins, title = numbers.probabilities, "How sure it is that two reports tell one event"
    first = bins[_UNLIKELY].low if numbers.cut > bins[_UNLIKELY].low else 0.0
    drawn = [
        Bar(f"{each.low:.2f}", each.pairs, each.one_story) for each in bins if each.low >= first
    ]
    return Chart(
        title,
        "Pairs of reports by their probability, those that are one story darker. Clusters are"
        f" merged as long as the mean of their pairs is {numbers.cut:.2f} or more. The many pairs"
        f" below {first:.2f} are not drawn.",
        bars(drawn, title, (numbers.cut - first) / (1 - first)),
        ("from", "to", "pairs", "one story"),
        [(f"{each.low:.2f}", f"{each.high:.2f}", each.pairs, each.one_story) for each in bins],
    )


def _periods(numbers: "Statistics") -> Chart:
    title = "Stories by the time of their first report"
    drawn = [Bar(each.period, each.stories, each.several) for each in numbers.periods]
    return Chart(
        title,
        "Stories of several outlets are darker. An article that nobody else reports is a story.",
        bars(drawn, title),
        ("time", "articles", "stories", "of several outlets"),
        [tuple(each) for each in numbers.periods],
    )


def _outlets(numbers: "Statistics") -> Chart:
    names = list(dict.fromkeys(pair.outlet for pair in numbers.outlet_pairs))
    place = {name: number for number, name in enumerate(names)}
    shares = {(place[p.outlet], place[p.other]): p.share for p in numbers.outlet_pairs if p.stories}
    return Chart(
        "What outlets have in common",
        "Of the stories that the outlet of a row shares with anyone, the share that the outlet of"
        " the column reports too; darker is more. The table also has how many articles of the"
        " first took over text of the other.",
        share_map(names, shares),
        ("outlet", "other", "stories", "share", "copies"),
        [
            (pair.outlet, pair.other, pair.stories, f"{pair.share:.2f}", pair.copies)
            for pair in sorted(numbers.outlet_pairs, key=lambda pair: -pair.stories)
        ],
    )


def _lags(numbers: "Statistics") -> Chart:
    title = "How long after its source a copy appears"
    return Chart(
        title,
        "Copies by the hours after their source. Below 0, a credit names a source that came later.",
        bars([Bar(_lag(each), each.copies, each.copies) for each in numbers.lags], title),
        ("after its source", "copies"),
        [(_lag(each), each.copies) for each in numbers.lags],
    )


def _lag(each: "LagBin") -> str:
    if each.high is None:
        return "no hour" if each.low is None else f"over {each.low / _DAY:.0f} d"
    if each.low is None:
        return "before"
    if each.high > _DAY:
        return f"{each.low / _DAY:.0f}-{each.high / _DAY:.0f} d"
    return f"{each.low:.0f}-{each.high:.0f} h"
