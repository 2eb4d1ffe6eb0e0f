"""What crosses languages: things under one name, words under one key, pieces of kindred words.

Three views of each article, each a matrix of counts, in which two languages can meet: names,
numbers and dates ('Abou Dhabi', '1 200', '5 février'); words by way of small lexicons ('otage',
'hostage'); and character 4-grams of folded words ('dialogue', 'militaire' / 'military'). Start
reading at `cross`; `shared` tells what a pair has in common.
"""

import gzip
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from scipy import sparse

from . import terms as vectors
from .terms import Matrix, Terms
from .tokens import IntArray

GRAM = 4  # characters; .60 of French Olympic headlines find their English twin first by these
LEXICONS = ("de", "en", "es", "fr", "it", "pt")  # languages with words in English keys
_NAME_LENGTH = 3
_PHRASE = 4  # words of the longest name in the table
_SHORT = 3  # a name of so few letters ('us', 'who', 'eu') counts with a capital only
_GROUP = re.compile(r"[1-9]\d{0,2}|0\d\d")
_GROUP_DIGITS = 3
_DAY = re.compile(r"([1-9]|0[1-9]|[12]\d|3[01])(?:st|nd|rd|th|er|e|o|a)?")
_OF = frozenset(("de", "of", "di", "do", "d"))  # between a day and its month


class Crossing(NamedTuple):
    """Language-neutral views of n articles, each (n, f): counts, or their weights."""

    names: Matrix  # names, numbers and dates
    words: Matrix  # words of title and lead, under English keys where a lexicon has them
    grams: Matrix  # character 4-grams of the folded words of title and lead


class Features(NamedTuple):
    """What the columns of each view are called, rising: 'abu dhabi', 'hostage', '_hos'."""

    names: list[str]
    words: list[str]
    grams: list[str]


class Things(NamedTuple):
    """Where texts name things, (o,) each, in the order of the texts."""

    first: IntArray  # place of the first token in the stream
    words: IntArray  # how many tokens
    feature: IntArray  # its number
    names: list[str]  # of features, as written down once: 'abu dhabi', '1200', '5 february'


def cross(
    terms: Terms, words: Sequence[str], langs: Sequence[str], lang: IntArray
) -> tuple[Crossing, Features]:
    """The counts of all views, and what their columns are called.

    `words` are the terms of the vocabulary, as they are written; `lang` (n,) places in `langs`.
    """
    spelled = [folded(word) for word in words]
    named = things(terms, spelled)
    rows = _article_of(terms)[named.first]
    ones = np.ones(len(rows), np.float32)
    shape = (len(lang), max(len(named.names), 1))
    of_words, parts = _map([grams(word) for word in spelled])
    pieces = sparse.csr_array(terms.counts.lead @ of_words)
    pieces.sort_indices()  # sums must not depend on what else is in the window
    keyed, keys = _by_key(terms.counts.lead, words, spelled, langs, lang)
    views = Crossing(sparse.csr_array((ones, (rows, named.feature)), shape), keyed, pieces)
    return views, Features(named.names, keys, parts)


def weigh(counts: Crossing, langs: IntArray) -> Crossing:
    """TF-IDF weights: how rare a feature is counts within each language."""
    return Crossing(*(vectors.weigh(view, langs) for view in counts))


def things(terms: Terms, spelled: Sequence[str]) -> Things:
    """Names, numbers and dates in the texts; `spelled` are the terms, folded."""
    numbers: dict[str, int] = {}
    found = [
        _single(terms, spelled, numbers),
        _phrases(terms, spelled, numbers),
        _dates(terms, spelled, numbers),
        _thousands(terms, spelled, numbers),
    ]
    first, words, feature = (np.concatenate(column) for column in zip(*found, strict=True))
    several = words > 1
    reach = np.zeros(len(terms.columns) + 1, np.int64)
    np.add.at(reach, first[several], 1)
    np.add.at(reach, (first + words)[several], -1)
    told = several | (np.cumsum(reach)[first] == 0)  # 'Abou' says nothing beside 'Abou Dhabi'
    order = np.flatnonzero(told)[np.argsort(first[told], kind="stable")]
    rank = _ranks(numbers)
    return Things(first[order], words[order], rank[feature[order]], sorted(numbers))


