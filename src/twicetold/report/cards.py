"""Answers in words: a story as a news desk would note it on a card, evidence, what was done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ..queries.stories import Report, Story
from .formats import minute, table

if TYPE_CHECKING:
    from ..evaluation.agreement import Evaluation
    from ..evaluation.calibration import Gain
    from ..evaluation.chance_links import Noise
    from ..jobs.remove import Pruned
    from ..jobs.runs import Counts
    from ..queries.versions import Version
    from ..queries.why import Hold, Named, Why


def story(found: Story) -> str:
    """Headline, times, credit, outlets, reports in time order with who copied whom; the thread."""
    row, reports, thread = found
    lines = [
        row.title,
        "",
        f"  story {row.story} · {_count(row.articles, 'report')} · {_count(row.outlets, 'outlet')}"
        f" · {_count(len({r.copy_of or r.article for r in reports}), 'different text')}",
        f"  first published  {minute(row.first_published)} UTC, {reports[0].outlet}",
        f"  last updated     {minute(row.last_published)} UTC, {_latest(reports).outlet}",
        f"  credited from    {_credits(reports)}",
        f"  outlets          {_counted([r.outlet for r in reports])}",
        f"  languages        {_counted([r.lang or 'unknown' for r in reports])}",
        *([] if row.cohesion is None else [f"  held together    {row.cohesion:.2f} of 1"]),
        "",
    ]
    for report in reports:
        lines += _lines(report, reports)
    if thread:
        lines += ["", "  other events of the affair"]
        lines += [
            f"  {minute(one.first_published)}  {one.title}  story {one.story}" for one in thread
        ]
    return "\n".join(lines) + "\n"


def _lines(report: Report, reports: list[Report]) -> list[str]:
    mark = "copy" if report.copy_of else "    "
    lines = [
        f"  {minute(report.published)}  {mark}  {report.outlet} [{report.lang or '?'}]"
        f"  {report.title or '(no title)'}  #{report.article}"
    ]
    if report.updated or report.versions:
        lines.append(f"{' ' * 26}{_changed(report)}")
    if report.copy_of:
        origin = next((r.outlet for r in reports if r.article == report.copy_of), "")
        whose = f"{origin}'s #{report.copy_of}" if origin else f"#{report.copy_of}"
        if report.taken_over is not None and report.kept is not None:
            lines.append(
                f"{' ' * 26}{report.taken_over:.0%} of it is text of {whose},"
                f" of which it has {report.kept:.0%}"
            )
        elif report.jaccard is not None:
            lines.append(f"{' ' * 26}{report.jaccard:.0%} alike, by its signature, to {whose}")
        else:
            lines.append(f"{' ' * 26}by way of other copies, of {whose}")
    if report.pruned:
        lines.append(f"{' ' * 26}its text was pruned on {report.pruned[:10]}")
    return lines


def _changed(report: Report) -> str:
    updated = [f"updated {minute(report.updated)}"] if report.updated else []
    older = [_count(report.versions, "older text")] if report.versions else []
    return ", ".join(updated + older)


def _latest(reports: list[Report]) -> Report:
    return max(reports, key=lambda report: max(report.published, report.updated or ""))


def _credits(reports: list[Report]) -> str:
    """The outlets whose text others took over, and the agencies that texts name."""
    origins = {report.copy_of for report in reports if report.copy_of}
    names = [report.outlet for report in reports if report.article in origins]
    named = Counter(report.credit for report in reports if report.credit)
    return ", ".join(dict.fromkeys([*names, *(name for name, _ in named.most_common())])) or "none"


def _counted(names: list[str]) -> str:
    counts = Counter(names).most_common()
    return ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts)


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"


def evidence(found: "Why") -> str:
    """The evidence about two articles, for the eye."""
    verdict = "one story" if found.one_story else "two stories"
    lines = [_article("A", found.a), _article("B", found.b), ""]
    if found.pruned:
        return "\n".join([*lines, f"  in the index: {verdict}", *_kept(found)]) + "\n"
    lines.append(f"  in the index: {verdict}; probability of one event {found.probability:.2f}")
    if found.kind == "copy":
        lines.append("  a copy: their texts decide, not the figures below")
    if found.round_up and found.kind == "story":
        lines.append("  one of them walks through the news, by its title: it joins no story")
    if found.kind == "template":
        lines.append("  one form filled twice: same words, other numbers or names; no story")
    lines += _shared(found)
    from tabulate import tabulate

    rows = [
        (row.feature, f"{row.value:.3f}", f"{row.log_odds:+.2f}") for row in found.contributions
    ]
    rows += [
        ("starting point", "", f"{found.intercept:+.2f}"),
        ("sum", "", f"{found.log_odds:+.2f}"),
    ]
    told = tabulate(rows, ("feature", "value", "log-odds"), disable_numparse=True)
    lines += ["", *(f"  {line}" for line in told.splitlines())]
    if found.shared_terms:
        lines += ["", f"  both say: {', '.join(found.shared_terms)}"]
    lines += [f"  both have: “{passage}”" for passage in found.passages]
    return "\n".join(lines) + "\n"


def _shared(found: "Why") -> list[str]:
    if found.jaccard is None or found.a_in_b is None or found.b_in_a is None:
        return []
    shares = f"{found.a_in_b:.0%} of A is in B, {found.b_in_a:.0%} of B is in A"
    return [f"  shared text: {shares}, Jaccard {found.jaccard:.2f}"]


def _kept(found: "Why") -> list[str]:
    """What is known of a pair of which a text was pruned."""
    whose = " and ".join(f"#{id}" for id in found.pruned)
    lines = [f"  the text of {whose} was pruned: only what was found before, and signatures, tell"]
    if found.probability is not None:
        lines.append(f"  a link of kind {found.kind}; probability {found.probability:.2f}")
    if found.jaccard is not None and found.a_in_b is None:
        lines.append(f"  their signatures are alike: Jaccard {found.jaccard:.2f}, within .07 or so")
    return lines + _shared(found)


def _article(letter: str, one: "Named") -> str:
    lang = one.lang or "?"
    return (
        f"  {letter}  {minute(one.published)}  {one.outlet} [{lang}]  {one.title}  #{one.article}"
    )


def hold(found: "Hold") -> str:
    """What holds a story together, for the eye."""
    told = f"{found.title}\n\n"
    if found.cohesion is not None and found.probability is not None:
        told += f"  held together {found.cohesion:.2f} of 1; hangs on {_numbers(found.weakest)}"
        told += f" ({found.probability:.2f}), without which it falls into\n"
        told += "".join(f"    {_numbers(part)}\n" for part in found.parts)
        told += "\n"
    return f"{told}{table(found.reports)}\n"


def _numbers(articles: list[int]) -> str:
    return " ".join(f"#{id}" for id in articles)


def done(counts: "Counts", *, clustered: bool) -> str:
    """What a run did, in a line for each half."""
    stored = "1 article" if counts.stored == 1 else f"{counts.stored:,} articles"
    told = (
        f"{stored} stored, {counts.updated:,} updated,"
        f" {counts.unchanged:,} unchanged, {counts.rejected:,} rejected\n"
    )
    if clustered and not (counts.links or counts.new_stories or counts.grown):
        told += "nothing new to cluster\n"
    elif clustered:
        told += (
            f"{counts.links:,} links found, {counts.new_stories:,} new stories,"
            f" {counts.grown:,} older ones grown"
        )
        told += "".join(
            f", {number:,} {what}"
            for number, what in ((counts.merged, "merged"), (counts.split, "split"))
            if number
        )
        told += "\n"
    if counts.overruled:
        told += f"decisions that copies contradict: {counts.overruled:,} (twicetold decisions)\n"
    return told


def removed(counts: "Counts") -> str:
    """What became of stories when an article was taken down."""
    return (
        "removed; of the stories of its day and later ones"
        f" {counts.new_stories:,} are new, {counts.merged:,} merged, {counts.split:,} split\n"
    )


def pruned(gone: "Pruned", *, texts_alone: bool) -> str:
    """What `prune` took away."""
    what, done = ("the texts of ", "let go") if texts_alone else ("", "deleted")
    return (
        f"{what}{gone.articles:,} articles of {gone.stories:,} stories {done},"
        f" {gone.bytes:,} bytes freed\n"
    )


def versions(found: "Sequence[Version]") -> str:
    """Each older text with what the next one changed in it."""
    if not found:
        return "no older text of it is kept\n"
    lines = []
    for one in found:
        lines.append(f"version {one.version}, until {minute(one.until)} UTC: {one.title}")
        lines.append(f"  {one.removed:,} of {one.words:,} words went, {one.added:,} came")
        for edit in one.edits:
            said = [
                f"[-{edit.removed}-]" if edit.removed else "",
                f"{{+{edit.added}+}}" if edit.added else "",
            ]
            told = " ".join(part for part in (edit.before, *said, edit.after) if part)
            lines.append(f"  … {told} …")
        lines.append("")
    return "\n".join(lines)


def evaluation(found: "Evaluation") -> str:
    """Measures, and the stories that differ most."""
    told = f"{table(found.measures)}\n\n"
    told += f"{found.articles:,} labelled articles, {found.absent:,} not in the index\n"
    if found.worst:
        told += "\nwhere they differ most: labels spread over pieces, or with strangers\n\n"
        told += f"{table(found.worst)}\n"
    return told


def noise(found: "Sequence[Noise]") -> str:
    """How much of what is linked is chance."""
    return (
        "links between articles of the same days, and how many of them are chance:\n"
        "so many show between articles weeks apart, read as if of the same days\n\n"
        f"{table(found)}\n"
    )


def calibration(gains: Mapping[str, "Gain | None"]) -> str:
    """What own weights gain, for each kind of pair."""
    parts = []
    for kind, gain in gains.items():
        if gain is None:
            parts.append(f"{kind}: too few labelled pairs, the package's weights stay\n")
            continue
        parts.append(
            f"{kind}: {gain.pairs:,} pairs held out, {gain.one_story:,} of one story;"
            f" Brier {gain.brier:.3f}, by the package's weights {gain.brier_before:.3f}\n\n"
            f"{table(gain.reliability)}\n"
        )
    return "\n".join(parts)
