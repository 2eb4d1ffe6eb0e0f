"""The articles of some days, as columns. Inside a stage an article is a row number.

Rows are sorted by (time, key), where the time is `published`, else when the article was first seen.
So the order of arrival cannot matter to anything that is computed from a window. Ids are carried
along for the index; nothing is computed from them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, UInt32Array
from ..hours import hours_apart, hours_since_1970
from ..text.languages import compared_language

NO_STORY = 0  # in a column of story ids; ids begin at 1
_GAP = 10  # days; days farther apart are read separately, without the days between


class Titles(NamedTuple):
    """Titles in time order."""

    titles: list[str]
    outlets: list[str]
    days: list[int]  # since 1970

    def merge(self, other: "Titles") -> "Titles":
        """Return the titles of both, in time order."""
        if not other.titles:
            return self
        days = [*self.days, *other.days]
        order = np.argsort(days, kind="stable").tolist()
        titles, outlets = [*self.titles, *other.titles], [*self.outlets, *other.outlets]
        return Titles(
            [titles[row] for row in order],
            [outlets[row] for row in order],
            [days[row] for row in order],
        )


class Window(NamedTuple):
    """The articles of some days, n in all, sorted by (time, key)."""

    ids: IntArray  # (n,)
    day: IntArray  # (n,) days since 1970
    hour: FloatArray  # (n,) hours since 1970; nan: the source gave no time
    whole_day: BoolArray  # (n,) the source gave a day without an hour; its hour is noon
    lang: IntArray  # (n,) places in `langs`
    langs: tuple[str, ...]
    outlets: list[str]
    titles: list[str]
    bodies: list[str]
    pending: BoolArray  # (n,)
    story: IntArray  # (n,) id, or NO_STORY
    signatures: UInt32Array  # (n, 128)
    before: Titles  # of the days before, which show the furniture of an outlet's titles

    @property
    def has_several_languages(self) -> bool:
        """Whether the articles of known language are in more than one."""
        return len([name for name in self.langs if name]) > 1

    def rows(self, days: int, until: int) -> tuple[int, int]:
        """Return the rows of some days, see `rows_of_days`."""
        return rows_of_days(self.day, days, until)

    def hours_apart(self, a: IntArray, b: IntArray) -> FloatArray:
        """Return the hours from rows `a` to rows `b`, (p,); nan if one is undated."""
        return hours_apart(self.hour, self.whole_day, a, b)

    def take(self, rows: IntArray) -> "Window":
        """Return some of the articles, in the order of `rows`."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _ARRAYS}
        for name in _LISTS:
            column = getattr(self, name)
            columns[name] = [column[row] for row in rows.tolist()]
        return self._replace(**columns)

    def append(self, other: "Window") -> "Window":
        """Return the articles of both, those of `other` last; places in `langs` stay valid."""
        langs = tuple(dict.fromkeys([*self.langs, *other.langs]))
        places = np.array([langs.index(name) for name in other.langs], np.int64)
        other = other._replace(lang=places[other.lang])
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in _ARRAYS
        }
        columns |= {name: [*getattr(self, name), *getattr(other, name)] for name in _LISTS}
        columns |= {"langs": langs, "before": self.before.merge(other.before)}
        return self._replace(**columns)


def make_window(
    ids: Sequence[int],
    days: Sequence[int],
    published: Sequence[str | None],
    languages: Sequence[str],
    outlets: Sequence[str],
    titles: Sequence[str],
    bodies: Sequence[str],
    signatures: UInt32Array,
    before: Titles,
) -> Window:
    """Return the window of articles in time order, n each; none is pending or has a story.

    `days` are since 1970; `published` are stored times, None for an undated article.
    """
    compared = [compared_language(name) for name in languages]
    langs = tuple(sorted(set(compared)))
    place = {name: number for number, name in enumerate(langs)}
    hour, whole_day = hours_since_1970(published)
    return Window(
        ids=np.array(ids, np.int64),
        day=np.array(days, np.int64),
        hour=hour,
        whole_day=whole_day,
        lang=np.array([place[name] for name in compared], np.int64),
        langs=langs,
        outlets=list(outlets),
        titles=list(titles),
        bodies=list(bodies),
        pending=np.zeros(len(ids), bool),
        story=np.full(len(ids), NO_STORY),
        signatures=signatures,
        before=before,
    )


def blocks_of_days(sizes: Mapping[int, int], most: int) -> tuple[tuple[int, ...], ...]:
    """Cut days into blocks to be read at once, given the number of articles of each day.

    A block has at most as many articles, unless it is a single day; no gap in it is longer than
    `_GAP` days.
    """
    blocks: list[list[int]] = []
    size = 0
    for day, articles in sorted(sizes.items()):
        if not blocks or size + articles > most or day > blocks[-1][-1] + _GAP:
            blocks.append([])
            size = 0
        blocks[-1].append(day)
        size += articles
    return tuple(tuple(block) for block in blocks)


_ARRAYS = ("ids", "day", "hour", "whole_day", "lang", "pending", "story", "signatures")
_LISTS = ("outlets", "titles", "bodies")


def rows_of_days(day: IntArray, days: int, until: int) -> tuple[int, int]:
    """Return the first row of the `days` days that end on day `until`, and the row after them.

    `day` (n,) is ascending.
    """
    first, last = np.searchsorted(day, (until - days, until), "right").tolist()
    return first, last


def context_days(active_days: int) -> int:
    """Return how many days, ending on a day, are the context of its articles.

    Twice the active days: each active article is seen with its neighbours before and after it.
    """
    return 2 * active_days


def two_languages(window: Window, a: IntArray, b: IntArray) -> BoolArray:
    """Return which pairs of rows are of two languages, both known, (p,)."""
    has_language = np.array([bool(name) for name in window.langs], bool)[window.lang]
    different: BoolArray = has_language[a] & has_language[b] & (window.lang[a] != window.lang[b])
    return different