def shared(texts: tuple[str, str]) -> dict[str, tuple[str, str]]:
    """The names, numbers and dates of both texts, and how each of the two writes them."""
    terms = vectors.count(texts, ("", ""))
    words = [texts[row][start:end] for row, start, end in terms.first.tolist()]
    named = things(terms, [folded(word) for word in words])
    written: tuple[dict[int, str], dict[int, str]] = ({}, {})
    for first, count, feature in zip(*named[:3], strict=True):
        row = int(first >= terms.offsets[1])
        last = first + count - 1
        _, start, end = terms.first[terms.columns[last]].tolist()
        there = slice(int(terms.starts[first]), int(terms.starts[last]) + end - start)
        written[row].setdefault(int(feature), texts[row][there])
    both = [feature for feature in written[0] if feature in written[1]]
    return {named.names[f]: (written[0][f], written[1][f]) for f in both}


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


_Found = tuple[IntArray, IntArray, IntArray]


def _single(terms: Terms, spelled: Sequence[str], numbers: dict[str, int]) -> _Found:
    """Names of one word: those of the table wherever they stand, others where marked as a name."""
    table = _aliases()
    plain, marked = np.full(len(spelled), -1), np.full(len(spelled), -1)
    for column, word in enumerate(spelled):
        name = table.get(word)
        if name is not None:
            number = numbers.setdefault(name, len(numbers))
            marked[column] = number
            if len(word) > _SHORT:
                plain[column] = number
        elif len(word) >= _NAME_LENGTH or word.isdecimal():
            marked[column] = numbers.setdefault(word, len(numbers))
    feature = np.where(terms.is_name, marked[terms.columns], plain[terms.columns])
    first = np.flatnonzero(feature >= 0)
    return first, np.ones(len(first), np.int64), feature[first]


def _phrases(terms: Terms, spelled: Sequence[str], numbers: dict[str, int]) -> _Found:
    """Names of several words: 'Abou Dhabi', 'Etats-Unis'. The longest one counts."""
    table, leads = _aliases(), _leads()
    codes = {word: code for code, word in enumerate(sorted({w for lead in leads for w in lead}), 1)}
    code = _of_terms([codes.get(word, 0) for word in spelled], terms)
    wanted = np.array(sorted(codes[a] * (len(codes) + 1) + codes[b] for a, b in leads), np.int64)
    pairs = code[:-1] * (len(codes) + 1) + code[1:]
    starts = np.flatnonzero(np.isin(pairs, wanted))
    ends = terms.offsets[np.searchsorted(terms.offsets, starts, "right")]
    found = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        words = [spelled[column] for column in terms.columns[start : min(start + _PHRASE, end)]]
        for size in range(len(words), 1, -1):
            name = table.get(" ".join(words[:size]))
            if name is not None:
                found.append((start, size, numbers.setdefault(name, len(numbers))))
                break
    return _columns(found)


def _dates(terms: Terms, spelled: Sequence[str], numbers: dict[str, int]) -> _Found:
    """'5 février', '5 de febrero', 'Feb. 5', '5. Februar' as one: '5 february'."""
    months = _months()
    english = sorted(set(months.values()))
    places = {name: place for place, name in enumerate(english, 1)}
    month = _of_terms([places[months[w]] if w in months else 0 for w in spelled], terms)
    day = _of_terms([int(d[1]) if (d := _DAY.fullmatch(w)) else 0 for w in spelled], terms)
    of = _of_terms([int(word in _OF) for word in spelled], terms)
    text = _article_of(terms)
    found = []
    for gap in (1, 2):
        near = text[:-gap] == text[gap:]
        if gap == 2:
            near &= of[1:-1] > 0
        day_first = near & (day[:-gap] > 0) & (month[gap:] > 0)
        month_first = near & (month[:-gap] > 0) & (day[gap:] > 0) & (gap == 1)
        for place in np.flatnonzero(day_first | month_first).tolist():
            at_day, at_month = (place, place + gap) if day_first[place] else (place + gap, place)
            name = f"{day[at_day]} {english[month[at_month] - 1]}"
            found.append((place, gap + 1, numbers.setdefault(name, len(numbers))))
    return _columns(found)


