"""JSON: a list of articles, an object that holds such a list, or a single article."""

import json
from collections.abc import Iterator
from io import BufferedReader

from ..article import Article, Defaults, Rejection, article_from, excerpt
from ..errors import ArticleError
from .jsonl import read_jsonl


def read_json(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the list; a rejection's line is its place."""
    start = file.peek(1 << 16)
    first, _, rest = (part.strip() for part in start.partition(b"\n"))
    if first.startswith(b"{") and first.endswith(b"}") and rest:  # JSON lines in a .json file
        yield from read_jsonl(file, source=source, defaults=defaults)
        return
    try:
        whole = json.loads(file.read().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 0)
        yield Rejection(source, line, "file", f"is not JSON: {error}", excerpt(start))
        return
    for number, row in enumerate(_rows(whole), start=1):
        try:
            yield article_from(row, defaults, source, number)
        except ArticleError as error:
            yield Rejection(source, number, error.field, error.reason, excerpt(str(row)))


def _rows(whole: object) -> list[object]:
    if isinstance(whole, list):
        return whole
    if isinstance(whole, dict):
        lists = [v for v in whole.values() if isinstance(v, list) and v and isinstance(v[0], dict)]
        if len(lists) == 1:  # {"articles": [...]}
            return lists[0]
    return [whole]
