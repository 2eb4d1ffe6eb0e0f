"""The texts of a story as its content is read from them, and who took whose text."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ..content.reading import ReadStory, read_story
from ..content.reports import Reports
from ..copies.passages import PASSAGE_WORDS, CommonPassage, common_passages
from ..hours import hours_since_1970
from ..index import Index, furniture, story_texts
from ..index.story_views import Report
from ..text.headlines import TITLE_DAYS, headline_span, may_have_furniture


class CopiedText(NamedTuple):
    """The text that one report took over from another."""

    article: int  # its id
    outlet: str
    source: str  # the outlet, or the agency, whose text it is
    source_article: int  # of the passages; the first article with the text, if that is an agency's
    share_of_copy: float | None  # share of this text that is the other's
    share_of_original: float | None  # share of the other text that this one has
    hours: float | None  # later than the other; None: one has no time
    evidence: str | None  # 'credit', 'hour', 'day' or 'undecided': what says who was first
    passages: list[CommonPassage]  # start and end in this body; `other_…` in the source's body


def read_content(index: Index, story: int) -> tuple[ReadStory, list[int]]:
    """Return the statements of a story's reports, and the ids of these."""
    db = index.connection
    texts = story_texts.story_texts(db, story)
    others: dict[str, list[str]] = defaultdict(list)
    if any(map(may_have_furniture, texts.titles)):
        for outlet, title in story_texts.outlet_titles(db, story, TITLE_DAYS - 1):
            others[outlet].append(title)
    spans = [
        headline_span(title, outlet, others[outlet])
        for title, outlet in zip(texts.titles, texts.outlets, strict=True)
    ]
    first: dict[int, int] = {}
    groups = enumerate(texts.groups)
    rows = [row if group is None else first.setdefault(group, row) for row, group in groups]
    reports = Reports(
        [title[start:end] for title, (start, end) in zip(texts.titles, spans, strict=True)],
        [start for start, _ in spans],
        texts.bodies,
        texts.langs,
        texts.outlets,
        texts.hours,
        np.array(rows, np.int64),
        index.cached("furniture", lambda: furniture.load(db)),
    )
    return read_story(reports), texts.ids


def credited_from(reports: Sequence[Report]) -> str:
    """Return the outlet or agency whose text most other reports carry; '' if none has a copy."""
    names = {report.article: report.outlet for report in reports}
    sources = Counter(filter(None, (text_source(report, names) for report in reports)))
    return sources.most_common(1)[0][0] if sources else ""


def text_source(report: Report, names: Mapping[int, str]) -> str:
    """Return whose text a copy is: an agency, or one of the outlets in `names` by article.

    '' for a text of its own, and for one of an article that is not among these.
    """
    return report.agency or names.get(report.copy_of or 0, "")


def copied_texts(reports: Sequence[Report], bodies: Mapping[int, str]) -> list[CopiedText]:
    """Return what each copy among the reports of a story took over, in the order of time.

    `bodies` are those of the reports, by article.
    """
    by_id = {report.article: report for report in reports}
    return [
        _copied_text(report, by_id[report.copy_of], bodies)
        for report in reports
        if report.copy_of in by_id and not (report.pruned or by_id[report.copy_of].pruned)
    ]


def _copied_text(copy: Report, source: Report, bodies: Mapping[int, str]) -> CopiedText:
    hours, _ = hours_since_1970([source.published, copy.published])
    later = round(float(hours[1] - hours[0]), 1) if copy.evidence == "hour" else None
    return CopiedText(
        copy.article,
        copy.outlet,
        copy.agency or source.outlet,
        source.article,
        copy.share_of_copy,
        copy.share_of_original,
        later,
        copy.evidence,
        common_passages(bodies[copy.article], bodies[source.article], PASSAGE_WORDS),
    )
