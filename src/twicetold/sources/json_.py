"""JSON: a list of articles, an object that holds such a list, or a single article."""

import json
from collections.abc import Iterator
from functools import partial
from io import BufferedReader

from ..article import LONGEST_NAME, Article, Rejection, checked
from ..errors import ArticleError
from ..records import Defaults, broken_record, row_excerpt
from .json_shapes import item_of_row, records_of
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
    defaults = _of_json_feed(whole, defaults)
    for number, row in enumerate(records_of(whole), start=1):
        yield item_of_row(row, defaults, source, number, partial(row_excerpt, row))


def _of_json_feed(whole: object, defaults: Defaults) -> Defaults:
    """Return defaults with the outlet and the language that a JSON Feed names for all its items."""
    if not isinstance(whole, dict) or "jsonfeed.org" not in str(whole.get("version")):
        return defaults
    outlet, lang = (str(whole.get(name) or "") for name in ("title", "language"))
    try:
        lang = str(checked(lang, "lang"))
    except ArticleError:
        lang = ""
    outlet = outlet[:LONGEST_NAME]
    return defaults._replace(outlet=defaults.outlet or outlet, lang=defaults.lang or lang)
