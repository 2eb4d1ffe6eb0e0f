"""Links to clusters: copy groups by connected components, stories by average linkage.

Two clusters are merged as long as the mean probability over all pairs of texts between them, pairs
without a link as 0, reaches the cut. The articles of a copy group count as one text. One strong
link cannot join two clusters that share nothing else, which rules out the chains of single linkage.

In a big event most pairs were never compared, because each article is compared with its nearest
neighbours only. Such a pair of crowded texts, which have enough links already, is no evidence
against one event and does not count. Start reading at `cluster`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, is_first
from ..pairs import components

EPISODE_CUT = 0.16  # mean probability without time; joins two episodes of one topic, as in RPM2
CUT = 0.3  # mean probability; .25 finds more pairs of one event in streams, and joins more others
CROWDED = 20  # links of at least the cut, of about 24 neighbours: the others were not compared
ROUND_UP_SHARE = 0.6  # strongest link to a second story / strongest link in its own story
UNRELATED = 0.03  # mean probability between two stories that have nothing to do with each other
MILLION = 1_000_000  # probabilities are summed as whole millionths: exact, in any order


class Links(NamedTuple):
    """Links between nodes, (p,) each: rows of articles, and the probability of one event."""

    a: IntArray
    b: IntArray
    probability: FloatArray


class Start(NamedTuple):
    """The clusters that the linkage starts from, (n,) each."""

    labels: IntArray  # the lowest node of those that are in one story already
    copy_groups: IntArray  # the lowest node of each copy group
    settled: BoolArray  # in a settled story: two of these are never merged
    in_window: BoolArray  # counts in the means; links do not reach the others


def allowed_links(size: int, a: IntArray, b: IntArray, apart: IntArray, fixed: int) -> BoolArray:
    """Mark the links (p,) that can stay if no pair of nodes in `apart` (d, 2) may be connected.

    Links are taken in their order; one that would connect such a pair is left out. The first
    `fixed` ones stay in any case.

    Source: Kruskal 1956, On the shortest spanning subtree of a graph.
    """
    allowed = np.ones(len(a), bool)
    labels = components(size, a, b)
    one, other = apart.T
    contradicted = labels[one[labels[one] == labels[other]]]
    doubtful = np.flatnonzero(np.isin(labels[a], contradicted))
    root = list(range(size))
    for place in doubtful.tolist():
        joined = [_root_of(root, node) for node in (a[place], b[place])]
        sides = {frozenset(_root_of(root, node) for node in pair) for pair in apart.tolist()}
        if place >= fixed and joined[0] != joined[1] and frozenset(joined) in sides:
            allowed[place] = False
        else:
            root[max(joined)] = min(joined)
    return allowed


def _root_of(root: list[int], node: int) -> int:
    while root[node] != node:
        node = root[node]
    return node


def cluster(
    start: Start, links: Links, cut: float = CUT, cannot_link: IntArray | None = None
) -> IntArray:
    """Return the story of each node, named by its lowest node, (n,).

    A copy group counts once in the linkage: its link to another is the best of its copies' links.
    `cannot_link` (d, 2) are pairs of nodes that must not come into one story, unless `start` has
    them in one (Wagstaff & Cardie 2000, Constrained K-means).

    Costs about l log l for l links: each round merges all clusters that are each other's best.
    Source: Murtagh & Contreras 2012, Algorithms for hierarchical clustering (reciprocal nearest
    neighbours; average linkage is reducible, so rounds give what merging one by one would).
    """
    labels, groups = start.labels.copy(), start.copy_groups
    size = len(labels)
    settled = np.zeros(size, bool)  # by cluster
    settled[labels[start.settled]] = True
    a, b, summed = _between(groups[links.a], groups[links.b], _millionths(links), size, np.maximum)
    crowded = _crowded(a, b, summed, cut, size)
    compared = (crowded[a] & crowded[b]).astype(np.int64)  # links between crowded texts
    apart = np.zeros((0, 2), np.int64) if cannot_link is None else cannot_link
    counted = np.unique(groups[start.in_window])
    texts = np.bincount(labels[counted], minlength=size)
    crowds = np.bincount(labels[counted[crowded[counted]]], minlength=size)
    into = labels
    while True:
        first, second, summed = _between(into[a], into[b], summed, size, np.add)
        compared = _between(into[a], into[b], compared, size, np.add)[2]
        allowed = ~(settled[first] & settled[second]) & ~are_apart(first, second, labels, apart)
        a, b, summed, compared = (x[allowed] for x in (first, second, summed, compared))
        pairs = _counted_pairs(texts[a], texts[b], crowds[a] * crowds[b] - compared)
        winners = mutual_best(a, b, summed / pairs, cut * MILLION, size)
        if not len(winners):
            return labels
        into = np.arange(size)
        into[b[winners]] = a[winners]
        texts[a[winners]] += texts[b[winners]]
        crowds[a[winners]] += crowds[b[winners]]
        settled[a[winners]] |= settled[b[winners]]
        labels = into[labels]


def _counted_pairs(texts: IntArray, others: IntArray, never_compared: IntArray) -> IntArray:
    """Return over how many pairs of texts the mean of two clusters is taken, (p,).

    `texts` and `others` (p,) are the sizes of the two. Crowded pairs that were `never_compared` do
    not count, but each text of the smaller cluster does: one stray link joins no big events.
    """
    return np.asarray(np.maximum(texts * others - never_compared, np.minimum(texts, others)))


def _crowded(a: IntArray, b: IntArray, millionths: IntArray, cut: float, size: int) -> BoolArray:
    """Mark the texts (n,) whose links are so many that others were not compared with them."""
    strong = millionths >= cut * MILLION
    links = np.bincount(np.concatenate([a[strong], b[strong]]), minlength=size)
    crowded: BoolArray = links >= CROWDED
    return crowded


def are_apart(a: IntArray, b: IntArray, labels: IntArray, apart: IntArray) -> BoolArray:
    """Return which pairs of clusters (p,) hold two nodes of `apart` (d, 2), `a < b`."""
    size = len(labels)
    low, high = np.sort(labels[apart], axis=1).T
    pairs: BoolArray = np.isin(a * size + b, low * size + high)
    return pairs


def round_ups(labels: IntArray, in_window: BoolArray, links: Links) -> BoolArray:
    """Mark the articles (n,) that are linked to a second, unrelated story nearly as strongly.

    A briefing that goes through the day's events is near to each of them and reports none. `labels`
    (n,) are the stories; `in_window` (n,) marks the nodes that links can reach. The second story
    has at least two articles in the window, which are unrelated to the first story's other
    articles.
    """
    size, millionths = len(labels), _millionths(links)
    row, other = np.concatenate([links.a, links.b]), np.concatenate([links.b, links.a])
    row, story, strongest, summed = _by_story(row, labels[other], np.tile(millionths, 2), size)
    if not len(row):
        return np.zeros(size, bool)
    strongest_own = np.zeros(size, np.int64)
    at_home = labels[row] == story
    strongest_own[row[at_home]] = strongest[at_home]
    members = np.bincount(labels[in_window], minlength=size)
    away = ~at_home & (members[story] > 1) & (strongest_own[row] > 0)
    away &= strongest >= ROUND_UP_SHARE * strongest_own[row]
    row, story, strongest, summed = row[away], story[away], strongest[away], summed[away]
    first, second, between = _between(labels[links.a], labels[links.b], millionths, size, np.add)
    pair = np.minimum(labels[row], story) * size + np.maximum(labels[row], story)
    rest = between[np.searchsorted(first * size + second, pair)] - summed
    unrelated = rest < UNRELATED * MILLION * (members[labels[row]] - 1) * members[story]
    pull = np.zeros(size)  # strongest link to an unrelated story / strongest in its own
    np.maximum.at(pull, row[unrelated], strongest[unrelated] / strongest_own[row[unrelated]])
    # of two such articles that are linked across stories as strongly, only one is the round-up
    both = (labels[links.a] != labels[links.b]) & (pull[links.a] > 0) & (pull[links.b] > 0)
    weaker = np.minimum(strongest_own[links.a], strongest_own[links.b])
    both &= millionths >= ROUND_UP_SHARE * weaker
    nearer_home = np.where(pull[links.a] <= pull[links.b], links.a, links.b)[both]
    pull[nearer_home] = 0
    return pull > 0


def split_off(labels: IntArray, leaving: BoolArray) -> IntArray:
    """Return the stories (n,), named by their lowest node, with each `leaving` node on its own."""
    nodes = np.arange(len(labels))
    lowest = np.full(len(labels), len(labels))
    np.minimum.at(lowest, labels[~leaving], nodes[~leaving])
    return np.where(leaving, nodes, lowest[labels])


def match_ids(old: Sequence[int | None], new: Sequence[int]) -> dict[int, int]:
    """Return the old id that each new cluster keeps: that of most of its articles.

    `old` and `new` are each article's old story (or copy group) and its new cluster. An id goes to
    one cluster at most; ties go to the older id, then to the earlier cluster. Clusters without an
    old id are left out.
    """
    shared = Counter((id, cluster) for id, cluster in zip(old, new, strict=True) if id is not None)
    id_of: dict[int, int] = {}
    used: set[int] = set()
    for (id, cluster), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if id not in used and cluster not in id_of:
            id_of[cluster] = id
            used.add(id)
    return id_of


def _millionths(links: Links) -> IntArray:
    return np.round(links.probability * MILLION).astype(np.int64)


def _by_story(
    row: IntArray, story: IntArray, values: IntArray, size: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Return each article with each story that it is linked to: the strongest link, and the sum."""
    codes = row * size + story
    order = np.argsort(codes, kind="stable")
    codes, values = codes[order], values[order]
    starts = np.flatnonzero(is_first(codes))
    row, story = np.divmod(codes[starts], max(size, 1))
    if not len(starts):
        return row, story, values, values
    return row, story, np.maximum.reduceat(values, starts), np.add.reduceat(values, starts)


def mutual_best(a: IntArray, b: IntArray, mean: FloatArray, cut: float, size: int) -> IntArray:
    """Return which pairs are best for both their clusters; ties go to the pair of lower nodes.

    The pairs are sorted by (a, b).
    """
    high = np.flatnonzero(mean >= cut)
    order = high[np.argsort(-mean[high], kind="stable")]
    rank = np.full(size, len(a))
    places = np.arange(len(order))
    np.minimum.at(rank, a[order], places)
    np.minimum.at(rank, b[order], places)
    best: IntArray = order[(rank[a[order]] == places) & (rank[b[order]] == places)]
    return best


def _between(
    a: IntArray, b: IntArray, values: IntArray, size: int, combine: np.ufunc
) -> tuple[IntArray, IntArray, IntArray]:
    """Return one pair for all links between two clusters, `a < b`; links inside one are dropped."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    between = low < high
    codes = (low * size + high)[between]
    order = np.argsort(codes, kind="stable")
    codes, values = codes[order], values[between][order]
    starts = np.flatnonzero(is_first(codes))
    first, second = np.divmod(codes[starts], max(size, 1))
    return first, second, combine.reduceat(values, starts) if len(starts) else values
