"""Does each of two reports name what the other lacks? Features that speak against one event.

Two results of two companies are alike but for the names. A report with less detail is no conflict,
so both sides have to lack something. Start reading at `conflict_features`.
"""

import numpy as np
from scipy import sparse

from ..arrays import FloatArray, IntArray
from ..pairs import Pairs
from ..text.matrix import Matrix, ones_like, row_sums, select_cells
from .term_weights import Weighted, heavy_terms

NAMES = ("names_apart", "lead_apart")


def conflict_features(articles: Weighted, pairs: Pairs) -> FloatArray:
    """Return the features of pairs of one language, (p, 2), in the order of `NAMES`.

    For each side, the share (by idf) of its beginning that the other text lacks; the feature is the
    smaller of the two, 0..1.
    """
    body = ones_like(articles.fields.body)
    names = heavy_terms(articles, articles.fields.title)
    names = select_cells(names, articles.vocabulary.is_name[names.indices])
    lead = heavy_terms(articles, articles.fields.lead)
    return np.column_stack([_apart(names, body, pairs), _apart(lead, body, pairs)])


def _apart(beginning: Matrix, body: Matrix, pairs: Pairs) -> FloatArray:
    both = _lacking(beginning, body, pairs.a, pairs.b), _lacking(beginning, body, pairs.b, pairs.a)
    return np.minimum(*both)


def _lacking(beginning: Matrix, body: Matrix, a: IntArray, b: IntArray) -> FloatArray:
    """Return which share of the beginning of `a` is not in `b`, (p,); 0 if there is none."""
    whole = row_sums(beginning)[a]
    common = row_sums(sparse.csr_array(beginning[a].multiply(body[b])))
    share: FloatArray = np.divide(whole - common, whole, out=np.zeros(len(a)), where=whole > 0)
    return share
