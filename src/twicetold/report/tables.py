"""Rows as a table for people: numbers rounded, times to the minute, as wide as the terminal."""

import os
import shutil
from collections.abc import Sequence
from typing import Any

from .safe_text import printable

_LONGEST_CELL = 80  # characters
_LEAST_TEXT = 12  # characters that a text keeps in a narrow terminal
_GAP = 2  # blanks between columns
# the columns of a narrow terminal; the others are in JSON and CSV
_MAIN_COLUMNS = {
    "StoryRow": ("story", "outlets", "articles", "certainty", "first_published", "title"),
    "ArticleRow": ("article", "published", "undated", "outlet", "copied_from", "story", "title"),
    "CopyRow": (
        "article",
        "outlet",
        "copy",
        "copying_outlet",
        "evidence",
        "share_of_copy",
        "title",
    ),
    "StaleCopy": ("article", "outlet", "copy", "copying_outlet", "carried", "title"),
    "StoryCoverage": ("story", "first_published", "missing", "title"),
    "Match": ("title", "known", "copy_of", "story", "probability", "story_title"),
}


def terminal_width() -> int:
    """Return the width of the terminal that stdout is, or that COLUMNS tells; 0: it is none."""
    import sys

    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_terminal or "COLUMNS" in os.environ else 0


def table(rows: Sequence[Any], *, headers: bool = True, width: int = 0) -> str:
    """Return NamedTuples of one kind as a table of at most `width` characters, if it can be.

    Where all columns do not fit, the main ones are shown, and long texts are cut. `width` 0 is
    no bound.
    """
    from tabulate import tabulate

    names = list(rows[0]._fields)
    cells = [[_cell(value) for value in row] for row in rows]
    if width and _width(names, cells) > width:
        main = _MAIN_COLUMNS.get(type(rows[0]).__name__, names)
        shown = [i for i, name in enumerate(names) if name in main and any(r[i] for r in cells)]
        names, cells = [names[i] for i in shown], [[row[i] for i in shown] for row in cells]
        cells = _fitted(names, cells, width)
    if headers:  # as rows: tabulate makes a column two blanks wider than its header
        rules = ["-" * size for size in _widths(names, cells)]
        cells = [[name.replace("_", " ") for name in names], rules, *cells]
    return str(tabulate(cells, tablefmt="plain", disable_numparse=True))


def minute(time: str) -> str:
    """Return '2026-02-05 14:30' for '2026-02-05T14:30:00Z', as long a text for a day alone."""
    return time[:16].replace("T", " ").ljust(16)


def flat(value: object) -> object:
    """Return a list of names as one cell."""
    return "; ".join(map(str, value)) if isinstance(value, tuple) else value


def _cell(value: object) -> str:
    value = flat(value)
    if value is None or isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, float):
        return f"{value:.2f}"
    text = printable(str(value))
    if len(text) == 20 and text.endswith("Z") and text[10] == "T":
        return minute(text)
    return _cut(text, _LONGEST_CELL)


def _width(names: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    return sum(_widths(names, cells)) + _GAP * (len(names) - 1)


def _widths(names: Sequence[str], cells: Sequence[Sequence[str]]) -> list[int]:
    return [
        max(len(name), *(_width_of(row[column]) for row in cells))
        for column, name in enumerate(names)
    ]


def _fitted(names: Sequence[str], cells: list[list[str]], width: int) -> list[list[str]]:
    """Return cells of which the longest are cut until they fit, if they can."""
    widths = _widths(names, cells)
    excess = sum(widths) + _GAP * (len(names) - 1) - width
    while excess > 0:
        widest = max(range(len(names)), key=lambda column: widths[column])
        least = max(_LEAST_TEXT, len(names[widest]))
        if widths[widest] <= least:
            break
        widths[widest] -= 1
        excess -= 1
    return [[_cut(cell, widths[column]) for column, cell in enumerate(row)] for row in cells]


def _cut(text: str, width: int) -> str:
    """Return a text that takes at most some columns of a terminal."""
    if _width_of(text) <= width:
        return text
    text = text[: 4 * width]  # few characters are made of more than four
    while _width_of(text) >= width:
        text = text[:-1]
    return text.rstrip() + "…"


def _width_of(text: str) -> int:
    """Return the columns that a text takes in a terminal; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth

    return max(int(wcswidth(text)), 0)
