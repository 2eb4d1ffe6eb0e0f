"""The articles of some days as questions are put to them: counted and weighed once, then kept.

`match` and `why` ask of the same days again and again. What they need of these is kept with the
open index, until anything is written. Start reading at `around`.
"""

from functools import cached_property
from itertools import chain
from sqlite3 import Connection

import numpy as np

from ..clustering import embedding
from ..clustering import neighbours as candidates
from ..clustering import pair_scoring as pairs
from ..clustering import weights as weighing
from ..clustering.weights import Block, Weighed
from ..clustering.window import BoolArray, Window
from ..index import Index, windows
from ..jobs.runs import Settings
from ..text import cleaning as text
from ..text import crosslingual as bridge
from ..text import terms as vectors
from ..text.frequencies import RarityArray
from ..text.terms import Matrix
from ..text.tokens import IntArray, UIntArray


def around(
    index: Index, first: int, last: int, settings: Settings, lang: str = ""
) -> "Surroundings":
    """The articles of the days first..last; what crosses languages, too, where `lang` asks for it.

    Those of the first days tell how rare words are, and are not found as neighbours.
    """

    def made(crossing: bool) -> Surroundings:
        key = (first, last, settings.active_days, settings.embedder, crossing)
        return index.kept.of(key, lambda: _read(index.connection, first, last, settings, crossing))

    found = made(False)
    foreign = lang and any(name not in ("", lang) for name in found.window.langs)
    return made(True) if foreign and found.articles.crossing is None else found


def _read(
    db: Connection, first: int, last: int, settings: Settings, crossing: bool
) -> "Surroundings":
    window = windows.load(db, first, last)
    crossing |= window.several_languages
    embedded = embedding.vectors(db, window, settings.embedder) if crossing else None
    block = weighing.block(window, embedded, crossing=crossing)
    return Surroundings(block, window.day >= first + settings.active_days)


def stranger(
    index: Index, there: "Surroundings", window: Window, settings: Settings
) -> tuple[Weighed, str]:
    """A single article that is not there, weighed as if it were, and its headline."""
    embedded = None
    if there.articles.embedded is not None:
        embedded = embedding.vectors(index.connection, window, settings.embedder)
    headline = there.headline(window)
    return there.placed(window, headline, embedded), headline


