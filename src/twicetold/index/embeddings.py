"""Vectors of articles, by the embedder that made them."""

from collections.abc import Mapping, Sequence
from sqlite3 import Connection

import numpy as np
import numpy.typing as npt

from .sql import json_list

HalfArray = npt.NDArray[np.float16]


def stored_vectors(db: Connection, embedder: str, ids: Sequence[int]) -> dict[int, HalfArray]:
    """Return the stored vectors of these articles, (d,) each, by id."""
    rows = db.execute(
        "select article_id, vector from embeddings"
        " where article_id in (select value from json_each(?)) and embedder = ?",
        (json_list(ids), embedder),
    )
    return {id: np.frombuffer(vector, "<f2") for id, vector in rows}


def save(db: Connection, embedder: str, vectors: Mapping[int, HalfArray]) -> None:
    """Store vectors, by the ids of their articles."""
    db.executemany(
        "insert into embeddings (article_id, embedder, vector) values (?, ?, ?)",
        [(id, embedder, vector.tobytes()) for id, vector in vectors.items()],
    )
