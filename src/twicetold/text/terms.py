"""Words to counts of terms: four fields over one vocabulary, and stems. Start at `count_terms`."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, Int32Array, IntArray, UIntArray, offsets_of
from . import tokens
from .matrix import Matrix, count_matrix
from .words import Words, full_text

LEAD_WORDS = 120  # an agency's lead and its context, title included; measured on outlets_en
_TABLE_BITS = 20  # of the table that numbers the terms; 18 to 22 are as fast


class Fields(NamedTuple):
    """Four views of n articles over one vocabulary, (n, v) each: counts, or weights."""

    body: Matrix  # the title and the whole text
    lead: Matrix  # the title and the first words
    title: Matrix
    names: Matrix  # numbers; words with a capital, in the title or inside a sentence


class Terms(NamedTuple):
    """How often each term occurs in each article, and where it can be read."""

    counts: Fields
    stems: Matrix  # (n, s): how often each stem occurs in the title and the first words
    stem_hashes: UIntArray  # (s,) ascending
    hashes: UIntArray  # (v,) of the terms, ascending
    first: IntArray  # (v, 3): an article that has the term, its start and end in the full text
    columns: Int32Array  # (t,): the term of each word, text by text
    offsets: IntArray  # (n + 1,): the words of article i are offsets[i]:offsets[i + 1]
    starts: Int32Array  # (t,): of each word in its text, in characters
    is_name: BoolArray  # (t,): the word belongs to the field of names
    is_inside: BoolArray  # (t,): in a sentence, not its first word: there a capital marks a name
    is_capital: BoolArray  # (t,): starts with a capital
    title_words: IntArray  # (n,): how many words of each article are in its headline


def count_terms(words: Words, counted: BoolArray) -> Terms:
    """Count the terms of n articles on the words that `counted` (t,) marks.

    An article without a counted word has empty rows.
    """
    hashes = words.tokens.hashes[counted]
    starts, ends = words.tokens.starts[counted], words.tokens.ends[counted]
    marks, in_title = words.marks[counted], words.in_title[counted]
    offsets = offsets_of(counted)[words.tokens.offsets]
    size = len(offsets) - 1
    vocabulary, columns, places = _vocabulary(hashes)
    rows = np.repeat(np.arange(size), np.diff(offsets))
    in_lead = np.arange(len(rows)) - offsets[rows] < LEAD_WORDS
    is_name = name_mask(marks) | ((marks & tokens.NUMBER) != 0)
    is_capital = (marks & tokens.CAPITAL) != 0
    is_name |= in_title & is_capital
    shape = (size, len(vocabulary))
    fields = (slice(None), in_lead, in_title, is_name)
    counts = Fields(
        *(
            count_matrix(rows[words_of_field], columns[words_of_field], shape)
            for words_of_field in fields
        )
    )
    stem_hashes, stem_columns, _ = _vocabulary(words.stems[counted][in_lead])
    return Terms(
        counts,
        count_matrix(rows[in_lead], stem_columns, (size, len(stem_hashes))),
        stem_hashes,
        vocabulary,
        np.stack([rows[places], starts[places], ends[places]], axis=1),
        columns,
        offsets,
        starts,
        is_name,
        ~in_title & ((marks & tokens.OPENS) == 0),
        is_capital,
        np.bincount(rows[in_title], minlength=size),
    )


def spell_terms(first: IntArray, titles: Sequence[str], bodies: Sequence[str]) -> list[str]:
    """Return terms as they are written, in lower case; `first` (t, 3) is as in `Terms`."""
    return [word.lower() for word in written_terms(first, titles, bodies)]


def written_terms(first: IntArray, titles: Sequence[str], bodies: Sequence[str]) -> list[str]:
    """Return terms as they are first written; `first` (t, 3) is as in `Terms`."""
    return [
        tokens.spelled_out(full_text(titles[row], bodies[row]))[start:end]
        for row, start, end in first.tolist()
    ]


def name_mask(marks: tokens.MarkArray) -> BoolArray:
    """Mark the words with a capital that do not open a sentence, (t,)."""
    mask: BoolArray = (marks & (tokens.CAPITAL | tokens.OPENS)) == tokens.CAPITAL
    return mask


def _vocabulary(hashes: UIntArray) -> tuple[UIntArray, Int32Array, IntArray]:
    """Return the terms, ascending, the column of each word, and the first word of each column.

    Terms are numbered by a table of the upper bits, which mixed hashes fill evenly: for 5 million
    words this takes a fifth of the time of sorting them.
    """
    bits = min(max(len(hashes).bit_length(), 1), _TABLE_BITS)
    shift = np.uint64(64 - bits)
    slots = (hashes >> shift).astype(np.int64)
    terms = _distinct(hashes, slots, 1 << bits)
    sizes = np.bincount((terms >> shift).astype(np.int64), minlength=1 << bits)
    columns = (np.cumsum(sizes) - sizes).astype(np.int32).take(slots)
    wrong = np.flatnonzero(terms.take(columns) != hashes) if len(terms) else slots
    while len(wrong):
        columns[wrong] += 1
        wrong = wrong[terms.take(columns[wrong]) != hashes[wrong]]
    first = np.full(len(terms), len(hashes))
    np.minimum.at(first, columns, np.arange(len(hashes)))
    return terms, columns, first


def _distinct(hashes: UIntArray, slots: IntArray, size: int) -> UIntArray:
    """Return each hash once, ascending. Each round takes one hash of every used slot."""
    parts = [np.zeros(0, np.uint64)]
    table = np.zeros(size, np.uint64)
    while len(hashes):
        table[slots] = hashes  # whichever hash of a slot wins: the others follow in later rounds
        used = np.flatnonzero(np.bincount(slots, minlength=size))
        parts.append(table[used])
        left = table.take(slots) != hashes
        hashes, slots = hashes[left], slots[left]
    return np.sort(np.concatenate(parts))
