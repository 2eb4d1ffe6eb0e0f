"""The facts of statements that can contradict each other: numbers, days and names.

Each has a noun: the word beside it that says what it is a number of, or where in the sentence a day
or a name is. Start reading at `find_facts`.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, UIntArray
from ..text.days import day_hashes, weekday_hashes
from ..text.numbers import POINT, value_of
from ..text.terms import name_mask
from ..text.tokens import NUMBER, Marked, marked_stream, spelled_out, stream
from .concepts import word_idf
from .reading import ReadStory

_AHEAD = 3  # words behind a number in which its noun is looked for
_BEHIND = 2  # words before it in which 'about' is looked for
_NEAR = 10  # words on both sides that say what a number is about
_CONTENT = 1.9  # idf of a word that is no function word; 'people' has 2.0
_SHORTEST = 3  # letters of a noun, and of a name
_LARGEST = 1e15
NO_NOUN = -1  # of a number that nothing stands beside
_JOINED = 2  # places from one day to the next in 'Wednesday and Thursday'
DAY_SIGN = ", "  # between the days of a fact
_SIDE = 31  # tells the word before a name from the one behind it
_IS_TOTAL = re.compile(r"\b(?:of|sur) (?:the|les|its|their) \Z")  # '204 of the 500 seats'
_IS_RATIO = re.compile(r"\s+(?:in|out of|sur|von|de cada|su|em)\s+\d")  # '7 in 10 Americans'
_IN_BRACKETS = re.compile(r"\([^()]{0,200}\)")  # '(0242 GMT on Sunday)', '(Reuters)', '(R-Ariz.)'
_YEAR = re.compile(r"(?:19|20)\d\d")
_MAGNITUDES = {
    name: amount
    for names, amount in (
        ("thousand thousands mille", 1e3),
        ("million millions mln mio", 1e6),
        ("billion billions milliard milliards mrd", 1e9),
    )
    for name in names.split()
}
_COMMON_UNITS = (
    "euro euros dollar dollars pound pounds yen yuan franc francs cent cents rupiah baht rouble"
    " percent point points pct dlr dlrs cts stg"
)
_CURRENCY = re.compile(r"[$€£¥]\s?\Z")
_APPROXIMATE = """
    about around nearly almost over under more less least most than some roughly approximately up
    estimated environ près plus moins quelque presque autour rund etwa fast mehr über unter circa
    casi alrededor unos más menos quasi oltre più meno cerca mais well
