"""Parts of a story's page: its reports by text, and its linked data."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ..urls import is_url
from .origins import copied_line

if TYPE_CHECKING:
    from ..index.story_views import Report
    from ..queries.story import FullStory
    from .page_names import PageNames

_UNSAFE_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def is_link(url: str) -> bool:
    """Whether a url may be a link: http or https, no javascript."""
    return is_url(url) and url.lower().startswith(("http://", "https://"))


def copies_with_source(reports: "Sequence[Report]") -> dict[int, int]:
    """Return the source of each copy that can be shown beside it, by article."""
    whole = {report.article for report in reports if not report.pruned}
    return {
        report.article: report.copy_of
        for report in reports
        if report.article in whole and report.copy_of is not None and report.copy_of in whole
    }


def reports_by_text(full: "FullStory", site: "PageNames") -> "list[tuple[str, list[_ShownReport]]]":
    """Return the reports of each text, under the name of its source; sources in order of time."""
    names = {report.article: report.outlet for report in full.reports}
    groups: dict[int, list[_ShownReport]] = defaultdict(list)
    sources = copies_with_source(full.reports)
    for report in full.reports:
        source = sources.get(report.article)
        pair = "" if source is None else site.pair_page(source, report.article)
        shown = _shown(report, full, pair)
        groups[report.copy_of or report.article].append(shown)
    return [
        (reports[0].agency or names.get(text, reports[0].outlet), reports)
        for text, reports in groups.items()
    ]


class _ShownReport(NamedTuple):
    """A report as the page of its story shows it."""

    article: int
    outlet: str
    published: str
    undated: bool
    lang: str
    title: str
    url: str
    agency: str
    copied: str  # whose text it is, in words
    pair: str  # the page beside its source
    belongs: str  # why it belongs to the story


def _shown(report: "Report", full: "FullStory", pair: str) -> _ShownReport:
    copied = copied_line(report, full.reports) if report.copy_of or report.agency else ""
    nearest = next((each for each in full.nearest if each.article == report.article), None)
    belongs = ""
    if nearest and not copied:
        outlet = next(r.outlet for r in full.reports if r.article == nearest.other)
        belongs = f"with a probability of {nearest.probability:.2f}, it tells the same event as"
        belongs += f" {outlet}'s #{nearest.other}"
        belongs += f"; both name {', '.join(nearest.names)}" if nearest.names else ""
    return _ShownReport(
        report.article,
        report.outlet,
        report.published,
        report.undated,
        report.lang,
        report.title,
        report.url,
        report.agency,
        copied,
        pair,
        belongs,
    )


def linked_data(full: "FullStory") -> str:
    """Return schema.org JSON-LD of the story's reports, safe inside of a script element."""
    urls = {report.article: report.url for report in full.reports if is_link(report.url)}
    graph = [
        {
            "@type": "NewsArticle",
            "headline": report.title[:110],
            "inLanguage": report.lang,
            "publisher": {"@type": "NewsMediaOrganization", "name": report.outlet},
        }
        | ({} if report.undated else {"datePublished": report.published})
        | ({"url": report.url} if is_link(report.url) else {})
        | ({"isBasedOn": urls[report.copy_of]} if report.copy_of in urls else {})
        for report in full.reports
    ]
    data = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(data, ensure_ascii=False).translate(_UNSAFE_IN_SCRIPT)
