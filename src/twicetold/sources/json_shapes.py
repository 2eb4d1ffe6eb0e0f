"""Where are the records in a JSON value, and of which kind is one?

They are in a list, or in one of the forms that programs write. Start reading at `records_of`, then
`item_of_row`.
"""

from collections.abc import Callable
from typing import Any

from ..article import Article, Rejection
from ..columns import COLUMN_NAMES
from ..records import Defaults, read_record
from .wires.ninjs import article_of_ninjs, is_ninjs

_NAMES = {name for field in ("title", "body") for name in COLUMN_NAMES[field]}
_DEEPEST = 2  # objects around a list of records


def records_of(whole: object, depth: int = _DEEPEST) -> list[Any]:
    """Return the records: those of a list, of a table of pandas, or of the only list inside."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return [whole]
    table = _table(whole)
    if table is not None:
        return table
    is_record = bool(_NAMES & set(whole))
    lists = [part for part in whole.values() if _is_list_of(part, dict)]
    if is_record:  # a list of its authors is none of articles
        lists = [rows for rows in lists if (_NAMES - {"name"}) & set(rows[0])]
    if len(lists) == 1:  # {"articles": [...]}
        return list(lists[0])
    parts = [part for part in whole.values() if isinstance(part, dict)]
    inside = [records_of(part, depth - 1) for part in parts] if depth and not is_record else []
    found = [rows for rows in inside if len(rows) > 1 or (rows and rows[0] not in parts)]
    return found[0] if len(found) == 1 else [whole]  # {"articles": {"results": [...]}}


def item_of_row(
    row: Any, defaults: Defaults, source: str, line: int, beginning: Callable[[], str]
) -> Article | Rejection:
    """Return the article of a JSON value, or why it is none; `beginning` is its excerpt."""
    if not defaults.columns and is_ninjs(row):
        return article_of_ninjs(row, defaults, source, line)
    return read_record(row, defaults, source, line, beginning)


def _table(whole: dict[str, Any]) -> list[Any] | None:
    """Return the rows of a table as pandas writes it, in any `orient`; None for another object."""
    columns: Any = whole.get("columns")
    data: Any = whole.get("data")
    if _is_list_of(columns, str) and _is_list_of(data, list):  # split
        rows = [row for row in data if isinstance(row, list)]
        return [dict(zip(map(str, columns), row, strict=False)) for row in rows]
    parts = [part for part in whole.values() if isinstance(part, dict)]
    if not parts or len(parts) < len(whole):
        return None
    if not _NAMES & set(whole):  # index
        return parts if all(_NAMES & set(part) for part in parts) else None
    if not all(name.isdecimal() for part in parts for name in part):
        return None
    places = dict.fromkeys(place for column in parts for place in column)  # columns
    return [{name: column.get(place) for name, column in whole.items()} for place in places]


def _is_list_of(part: object, kind: type) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], kind)
