"""A block of days gone through again, one after the other, as nightly runs would have seen them.

Time is that of publication. On each day its new pairs are scored, and the articles of the last
days are clustered anew; what is older has settled and only takes in. So neither the order in
which articles arrived nor the cut into runs can matter. Start reading at `Replay.score`.
"""

from typing import NamedTuple

import numpy as np

from ..text import cleaning as text
from ..text.tokens import IntArray
from . import linkage as clustering
from . import pair_scoring as pairs
from . import weights as weighing
from .model import Models
from .pair_scoring import Evidence
from .window import BoolArray, FloatArray

ROUND_UP_WORDS = 100  # who goes through several events needs room; a headline never does
_NONE = np.iinfo(np.int64).max  # no story yet


class Known(NamedTuple):
    """Links that stand, (p,) each, between rows of the block."""

    a: IntArray
    b: IntArray
    copy: BoolArray
    probability: FloatArray

    def chosen(self, rows: BoolArray) -> "Known":
        """Some of the links."""
        return Known(self.a[rows], self.b[rows], self.copy[rows], self.probability[rows])


class Decided(NamedTuple):
    """Pairs of rows on which people decided, (d, 2) each."""

    same: IntArray
    different: IntArray


class Anchors(NamedTuple):
    """Rows tied to articles of elsewhere whose story stands, (t,) each."""

    rows: IntArray
    stories: IntArray  # ids
    copied: IntArray  # the other article, where one is a copy; 0: tied by a decision


