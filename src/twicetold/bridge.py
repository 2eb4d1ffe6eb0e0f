"""What crosses languages: names and numbers under one spelling, and pieces of kindred words.

Counts of terms become counts of language-neutral features by one linear map: each word of the
vocabulary has a few. Two languages that write 'Grynkewich', '2022' or 'dialogue' and 'militaire'
/ 'military' meet there. Start reading at `cross`.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy import sparse

from . import vectors
from .tokens import IntArray
from .vectors import Fields, Matrix

GRAM = 4  # characters; .60 of French Olympic headlines find their English twin first by these
_NAME_LENGTH = 3


class Crossing(NamedTuple):
    """Two language-neutral views of n articles, each (n, f): counts, or their weights."""

    names: Matrix  # folded names and numbers
    grams: Matrix  # character 4-grams of the folded words of title and lead


def cross(counts: Fields, words: Sequence[str]) -> Crossing:
    """The counts of both views; `words` are the terms of the vocabulary, as they are written."""
    spelled = [folded(word) for word in words]
    named = [(word,) if len(word) >= _NAME_LENGTH or word.isdecimal() else () for word in spelled]
    return Crossing(
        sparse.csr_array(counts.names @ _map(named)),
        sparse.csr_array(counts.lead @ _map([grams(word) for word in spelled])),
    )


def weigh(counts: Crossing, langs: IntArray) -> Crossing:
    """TF-IDF weights: how rare a feature is counts within each language."""
    return Crossing(*(vectors.weigh(view, langs) for view in counts))


def folded(word: str) -> str:
    """One spelling for all scripts and accents: 'putin' for Путин, 'etats' for États."""
    if word.isascii():
        return word.lower()
    from anyascii import anyascii

    return re.sub(r"\W", "", anyascii(word)).lower()


def grams(word: str) -> tuple[str, ...]:
    """The character 4-grams of a word with its edges marked; a shorter one is its own."""
    edged = f"_{word}_"
    return tuple(edged[i : i + GRAM] for i in range(max(1, len(edged) - GRAM + 1)))


def _map(features: Sequence[tuple[str, ...]]) -> Matrix:
    """(v, f): 1 where a word has a feature; the features numbered as they come."""
    numbers: dict[str, int] = {}
    columns = [numbers.setdefault(feature, len(numbers)) for word in features for feature in word]
    offsets = np.cumsum([0, *map(len, features)])
    shape = (len(features), max(len(numbers), 1))
    return sparse.csr_array((np.ones(len(columns), np.float32), columns, offsets), shape)
