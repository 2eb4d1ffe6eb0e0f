"""The words of a search, as people type them, become a query of SQLite's FTS5."""

import re

from .errors import ArgumentError

_TERM = re.compile(
    r"""
    (?P<sign>-?)                              # -word: without it
    (?:(?P<column>title|body):)?
    (?: ["“”„«»](?P<phrase>[^"“”„«»]*)["“”„«»]?   # a quotation may be left open
      | (?P<word>[^\s"“”„«»]+) )
    """,
    re.VERBOSE,
)
_POSSESSIVE = re.compile(r"['’]s\b", re.IGNORECASE)  # putin's: the texts that have Putin, too
_OPERATORS = ("AND", "OR", "NOT")


def fts_query(words: str) -> str:
    """Return the FTS5 query for words as people type them: all of them, in any order.

    "Abu Dhabi" in quotes and abu-dhabi are phrases; zelensk* is the beginning of a word; OR stands
    between alternatives; -word and NOT word leave out what has the word; title:word looks in titles
    only. All other signs are ignored. Raises ArgumentError if there is no word to look for.
    """
    words = words.replace("\0", " ").encode("utf-8", "replace").decode()  # which SQLite can't read
    groups: list[list[str]] = []  # alternatives, of which each must occur
    excluded: list[str] = []
    operator = ""
    for term in _TERM.finditer(words):
        if term["word"] in _OPERATORS and not term["column"]:
            operator = term["word"]
            continue
        expression = _expression(term)
        if not expression:
            continue
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
    text = _POSSESSIVE.sub("", term["phrase"] or term["word"] or "")
    if not re.search(r"\w", text.replace("_", " ")):
        return ""
    prefix = "*" if term["word"] and text.endswith("*") else ""
    column = f"{term['column']} : " if term["column"] else ""
    return f'{column}"{text}"{prefix}'
