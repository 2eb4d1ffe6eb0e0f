"""What a story says, in words: key points, contradictions, statements, quotations, a digest."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from textwrap import wrap
from typing import TYPE_CHECKING

from .formats import count
from .tables import minute

if TYPE_CHECKING:
    from ..content.agreement import Agreement
    from ..content.contradictions import Contradiction
    from ..content.key_points import KeyPoint
    from ..content.quotes import Quote
    from ..index.story_views import Report
    from ..queries.diff import Diff, DiffPiece
    from ..queries.story import FullStory, Story
    from ..queries.story_content import CopiedText
    from .site import ReportCounts

_WIDTH = 96
_MOST_ALONE = 5  # statements of one outlet that are shown
_LONGEST = 240  # characters of a passage that is shown


def points_lines(points: "Sequence[KeyPoint]") -> list[str]:
    """Key points, each with the outlets that report it."""
    if not points:
        return []
    lines = ["  key points, with the outlets that report them as far as words tell"]
    for point in points:
        lines += _bullet(f"{point.text} ({', '.join(point.outlets)})")
    return [*lines, ""]


def contradiction_lines(
    contradictions: "Sequence[Contradiction]", reports: "Sequence[Report]"
) -> list[str]:
    """What reports give differently, each value with its outlets and times."""
    if not contradictions:
        return []
    times = {report.article: _times(report) for report in reports}
    lines = ["  reports differ"]
    for each in contradictions:
        how = "updated" if each.is_update else "not the same"
        lines += _bullet(f"{subject_of(each)}, {how}:")
        values = dict.fromkeys(claim.value for claim in each.claims)
        for value in values:
            claims = [claim for claim in each.claims if claim.value == value]
            said = ", ".join(f"{c.outlet} {times[c.article]}" for c in claims)
            lines += _wrapped(f"{value} ({said}): “{_cut(claims[0].text)}”", "      ")
    return [*lines, ""]


def subject_of(contradiction: "Contradiction") -> str:
    """What reports give differently: '“people died”', 'the day'."""
    if contradiction.kind == "day":
        return "the day"
    beside = f"“{contradiction.subject}”"
    return f"the name after {beside}" if contradiction.kind == "name" else beside


def _times(report: "Report") -> str:
    """When a report was published, and updated: the text that is shown is the newest."""
    published = minute(report.published).strip()
    return f"{published}, updated {minute(report.updated).strip()}" if report.updated else published


def digest_text(story: "Story") -> str:
    """Headline, day and paragraphs of a story, each with the outlets that report it."""
    row = story.story
    parts = [
        row.title,
        f"{row.first_published[:10]} · {count(row.outlets, 'outlet')}"
        f" · {count(row.independent, 'independent report')}",
        *(f"{part.text} ({', '.join(part.outlets)})" for part in story.digest),
    ]
    return "\n\n".join("\n".join(wrap(part, _WIDTH)) for part in parts) + "\n"


def full_card(story: "FullStory") -> str:
    """Statements, what one outlet alone reports, quotations, and copied text."""
    agreed = [each for each in story.statements if len(each.outlets) > 1]
    lines = ["  statements that several outlets report"] if agreed else []
    for each in agreed:
        lines += _bullet(f"{each.text} ({', '.join(each.outlets)})")
    lines += _only_here_lines(story.statements)
    if story.quotes:
        lines += ["", "  quotations"]
        for quote in story.quotes:
            lines += _quote_lines(quote)
    for copied in story.copied:
        lines += ["", *_copied_lines(copied)]
    return "\n".join(lines) + "\n"


def diff_card(diff: "Diff") -> str:
    """Two articles, each with what the other lacks marked."""
    lines = []
    shared = sum(part.a_words for part in diff.parts if part.kind == "shared")
    for letter, article, words, pieces, marks in (
        ("A", diff.a, diff.words_a, diff.pieces_a, ("[-", "-]")),
        ("B", diff.b, diff.words_b, diff.pieces_b, ("{+", "+}")),
    ):
        lines += [
            f"{letter}  {minute(article.published)}  {article.outlet} [{article.lang or '?'}]"
            f"  #{article.article}: {shared:,} of {words:,} words shared",
            "",
        ]
        for _, line in groupby(pieces, key=lambda piece: piece.line):
            lines += [*_wrapped(_marked(line, *marks), "  "), ""]
    return "\n".join(lines)


def _marked(pieces: "Iterable[DiffPiece]", opening: str, closing: str) -> str:
    """Return a line with what the other text lacks between marks."""
    return "".join(
        piece.text if piece.shared else f"{opening}{piece.text}{closing}" for piece in pieces
    )


def report_card(counts: "ReportCounts") -> str:
    """What `report` wrote."""
    text = f"{count(counts.stories, 'story')} on {count(counts.pages, 'page')}"
    text += f": {counts.written:,} written, {counts.removed:,} removed\n"
    if counts.left_out:
        text += f"{count(counts.left_out, 'story')} left out, by --min-outlets or --stories\n"
    return text


def _only_here_lines(statements: "Sequence[Agreement]") -> list[str]:
    alone: dict[str, list[str]] = {}
    for statement in statements:
        if statement.only_here:
            alone.setdefault(statement.outlets[0], []).append(statement.text)
    lines = []
    for outlet, texts in alone.items():
        lines += ["", f"  only {outlet} reports, as far as words tell"]
        for text in texts[:_MOST_ALONE]:
            lines += _bullet(text)
        if len(texts) > _MOST_ALONE:
            more = count(len(texts) - _MOST_ALONE, "more statement")
            lines.append(f"    … and {more} (--full --json has all)")
    return lines


def _quote_lines(quote: "Quote") -> list[str]:
    speaker = f"{quote.speaker}: " if quote.speaker else ""
    lines = _bullet(f"{speaker}“{quote.text}” ({', '.join(quote.outlets)})")
    for version in quote.versions:
        if version.change:
            lines += _wrapped(f"{version.change} by {version.outlet}: “{version.text}”", "      ")
    return lines


def _copied_lines(copied: "CopiedText") -> list[str]:
    later = f", {copied.hours:g} hours later" if copied.hours is not None else ""
    share = f"{copied.share_of_copy:.0%} of" if copied.share_of_copy is not None else "text of"
    lines = [
        f"  {copied.outlet}'s #{copied.article} has {share} its text from {copied.source}{later};"
        f" {count(len(copied.passages), 'passage')} of #{copied.source_article}"
    ]
    lines += [
        f"    {passage.words:,} words from character {passage.start:,} on,"
        f" there from {passage.other_start:,} on"
        for passage in copied.passages
    ]
    return lines


def _bullet(text: str) -> list[str]:
    first, *rest = _wrapped(text, "    ")
    return [f"  - {first[4:]}", *rest]


def _wrapped(text: str, indent: str) -> list[str]:
    return wrap(
        text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST].rstrip() + "…"
