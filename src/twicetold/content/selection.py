"""Choose the statements that say most of what the reports have in common.

A concept weighs as much as reports agree on it, and as early as they have it; the statements are
chosen that have the heaviest concepts for their length, each concept counted once. Start reading at
`choose`.

Source: Gillick & Favre 2009, A scalable global model for summarization (concepts of a summary
count once); the weights are ours.
"""

import re
from collections.abc import Sequence

import numpy as np

from ..arrays import BoolArray, FloatArray, IntArray
from .concepts import Concepts, headline_weights
from .statements import Statement

SHORTEST = 8  # words of a statement that is chosen
LONGEST = 50  # to be read at a glance; 60 is as good by ROUGE
_HALF = 50  # words before a statement that halve its weight
_AGREEMENT = 2  # exponent of the number of texts that have a concept
_LENGTH = 0.5  # exponent of a statement's length in words
# a statement that goes on from the last one: "It landed …", "…," he said
GOES_ON = re.compile(
    r"(?:[\"“«„]\s*)?(?:he|she|it|they|his|her|their|its|this|that|these|those|both|such|but|and|il"
    r"|elle|ils|elles|ce|cette|ces|mais|et|er|sie|es|aber|und|él|ella|ellos|pero|y|lui|lei|essi|ma"
    r"|ele|ela|eles|mas)\b"
    r"|.{0,600}\b(?:he|she|they) (?:said|says|added|told|wrote)\b",
    re.IGNORECASE | re.DOTALL,
)
_QUOTATION = re.compile(r"[\"“«„].*[\"”»“]\W*")
_GOING_ON = 0.7  # what such a statement counts
_TITLE = 0.05  # how much a distinctive word of all headlines adds, for 1 of its idf


def choose(
    statements: Sequence[Statement],
    texts: IntArray,
    concepts: Concepts,
    *,
    candidates: BoolArray,
    most: int,
) -> list[int]:
    """Return the places of up to `most` statements that say most, the best first.

    `texts` (s,) is the text of each statement: copies count once. `candidates` (s,) marks what may
    be chosen.
    """
    length = np.array([statement.words for statement in statements], np.int64)
    headline = np.array([statement.in_headline for statement in statements], bool)
    weights = _concept_weights(statements, texts, concepts, headline)
    goes_on = np.array([bool(GOES_ON.match(statement.text)) for statement in statements], bool)
    quoted = np.array([bool(_QUOTATION.fullmatch(s.text)) for s in statements], bool)
    worth = _title_bonus(concepts, headline) / np.maximum(length, 1) ** _LENGTH
    worth = np.where(goes_on, _GOING_ON, 1) * worth
    open_ = candidates & ~headline & ~quoted & (length >= SHORTEST) & (length <= LONGEST)
    chosen: list[int] = []
    while len(chosen) < most and open_.any():
        gains = np.where(open_, np.asarray(concepts.rows @ weights) * worth, 0)
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        chosen.append(best)
        open_[best] = False
        weights[concepts.of(best)] = 0
    return chosen


def _concept_weights(
    statements: Sequence[Statement], texts: IntArray, concepts: Concepts, headline: BoolArray
) -> FloatArray:
    """Return how much reports agree on each concept, (c,); 0 for what one of several texts has."""
    before = np.array([statement.before for statement in statements], np.float64)
    early = np.where(headline, 0, 1 / (1 + before / _HALF))
    rows, size = concepts.rows, concepts.rows.shape[1]
    cell_row = np.repeat(np.arange(rows.shape[0]), np.diff(rows.indptr))
    _, text = np.unique(texts, return_inverse=True)
    of_text = np.zeros((int(text.max(initial=0)) + 1, size))
    np.maximum.at(of_text, (text[cell_row], rows.indices), early[cell_row])
    weights = np.asarray(of_text.sum(axis=0) ** _AGREEMENT)
    if len(of_text) > 1:
        weights[(of_text > 0).sum(axis=0) < 2] = 0
    return weights


def _title_bonus(concepts: Concepts, headline: BoolArray) -> FloatArray:
    """Return the factor of each statement, (s,): 1, and more for words of the headlines."""
    weights = headline_weights(concepts, headline) / max(int(headline.sum()), 1)
    return 1 + _TITLE * np.asarray(concepts.rows @ weights)
