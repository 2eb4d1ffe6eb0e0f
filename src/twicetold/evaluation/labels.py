"""Labels: which articles, or which pairs of articles, are one story, as people judged it.

A file of labels is CSV or JSON lines. Either one row for each article, with its `key` (or id, url)
and its `story` (or label, event, cluster): a file of labelled articles can be used as it is. Or one
row for each pair, with `a`, `b` and `same`, as `twicetold sample` draws them.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..article import KEY_PREFIX
from ..csv_cells import unguarded
from ..errors import ArgumentError, SourceError, TwicetoldError
from ..pairs import components
from ..urls import canonical_url

KEYS = ("key", "id", "url")
STORIES = ("story", "label", "event", "cluster")
_YES, _NO = ("1", "true", "yes", "same"), ("0", "false", "no", "different")
_OPEN = ("", "unsure")

KeyPair = tuple[str, str]


class Labels(NamedTuple):
    """What is known of articles, by their keys."""

    story: Mapping[str, str]  # only which articles have the same matters
    pairs: Mapping[KeyPair, bool] | None = None  # each sorted: are they one story? None: no pairs
    undecided: int = 0  # pairs that are unsure, or not judged yet; they count for nothing


def read_labels(path: Path | str) -> Labels:
    """Return the labels of a file. Raises SourceError if it cannot be read, else TwicetoldError."""
    stories: dict[str, str] = {}
    pairs: dict[KeyPair, bool] = {}
    undecided = 0
    for line, row in _rows(Path(path)):
        place = f"{path}:{line}"
        if "a" in row and "b" in row:
            a, b = _key(str(row["a"])), _key(str(row["b"]))
            if "same" not in row and "verdict" not in row:
                hint = "a column of this name"
                raise TwicetoldError(place, "is missing", field="same", hint=hint)
            same = _is_same(row.get("same", row.get("verdict")), place)
            pair = min(a, b), max(a, b)
            if a == b:
                raise TwicetoldError(place, f"'{a}' is both articles of the pair", field="b")
            if same is None:
                undecided += 1
            elif pairs.setdefault(pair, same) != same:
                raise TwicetoldError(place, "contradicts an earlier line", field="same")
            continue
        key = next((str(row[name]) for name in KEYS if row.get(name)), "")
        story = next((str(row[name]) for name in STORIES if row.get(name)), "")
        if not key:
            raise TwicetoldError(place, "is missing", field="key", hint=f"one of {', '.join(KEYS)}")
        if story:
            stories[_key(key)] = story
    if pairs:
        return Labels(_stories_of_pairs(pairs), pairs, undecided)
    if undecided:
        hint = f"fill in the column same: {_YES[2]}, {_NO[2]} or {_OPEN[1]}"
        raise TwicetoldError(str(path), f"has no verdict on any of {undecided:,} pairs", hint=hint)
    if not stories:
        hint = "columns key and story, or a, b and same"
        raise TwicetoldError(str(path), "has no labels", hint=hint)
    return Labels(stories)


def as_labels(labels: Labels | Path | str) -> Labels:
    """Return labels as they are, or those of a file."""
    if isinstance(labels, Labels):
        return labels
    if isinstance(labels, Path | str):
        return read_labels(labels)
    raise ArgumentError("labels", f"{str(labels)[:40]!r} is neither Labels nor a path")


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            if path.suffix.lower() == ".csv":
                reader = csv.DictReader(file)
                for row in reader:
                    yield reader.line_num, row
                return
            for number, line in enumerate(file, start=1):
                if line.strip():
                    row = json.loads(line)
                    if not isinstance(row, dict):
                        raise TwicetoldError(f"{path}:{number}", "is not an object", field="line")
                    yield number, row
    except OSError as error:
        raise SourceError(str(path), f"can't be read: {error.strerror}") from None
    except (ValueError, RecursionError, csv.Error) as error:
        raise TwicetoldError(str(path), f"is not a file of labels: {error}") from None


def _key(cell: str) -> str:
    name = unguarded(cell).removeprefix(KEY_PREFIX)
    return canonical_url(name) if "://" in name else name


def _is_same(value: object, place: str) -> bool | None:
    """Return the verdict on a pair; None if there is none."""
    text = "" if value is None else str(value).strip().lower()
    if text in _OPEN:
        return None
    if text not in (*_YES, *_NO):
        hint = f"write {_YES[2]}, {_NO[2]} or {_OPEN[1]}"
        raise TwicetoldError(place, f"'{value}' is neither yes nor no", field="same", hint=hint)
    return text in _YES


def _stories_of_pairs(pairs: Mapping[KeyPair, bool]) -> dict[str, str]:
    """Return stories, named by a key: the connected components of the pairs that are the same."""
    keys = sorted({key for pair in pairs for key in pair})
    row = {key: place for place, key in enumerate(keys)}
    same = [(row[a], row[b]) for (a, b), is_same in pairs.items() if is_same]
    a, b = np.array(same, np.int64).reshape(-1, 2).T
    return {key: keys[first] for key, first in zip(keys, components(len(keys), a, b), strict=True)}
