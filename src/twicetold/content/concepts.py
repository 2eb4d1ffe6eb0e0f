"""What statements are about: their distinctive words, and pairs of words that follow each other.

Reports of several languages are spelled alike first: words under English keys, names under their
English spellings. Start reading at `count_concepts`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, UIntArray
from ..text.frequencies import background_idf
from ..text.matrix import Matrix, incidence
from ..text.runs import run_hashes
from ..text.tokens import NUMBER, marked_stream

DISTINCTIVE = 2.5  # idf of a word that fewer than a fifth of all articles have


class Concepts(NamedTuple):
    """The concepts of s statements: distinctive stems first, then pairs of stems."""

    rows: Matrix  # (s, c) 1 where a statement has a concept
    idf: FloatArray  # (c,) of a stem; of a pair, of its rarer word
    is_stem: BoolArray  # (c,)
    is_number: BoolArray  # (c,) a stem that is a number

    def of(self, statement: int) -> IntArray:
        """Return the concepts of one statement, as columns."""
        start, end = self.rows.indptr[statement : statement + 2]
        return np.asarray(self.rows.indices[start:end], np.int64)


def count_concepts(texts: Sequence[str], langs: Sequence[str]) -> Concepts:
    """Return the concepts of statements, given as texts with their languages, (s,) each."""
    tokens, marks, stems = marked_stream(texts, split_unspaced=True)
    is_number = (marks & NUMBER) != 0
    stems = np.where(is_number, tokens.hashes, stems)  # 1,170 is not 1,17
    row = tokens.rows()
    idf = word_idf(tokens.hashes, np.array(langs, np.str_)[row])
    rare = idf >= DISTINCTIVE
    pair = np.flatnonzero((row[:-1] == row[1:]) & (rare[:-1] | rare[1:]))
    words = np.flatnonzero(rare)
    hashes = np.concatenate([stems[words], run_hashes(stems, 2)[pair]])
    of_pair = np.maximum(idf[:-1], idf[1:])[pair] if len(idf) else idf
    first, columns = np.unique(hashes, return_index=True, return_inverse=True)[1:]
    rows = np.concatenate([row[words], row[pair]])
    cells = incidence(rows, columns, (len(texts), len(first)))
    every = np.concatenate([idf[words], of_pair])
    of_stem = np.arange(len(hashes)) < len(words)
    numbers = np.append(is_number[words], np.zeros(len(pair), bool))
    return Concepts(cells, every[first], of_stem[first], numbers[first])


def headline_weights(concepts: Concepts, headline: BoolArray) -> FloatArray:
    """Return what each concept weighs in the headlines together, (c,): stems alone, by their idf.

    `headline` (s,) marks the statements that are headlines.
    """
    counts = np.asarray(concepts.rows[headline].sum(axis=0)).ravel()
    return np.where(concepts.is_stem, concepts.idf * counts, 0)


def word_idf(hashes: UIntArray, langs: "np.ndarray[tuple[int], np.dtype[np.str_]]") -> FloatArray:
    """Return the idf of each word, (t,), by news at large in its language."""
    idf = np.full(len(hashes), DISTINCTIVE)
    for lang in np.unique(langs):
        own = langs == lang
        vocabulary, places = np.unique(hashes[own], return_inverse=True)
        background = background_idf(vocabulary, [str(lang)])[0]
        idf[own] = np.nan_to_num(background, nan=DISTINCTIVE)[places]
    return idf
