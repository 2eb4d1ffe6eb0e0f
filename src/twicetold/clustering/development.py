"""Do two reports of one affair tell the same development of it? Features of pairs.

The texts of an affair are alike for weeks. What is new in a report, the days that it names and its
subject tell today's development from yesterday's. The affair of a pair are the articles of the days
before it that are nearest to either. All this is taken from the context, so a settled day cannot
change it. Start reading at `development_features`.

Measured on pairs judged by reading: benchmarks/streams.py.
"""

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, FloatArray, IntArray
from ..pairs import Pairs
from ..text.matrix import Matrix
from .neighbours import Transposed, nearest_rows
from .term_weights import NO_SUBJECT, Vocabulary, Weighted

NAMES = ("new_share", "same_days", "same_subject", "bursting_names", "days_late")
AFFAIR = 20  # articles nearest to either report; 10 to 40 are as good
HEAVIEST = 12  # terms by which the affair of a report is searched
LEAST_COSINE = 0.001  # whatever shares a word: a quiet stream has few articles on an affair
LEAST_AFFAIR = 5  # fewer articles do not show what is known already: no development is told
BEFORE = 2  # days before the earlier report: the day before belongs to the same development
NOVELTY_POWER = 1.5  # 1 to 2.5 are as good
COMMON_IDF = 1.2  # of a word that most texts have: it does not count
LEAST_PAST = 20  # articles of the days before, to tell which names are new in the news
BURST_DAYS = 1  # the day before the earlier report, too, belongs to now
_UNDATED = -1  # in a column of days
_PAIRS = 1024  # whose affairs are held at once


def development_features(
    articles: Weighted, pairs: Pairs, context: Weighted, hours: FloatArray
) -> FloatArray:
    """Return the features of pairs of one language, (p, 5), in the order of `NAMES`.

    `articles` have the rows of `pairs`; `context` are all articles of the context. `hours` (p,) are
    the hours between the articles of a pair, nan if a time is unknown: such pairs are compared only
    to learn the weights from them, with an affair of any day. A feature that cannot be had
    is nan; all are, if too few articles are on the affair.
    """
    vocabulary = articles.vocabulary
    weights = _term_weights(vocabulary)
    dated = ~np.isnan(hours)
    new = _shares_of_news(articles, pairs, context, weights, dated)
    days_late = np.maximum(np.abs(hours) / 24 - 1, 0)
    features = np.column_stack(
        [
            new,
            _agreement_of_days(articles, pairs),
            _agreement_of_subjects(articles, pairs),
            _bursting_names(articles, pairs, context, weights, dated),
            days_late,
        ]
    )
    features[np.isnan(new)] = np.nan
    return features


def _term_weights(vocabulary: Vocabulary) -> FloatArray:
    """Return the weight of each term in each language, (languages, v): its idf; 0: common words."""
    idf = vocabulary.idf.astype(np.float64) - 1  # 0 for a term of all texts
    return np.where(idf < COMMON_IDF, 0, idf)


