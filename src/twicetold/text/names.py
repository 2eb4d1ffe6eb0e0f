"""Names, numbers and dates in texts, each under one spelling for all languages and scripts.

'Abou Dhabi' is found as 'abu dhabi', '1 200' as '1200', '5 février' as '5 february'. Start reading
at `find_names`; `shared_names` tells what two texts have in common.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from ..arrays import IntArray, UIntArray, places_in
from .datafiles import read_lines
from .terms import Terms, count_terms
from .words import read_words

_LEAST_LETTERS = 3
_PHRASE_WORDS = 4  # of the longest name in the table
_SHORT = 3  # letters; a name this short ('us', 'who', 'eu') counts only with a capital
_DIGIT_GROUP = re.compile(r"[1-9]\d{0,2}|0\d\d")
_GROUP_DIGITS = 3
_DAY = re.compile(r"([1-9]|0[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|e|o|a)?")
_OF = frozenset(("de", "of", "di", "do", "d"))  # between a day and its month


class Names(NamedTuple):
    """The names in some texts, (o,) occurrences in the order of the texts."""

    first: IntArray  # place of the first word among all words
    words: IntArray  # how many words
    name: IntArray  # its place in `names`
    names: list[str]  # in one spelling, sorted: '1200', '5 february', 'abu dhabi'


def find_names(terms: Terms, spelled: Sequence[str]) -> Names:
    """Return the names, numbers and dates of all texts; `spelled` (v,) are the terms, folded."""
    codes: dict[str, int] = {}  # name -> its code, in order of discovery
    parts = [
        _single_words(terms, spelled, codes),
        _phrases(terms, spelled, codes),
        _dates(terms, spelled, codes),
        _thousands(terms, spelled, codes),
    ]
    first, words, code = (np.concatenate(column) for column in zip(*parts, strict=True))
    several = words > 1
    covered = np.zeros(len(terms.columns) + 1, np.int64)
    np.add.at(covered, first[several], 1)
    np.add.at(covered, (first + words)[several], -1)
    # 'Abou' adds nothing to 'Abou Dhabi'
    chosen = several | (np.cumsum(covered)[first] == 0)
    order = np.flatnonzero(chosen)[np.argsort(first[chosen], kind="stable")]
    return Names(first[order], words[order], alphabetical_ranks(codes)[code[order]], sorted(codes))


def shared_names(texts: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """Return the names that both texts have, and how each of the two writes it."""
    one, other = written_names(texts)
    return {name: (one[name], other[name]) for name in one if name in other}


def written_names(texts: Sequence[str]) -> list[dict[str, str]]:
    """Return the names of each text, in order, and how it first writes each."""
    words = read_words(texts, [""] * len(texts))
    terms = count_terms(words, np.ones(len(words.marks), bool))
    spelled = [fold(texts[row][start:end]) for row, start, end in terms.first.tolist()]
    names, rows = find_names(terms, spelled), article_of_word(terms).tolist()
    lengths = [end - start for _, start, end in terms.first.tolist()]
    written: list[dict[str, str]] = [{} for _ in texts]
    for first, count, name in zip(*(each.tolist() for each in names[:3]), strict=True):
        last = first + count - 1
        end = int(terms.starts[last]) + lengths[terms.columns[last]]
        text = texts[rows[first]][int(terms.starts[first]) : end]
        written[rows[first]].setdefault(names.names[name], text)
    return written


def fold(word: str) -> str:
    """Return one spelling for all scripts and accents: 'putin' for Путин, 'etats' for États."""
    if word.isascii():
        return word.lower()
    from anyascii import anyascii

    return re.sub(r"\W", "", anyascii(word)).lower()


def alphabetical_ranks(codes: dict[str, int]) -> IntArray:
    """Return the alphabetical rank of the name with each code, (f,); `codes` are by name.

    Columns in this order make sums over columns independent of the order of discovery.
    """
    ranks = np.zeros(len(codes), np.int64)
    ranks[[codes[name] for name in sorted(codes)]] = np.arange(len(codes))
    return ranks


def article_of_word(terms: Terms) -> IntArray:
    """Return the row of the article that each word belongs to, (t,)."""
    return np.repeat(np.arange(len(terms.offsets) - 1), np.diff(terms.offsets))


_Occurrences = tuple[IntArray, IntArray, IntArray]  # first word, number of words, name


def _single_words(terms: Terms, spelled: Sequence[str], codes: dict[str, int]) -> _Occurrences:
    """Find names of one word: those of the table anywhere, others where marked as a name."""
    table = _english_names()
    anywhere, as_name = np.full(len(spelled), -1), np.full(len(spelled), -1)
    for column, word in enumerate(spelled):
        name = table.get(word)
        if name is not None:
            code = codes.setdefault(name, len(codes))
            as_name[column] = code
            if len(word) > _SHORT:
                anywhere[column] = code
        elif len(word) >= _LEAST_LETTERS or word.isdecimal():
            as_name[column] = codes.setdefault(word, len(codes))
    name_of_word = np.where(terms.is_name, as_name[terms.columns], anywhere[terms.columns])
    first = np.flatnonzero(name_of_word >= 0)
    return first, np.ones(len(first), np.int64), name_of_word[first]


def _phrases(terms: Terms, spelled: Sequence[str], codes: dict[str, int]) -> _Occurrences:
    """Find names of several words: 'Abou Dhabi', 'Etats-Unis'. The longest one counts."""
    table, (word_codes, wanted) = _english_names(), _first_two_words()
    word_code = _per_word([word_codes.get(word, 0) for word in spelled], terms)
    base = len(word_codes) + 1
    pairs = (word_code[:-1] * base + word_code[1:]).astype(np.uint64)
    starts = np.flatnonzero(places_in(wanted, pairs) >= 0)
    ends = terms.offsets[np.searchsorted(terms.offsets, starts, "right")]
    occurrences = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        columns = terms.columns[start : min(start + _PHRASE_WORDS, end)]
        words = [spelled[column] for column in columns]
        for size in range(len(words), 1, -1):
            name = table.get(" ".join(words[:size]))
            if name is not None:
                occurrences.append((start, size, codes.setdefault(name, len(codes))))
                break
    return _occurrences(occurrences)


def _dates(terms: Terms, spelled: Sequence[str], codes: dict[str, int]) -> _Occurrences:
    """Find '5 février', '5 de febrero', 'Feb. 5', '5. Februar', all as '5 february'."""
    months = _english_months()
    english = sorted(set(months.values()))
    places = {name: place for place, name in enumerate(english, 1)}
    month = _per_word([places[months[w]] if w in months else 0 for w in spelled], terms)
    day = _per_word([int(d[1]) if (d := _DAY.fullmatch(w)) else 0 for w in spelled], terms)
    is_of = _per_word([int(word in _OF) for word in spelled], terms)
    article = article_of_word(terms)
    occurrences = []
    for gap in (1, 2):
        near = article[:-gap] == article[gap:]
        if gap == 2:
            near &= is_of[1:-1] > 0
        day_first = near & (day[:-gap] > 0) & (month[gap:] > 0)
        month_first = near & (month[:-gap] > 0) & (day[gap:] > 0) & (gap == 1)
        for place in np.flatnonzero(day_first | month_first).tolist():
            at_day, at_month = (place, place + gap) if day_first[place] else (place + gap, place)
            name = f"{day[at_day]} {english[month[at_month] - 1]}"
            occurrences.append((place, gap + 1, codes.setdefault(name, len(codes))))
    return _occurrences(occurrences)


def _thousands(terms: Terms, spelled: Sequence[str], codes: dict[str, int]) -> _Occurrences:
    """Find '1 200', '1.200', '1,200' as '1200': groups of three digits, one character apart."""
    digits = _per_word([len(w) if _DIGIT_GROUP.fullmatch(w) else 0 for w in spelled], terms)
    article = article_of_word(terms)
    apart = np.diff(terms.starts) - digits[:-1]
    continues = (digits[:-1] > 0) & (digits[1:] == _GROUP_DIGITS) & (apart == 1)
    continues &= article[:-1] == article[1:]
    continues = np.concatenate([[False], continues, [False]])  # word i continues word i - 1
    occurrences = []
    for start in np.flatnonzero(~continues[:-1] & continues[1:]).tolist():
        end = start + 1
        while continues[end]:
            end += 1
        number = "".join(spelled[column] for column in terms.columns[start:end])
        occurrences.append((start, end - start, codes.setdefault(number, len(codes))))
    return _occurrences(occurrences)


def _per_word(values: list[int], terms: Terms) -> IntArray:
    """Return the value of each word's term, (t,); `values` has one for each term."""
    return np.array([*values, 0], np.int64)[terms.columns]


