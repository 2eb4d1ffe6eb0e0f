"""Which other pairs bear on what is said of one pair?

How near others are to its two articles is part of the evidence: the best neighbour of each, and
the fifth. The clustering finds these among the neighbours of a whole day. Here the articles of the
day ask one after the other, the nearest first, as long as one of them could still be among these.
Start reading at `bearing`.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from ..clustering import model as scoring
from ..clustering import neighbours as candidates
from ..clustering import pair_scoring as pairs
from ..clustering.neighbours import Pairs
from ..clustering.weights import Weighed
from ..clustering.window import BoolArray, FloatArray
from ..text import terms as vectors
from ..text.terms import Matrix
from ..text.tokens import IntArray

_AT_ONCE = 4  # articles that ask; mostly the first few are enough
_CLOSE = 1e-4  # what is computed in two ways may differ by less

Ask = Callable[[IntArray], Pairs]


class _Ranking(NamedTuple):
    """How near those who may ask are to one article, and how many of the nearest count."""

    row: int  # of the article
    across: bool  # only pairs of two languages count, or only the others
    nearness: FloatArray  # (q,) at most
    exact: Callable[[Weighed, Pairs], FloatArray]  # the same for pairs, as the scorer has it
    least: float  # less makes no difference
    number: int  # how many of the nearest count


def bearing(
    articles: Weighed, asking: Weighed, queries: IntArray, ask: Ask, rows: Sequence[int]
) -> Pairs:
    """The neighbours of the day, (p,), that bear on what is said of some rows; one of each pair.

    `queries` are the rows of the day's articles, who are `asking`; `ask` tells the neighbours of
    those at some places among them.
    """
    size = len(articles.window.ids) + 1
    asked = np.isin(queries, rows)
    found = _about(rows, [ask(np.flatnonzero(asked))], size)
    rankings = [one for row in rows for one in _rankings(articles, asking, queries, row)]
    while True:
        own = pairs.own(articles.window, found)
        unsettled = [_next(one, asked, articles, own) for one in rankings]
        some = np.unique(np.concatenate([np.zeros(0, np.int64), *unsettled]))
        if not len(some):
            return found
        asked[some] = True
        found = _about(rows, [found, ask(some)], size)


def _about(rows: Sequence[int], found: list[Pairs], size: int) -> Pairs:
    both = candidates.together(found, size)
    part = np.isin(both.a, rows) | np.isin(both.b, rows)
    return Pairs(both.a[part], both.b[part])


def _rankings(
    articles: Weighed, asking: Weighed, queries: IntArray, row: int
) -> Iterator[_Ranking]:
    """All that the scorer relates to the best of an article."""
    one = articles.taken(np.array([row]))
    across = pairs.two_languages(articles.window, np.full(len(queries), row), queries)
    if not across.all():
        near = _products(asking.fields.body, one.fields.body)
        near += _products(asking.fields.lead, one.fields.lead)
        stems = _products(asking.stems, one.stems)
        near[across] = stems[across] = 0
        yield _Ranking(row, False, near, pairs.nearness, scoring.LEAST_BEST, 1)
        yield _Ranking(row, False, stems, _stems, scoring.LEAST_CROWD, scoring.CROWD)
    if asking.crossing is not None and one.crossing is not None and across.any():
        names, words, grams = map(_products, asking.crossing, one.crossing)
        near = names + np.maximum(words, grams) + grams  # or less: `exact` tells which of the two
        near[~across] = 0
        yield _Ranking(row, True, near, pairs.nearness_across, scoring.LEAST_BEST_ACROSS, 1)
    if asking.embedded is not None and one.embedded is not None and across.any():
        near = np.where(across, asking.embedded @ one.embedded[0], 0).astype(np.float64)
        yield _Ranking(row, True, near, pairs.meaning, scoring.LEAST_BEST, 1)


def _next(ranking: _Ranking, asked: BoolArray, articles: Weighed, own: Pairs) -> IntArray:
    """Who has to ask next: nobody, where enough are nearer than all who have not asked yet."""
    nearness = ranking.nearness
    waiting = np.flatnonzero(~asked & (nearness >= ranking.least - _CLOSE))
    if not len(waiting):
        return waiting
    counts = (own.a == ranking.row) | (own.b == ranking.row)
    counts &= pairs.two_languages(articles.window, *own) == ranking.across
    said = ranking.exact(articles, Pairs(own.a[counts], own.b[counts]))
    if np.count_nonzero(said > nearness[waiting].max() + _CLOSE) >= ranking.number:
        return waiting[:0]
    return waiting[np.argsort(-nearness[waiting], kind="stable")[:_AT_ONCE]]


def _products(field: Matrix, one: Matrix) -> FloatArray:
    """The cosine of each row with one other, (n,)."""
    return np.asarray(field @ one.toarray()[0], np.float64)


def _stems(articles: Weighed, some: Pairs) -> FloatArray:
    return vectors.cosines(articles.stems, *some)
