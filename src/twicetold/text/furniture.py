"""Furniture of bodies: passages that a site prints under its reports and that report nothing.

Consent walls, paywall stubs, subscription boxes, footers and standing openings are known by their
runs of words. Which passages they are is learned by counting, see `copies/repeated.py`, or named
by hand. Start reading at `furniture_of`, then `furniture_mask`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, IntArray, UIntArray, mask_of_spans, places_in
from .runs import run_hashes
from .tokens import Tokens, spelled_out, stream

RUN_WORDS = 8  # a shorter run of words is a phrase, unless it is all of a text or named by hand
LEAST_NAMED_WORDS = 3  # of a passage that is all of a text, or named: a shorter one is in any text
_PREFIX_BITS = 16


class Furniture(NamedTuple):
    """Passages that are no part of a report, as hashes of runs of words."""

    runs: dict[int, UIntArray]  # length in words -> hashes of runs of that length, ascending

    def __bool__(self) -> bool:
        return bool(self.runs)

    def without(self, other: "Furniture") -> "Furniture":
        """Return the furniture without the runs of words of `other`."""
        none = np.zeros(0, np.uint64)
        left = {
            length: np.setdiff1d(runs, other.runs.get(length, none))
            for length, runs in self.runs.items()
        }
        return Furniture({length: runs for length, runs in left.items() if len(runs)})


NO_FURNITURE = Furniture({})


def furniture_of(passages: Sequence[str]) -> Furniture:
    """Return the furniture of some passages: a text has it where it has `RUN_WORDS` words of one.

    A shorter passage is furniture where a text has all of it; one without words is none.
    """
    words = stream(passages, split_unspaced=True)
    lengths = np.minimum(np.diff(words.offsets), RUN_WORDS)
    runs = {
        int(length): np.unique(
            np.concatenate(
                [
                    run_hashes(words.hashes[slice(*words.offsets[row : row + 2])], int(length))
                    for row in np.flatnonzero(lengths == length)
                ]
            )
        )
        for length in np.unique(lengths[lengths > 0])
    }
    return Furniture(runs)


def furniture_mask(words: Tokens, furniture: Furniture) -> BoolArray:
    """Mark the words of n texts that are furniture, (t,)."""
    row, size = words.rows(), len(words.hashes)
    mask = np.zeros(size, bool)
    for length, known in furniture.runs.items():
        starts = _find(run_hashes(words.hashes, length), known)
        starts = starts[row[starts] == row[starts + length - 1]]  # not across two texts
        mask |= mask_of_spans(starts, starts + length, size)
    return mask


def without_furniture(text: str, furniture: Furniture) -> str:
    """Return a text without the passages that are furniture.

    >>> without_furniture("Talks go on. Read all of it.", furniture_of(["Read all of it"]))
    'Talks go on. .'
    """
    if not furniture:
        return text
    spelled = spelled_out(text)
    words = stream([spelled], split_unspaced=True)
    inside = np.concatenate([[0], furniture_mask(words, furniture), [0]]).astype(np.int8)
    firsts, ends = np.flatnonzero(np.diff(inside) > 0), np.flatnonzero(np.diff(inside) < 0)
    if not len(firsts):
        return text
    starts = [0, *words.ends[ends - 1].tolist()]
    stops = [*words.starts[firsts].tolist(), len(spelled)]
    return "".join(spelled[start:stop] for start, stop in zip(starts, stops, strict=True))


def _find(runs: UIntArray, known: UIntArray) -> IntArray:
    """Return the places of the runs that are known; few are, so a small table rules most out."""
    shift = np.uint64(64 - _PREFIX_BITS)
    has_prefix = np.zeros(1 << _PREFIX_BITS, bool)
    has_prefix[(known >> shift).astype(np.int64)] = True
    possible = np.flatnonzero(has_prefix[(runs >> shift).astype(np.int64)])
    return np.asarray(possible[places_in(known, runs[possible]) >= 0])
