"""Is one text taken over from the other? Measured on shingles, and templates told apart.

A form filled anew each day (market close, lottery, weather) shares most of its shingles with
yesterday's and is no copy: its numbers and names differ. Start reading at `compare`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..text import tokens
from ..text.tokens import IntArray, offsets_of
from .minhash import SHINGLE_WORDS, FloatArray, Overlap, Shingles, overlap, shingles

LEAST_SHARED = 8  # shingles; less is a phrase or a line of furniture
SHORT = 16  # sharing fewer shingles than this, the titles must agree too ("Qtly div four cts")
LEAST_JACCARD = 0.2  # below, the longer text holds the shorter one among much else
LEAST_CONTAINMENT = 0.5

# Of the numbers, or of the names, of the text that has fewer, so many must stand in the other.
# Measured on newswire_1987, press_fr and wirecopy_en: copies have .5 to 1 of each; what lies
# below is market reports, rate tables, dividends.
LEAST_SAME_FACTS = 0.5
# On another day even less shared text shows a form, when numbers and all facts differ: of 2,460
# such pairs of newswire_1987 sharing a tenth, 2,370 did; running stories of outlets_en did not.
LATER_HOURS = 20.0
LATER_JACCARD = 0.1
LATER_SAME_NUMBERS = 0.7
LATER_SAME_FACTS = 0.8
# Where a text is gone, signatures decide, and forms must stay out: few have a Jaccard above .65,
# none above .77. At .8 an estimate has a standard error of .035; one pair in 150 of .7 gets so far.
# Of 669 pairs of newswire_1987, press_fr and wirecopy_en 668 are copies by their texts too.
LEAST_ESTIMATE = 0.8
_FEW_FACTS = 3  # with fewer numbers or names than this, they decide nothing


class Comparison(NamedTuple):
    """How the texts of pairs compare, (p,) each: copies, forms filled anew, or neither."""

    overlap: Overlap
    copy: npt.NDArray[np.bool_]
    template: npt.NDArray[np.bool_]


def compare(
    titles: Sequence[str], texts: Sequence[str], a: IntArray, b: IntArray, hours: FloatArray
) -> Comparison:
    """Compare pairs of articles: `a` and `b` (p,) are row numbers, `hours` (p,) lie between them.

    `texts` are the outlets' own words. Unknown hours are nan, and count as none.
    """
    words = tokens.stream(texts, split_unspaced=True)
    marks = tokens.marks(texts, words)
    shared = overlap(shingles(words), a, b)
    contained = np.maximum(np.maximum(shared.a_in_b, shared.b_in_a), shared.jaccard)
    alike = (shared.jaccard >= LEAST_JACCARD) & (contained >= LEAST_CONTAINMENT)
    alike &= shared.shared >= LEAST_SHARED
    alike &= (shared.shared >= SHORT) | _titles_agree(titles, a, b)
    is_number = (marks & tokens.NUMBER) != 0
    is_name = (marks & (tokens.CAPITAL | tokens.OPENS)) == tokens.CAPITAL
    numbers, names = _share(words, is_number, a, b), _share(words, is_name, a, b)
    facts = _share(words, is_number | is_name, a, b)
    form = alike & ((numbers < LEAST_SAME_FACTS) | (names < LEAST_SAME_FACTS))
    later = (np.nan_to_num(hours) >= LATER_HOURS) & (shared.shared >= SHORT)
    later &= shared.jaccard >= LATER_JACCARD
    form |= later & (numbers < LATER_SAME_NUMBERS) & (facts < LATER_SAME_FACTS)
    return Comparison(shared, alike & ~form, form)


def by_signature(
    titles: Sequence[str],
    words: IntArray,
    estimated: FloatArray,
    a: IntArray,
    b: IntArray,
    least: float = LEAST_ESTIMATE,
) -> npt.NDArray[np.bool_]:
    """Which pairs are copies (p,), told without their texts, by their `estimated` (p,) Jaccard.

    `words` (n,) are the lengths of the texts. Forms can't be told apart from copies.
    """
    runs = np.maximum(words - SHINGLE_WORDS + 1, 1)
    shared = estimated / (1 + estimated) * (runs[a] + runs[b])
    alike: npt.NDArray[np.bool_] = (estimated >= least) & (shared >= LEAST_SHARED)
    alike &= (shared >= SHORT) | _titles_agree(titles, a, b)
    return alike


def _share(
    words: tokens.Tokens, chosen: npt.NDArray[np.bool_], a: IntArray, b: IntArray
) -> FloatArray:
    """Of the chosen words of the text that has fewer, how many the other has; 1 with few."""
    facts = Shingles(words.hashes[chosen], offsets_of(chosen)[words.offsets])
    counts = np.diff(facts.offsets)
    enough = np.minimum(counts[a], counts[b]) >= _FEW_FACTS
    same = overlap(facts, a, b)
    return np.where(enough, np.maximum(same.a_in_b, same.b_in_a), 1.0)


def _titles_agree(titles: Sequence[str], a: IntArray, b: IntArray) -> npt.NDArray[np.bool_]:
    words = tokens.stream(titles, split_unspaced=True)
    same = overlap(Shingles(words.hashes, words.offsets), a, b)
    return np.maximum(same.a_in_b, same.b_in_a) >= LEAST_CONTAINMENT
