"""Numbers of texts in one spelling: '1,170' and '1 170' are 1170, 'douze' and 'twelve' are 12.

Start reading at `plain_numbers`.
"""

import re
from functools import cache

from .datafiles import read_lines

# 10:42, 10.42 a.m., 10 h 42: the time of day is no quantity
_CLOCK = re.compile(r"\b\d{1,2}(?::\d\d|[.:]\d\d ?[ap]\.?m\b| ?h ?\d\d)\b", re.IGNORECASE)
_THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:[,.\u00a0\u202f'’ ]\d{3})+(?![\d.,]?\d)")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)[.,](\d{1,2})(?![\d.,]?\d)")
_SIGNS = re.compile(r"[^\d]")
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_NAMED = (*range(2, 21), 30, 40, 50, 60)  # numbers that numbers.txt has words for, in this order
POINT = "p"  # of a decimal number, so that it is one word: 6.1 is 6p1


def plain_numbers(text: str, lang: str) -> str:
    """Return a text with its numbers in one spelling, and without times of day.

    >>> plain_numbers("Twelve of 1,170 houses at 10:42, magnitude 6.1", "en")
    '12 of 1170 houses at , magnitude 6p1'
    """
    text = _CLOCK.sub("", text)
    text = _THOUSANDS.sub(lambda found: _SIGNS.sub("", found[0]), text)
    text = _DECIMAL.sub(rf"\g<1>{POINT}\2", text)
    words = _number_words().get(lang, {})
    return _WORD.sub(lambda found: words.get(found[0].casefold(), found[0]), text)


def value_of(number: str) -> float:
    """Return the value of a number as `plain_numbers` writes it; nan for another word."""
    try:
        return float(number.replace(POINT, ".", 1))
    except ValueError:
        return float("nan")


@cache
def _number_words() -> dict[str, dict[str, str]]:
    """Return the digits of each word for a number, by language."""
    lines = (line.split() for line in read_lines("numbers.txt") if line[:1] != "#")
    return {
        lang: {word: str(number) for word, number in zip(words, _NAMED, strict=True)}
        for lang, *words in lines
    }
