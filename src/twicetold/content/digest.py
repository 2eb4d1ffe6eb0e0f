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
    """Return key points in their order as paragraphs; neighbours of the same outlets are one."""
    return [
        Paragraph(" ".join(point.text for point in points), outlets)
        for outlets, points in groupby(points, key=lambda point: point.outlets)
    ][:_MOST]
