"""What a page needs to know of the pages around it: a report's files, or addresses in Datasette."""

from collections.abc import Sequence
from typing import Protocol


class PageNames(Protocol):
    """Where the pages are that a page links to, relative to it or from the root."""

    @property
    def title(self) -> str:
        """The name of all pages together."""

    @property
    def version(self) -> str:
        """The version of twicetold."""

    @property
    def nav(self) -> Sequence[tuple[str, str]]:
        """The links at the top: text and page."""

    @property
    def feed(self) -> str:
        """The feed of stories; '' if there is none."""

    @property
    def made_from(self) -> str:
        """What the pages were made from: '153 reports of 4 outlets'."""

    def story_page(self, number: int) -> str:
        """Return the page of a story."""

    def has_story(self, number: int) -> bool:
        """Whether a story has a page."""

    def json_page(self, number: int) -> str:
        """Return the JSON of a story."""

    def pair_page(self, one: int, other: int) -> str:
        """Return the page of two articles side by side."""

    def article_page(self, article: int) -> str:
        """Return the page of an article; '' if articles have none."""

    def outlet_page(self, name: str) -> str:
        """Return the page of an outlet."""
