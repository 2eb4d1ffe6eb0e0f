"""Which other pairs do the relative features of a pair depend on?

The score of a pair depends on the best neighbour of each of its articles, and on the fifth best.
The clustering finds these among the neighbours of all articles of a day. Here the neighbours of
only some of the day's articles are looked up, beginning with those nearest to the pair, until no
remaining article could rank among the best. Start reading at `relevant_pairs`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from ..clustering import features
from ..clustering.pair_scoring import compare_texts, independent_pairs
from ..clustering.term_weights import Weighted
from ..clustering.window import two_languages
from ..pairs import Pairs, union
from ..text.matrix import Matrix

_AT_ONCE = 4  # articles looked up in one round; one round is usually enough
_CLOSE = 1e-4  # tolerance: the same cosine, computed in two ways, differs by less than this

FindNeighbours = Callable[[IntArray], Pairs]  # places among the day's articles -> pairs of rows


class _Ranking(NamedTuple):
    """How near the day's articles are to one article, and how many of the nearest matter."""

    row: int  # of the article
    across: bool  # True: only cross-language pairs count; False: only same-language pairs
    nearness: FloatArray  # (q,) upper bounds
    exact: Callable[[Weighted, Pairs], FloatArray]  # computes the exact nearness of pairs
    least: float  # smaller values of nearness are ignored
    number: int  # how many of the nearest matter


def relevant_pairs(
    articles: Weighted,
    day: Weighted,
    day_rows: IntArray,
    find_neighbours: FindNeighbours,
    rows: Sequence[int],
) -> Pairs:
    """Return the pairs of a day that the relative features of `rows` depend on, each once.

    `day` are the day's articles, which are the rows `day_rows` of `articles`; `find_neighbours`
    returns the neighbours of some of them.
    """
    size = len(articles.window.ids) + 1
    searched = np.isin(day_rows, rows)
    pairs = _with_one_of(rows, [find_neighbours(np.flatnonzero(searched))], size)
    rankings = [one for row in rows for one in _rankings(articles, day, day_rows, row)]
    while True:
        independent = independent_pairs(articles, pairs)
        next_places = [_next_to_search(one, searched, articles, independent) for one in rankings]
        places = np.unique(np.concatenate([np.zeros(0, np.int64), *next_places]))
        if not len(places):
            return pairs
        searched[places] = True
        pairs = _with_one_of(rows, [pairs, find_neighbours(places)], size)


def _with_one_of(rows: Sequence[int], parts: list[Pairs], size: int) -> Pairs:
    pairs = union(parts, size)
    return pairs.select(np.isin(pairs.a, rows) | np.isin(pairs.b, rows))


def _rankings(
    articles: Weighted, day: Weighted, day_rows: IntArray, row: int
) -> Iterator[_Ranking]:
    """Yield every ranking that a relative feature of an article is taken from."""
    one = articles.take(np.array([row]))
    across = two_languages(articles.window, np.full(len(day_rows), row), day_rows)
    copied = _copies_of(articles, day_rows, row)
    if not across.all():
        near = _cosines(day.fields.body, one.fields.body)
        near += _cosines(day.fields.lead, one.fields.lead)
        stems = _cosines(day.stems, one.stems)
        near[across | copied] = stems[across | copied] = 0
        yield _Ranking(row, False, near, features.nearness, features.LEAST_BEST, 1)
        yield _Ranking(
            row, False, stems, features.stem_cosines, features.LEAST_CROWD, features.CROWD_RANK
        )
    if day.views is not None and one.views is not None and across.any():
        names, words, grams = map(_cosines, day.views, one.views)
        near = names + np.maximum(words, grams) + grams  # an upper bound
        near[~across | copied] = 0
        yield _Ranking(row, True, near, features.nearness_across, features.LEAST_BEST_ACROSS, 1)
    if day.embeddings is not None and one.embeddings is not None and across.any():
        counts = across & ~copied
        near = np.where(counts, day.embeddings @ one.embeddings[0], 0).astype(np.float64)
        yield _Ranking(row, True, near, features.embedding_cosines, features.LEAST_BEST, 1)


def _copies_of(articles: Weighted, day_rows: IntArray, row: int) -> BoolArray:
    """Mark the day's articles that are copies or templates of one: they never rank, (q,)."""
    others = day_rows[day_rows != row]
    pairs = Pairs(np.minimum(others, row), np.maximum(others, row))
    texts = compare_texts(articles, pairs)
    return np.isin(day_rows, others[texts.copy | texts.template])


def _next_to_search(
    ranking: _Ranking, searched: BoolArray, articles: Weighted, independent: Pairs
) -> IntArray:
    """Return the articles to search next; none if no unsearched one could rank among the best."""
    nearness = ranking.nearness
    waiting = np.flatnonzero(~searched & (nearness >= ranking.least - _CLOSE))
    if not len(waiting):
        return waiting
    counts = (independent.a == ranking.row) | (independent.b == ranking.row)
    counts &= two_languages(articles.window, *independent) == ranking.across
    exact = ranking.exact(articles, independent.select(counts))
    if np.count_nonzero(exact > nearness[waiting].max() + _CLOSE) >= ranking.number:
        return waiting[:0]
    return waiting[np.argsort(-nearness[waiting], kind="stable")[:_AT_ONCE]]


def _cosines(field: Matrix, one: Matrix) -> FloatArray:
    """Return the cosine of each row of `field` with the only row of `one`, (n,)."""
    return np.asarray(field @ one.toarray()[0], np.float64)
