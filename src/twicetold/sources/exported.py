"""What `export` wrote: the articles of an index with their older texts, and the decisions on them.

Start reading at `read_export`. Stories and copies are not read: they are found again.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from ..article import Rejection, key_argument
from ..csv_cells import unguarded
from ..decision import Decision
from ..errors import SourceError
from ..manifests import EXPORT, EXPORT_KIND, read_kind
from ..records import Defaults, read_record, row_excerpt
from .arrow import parquet_rows
from .compression import DamagedError
from .jsonl import LONGEST_LINE, read_lines
from .unread import Item

MOST_TEXTS = 500  # older ones of an article, as an index has at most
_BLOCK = 5_000  # articles whose texts are passed on together
_FIELDS = ("id", "outlet", "title", "body", "lang", "published", "updated", "url", "byline")

Row = Mapping[str, Any]


class _Text(NamedTuple):
    """A text of an article, as a record, and its place."""

    row: dict[str, Any]
    line: int


def read_export(folder: Path, defaults: Defaults) -> Iterator[Item]:
    """Yield the texts of the articles, older ones before newer ones.

    An article whose text was pruned cannot be read back: it is a Rejection. Raises SourceError,
    TwicetoldError if the extra for Parquet is missing.
    """
    articles = enumerate(table_rows(folder, "articles"), start=1)
    older = _ByArticle(table_rows(folder, "versions"))
    source = str(_table_path(folder, "articles"))
    while block := list(islice(articles, _BLOCK)):
        yield from _texts_of(block, older, source, defaults)


def exported_decisions(folder: Path) -> list[Decision]:
    """Return the decisions, in the order in which they were made. Raises SourceError."""
    decisions = []
    for row in table_rows(folder, "decisions"):
        a, b, verdict, by, at, note = (_text(row.get(name)) for name in Decision._fields[:6])
        decisions.append(Decision(key_argument(a), key_argument(b), verdict, by, at, note))
    return decisions


def table_rows(folder: Path, table: str) -> Iterator[Row]:
    """Yield the rows of an exported table, in its order; a cell without a value is '' or None.

    Raises SourceError if the file is missing or damaged.
    """
    path = _table_path(folder, table)
    manifest = read_kind(folder / EXPORT, EXPORT_KIND) or {}
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise SourceError(str(path), "is a link or no file, which no export writes")
    try:
        if path.suffix == ".jsonl":
            yield from _json_rows(path)
        elif path.suffix == ".csv":
            yield from _csv_rows(path, is_guarded=bool(manifest.get("guarded")))
        else:
            with path.open("rb") as file:
                yield from parquet_rows(file, str(path))
    except OSError as error:
        raise SourceError(str(path), f"{path.name} can't be read: {error.strerror}") from None
    except (ValueError, csv.Error, RecursionError, DamagedError) as error:
        raise SourceError(str(path), f"{path.name} can't be read: {error}") from None


def _table_path(folder: Path, table: str) -> Path:
    """Return the file of an exported table. Raises SourceError if there is none."""
    tables = (read_kind(folder / EXPORT, EXPORT_KIND) or {}).get("tables")
    name = tables.get(table) if isinstance(tables, dict) else None
    if not isinstance(name, str):
        raise SourceError(str(folder), f"has no {table}", hint="the export did not end: repeat it")
    return folder / Path(name).name


def _texts_of(
    block: list[tuple[int, Row]],
    older: "_ByArticle",
    source: str,
    defaults: Defaults,
) -> Iterator[Item]:
    """Yield the texts of some articles in layers: first the oldest text of each."""
    layers: list[list[_Text]] = []
    for line, row in block:
        article = _integer(row.get("article"))
        if article is None:
            yield Rejection(source, line, "article", "is not the number of an article")
            continue
        if _text(row.get("pruned")):
            reason = "was pruned, so that it can't be read back"
            yield Rejection(source, line, "body", reason, is_news=False)
            continue
        for depth, text in enumerate(_texts(row, older.of(article), line)):
            if depth == len(layers):
                layers.append([])
            layers[depth].append(text)
    for layer in layers:
        for text in layer:
            beginning = partial(row_excerpt, text.row["title"])
            yield read_record(text.row, defaults, source, text.line, beginning)


def _texts(row: Row, versions: list[Row], line: int) -> list[_Text]:
    """Return the texts of an article, oldest first, each with when it was first seen."""
    newest = {name: row.get(name) for name in _FIELDS}
    texts = []
    first_seen = row.get("first_seen")
    for version in versions:
        older = {name: version.get(name) for name in ("title", "body", "updated")}
        texts.append(_Text({**newest, **older, "first_seen": first_seen}, line))
        first_seen = version.get("replaced")
    return [*texts, _Text({**newest, "first_seen": first_seen}, line)]


class _ByArticle:
    """Rows in the order of their articles, given out article by article."""

    def __init__(self, rows: Iterable[Row]) -> None:
        numbered = ((_integer(row.get("article")), row) for row in rows)
        self._rows = ((number, row) for number, row in numbered if number is not None)
        self._next = next(self._rows, None)

    def of(self, article: int) -> list[Row]:
        """Return the rows of an article that is later than all asked for before."""
        rows = []
        while self._next is not None and self._next[0] <= article:
            if self._next[0] == article:
                rows.append(self._next[1])
            self._next = next(self._rows, None)
        return rows[:MOST_TEXTS]


def _json_rows(path: Path) -> Iterator[Row]:
    with path.open("rb") as file:
        for line in read_lines(file):
            row = json.loads(line) if len(line) <= LONGEST_LINE else None
            if not isinstance(row, dict):
                raise ValueError("a line is no object, or too long")
            yield row


def _csv_rows(path: Path, *, is_guarded: bool) -> Iterator[Row]:
    csv.field_size_limit(1 << 25)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            cells = {n: v for n, v in row.items() if isinstance(v, str) and isinstance(n, str)}
            yield {n: unguarded(v) for n, v in cells.items()} if is_guarded else cells


def _integer(value: object) -> int | None:
    """Return a number of a table, which CSV writes as text; None for anything else."""
    if isinstance(value, str) and value.isdecimal() and len(value) < 19:
        return int(value)
    return value if type(value) is int else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
