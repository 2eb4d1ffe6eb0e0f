"""The days that the opening of a report names: 'on Friday', 'le 5 février', 'yesterday'.

Only days near the publication count, because they tell when the event was: a weekday is the latest
one on or before it. English, French, German, Spanish, Italian and Portuguese words are known, all
at once: a report in none of these names no day. Start reading at `named_days`.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, Int32Array, IntArray, UIntArray, places_in
from .datafiles import read_lines
from .matrix import Matrix, count_matrix
from .names import article_of_word
from .terms import Terms
from .tokens import stream

OPENING_WORDS = 150  # title and lead; later days are background. 110 to 320 are as good
NEAR = 4  # days between a named day and the publication; a day farther away is background
_WEEK = 7
_EPOCH_WEEKDAY = 3  # 1970-01-01, day 0, was a Thursday; Monday is 0
_TODAY, _YESTERDAY = 7, 8  # lines of days.txt after the seven weekdays
_LAST_DAY = 31
_ORDINALS = ("", "st", "nd", "rd", "th", "er", "o")
_OF = ("de", "of", "di", "do")  # between a day and its month


class _Calendar(NamedTuple):
    """Words as hashes, ascending, and what they mean."""

    days: tuple[UIntArray, IntArray]  # line of days.txt
    two_words: tuple[UIntArray, UIntArray, IntArray]  # first and second word, line of days.txt
    months: tuple[UIntArray, IntArray]  # 1..12
    numbers: tuple[UIntArray, IntArray]  # 1..31


def named_days(terms: Terms, day: IntArray, dated: BoolArray) -> Matrix:
    """Return the days that each of n articles names near its publication, (n, days since 1970).

    `day` (n,) is that of publication; `dated` (n,) marks the articles whose source gave it. The
    others name no day.
    """
    article = article_of_word(terms)
    place = np.arange(len(article)) - terms.offsets[article]
    words = np.flatnonzero((place < OPENING_WORDS) & dated[article])
    article = article[words]
    opening = _Opening(article, terms.columns[words], day[article], terms.hashes)
    parts = [_weekdays(opening), _dates(opening)]
    rows, days = (np.concatenate(column) for column in zip(*parts, strict=True))
    near = (np.abs(days - day[rows]) <= NEAR) & (days >= 0)
    order = np.flatnonzero(near)[np.argsort(rows[near], kind="stable")]
    width = int(day.max(initial=0)) + NEAR + 1
    matrix = count_matrix(rows[order], days[order].astype(np.int32), (len(day), width))
    matrix.data[:] = 1
    return matrix


class _Opening(NamedTuple):
    """The words of the openings of all articles, (w,) each, text by text."""

    article: IntArray
    term: Int32Array
    published: IntArray  # day of the word's article
    hashes: UIntArray  # (v,) of the terms, ascending

    def follows(self) -> BoolArray:
        """Mark each word that has a next word in the same article, (w - 1,)."""
        same: BoolArray = self.article[:-1] == self.article[1:]
        return same

    def look_up(self, listed: UIntArray, values: IntArray) -> IntArray:
        """Return the value of each word, (w,), -1 if it is not listed; `listed` is ascending."""
        places = places_in(listed, self.hashes)
        return np.where(places >= 0, values[places], -1)[self.term]


_Named = tuple[IntArray, IntArray]  # articles, days


def _weekdays(opening: _Opening) -> _Named:
    """Return the days named as a weekday, as today or as yesterday."""
    calendar = _calendar()
    line = opening.look_up(*calendar.days)
    first, second, lines = calendar.two_words
    for one, other, number in zip(
        places_in(opening.hashes, first), places_in(opening.hashes, second), lines, strict=True
    ):
        if one >= 0 and other >= 0:
            both = (opening.term[:-1] == one) & (opening.term[1:] == other) & opening.follows()
            line[:-1][both] = number
    words = np.flatnonzero(line >= 0)
    line, published = line[words], opening.published[words]
    since = (published + _EPOCH_WEEKDAY - line) % _WEEK
    since = np.where(line == _TODAY, 0, np.where(line == _YESTERDAY, 1, since))
    return opening.article[words], published - since


def _dates(opening: _Opening) -> _Named:
    """Return the days named by month and number, in the year that is nearest to publication."""
    calendar = _calendar()
    month, number = opening.look_up(*calendar.months), opening.look_up(*calendar.numbers)
    is_of = np.isin(opening.hashes, _hashes(_OF))[opening.term]
    rows, days = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for gap in (1, 2):
        near = opening.article[:-gap] == opening.article[gap:]
        if gap == 2:  # '4 de febrero'
            near &= is_of[1:-1]
        month_first = near & (month[:-gap] > 0) & (number[gap:] > 0) & (gap == 1)
        day_first = near & (number[:-gap] > 0) & (month[gap:] > 0)
        for words, months, numbers in (
            (np.flatnonzero(month_first), month[:-gap], number[gap:]),
            (np.flatnonzero(day_first), month[gap:], number[:-gap]),
        ):
            for named in _near_year(opening, words, months[words], numbers[words]):
                rows.append(opening.article[words])
                days.append(named)
    return np.concatenate(rows), np.concatenate(days)


def _near_year(
    opening: _Opening, words: IntArray, months: IntArray, numbers: IntArray
) -> Iterator[IntArray]:
    """Yield the days of a month and number in the year of publication, before it and after it."""
    year = opening.published[words].astype("datetime64[D]").astype("datetime64[Y]")
    for shift in (-1, 0, 1):
        start = (year + np.timedelta64(shift, "Y")).astype("datetime64[M]")
        start += (months - 1).astype("timedelta64[M]")
        days = (numbers - 1).astype("timedelta64[D]")
        yield (start.astype("datetime64[D]") + days).astype(np.int64)


@cache
def _calendar() -> _Calendar:
    days: list[tuple[str, int]] = []
    two_words: list[tuple[str, str, int]] = []
    for number, line in enumerate(read_lines("days.txt")):
        for name in line.split():
            first, *rest = name.replace("'", "-").split("-")
            if rest:
                two_words.append((first, rest[0], number))
            else:
                days.append((name, number))
    first_words, second_words, lines = zip(*two_words, strict=True)
    months = [
        (name, number)
        for number, line in enumerate(read_lines("months.txt"), start=1)
        for name in line.split()
    ]
    numbers = [
        (f"{zero}{number}{ending}", number)
        for number in range(1, _LAST_DAY + 1)
        for zero in ("", "0")
        for ending in _ORDINALS
    ]
    return _Calendar(
        _table(days),
        (_hashes(first_words), _hashes(second_words), np.array(lines, np.int64)),
        _table(months),
        _table(numbers),
    )


def _table(rows: Sequence[tuple[str, int]]) -> tuple[UIntArray, IntArray]:
    hashes, first = np.unique(_hashes([word for word, _ in rows]), return_index=True)
    return hashes, np.array([value for _, value in rows], np.int64)[first]


def _hashes(words: Sequence[str]) -> UIntArray:
    return stream(list(words)).hashes


@cache
def weekday_hashes() -> UIntArray:
    """Return the hashes of the names of weekdays, ascending."""
    names, numbers = _calendar().days
    return names[numbers < _WEEK]


@cache
def day_hashes() -> UIntArray:
    """Return the hashes of all words that name a day or a month, ascending: they are no names."""
    calendar = _calendar()
    parts = (calendar.days[0], *calendar.two_words[:2], calendar.months[0])
    return np.unique(np.concatenate(parts))
