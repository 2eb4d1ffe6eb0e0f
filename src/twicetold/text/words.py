"""The words of articles, title and body: read once, and used by every later stage.

Copies are compared on the words of the body that are the outlet's own; terms are counted on the
headline and the body. Both are selections of the same words, so no text is tokenised twice.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, IntArray, UIntArray, mask_of_spans, offsets_of
from .cleaning import own_spans
from .furniture import NO_FURNITURE, Furniture, furniture_mask
from .headlines import Span
from .tokens import MarkArray, Tokens, marked_stream, spelled_out

_TITLE_END = "\n\n"


class Words(NamedTuple):
    """The words of n articles, t in all: those of the title, then those of the body.

    The furniture of bodies is left out, if it was known when they were read.
    """

    tokens: Tokens  # `starts` and `ends` index `full_text`
    marks: MarkArray  # (t,), see tokens
    stems: UIntArray  # (t,) hashes of stems
    in_title: BoolArray  # (t,)

    def take(self, rows: IntArray) -> "Words":
        """Return the words of some articles, in the order of `rows`."""
        counts = np.diff(self.tokens.offsets)[rows]
        offsets = offsets_of(counts)
        shift = np.repeat(self.tokens.offsets[rows] - offsets[:-1], counts)
        return self._select(np.arange(offsets[-1]) + shift, offsets)

    def without(self, left_out: BoolArray) -> "Words":
        """Return the words that the mask (t,) does not mark."""
        if not left_out.any():
            return self
        stay = ~left_out
        return self._select(np.flatnonzero(stay), offsets_of(stay)[self.tokens.offsets])

    def between(self, first: int, last: int) -> "Words":
        """Return the words of the articles first..last - 1, as views."""
        offsets = self.tokens.offsets[first : last + 1]
        return self._select(slice(offsets[0], offsets[-1]), offsets - offsets[0])

    def _select(self, places: IntArray | slice, offsets: IntArray) -> "Words":
        hashes, _, starts, ends = self.tokens
        tokens = Tokens(hashes[places], offsets, starts[places], ends[places])
        return Words(tokens, self.marks[places], self.stems[places], self.in_title[places])


def read_words(
    titles: Sequence[str], bodies: Sequence[str], furniture: Furniture = NO_FURNITURE
) -> Words:
    """Return the words of n articles without the furniture of their bodies.

    An article without words has an empty range.
    """
    texts = [full_text(title, body) for title, body in zip(titles, bodies, strict=True)]
    tokens, marks, stems = marked_stream(texts, split_unspaced=True)
    title_ends = np.array([len(spelled_out(title)) for title in titles], np.int64)
    in_title = tokens.starts < np.repeat(title_ends, np.diff(tokens.offsets))
    words = Words(tokens, marks, stems, in_title)
    return words.without(body_furniture(words, furniture)) if furniture else words


def body_furniture(words: Words, furniture: Furniture) -> BoolArray:
    """Mark the words of bodies that are furniture, (t,)."""
    return furniture_mask(words.tokens, furniture) & ~words.in_title


def join_words(parts: Sequence[Words]) -> Words:
    """Return the words of all `parts`, one after the other; at least one part."""
    counts = np.concatenate([np.diff(part.tokens.offsets) for part in parts])
    tokens = Tokens(
        np.concatenate([part.tokens.hashes for part in parts]),
        offsets_of(counts),
        np.concatenate([part.tokens.starts for part in parts]),
        np.concatenate([part.tokens.ends for part in parts]),
    )
    others = zip(*(part[1:] for part in parts), strict=True)
    return Words(tokens, *(np.concatenate(column) for column in others))


def own_words_mask(words: Words, titles: Sequence[str], bodies: Sequence[str]) -> BoolArray:
    """Mark the words that `cleaning.own_words` keeps, (t,): none of a title, most of a body."""
    spans = [
        (row, *_spelled_out_span(body, span), len(spelled_out(title)) + len(_TITLE_END))
        for row, (title, body) in enumerate(zip(titles, bodies, strict=True))
        for span in own_spans(body)
    ]
    rows, starts, ends, body_starts = np.array(spans, np.int64).reshape(-1, 4).T
    return _inside(words, rows, starts + body_starts, ends + body_starts)


def headline_mask(words: Words, titles: Sequence[str], headlines: Sequence[Span]) -> BoolArray:
    """Mark the words outside of a title's furniture, (t,); `headlines` are spans of `titles`."""
    spans = [_spelled_out_span(*both) for both in zip(titles, headlines, strict=True)]
    starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
    return _inside(words, np.arange(len(titles)), starts, ends) | ~words.in_title


def full_text(title: str, body: str) -> str:
    """Return the text that the positions of words refer to: title, blank line, body."""
    return f"{title}{_TITLE_END}{body}"


def _inside(words: Words, rows: IntArray, starts: IntArray, ends: IntArray) -> BoolArray:
    """Mark the words that start in one of the spans of an article's text, (t,)."""
    width = int(words.tokens.starts.max(initial=0)) + 1
    places = words.tokens.starts + words.tokens.rows() * width  # ascending over all articles
    first = np.searchsorted(places, rows * width + np.minimum(starts, width))
    last = np.searchsorted(places, rows * width + np.minimum(ends, width))
    return mask_of_spans(first, last, len(places))


def _spelled_out_span(text: str, span: Span) -> Span:
    """Return a span of a text as a span of `spelled_out(text)`."""
    start, end = span
    if "İ" not in text:
        return span
    return start + text.count("İ", 0, start), end + text.count("İ", 0, end)
