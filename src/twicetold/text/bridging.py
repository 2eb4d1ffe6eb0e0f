"""Texts of several languages in one spelling, so that they can be compared word by word.

Names get their English spelling ('Abou Dhabi' is 'abu dhabi'), other words the English key of their
language's lexicon ('otage' is 'hostage'). It is for comparing, not for reading.
"""

import itertools
from collections.abc import Sequence

import numpy as np

from .crosslingual import LEXICONS, lexicon
from .names import find_names, fold
from .terms import count_terms, written_terms
from .words import read_words


def bridged_texts(texts: Sequence[str], langs: Sequence[str]) -> list[str]:
    """Return each text as words under English keys and names under English spellings, (n,).

    What a lexicon marks as a function word of its language ('de_fr') is left out.
    """
    words = read_words(texts, [""] * len(texts))
    terms = count_terms(words, np.ones(len(words.marks), bool))
    written = [word.lower() for word in written_terms(terms.first, texts, [""] * len(texts))]
    folded = [fold(word) for word in written]
    spelled: list[str] = []
    for row, lang in enumerate(langs):
        keys = lexicon(lang) if lang in LEXICONS else {}
        columns = terms.columns[terms.offsets[row] : terms.offsets[row + 1]].tolist()
        spelled += [keys.get(written[column], folded[column]) for column in columns]
    names = find_names(terms, folded)
    for first, count, name in zip(
        names.first.tolist(), names.words.tolist(), names.name.tolist(), strict=True
    ):
        spelled[first : first + count] = [names.names[name]] + [""] * (count - 1)
    bounds = terms.offsets.tolist()
    return [
        " ".join(word for word in spelled[start:end] if word and "_" not in word)
        for start, end in itertools.pairwise(bounds)
    ]
