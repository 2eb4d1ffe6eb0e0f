"""The terms of a block of days, and their weights among the articles of some of these days.

Terms are counted once for a block. Document frequencies depend on the articles of a context, so
weights are computed again for each day. Start reading at `count_block`, then `weight_rows`.
"""

from typing import NamedTuple

import numpy as np

from ..arrays import Float32Array, IntArray
from ..text.crosslingual import Features, Views, count_crosslingual, weight_views
from ..text.frequencies import background_idf
from ..text.headlines import Span, headline_spans
from ..text.matrix import Matrix, stack_rows
from ..text.terms import Fields, Terms, count_terms, spell_terms
from ..text.tfidf import tfidf, weight_terms
from ..text.words import Words, headline_mask, join_words
from .window import Window


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


class Weighted(NamedTuple):
    """Articles, n in all, with their term weights, in rows of unit norm, or 0 without terms."""

    window: Window
    words: Words
    fields: Fields
    stems: Matrix
    views: Views | None
    embeddings: Float32Array | None

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
        )

    def append(self, other: "Weighted") -> "Weighted":
        """Return the articles of both, those of `other` last; their columns are the same."""
        views, embeddings = None, None
        if self.views is not None and other.views is not None:
            views = Views(*map(stack_rows, zip(self.views, other.views, strict=True)))
        if self.embeddings is not None and other.embeddings is not None:
            embeddings = np.concatenate([self.embeddings, other.embeddings])
        return Weighted(
            self.window.append(other.window),
            join_words([self.words, other.words]),
            Fields(*map(stack_rows, zip(self.fields, other.fields, strict=True))),
            stack_rows([self.stems, other.stems]),
            views,
            embeddings,
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
    return Block(window, words, headlines, terms, background, views, features, embeddings)


def weight_rows(block: Block, first: int, last: int) -> Weighted:
    """Weight the rows first..last - 1 of a block, with document frequencies of these rows alone."""
    rows = slice(first, last)
    window = block.window.take(np.arange(first, last))
    counts = Fields(*(field[rows] for field in block.terms.counts))
    views = None
    if block.views is not None:
        views = weight_views(Views(*(view[rows] for view in block.views)), window.lang)
    return Weighted(
        window,
        block.words.between(first, last),
        tfidf(counts, block.background, window.lang),
        weight_terms(block.terms.stems[rows], window.lang),
        views,
        None if block.embeddings is None else block.embeddings[rows],
    )
