"""Which pages a report has, and what they are called. Start reading at `Site`."""

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple

from .formats import count

if TYPE_CHECKING:
    from ..index.story_views import OtherStory, Report, StoryRow


STORIES_FEED = "stories.atom"


class SiteStory(NamedTuple):
    """A story of the report."""

    story: "StoryRow"
    reports: "list[Report]"
    outlets: list[str]  # the first one first
    thread: "list[OtherStory]"
    missing: dict[str, tuple[str, ...]]  # 'outlet' or a kind of group -> who does not report it

    @property
    def page(self) -> str:
        """The name of its page."""
        return page_name(self.story.story)

    @property
    def langs(self) -> list[str]:
        """The languages of its reports."""
        return list(dict.fromkeys(report.lang or "unknown" for report in self.reports))

    @property
    def titles(self) -> str:
        """All titles of it, for the search."""
        titles = [self.story.title, *(report.title for report in self.reports)]
        return " ".join(dict.fromkeys(titles))


class Site(NamedTuple):
    """What all pages need to know."""

    title: str
    version: str  # of twicetold
    stories: list[SiteStory]  # the most widely reported first
    outlets: list[str]
    langs: list[str]
    articles: str  # '153 reports'
    numbers: frozenset[int]  # of the stories

    @classmethod
    def of(cls, title: str, version: str, stories: list[SiteStory]) -> "Site":
        """Return the site of some stories."""
        reports = [report for story in stories for report in story.reports]
        outlets = sorted({report.outlet for report in reports}, key=str.casefold)
        langs = sorted({report.lang for report in reports})
        numbers = frozenset(each.story.story for each in stories)
        return cls(title, version, stories, outlets, langs, count(len(reports), "report"), numbers)

    @property
    def nav(self) -> list[tuple[str, str]]:
        """The links at the top of each page."""
        return [
            (self.title, "index.html"),
            ("Search", "search.html"),
            ("In numbers", "numbers.html"),
            ("How to read this", "about.html"),
        ]

    @property
    def feed(self) -> str:
        """The name of the feed of stories."""
        return STORIES_FEED

    @property
    def made_from(self) -> str:
        """What the pages were made from."""
        return f"{self.articles} of {count(len(self.outlets), 'outlet')}"

    def story_page(self, number: int) -> str:
        """Return the name of a story's page."""
        return page_name(number)

    def has_story(self, number: int) -> bool:
        """Whether a story is in the report."""
        return number in self.numbers

    def json_page(self, number: int) -> str:
        """Return the name of a story's JSON file."""
        return json_name(number)

    def pair_page(self, one: int, other: int) -> str:
        """Return the name of the page of a source and its copy side by side."""
        return pair_name(one, other)

    def article_page(self, article: int) -> str:
        """Return '': a report has no page for an article alone."""
        return ""

    def outlet_page(self, name: str) -> str:
        """Return the name of an outlet's page."""
        return f"outlet-{_slug(name)}.html"

    def outlet_feed(self, name: str) -> str:
        """Return the name of the feed of what others took over from an outlet."""
        return f"copied-{_slug(name)}.atom"

    def day_page(self, day: str) -> str:
        """Return the name of a day's page."""
        return f"day-{day}.html"

    def lang_page(self, lang: str) -> str:
        """Return the name of a language's page."""
        return f"language-{lang or 'unknown'}.html"


def page_name(story: int) -> str:
    """Return the name of a story's page."""
    return f"story-{story}.html"


def json_name(story: int) -> str:
    """Return the name of a story's JSON file."""
    return f"story-{story}.json"


def pair_name(source: int, copy: int) -> str:
    """Return the name of the page of two texts side by side."""
    return f"pair-{source}-{copy}.html"


def _slug(name: str) -> str:
    """Return a name as a part of a file name; a hash tells names apart that look the same."""
    digest = hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=6).hexdigest()
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40]
    return f"{plain}-{digest}" if plain else digest
