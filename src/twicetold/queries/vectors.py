"""The embeddings of a window's articles: stored ones, and new ones for articles without."""

from collections.abc import Callable
from sqlite3 import Connection

import numpy as np

from ..arrays import Float32Array
from ..clustering.embedding import embedded_text, load_embedder
from ..clustering.window import Window
from ..index import embeddings
from ..index.embeddings import HalfArray

_BATCH = 64  # articles embedded at once

OnNew = Callable[[str, dict[int, HalfArray]], None]  # embedder, vectors by article


def window_embeddings(
    db: Connection, window: Window, embedder: str, on_new: OnNew | None = None
) -> Float32Array | None:
    """Return the embeddings of a window, (n, d); None without an embedder.

    `on_new` hears of each batch that is not stored yet. Raises TwicetoldError if the embedder is
    not installed.
    """
    if not embedder:
        return None
    model = load_embedder(embedder)
    ids = window.ids.tolist()
    vectors = embeddings.stored_vectors(db, model.name, ids)
    missing = [row for row, id in enumerate(ids) if id not in vectors]
    for start in range(0, len(missing), _BATCH):
        rows = missing[start : start + _BATCH]
        texts = [embedded_text(window.titles[row], window.bodies[row]) for row in rows]
        # rounded as they are stored: the vectors compared now are those compared later
        rounded = model.embed(texts).astype("<f2")
        batch = {ids[row]: vector for row, vector in zip(rows, rounded, strict=True)}
        vectors |= batch
        if on_new is not None:
            on_new(model.name, batch)
    return np.stack([vectors[id] for id in ids]).astype(np.float32)
