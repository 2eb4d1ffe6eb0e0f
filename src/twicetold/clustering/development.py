"""Do two reports of one affair tell the same development of it? Features of pairs.

The texts of an affair are alike for weeks. What is new in a report and the days that it names
tell today's development from yesterday's. The affair of a pair is the set of
earlier articles nearest to either. All this is taken from the context, so a settled day cannot
change it. Start reading at `development_features`.

Measured on pairs judged by reading: benchmarks/streams.py.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, FloatArray, IntArray
from ..pairs import Pairs
from ..text.matrix import Matrix, ones_like, row_sums, select_cells
from .neighbours import Transposed, nearest_rows
from .term_weights import Weighted, heavy_terms
from .window import Window

NAMES = ("new_share", "same_days", "bursting_names", "days_late")
AFFAIR = 20  # articles nearest to either report; 10 to 40 are as good
HEAVIEST = 12  # terms by which the affair of a report is searched
LEAST_COSINE = 0.001  # whatever shares a word: a quiet stream has few articles on an affair
LEAST_AFFAIR = 5  # fewer articles do not show what is known already: no development is told
BEFORE = 2  # days before the earlier report: the day before belongs to the same development
NOVELTY_POWER = 1.5  # 1 to 2.5 are as good
LEAST_PAST = 20  # articles of the days before, to tell which names are new in the news
BURST_DAYS = 1  # the day before the earlier report, too, belongs to now
_PAIRS = 1024  # whose affairs are held at once


def development_features(
    articles: Weighted, pairs: Pairs, context: Weighted, hours: FloatArray
) -> FloatArray:
    """Return the features of pairs of one language, (p, 4), in the order of `NAMES`.

    `articles` have the rows of `pairs`; `context` are all articles of the context. `hours` (p,) are
    the hours between the articles of a pair, nan if a time is unknown: such pairs are compared only
    to learn the weights from them, with an affair of any day. A feature that cannot be
    computed is nan; all are, if too few articles are on the affair.
    """
    texts = heavy_terms(articles, articles.fields.body)
    past = _past(context)
    ends = _ends_of_past(articles.window, pairs, past, ~np.isnan(hours))
    parts = [np.zeros((0, 2))]
    bursts = _Bursts(articles, pairs, context)
    affairs = _Affairs(articles, pairs, past, ends, texts)
    for start in range(0, len(pairs.a), _PAIRS):
        block = np.arange(start, min(start + _PAIRS, len(pairs.a)))
        common = sparse.csr_array(texts[pairs.a[block]].multiply(ones_like(texts[pairs.b[block]])))
        parts.append(np.column_stack([affairs.news(block, common), bursts.of_names(block, common)]))
    new, names = np.concatenate(parts).T
    features = np.column_stack(
        [
            new,
            _agreement_of_days(articles, pairs),
            np.where(np.isnan(hours), np.nan, names),
            np.maximum(np.abs(hours) / 24 - 1, 0),
        ]
    )
    features[np.isnan(new)] = np.nan
    return features


class _Past(NamedTuple):
    """The articles of a context in time order, the undated ones last."""

    ids: IntArray  # (n,)
    day: IntArray  # of the dated ones
    body: Matrix  # (n, v)


def _past(context: Weighted) -> _Past:
    undated = np.isnan(context.window.hour)
    rows = np.argsort(undated, kind="stable")
    day = context.window.day[rows[: np.count_nonzero(~undated)]]
    return _Past(context.window.ids[rows], day, context.fields.body[rows])


def _ends_of_past(window: Window, pairs: Pairs, past: _Past, dated: BoolArray) -> IntArray:
    """Return how many articles of the past can belong to the affair of each pair, (p,).

    Those up to `BEFORE` days before the earlier report; all, if the pair is undated.
    """
    earlier = np.minimum(window.day[pairs.a], window.day[pairs.b])
    ends = np.searchsorted(past.day, earlier - BEFORE, "right")
    return np.where(dated, ends, len(past.ids))


class _Affairs:
    """The affairs of pairs of articles, and what is new to them."""

    def __init__(
        self, articles: Weighted, pairs: Pairs, past: _Past, ends: IntArray, texts: Matrix
    ) -> None:
        self.ids, self.pairs, self.past, self.texts = articles.window.ids, pairs, past, texts
        self.weight = row_sums(texts)
        size = len(past.ids) + 1
        # an article has another affair for each end of the past
        codes = np.concatenate([pairs.a * size + ends, pairs.b * size + ends])
        queries, self.places = np.unique(codes, return_inverse=True)
        rows, ends = np.divmod(queries, size)
        body = past.body[: ends.max(initial=0)]
        self.nearest = _nearest(articles.fields.body[rows], body, ends)
        asked = np.bincount(texts[rows].indices, minlength=texts.shape[1]) > 0
        terms = ones_like(select_cells(body, asked[body.indices]))
        shape = (body.shape[0], len(asked))  # a query may bring new terms
        self.terms = sparse.csr_array((terms.data, terms.indices, terms.indptr), shape)

    def news(self, block: IntArray, common: Matrix) -> FloatArray:
        """Return the share of one text's news that both have; nan without enough of an affair.

        A term's weight is its idf times how new it is to the affair. The share is of the text with
        less weight, so that less detail costs nothing. `common` are the common terms of the pairs
        of the block, weighted.
        """
        a, b = self.pairs.a[block], self.pairs.b[block]
        one, other = np.split(self.places, 2)
        affairs = sparse.csr_array(self.nearest[one[block]] + self.nearest[other[block]])
        affairs.data[:] = 1
        affairs = _without(affairs, self.past.ids, self.ids[a], self.ids[b])
        size = np.diff(affairs.indptr)
        old = _old_shares(sparse.csr_array(affairs @ self.terms), size)
        old_of_a = sparse.csr_array(old.multiply(self.texts[a]))
        old_of_both = old_of_a.multiply(ones_like(common))
        old_weights = map(row_sums, (old_of_both, old_of_a, old.multiply(self.texts[b])))
        weights = [row_sums(common), self.weight[a], self.weight[b]]
        news = [all - past for all, past in zip(weights, old_weights, strict=True)]
        return np.where(size >= LEAST_AFFAIR, _share_of_less(*news), np.nan)


def _without(affairs: Matrix, ids: IntArray, a: IntArray, b: IntArray) -> Matrix:
    """Return affairs (m, n) of articles with `ids` (n,) without the pairs themselves, (m,) ids."""
    pair = np.repeat(np.arange(len(a)), np.diff(affairs.indptr))
    member = ids[affairs.indices]
    itself = (member == a[pair]) | (member == b[pair])
    if itself.any():  # undated pairs only
        affairs.data[itself] = 0
        affairs.eliminate_zeros()
    return affairs


def _nearest(queries: Matrix, body: Matrix, ends: IntArray) -> Matrix:
    """Return 1 for the `AFFAIR` articles nearest to each query before its end, (q, n)."""
    searched = Transposed(np.arange(body.shape[0]), sparse.csr_array(body.T))
    most = np.full(queries.shape[0], AFFAIR)
    query, row = nearest_rows(
        queries, searched, most, least=LEAST_COSINE, heaviest=HEAVIEST, ends=ends
    )
    shape = (queries.shape[0], body.shape[0])
    return sparse.csr_array((np.ones(len(query), np.float32), (query, row)), shape)


def _old_shares(having: Matrix, size: IntArray) -> Matrix:
    """Return how much of each term is old news of the affair, 0..1, (m, v).

    `having` (m, v) are how many articles of an affair have each term, `size` (m,) of how many. The
    novelty of a term that k of s articles have is ln((s + 1) / (k + .5)) / ln((s + 1) / .5): 1 for
    a term that none has.
    """
    of, having_it = np.mgrid[: 2 * AFFAIR + 1, : 2 * AFFAIR + 1]
    novelty = np.log((of + 1) / (having_it + 0.5)) / np.log((of + 1) / 0.5)
    table = 1 - np.maximum(novelty, 0) ** NOVELTY_POWER
    old = table[np.repeat(size, np.diff(having.indptr)), having.data.astype(np.int64)]
    return sparse.csr_array((old, having.indices, having.indptr), having.shape)


def _share_of_less(common: FloatArray, one: FloatArray, other: FloatArray) -> FloatArray:
    less = np.minimum(one, other)
    return np.divide(common, less, out=np.zeros(len(less)), where=less > 0)


def _agreement_of_days(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return 1 if both openings name one day, -1 if they name different ones, else 0, (p,)."""
    named = np.diff(articles.days.indptr) > 0
    common = row_sums(articles.days[pairs.a].multiply(articles.days[pairs.b])) > 0
    return np.where(named[pairs.a] & named[pairs.b], np.where(common, 1.0, -1.0), 0.0)


