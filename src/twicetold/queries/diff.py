"""Two articles side by side: which passages do both have, and which has one alone?"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from ..copies.passages import LEAST_WORDS, common_passages, word_spans
from ..index import Index, articles, in_snapshot
from ..text.words import full_text
from .named_articles import NamedArticle, named_pair

_ENDS = " \n.,;:!?…”»)\"'’"  # what ends the words before a stretch is no part of it


class DiffPart(NamedTuple):
    """A passage of both articles, or of one alone; places are in characters of title and body."""

    kind: str  # 'shared', 'only_a' or 'only_b'
    a_start: int | None  # None: A does not have it
    a_end: int | None
    b_start: int | None
    b_end: int | None
    a_words: int
    b_words: int
    text: str  # A's, if both have it


class DiffPiece(NamedTuple):
    """A piece of a line of one article, all of it shared or all of it not."""

    line: int  # from 0; the title is line 0
    text: str
    shared: bool


class Diff(NamedTuple):
    """Two articles and the parts of their texts: those of A in order, then what B alone has."""

    a: NamedArticle  # the earlier one
    b: NamedArticle
    words_a: int
    words_b: int
    parts: list[DiffPart]
    pieces_a: list[DiffPiece]  # the whole text of A, line by line
    pieces_b: list[DiffPiece]


@in_snapshot
def diff(index: Index, a: str | int, b: str | int) -> Diff:
    """Return which passages of two articles are the same, by id, key or url.

    Raises NotFoundError, PrunedError if a text was pruned, and TwicetoldError if both are the same
    article.
    """
    ids = sorted({index.id_with_text(str(name)) for name in (a, b)})
    earlier, later = named_pair(index, a, b, ids)
    one, other = (
        full_text(*articles.title_and_body(index.connection, each.article))
        for each in (earlier, later)
    )
    parts = _parts(one, other)
    only_a = [(part.a_start, part.a_end) for part in parts if part.kind == "only_a"]
    only_b = [(part.b_start, part.b_end) for part in parts if part.kind == "only_b"]
    return Diff(
        earlier,
        later,
        _count(one),
        _count(other),
        parts,
        _pieces(one, only_a),
        _pieces(other, only_b),
    )


def _parts(one: str, other: str) -> list[DiffPart]:
    shared = common_passages(one, other, LEAST_WORDS)
    parts = [
        DiffPart("shared", *run[:4], run.words, run.words, one[run.start : run.end])
        for run in shared
    ]
    parts += [
        DiffPart("only_a", start, end, None, None, _count(one[start:end]), 0, one[start:end])
        for start, end in _gaps([(run.start, run.end) for run in shared], one)
    ]
    parts.sort(key=lambda part: part.a_start or 0)
    parts += [
        DiffPart("only_b", None, None, start, end, 0, _count(other[start:end]), other[start:end])
        for start, end in _gaps([(run.other_start, run.other_end) for run in shared], other)
    ]
    return parts


def _gaps(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Return the stretches of a text outside of spans, if they have a word."""
    gaps, end = [], 0
    for start, last in [*sorted(spans), (len(text), len(text))]:
        part = text[end:start]
        if any(letter.isalnum() for letter in part):
            left = end + len(part) - len(part.lstrip(_ENDS))
            gaps.append((left, end + len(part.rstrip())))
        end = max(end, last)
    return gaps


def _pieces(text: str, alone: Sequence[tuple[int | None, int | None]]) -> list[DiffPiece]:
    """Return a text in pieces; `alone` are the spans that the other text lacks."""
    cuts = [(start or 0, end or 0) for start, end in alone]
    bounds = sorted({0, len(text), *(place for cut in cuts for place in cut)})
    inside = {start for start, _ in cuts}
    pieces: list[DiffPiece] = []
    line = 0
    for start, end in pairwise(bounds):
        for number, part in enumerate(text[start:end].split("\n")):
            line += number > 0
            if part.strip("\r"):
                pieces.append(DiffPiece(line, part.strip("\r"), start not in inside))
    return pieces


def _count(text: str) -> int:
    return len(word_spans(text))