def _shares_of_news(
    articles: Weighted, pairs: Pairs, context: Weighted, weights: FloatArray, dated: BoolArray
) -> FloatArray:
    """Return the share of one text's news that both have, (p,); nan without enough of an affair.

    A term's weight is its idf times how new it is to the affair. The share is of the text with less
    weight, so that less detail costs nothing.
    """
    new = np.full(len(pairs.a), np.nan)
    window = articles.window
    earlier, lang = np.minimum(window.day[pairs.a], window.day[pairs.b]), window.lang[pairs.b]
    earlier = np.where(dated, earlier, _UNDATED)
    for day, place in _groups(earlier, lang):
        rows = np.flatnonzero((earlier == day) & (lang == place))
        sides = pairs.a[rows], pairs.b[rows]
        once, places = np.unique(np.concatenate(sides), return_inverse=True)
        queries = articles.fields.body[once]
        older = _older(context, day)
        nearest = _nearest(queries, context.fields.body, older)
        terms = _heavy_terms(queries, weights[place])
        asked = np.bincount(terms.indices, minlength=terms.shape[1]) > 0
        terms_of_older = _heavy_terms(context.fields.body[older], weights[place] * asked)
        for start in range(0, len(rows), _PAIRS):
            block = slice(start, start + _PAIRS)
            one, other = places[: len(rows)][block], places[len(rows) :][block]
            affairs = sparse.csr_array(nearest[one] + nearest[other])
            affairs.data[:] = 1
            if day == _UNDATED:
                affairs = _without(affairs, context, window.ids[once[one]], window.ids[once[other]])
            a, b = terms[one], terms[other]
            texts = (sparse.csr_array(a.multiply(b)), a, b)
            size = np.diff(affairs.indptr)
            old_weights = _old_weights(
                sparse.csr_array(affairs @ terms_of_older), size, weights[place]
            )
            whole = [np.asarray(text @ weights[place], np.float64) for text in texts]
            old = [_row_sums(old_weights.multiply(text)) for text in texts]
            news = _share_of_less(*(all - past for all, past in zip(whole, old, strict=True)))
            new[rows[block]] = np.where(size >= LEAST_AFFAIR, news, np.nan)
    return new


def _groups(*columns: IntArray) -> list[tuple[int, ...]]:
    """Return each combination of values once, ascending."""
    return sorted(set(zip(*(column.tolist() for column in columns), strict=True)))


def _older(context: Weighted, earlier_day: int) -> IntArray:
    """Return the articles that can belong to an affair, as rows: all, if the pair is undated."""
    window = context.window
    if earlier_day == _UNDATED:
        return np.arange(len(window.ids))
    return np.flatnonzero(~np.isnan(window.hour) & (window.day <= earlier_day - BEFORE))


def _without(affairs: Matrix, context: Weighted, a: IntArray, b: IntArray) -> Matrix:
    """Return affairs of all articles (m, n) without the pairs themselves, given by their ids."""
    ids = context.window.ids
    pair = np.repeat(np.arange(len(a)), np.diff(affairs.indptr))
    member = ids[affairs.indices]
    affairs.data[(member == a[pair]) | (member == b[pair])] = 0
    affairs.eliminate_zeros()
    return affairs


def _nearest(queries: Matrix, body: Matrix, older: IntArray) -> Matrix:
    """Return 1 for the `AFFAIR` older articles nearest to each query, (q, older)."""
    searched = Transposed(np.arange(len(older)), sparse.csr_array(body[older].T))
    most = np.full(queries.shape[0], AFFAIR)
    query, row = nearest_rows(queries, searched, most, None, LEAST_COSINE, HEAVIEST)
    shape = (queries.shape[0], len(older))
    return sparse.csr_array((np.ones(len(query), np.float32), (query, row)), shape)


def _heavy_terms(body: Matrix, weights: FloatArray) -> Matrix:
    """Return 1 where an article has a term that not most texts have."""
    heavy = np.flatnonzero(weights[body.indices] > 0)
    row = np.repeat(np.arange(body.shape[0]), np.diff(body.indptr))[heavy]
    offsets = np.searchsorted(row, np.arange(body.shape[0] + 1))
    ones = np.ones(len(heavy), np.float32)
    return sparse.csr_array((ones, body.indices[heavy], offsets), (body.shape[0], len(weights)))


def _old_weights(having: Matrix, size: IntArray, weights: FloatArray) -> Matrix:
    """Return how much of each term's weight is old news of the affair, (m, v).

    `having` (m, v) are how many articles of an affair have each term, `size` (m,) of how many. The
    novelty of a term that k of s articles have is ln((s + 1) / (k + .5)) / ln((s + 1) / .5): 1 for
    a term that none has.
    """
    sizes = np.repeat(size, np.diff(having.indptr))
    novelty = np.log((sizes + 1) / (having.data + 0.5)) / np.log((sizes + 1) / 0.5)
    old = (1 - np.maximum(novelty, 0) ** NOVELTY_POWER) * weights[having.indices]
    return sparse.csr_array((old, having.indices, having.indptr), having.shape)


