"""Features that two languages can share: names, words under English keys, character 4-grams.

Each article has three views, matrices of counts: names, numbers and dates ('Abou Dhabi',
'5 février'); words, translated by small lexicons ('otage' counts as 'hostage'); and 4-grams of
folded words ('dialogue', 'militaire' / 'military'). Start reading at `count_crosslingual`.
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import IntArray
from .datafiles import read_lines
from .matrix import Matrix
from .names import alphabetical_ranks, article_of_word, find_names, fold
from .terms import Terms
from .tfidf import weight_terms

GRAM = 4  # characters; by these, .60 of French Olympic headlines find their English twin first
LEXICONS = ("de", "en", "es", "fr", "it", "pt")  # languages with a lexicon of English keys


class Views(NamedTuple):
    """Language-neutral views of n articles, (n, f) each: counts, or weights."""

    names: Matrix  # names, numbers and dates
    words: Matrix  # words of title and lead, under English keys where a lexicon has them
    grams: Matrix  # character 4-grams of the folded words of title and lead


class Features(NamedTuple):
    """The names of the columns of each view, sorted: 'abu dhabi', 'hostage', '_hos'."""

    names: list[str]
    words: list[str]
    grams: list[str]


def count_crosslingual(
    terms: Terms, words: Sequence[str], langs: Sequence[str], lang: IntArray
) -> tuple[Views, Features]:
    """Return the counts of all views, and the names of their columns.

    `words` (v,) are the terms as they are written; `lang` (n,) are places in `langs`.
    """
    spelled = [fold(word) for word in words]
    names = find_names(terms, spelled)
    rows = article_of_word(terms)[names.first]
    ones = np.ones(len(rows), np.float32)
    shape = (len(lang), max(len(names.names), 1))
    grams_of_terms, grams = _incidence([word_grams(word) for word in spelled])
    gram_counts = sparse.csr_array(terms.counts.lead @ grams_of_terms)
    gram_counts.sort_indices()  # sums must not depend on the other articles of the window
    key_counts, keys = _count_keys(terms.counts.lead, words, spelled, langs, lang)
    name_counts = sparse.csr_array((ones, (rows, names.name)), shape)
    return Views(name_counts, key_counts, gram_counts), Features(names.names, keys, grams)


def weight_views(counts: Views, langs: IntArray) -> Views:
    """Return TF-IDF weights; document frequencies are counted within each language."""
    return Views(*(weight_terms(view, langs) for view in counts))


def word_grams(word: str) -> tuple[str, ...]:
    """Return the character 4-grams of a word with its edges marked; a shorter word is one gram."""
    edged = f"_{word}_"
    return tuple(edged[i : i + GRAM] for i in range(max(1, len(edged) - GRAM + 1)))


def _count_keys(
    counts: Matrix,
    words: Sequence[str],
    spelled: Sequence[str],
    langs: Sequence[str],
    lang: IntArray,
) -> tuple[Matrix, list[str]]:
    """Return counts of words under their English keys, by the lexicon of an article's language."""
    codes: dict[str, int] = {}
    key_of_term = {}
    lexicon_of = [name if name in LEXICONS else "" for name in langs]
    for name in sorted(set(lexicon_of)):
        table = lexicon(name)
        keys = [table.get(word, folded) for word, folded in zip(words, spelled, strict=True)]
        key_of_term[name] = np.array([codes.setdefault(key, len(codes)) for key in keys], np.int64)
    rank = alphabetical_ranks(codes)
    lang_of_cell = np.repeat(lang, np.diff(counts.indptr))
    columns = counts.indices.astype(np.int64)
    for name, key in key_of_term.items():
        places = [place for place, other in enumerate(lexicon_of) if other == name]
        cells = np.isin(lang_of_cell, places)
        columns[cells] = rank[key[columns[cells]]]
    matrix = sparse.csr_array(
        (counts.data.copy(), columns, counts.indptr.copy()), (counts.shape[0], max(len(codes), 1))
    )
    matrix.sum_duplicates()
    return matrix, sorted(codes)


def _incidence(features: Sequence[tuple[str, ...]]) -> tuple[Matrix, list[str]]:
    """Return a (v, f) matrix with 1 where a word has a feature, and the features, sorted."""
    codes: dict[str, int] = {}
    places = [codes.setdefault(feature, len(codes)) for word in features for feature in word]
    columns = alphabetical_ranks(codes)[np.array(places, np.int64)]
    offsets = np.cumsum([0, *map(len, features)])
    shape = (len(features), max(len(codes), 1))
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_array((ones, columns, offsets), shape), sorted(codes)


@cache
def lexicon(lang: str) -> dict[str, str]:
    """Return the English key of each word, as written; empty for a language without lexicon."""
    if lang not in LEXICONS:
        return {}
    table: dict[str, str] = {}
    for line in read_lines(f"lexicon/{lang}.txt.gz"):
        key, *words = line.split(" ")
        for word in words:
            table[word] = key
    return table
