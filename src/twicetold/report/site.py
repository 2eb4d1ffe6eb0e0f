"""The report of an index as a folder of pages that need no server. Start reading at `write_report`.

A page is written only if it changed, and read from the index only if its story did: `pages.json`
keeps what each story page was made from.
"""

import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from ..errors import ArgumentError, TwicetoldError
from ..index import Index, in_snapshot, settings, story_views
from ..progress import Progress, no_progress
from ..queries.diff import diff
from ..queries.statistics import statistics
from ..queries.stories import stories
from ..queries.story import full_story
from ..replacing import replacing
from ..times import Time
from .formats import as_json
from .page_parts import copies_with_source, pair_page
from .pages import Pages, Site, SiteStory, fingerprint, page_name
from .safe_text import printable_values
from .site_feed import atom_feed

MANIFEST = "pages.json"
_KIND = "twicetold report"  # in the manifest: the folder is ours
_FEED_STORIES = 50


class ReportCounts(NamedTuple):
    """What `report` wrote."""

    stories: int  # in the report
    pages: int  # files in the folder
    written: int  # of them, new or changed
    removed: int  # pages of an earlier report


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
    manifest = _read_manifest(place)
    writer = _Writer(place, manifest)
    try:
        place.mkdir(parents=True, exist_ok=True)
        chosen = [SiteStory(row, story_views.reports(index.connection, row.story)) for row in rows]
        site = printable_values(Site.of(title, version("twicetold"), chosen))
        pages = Pages(site)
        with progress("pages", len(chosen)) as advance:
            for each in chosen:
                _write_story(index, writer, pages, each)
                advance(1)
        facts = list(as_json(settings.settings_of(index)).items())
        numbers = pages.numbers(printable_values(statistics(index, since=since)))
        for name, text in [
            *pages.lists(),
            ("numbers.html", numbers),
            ("about.html", pages.about(facts)),
        ]:
            writer.write(name, text)
        writer.write("stories.atom", atom_feed(site, site.stories[:_FEED_STORIES]))
        removed = writer.finish()
    except OSError as error:
        raise TwicetoldError(str(place), f"can't be written: {error.strerror}") from None
    return ReportCounts(len(rows), len(writer.pages), writer.written, removed)


def _write_story(index: Index, writer: "_Writer", pages: Pages, story: SiteStory) -> None:
    """Write the page of a story, its JSON, and those of its copies beside their sources."""
    made_from = fingerprint([pages.fingerprint, *story])
    number = story.story.story
    names = [page_name(number), f"story-{number}.json"]
    pairs = copies_with_source(story.reports)
    names += [pair_page(source, copy) for copy, source in pairs.items()]
    if writer.keep(names, made_from):
        return
    full = full_story(index, number)
    writer.write(names[0], pages.story(printable_values(full)), made_from)
    writer.write(names[1], json.dumps(as_json(full), ensure_ascii=False, indent=1), made_from)
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
        manifest = {"kind": _KIND, "pages": dict(sorted(self.pages.items()))}
        with replacing(self.folder / MANIFEST) as file:
            file.write_text(json.dumps(manifest, indent=1), "utf-8")
        return len(gone)


def _read_manifest(folder: Path) -> dict[str, str]:
    """Return what an earlier report wrote. Raises TwicetoldError for a folder of other files."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise TwicetoldError(str(folder), "is not a folder")
    try:
        stored = json.loads((folder / MANIFEST).read_text("utf-8"))
        if stored["kind"] == _KIND:
            return {str(name): str(value) for name, value in stored["pages"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        pass
    if any(folder.iterdir()):
        hint = "give a new folder; nothing was changed"
        raise TwicetoldError(str(folder), "holds files that are no report", hint=hint)
    return {}
