"""The context of a query: all articles of a range of days, which the query is compared with.

The terms of a context are counted and weighted once. Then it stays in the cache of the open index
until anything is written, because `match` and `why` ask about the same days again and again. Start
reading at `load_context`.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from sqlite3 import Connection

import numpy as np

from ..arrays import BoolArray, Float32Array, IntArray, places_in
from ..clustering.neighbours import Transposed, find_neighbours, transpose
from ..clustering.prior import Prior
from ..clustering.term_weights import Block, Weighted, count_block, count_headlines, weight_rows
from ..clustering.window import Window
from ..index import Index, furniture, priors, windows
from ..index.settings import Settings
from ..pairs import Pairs
from ..text.crosslingual import Views
from ..text.furniture import Furniture
from ..text.headlines import TITLE_DAYS, Span, headline_span
from ..text.matrix import Matrix, move_columns, unit_rows
from ..text.terms import Fields, spell_terms, written_terms
from ..text.tfidf import document_frequencies, idf, mix_idf, weight_by
from ..text.words import read_words
from .vectors import window_embeddings

_LONGEST_ABBREVIATION = 5  # letters; a longer word in capitals stands in a headline in capitals


def load_context(
    index: Index,
    first: int,
    last: int,
    settings: Settings,
    lang: str = "",
    also: Sequence[int] = (),
) -> "Context":
    """Return the articles of the days first..last as a context.

    It includes the cross-language views if its articles are in several languages, or if one of them
    is in another language than `lang`. Articles older than the last `active_days` days count
    towards document frequencies, but are never returned as neighbours. `also` are ids of articles
    that no window has: set aside, or one of a crowd.
    """

    def cached(across_languages: bool) -> Context:
        key = (first, last, settings.active_days, settings.embedder, across_languages, *also)
        db = index.connection
        return index.cached(key, lambda: _read(db, first, last, settings, across_languages, also))

    context = cached(False)
    is_foreign = lang and any(name not in ("", lang) for name in context.window.langs)
    return cached(True) if is_foreign and context.articles.views is None else context


def _read(
    db: Connection, first: int, last: int, settings: Settings, across: bool, also: Sequence[int]
) -> "Context":
    window = windows.load(db, first, last, also)
    across = across or window.has_several_languages
    embeddings = window_embeddings(db, window, settings.embedder) if across else None
    passages = furniture.load(db)
    words = read_words(window.titles, window.bodies, passages)
    block = count_block(window, words, embeddings, across_languages=across)
    return Context(block, window.day > last - settings.active_days, passages)


def weight_query(
    index: Index, context: "Context", window: Window, settings: Settings
) -> tuple[Weighted, str]:
    """Weight an article that is not in the context as if it were; return it with its headline."""
    embeddings = None
    if context.articles.embeddings is not None:
        embeddings = window_embeddings(index.connection, window, settings.embedder)
    span = context.headline_span(window)
    return context.weight(window, span, embeddings), window.titles[0][slice(*span)]


class Context:
    """The n articles of some days, weighted, with everything needed to compare others with them."""

    def __init__(self, block: Block, in_reach: BoolArray, furniture: Furniture) -> None:
        self.furniture = furniture
        self.articles = weight_rows(block, 0, len(in_reach))
        self.window = self.articles.window
        self.headlines = block.headlines
        self.background = block.background
        self.in_reach = in_reach  # (n,) near enough in time to be found as a neighbour
        self._terms, self._stems = block.terms.hashes, block.terms.stem_hashes
        self._first = block.terms.first
        self._features = block.features
        self._transposed: dict[int, Transposed] = {}
        self._counts: dict[int, IntArray] = {}

    def row(self, id: int) -> int | None:
        """Return the row of an article; None if it is not in the context."""
        rows = np.flatnonzero(self.window.ids == id)
        return int(rows[0]) if len(rows) else None

    def prior(self, index: Index, lang: str = "") -> Prior:
        """Return the prior of the last day, for the context's languages and `lang` behind them."""
        window = self.window
        langs = tuple(dict.fromkeys([*window.langs, lang]))
        active = np.bincount(window.lang[self.in_reach], minlength=len(langs))
        last = int(window.day.max(initial=0))
        return priors.load(index.connection, last, langs, active.tolist())

    def neighbours(self, rows: IntArray) -> Pairs:
        """Return the pairs of some rows with their neighbours in the context."""
        articles = self.articles
        return find_neighbours(articles, rows, rows, articles, self.in_reach, self._transpose)

    def neighbours_of_query(self, query: Weighted) -> IntArray:
        """Return the rows of the neighbours of an article outside of the context."""
        place, row = np.array([0]), np.array([len(self.in_reach)])
        pairs = find_neighbours(query, place, row, self.articles, self.in_reach, self._transpose)
        return pairs.a

    def _transpose(self, field: Matrix, searched: BoolArray) -> Transposed:
        """Transpose a field once, and say which of its rows may be found."""
        if id(field) not in self._transposed:
            self._transposed[id(field)] = transpose(field, self.in_reach)
        transposed = self._transposed[id(field)]
        allowed = searched[transposed.rows]
        return transposed if allowed.all() else transposed._replace(allowed=allowed)

    @cached_property
    def last_day(self) -> IntArray:
        """The rows of the last day."""
        return np.flatnonzero(self.window.day == self.window.day.max(initial=0))

    @cached_property
    def last_day_articles(self) -> Weighted:
        """The articles of the last day."""
        return self.articles.take(self.last_day)

    @cached_property
    def term_frequencies(self) -> IntArray:
        """How many articles have each term, (v,)."""
        return np.asarray(self._document_frequencies(self.articles.fields.body).sum(axis=0))

    @cached_property
    def name_frequencies(self) -> dict[str, int]:
        """How many articles have each name, number or date."""
        if self.articles.views is None or self._features is None:
            return {}
        names = self._features.names
        counts = np.bincount(self.articles.views.names.indices, minlength=len(names))
        return dict(zip(names, counts.tolist(), strict=False))

    def spell(self, terms: IntArray) -> list[str]:
        """Return terms as they are written."""
        return spell_terms(self._first[terms], self.window.titles, self.window.bodies)

    def spell_names(self, terms: IntArray) -> list[str]:
        """Return names with a capital, also if they are first written in a headline in capitals."""
        words = written_terms(self._first[terms], self.window.titles, self.window.bodies)
        return [
            word if word[:1].isupper() and not _is_shouted(word) else word.capitalize()
            for word in words
        ]

    def headline_span(self, query: Window) -> Span:
        """Return the headline of a single article, given the titles of its outlet up to its day."""
        (title,), (outlet,), day = query.titles, query.outlets, int(query.day[0])
        context_titles = (self.window.titles, self.window.outlets, self.window.day.tolist())
        sources = (
            zip(titles, outlets, days, strict=True)
            for titles, outlets, days in (query.before, self.window.before, context_titles)
        )
        others = (
            other
            for other, by, when in chain.from_iterable(sources)
            if by == outlet and day - TITLE_DAYS < when <= day
        )
        return headline_span(title, outlet, others)

    def weight(self, query: Window, span: Span, embeddings: Float32Array | None) -> Weighted:
        """Weight an article from outside; document frequencies are counted with it included."""
        langs = tuple(dict.fromkeys([*self.window.langs, *query.langs]))
        lang = langs.index(query.langs[query.lang[0]])
        window = query._replace(langs=langs, lang=np.array([lang], np.int64))
        words = read_words(window.titles, window.bodies, self.furniture)
        across = self.articles.views is not None
        block = count_headlines(window, words, [span], embeddings, across)
        terms = places_in(self._terms, block.terms.hashes)
        body = self.articles.fields.body
        weights = mix_idf(self._idf_with_query(body, terms, lang), block.background[[lang]])
        fields = (_weight_row(field, weights, terms, body.shape[1]) for field in block.terms.counts)
        stem_places = places_in(self._stems, block.terms.stem_hashes)
        stems = self._weight_like(block.terms.stems, self.articles.stems, stem_places, lang)
        views = self._weight_views(block, lang)
        return Weighted(
            window,
            words,
            Fields(*fields),
            stems,
            views,
            embeddings,
            block.days,
            self.articles.vocabulary,
        )

    def take_with_query(self, rows: IntArray, query: Weighted) -> Weighted:
        """Return some rows, weighted as if the query were in the context."""
        articles, lang = self.articles.take(rows), int(query.window.lang[0])
        if lang >= len(self.window.langs):
            return articles
        same_language = (
            articles.window.lang == lang
        )  # document frequencies are counted per language

        def reweigh(
            view: Matrix, whole: Matrix, own: Matrix, background: Float32Array | None = None
        ) -> Matrix:
            frequencies = self._document_frequencies(whole)[lang, view.indices]
            size = self._sizes[lang]
            before = idf(frequencies, size)
            after = idf(frequencies + np.isin(view.indices, own.indices), size + 1)
            if background is not None:
                before = mix_idf(before, background[view.indices])
                after = mix_idf(after, background[view.indices])
            cells = np.repeat(same_language, np.diff(view.indptr))
            return unit_rows(view, view.data * np.where(cells, after / before, 1))

        body, own_body = self.articles.fields.body, query.fields.body
        fields = Fields(
            *(reweigh(field, body, own_body, self.background[lang]) for field in articles.fields)
        )
        stems = reweigh(articles.stems, self.articles.stems, query.stems)
        views = None
        if articles.views and self.articles.views and query.views:
            parts = zip(articles.views, self.articles.views, query.views, strict=True)
            views = Views(*(reweigh(*part) for part in parts))
        return articles._replace(fields=fields, stems=stems, views=views)

    def _weight_views(self, own: Block, lang: int) -> Views | None:
        if self.articles.views is None or own.views is None or own.features is None:
            return None
        views = []
        for view, counts, column_of, names in zip(
            self.articles.views, own.views, self._columns, own.features, strict=True
        ):
            columns = np.array([column_of.get(name, -1) for name in names], np.int64)
            views.append(self._weight_like(counts, view, columns, lang))
        return Views(*views)

    @cached_property
    def _columns(self) -> list[dict[str, int]]:
        """The column of each feature, for each language-neutral view."""
        return [{name: place for place, name in enumerate(names)} for names in self._features or ()]

    def _weight_like(self, counts: Matrix, view: Matrix, columns: IntArray, lang: int) -> Matrix:
        """Weight the counts of one article as `view` is weighted; `columns[i]` is the column of
        feature i in `view`."""
        weights = self._idf_with_query(view, columns, lang)
        return _weight_row(counts, weights, columns, view.shape[1])

    def _idf_with_query(self, view: Matrix, columns: IntArray, lang: int) -> Float32Array:
        """Return the idf of a query's features, with the query itself counted in, (1, f).

        `columns[i]` is the column of feature i in `view`, -1 if no article of the context has it.
        """
        frequencies, size = np.zeros(len(columns), np.int64), 0
        if lang < len(self.window.langs):
            frequencies = np.append(self._document_frequencies(view)[lang], 0)[columns]
            size = self._sizes[lang]
        return idf(frequencies + 1, size + 1)[None, :]

    def _document_frequencies(self, view: Matrix) -> IntArray:
        if id(view) not in self._counts:
            self._counts[id(view)] = document_frequencies(
                view, len(self.window.langs), self.window.lang
            )
        return self._counts[id(view)]

    @cached_property
    def _sizes(self) -> IntArray:
        """How many articles there are of each language."""
        return np.bincount(self.window.lang, minlength=len(self.window.langs))


def _weight_row(counts: Matrix, idf: Float32Array, columns: IntArray, width: int) -> Matrix:
    weights = weight_by(counts, idf, np.zeros(1, np.int64))
    return move_columns(weights, columns, width)


def _is_shouted(word: str) -> bool:
    """Whether a word is in capitals and too long to be an abbreviation."""
    return word.isupper() and len(word) > _LONGEST_ABBREVIATION
