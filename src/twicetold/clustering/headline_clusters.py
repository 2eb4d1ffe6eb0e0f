"""Merge clusters of headlines, which are too short to be compared in pairs.

Two headlines on one event often share no more than a name. Twenty of them together have the words
of the event. So clusters whose articles are all short and dated are compared as a whole: by the
cosine of their summed stems, less for clusters that lie days apart. Start reading at
`merge_headlines`.

Measured on headlines_multi (English): BCubed F1 .66 with pairs alone, .75 with this.
"""

from typing import NamedTuple

import numpy as np
from scipy import sparse

from ..arrays import BoolArray, FloatArray, IntArray
from ..text.matrix import Matrix, unit_rows
from .linkage import MILLION, are_apart, mutual_best

CUT = 0.25  # of the cosine times the decay; .25 to .3 were best in three languages
DECAY_HOURS = 72.0  # after so many hours a cosine counts for 1 / e of itself
_CLUSTERS = 1024  # compared with all others at once


_Similar = tuple[IntArray, IntArray, FloatArray]  # pairs of clusters, and their similarity


class Headlines(NamedTuple):
    """The articles of a context, m in all."""

    first: int  # the node of the first article; the others follow
    stems: Matrix  # (m, v) weights
    hour: FloatArray  # (m,) nan: undated
    short: BoolArray  # (m,)


class _Clusters(NamedTuple):
    """Clusters of headlines, c in all, in the order of their names."""

    names: IntArray  # (c,) the lowest node
    sums: Matrix  # (c, v) of the weights of their articles
    hours: FloatArray  # (c,) sums
    articles: FloatArray  # (c,) how many

    def merge(self, a: IntArray, b: IntArray) -> "_Clusters":
        """Return the clusters with those named `b` (m,) merged into those named `a`."""
        into = np.arange(len(self.names))
        into[np.searchsorted(self.names, b)] = np.searchsorted(self.names, a)
        kept, row = np.unique(into, return_inverse=True)
        return _Clusters(self.names[kept], *_sums(row, self.sums, self.hours, self.articles))


def merge_headlines(
    labels: IntArray, headlines: Headlines, settled: BoolArray, cannot_link: IntArray
) -> IntArray:
    """Return the clusters (n,), named by their lowest node, with those of headlines merged.

    `settled` (n,) marks nodes in a settled story: two of these are never merged. `cannot_link`
    (d, 2) are pairs of nodes that must not come into one story.
    """
    clusters = _clusters(labels, headlines)
    is_settled = np.zeros(len(labels), bool)  # by cluster
    is_settled[labels[settled]] = True
    similar = _similar_clusters(clusters, clusters.names)
    while True:
        a, b, similarity = similar
        allowed = ~(is_settled[a] & is_settled[b]) & ~are_apart(a, b, labels, cannot_link)
        a, b, similarity = a[allowed], b[allowed], similarity[allowed]
        winners = mutual_best(a, b, similarity, CUT * MILLION, len(labels))
        if not len(winners):
            return labels
        into = np.arange(len(labels))
        into[b[winners]] = a[winners]
        is_settled[a[winners]] |= is_settled[b[winners]]
        labels = into[labels]
        clusters = clusters.merge(a[winners], b[winners])
        changed = np.zeros(len(labels), bool)
        changed[a[winners]] = changed[b[winners]] = True
        stays = ~(changed[a] | changed[b])
        again = _similar_clusters(clusters, np.sort(a[winners]))
        similar = _sorted(
            *(np.concatenate([x[stays], y]) for x, y in zip((a, b, similarity), again, strict=True))
        )


def _clusters(labels: IntArray, headlines: Headlines) -> _Clusters:
    """Return the clusters whose articles are all short and dated."""
    headline = headlines.short & ~np.isnan(headlines.hour)
    own = labels[headlines.first : headlines.first + len(headline)]
    _, cluster = np.unique(own, return_inverse=True)
    others = np.bincount(cluster, ~headline) > 0
    members = np.flatnonzero(headline & ~others[cluster])
    names, row = np.unique(own[members], return_inverse=True)
    ones = np.ones(len(members))
    return _Clusters(names, *_sums(row, headlines.stems[members], headlines.hour[members], ones))


def _sums(
    row: IntArray, matrix: Matrix, hours: FloatArray, articles: FloatArray
) -> tuple[Matrix, FloatArray, FloatArray]:
    """Sum the rows that have the same number in `row` (m,)."""
    size = int(row.max(initial=-1)) + 1
    ones = np.ones(len(row), np.float32)
    adding = sparse.csr_array((ones, (row, np.arange(len(row)))), (size, len(row)))
    sums = [np.bincount(row, values, size).astype(np.float64) for values in (hours, articles)]
    return sparse.csr_array(adding @ matrix), sums[0], sums[1]


def _similar_clusters(clusters: _Clusters, wanted: IntArray) -> _Similar:
    """Return pairs of clusters, `a < b`, and their similarity in millionths.

    One of each pair is among those `wanted`, by name.
    """
    names, hours = clusters.names, clusters.hours / clusters.articles
    vectors = unit_rows(clusters.sums, clusters.sums.data)
    a, b, similarity = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)], [np.zeros(0)]
    places = np.searchsorted(names, wanted)
    for start in range(0, len(places), _CLUSTERS):
        block = places[start : start + _CLUSTERS]
        cosines = sparse.coo_array(vectors[block] @ vectors.T)
        near = np.flatnonzero(cosines.data >= CUT)
        one, other = block[cosines.row[near]], cosines.col[near].astype(np.int64)
        decay = np.exp(-np.abs(hours[one] - hours[other]) / DECAY_HOURS)
        # in whole millionths: ties are the same on every machine
        value = np.round(cosines.data[near] * decay * MILLION)
        different = one != other
        a.append(names[np.minimum(one, other)[different]])
        b.append(names[np.maximum(one, other)[different]])
        similarity.append(value[different])
    return _sorted(np.concatenate(a), np.concatenate(b), np.concatenate(similarity))


def _sorted(a: IntArray, b: IntArray, similarity: FloatArray) -> _Similar:
    """Return pairs in the order of (a, b), each once."""
    order = np.lexsort((b, a))
    a, b, similarity = a[order], b[order], similarity[order]
    first = np.append(True, (np.diff(a) != 0) | (np.diff(b) != 0))[: len(a)]
    return a[first], b[first], similarity[first]