class Replay:
    """The state of a block: each row's story, named by a row, or -id of one that had settled."""

    def __init__(
        self,
        block: weighing.Block,
        known: Known,
        anchors: Anchors,
        decided: Decided,
        frozen: BoolArray,
        active_days: int,
        models: Models,
    ) -> None:
        window = block.window
        self.block = block
        self.frozen = frozen
        self.active_days = active_days
        self.models = models
        self.labels = np.where(frozen & (window.story > 0), -window.story, _NONE)
        self.touched = np.zeros(len(window.ids), bool)
        self.merged: dict[int, int] = {}  # settled stories that a copy made one: label -> label
        self.anchors = anchors
        self.decided = decided
        words = np.asarray(block.terms.counts.body.sum(axis=1)).ravel()
        self.roomy = words >= ROUND_UP_WORDS
        self.titled = np.array([text.is_round_up(title) for title in block.headlines], bool)
        self._nothing = known.chosen(np.zeros(len(known.a), bool))
        self.known = {
            day: known.chosen(window.day[known.b] == day)
            for day in np.flatnonzero(np.bincount(window.day[known.b])).tolist()
        }

    def score(self, day: int) -> Evidence:
        """The pairs of one day that are worth a link; they replace what neighbours had said."""
        (found,) = pairs.daily(self.block, [day], self.active_days, self.models)
        both_stand = self.frozen[found.a] & self.frozen[found.b]
        # what says in its title that it walks through the news belongs to no event in it
        titled = (self.titled[found.a] | self.titled[found.b]) & (found.kind == "story")
        found = pairs.kept(found.chosen(~both_stand & ~titled))
        tie = found.probability > 0
        new = Known(found.a[tie], found.b[tie], found.kind[tie] == "copy", found.probability[tie])
        lasting = self.known.get(day, self._nothing)
        self.known[day] = Known(*(np.concatenate(both) for both in zip(lasting, new, strict=True)))
        return found

    def cluster(self, day: int, cut: float) -> None:
        """Cluster the articles of the last days anew, with what has settled as it stands."""
        window = self.block.window
        # twice as far as articles are active, so that each of these is seen with both its sides
        start, end = window.rows(2 * self.active_days, day)
        active = ~self.frozen[:end] & (window.day[:end] > day - self.active_days)
        self.touched[:end] |= active
        labels = np.where(active, _NONE, self.labels[:end])
        links = self._links(day)
        tie = window.day[self.anchors.rows] > day - self.active_days
        tie &= window.day[self.anchors.rows] <= day
        anchors = Anchors(*(column[tie] for column in self.anchors))
        copies = links.a[links.copy], links.b[links.copy]
        texts, together, stand = self._together(labels, *copies, anchors)
        settled = np.isin(together, together[end:])
        present = np.arange(len(texts)) >= start  # what is older has no voice
        present[end:] = False
        found = clustering.stories(
            together,
            settled,
            present,
            texts,
            links.a,
            links.b,
            links.probability,
            cut,
            self.decided.different[(self.decided.different < end).all(axis=1)],
        )
        # an article that others copied, that stands already or of which it was said, is no round-up
        alone = np.bincount(together, minlength=len(texts))[together] == 1
        near = links.chosen(present[links.a])
        leaves = clustering.round_ups(found, present, near.a, near.b, near.probability)
        leaves &= alone & ~np.isin(np.arange(len(texts)), together[end:]) & present
        leaves[:end] &= active & self.roomy[:end]
        found = clustering.without(found, leaves)
        self._name(found[: end + len(stand)], active, stand)

    def copied(self) -> IntArray:
        """The rows of all pairs of copies."""
        links = [known for _, known in sorted(self.known.items())]
        return np.unique(
            np.concatenate(
                [np.zeros(0, np.int64)]
                + [side[link.copy] for link in links for side in (link.a, link.b)]
            )
        )

    def merged_stories(self) -> dict[int, int]:
        """Settled stories of the index that a copy made one: id -> id."""
        return {-old: -new for old, new in self.merged.items() if old < 0}

    def _together(
        self, labels: IntArray, a: IntArray, b: IntArray, anchors: Anchors
    ) -> tuple[IntArray, IntArray, IntArray]:
        """Copy groups, what is one story already, and the stories that stand, as nodes.

        Nodes are the rows up to the day, then the stories that stand, which come back as labels,
        then texts of elsewhere: copies of one text are one voice, wherever that is.
        """
        end = len(labels)
        rows = np.concatenate([np.flatnonzero(labels != _NONE), anchors.rows])
        of_rows = np.concatenate([labels[labels != _NONE], -anchors.stories])
        stand, places = np.unique(of_rows, return_inverse=True)
        is_copy = anchors.copied > 0
        others, numbers = np.unique(anchors.copied[is_copy], return_inverse=True)
        size = end + len(stand) + len(others)
        a = np.concatenate([a, anchors.rows[is_copy]])
        b = np.concatenate([b, end + len(stand) + numbers])
        texts = clustering.components(size, a, b)
        one, other = self.decided.same[(self.decided.same < end).all(axis=1)].T
        from_row = np.concatenate([a, rows, one])
        to_node = np.concatenate([b, places + end, other])
        return texts, clustering.components(size, from_row, to_node), stand

    def _links(self, day: int) -> Known:
        """The links that end in the last days; what came before lies in stories that stand."""
        last = range(day - self.active_days + 1, day + 1)
        days = [self.known[when] for when in last if when in self.known]
        return Known(*(np.concatenate(column) for column in zip(self._nothing, *days, strict=True)))

    def _name(self, found: IntArray, active: BoolArray, stand: IntArray) -> None:
        """Name clusters: by the oldest settled story that one holds, else by its first row."""
        end = len(active)
        # the order in which a cluster's settled stories claim it: those of the index first
        claim = np.lexsort((np.abs(stand), stand >= 0, found[end:]))
        nodes, label = found[end:][claim], stand[claim]
        first = np.append(True, nodes[1:] != nodes[:-1])[: len(nodes)]
        names = np.arange(len(found))
        names[nodes[first]] = label[first]
        lost = np.flatnonzero(~first)
        self.merged.update(zip(label[lost].tolist(), names[nodes[lost]].tolist(), strict=True))
        moved = np.isin(self.labels[:end], list(self.merged))
        self.touched[:end] |= moved
        self.labels[:end] = np.where(active | moved, names[found[:end]], self.labels[:end])
