"""Parts of a story's page: its reports by text, and its linked data."""

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ..urls import is_url
from .origins import copied_line

if TYPE_CHECKING:
    from ..index.story_views import Report
    from ..queries.story import FullStory

_UNSAFE_IN_SCRIPT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


def is_link(url: str) -> bool:
    """Whether a url may be a link: http or https, no javascript."""
    return is_url(url) and url.lower().startswith(("http://", "https://"))


def reports_by_text(full: "FullStory") -> list[tuple[str, list[Any]]]:
    """Return the reports of each text, under the name of its source; sources in order of time."""
    names = {report.article: report.outlet for report in full.reports}
    groups: dict[object, list[Any]] = defaultdict(list)
    for report in full.reports:
        groups[report.copy_of or report.article].append(_shown(report, full))
    return [
        (reports[0].agency or names.get(text, reports[0].outlet), reports)  # type: ignore[call-overload]
        for text, reports in groups.items()
    ]


class _ShownReport(NamedTuple):
    """A report as the page of its story shows it."""

    outlet: str
    published: str
    lang: str
    title: str
    url: str
    agency: str
    copied: str  # whose text it is, in words
    pair: str  # the page beside its source
    belongs: str  # why it belongs to the story


def _shown(report: "Report", full: "FullStory") -> _ShownReport:
    copied = copied_line(report, full.reports) if report.copy_of or report.agency else ""
    by_id = {other.article: other for other in full.reports}
    source = by_id.get(report.copy_of or 0)
    pair = ""
    if source and not source.pruned and not report.pruned:
        pair = f"pair-{source.article}-{report.article}.html"
    nearest = next((link for link in full.links if report.article in link[:2]), None)
    belongs = ""
    if nearest and not copied:
        other = by_id[nearest.b if nearest.a == report.article else nearest.a]
        belongs = f"nearest to {other.outlet}'s report: one event by {nearest.probability:.2f}"
    return _ShownReport(
        report.outlet,
        report.published,
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
            "datePublished": report.published,
            "inLanguage": report.lang,
            "publisher": {"@type": "NewsMediaOrganization", "name": report.outlet},
        }
        | ({"url": report.url} if is_link(report.url) else {})
        | ({"isBasedOn": urls[report.copy_of]} if report.copy_of in urls else {})
        for report in full.reports
    ]
    data = {"@context": "https://schema.org", "@graph": graph}
    return json.dumps(data, ensure_ascii=False).translate(_UNSAFE_IN_SCRIPT)
