"""What the page of an outlet tells, counted over the stories of a report."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from ..hours import hours_since_1970
from ..queries.story_content import text_source
from .page_parts import copies_with_source
from .site_plan import SiteStory, pair_name

if TYPE_CHECKING:
    from ..index.story_views import Report

_MOST_MISSED = 20  # stories that are listed


class Neighbour(NamedTuple):
    """An outlet that has stories in common with another one."""

    outlet: str
    stories: int  # that both report
    first: int  # of these, how often the other one was first


class TakenText(NamedTuple):
    """A report that took over text of an outlet."""

    report: "Report"
    story: SiteStory
    page: str  # where it is shown beside its source; '': nowhere


class OutletFacts(NamedTuple):
    """What the page of an outlet tells."""

    stories: list[SiteStory]
    reports: int
    copied: int  # of them, those that took over the text of another outlet
    hours: float | None  # from the first report of a story to the outlet's, in the median
    sources: list[tuple[str, int]]  # whose text it took over, and how often
    taken: list[TakenText]  # by other outlets, the latest first
    neighbours: list[Neighbour]  # those with most shared stories first
    missed: list[SiteStory]  # the most widely reported stories that it does not report


def all_facts(stories: Sequence[SiteStory], outlets: Iterable[str]) -> dict[str, OutletFacts]:
    """Return what the pages of some outlets tell."""
    reported: dict[str, list[SiteStory]] = defaultdict(list)
    missed: dict[str, list[SiteStory]] = defaultdict(list)
    for each in stories:
        for outlet in each.outlets:
            reported[outlet].append(each)
        for outlet in each.missing.get("outlet", ()):
            if len(missed[outlet]) < _MOST_MISSED:
                missed[outlet].append(each)
    return {outlet: _facts(outlet, reported[outlet], missed[outlet]) for outlet in outlets}


def _facts(outlet: str, reported: list[SiteStory], missed: list[SiteStory]) -> OutletFacts:
    sources = Counter(
        source for each in reported for source in _sources_of(outlet, each) if source != outlet
    )
    late = [hours for each in reported if (hours := _hours_late(outlet, each)) is not None]
    return OutletFacts(
        reported,
        sum(report.outlet == outlet for each in reported for report in each.reports),
        sum(sources.values()),
        round(median(late), 1) if late else None,
        sources.most_common(),
        _taken(outlet, reported),
        _neighbours(outlet, reported),
        missed,
    )


def _sources_of(outlet: str, story: SiteStory) -> list[str]:
    names = {report.article: report.outlet for report in story.reports}
    own = (report for report in story.reports if report.outlet == outlet)
    return [source for report in own if (source := text_source(report, names))]


def _hours_late(outlet: str, story: SiteStory) -> float | None:
    """Return how many hours after the first report the outlet's came; None: no hours are known."""
    times = [report.published for report in story.reports if not report.undated]
    own = [r.published for r in story.reports if r.outlet == outlet and not r.undated]
    if len(story.outlets) < 2 or not own or not all("T" in time for time in (*times, own[0])):
        return None
    hours, _ = hours_since_1970([min(times), own[0]])
    return float(hours[1] - hours[0])


def _taken(outlet: str, stories: Sequence[SiteStory]) -> list[TakenText]:
    taken = []
    for each in stories:
        names = {report.article: report.outlet for report in each.reports}
        shown = copies_with_source(each.reports)
        for report in each.reports:
            if report.outlet != outlet and text_source(report, names) == outlet:
                source = shown.get(report.article)
                page = "" if source is None else pair_name(source, report.article)
                taken.append(TakenText(report, each, page))
    return sorted(taken, key=lambda text: text.report.published, reverse=True)


def _neighbours(outlet: str, stories: Sequence[SiteStory]) -> list[Neighbour]:
    shared, first = Counter[str](), Counter[str]()
    for each in stories:
        before = each.outlets.index(outlet)
        shared.update(each.outlets[:before] + each.outlets[before + 1 :])
        first.update(each.outlets[:before])
    return [Neighbour(name, number, first[name]) for name, number in shared.most_common()]
