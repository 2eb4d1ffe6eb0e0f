"""Texts -> counts of terms -> TF-IDF fields: body, lead, title and names, by scikit-learn's rules.

Counts are taken once for a block of days; `tfidf` weighs a window of them anew for each day,
since how rare a word is depends on the articles around. Start reading at `count`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from . import tokens
from .frequencies import RarityArray
from .tokens import IntArray, UIntArray

LEAD_WORDS = 120  # an agency's lead and context, with the title; measured on outlets_en
_TABLE_BITS = 20  # of the table by which terms are told apart; 18 to 22 serve alike

Matrix = sparse.csr_array
FloatArray = npt.NDArray[np.float64]


class Fields(NamedTuple):
    """Four views of n articles over one vocabulary, each (n, v): counts, or their weights."""

    body: Matrix  # the title and all of the text
    lead: Matrix  # the title and the first words
    title: Matrix
    names: Matrix  # numbers, capitalised words of the title, and of the text where none is due


class Terms(NamedTuple):
    """How often each term stands in each article, and where a term can be read."""

    counts: Fields
    stems: Matrix  # (n, s): how often each stem stands in the title and the first words
    stem_hashes: UIntArray  # (s,) of the stems, rising
    hashes: UIntArray  # (v,) of the terms, rising
    first: IntArray  # (v, 3): row of an article that has the term, its start and end in its text
    columns: npt.NDArray[np.int32]  # (t,): the term of each word, text by text
    offsets: IntArray  # (n + 1,): the words of article i are offsets[i]:offsets[i + 1]
    starts: npt.NDArray[np.int32]  # (t,): of each word in its text, in characters
    is_name: npt.NDArray[np.bool_]  # (t,): a word of the field of names


def count(titles: Sequence[str], bodies: Sequence[str]) -> Terms:
    """The terms of n articles; one that has no word has empty rows."""
    texts = [text_of(title, body) for title, body in zip(titles, bodies, strict=True)]
    words = tokens.stream(texts, split_unspaced=True)
    marks = tokens.marks(texts, words)
    hashes, columns, places = _vocabulary(words.hashes)
    rows = np.repeat(np.arange(len(texts)), np.diff(words.offsets))
    lengths = np.fromiter((len(tokens.spelled_out(title)) for title in titles), np.int64)
    in_title = words.starts < lengths[rows]
    in_lead = np.arange(len(rows)) - words.offsets[rows] < LEAD_WORDS
    is_number = (marks & tokens.NUMBER) != 0
    is_name = (marks & (tokens.CAPITAL | tokens.OPENS)) == tokens.CAPITAL
    is_name |= is_number | (in_title & ((marks & tokens.CAPITAL) != 0))
    shape = (len(texts), len(places))
    chosen = (slice(None), in_lead, in_title, is_name)
    counts = Fields(*(_counts(rows[these], columns[these], shape) for these in chosen))
    stem_hashes, stem_columns, _ = _vocabulary(tokens.stems(texts, words)[in_lead])
    stems = _counts(rows[in_lead], stem_columns, (len(texts), len(stem_hashes)))
    first = np.stack([rows[places], words.starts[places], words.ends[places]], axis=1)
    return Terms(
        counts,
        stems,
        stem_hashes,
        hashes,
        first,
        columns,
        words.offsets,
        words.starts.astype(np.int32),
        is_name,
    )


def text_of(title: str, body: str) -> str:
    """An article's text as its terms are counted: title, blank line, body."""
    return f"{title}\n\n{body}"


def tfidf(counts: Fields, background: RarityArray, langs: IntArray) -> Fields:
    """The weights of all fields: half of a term's idf is these articles' own, half `background`'s.

    `background` is (langs, v), nan for a language of which nothing is known.
    """
    rarity = mixed(idf(counts.body, len(background), langs), background)
    return Fields(*(weighted(field, rarity, langs) for field in counts))


def mixed(own: RarityArray, background: RarityArray) -> RarityArray:
    """Half of one, half of the other; `own` where nothing is known of the background."""
    return np.where(np.isnan(background), own, (own + background) / 2).astype(np.float32)


def idf(counts: Matrix, languages: int, langs: IntArray) -> RarityArray:
    """How rare each term is among the articles of each language, (languages, v).

    `langs` (n,) are codes of languages. Counted over all, a minority's "the" would pass for rare.
    """
    articles = np.bincount(langs, minlength=languages)[:, None]
    found = rarity(having(counts, languages, langs), articles)
    return np.where(articles > 0, found, np.float32(0))


def having(counts: Matrix, languages: int, langs: IntArray) -> IntArray:
    """How many articles of each language have each term, (languages, v)."""
    found = np.zeros((languages, counts.shape[1]), np.int64)
    rows = np.repeat(langs, np.diff(counts.indptr))
    articles = np.bincount(langs, minlength=languages)
    for lang in np.flatnonzero(articles):
        terms = counts.indices if articles[lang] == len(langs) else counts.indices[rows == lang]
        found[lang] = np.bincount(terms, minlength=counts.shape[1])
    return found


