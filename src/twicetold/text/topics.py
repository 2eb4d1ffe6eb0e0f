"""What titles are about: their words without those that are common everywhere.

Two titles of one event share such a word in most cases, and two unrelated ones do not. Start
reading at `topics_of`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, IntArray, UIntArray
from .frequencies import LANGUAGES, background_idf
from .matrix import Matrix, incidence, set_hashes
from .runs import run_hashes
from .tokens import STEM, Marked, marked_stream

STANDING = 3  # different titles of an outlet that begin with the same head: "The Friday letter: …"
_COMMON_IDF = 1 + np.log(10)  # of a word that a tenth of all texts have
_HEAD_END = ": "


class Topics(NamedTuple):
    """What the titles of n articles are about: their words without the common ones."""

    terms: Matrix  # (n, v) 1 for each term
    titles: IntArray  # (n,) equal titles have the same number; -1: the title has no term
    hashes: UIntArray  # (v,) of the terms, ascending

    def take(self, rows: IntArray) -> "Topics":
        """Return those of some articles."""
        return Topics(self.terms[rows], self.titles[rows], self.hashes)


def topics_of(headlines: Sequence[str], outlets: Sequence[str]) -> Topics:
    """Return the topics of n headlines.

    A head that stands before several different headlines of its outlet is no part of its topic.
    """
    texts = _without_standing_heads(headlines, outlets)
    rows, hashes = terms_of(marked_stream(texts, split_unspaced=True))
    vocabulary, columns = np.unique(hashes, return_inverse=True)
    size = len(headlines)
    terms = incidence(rows, columns, (size, len(vocabulary)))
    sums = set_hashes(terms.indices, terms.indptr)
    _, titles = np.unique(sums, return_inverse=True)
    return Topics(terms, np.where(np.diff(terms.indptr) > 0, titles, -1), vocabulary)


def _without_standing_heads(headlines: Sequence[str], outlets: Sequence[str]) -> list[str]:
    parts = [headline.partition(_HEAD_END) for headline in headlines]
    different = dict.fromkeys(zip(outlets, parts, strict=True))
    heads = Counter((outlet, head) for outlet, (head, end, _) in different if end)
    return [
        rest if end and heads[outlet, head] >= STANDING else head + end + rest
        for outlet, (head, end, rest) in zip(outlets, parts, strict=True)
    ]


def terms_of(marked: Marked, among: BoolArray | None = None) -> tuple[IntArray, UIntArray]:
    """Return the terms of n texts: the row of each, and its hash; `among` (t,) marks words.

    A term is the stem of a word of four letters or more that is not common in any language with a
    list of frequencies; in a script without spaces, it is two characters that follow each other.
    """
    tokens = marked.tokens
    chosen = np.ones(len(tokens.hashes), bool) if among is None else among
    rows = tokens.rows()
    is_word = (tokens.ends - tokens.starts >= STEM) & chosen
    is_word[is_word] = ~_is_common(tokens.hashes[is_word])
    pair = np.flatnonzero(
        (tokens.ends[:-1] == tokens.starts[1:]) & (rows[:-1] == rows[1:]) & chosen[:-1] & chosen[1:]
    )
    pairs = run_hashes(tokens.hashes, 2)[pair]
    return (
        np.concatenate([rows[is_word], rows[pair]]),
        np.concatenate([marked.stems[is_word], pairs]),
    )


def _is_common(hashes: UIntArray) -> BoolArray:
    vocabulary, places = np.unique(hashes, return_inverse=True)
    return np.asarray((background_idf(vocabulary, LANGUAGES).min(axis=0) < _COMMON_IDF)[places])
