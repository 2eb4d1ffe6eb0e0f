"""How rare words are in news at large, whatever the window holds: document frequencies as data.

A window of few articles can't tell that "says" is common. From a word's share f of all words of
its language follows how many articles of 300 words have it: P = 1 - (1 - f)^300. It served as
well as counts from 12,000 articles. Start reading at `rarity`.
"""

import gzip
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import numpy.typing as npt

from . import tokens
from .tokens import UIntArray

RarityArray = npt.NDArray[np.float32]

ARTICLE_WORDS = 300
ARTICLES = 12_000  # a background as if counted on so many: no word is rarer than 1 in these
_STEPS_A_DECADE = 10
_RAREST = 5.0  # decades: words not in the list are this rare, or rarer


def rarity(hashes: UIntArray, langs: Sequence[str]) -> RarityArray:
    """The background's idf of each term in each language, (langs, v); nan without a list.

    `hashes` (v,) are those of the terms, rising.

    Source: scikit-learn's TfidfTransformer with smooth_idf.
    """
    found = np.full((len(langs), len(hashes)), np.nan, np.float32)
    for place, lang in enumerate(langs):
        listed, frequency = _frequencies(lang)
        if not len(listed):
            continue
        spots = np.minimum(np.searchsorted(listed, hashes), len(listed) - 1)
        share = np.where(listed[spots] == hashes, frequency[spots], 10.0**-_RAREST)
        articles = ARTICLES * (1 - (1 - share) ** ARTICLE_WORDS)
        found[place] = np.log((1 + ARTICLES) / (1 + articles)) + 1
    return found


@cache
def _frequencies(lang: str) -> tuple[UIntArray, npt.NDArray[np.float64]]:
    """Hashes of the listed words of a language, rising, and their share of all words."""
    table = files("twicetold") / "data" / "frequencies" / f"{lang}.txt.gz"
    if not lang.isalpha() or not table.is_file():
        return np.zeros(0, np.uint64), np.zeros(0)
    lines = gzip.decompress(table.read_bytes()).decode().splitlines()
    words = [line.split() for line in lines]
    flat = [word for line in words for word in line]
    stream = tokens.stream(flat, split_unspaced=True)
    steps = np.repeat(np.arange(len(lines)), [len(line) for line in words])
    # "aujourd'hui" is two words of a text; either is at least as frequent as the whole
    steps = np.repeat(steps, np.diff(stream.offsets))
    hashes, first = np.unique(stream.hashes, return_index=True)  # of the most frequent
    return hashes, 10.0 ** -((steps[first] + 0.5) / _STEPS_A_DECADE)