def rarity(having: IntArray, articles: IntArray | int) -> RarityArray:
    """The idf of terms that so many of the articles have.

    Source: scikit-learn's TfidfTransformer with smooth_idf.
    """
    return np.asarray(np.log((1 + articles) / (1 + having)) + 1, np.float32)


def weigh(counts: Matrix, langs: IntArray) -> Matrix:
    """TF-IDF weights of one view by these articles' own frequencies, within each language."""
    return weighted(counts, idf(counts, int(langs.max(initial=0)) + 1, langs), langs)


def weighted(counts: Matrix, rarity: RarityArray, langs: IntArray) -> Matrix:
    """(1 + ln count) x idf, rows of length 1, or 0 where an article has no term.

    Source: scikit-learn's TfidfTransformer with sublinear_tf and norm "l2".
    """
    sizes = np.diff(counts.indptr)
    rows = np.repeat(langs, sizes)
    return of_length_1(counts, (1 + np.log(counts.data)) * rarity[rows, counts.indices])


def of_length_1(matrix: Matrix, weights: FloatArray | RarityArray) -> Matrix:
    """A matrix with other weights in its cells, in rows of length 1, or 0 where one is empty."""
    sizes = np.diff(matrix.indptr)
    filled = sizes > 0
    squares = np.add.reduceat(weights.astype(np.float64) ** 2, matrix.indptr[:-1][filled])
    weights = weights / np.repeat(np.sqrt(squares), sizes[filled])
    return sparse.csr_array(
        (weights.astype(np.float32), matrix.indices, matrix.indptr), matrix.shape
    )


def placed(weights: Matrix, columns: IntArray, width: int) -> Matrix:
    """A row of weights over another vocabulary: column i goes to `columns[i]`, below `width`.

    Those with -1, which the other vocabulary lacks, get columns beyond it.
    """
    missing = columns < 0
    beyond = width - 1 + np.cumsum(missing)
    own = np.where(missing, beyond, columns)[weights.indices]
    order = np.argsort(own)
    found = (weights.data[order], own[order], weights.indptr)
    return sparse.csr_array(found, (1, width + int(missing.sum())))


def cosines(field: Matrix, a: IntArray, b: IntArray) -> FloatArray:
    """The cosine of each pair of rows, (p,), of a matrix whose rows have length 1 or 0."""
    if not len(a):
        return np.zeros(0)
    products = field[a].multiply(field[b])
    return np.minimum(np.asarray(products.sum(axis=1), np.float64).ravel(), 1.0)


def _vocabulary(hashes: UIntArray) -> tuple[UIntArray, npt.NDArray[np.int32], IntArray]:
    """The terms, rising, the column of each word, and for each column the place of its first word.

    By a table of the upper bits, which mixed hashes fill evenly: of 5 million words in a fifth of
    the time that sorting them takes.
    """
    bits = min(max(len(hashes).bit_length(), 1), _TABLE_BITS)
    shift = np.uint64(64 - bits)
    slots = (hashes >> shift).astype(np.int64)
    terms = _different(hashes, slots, 1 << bits)
    sizes = np.bincount((terms >> shift).astype(np.int64), minlength=1 << bits)
    columns = (np.cumsum(sizes) - sizes).astype(np.int32).take(slots)
    others = np.flatnonzero(terms.take(columns) != hashes) if len(terms) else slots
    while len(others):
        columns[others] += 1
        others = others[terms.take(columns[others]) != hashes[others]]
    first = np.full(len(terms), len(hashes))
    np.minimum.at(first, columns, np.arange(len(hashes)))
    return terms, columns, first


def _different(hashes: UIntArray, slots: IntArray, size: int) -> UIntArray:
    """Each hash once, rising: those that stay in a table of `size`, then those left out of it."""
    found = [np.zeros(0, np.uint64)]
    table = np.zeros(size, np.uint64)
    while len(hashes):
        table[slots] = hashes  # which of a slot's stays does not matter: all come in the end
        used = np.flatnonzero(np.bincount(slots, minlength=size))
        found.append(table[used])
        left = table.take(slots) != hashes
        hashes, slots = hashes[left], slots[left]
    return np.sort(np.concatenate(found))


def _counts(rows: IntArray, columns: npt.NDArray[np.int32], shape: tuple[int, int]) -> Matrix:
    """`rows` ascending."""
    offsets = np.searchsorted(rows, np.arange(shape[0] + 1))
    ones = np.ones(len(rows), np.float32)
    # a copy: `sum_duplicates` puts the columns of each row in order
    matrix = sparse.csr_array((ones, columns.copy(), offsets.astype(np.int32)), shape)
    matrix.sum_duplicates()
    return matrix
