"""Text of strangers, made safe for what reads it: a terminal, a spreadsheet, a program.

Titles, outlets, file names and reasons come from anywhere. A terminal obeys control characters, and
direction overrides let a line read as another one; a spreadsheet runs cells that begin like a
formula; some programs end a line at U+2028.
"""

import re
from typing import Any

from ..csv_cells import guarded
from ..plain_text import DIRECTIONS

_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"  # control characters
    f"{DIRECTIONS}"
    "\u2028\u2029\ufeff\ud800-\udfff"  # line ends, byte order mark, halves of characters
    "\ufffe\uffff]"  # no characters; not allowed in XML
)


def printable(text: str) -> str:
    r"""Return a text on one line, its control and direction characters as escapes: '\x1b[2J'."""
    return _UNSAFE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def printable_lines(text: str) -> str:
    """Return a text of several lines, each `printable`."""
    return "\n".join(map(printable, text.split("\n")))


def printable_values(value: Any) -> Any:
    """Return a value with all text in it `printable`; NamedTuples and lists stay what they are."""
    if isinstance(value, str):
        return printable(value)
    if hasattr(value, "_asdict"):
        return value._make(map(printable_values, value))
    if isinstance(value, list | tuple):
        return type(value)(map(printable_values, value))
    if isinstance(value, dict):
        return {printable_values(name): printable_values(part) for name, part in value.items()}
    return value


def safe_json(text: str) -> str:
    r"""Return JSON that means the same, with those characters as escapes: \u2028."""
    return "\n".join(
        _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", line) for line in text.split("\n")
    )


def safe_cell(value: object) -> object:
    """Return a cell of CSV that a spreadsheet shows and does not run; a number as it is."""
    return guarded(printable(value)) if isinstance(value, str) else value