class _Bursts:
    """How much more frequent the names of the news are now than before."""

    def __init__(self, articles: Weighted, pairs: Pairs, context: Weighted) -> None:
        window = articles.window
        earlier = np.minimum(window.day[pairs.a], window.day[pairs.b])
        groups = np.stack([earlier, window.lang[pairs.b]], axis=1)
        once, group = np.unique(groups, axis=0, return_inverse=True)
        self.group = group.ravel()  # numpy 2.0 returns a column
        width = articles.fields.body.shape[1]
        counts = _DayCounts(context, width)
        bursts = [counts.bursts(*group) for group in once.tolist()]
        self.bursts = np.array(bursts).reshape(len(bursts), width)

    def of_names(self, block: IntArray, common: Matrix) -> FloatArray:
        """Return ln(1 + sum of how much the common names are in the news now, against before).

        nan if the days before have fewer than `LEAST_PAST` articles.
        """
        pair = np.repeat(np.arange(len(block)), np.diff(common.indptr))
        bursts = self.bursts[self.group[block][pair], common.indices]
        sums = np.bincount(pair, bursts, len(block))
        unknown = np.isnan(self.bursts[self.group[block], 0])
        return np.where(unknown, np.nan, np.log1p(sums))


class _DayCounts:
    """How many dated articles have each term, by language and day."""

    def __init__(self, context: Weighted, width: int) -> None:
        self.width = width
        self.is_name = context.vocabulary.widen(width).is_name
        self.counts: dict[tuple[int, int], tuple[int, IntArray]] = {}  # language, day
        window, body = context.window, context.fields.body
        for lang, day in np.unique(np.stack([window.lang, window.day]), axis=1).T.tolist():
            own = (window.lang == lang) & (window.day == day) & ~np.isnan(window.hour)
            rows = np.flatnonzero(own)
            terms = np.bincount(body[rows].indices, minlength=width)
            self.counts[lang, day] = len(rows), terms

    def bursts(self, day: int, lang: int) -> FloatArray:
        """Return how much more frequent each name is from a day on than before, in nats, (v,).

        All are nan if there are too few articles before.
        """
        texts, terms = np.zeros(2), np.zeros((2, self.width))  # before, and now
        for (own_lang, own_day), (number, counts) in self.counts.items():
            if own_lang == lang:
                place = int(own_day >= day - BURST_DAYS)
                texts[place] += number
                terms[place] += counts
        if texts[0] < LEAST_PAST:
            return np.full(self.width, np.nan)
        before, now = (terms + 0.5) / (texts[:, None] + 1)
        return np.where(self.is_name, np.maximum(np.log(now / before), 0), 0)
