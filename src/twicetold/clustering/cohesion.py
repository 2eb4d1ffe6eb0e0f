"""Cohesion of stories: the mean probability over compared pairs, and the weakest link."""

import numpy as np
from scipy import sparse

from ..arrays import FloatArray, IntArray
from ..copies.lsh import NEAREST_IN_BUCKET
from ..pairs import components
from .linkage import CROWDED, MILLION


def compared_reports(
    story: IntArray, a: IntArray, b: IntArray, probability: FloatArray
) -> IntArray:
    """Return for each of n articles with how many others of its story it was compared, (n,).

    `story` (n,) are places 0, 1, …; `a` and `b` (p,) are the rows of linked articles of one story.
    Two articles without a link were never compared if both have `CROWDED` others that are no
    copies, of probability 1; or if copies tie more articles than one is compared with in a bucket
    of LSH. All other pairs were compared.
    """
    reports = np.bincount(story)[story]
    texts = probability < 1
    crowded = _link_counts(len(story), a[texts], b[texts]) >= CROWDED
    text = components(len(story), a[~texts], b[~texts])
    reprinted = np.bincount(text, minlength=len(story))[text] > NEAREST_IN_BUCKET + 1
    alone = np.arange(len(story)) + len(story)
    apart = _unlinked(np.where(crowded, story, alone), a, b)
    apart += _unlinked(np.where(reprinted, text, alone), a, b)
    apart -= _unlinked(np.where(crowded & reprinted, text, alone), a, b)  # they count once
    return np.asarray(reports - 1 - apart, np.int64)


def mean_probabilities(
    story: IntArray, a: IntArray, b: IntArray, probability: FloatArray
) -> FloatArray:
    """Return the mean probability over the compared pairs of each story; nan for a single article.

    Pairs without a link count as 0; `probability` (p,) is that of the links.
    """
    counted = np.bincount(story, compared_reports(story, a, b, probability)) / 2
    total = np.bincount(story[a], np.round(probability * MILLION), len(counted)) / MILLION
    means: FloatArray = np.full(len(counted), np.nan)
    np.divide(total, counted, out=means, where=counted > 0)
    return means


def weakest_links(story: IntArray, a: IntArray, b: IntArray, probability: FloatArray) -> FloatArray:
    """Return the probability of the weakest link that each story needs.

    0 if no links connect all its articles, as in clusters of headlines; nan for a single article.
    """
    reports = np.bincount(story)
    size = len(story)
    # the least spanning tree, by a weight that is above 0: a weight of 0 is no edge to scipy
    # oldest scipy takes indices of 32 bits only
    rows = a.astype(np.int32), b.astype(np.int32)
    weights = sparse.csr_array((2 - probability, rows), shape=(size, size))
    tree = sparse.coo_array(sparse.csgraph.minimum_spanning_tree(weights))
    weakest = np.where(reports > 1, 1.0, np.nan)
    np.minimum.at(weakest, story[tree.row], 2 - tree.data)
    connected = np.bincount(story[tree.row], minlength=len(reports)) == reports - 1
    return np.where(connected, weakest, 0.0)


def stored(measures: FloatArray) -> list[float | None]:
    """Return measures of stories as they are stored: rounded, None for nan."""
    return [None if np.isnan(each) else round(each, 6) for each in measures.tolist()]


def _unlinked(group: IntArray, a: IntArray, b: IntArray) -> IntArray:
    """Return for each of n articles with how many others of its group (n,) it has no link."""
    inside = group[a] == group[b]
    others = np.bincount(group)[group] - 1
    return np.asarray(others - _link_counts(len(group), a[inside], b[inside]), np.int64)


def _link_counts(size: int, a: IntArray, b: IntArray) -> IntArray:
    return np.bincount(np.concatenate([a, b]), minlength=size)
