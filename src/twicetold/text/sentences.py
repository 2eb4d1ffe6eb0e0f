"""Texts to sentences, with their places. Start reading at `sentence_spans`.

sentencex knows the abbreviations and quotation marks of many languages; what it cuts after an
abbreviation that it does not know is joined again.
"""

import re

from .headlines import Span

_ENDS = re.compile(r"[.!?:;…。！？][\"'“”«»’)\]\s]*\Z")
# titles and months that sentencex does not know, most of them French; and single capitals
_ABBREVIATION = re.compile(
    r"(?:\A|[\s(\"«“'’])(?:MM?|Mmes?|Mlles?|Me|Mgr|St|Ste|janv|févr|avr|juil|sept|oct|nov|déc|env"
    r"|Sra?|Srta|Dña|Dott|Avv|Ing|Abs|Nr|Art|Jh|[A-ZÀ-Þ])\.\s*\Z"
)
_CLOCK = re.compile(r"\d ?[ap]\.m\.\s*\Z")  # '6:18 a.m.'
_AFTER_CLOCK = re.compile(r"\s*(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4})\b")
_LONGEST_PARAGRAPH = 20_000  # characters; open quotations take time that grows with its square
_TAIL = 20  # characters that show how a sentence ends
_LOWER = re.compile(r"\s*[a-zà-ÿ]")
_URL = re.compile(r"\s*https?:")


def sentence_spans(text: str, lang: str) -> list[Span]:
    """Return start and end of each sentence, without the blanks around it.

    No sentence goes beyond its paragraph. A line that breaks off goes on in the next one.
    """
    spans = []
    for start, end in _paragraphs(text):
        for first, last in _joined(text, _cut(text[start:end].replace("\n", " "), lang, start)):
            part = text[first:last]
            left = first + len(part) - len(part.lstrip())
            right = first + len(part.rstrip())
            if left < right:
                spans.append((left, right))
    return spans


def ends_sentence(text: str) -> bool:
    """Whether a text ends as a sentence does; a heading, a byline or a caption does not."""
    return bool(_ENDS.search(text[-_TAIL:]))


def _paragraphs(text: str) -> list[Span]:
    """Return the paragraphs; lines of a text that is wrapped at a width are one paragraph."""
    spans: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        end = start + len(line)
        if spans and _LOWER.match(line) and not ends_sentence(text[max(start - _TAIL, 0) : start]):
            spans[-1] = spans[-1][0], end
        elif line.strip():
            spans.append((start, end))
        start = end
    return [
        (first, min(first + _LONGEST_PARAGRAPH, end))
        for start, end in spans
        for first in range(start, end, _LONGEST_PARAGRAPH)
    ]


def _cut(text: str, lang: str, shift: int) -> list[Span]:
    from sentencex import get_sentence_boundaries

    found = get_sentence_boundaries(lang, text)
    return [(shift + cut["start_index"], shift + cut["end_index"]) for cut in found]


def _joined(text: str, spans: list[Span]) -> list[Span]:
    """Join what was cut after an abbreviation, or before a small letter."""
    joined: list[Span] = []
    for start, end in spans:
        before = text[max(joined[-1][0], start - _TAIL) : start] if joined else ""
        goes_on = joined and (
            _ABBREVIATION.search(before)
            or (_CLOCK.search(before) and _AFTER_CLOCK.match(text, start))
            or (_LOWER.match(text, start) and not _URL.match(text, start))
        )
        if goes_on:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((start, end))
    return joined
