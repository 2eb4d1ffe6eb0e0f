"""The report of an index as a folder of pages that need no server. Start reading at `write_report`.

A page is written only if it changed, and read from the index only if its story did: `pages.json`
keeps what each story page was made from.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from ..errors import ArgumentError, TwicetoldError
from ..index import Index, furniture, in_snapshot, links, runs, settings, story_views
from ..index.story_views import StoryRow
from ..manifests import read_manifest, write_manifest
from ..progress import Progress, no_progress
from ..queries import coverage
from ..queries.diff import diff
from ..queries.lists import stories
from ..queries.statistics import statistics
from ..queries.story import full_story
from ..replacing import replacing
from ..times import Time
from .formats import as_json
from .page_parts import copies_with_source
from .pages import Pages, fingerprint
from .safe_text import printable_values
from .site_feed import stories_feed
from .site_plan import STORIES_FEED, Site, SiteStory, json_name, page_name, pair_name
from .tables import minute

MANIFEST = "pages.json"
_KIND = "report"


class ReportCounts(NamedTuple):
    """What `report` wrote."""

    stories: int  # in the report
    pages: int  # files in the folder
    written: int  # of them, new or changed
    removed: int  # pages of an earlier report
    left_out: int  # stories that the options leave out


@in_snapshot
def write_report(
    index: Index,
    folder: str | Path,
    *,
    since: Time = "",
    limit: int = 0,
    min_outlets: int = 2,
    title: str = "Stories",
    progress: Progress = no_progress,
) -> ReportCounts:
    """Write the stories of an index as pages into a folder, which is made if there is none.

    `limit` is how many stories, the most widely reported first; 0: all. Raises TwicetoldError if
    the folder holds other files, or cannot be written.
    """
    place = Path(folder)
    if not title.strip():
        raise ArgumentError("title", "is empty")
    rows = stories(index, since=since, min_outlets=min_outlets, limit=limit)
    others = len(stories(index, since=since, limit=0)) - len(rows)
    writer = _Writer(place, _read_pages(place))
    try:
        writer.keep_manifest(writer.before)  # the folder is ours, whatever interrupts us
        chosen = _site_stories(index, rows, since)
        site = printable_values(Site.of(title, version("twicetold"), chosen))
        pages, by_hand = Pages(site), _named_furniture(index)
        with progress("pages", len(chosen)) as advance:
            for each in chosen:
                _write_story(index, writer, pages, each, by_hand)
                advance(1)
        numbers = printable_values(statistics(index, since=since))
        for name, text in pages.lists():
            writer.write(name, text)
        writer.write("numbers.html", pages.numbers(numbers))
        writer.write("about.html", pages.about(_facts(index, others)))
        writer.write(STORIES_FEED, stories_feed(site))
        removed = writer.finish()
    except OSError as error:
        raise TwicetoldError(str(place), f"can't be written: {error.strerror}") from None
    return ReportCounts(len(rows), len(writer.pages), writer.written, removed, others)


def _named_furniture(index: Index) -> list[str]:
    """Return the furniture that people named: what is learned, shows in `words_left_out`."""
    named = [each for each in furniture.passages(index.connection) if each.verdict != "learned"]
    return [f"{each.verdict} {each.passage}" for each in named]


def _site_stories(index: Index, rows: Sequence[StoryRow], since: Time) -> list[SiteStory]:
    missing: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    least = min((row.outlets for row in rows), default=1)
    for kind in coverage.kinds(index):
        for each in coverage.coverage(index, by=kind, since=since, min_outlets=least, limit=0):
            missing[each.story][kind] = each.missing
    db = index.connection
    reports = [story_views.reports(db, row.story) for row in rows]
    return [
        SiteStory(
            row,
            own,
            list(dict.fromkeys(report.outlet for report in own)),
            story_views.thread(db, row.story),
            missing[row.story],
        )
        for row, own in zip(rows, reports, strict=True)
    ]


def _facts(index: Index, others: int) -> list[tuple[str, str]]:
    """Return what the report was made from, in words."""
    used, sizes = settings.settings_of(index), story_views.sizes(index.connection)
    last = runs.last_finished(index.connection, ())
    return [
        ("Articles in the index", f"{sizes['articles']:,}"),
        ("Stories in the index", f"{sizes['stories']:,}"),
        ("Stories that this report leaves out", f"{others:,}"),
        ("Last run that changed stories", minute(last[1]).strip() if last else "none"),
        ("A story is", "an affair" if used.timeless else "one event"),
        ("Days in which reports join it", str(used.active_days)),
        ("Mean probability at which reports are one story", f"{used.cut:.2f}"),
        ("Compared by meaning, too", "yes" if used.embedder else "no"),
    ]


def _write_story(
    index: Index, writer: "_Writer", pages: Pages, story: SiteStory, by_hand: Sequence[str]
) -> None:
    """Write the page of a story, its JSON, and those of its copies beside their sources.

    `by_hand` is the furniture that people named.
    """
    number = story.story.story
    inside = links.inside_story(index.connection, number)
    shown = [other.story for other in story.thread if pages.site.has_story(other.story)]
    ids = [report.article for report in story.reports]
    left_out = sorted(furniture.words_left_out(index.connection, ids).items())
    made_from = fingerprint([pages.fingerprint, *story, inside, shown, left_out, by_hand])
    names = [page_name(number), json_name(number)]
    pairs = copies_with_source(story.reports)
    names += [pair_name(source, copy) for copy, source in pairs.items()]
    if writer.keep(names, made_from):
        return
    full = full_story(index, number)
    page = pages.story(printable_values(full), printable_values(story.missing))
    writer.write(names[0], page, made_from)
    writer.write(names[1], json.dumps(as_json(full), ensure_ascii=False), made_from)
    for name, (copy, source) in zip(names[2:], pairs.items(), strict=True):
        text = pages.pair(printable_values(diff(index, source, copy)), number)
        writer.write(name, text, made_from)


class _Writer:
    """Writes the pages that changed, and remembers all of them."""

    def __init__(self, folder: Path, before: dict[str, str]) -> None:
        self.folder, self.before = folder, before
        self.pages: dict[str, str] = {}  # name -> what it was made from; '': not kept
        self.written = 0

    def keep(self, names: Sequence[str], made_from: str) -> bool:
        """Whether all these pages are there and made from the same; then they stay."""
        same = all(
            self.before.get(name) == made_from and (self.folder / name).is_file() for name in names
        )
        if same:
            self.pages.update(dict.fromkeys(names, made_from))
        return same

    def write(self, name: str, text: str, made_from: str = "") -> None:
        """Write a page, unless the file has this text already."""
        self.pages[name] = made_from
        path, new = self.folder / name, text.encode("utf-8", "backslashreplace")
        if path.is_file() and path.read_bytes() == new:
            return
        with replacing(path) as file:
            file.write_bytes(new)
        self.written += 1

    def finish(self) -> int:
        """Remove the pages of an earlier report that are in this one no more; return how many."""
        gone = [name for name in self.before if name not in self.pages]
        for name in gone:
            (self.folder / name).unlink(missing_ok=True)
        self.keep_manifest(self.pages)
        return len(gone)

    def keep_manifest(self, pages: Mapping[str, str]) -> None:
        """Write which pages are ours; make the folder if there is none."""
        self.folder.mkdir(parents=True, exist_ok=True)
        write_manifest(self.folder, MANIFEST, _KIND, pages=dict(sorted(pages.items())))


def _read_pages(folder: Path) -> dict[str, str]:
    """Return what an earlier report wrote. Raises TwicetoldError for a folder of other files."""
    pages = read_manifest(folder, MANIFEST, _KIND, "pages")
    return {name: str(value) for name, value in pages.items() if Path(name).name == name}
