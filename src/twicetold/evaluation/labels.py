"""Labels: what people say about which articles, or which pairs of them, are one story.

A file of labels is CSV or JSON lines. Either a row an article, with its `key` (or id, url) and its
`story` (or label, event, cluster): a file of labelled articles will do as it is. Or a row a pair,
with `a`, `b` and `same`.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..article import canonical_url
from ..clustering.linkage import components
from ..errors import SourceError, TwicetoldError

KEYS = ("key", "id", "url")
STORIES = ("story", "label", "event", "cluster")
_YES, _NO = ("1", "true", "yes", "same"), ("0", "false", "no", "different")

Pair = tuple[str, str]


class Labels(NamedTuple):
    """What is known of articles, by their keys."""

    story: Mapping[str, str]  # only who has the same matters
    pairs: frozenset[Pair] | None = None  # only of these, each in order, is it known; None: of all


def read_labels(path: Path) -> Labels:
    """The labels of a file. Raises SourceError for one that can't be read, else TwicetoldError."""
    stories: dict[str, str] = {}
    pairs: dict[Pair, bool] = {}
    for line, row in _rows(path):
        place = f"{path}:{line}"
        if "a" in row and "b" in row:
            a, b = _key(str(row["a"])), _key(str(row["b"]))
            pairs[min(a, b), max(a, b)] = _same(row.get("same", row.get("verdict")), place)
            continue
        key = next((str(row[name]) for name in KEYS if row.get(name)), "")
        story = next((str(row[name]) for name in STORIES if row.get(name)), "")
        if not key:
            raise TwicetoldError(place, "is missing", field="key", hint=f"one of {', '.join(KEYS)}")
        if story:
            stories[_key(key)] = story
    if pairs:
        return Labels(_joined(pairs), frozenset(pairs))
    if not stories:
        hint = "columns key and story, or a, b and same"
        raise TwicetoldError(str(path), "has no labels", hint=hint)
    return Labels(stories)


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
    except (ValueError, csv.Error) as error:
        raise TwicetoldError(str(path), f"is no file of labels: {error}") from None


def _key(name: str) -> str:
    return canonical_url(name) if "://" in name else name


def _same(value: object, place: str) -> bool:
    said = str(value).lower()
    if said not in (*_YES, *_NO):
        hint = f"write {_YES[0]} or {_NO[0]}"
        raise TwicetoldError(place, f"'{value}' is neither yes nor no", field="same", hint=hint)
    return said in _YES


def _joined(pairs: Mapping[Pair, bool]) -> dict[str, str]:
    """Stories from pairs: who is said to be the same, followed to the end; named by a key."""
    keys = sorted({key for pair in pairs for key in pair})
    row = {key: place for place, key in enumerate(keys)}
    same = [(row[a], row[b]) for (a, b), said in pairs.items() if said]
    a, b = np.array(same, np.int64).reshape(-1, 2).T
    return {key: keys[first] for key, first in zip(keys, components(len(keys), a, b), strict=True)}
