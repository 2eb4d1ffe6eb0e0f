"""The terms of a block of days, and their weights among the articles of some of these days.

Terms are counted once for a block. Document frequencies depend on the articles of a context, so
weights are computed again for each day. Start reading at `count_block`, then `weight_rows`.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, Float32Array, IntArray, places_in
from ..text.crosslingual import Features, Views, count_crosslingual, weight_views
from ..text.days import day_hashes, named_days
from ..text.frequencies import background_idf
from ..text.headlines import Span, headline_spans
from ..text.matrix import Matrix, select_cells, stack_rows
from ..text.terms import Fields, Terms, count_terms, spell_terms
from ..text.tfidf import mix_idf, tfidf, weight_terms, window_idf
from ..text.words import Words, headline_mask, join_words
from .window import Window

NAME_SHARE = 0.6  # of the occurrences inside of sentences that have a capital
COMMON_IDF = 1.2  # of a word that most texts have


class Block(NamedTuple):
    """The articles of a block of days, n in all, with the counts of their terms."""

    window: Window
    words: Words
    headlines: list[str]
    terms: Terms
    background: Float32Array  # (languages, v) idf in news at large
    views: Views | None  # None: all articles of known language are in the same one
    features: Features | None  # the columns of `views`
    embeddings: Float32Array | None  # (n, d), rows of unit norm; None: no embedder
    days: Matrix  # (n, d) 1 for each day near its publication that an article's opening names


class Vocabulary(NamedTuple):
    """The terms of a context, v in all."""

    idf: Float32Array  # (languages, v)
    is_name: BoolArray  # (v,) written with a capital inside of sentences

    def widen(self, width: int) -> "Vocabulary":
        """Return the vocabulary with terms added that no article of the context has."""
        more = max(width - len(self.is_name), 0)
        rarest = self.idf.max(axis=1, initial=1, keepdims=True)
        idf = np.concatenate([self.idf, np.repeat(rarest, more, axis=1)], axis=1)
        return Vocabulary(idf, np.append(self.is_name, np.zeros(more, bool)))


class Weighted(NamedTuple):
    """Articles, n in all, with their term weights, in rows of unit norm, or 0 without terms."""

    window: Window
    words: Words
    fields: Fields
    stems: Matrix
    views: Views | None
    embeddings: Float32Array | None
    days: Matrix  # (n, d) 1 for each day that an article's opening names
    vocabulary: Vocabulary  # of the context, whichever of its articles these are

    def take(self, rows: IntArray) -> "Weighted":
        """Return some of the articles, in the order of `rows`."""
        views, embeddings = self.views, self.embeddings
        return Weighted(
            self.window.take(rows),
            self.words.take(rows),
            Fields(*(field[rows] for field in self.fields)),
            self.stems[rows],
            None if views is None else Views(*(view[rows] for view in views)),
            None if embeddings is None else embeddings[rows],
            self.days[rows],
            self.vocabulary,
        )

    def append(self, other: "Weighted") -> "Weighted":
        """Return the articles of both, those of `other` last; their columns are the same."""
        views, embeddings = None, None
        if self.views is not None and other.views is not None:
            views = Views(*map(stack_rows, zip(self.views, other.views, strict=True)))
        if self.embeddings is not None and other.embeddings is not None:
            embeddings = np.concatenate([self.embeddings, other.embeddings])
        fields = Fields(*map(stack_rows, zip(self.fields, other.fields, strict=True)))
        return Weighted(
            self.window.append(other.window),
            join_words([self.words, other.words]),
            fields,
            stack_rows([self.stems, other.stems]),
            views,
            embeddings,
            stack_rows([self.days, other.days]),
            self.vocabulary.widen(fields.body.shape[1]),
        )


def count_block(
    window: Window,
    words: Words,
    embeddings: Float32Array | None = None,
    *,
    across_languages: bool = False,
) -> Block:
    """Count the terms of a window, given its `words`.

    The views that cross languages are counted if the window has several languages, and with
    `across_languages` in any case.
    """
    before = window.before
    spans = headline_spans(
        [*before.titles, *window.titles],
        [*before.outlets, *window.outlets],
        [*before.days, *window.day.tolist()],
    )[len(before.titles) :]
    across = across_languages or window.has_several_languages
    return count_headlines(window, words, spans, embeddings, across)


def count_headlines(
    window: Window,
    words: Words,
    spans: list[Span],
    embeddings: Float32Array | None,
    across_languages: bool,
) -> Block:
    """Count the terms of articles whose headlines are known, as `spans` of their titles."""
    headlines = [title[slice(*span)] for title, span in zip(window.titles, spans, strict=True)]
    terms = count_terms(words, headline_mask(words, window.titles, spans))
    views, features = None, None
    if across_languages:
        spelled = spell_terms(terms.first, window.titles, window.bodies)
        views, features = count_crosslingual(terms, spelled, window.langs, window.lang)
    background = background_idf(terms.hashes, window.langs)
    days = named_days(terms, window.day, ~np.isnan(window.hour))
    return Block(window, words, headlines, terms, background, views, features, embeddings, days)


def weight_rows(block: Block, first: int, last: int) -> Weighted:
    """Weight the rows first..last - 1 of a block, with document frequencies of these rows alone."""
    rows = slice(first, last)
    window = block.window.take(np.arange(first, last))
    counts = Fields(*(field[rows] for field in block.terms.counts))
    views = None
    if block.views is not None:
        views = weight_views(Views(*(view[rows] for view in block.views)), window.lang)
    in_window = window_idf(counts.body, len(block.background), window.lang)
    idf = mix_idf(in_window, block.background)
    is_name = name_terms(block.terms, first, last)
    return Weighted(
        window,
        block.words.between(first, last),
        tfidf(counts, idf, window.lang),
        weight_terms(block.terms.stems[rows], window.lang),
        views,
        None if block.embeddings is None else block.embeddings[rows],
        block.days[rows],
        Vocabulary(idf, is_name),
    )


def heavy_terms(articles: Weighted, field: Matrix) -> Matrix:
    """Return the terms of a field (n, v) of articles without common words; the values are idf."""
    idf = articles.vocabulary.idf.astype(np.float64) - 1  # 0 for a term of all texts
    row = np.repeat(np.arange(field.shape[0]), np.diff(field.indptr))
    # a query's language that no article of the context has: it is compared with none by terms
    lang = np.minimum(articles.window.lang, len(idf) - 1)
    weight = idf[lang[row], field.indices]
    weighted = sparse.csr_array((weight, field.indices, field.indptr), field.shape)
    return select_cells(weighted, weight >= COMMON_IDF)


def name_terms(terms: Terms, first: int, last: int) -> BoolArray:
    """Mark the terms that the articles first..last - 1 write as names, (v,).

    Inside of sentences, they have a capital in most cases. In titles every word may have one.
    Words for days and months are no names.
    """
    words = slice(*terms.offsets[[first, last]])
    inside, columns = terms.is_inside[words], terms.columns[words]
    size = len(terms.hashes)
    times = np.bincount(columns[inside], minlength=size)
    capitals = np.bincount(columns[inside & terms.is_capital[words]], minlength=size)
    is_name = (times > 0) & (capitals >= NAME_SHARE * times)
    return np.asarray(is_name & (places_in(day_hashes(), terms.hashes) < 0))