def _share_of_less(common: FloatArray, one: FloatArray, other: FloatArray) -> FloatArray:
    less = np.minimum(one, other)
    return np.divide(common, less, out=np.zeros(len(less)), where=less > 0)


def _agreement_of_days(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return 1 if both openings name one day, -1 if they name different ones, else 0, (p,)."""
    named = np.diff(articles.days.indptr) > 0
    common = _row_sums(articles.days[pairs.a].multiply(articles.days[pairs.b])) > 0
    return np.where(named[pairs.a] & named[pairs.b], np.where(common, 1.0, -1.0), 0.0)


def _agreement_of_subjects(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return 1 if each subject is in the other's lead, -1 if not, 0 if a text has none, (p,)."""
    lead, subjects = articles.fields.lead, articles.subject
    both = (subjects[pairs.a] != NO_SUBJECT) & (subjects[pairs.b] != NO_SUBJECT)
    present = _has(lead, pairs.a, subjects[pairs.b]) & _has(lead, pairs.b, subjects[pairs.a])
    return np.where(both, np.where(present, 1.0, -1.0), 0.0)


def _has(terms: Matrix, rows: IntArray, columns: IntArray) -> BoolArray:
    """Return whether each row has a term in the column beside it, (p,)."""
    wanted = np.maximum(columns, 0)
    cells = sparse.csr_array(
        (np.ones(len(rows), np.float32), wanted, np.arange(len(rows) + 1)),
        (len(rows), terms.shape[1]),
    )
    present: BoolArray = _row_sums(terms[rows].multiply(cells)) > 0
    return present


def _bursting_names(
    articles: Weighted, pairs: Pairs, context: Weighted, weights: FloatArray, dated: BoolArray
) -> FloatArray:
    """Return ln(1 + sum of how much the common names are in the news now, against before), (p,).

    nan if the days before have fewer than `LEAST_PAST` articles.
    """
    window = articles.window
    earlier = np.minimum(window.day[pairs.a], window.day[pairs.b])
    lang = window.lang[pairs.b]
    terms = _ones(articles.fields.body)
    feature = np.full(len(earlier), np.nan)
    for day, place in _groups(earlier, lang):
        rows = np.flatnonzero((earlier == day) & (lang == place) & dated)
        bursts = _bursts(context, day, place, terms.shape[1])
        if bursts is None:
            continue
        bursts[weights[place] == 0] = 0
        common = sparse.csr_array(terms[pairs.a[rows]].multiply(terms[pairs.b[rows]]))
        feature[rows] = np.log1p(np.asarray(common @ bursts, np.float64))
    return feature


def _bursts(context: Weighted, day: int, lang: int, width: int) -> FloatArray | None:
    """Return how much more frequent each name is from a day on than before, in nats, (width,)."""
    window = context.window
    own = ~np.isnan(window.hour) & (window.lang == lang)
    now = np.flatnonzero(own & (window.day >= day - BURST_DAYS))
    past = np.flatnonzero(own & (window.day < day - BURST_DAYS))
    if len(past) < LEAST_PAST:
        return None
    body = context.fields.body
    counts = [np.bincount(body[rows].indices, minlength=width) for rows in (now, past)]
    share_now, share_past = (
        (count + 0.5) / (len(rows) + 1) for count, rows in zip(counts, (now, past), strict=True)
    )
    bursts = np.maximum(np.log(share_now / share_past), 0)
    bursts[~context.vocabulary.widen(width).is_name] = 0
    return np.asarray(bursts)


def _ones(matrix: Matrix) -> Matrix:
    """Return 1 where a matrix has a value."""
    ones = np.ones(len(matrix.data), np.float32)
    return sparse.csr_array((ones, matrix.indices, matrix.indptr), matrix.shape)


def _row_sums(matrix: Matrix) -> FloatArray:
    return np.asarray(matrix.sum(axis=1), np.float64).ravel()
