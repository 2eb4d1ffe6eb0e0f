"""A digest: the key points as two to four short paragraphs, for people who mail or post a story."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from .key_points import KeyPoint

_MOST = 4  # paragraphs


class Paragraph(NamedTuple):
    """Sentences that the same outlets report."""

    text: str
    outlets: tuple[str, ...]


def write_digest(points: Sequence[KeyPoint]) -> list[Paragraph]:
    """Return key points in their order as paragraphs; neighbours of the same outlets are one.

    Of more than four, those that the fewest outlets report are left out, but never the first.
    """
    paragraphs = [
        Paragraph(" ".join(point.text for point in same), same[0].outlets)
        for _, group in groupby(points, key=lambda point: frozenset(point.outlets))
        for same in [list(group)]
    ]
    order = sorted(range(1, len(paragraphs)), key=lambda row: -len(paragraphs[row].outlets))
    return [paragraphs[row] for row in sorted([0, *order][:_MOST])] if paragraphs else []
