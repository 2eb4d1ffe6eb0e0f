"""Replay a block of days in order, so that a batch gives the same stories as nightly runs.

Time is that of publication. On each day the new pairs are scored, and the articles of the last
days are clustered again; older stories have settled and only take articles in. So neither the
order of arrival nor the split into runs can matter. Start reading at `Replay.add_links`.
"""

from functools import partial
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, is_first
from ..pairs import components
from ..text.matrix import Matrix
from . import linkage
from .digests import is_digest_item, strong_pairs
from .headline_clusters import Headlines, merge_headlines
from .linkage import Links, Start
from .pair_scoring import ScoredPairs
from .traits import Traits
from .window import NO_STORY, context_days, rows_of_days


class RowLinks(NamedTuple):
    """Links between rows of the block, (p,) each: stored ones, and those of the days replayed."""

    a: IntArray
    b: IntArray
    copy: BoolArray
    probability: FloatArray
    shares: FloatArray  # (p, 2): how much of a is in b, and of b in a; nan: unknown

    @property
    def weighted(self) -> Links:
        """Rows and probabilities alone."""
        return Links(self.a, self.b, self.probability)

    def select(self, rows: BoolArray | IntArray) -> "RowLinks":
        """Return the links that `rows` marks, (p,), or has the places of."""
        return RowLinks._make(column[rows] for column in self)


class Decisions(NamedTuple):
    """Pairs of rows that people decided on, (d, 2) each."""

    same: IntArray
    different: IntArray


class Anchors(NamedTuple):
    """Rows that are tied to an article outside of the block, and so to its story, (t,) each."""

    rows: IntArray
    stories: IntArray  # ids
    others: IntArray  # nodes of the articles outside: rows that are frozen, or n + i
    is_copy: BoolArray  # the tie is a copy link; else it is a decision

    def select(self, chosen: BoolArray) -> "Anchors":
        """Return the anchors that `chosen` (t,) marks."""
        return Anchors._make(column[chosen] for column in self)


class Ties(NamedTuple):
    """What ties articles to each other before the replay."""

    links: RowLinks  # stored ones between rows
    anchors: Anchors
    outside: RowLinks  # links of the articles outside, to rows and among them
    decisions: Decisions


class Assignment(NamedTuple):
    """The story of each row that the replay touched, (r,) each."""

    rows: IntArray
    clusters: IntArray  # rows of one cluster have the same number
    stories: IntArray  # id of the settled story that the cluster belongs to, or NO_STORY


