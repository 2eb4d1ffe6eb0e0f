"""Digests: articles that hold others nearly whole which have nothing in common.

The items of a digest are copied, but they tie no copy group and no story. Start reading at
`is_digest_item`.
"""

from collections.abc import Callable

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from .linkage import CUT, Links

LEAST_HELD = 0.8  # share of an item's text that the digest has
MOST_FILLED = 0.6  # share of the digest that one item is; an update is mostly its last text


def is_digest_item(
    links: Links,
    copied: BoolArray,
    shares: FloatArray,
    linked: Callable[[IntArray], set[tuple[int, int]]],
) -> BoolArray:
    """Mark the links (l,) between a digest and one of its items.

    `copied` (l,) marks the links of copies, and `shares` (l, 2) are how much of a is in b, and of b
    in a; nan if that is unknown. Two items have nothing in common if they are not `linked`, see
    `strong_pairs`: an article that holds linked ones only is an update.
    """
    held, filled = np.nan_to_num(shares.max(axis=1)), np.nan_to_num(shares.min(axis=1), nan=1)
    places = np.flatnonzero(copied & (held >= LEAST_HELD) & (filled <= MOST_FILLED))
    is_a_held = shares[places, 0] > shares[places, 1]
    items = np.where(is_a_held, links.a[places], links.b[places])
    digests = np.where(is_a_held, links.b[places], links.a[places])
    marked = np.zeros(len(links.a), bool)
    different, counts = np.unique(digests, return_counts=True)
    pairs = linked(items[np.isin(digests, different[counts > 1])])
    for digest in different[counts > 1].tolist():
        own = digests == digest
        for item, place in zip(items[own].tolist(), places[own].tolist(), strict=True):
            marked[place] = any(
                item != other and (min(item, other), max(item, other)) not in pairs
                for other in items[own].tolist()
            )
    return marked


def strong_pairs(links: Links, among: IntArray) -> set[tuple[int, int]]:
    """Return the pairs of some nodes, the lower first, that a link would join into one story."""
    strong = np.flatnonzero(links.probability >= CUT)
    strong = strong[np.isin(links.a[strong], among)]
    strong = strong[np.isin(links.b[strong], among)]
    a, b = links.a[strong], links.b[strong]
    return set(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True))
