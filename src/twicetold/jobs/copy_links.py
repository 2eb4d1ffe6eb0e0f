"""Are articles that share a bucket copies? Their texts tell exactly; where one is gone, signatures.

Ids in, links out; what decides is in `copies`.
"""

from collections.abc import Iterator
from sqlite3 import Connection

import numpy as np

from ..clustering.window import Link
from ..copies import compare as copies
from ..copies import minhash as signatures
from ..index import buckets, windows
from ..index.windows import Texts
from ..text import cleaning as text
from ..text.tokens import IntArray


def links(db: Connection, a: IntArray, b: IntArray) -> Iterator[Link]:
    """The links between articles of pairs, given by their ids (p,), `a` before `b` in time."""
    ids, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    texts = windows.texts(db, ids.tolist())
    one, other = places[: len(a)], places[len(a) :]
    gone = texts.pruned[one] | texts.pruned[other]
    yield from _by_text(ids, texts, one[~gone], other[~gone])
    if gone.any():
        yield from _by_signature(db, ids, texts, one[gone], other[gone])


def _by_text(ids: IntArray, texts: Texts, a: IntArray, b: IntArray) -> Iterator[Link]:
    own = [text.own_words(body) for body in texts.bodies]
    said = copies.compare(texts.titles, own, a, b, texts.hour[b] - texts.hour[a])
    for i in np.flatnonzero(said.copy | said.template).tolist():
        yield Link(
            int(ids[a[i]]),
            int(ids[b[i]]),
            "copy" if said.copy[i] else "template",
            float(said.copy[i]),
            *(float(column[i]) for column in said.overlap[:3]),
        )


def _by_signature(
    db: Connection, ids: IntArray, texts: Texts, a: IntArray, b: IntArray
) -> Iterator[Link]:
    matrix = buckets.signature_matrix(db, ids.tolist())
    estimated = signatures.estimate(matrix, a, b)
    copied = copies.by_signature(texts.titles, texts.words, estimated, a, b)
    for i in np.flatnonzero(copied).tolist():
        one, other = int(ids[a[i]]), int(ids[b[i]])
        yield Link(one, other, "copy", 1.0, float(estimated[i]))