class Surroundings:
    """Articles of some days, n in all, their weights, and what it takes to compare others."""

    def __init__(self, block: Block, reach: BoolArray) -> None:
        self.articles = weighing.weighed(block, 0, len(reach))
        self.window = self.articles.window
        self.headlines = block.headlines
        self.background = block.background
        self.reach = reach  # (n,) near enough in time to be found
        self._terms, self._stems = block.terms.hashes, block.terms.stem_hashes
        self._first = block.terms.first
        self._features = block.features
        self._turned: dict[int, candidates.Searched] = {}
        self._counts: dict[int, IntArray] = {}

    def row(self, id: int) -> int | None:
        """The row of an article, None if it is not of these days."""
        found = np.flatnonzero(self.window.ids == id)
        return int(found[0]) if len(found) else None

    def neighbours(self, queries: IntArray) -> candidates.Pairs:
        """As `pairs.neighbours`, of some of these articles among them all."""
        own = self.articles
        return pairs.neighbours(own, queries, queries, own, self.reach, self._search)

    def near(self, stranger: Weighed) -> IntArray:
        """The rows of a stranger's neighbours."""
        itself, number = np.array([0]), np.array([len(self.reach)])
        own = self.articles
        return pairs.neighbours(stranger, itself, number, own, self.reach, self._search).a

    def _search(self, field: Matrix, among: BoolArray) -> candidates.Searched:
        """As `candidates.searched`, of a field of these articles, and those in reach alone."""
        if id(field) not in self._turned:
            self._turned[id(field)] = candidates.searched(field, self.reach)
        found = self._turned[id(field)]
        allowed = among[found.rows]
        return found if allowed.all() else found._replace(allowed=allowed)

    @cached_property
    def latest(self) -> IntArray:
        """The rows of the last day."""
        return np.flatnonzero(self.window.day == self.window.day.max(initial=0))

    @cached_property
    def asking(self) -> Weighed:
        """The articles of the last day."""
        return self.articles.taken(self.latest)

    @cached_property
    def having(self) -> IntArray:
        """How many articles have each term, (v,)."""
        return np.asarray(self._having(self.articles.fields.body).sum(axis=0))

    @cached_property
    def naming(self) -> dict[str, int]:
        """How many articles have each name, number or date."""
        if self.articles.crossing is None or self._features is None:
            return {}
        names = self._features.names
        often = np.bincount(self.articles.crossing.names.indices, minlength=len(names))
        return dict(zip(names, often.tolist(), strict=False))

    def words(self, columns: IntArray) -> list[str]:
        """Terms as they are written."""
        return weighing.words(self._first[columns], self.headlines, self.window.bodies)

    def headline(self, stranger: Window) -> str:
        """The title of a single article without its furniture, told by those up to its day."""
        (title,), (outlet,), day = stranger.titles, stranger.outlets, int(stranger.day[0])
        known = (
            zip(titles, outlets, days, strict=True)
            for titles, outlets, days in (
                stranger.before,
                self.window.before,
                (self.window.titles, self.window.outlets, self.window.day.tolist()),
            )
        )
        others = (
            other
            for other, by, when in chain.from_iterable(known)
            if by == outlet and day - text.TITLE_DAYS < when <= day
        )
        return text.headline(title, outlet, others)

    def placed(
        self, stranger: Window, headline: str, embedded: weighing.VectorArray | None
    ) -> Weighed:
        """An article from elsewhere, weighed as if it were one of these."""
        langs = tuple(dict.fromkeys([*self.window.langs, *stranger.langs]))
        lang = langs.index(stranger.langs[stranger.lang[0]])
        window = stranger._replace(langs=langs, lang=np.array([lang], np.int64))
        own = weighing.counted(window, [headline], embedded, self.articles.crossing is not None)
        columns = _places(self._terms, own.terms.hashes)
        body = self.articles.fields.body
        rarity = vectors.mixed(self._rarity(body, columns, lang), own.background[[lang]])
        fields = (_weighed(field, rarity, columns, body.shape[1]) for field in own.terms.counts)
        stems = self._alike(
            own.terms.stems, self.articles.stems, _places(self._stems, own.terms.stem_hashes), lang
        )
        return Weighed(window, vectors.Fields(*fields), stems, self._crossing(own, lang), embedded)

    def among(self, rows: IntArray, stranger: Weighed) -> Weighed:
        """Some of these articles, weighed as if the stranger were one of these."""
        some, lang = self.articles.taken(rows), int(stranger.window.lang[0])
        if lang >= len(self.window.langs):
            return some
        same = some.window.lang == lang  # how rare a word is, is a matter of its language

        def anew(
            view: Matrix, all: Matrix, one: Matrix, known: RarityArray | None = None
        ) -> Matrix:
            having = self._having(all)[lang, view.indices]
            before = vectors.rarity(having, self._sizes[lang])
            now = vectors.rarity(having + np.isin(view.indices, one.indices), self._sizes[lang] + 1)
            if known is not None:
                before, now = (vectors.mixed(own, known[view.indices]) for own in (before, now))
            of_cells = np.repeat(same, np.diff(view.indptr))
            return vectors.of_length_1(view, view.data * np.where(of_cells, now / before, 1))

        body, known = (self.articles.fields.body, stranger.fields.body), self.background[lang]
        fields = vectors.Fields(*(anew(field, *body, known) for field in some.fields))
        stems = anew(some.stems, self.articles.stems, stranger.stems)
        crossing = None
        if some.crossing and self.articles.crossing and stranger.crossing:
            views = zip(some.crossing, self.articles.crossing, stranger.crossing, strict=True)
            crossing = bridge.Crossing(*(anew(*view) for view in views))
        return some._replace(fields=fields, stems=stems, crossing=crossing)

    def _crossing(self, own: Block, lang: int) -> bridge.Crossing | None:
        if self.articles.crossing is None or own.crossing is None or own.features is None:
            return None
        found = []
        for view, mine, numbers, names in zip(
            self.articles.crossing, own.crossing, self._numbers, own.features, strict=True
        ):
            columns = np.array([numbers.get(name, -1) for name in names], np.int64)
            found.append(self._alike(mine, view, columns, lang))
        return bridge.Crossing(*found)

    @cached_property
    def _numbers(self) -> list[dict[str, int]]:
        """The column of each feature, of each view that crosses languages."""
        return [{name: place for place, name in enumerate(names)} for names in self._features or ()]

    def _alike(self, counts: Matrix, view: Matrix, columns: IntArray, lang: int) -> Matrix:
        """Counts of one article weighed like a view of these; `columns` (f,) are those of it."""
        return _weighed(counts, self._rarity(view, columns, lang), columns, view.shape[1])

    def _rarity(self, view: Matrix, columns: IntArray, lang: int) -> RarityArray:
        """How rare a stranger's features are, itself counted, (1, f); -1: none of these has one."""
        having, size = np.zeros(len(columns), np.int64), 0
        if lang < len(self.window.langs):
            having, size = np.append(self._having(view)[lang], 0)[columns], self._sizes[lang]
        return vectors.rarity(having + 1, size + 1)[None, :]

    def _having(self, view: Matrix) -> IntArray:
        if id(view) not in self._counts:
            self._counts[id(view)] = vectors.having(view, len(self.window.langs), self.window.lang)
        return self._counts[id(view)]

    @cached_property
    def _sizes(self) -> IntArray:
        """How many articles there are of each language."""
        return np.bincount(self.window.lang, minlength=len(self.window.langs))


def _places(known: UIntArray, hashes: UIntArray) -> IntArray:
    """Where each hash stands among those that are known, both rising; -1: nowhere."""
    places = np.searchsorted(known, hashes)
    there = places < len(known)
    there[there] = known[places[there]] == hashes[there]
    return np.where(there, places, -1)


def _weighed(counts: Matrix, rarity: RarityArray, columns: IntArray, width: int) -> Matrix:
    weights = vectors.weighted(counts, rarity, np.zeros(1, np.int64))
    return vectors.placed(weights, columns, width)
