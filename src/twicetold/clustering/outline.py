"""What a story shows of its reports: title, times, counts. Start reading at `outline`."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

_LONG_WORD = re.compile(r"\w{4,}")


class ReportFacts(NamedTuple):
    """A report of a story, as far as the story shows it."""

    article: int
    title: str
    lang: str
    published: str  # else when it was first seen
    changed: str  # when it was updated, else `published`
    outlet: int | str
    is_copy: bool  # of a copy group whose origin is another article


class Outline(NamedTuple):
    """What a story shows of its reports."""

    title: str  # of its lead article, as its source has it
    lang: str  # of its lead article
    first_published: str
    last_published: str  # of the latest report or update
    articles: int
    outlets: int
    languages: str  # 'en fr', the most frequent first
    lead_article_id: int


def outline(reports: Sequence[ReportFacts]) -> Outline:
    """Return what a story shows, given its reports in time order."""
    languages = Counter(report.lang for report in reports)
    lang = max(languages, key=lambda name: languages[name])
    lead = _lead(
        [each for each in reports if each.lang == lang and each.title and not each.is_copy]
    )
    lead = lead or reports[0]
    return Outline(
        lead.title,
        lead.lang,
        reports[0].published,
        max(report.changed for report in reports),
        len(reports),
        len({report.outlet for report in reports}),
        " ".join(name for name, _ in languages.most_common() if name),
        lead.article,
    )


def _lead(reports: Sequence[ReportFacts]) -> ReportFacts | None:
    """Return the first of some reports whose title has a word of another's title, else the first.

    A title that has none is often no headline: 'Subscribe', the name of an author.
    """
    words = [{*_LONG_WORD.findall(report.title.casefold())} for report in reports]
    counts = Counter(word for each in words for word in each)
    pairs = zip(reports, words, strict=True)
    shared = (report for report, own in pairs if any(counts[word] > 1 for word in own))
    return next(shared, reports[0] if reports else None)
