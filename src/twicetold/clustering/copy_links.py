"""Which links tie a copy group?"""

from functools import partial

import numpy as np

from ..arrays import BoolArray
from .digests import is_digest_item, strong_pairs
from .replay import RowLinks


def tie_groups(links: RowLinks) -> BoolArray:
    """Mark the links (p,) that tie a copy group: those of copies, but not to items of a digest.

    `links` are all between the articles that copies connect, those of other kinds too.
    """
    linked = partial(strong_pairs, links.weighted)
    marks: BoolArray = links.copy & ~is_digest_item(
        links.weighted, links.copy, links.shares, linked
    )
    return np.asarray(marks)
