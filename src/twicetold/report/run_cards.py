"""What a command did, in words: a run, a fetch, a decision, a removal.

Each function takes the result of a library function and returns text with a line end.
"""

from typing import TYPE_CHECKING

from .formats import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..jobs.fetch import FetchCounts
    from ..jobs.import_parquet import Imported
    from ..jobs.remove import Pruned
    from ..jobs.run_records import Counts


def run_card(counts: "Counts", *, clustered: bool, dry_run: bool = False) -> str:
    """What a run did, or would do: one line for reading, one for clustering."""
    stored = count(counts.stored, "article")
    text = f"{stored} stored, {counts.updated:,} updated,"
    if dry_run:
        text = f"would store {stored}, update {counts.updated:,};"
    text += f" {counts.unchanged:,} unchanged, {counts.rejected:,} rejected"
    if 0 < counts.newly_rejected < counts.rejected:
        text += f" ({counts.newly_rejected:,} of them new)"
    elif counts.rejected and not counts.newly_rejected:
        text += " (none of them new)"
    text += "\n"
    if counts.quarantined:
        text += f"{count(counts.quarantined, 'article')} set aside (twicetold rejections)\n"
    if clustered:
        text += clustered_card(counts)
    if counts.overruled_decisions:
        decided = count(counts.overruled_decisions, "decision")
        text += f"{decided} not obeyed yet: rebuild changes settled stories (twicetold decisions)\n"
    return text


def fetch_card(fetched: "FetchCounts") -> str:
    """What a fetch did: one line for the feeds, then what a run says."""
    parts = [
        f"{number:,} {what}"
        for number, what in (
            (fetched.unchanged, "unchanged"),
            (fetched.failed, "failed"),
        )
        if number
    ]
    text = count(fetched.feeds, "feed") + " asked for"
    text += f" ({', '.join(parts)})" if parts else ""
    text += f", {count(fetched.pages, 'page')} read" if fetched.pages else ""
    text += f", {fetched.failed_pages:,} not" if fetched.failed_pages else ""
    text += f"; {fetched.waiting:,} not due yet (twicetold feeds)" if fetched.waiting else ""
    return f"{text}\n{run_card(fetched.counts, clustered=True)}"


def spark_card(
    new: int, rejected: int, articles: int, links: int, copy_groups: int, stories: int
) -> str:
    """What a run on Spark read, and what its tables have now."""
    counts = (articles, "article"), (links, "link"), (copy_groups, "copy group"), (stories, "story")
    parts = [count(*each) for each in counts]
    return f"{count(new, 'new article')}, {rejected:,} rejected\n{', '.join(parts)} in all\n"


def import_card(imported: "Imported") -> str:
    """What an import brought into an index."""
    if not imported.articles + imported.already:
        return "no article of the tables is of this part\n"
    parts = count(imported.articles, "article"), count(imported.links, "link")
    already = f"; {imported.already:,} were there already" if imported.already else ""
    return f"{', '.join(parts)}, {count(imported.stories, 'story')} imported{already}\n"


def clustered_card(counts: "Counts") -> str:
    """What a clustering did."""
    if not (counts.links or counts.new_stories or counts.grown_stories):
        return "nothing new to cluster\n"
    parts = [count(counts.links, "new link"), count(counts.new_stories, "new story")]
    for number, verb in (
        (counts.grown_stories, "grew"),
        (counts.merged_stories, "merged"),
        (counts.split_stories, "split"),
    ):
        if number:
            parts.append(f"{count(number, 'story')} {verb}")
    return f"{', '.join(parts)}\n"


def removed_card(counts: "Counts") -> str:
    """What happened to stories when an article was removed."""
    return (
        f"removed; of the stories from its day on {counts.new_stories:,} are new,"
        f" {counts.merged_stories:,} merged, {counts.split_stories:,} split\n"
    )


def pruned_card(pruned: "Pruned", *, texts_only: bool) -> str:
    """What `prune` deleted."""
    what = "the texts of " if texts_only else ""
    return (
        f"{what}{count(pruned.articles, 'article')} of {count(pruned.stories, 'story')} deleted,"
        f" {pruned.bytes:,} bytes freed\n"
    )


def decided_card(
    counts: "Counts", sides: "Sequence[tuple[int, int | None]]", verdict: str = ""
) -> str:
    """What two articles, given as id and story, are after a verdict on them, or without one."""
    (a, one), (b, other) = sides
    together = one == other
    numbers = f"story {one}" if together else f"stories {one} and {other}"
    are = "one story" if together else "two stories"
    if verdict and together != (verdict == "same"):
        return f"{a} and {b} are still {are} ({numbers}): they have settled; rebuild obeys\n"
    return f"{a} and {b} are {are} {'now' if verdict else 'by their texts'} ({numbers})\n"
