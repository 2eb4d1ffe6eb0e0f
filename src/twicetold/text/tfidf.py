"""Counts of terms to TF-IDF weights, by scikit-learn's rules, with two document frequencies.

Half of a term's idf comes from the articles of the window, half from news at large. `tfidf` runs
again for each day, because document frequencies depend on the articles of the window.

scikit-learn's `TfidfTransformer` with our idf gives the same weights to seven digits; the tests
compare. It is not used: it takes four times as long (1.2 s in place of 0.3 s of a run of 17.6 s on
21,578 wire reports, 7.9 s in place of 1.6 s of 74 s on 10,283 articles of a year), and importing it
takes 0.8 s, half as long as a small run.
"""

import numpy as np

from ..arrays import Float32Array, IntArray
from .matrix import Matrix, unit_rows
from .terms import Fields


def tfidf(counts: Fields, idf: Float32Array, langs: IntArray) -> Fields:
    """Return the weights of all fields, as rows of unit norm, or 0 without terms.

    `idf` is (languages, v); `langs` (n,) are its rows.
    """
    return Fields(*(weight_by(field, idf, langs) for field in counts))


def weight_terms(counts: Matrix, langs: IntArray) -> Matrix:
    """Return the TF-IDF weights of one view, with document frequencies of these articles alone."""
    return weight_by(counts, window_idf(counts, int(langs.max(initial=0)) + 1, langs), langs)


def mix_idf(window: Float32Array, background: Float32Array) -> Float32Array:
    """Return the mean of both idf; `window` alone where the background is nan."""
    mean = (window + background) / 2
    return np.where(np.isnan(background), window, mean).astype(np.float32)


def window_idf(counts: Matrix, languages: int, langs: IntArray) -> Float32Array:
    """Return the idf of each term among the articles of each language, (languages, v).

    `langs` (n,) are codes of languages. Counted over all languages, the word for "the" in a rare
    language would look rare.
    """
    articles = np.bincount(langs, minlength=languages)[:, None]
    by_language = idf(document_frequencies(counts, languages, langs), articles)
    return np.where(articles > 0, by_language, np.float32(0))


def document_frequencies(counts: Matrix, languages: int, langs: IntArray) -> IntArray:
    """Return how many articles of each language have each term, (languages, v)."""
    frequencies = np.zeros((languages, counts.shape[1]), np.int64)
    rows = np.repeat(langs, np.diff(counts.indptr))
    articles = np.bincount(langs, minlength=languages)
    for lang in np.flatnonzero(articles):
        terms = counts.indices if articles[lang] == len(langs) else counts.indices[rows == lang]
        frequencies[lang] = np.bincount(terms, minlength=counts.shape[1])
    return frequencies


def idf(frequencies: IntArray, articles: IntArray | int) -> Float32Array:
    """Return the idf of terms, given how many of `articles` articles have each (`frequencies`).

    Source: scikit-learn's TfidfTransformer with smooth_idf.
    """
    return np.asarray(np.log((1 + articles) / (1 + frequencies)) + 1, np.float32)


def weight_by(counts: Matrix, idf: Float32Array, langs: IntArray) -> Matrix:
    """Return (1 + ln count) x idf, as rows of unit norm, or 0 for an article without terms.

    `idf` is (languages, v), `langs` (n,) are its rows.

    Source: scikit-learn's TfidfTransformer with sublinear_tf and norm "l2".
    """
    rows = np.repeat(langs, np.diff(counts.indptr))
    return unit_rows(counts, (1 + np.log(counts.data)) * idf[rows, counts.indices])
