"""JSON: a list of articles, an object that holds such a list, or a single article."""

import json
from collections.abc import Iterator
from functools import partial
from io import BufferedReader

from ..article import Article, Rejection
from ..columns import COLUMN_NAMES
from ..records import Defaults, broken_record, read_record, row_excerpt
from .jsonl import read_jsonl
from .whole import LARGEST_JSON, read_whole

MOST_VALUES = 10_000_000  # in a file: each takes up to 64 bytes, an empty object or list


def read_json(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the list; a rejection's line is its place.

    Raises TooLargeError.
    """
    start = file.peek(1 << 16)
    first, _, rest = (part.strip() for part in start.partition(b"\n"))
    if first.startswith(b"{") and first.endswith(b"}") and rest:  # JSON lines in a .json file
        yield from read_jsonl(file, source=source, defaults=defaults)
        return
    raw = read_whole(file, LARGEST_JSON)
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MOST_VALUES:
        reason = f"has more than {MOST_VALUES:,} values (write it as JSON lines)"
        yield Rejection(source, 0, "file", reason)
        return
    try:
        whole = json.loads(raw.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        yield broken_record(source, line, "file", f"is not JSON: {error}", start)
        return
    if isinstance(whole, dict) and "jsonfeed.org" in str(whole.get("version")):
        outlet, lang = (str(whole.get(name) or "") for name in ("title", "language"))
        defaults = defaults._replace(
            outlet=defaults.outlet or outlet, lang=defaults.lang or lang.partition("-")[0]
        )
    for number, row in enumerate(_rows(whole), start=1):
        yield read_record(row, defaults, source, number, partial(row_excerpt, row))


def _rows(whole: object, depth: int = 2) -> list[object]:
    """Return the records of a file: a list, or the only list of objects inside of an object."""
    if isinstance(whole, list):
        return whole
    if not isinstance(whole, dict):
        return [whole]
    if "columns" in whole and _is_list_of(whole.get("data"), list):  # pandas, orient="split"
        return [dict(zip(whole["columns"], row, strict=False)) for row in whole["data"]]
    names = {name for field in ("title", "body") for name in COLUMN_NAMES[field]}
    parts = [part for part in whole.values() if isinstance(part, dict)]
    if names & set(whole):
        if len(parts) == len(whole) > 0 and all(map(_is_column, parts)):  # orient="columns"
            return _records_of_columns(whole)
    elif parts and len(parts) == len(whole) and all(names & set(part) for part in parts):
        return list(parts)  # orient="index"
    lists: list[list[object]] = [part for part in whole.values() if _is_list_of(part, dict)]
    if len(lists) == 1:  # {"articles": [...]}
        return lists[0]
    inside = [_rows(part, depth - 1) for part in parts] if depth and not names & set(whole) else []
    found = [rows for rows in inside if len(rows) > 1 or (rows and rows[0] not in parts)]
    return found[0] if len(found) == 1 else [whole]  # {"articles": {"results": [...]}}


def _is_list_of(part: object, kind: type) -> bool:
    return isinstance(part, list) and bool(part) and isinstance(part[0], kind)


def _is_column(part: dict[str, object]) -> bool:
    return all(name.isdecimal() for name in part)


def _records_of_columns(whole: dict[str, dict[str, object]]) -> list[object]:
    rows = dict.fromkeys(row for column in whole.values() for row in column)
    return [{name: column.get(row) for name, column in whole.items()} for row in rows]
