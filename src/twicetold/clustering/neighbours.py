"""The nearest neighbours of articles: the candidate pairs for "same event".

Only the heaviest terms of each query are looked up in the other articles, because comparing all
pairs on all terms would take quadratic time. Start reading at `find_neighbours`.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, Float32Array, IntArray
from ..pairs import NO_PAIRS, Pairs, make_pairs, union
from ..text.matrix import Matrix
from .term_weights import Weighted

# With these limits, the search finds .95, .99 and .95 of the true pairs of outlets_en, lookalike_en
# and episodes_fr.
HEAVIEST = 32  # terms of each query that are searched
NEAREST = 24  # neighbours of each query
LEAST_COSINE = 0.04  # by the heaviest terms alone
# Headlines have many near neighbours and are fast to search, so their limit is higher: with
# NEAREST, headlines_multi (en) loses .02 of BCubed F1.
NEAREST_OF_SHORT = 40
SHORT_TERMS = 20  # an article with at most this many distinct terms counts as a headline
_UNIT = 100_000  # cosines are rounded to five decimals: ties are the same on every machine
_TIE = np.float32(2 / _UNIT)  # cosines that differ by less than this may be equal when rounded
_ROWS = 256  # queries whose cosines with all others are held at once


class Transposed(NamedTuple):
    """Articles among which neighbours are searched, with their terms as (v, rows)."""

    rows: IntArray
    terms: Matrix
    allowed: BoolArray | None = None  # (rows,) which of them may be found; None: all


Transpose = Callable[[Matrix, BoolArray], Transposed]


def transpose(field: Matrix, searched: BoolArray) -> Transposed:
    """Transpose the rows of a field (n, v) that `searched` (n,) marks."""
    rows = np.flatnonzero(searched)
    return Transposed(rows, sparse.csr_array(field[rows].T))


def find_neighbours(
    queries: Weighted,
    places: IntArray,
    rows: IntArray,
    others: Weighted,
    in_reach: BoolArray,
    transposed: Transpose = transpose,
) -> Pairs:
    """Return pairs of queries and their neighbours, within each language and across languages.

    The queries are the articles at `places` of `queries`. `rows` are their row numbers in `others`;
    a query that is not in `others` has row number n. `in_reach` (n,) marks the rows that may be
    found. Articles of unknown language
    are compared with those of every language, and all articles with those of unknown language.
    """
    langs, names = others.window.lang, queries.window.langs
    unknown = np.isin(langs, [place for place, name in enumerate(names) if not name])
    size = len(langs) + 1
    parts = [NO_PAIRS]
    lang_of_query = queries.window.lang[places]
    for lang in np.unique(lang_of_query).tolist():
        chosen = lang_of_query == lang
        group = _Queries(queries, places[chosen], rows[chosen])
        same = unknown | (langs == lang) if names[lang] else np.ones(len(langs), bool)
        searched = transposed(others.fields.body, same & in_reach)
        parts.append(
            nearest_by_terms(queries.fields.body[group.places], group.rows, searched, size)
        )
        if names[lang]:
            foreign = in_reach & ~unknown & (langs != lang)
            parts += _across_languages(group, others, foreign, transposed, size)
    return union(parts, size)


class _Queries(NamedTuple):
    """The queries of one language."""

    articles: Weighted
    places: IntArray  # in `articles`
    rows: IntArray  # among the others


def _across_languages(
    queries: _Queries, others: Weighted, foreign: BoolArray, transposed: Transpose, size: int
) -> Iterator[Pairs]:
    """Yield the neighbours of queries among articles of other languages, one view at a time."""
    articles, places = queries.articles, queries.places
    if articles.views is None or others.views is None:
        return
    for own_view, view in zip(articles.views, others.views, strict=True):
        searched = transposed(view, foreign)
        yield nearest_by_terms(own_view[places], queries.rows, searched, size)
    if articles.embeddings is not None and others.embeddings is not None:
        vectors = articles.embeddings[places]
        yield nearest_by_embedding(vectors, queries.rows, others.embeddings, foreign, size)


def nearest_by_terms(queries: Matrix, rows: IntArray, searched: Transposed, size: int) -> Pairs:
    """Return the pairs of queries (q, v) and their nearest rows by TF-IDF cosine.

    `rows` (q,) are the row numbers of the queries, less than `size`. Only the `HEAVIEST` terms of a
    query are searched.
    """
    terms = np.diff(queries.indptr)
    most = np.where(terms <= SHORT_TERMS, NEAREST_OF_SHORT, NEAREST)
    query, row = nearest_rows(queries, searched, most, rows)
    return make_pairs(rows[query], row, size)


def nearest_rows(
    queries: Matrix,
    searched: Transposed,
    most: IntArray,
    itself: IntArray | None = None,
    least: float = LEAST_COSINE,
    heaviest: int = HEAVIEST,
    ends: IntArray | None = None,
) -> tuple[IntArray, IntArray]:
    """Return queries (q, v), by place, and their `most` (q,) nearest rows by TF-IDF cosine.

    Only the `heaviest` terms of a query are searched; a cosine below `least` is none. `itself` (q,)
    is the row of each query, which is not its own neighbour; None: no query is among the rows. With
    `ends` (q,), a query finds only searched rows whose place is below its end.
    """
    queries_of, rows = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, len(most), _ROWS):
        block = slice(start, start + _ROWS)
        terms = _heaviest_terms(queries[block], heaviest)
        if terms.shape[1] > searched.terms.shape[0]:  # terms that none of the others has
            terms = terms[:, : searched.terms.shape[0]]
        cosines = sparse.csr_array(terms @ searched.terms)
        if searched.allowed is not None:
            cosines.data *= searched.allowed[cosines.indices]
        if ends is not None:
            cosines.data *= cosines.indices < np.repeat(ends[block], np.diff(cosines.indptr))
        query, row, cosine = _above_floor(cosines, most[block] + 1, least)
        row = searched.rows[row]
        if itself is not None:
            other = row != itself[block][query]
            query, row, cosine = query[other], row[other], cosine[other]
        chosen = _largest(query, cosine, row, most[block][query])
        queries_of.append(start + query[chosen])
        rows.append(row[chosen])
    return np.concatenate(queries_of), np.concatenate(rows)


def nearest_by_embedding(
    queries: Float32Array,
    rows: IntArray,
    vectors: Float32Array,
    searched: BoolArray,
    size: int,
) -> Pairs:
    """Return the pairs of queries (q, d) and their nearest rows by the cosine of embeddings.

    `rows` (q,) are the row numbers of the queries, less than `size`; `vectors` is (n, d), and
    `searched` (n,) marks the rows that may be found. All vectors have length 1.
    """
    others = np.flatnonzero(searched)
    if not len(others):
        return NO_PAIRS
    most = min(NEAREST, len(others))
    a, b = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for start in range(0, len(rows), _ROWS):
        block = slice(start, start + _ROWS)
        # one integer holds the cosine and the row's place, so the place decides ties
        products = queries[block] @ vectors[others].T
        cosine = np.round(products * np.float32(_UNIT)).astype(np.int64)
        codes = cosine * len(others) - np.arange(len(others))
        nearest = np.argpartition(-codes, most - 1, axis=1)[:, :most]
        a.append(np.repeat(rows[block], most))
        b.append(others[nearest.ravel()])
    return make_pairs(np.concatenate(a), np.concatenate(b), size)


def _above_floor(
    cosines: Matrix, most: IntArray, least: float
) -> tuple[IntArray, IntArray, Float32Array]:
    """Return query, row and cosine of the `most` (q,) largest cosines of each query, with ties.

    Cosines below `least` are left out. A query may share a term with 15,000 articles; this
    leaves only a few for the caller to sort.
    """
    floor = np.full(len(most), least, np.float32)
    for query in np.flatnonzero(np.diff(cosines.indptr) > most).tolist():  # 60 us each
        shared: Float32Array = cosines.data[slice(*cosines.indptr[query : query + 2])]
        last = len(shared) - int(most[query])
        floor[query] = max(floor[query], np.partition(shared, last)[last] - _TIE)
    query_of_cell = np.repeat(np.arange(len(most)), np.diff(cosines.indptr))
    near = np.flatnonzero(cosines.data >= floor[query_of_cell])
    return query_of_cell[near], cosines.indices[near].astype(np.int64), cosines.data[near]


def _heaviest_terms(field: Matrix, number: int) -> Matrix:
    """Return a matrix with only the `number` largest values of each row."""
    row = np.repeat(np.arange(field.shape[0]), np.diff(field.indptr))
    columns = field.indices.astype(np.int64)
    chosen = np.sort(_largest(row, field.data, columns, number))
    offsets = np.searchsorted(row[chosen], np.arange(field.shape[0] + 1))
    return sparse.csr_array((field.data[chosen], field.indices[chosen], offsets), field.shape)


def _largest(
    row: IntArray, value: Float32Array, column: IntArray, most: IntArray | int
) -> IntArray:
    """Return the places of the `most` largest values of each row; ties go to the lower column.

    `most` is one number, or one for each entry, the same for all entries of a row. `row` is
    ascending; no two entries have both the same row and the same column; values are in 0..1.
    """
    if not len(row):
        return np.zeros(0, np.int64)
    # sorting one integer per entry is ten times as fast as sorting by three columns
    width = int(column.max()) + 1
    rounded = _UNIT - np.round(value * np.float32(_UNIT)).astype(np.int64)
    order = np.argsort((row * (_UNIT + 1) + rounded) * width + column, kind="stable")
    rank = np.arange(len(row)) - np.searchsorted(row, row)
    chosen: IntArray = order[rank < most]
    return chosen
