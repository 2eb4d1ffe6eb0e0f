"""Cells of CSV: a spreadsheet runs what begins like a formula, unless an apostrophe precedes it.

Source: OWASP, CSV injection.
"""

_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(text: str) -> str:
    """Return a cell with an apostrophe before what looks like a formula.

    A cell that begins so already gets one more, so that `unguarded` gives it back as it was.
    """
    return f"'{text}" if text.lstrip("'").startswith(_STARTS) else text


def unguarded(text: str) -> str:
    """Return a cell as it was before `guarded`."""
    is_guarded = text.startswith("'") and text.lstrip("'").startswith(_STARTS)
    return text[1:] if is_guarded else text
