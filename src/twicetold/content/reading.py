"""A story read once: its statements and their concepts, which all answers are made from."""

from collections import Counter
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, FloatArray
from ..text.bridging import bridged_texts
from ..text.numbers import plain_numbers
from .concepts import Concepts, count_concepts
from .reports import Reports
from .statements import Statement, find_statements

_BRIDGE = "en"  # which reports of several languages are bridged to; and one of none is taken for it


class ReadStory(NamedTuple):
    """The reports of a story and their s statements."""

    reports: Reports
    statements: list[Statement]
    plain: list[str]  # their texts with numbers in one spelling
    plain_langs: list[str]
    bridged: list[str]  # these in one language, as they are compared; the same if they are in one
    bridged_langs: list[str]
    concepts: Concepts
    covered: dict[int, FloatArray]  # by statement, (2, n), what `report_coverage` computed so far

    def outlets_of(self, statement: int, reports: BoolArray) -> tuple[str, ...]:
        """Return the outlet of a statement, then those of other reports that `reports` (n,) marks.

        Each once, the others in order of time.
        """
        rows = [self.statements[statement].article, *np.flatnonzero(reports).tolist()]
        return tuple(dict.fromkeys(self.reports.outlets[row] for row in rows))

    @property
    def lang(self) -> str:
        """The language that most of its different texts are in; of equally many, the first one."""
        rows = dict.fromkeys(self.reports.texts.tolist())
        langs = Counter(self.reports.langs[row] for row in rows)
        return str(langs.most_common(1)[0][0])


def read_story(reports: Reports) -> ReadStory:
    """Return the statements of at least one report with their concepts.

    Reports of several languages are bridged.
    """
    statements = find_statements(reports)
    langs = [reports.langs[statement.article] or _BRIDGE for statement in statements]
    texts = [
        plain_numbers(statement.text, lang)
        for statement, lang in zip(statements, langs, strict=True)
    ]
    bridged, bridged_langs = texts, langs
    if len(set(langs)) > 1:
        bridged, bridged_langs = bridged_texts(texts, langs), [_BRIDGE] * len(texts)
    concepts = count_concepts(bridged, bridged_langs)
    return ReadStory(reports, statements, texts, langs, bridged, bridged_langs, concepts, {})