def _thousands(terms: Terms, spelled: Sequence[str], numbers: dict[str, int]) -> _Found:
    """'1 200', '1.200', '1,200' as '1200': groups of three digits, one character apart."""
    digits = _of_terms([len(w) if _GROUP.fullmatch(w) else 0 for w in spelled], terms)
    text = _article_of(terms)
    apart = np.diff(terms.starts) - digits[:-1]
    goes_on = (digits[:-1] > 0) & (digits[1:] == _GROUP_DIGITS) & (apart == 1)
    goes_on &= text[:-1] == text[1:]
    goes_on = np.concatenate([[False], goes_on, [False]])  # of each token: from the one before
    found = []
    for start in np.flatnonzero(~goes_on[:-1] & goes_on[1:]).tolist():
        end = start + 1
        while goes_on[end]:
            end += 1
        number = "".join(spelled[column] for column in terms.columns[start:end])
        found.append((start, end - start, numbers.setdefault(number, len(numbers))))
    return _columns(found)


def _by_key(
    counts: Matrix,
    words: Sequence[str],
    spelled: Sequence[str],
    langs: Sequence[str],
    lang: IntArray,
) -> tuple[Matrix, list[str]]:
    """Counts of words under their English keys, by the lexicon of each article's language."""
    numbers: dict[str, int] = {}
    maps = {}
    for place, name in enumerate(langs):
        lexicon = _lexicon(name)
        keys = [lexicon.get(word, fold) for word, fold in zip(words, spelled, strict=True)]
        maps[place] = np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)
    rank = _ranks(numbers)
    entry_lang = np.repeat(lang, np.diff(counts.indptr))
    columns = counts.indices.astype(np.int64)
    for place, to in maps.items():
        here = entry_lang == place
        columns[here] = rank[to[columns[here]]]
    matrix = sparse.csr_array(
        (counts.data.copy(), columns, counts.indptr.copy()), (counts.shape[0], max(len(numbers), 1))
    )
    matrix.sum_duplicates()
    return matrix, sorted(numbers)


def _article_of(terms: Terms) -> IntArray:
    """The row of the article in which each token stands, (t,)."""
    return np.repeat(np.arange(len(terms.offsets) - 1), np.diff(terms.offsets))


def _of_terms(values: list[int], terms: Terms) -> IntArray:
    """A number of each term, at each token, (t,)."""
    return np.array([*values, 0], np.int64)[terms.columns]


def _columns(found: list[tuple[int, int, int]]) -> _Found:
    first, words, feature = np.array(found, np.int64).reshape(-1, 3).T
    return first, words, feature


def _ranks(numbers: dict[str, int]) -> IntArray:
    """Number -> place in the order of the names: sums over columns must not depend on the rest."""
    rank = np.zeros(len(numbers), np.int64)
    rank[[numbers[name] for name in sorted(numbers)]] = np.arange(len(numbers))
    return rank


def _map(features: Sequence[tuple[str, ...]]) -> tuple[Matrix, list[str]]:
    """(v, f): 1 where a word has a feature; and the features."""
    numbers: dict[str, int] = {}
    places = [numbers.setdefault(feature, len(numbers)) for word in features for feature in word]
    columns = _ranks(numbers)[np.array(places, np.int64)]
    offsets = np.cumsum([0, *map(len, features)])
    shape = (len(features), max(len(numbers), 1))
    ones = np.ones(len(columns), np.float32)
    return sparse.csr_array((ones, columns, offsets), shape), sorted(numbers)


@cache
def _aliases() -> dict[str, str]:
    """Spelling, folded -> the English name."""
    table: dict[str, str] = {}
    for line in _lines("names.txt.gz"):
        name, *others = line.split("\t")
        for spelling in (name, *others):
            table[spelling] = name
    return table


@cache
def _leads() -> frozenset[tuple[str, str]]:
    """The first two words of all names of several."""
    several = (spelling.split() for spelling in _aliases() if " " in spelling)
    return frozenset((words[0], words[1]) for words in several)


@cache
def _months() -> dict[str, str]:
    """Spelling, folded -> the English month."""
    lines = [line.split() for line in _lines("months.txt")]
    return {spelling: spellings[0] for spellings in lines for spelling in spellings}


@cache
def _lexicon(lang: str) -> dict[str, str]:
    """Word, as written -> its English key; empty for a language without lexicon."""
    if lang not in LEXICONS:
        return {}
    table: dict[str, str] = {}
    for line in _lines(f"lexicon/{lang}.txt.gz"):
        key, *words = line.split(" ")
        for word in words:
            table[word] = key
    return table


def _lines(name: str) -> list[str]:
    stored = (files("twicetold") / "data" / name).read_bytes()
    text = gzip.decompress(stored) if name.endswith(".gz") else stored
    return text.decode().splitlines()
