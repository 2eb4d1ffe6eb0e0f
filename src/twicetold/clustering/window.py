"""What passes between the index and the stages: the articles of some days, and links.

Inside a stage an article is a row number; ids are for the index alone.
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ..text.tokens import IntArray

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


class Titles(NamedTuple):
    """Titles in time order."""

    titles: list[str]
    outlets: list[str]
    days: list[int]  # since 1970

    def beside(self, other: "Titles") -> "Titles":
        """Both, in time order."""
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
    lang: IntArray  # (n,) places in `langs`
    langs: tuple[str, ...]
    outlets: list[str]
    titles: list[str]
    bodies: list[str]
    pending: BoolArray  # (n,)
    story: IntArray  # (n,) id, 0 without
    group: IntArray  # (n,) id of the copy group, 0 without
    signatures: npt.NDArray[np.uint32]  # (n, 128)
    before: Titles  # of the days before, by which an outlet's furniture is told

    @property
    def several_languages(self) -> bool:
        """Whether articles of known language write different ones."""
        return len([name for name in self.langs if name]) > 1

    def rows(self, days: int, until: int) -> tuple[int, int]:
        """The first row of the last `days` days, and the row after the last of day `until`."""
        first, last = np.searchsorted(self.day, (until - days, until), "right").tolist()
        return first, last

    def taken(self, rows: IntArray) -> "Window":
        """Some of the articles, in the order of `rows`."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in _ARRAYS}
        for name in _LISTS:
            column = getattr(self, name)
            columns[name] = [column[row] for row in rows.tolist()]
        return self._replace(**columns)

    def beside(self, other: "Window") -> "Window":
        """The articles of both, those of the other last; codes of languages stay for the first."""
        langs = tuple(dict.fromkeys([*self.langs, *other.langs]))
        codes = np.array([langs.index(name) for name in other.langs], np.int64)
        other = other._replace(lang=codes[other.lang])
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in _ARRAYS
        }
        columns |= {name: [*getattr(self, name), *getattr(other, name)] for name in _LISTS}
        columns |= {"langs": langs, "before": self.before.beside(other.before)}
        return self._replace(**columns)


_ARRAYS = ("ids", "day", "hour", "lang", "pending", "story", "group", "signatures")
_LISTS = ("outlets", "titles", "bodies")


class Link(NamedTuple):
    """A row of `links`: ids of articles, `a` before `b` in time."""

    a: int
    b: int
    kind: str
    probability: float
    jaccard: float | None = None
    a_in_b: float | None = None
    b_in_a: float | None = None
    cosine_body: float | None = None
    cosine_lead: float | None = None
    cosine_title: float | None = None
    cosine_names: float | None = None
