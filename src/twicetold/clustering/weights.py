"""How often each term stands in the articles of some days, and what it weighs among them.

Terms are counted once for a block of days; how rare one is depends on the articles around, so
that each day's surroundings are weighed anew. Start reading at `block`.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ..text import cleaning as text
from ..text import crosslingual as bridge
from ..text import frequencies as background
from ..text import terms as vectors
from ..text.terms import Matrix
from ..text.tokens import IntArray, spelled_out
from .window import Window

VectorArray = npt.NDArray[np.float32]


class Block(NamedTuple):
    """The articles of a few days with the counts of their terms."""

    window: Window
    headlines: list[str]
    terms: vectors.Terms
    background: background.RarityArray
    crossing: bridge.Crossing | None  # None: all articles of known language write the same one
    features: bridge.Features | None  # what the columns of `crossing` are called
    embedded: VectorArray | None  # (n, d), rows of length 1; None: no embedder


class Weighed(NamedTuple):
    """Articles, n in all, with the weights of their terms, in rows of length 1 or 0."""

    window: Window
    fields: vectors.Fields
    stems: Matrix
    crossing: bridge.Crossing | None
    embedded: VectorArray | None

    def taken(self, rows: IntArray) -> "Weighed":
        """Some of the articles, in the order of `rows`."""
        crossing, embedded = self.crossing, self.embedded
        return Weighed(
            self.window.taken(rows),
            vectors.Fields(*(field[rows] for field in self.fields)),
            self.stems[rows],
            None if crossing is None else bridge.Crossing(*(view[rows] for view in crossing)),
            None if embedded is None else embedded[rows],
        )

    def beside(self, other: "Weighed") -> "Weighed":
        """The articles of both, whose columns are the same; those of the other last."""
        crossing, embedded = None, None
        if self.crossing is not None and other.crossing is not None:
            crossing = bridge.Crossing(*map(_stacked, self.crossing, other.crossing))
        if self.embedded is not None and other.embedded is not None:
            embedded = np.concatenate([self.embedded, other.embedded])
        return Weighed(
            self.window.beside(other.window),
            vectors.Fields(*map(_stacked, self.fields, other.fields)),
            _stacked(self.stems, other.stems),
            crossing,
            embedded,
        )


def block(
    window: Window, embedded: VectorArray | None = None, *, crossing: bool | None = None
) -> Block:
    """Count the terms of a window, and what of them crosses languages where there are several.

    `crossing` says whether to count that; without, the languages of the window do.
    """
    before = window.before
    headlines = text.headlines(
        [*before.titles, *window.titles],
        [*before.outlets, *window.outlets],
        [*before.days, *window.day.tolist()],
    )[len(before.titles) :]
    return counted(window, headlines, embedded, crossing or window.several_languages)


def counted(
    window: Window, headlines: list[str], embedded: VectorArray | None, crossing: bool
) -> Block:
    """The terms of articles whose headlines are known."""
    terms = vectors.count(headlines, window.bodies)
    views, features = None, None
    if crossing:
        spelled = words(terms.first, headlines, window.bodies)
        views, features = bridge.cross(terms, spelled, window.langs, window.lang)
    rarity = background.rarity(terms.hashes, window.langs)
    return Block(window, headlines, terms, rarity, views, features, embedded)


def words(first: IntArray, titles: list[str], bodies: list[str]) -> list[str]:
    """Terms as they are written, in lower case; `first` (t, 3) tells where each stands."""
    return [
        spelled_out(vectors.text_of(titles[row], bodies[row]))[start:end].lower()
        for row, start, end in first.tolist()
    ]


def weighed(block: Block, first: int, last: int) -> Weighed:
    """The rows first..last - 1 of a block; how rare a term is, they alone tell."""
    rows = slice(first, last)
    window = block.window.taken(np.arange(first, last))
    counts = vectors.Fields(*(field[rows] for field in block.terms.counts))
    crossing = None
    if block.crossing is not None:
        views = bridge.Crossing(*(view[rows] for view in block.crossing))
        crossing = bridge.weigh(views, window.lang)
    return Weighed(
        window,
        vectors.tfidf(counts, block.background, window.lang),
        vectors.weigh(block.terms.stems[rows], window.lang),
        crossing,
        None if block.embedded is None else block.embedded[rows],
    )


def _stacked(one: Matrix, other: Matrix) -> Matrix:
    width = max(one.shape[1], other.shape[1])  # a stranger has terms that the others lack
    wide = [
        sparse.csr_array((some.data, some.indices, some.indptr), (some.shape[0], width))
        for some in (one, other)
    ]
    return sparse.csr_array(sparse.vstack(wide, format="csr"))
