"""The header of a table: does it name what an article needs, and which columns are read?"""

from collections.abc import Iterable, Mapping, Sequence

from ..columns import COLUMN_NAMES, is_known

_LONGEST = 200  # characters of the names of columns that a message has
_TEXTS = ("title", "body")
_COMMON = ("name",)  # which tables of anything have


def header_problem(header: Sequence[str], columns: Mapping[str, str]) -> tuple[str, str] | None:
    """Return the field and the reason if the rows of a table cannot be read.

    `columns` of ours are given by `--map`, and one is missing; or no column has text.
    """
    columns_there = ", ".join(header)[:_LONGEST]
    for field, column in columns.items():
        if column and column not in header and column.partition(".")[0] not in header:
            return field, f"has no column '{column}' among {columns_there}"
    if any(field in columns for field in _TEXTS):
        return None
    if any(is_known(name, *_TEXTS) for name in header):
        return None
    example = next((name for name in header if "tit" in name.lower()), header[0])[:40]
    return "title", f"has no column among {columns_there} (name it: --map title={example})"


def is_of_articles(header: Iterable[str], columns: Mapping[str, str]) -> bool:
    """Whether a table among others is that of the articles, by its columns."""
    names = set(header)
    mapped = {column for column in columns.values() if column}
    if mapped:
        return mapped <= names
    return any(is_known(name, *_TEXTS) and name.lower() not in _COMMON for name in names)


def columns_to_read(header: Iterable[str], columns: Mapping[str, str]) -> list[str]:
    """Return the columns of a table that a field may be read from; others may be large."""
    mapped = {column.partition(".")[0] for column in columns.values()} | set(columns.values())
    objects = {name.partition(".")[0] for names in COLUMN_NAMES.values() for name in names}
    return [
        name
        for name in header
        if name in mapped or name in objects or is_known(name, *COLUMN_NAMES)
    ]