def _occurrences(rows: list[tuple[int, int, int]]) -> _Occurrences:
    first, words, name = np.array(rows, np.int64).reshape(-1, 3).T
    return first, words, name


@cache
def _english_names() -> dict[str, str]:
    """Return the English name of each folded spelling."""
    table: dict[str, str] = {}
    for line in read_lines("names.txt.gz"):
        name, *others = line.split("\t")
        for spelling in (name, *others):
            table[spelling] = name
    return table


@cache
def _first_two_words() -> tuple[dict[str, int], UIntArray]:
    """Return a code for each word that names of several words begin with, from 1, and all pairs.

    A pair is the first code times one more than there are codes, plus the second one.
    """
    several = (spelling.split() for spelling in _english_names() if " " in spelling)
    pairs = {(words[0], words[1]) for words in several}
    distinct = sorted({word for pair in pairs for word in pair})
    codes = {word: code for code, word in enumerate(distinct, 1)}
    wanted = sorted(codes[a] * (len(codes) + 1) + codes[b] for a, b in pairs)
    return codes, np.array(wanted, np.uint64)


@cache
def _english_months() -> dict[str, str]:
    """Return the English month of each folded spelling."""
    lines = [line.split() for line in read_lines("months.txt")]
    return {spelling: spellings[0] for spellings in lines for spelling in spellings}
