"""Learn from the articles of some days which passages of their bodies are furniture.

Signatures and titles tell which few articles are worth reading, so that most bodies are not read.
Start reading at `members_of`, then `learn`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import IntArray, UInt32Array
from ..text.headlines import headlines
from ..text.topics import Topics, topics_of
from ..text.words import read_words
from .repeated import learn_passages, passages_in, shared_values, suspects


class Members(NamedTuple):
    """The articles that share something with others, m in all."""

    rows: IntArray  # (m,) among all articles
    topics: Topics  # of their titles
    suspects: IntArray  # places in `rows` of those worth reading


class Learned(NamedTuple):
    """A passage that is furniture."""

    passage: str
    articles: int  # how many have it
    outlets: int  # of how many outlets
    example: str  # title of the first one


def members_of(
    titles: Sequence[str], outlets: Sequence[str], days: Sequence[int], values: UInt32Array
) -> Members:
    """Return which of n articles in time order share something, and which are worth reading.

    `values` (n, k) are a sample of their signatures, see `repeated.sampled`.
    """
    shared = shared_values(values)
    rows = np.unique(shared.indices).astype(np.int64)
    chosen = rows.tolist()
    topics = topics_of_titles(
        *([column[row] for row in chosen] for column in (titles, outlets, days))
    )
    return Members(rows, topics, suspects(shared[:, rows], topics))


def topics_of_titles(titles: Sequence[str], outlets: Sequence[str], days: Sequence[int]) -> Topics:
    """Return what the titles of the members are about, without what their outlets add."""
    return topics_of(headlines(titles, outlets, days), outlets)


def learn(
    topics: Topics, titles: Sequence[str], outlets: Sequence[str], bodies: Sequence[str]
) -> list[Learned]:
    """Return the furniture of the articles that are worth reading."""
    words = read_words(titles, bodies)
    mask = learn_passages(words, topics, outlets)
    return [
        Learned(text, len(own), len({outlets[row] for row in own}), titles[own[0]])
        for text, own in passages_in(words, mask, titles, bodies)
    ]
