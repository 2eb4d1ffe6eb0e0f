"""Answers in words: a story as a news desk would note it, evidence about a pair, older texts.

Each function takes the result of a library function and returns text with a line end.
"""

from collections import Counter
from collections.abc import Sequence
from math import exp
from typing import TYPE_CHECKING

from .content_cards import contradiction_lines, full_card, points_lines
from .formats import NO_TITLE, count
from .origins import copied_line, sources
from .tables import minute, table

if TYPE_CHECKING:
    from ..index.story_views import Report, StoryRow
    from ..queries.cohesion import Cohesion
    from ..queries.named_articles import NamedArticle
    from ..queries.story import FullStory, Story
    from ..queries.versions import Version
    from ..queries.why import Why

_INDENT = " " * 26  # below the title of a report


def story_card(story: "Story | FullStory") -> str:
    """Headline, times, credit, outlets, reports in time order with who copied whom; the thread."""
    row, reports, latest = story.story, story.reports, _latest(story.reports)
    lines = [
        row.title or NO_TITLE,
        "",
        f"  story {row.story} · {count(row.articles, 'report')} · {count(row.outlets, 'outlet')}"
        f" · {count(len({r.copy_of or r.article for r in reports}), 'different text')}"
        + (f" · {count(row.publishers, 'publisher')}" if row.publishers < row.outlets else "")
        + f" · {count(row.independent, 'independent report')}",
        f"  first published  {_time(reports[0], row.first_published)}, {reports[0].outlet}",
        f"  {'last updated ' if latest.updated else 'latest report'}"
        f"    {_time(latest, row.last_published)}, {latest.outlet}",
        f"  agency credited  {sources(reports)}",
        f"  outlets          {_with_counts([r.outlet for r in reports])}",
        f"  languages        {_with_counts([r.lang or 'unknown' for r in reports])}",
        *_cohesion_line(row),
        "",
    ]
    lines += points_lines(story.key_points)
    lines += contradiction_lines(story.contradictions, reports)
    for report in reports:
        lines += _report_lines(report, reports)
    if story.thread:
        lines += ["", "  related stories"]
        lines += [
            f"  {minute(other.first_published)}  {other.title or NO_TITLE}  story {other.story}"
            for other in story.thread
        ]
    return "\n".join(lines) + "\n"


def full_story_card(story: "FullStory") -> str:
    """A story with all that its reports say."""
    return f"{story_card(story)}\n{full_card(story)}"


def _time(report: "Report", time: str) -> str:
    """Return '2026-02-05 14:30 UTC', or the day alone; and whether it is no time of the source."""
    shown = f"{minute(time)} UTC" if "T" in time else time
    return f"{shown} (no date: first seen)" if report.undated else shown


def _cohesion_line(row: "StoryRow") -> list[str]:
    if row.cohesion is None:
        return []
    line = (
        f"  cohesion         {row.cohesion:.2f}, mean probability that two reports tell one event"
    )
    if row.weakest_link is not None:
        line += f"; weakest link {row.weakest_link:.2f}"
    lines = [line]
    if row.certainty:
        lines.append(f"{' ' * 19}{row.certainty}: maybe more than one event")
    return lines


def why_card(why: "Why") -> str:
    """The evidence about two articles."""
    verdict = "one story" if why.one_story else "two stories"
    lines = [_article_line("A", why.a), _article_line("B", why.b), ""]
    if why.pruned:
        return "\n".join([*lines, f"  in the index: {verdict}", *_stored_lines(why)]) + "\n"
    lines.append(f"  in the index: {verdict}; probability of one event {why.probability:.2f}")
    if why.kind == "copy":
        lines.append("  a copy: the texts decide, not the features below")
    if why.round_up and why.kind == "story":
        lines.append("  the title of one is that of a news round-up: it joins no story")
    if why.kind == "template":
        lines.append("  one template filled twice: same words, other numbers or names; no story")
    lines += _shared_text_line(why)
    from tabulate import tabulate

    rows = [(row.feature, f"{row.value:.3f}", f"{row.log_odds:+.2f}") for row in why.contributions]
    rows += [("intercept", "", f"{why.intercept:+.2f}"), ("sum", "", f"{why.log_odds:+.2f}")]
    features = tabulate(rows, ("feature", "value", "log-odds"), disable_numparse=True)
    lines += ["", *(f"  {line}" for line in features.splitlines())]
    evidence = _evidence_lines(why)
    lines += ["", *evidence] if evidence else []
    lines += [f"  both have: “{passage}”" for passage in why.passages]
    return "\n".join(lines) + "\n"


