"""Is one text taken from the other? Measured on shingles, with templates told apart.

A template refilled each day (market close, lottery, weather) shares most of its shingles with
yesterday's text and is not a copy: its numbers and names differ. Start reading at `compare`.
"""

from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray, offsets_of
from ..text import tokens
from ..text.terms import name_mask
from ..text.tokens import Tokens
from ..text.words import Words
from .shingles import SHINGLE_WORDS, Overlap, Shingles, overlap, shingles

# Jaccard by signature of texts worth comparing; a text that holds a fifth of the other shows more
LOOK_ALIKE = 0.06
LEAST_SHARED = 8  # shingles; less is a phrase or a line of furniture
SHORT = 16  # with fewer shared shingles, the titles must agree too ("Qtly div four cts")
LEAST_JACCARD = 0.2  # below it, the longer text holds the shorter one among much else
LEAST_CONTAINMENT = 0.5

# The share of the numbers, and of the names, of one text that the other must have.
# Measured on newswire_1987, press_fr and wirecopy_en: copies have .5 to 1 of each; market reports,
# rate tables and dividends lie below.
LEAST_SAME_FACTS = 0.5
# On another day even less shared text shows a template, if numbers and all facts differ: of 2,460
# pairs of newswire_1987 sharing a tenth, 2,370 are such; running stories of outlets_en are not.
LATER_HOURS = 20.0
LATER_JACCARD = 0.1
LATER_SAME_NUMBERS = 0.7
LATER_SAME_FACTS = 0.8
# Signatures decide where a text is gone, and templates must stay out: few have a Jaccard similarity
# over .65, none over .77. At .8 an estimate has a standard error of .035; of pairs at .7, one in
# 150 is estimated at .8 or more. Of 669 pairs that reach it in newswire_1987, press_fr and
# wirecopy_en, 668 are copies by their texts, too.
LEAST_ESTIMATE = 0.8
_FEW_FACTS = 3  # with fewer numbers or names than this, they decide nothing


class Comparison(NamedTuple):
    """The texts of pairs compared, (p,) each: copies, templates, or neither."""

    overlap: Overlap
    copy: BoolArray
    template: BoolArray


def compare(
    words: Words, chosen: BoolArray, a: IntArray, b: IntArray, hours: FloatArray
) -> Comparison:
    """Compare pairs of articles: `a` and `b` (p,) are row numbers, `hours` (p,) the time between.

    `chosen` (t,) marks the outlets' own words, see `own_words_mask`. Unknown hours are nan, and
    count as 0.
    """
    texts = _select(words.tokens, chosen)
    shared = overlap(shingles(texts), a, b)
    contained = np.maximum(np.maximum(shared.a_in_b, shared.b_in_a), shared.jaccard)
    alike = (shared.jaccard >= LEAST_JACCARD) & (contained >= LEAST_CONTAINMENT)
    alike &= shared.shared >= LEAST_SHARED
    alike &= (shared.shared >= SHORT) | titles_agree(words, a, b)
    is_number, is_name = _facts(words, chosen, texts.offsets)
    numbers, names = _shared_part(texts, is_number, a, b), _shared_part(texts, is_name, a, b)
    facts = _shared_part(texts, is_number | is_name, a, b)
    template = alike & ((numbers < LEAST_SAME_FACTS) | (names < LEAST_SAME_FACTS))
    later = (np.nan_to_num(hours) >= LATER_HOURS) & (shared.shared >= SHORT)
    later &= shared.jaccard >= LATER_JACCARD
    template |= later & (numbers < LATER_SAME_NUMBERS) & (facts < LATER_SAME_FACTS)
    return Comparison(shared, alike & ~template, template)


def copies_by_signature(
    lengths: IntArray,
    titles_agree: BoolArray,
    estimated: FloatArray,
    a: IntArray,
    b: IntArray,
    least: float = LEAST_ESTIMATE,
) -> BoolArray:
    """Return which pairs are copies, (p,), by their `estimated` (p,) Jaccard similarity alone.

    For pairs without texts. `lengths` (n,) are in words. Templates cannot be told from copies.
    """
    runs = np.maximum(lengths - SHINGLE_WORDS + 1, 1)
    shared = estimated / (1 + estimated) * (runs[a] + runs[b])
    alike: BoolArray = (estimated >= least) & (shared >= LEAST_SHARED)
    alike &= (shared >= SHORT) | titles_agree
    return alike


def titles_agree(words: Words, a: IntArray, b: IntArray) -> BoolArray:
    """Return whether one title of each pair has half or more of the words of the other, (p,)."""
    titles = _select(words.tokens, words.in_title)
    same = overlap(Shingles(titles.hashes, titles.offsets), a, b)
    return np.maximum(same.a_in_b, same.b_in_a) >= LEAST_CONTAINMENT


def _select(words: Tokens, chosen: BoolArray) -> Tokens:
    offsets = offsets_of(chosen)[words.offsets]
    return Tokens(words.hashes[chosen], offsets, words.starts[chosen], words.ends[chosen])


def _facts(words: Words, chosen: BoolArray, offsets: IntArray) -> tuple[BoolArray, BoolArray]:
    """Mark the numbers and the names among the own words; the first word of a text is no name."""
    marks = words.marks[chosen]
    is_name = name_mask(marks)
    is_name[offsets[:-1][np.diff(offsets) > 0]] = False
    return (marks & tokens.NUMBER) != 0, is_name


def _shared_part(texts: Tokens, chosen: BoolArray, a: IntArray, b: IntArray) -> FloatArray:
    """Return which share of either text's chosen words the other has, the larger; 1 if few."""
    facts = Shingles(texts.hashes[chosen], offsets_of(chosen)[texts.offsets])
    counts = np.diff(facts.offsets)
    enough = np.minimum(counts[a], counts[b]) >= _FEW_FACTS
    same = overlap(facts, a, b)
    return np.where(enough, np.maximum(same.a_in_b, same.b_in_a), 1.0)
