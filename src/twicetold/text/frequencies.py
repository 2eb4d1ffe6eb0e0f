"""Document frequencies of words in news at large, shipped as data for each language.

A window of few articles cannot tell that "says" is common. If f is a word's share of all words of
its language, then P = 1 - (1 - f)^300 is the share of articles of 300 words that have it. This
served as well as counts from 12,000 articles. Start reading at `background_idf`.
"""

from collections.abc import Sequence
from functools import cache

import numpy as np

from ..arrays import Float32Array, FloatArray, UIntArray
from . import tokens
from .datafiles import read_lines

ARTICLE_WORDS = 300
ARTICLES = 12_000  # as if counted on so many: no word is rarer than 1 in these
_STEPS_PER_DECADE = 10  # line i of a list: words of share 10 ** -(i + .5) / 10
_LONGEST_CODE = 3  # letters of a language's code; an old index may have longer names
# the languages with a list; a word may be common in one of them
LANGUAGES = ("ar", "de", "en", "es", "fr", "it", "nl", "pt", "ru")
_RAREST = 5.0  # decades: a word that is not in the list is as rare as this


def background_idf(hashes: UIntArray, langs: Sequence[str]) -> Float32Array:
    """Return the idf of each term in each language, (langs, v); nan for a language without list.

    `hashes` (v,) are those of the terms, ascending.

    Source: scikit-learn's TfidfTransformer with smooth_idf.
    """
    idf = np.full((len(langs), len(hashes)), np.nan, np.float32)
    for place, lang in enumerate(langs):
        listed, frequency = _frequencies(lang)
        if not len(listed):
            continue
        spots = np.minimum(np.searchsorted(listed, hashes), len(listed) - 1)
        share = np.where(listed[spots] == hashes, frequency[spots], 10.0**-_RAREST)
        articles = ARTICLES * (1 - (1 - share) ** ARTICLE_WORDS)
        idf[place] = np.log((1 + ARTICLES) / (1 + articles)) + 1
    return idf


@cache
def _frequencies(lang: str) -> tuple[UIntArray, FloatArray]:
    """Return the hashes of the listed words of a language, ascending, and their shares."""
    is_code = lang.isascii() and lang.isalpha() and len(lang) <= _LONGEST_CODE
    lines = read_lines(f"frequencies/{lang}.txt.gz") if is_code else []
    if not lines:
        return np.zeros(0, np.uint64), np.zeros(0)
    words = [line.split() for line in lines]
    stream = tokens.stream([word for line in words for word in line], split_unspaced=True)
    steps = np.repeat(np.arange(len(lines)), [len(line) for line in words])
    # "aujourd'hui" is two words of a text; each of them is at least as frequent as the whole
    steps = np.repeat(steps, np.diff(stream.offsets))
    hashes, first = np.unique(stream.hashes, return_index=True)  # the first is the most frequent
    return hashes, 10.0 ** -((steps[first] + 0.5) / _STEPS_PER_DECADE)