def cohesion_card(cohesion: "Cohesion") -> str:
    """What holds a story together."""
    text = f"{cohesion.title}\n\n"
    if cohesion.cohesion is not None and cohesion.probability is not None:
        text += (
            f"  cohesion {cohesion.cohesion:.2f} of 1; without the link of"
            f" {_numbers(cohesion.weakest, ' and ')} ({cohesion.probability:.2f})"
            " it would split into\n"
        )
        text += "".join(f"    {_numbers(part)}\n" for part in cohesion.parts)
        text += "\n"
    return f"{text}{table(cohesion.reports)}\n"


def versions_card(versions: "Sequence[Version]") -> str:
    """Each older text with what the next one changed."""
    if not versions:
        return "no older text is stored\n"
    lines = []
    for version in versions:
        lines.append(
            f"version {version.version}, until {minute(version.until)} UTC: {version.title}"
        )
        lines.append(
            f"  {version.removed:,} of {version.words:,} words removed, {version.added:,} added"
        )
        for edit in version.edits:
            change = [
                f"[-{edit.removed}-]" if edit.removed else "",
                f"{{+{edit.added}+}}" if edit.added else "",
            ]
            text = " ".join(part for part in (edit.before, *change, edit.after) if part)
            lines.append(f"  … {text} …")
        lines.append("")
    return "\n".join(lines)


def _report_lines(report: "Report", reports: "Sequence[Report]") -> list[str]:
    mark = "copy" if report.copy_of or report.agency else "    "
    lines = [
        f"  {minute(report.published)}  {mark}  {report.outlet} [{report.lang or '?'}]"
        f"{' [no date]' if report.undated else ''}  {report.title or NO_TITLE}  #{report.article}"
    ]
    if report.updated or report.versions:
        updated = [f"updated {minute(report.updated)}"] if report.updated else []
        older = [count(report.versions, "older text")] if report.versions else []
        lines.append(f"{_INDENT}{', '.join(updated + older)}")
    if report.copy_of or report.agency:
        lines.append(f"{_INDENT}{copied_line(report, reports)}")
    if report.pruned:
        lines.append(f"{_INDENT}its text was pruned on {report.pruned[:10]}")
    return lines


def _latest(reports: "Sequence[Report]") -> "Report":
    return max(reports, key=lambda report: max(report.published, report.updated or ""))


def _with_counts(names: list[str]) -> str:
    counts = Counter(names).most_common()
    return ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts)


def _article_line(letter: str, article: "NamedArticle") -> str:
    return (
        f"  {letter}  {minute(article.published)}  {article.outlet} [{article.lang or '?'}]"
        f"  {article.title or NO_TITLE}  #{article.article}"
    )


def _evidence_lines(why: "Why") -> list[str]:
    """Return what the figures were made from, in words."""
    value = {row.feature: row.value for row in why.contributions}
    lines = []
    if value.get("log_articles"):
        lines.append(f"  among {round(exp(value['log_articles'])):,} articles of these days")
    if why.shared_terms:
        lines.append(f"  both say: {', '.join(why.shared_terms)}")
    if why.only_a and why.only_b:
        lines.append(f"  conflict: {', '.join(why.only_a)} against {', '.join(why.only_b)}")
    if why.days_a and why.days_b:
        lines.append(f"  days named: A {', '.join(why.days_a)}; B {', '.join(why.days_b)}")
    return lines


def _shared_text_line(why: "Why") -> list[str]:
    if why.jaccard is None or why.a_in_b is None or why.b_in_a is None:
        return []
    shares = f"{why.a_in_b:.0%} of A is in B, {why.b_in_a:.0%} of B is in A"
    return [f"  shared text: {shares}, Jaccard {why.jaccard:.2f}"]


def _stored_lines(why: "Why") -> list[str]:
    """What the index stores about a pair with a pruned text."""
    articles = " and ".join(f"#{id}" for id in why.pruned)
    lines = [f"  the text of {articles} was pruned: only the stored link and signatures are left"]
    if why.probability is not None:
        lines.append(f"  a link of kind {why.kind}; probability {why.probability:.2f}")
    if why.jaccard is not None and why.a_in_b is None:
        lines.append(f"  Jaccard {why.jaccard:.2f}, estimated by signatures, within .07 or so")
    return lines + _shared_text_line(why)


def _numbers(articles: list[int], between: str = ", ") -> str:
    return between.join(f"#{id}" for id in articles)