class Replay:
    """The state of some articles in time order: the label of each row.

    A label is a node: below n, the row that names a cluster; from n on, place label - n in
    `settled`, a settled story of the index.
    """

    def __init__(
        self,
        traits: Traits,
        ties: Ties,
        frozen: BoolArray,
        active_days: int,
    ) -> None:
        self.traits, self.ties = traits, ties
        stored_links, self.anchors, _, self.decisions = ties
        self.frozen = frozen
        self.active_days = active_days
        self.size = len(traits.day)
        self.labelled = frozen & (traits.story != NO_STORY)
        self.settled = np.union1d(traits.story[self.labelled], self.anchors.stories)
        self.labels = np.where(self.labelled, self._node_of(traits.story), 0)
        self.touched = np.zeros(self.size, bool)
        self.merged: dict[int, int] = {}  # label -> label: settled stories that a copy merged
        self.no_links = stored_links.select(np.zeros(len(stored_links.a), bool))
        self.links_of_day = {
            day: stored_links.select(traits.day[stored_links.b] == day)
            for day in np.unique(traits.day[stored_links.b]).tolist()
        }

    def add_links(self, day: int, links: RowLinks) -> BoolArray:
        """Add the new links of one day; return which of them (p,) can stay: see `Decisions`."""
        stay = self._can_stay(links)
        stored = self.links_of_day.get(day, self.no_links)
        is_new = ~np.isin(links.a * self.size + links.b, stored.a * self.size + stored.b)
        new = links.select(stay & is_new & (links.probability > 0))
        self.links_of_day[day] = _concatenate([stored, new])
        return stay

    def _can_stay(self, links: RowLinks) -> BoolArray:
        """Mark the links (p,) that are no copies against a decision that two are different."""
        allowed = np.ones(len(links.a), bool)
        if not len(self.decisions.different):
            return allowed
        before = _concatenate([self.no_links, *self.links_of_day.values()])
        copies, copied = before.select(before.copy), np.flatnonzero(links.copy)
        one, other = self.decisions.same.T
        a = np.concatenate([one, copies.a, links.a[copied]])
        b = np.concatenate([other, copies.b, links.b[copied]])
        fixed, apart = len(a) - len(copied), self.decisions.different
        allowed[copied] = linkage.allowed_links(self.size, a, b, apart, fixed)[fixed:]
        return allowed

    def cluster_day(self, day: int, stems: Matrix, cut: float) -> None:
        """Cluster the articles of the last days again, beside the stories that have settled.

        `stems` are the weights of the articles of the context, whose last day is this one.
        """
        traits = self.traits
        first, end = rows_of_days(traits.day, context_days(self.active_days), day)
        active = ~self.frozen[:end] & (traits.day[:end] > day - self.active_days)
        self.touched[:end] |= active
        links, anchors = self._ties(day)
        start, story_labels = self._start(active, links, anchors)
        in_window = np.arange(len(start.labels)) >= first
        in_window[end:] = False
        start = start._replace(in_window=in_window)
        apart = self.decisions.different[(self.decisions.different < end).all(axis=1)]
        clusters = linkage.cluster(start, links.weighted, cut, apart)
        rows = slice(first, end)
        headlines = Headlines(first, stems, traits.hour[rows], traits.is_short[rows])
        clusters = merge_headlines(clusters, headlines, start.settled, apart)
        leaving = self._round_ups(clusters, start, links, active)
        clusters = linkage.split_off(clusters, leaving)
        self._relabel(clusters[: end + len(story_labels)], active, story_labels)

    def copied_rows(self) -> IntArray:
        """Return the rows of all pairs of copies."""
        links = [links for _, links in sorted(self.links_of_day.items())]
        rows = [side[link.copy] for link in links for side in (link.a, link.b)]
        return np.unique(np.concatenate([np.zeros(0, np.int64), *rows]))

    def merged_stories(self) -> dict[int, int]:
        """Return the settled stories that a copy merged: id -> id of the story that it is now."""
        old = np.array([label for label in self.merged if label >= self.size], np.int64)
        new = self._heirs(old)
        stories, heirs = self.settled[old - self.size], self.settled[new - self.size]
        return dict(zip(stories.tolist(), heirs.tolist(), strict=True))

    def assignment(self) -> Assignment:
        """Return the story of each touched row."""
        rows = np.flatnonzero(self.touched)
        labels = self._heirs(self.labels[rows])
        is_settled = labels >= self.size
        stories = np.full(len(rows), NO_STORY)
        stories[is_settled] = self.settled[labels[is_settled] - self.size]
        return Assignment(rows, labels, stories)

    def _node_of(self, stories: IntArray) -> IntArray:
        return self.size + np.searchsorted(self.settled, stories)

    def _heirs(self, labels: IntArray) -> IntArray:
        """Return labels (k,) after all merges: later rows and outside articles have old ones."""
        names, place = np.unique(labels, return_inverse=True)
        for i, label in enumerate(names.tolist()):
            while label in self.merged:
                label = self.merged[label]
            names[i] = label
        return names[place]

    def _start(
        self, active: BoolArray, links: RowLinks, anchors: Anchors
    ) -> tuple[Start, IntArray]:
        """Return copy groups and initial clusters as nodes, and the labels of existing stories.

        Nodes are the rows up to the day, then the existing stories, then articles outside of the
        block of which a row is a copy: a copy group counts once, wherever its articles are.
        """
        end = len(active)
        has_story = self.labelled[:end] & ~active
        rows = np.concatenate([np.flatnonzero(has_story), anchors.rows])
        label_of = np.concatenate([self.labels[:end][has_story], self._node_of(anchors.stories)])
        label_of = self._heirs(label_of)
        story_labels, story_node = np.unique(label_of, return_inverse=True)
        outside, node = np.unique(anchors.others[anchors.is_copy], return_inverse=True)
        size = end + len(story_labels) + len(outside)
        a = np.concatenate([links.a[links.copy], anchors.rows[anchors.is_copy]])
        b = np.concatenate([links.b[links.copy], end + len(story_labels) + node])
        groups = components(size, a, b)
        one, other = self.decisions.same[(self.decisions.same < end).all(axis=1)].T
        labels = components(
            size, np.concatenate([a, rows, one]), np.concatenate([b, story_node + end, other])
        )
        settled = np.isin(labels, labels[end:])
        return Start(labels, groups, settled, in_window=np.ones(size, bool)), story_labels

    def _round_ups(
        self, clusters: IntArray, start: Start, links: RowLinks, active: BoolArray
    ) -> BoolArray:
        """Mark the nodes (n,) that are round-ups: active, long, and tied to no other article."""
        end = len(active)
        near = links.select(start.in_window[links.a])
        leaving = linkage.round_ups(clusters, start.in_window, near.weighted)
        # an article that others copied, that has a story or that was decided on is no round-up
        alone = np.bincount(start.labels, minlength=len(clusters))[start.labels] == 1
        tied = np.isin(np.arange(len(clusters)), start.labels[end:])
        leaving &= alone & ~tied & start.in_window
        leaving[:end] &= active & self.traits.is_long[:end]
        return leaving

    def _ties(self, day: int) -> tuple[RowLinks, Anchors]:
        """Return links and anchors of the last active days; older ones lie in stories that exist.

        Those between a digest and its items are left out.
        """
        first = day - self.active_days + 1
        links = self._links_between(first, day)
        anchored = self.traits.day[self.anchors.rows]
        anchors = self.anchors.select((anchored >= first) & (anchored <= day))
        every = _concatenate([links, self.ties.outside])
        linked = partial(self._strong_pairs, day)
        marked = is_digest_item(every.weighted, every.copy, every.shares, linked)
        items = every.select(marked)
        left_out = set(zip(items.a.tolist(), items.b.tolist(), strict=True))
        left_out |= {(b, a) for a, b in left_out}
        pairs = zip(anchors.rows.tolist(), anchors.others.tolist(), strict=True)
        stay = np.array([pair not in left_out for pair in pairs], bool) | ~anchors.is_copy
        return links.select(~marked[: len(links.a)]), anchors.select(stay)

    def _strong_pairs(self, day: int, among: IntArray) -> set[tuple[int, int]]:
        """Return the pairs of some nodes that a link of this day or before would join."""
        if not len(among):
            return set()
        links = self._links_between(min(self.links_of_day), day)
        return strong_pairs(_concatenate([links, self.ties.outside]).weighted, among)

    def _links_between(self, first: int, last: int) -> RowLinks:
        """Return the links of some days, `last` included."""
        days = [day for day in range(first, last + 1) if day in self.links_of_day]
        return _concatenate([self.no_links, *(self.links_of_day[day] for day in days)])

    def _relabel(self, clusters: IntArray, active: BoolArray, story_labels: IntArray) -> None:
        """Label each cluster by its oldest settled story, else by its oldest story, else its row.

        `clusters` (end + existing stories,) are those of the rows up to the day, then of the
        existing stories.
        """
        end = len(active)
        # the order in which existing stories claim their cluster: those of the index first
        order = np.lexsort((story_labels, story_labels < self.size, clusters[end:]))
        nodes, labels = clusters[end:][order], story_labels[order]
        first = is_first(nodes)
        names = np.arange(len(clusters))
        names[nodes[first]] = labels[first]
        lost = np.flatnonzero(~first)
        self.merged.update(zip(labels[lost].tolist(), names[nodes[lost]].tolist(), strict=True))
        moved = self.labelled[:end] & np.isin(self.labels[:end], list(self.merged))
        self.touched[:end] |= moved
        self.labels[:end] = np.where(active | moved, names[clusters[:end]], self.labels[:end])
        self.labelled[:end] |= active


def row_links(pairs: ScoredPairs) -> RowLinks:
    """Return scored pairs of rows as links."""
    is_copy, shares = pairs.kind == "copy", pairs.overlap[:, 1:]
    return RowLinks(pairs.a, pairs.b, is_copy, pairs.probability, shares)


def _concatenate(parts: list[RowLinks]) -> RowLinks:
    return RowLinks._make(np.concatenate(column) for column in zip(*parts, strict=True))