"""


class Fact(NamedTuple):
    """A number, a day or a name in a statement."""

    statement: int
    kind: str  # 'number', 'day' or 'name'
    value: str  # '12', '6.1', '30 million'; 'Atico'; days: 'Monday, Friday and Saturday'
    noun: int  # hash of the stem beside it
    word: str  # that word as it is written
    beside: frozenset[int] = frozenset()  # hashes of the stems near a number
    years: frozenset[str] = frozenset()  # that its statement names
    days: frozenset[int] = frozenset()  # hashes of the weekdays that it names
    amount: float = 0.0  # of a number, with its magnitude: 30,000,000
    is_rounded: bool = False
    is_common: bool = False  # reports have so many sums and shares that two are seldom the same


def find_facts(story: ReadStory) -> list[Fact]:
    """Return the facts of all statements; each has up to two nouns.

    Numbers are compared across languages, days and names as they are written.
    """
    bridged = _Spelling.of(story.bridged, story.bridged_langs)
    texts = [_IN_BRACKETS.sub("", text) for text in story.plain]
    written = _Spelling.of(texts, story.plain_langs)
    is_name = name_mask(written.words.marks) & ~written.is_day & ~written.is_number
    return [*bridged.numbers(), *written.days(), *written.names(is_name)]


class _Spelling(NamedTuple):
    """All statements in one spelling, word by word, (t,) each."""

    texts: list[str]
    words: Marked
    is_number: BoolArray
    is_day: BoolArray  # a day or a month
    is_weekday: BoolArray
    is_about: BoolArray  # 'about', 'nearly'
    is_content: BoolArray  # neither a function word, nor short, nor a number or a day

    @classmethod
    def of(cls, texts: Sequence[str], langs: Sequence[str]) -> "_Spelling":
        """Return the statements with the marks of their words."""
        texts = [spelled_out(text) for text in texts]
        words = marked_stream(texts)
        hashes, lengths = words.tokens.hashes, words.tokens.ends - words.tokens.starts
        is_number = (words.marks & NUMBER) != 0
        is_day, is_weekday = (np.isin(hashes, each) for each in (day_hashes(), weekday_hashes()))
        idf = word_idf(hashes, np.array(langs, np.str_)[words.tokens.rows()])
        content = (idf >= _CONTENT) & (lengths >= _SHORTEST) & ~is_number & ~is_day
        about = np.isin(hashes, _hashes(_APPROXIMATE))
        content &= ~about & ~np.isin(hashes, _hashes(" ".join(_MAGNITUDES)))
        return cls(texts, words, is_number, is_day, is_weekday, about, content)

    def written(self, place: int, row: int) -> str:
        """Return a word of a statement."""
        tokens = self.words.tokens
        return self.texts[row][tokens.starts[place] : tokens.ends[place]]

    def numbers(self) -> Iterator[Fact]:
        """Yield the numbers, but no years, days of a month and totals."""
        rows = self.words.tokens.rows()
        beside_day = np.append(self.is_day[1:], False) | np.append(False, self.is_day[:-1])
        for place in np.flatnonzero(self.is_number & ~beside_day).tolist():
            yield from _number_at(self, place, int(rows[place]))

    def days(self) -> Iterator[Fact]:
        """Yield the weekdays that each statement names, as one fact."""
        tokens = self.words.tokens
        rows = tokens.rows()
        for row in np.unique(rows[self.is_weekday]).tolist():
            places = np.flatnonzero(self.is_weekday & (rows == row))
            parts = np.split(places, np.flatnonzero(np.diff(places) > _JOINED) + 1)
            days = [self.texts[row][tokens.starts[p[0]] : tokens.ends[p[-1]]] for p in parts]
            written = dict.fromkeys(day[0].upper() + day[1:] for day in days)
            yield Fact(row, "day", DAY_SIGN.join(written), 0, "day")

    def names(self, is_name: BoolArray) -> Iterator[Fact]:
        """Yield the names (t,) inside of statements, with the words on both sides as their noun."""
        rows, stems = self.words.tokens.rows(), self.words.stems
        inside = np.append(False, rows[1:] == rows[:-1]) & np.append(rows[1:] == rows[:-1], False)
        for place in np.flatnonzero(is_name & inside).tolist():
            row = int(rows[place])
            name, word = self.written(place, row), self.written(place - 1, row)
            sides = int(stems[place - 1]) * _SIDE + int(stems[place + 1])
            if len(name) >= _SHORTEST and not self.texts[row].isupper():  # there all words look so
                yield Fact(row, "name", name, sides, word)


def is_content(word: str, lang: str) -> bool:
    """Whether a word is no function word of its language."""
    hashes = stream([word]).hashes
    return bool((word_idf(hashes, np.full(len(hashes), lang)) >= _CONTENT).any())


@cache
def _hashes(words: str) -> UIntArray:
    return stream(words.split()).hashes


def _number_at(spelling: _Spelling, place: int, row: int) -> Iterator[Fact]:
    text, words, content = spelling.texts[row], spelling.words, spelling.is_content
    tokens = words.tokens
    number = spelling.written(place, row)
    value = value_of(number)
    before, behind_it = text[: tokens.starts[place]], text[tokens.ends[place] :]
    is_ratio = _IS_TOTAL.search(before) or _IS_RATIO.match(behind_it)
    if is_ratio or _YEAR.fullmatch(number) or not 0 <= value < _LARGEST:
        return
    first, last = int(tokens.offsets[row]), int(tokens.offsets[row + 1])
    ahead = range(place + 1, min(place + 1 + _AHEAD, last))
    behind = range(place - 1, max(place - 1 - _BEHIND, first - 1), -1)
    near = range(max(place - _NEAR, first), min(place + _NEAR + 1, last))
    beside = frozenset(int(words.stems[i]) for i in near if content[i])
    rounded = any(spelling.is_about[i] for i in behind)
    has_sign = bool(_CURRENCY.search(before))
    years = frozenset(_YEAR.findall(text))
    days = frozenset(tokens.hashes[first:last][spelling.is_weekday[first:last]].tolist())
    following = spelling.written(place + 1, row) if place + 1 < last else ""
    magnitude = _MAGNITUDES.get(following.lower(), 0.0)
    amount = value * (magnitude or 1)
    shown = number.replace(POINT, ".") + (f" {following.lower()}" if magnitude else "")
    nouns = [i for i in ahead if content[i]][:1] + [i for i in behind[:1] if content[i]]
    for noun in nouns or [place]:
        word = spelling.written(noun, row)
        stem = int(words.stems[noun]) if nouns else NO_NOUN
        common = has_sign or word.lower() in _COMMON_UNITS.split()
        yield Fact(row, "number", shown, stem, word, beside, years, days, amount, rounded, common)
