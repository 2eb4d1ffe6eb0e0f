"""Vectors of articles, by the embedder that made them."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

import numpy as np
import numpy.typing as npt

from .parts import parts

HalfArray = npt.NDArray[np.float16]


def stored(db: Connection, embedder: str, ids: Sequence[int]) -> dict[int, HalfArray]:
    """The vectors that an embedder made of these articles, (d,) each, by id."""
    found: dict[int, HalfArray] = {}
    for some, marks in parts(ids):
        rows = db.execute(
            "select article_id, vector from embeddings"
            f" where article_id in ({marks}) and embedder = ?",
            (*some, embedder),
        )
        found.update((id, np.frombuffer(vector, "<f2")) for id, vector in rows)
    return found


def save(db: Connection, embedder: str, vectors: Mapping[int, HalfArray]) -> None:
    """Keep vectors, by the ids of their articles."""
    db.executemany(
        "insert into embeddings (article_id, embedder, vector) values (?, ?, ?)",
        [(id, embedder, vector.tobytes()) for id, vector in vectors.items()],
    )
