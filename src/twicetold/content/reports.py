"""The reports of one story, as all functions of this room take them."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import FloatArray, IntArray
from ..copies.compare import LOOK_ALIKE, compare
from ..copies.minhash import estimate_jaccard, signatures_of
from ..copies.shingles import shingles
from ..pairs import components
from ..text.furniture import NO_FURNITURE, Furniture
from ..text.words import own_words_mask, read_words


class Reports(NamedTuple):
    """The n reports of one story, in the order of time."""

    headlines: Sequence[str]  # titles without what their outlets add
    headline_starts: Sequence[int]  # where each begins in its title
    bodies: Sequence[str]
    langs: Sequence[str]  # '': not known
    outlets: Sequence[str]
    hours: FloatArray  # (n,) since 1970; nan: no time
    texts: IntArray  # (n,) the lowest row with the same text: copies count once
    furniture: Furniture = NO_FURNITURE


def same_texts(titles: Sequence[str], bodies: Sequence[str], hours: FloatArray) -> IntArray:
    """Return for each of n articles the lowest row that copies connect with it, (n,)."""
    size = len(titles)
    words = read_words(titles, bodies)
    mask = own_words_mask(words, titles, bodies)
    signatures = signatures_of(shingles(words.without(~mask).tokens))
    a, b = np.triu_indices(size, 1)
    near = estimate_jaccard(signatures, a, b) >= LOOK_ALIKE
    a, b = a[near], b[near]
    copied = compare(words, mask, a, b, hours[b] - hours[a]).copy
    return components(size, a[copied], b[copied])
