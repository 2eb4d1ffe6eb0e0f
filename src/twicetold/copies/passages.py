"""Which passages do two texts have in common, and where? Start reading at `common_passages`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..text.tokens import stream

LEAST_WORDS = 5  # of what two texts have in common; shorter runs are set phrases
PASSAGE_WORDS = 8  # shorter runs are quotations and set phrases
_PLACES = 16  # of a run in the other text that are tried: a refrain occurs any number of times


class CommonPassage(NamedTuple):
    """A passage that two texts have, in characters of each."""

    start: int
    end: int
    other_start: int
    other_end: int
    words: int


def common_passages(one: str, other: str, least: int) -> list[CommonPassage]:
    """Return runs of at least `least` words that both texts have, from left to right in `one`.

    Each begins where the one before it ends, or later. The time grows with the length of the texts.
    """
    spans, other_spans = word_spans(one), word_spans(other)
    words = [one[i:j].lower() for i, j in spans]
    other_words = [other[i:j].lower() for i, j in other_spans]
    return [
        CommonPassage(
            spans[i][0],
            spans[i + size - 1][1],
            other_spans[j][0],
            other_spans[j + size - 1][1],
            size,
        )
        for i, j, size in _common_runs(words, other_words, least)
    ]


def _common_runs(
    words: Sequence[str], others: Sequence[str], least: int
) -> list[tuple[int, int, int]]:
    """Return place, place in `others` and length of runs of words, from left to right."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(others) - least + 1):
        tried = places.setdefault(tuple(others[place : place + least]), [])
        if len(tried) < _PLACES:
            tried.append(place)
    runs, start, end = [], 0, 0
    while start <= len(words) - least:
        tried = places.get(tuple(words[start : start + least]), [])
        # of two as long, one behind the last run: a refrain is not the same passage each time
        size, _, place = max(
            ((_common(words, start, others, p), p >= end, -p) for p in tried), default=(0, False, 0)
        )
        if size:
            runs.append((start, -place, size))
            end = size - place
        start += max(size, 1)
    return runs


def _common(words: Sequence[str], start: int, others: Sequence[str], place: int) -> int:
    """Return how many words are the same from a place in each text on."""
    longest = min(len(words) - start, len(others) - place)
    differ = (n for n in range(longest) if words[start + n] != others[place + n])
    return next(differ, longest)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each word of a text, in its own characters."""
    words = stream([text], split_unspaced=True)
    bounds = np.stack([words.starts, words.ends], axis=1).astype(np.int64)
    if "İ" in text:  # two characters in the text that words are found in
        places = np.cumsum([0, *(1 + (letter == "İ") for letter in text)])
        bounds = np.searchsorted(places, bounds)
    return [(start, end) for start, end in bounds.tolist()]
