"""Links -> copy groups and stories; and new stories -> the ids of old ones. Pure functions.

Stories are clusters of average linkage: two are joined as long as the mean probability over all
pairs between them, unseen ones as 0, reaches the cut. One strong link cannot join what else has
nothing in common, which rules out the chains of single linkage. Start reading at `stories`.
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..text.terms import FloatArray
from ..text.tokens import IntArray

EPISODES = 0.05  # mean probability; RPM2's topics of two episodes come together best
CUT = 0.25  # mean probability; .2 to .35 were best for all genres at once
ROUND_UP_SHARE = 0.6  # of the strongest link at home: as close to a second story is too close
UNRELATED = 0.03  # mean probability between two stories that have nothing to do with each other
GRANULARITY = {"event": CUT, "episode": EPISODES}
SCALE = 1_000_000  # probabilities are summed as whole millionths: exact, in any order


def components(rows: int, a: IntArray, b: IntArray) -> IntArray:
    """For each row, the lowest row that links, followed to their end, connect it with."""
    graph = sparse.coo_array((np.ones(len(a), np.int8), (a, b)), shape=(rows, rows))
    _, labels = sparse.csgraph.connected_components(graph, directed=False)
    lowest = np.full(labels.max(initial=-1) + 1, rows)
    np.minimum.at(lowest, labels, np.arange(rows))
    return np.asarray(lowest[labels], np.int64)


def stories(
    together: IntArray,
    settled: npt.NDArray[np.bool_],
    present: npt.NDArray[np.bool_],
    texts: IntArray,
    a: IntArray,
    b: IntArray,
    probability: FloatArray,
    cut: float = CUT,
    apart: IntArray | None = None,
) -> IntArray:
    """The story of each of n articles, named by the lowest row in it, (n,).

    `together` (n,) names by their lowest row the articles that are in one story already: those of
    a settled story, those of a copy group. `settled` (n,) marks articles of settled stories: two
    of these are never joined. `present` (n,) marks those that links can reach. `texts` (n,) names
    copy groups by their lowest row: a group is one voice, its link the best of its copies' links.
    `a`, `b` and `probability` are the links (p,). `apart` (d, 2) are pairs of articles that must
    not come into one story, unless `together` says so (Wagstaff & Cardie 2000, cannot-link).

    About l log l for l links: each round joins all clusters that are each other's best.

    Source: Murtagh & Contreras 2012, Algorithms for hierarchical clustering (reciprocal nearest
    neighbours; average linkage is reducible, so rounds give what joining one by one would).
    """
    labels = together.copy()
    voices = np.bincount(labels[np.unique(texts[present])], minlength=len(labels))
    closed = np.zeros(len(labels), bool)
    closed[labels[settled]] = True
    millionths = np.round(probability * SCALE).astype(np.int64)
    a, b, summed = _merged(texts[a], texts[b], millionths, len(labels), np.maximum)
    a, b, summed = _merged(labels[a], labels[b], summed, len(labels), np.add)
    held = np.zeros((0, 2), np.int64) if apart is None else apart
    while len(a):
        open_pair = ~(closed[a] & closed[b])
        if len(held):
            now = np.sort(labels[held], axis=1)
            open_pair &= ~np.isin(a * len(labels) + b, now[:, 0] * len(labels) + now[:, 1])
        mean = summed / (voices[a] * voices[b])
        a, b, summed, mean = a[open_pair], b[open_pair], summed[open_pair], mean[open_pair]
        winners = _mutual_best(a, b, mean, cut * SCALE, len(labels))
        if not len(winners):
            break
        into = np.arange(len(labels))
        into[b[winners]] = a[winners]
        voices[a[winners]] += voices[b[winners]]
        closed[a[winners]] |= closed[b[winners]]
        labels = into[labels]
        a, b, summed = _merged(into[a], into[b], summed, len(labels), np.add)
    return labels


def round_ups(
    labels: IntArray,
    present: npt.NDArray[np.bool_],
    a: IntArray,
    b: IntArray,
    probability: FloatArray,
) -> npt.NDArray[np.bool_]:
    """Which articles (n,) touch a second story, unrelated to their own, nearly as closely.

    A briefing or a column that goes through the day's events is near to each of them and reports
    none. `labels` (n,) are the stories, `present` (n,) marks those that links can reach; `a`, `b`
    and `probability` are the links (p,). A second story has at least two articles there, and its
    articles have, but for this one, nothing to do with those of the first.
    """
    size = len(labels)
    millionths = np.round(probability * SCALE).astype(np.int64)
    row, other = np.concatenate([a, b]), np.concatenate([b, a])
    row, story, strongest, summed = _by_story(row, labels[other], np.tile(millionths, 2), size)
    if not len(row):
        return np.zeros(size, bool)
    own = np.zeros(size, np.int64)
    at_home = labels[row] == story
    own[row[at_home]] = strongest[at_home]
    members = np.bincount(labels[present], minlength=size)
    away = ~at_home & (members[story] > 1) & (own[row] > 0)
    away &= strongest >= ROUND_UP_SHARE * own[row]
    row, story, strongest, summed = row[away], story[away], strongest[away], summed[away]
    first, second, between = _merged(labels[a], labels[b], millionths, size, np.add)
    pair = np.minimum(labels[row], story) * size + np.maximum(labels[row], story)
    rest = between[np.searchsorted(first * size + second, pair)] - summed
    unrelated = rest < UNRELATED * SCALE * (members[labels[row]] - 1) * members[story]
    astray = np.zeros(size)
    np.maximum.at(astray, row[unrelated], strongest[unrelated] / own[row[unrelated]])
    # of two articles that are near each other across stories, one alone is the round-up
    across = (labels[a] != labels[b]) & (astray[a] > 0) & (astray[b] > 0)
    nearer_home = np.where(astray[a] <= astray[b], a, b)[across]
    astray[nearer_home] = 0
    return astray > 0


def without(labels: IntArray, leaves: npt.NDArray[np.bool_]) -> IntArray:
    """The stories (n,), named by their lowest row, when some articles leave, each for its own."""
    rows = np.arange(len(labels))
    lowest = np.full(len(labels), len(labels))
    np.minimum.at(lowest, labels[~leaves], rows[~leaves])
    return np.where(leaves, rows, lowest[labels])


def _by_story(
    row: IntArray, story: IntArray, values: IntArray, size: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    """Of each article with each story that it is linked to: the strongest link, the sum of all."""
    codes = row * size + story
    order = np.argsort(codes, kind="stable")
    codes, values = codes[order], values[order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    row, story = np.divmod(codes[starts], max(size, 1))
    if not len(starts):
        return row, story, values, values
    return row, story, np.maximum.reduceat(values, starts), np.add.reduceat(values, starts)


def match_ids(old: Sequence[int | None], new: Sequence[int]) -> dict[int, int]:
    """Which old id each new cluster takes over: the one with which it shares most articles.

    `old` and `new` give each article's id and its new cluster. An id goes to one cluster at most;
    ties go to the older id, then to the earlier cluster. Clusters without an old id are left out.
    """
    shared = Counter((was, now) for was, now in zip(old, new, strict=True) if was is not None)
    taken: dict[int, int] = {}
    given: set[int] = set()
    for (was, now), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if was not in given and now not in taken:
            taken[now] = was
            given.add(was)
    return taken


def _mutual_best(a: IntArray, b: IntArray, mean: FloatArray, cut: float, rows: int) -> IntArray:
    """Which pairs are best for both their clusters; ties go to the pair of the lower rows.

    The pairs are sorted by (a, b).
    """
    high = np.flatnonzero(mean >= cut)
    order = high[np.argsort(-mean[high], kind="stable")]
    rank = np.full(rows, len(a))
    places = np.arange(len(order))
    np.minimum.at(rank, a[order], places)
    np.minimum.at(rank, b[order], places)
    best: IntArray = order[(rank[a[order]] == places) & (rank[b[order]] == places)]
    return best


def _merged(
    a: IntArray, b: IntArray, values: IntArray, rows: int, combine: np.ufunc
) -> tuple[IntArray, IntArray, IntArray]:
    """One pair for all links between two clusters, `a < b`; links inside a cluster go."""
    low, high = np.minimum(a, b), np.maximum(a, b)
    between = low < high
    codes = (low * rows + high)[between]
    order = np.argsort(codes, kind="stable")
    codes, values = codes[order], values[between][order]
    starts = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
    first, second = np.divmod(codes[starts], max(rows, 1))
    return first, second, combine.reduceat(values, starts) if len(starts) else values
