"""Cells of CSV: a spreadsheet runs what begins like a formula, unless an apostrophe precedes it.

Source: OWASP, CSV injection.
"""

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return a cell with an apostrophe before what looks like a formula."""
    return f"'{text}" if text.startswith(_STARTS) else text


def unguarded(text: str) -> str:
    """Return a cell as it was before `guarded`."""
    return text[1:] if text.startswith("'") and text[1:].startswith(_STARTS) else text
