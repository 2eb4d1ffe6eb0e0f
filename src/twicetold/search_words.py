"""The words of a search, as people type them, become a query of SQLite's FTS5."""

import re

from .errors import ArgumentError

_TERM = re.compile(
    r"""
    (?P<sign>-?)                              # -word: without it
    (?:(?P<column>title|body):\s*)?
    (?: ["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?   # a quotation may be left open
      | (?P<word>[^\s"“”„«»]+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"['’]s$", re.IGNORECASE)  # putin's: the texts that have Putin, too
_SIGNS = "()[]{}.,;:!?&/"  # around a word
_LONGEST = 1_000  # characters; the time that a search takes grows with the square of its words
_OPERATORS = ("AND", "OR", "NOT")


def fts_query(words: str) -> str:
    """Return the FTS5 query for words as people type them: all of them, in any order.

    "Abu Dhabi" in quotes and abu-dhabi are phrases; zelensk* is the beginning of a word; OR stands
    between alternatives; -word and NOT word leave out what has the word; title:word looks in titles
    only. All other signs are ignored. Raises ArgumentError if there is no word to look
    for, or more than a thousand characters.
    """
    if len(words) > _LONGEST:
        raise ArgumentError("search", f"is longer than {_LONGEST:,} characters")
    words = words.replace("\0", " ").encode("utf-8", "replace").decode()  # which SQLite can't read
    groups: list[list[str]] = []  # alternatives, of which each must occur
    excluded: list[str] = []
    operator, seen = "", set[str]()
    for term in _TERM.finditer(words):
        if term["word"] in _OPERATORS and not term["column"]:
            operator = term["word"]
            continue
        expression = _expression(term)
        if not expression or expression in seen:
            continue
        seen.add(expression)
        if term["sign"] or operator == "NOT":
            excluded.append(expression)
        elif operator == "OR" and groups:
            groups[-1].append(expression)
        else:
            groups.append([expression])
        operator = ""
    if not groups:
        raise ArgumentError("search", f"'{words}' has no word to look for")
    wanted = " AND ".join(f"({' OR '.join(group)})" for group in groups)
    return f"({wanted}) NOT ({' OR '.join(excluded)})" if excluded else wanted


def _expression(term: re.Match[str]) -> str:
    """Return one term in quotes, in which FTS5 reads no sign; '' if it has no word."""
    text = term["phrase"] or _POSSESSIVE.sub("", (term["word"] or "").strip(_SIGNS))
    if not re.search(r"\w", text.replace("_", " ")):
        return ""
    prefix = "*" if term["word"] and text.endswith("*") else ""
    column = f"{term['column'].lower()} : " if term["column"] else ""
    return f'{column}"{text}"{prefix}'
