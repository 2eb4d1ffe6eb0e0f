"""Is a file read as it is meant? Not if many of its times are unread, or a column is missing.

Its articles would come in undated, as if they were of today. Start reading at
`until_times_are_unread`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Protocol

from ..article import TIME_FIELDS, Article, Rejection, Unread

Item = Article | Rejection

MOST_UNREAD = 0.2  # of the times of a file; with more, the form of its times is not understood
_FEWEST_RECORDS = 20  # in fewer, one bad time is too large a share
_BLOCK_RECORDS = 5_000  # read before the first is passed on
_BLOCK_CHARACTERS = 20_000_000  # the same
_TIME, _UNREAD, _MISSING = "time", "unread", "missing"  # kinds of a tally
_ARTICLES = ("article", "", "")


def until_times_are_unread(items: Iterator[Item], source: str) -> Iterator[Item]:
    """Yield the items in blocks, up to a block too many of whose times could not be read."""
    block: list[Item] = []
    characters = 0
    for item in items:
        block.append(item)
        if isinstance(item, Article):
            characters += len(item.title) + len(item.body)
        if len(block) == _BLOCK_RECORDS or characters > _BLOCK_CHARACTERS:
            if refusal := _refusal(block, source):
                yield refusal
                return
            yield from map(_without_missing, block)
            block, characters = [], 0
    refusal = _refusal(block, source)
    yield from [refusal] if refusal else map(_without_missing, block)


def _without_missing(item: Item) -> Item:
    """Return an article without the note that its record lacks a column: others have it."""
    if not isinstance(item, Article) or not any(each.there for each in item.unread):
        return item
    return replace(item, unread=tuple(each for each in item.unread if not each.there))


def _refusal(items: list[Item], source: str) -> Rejection | None:
    """Return the rejection of a file that is not read as it is meant."""
    counted = tally(item for item in items if isinstance(item, Article))
    problem = misreading(counted, len(items))
    return Rejection(source, 0, *problem) if problem else None


class Times(Protocol):
    """What an article has of its times, and what could not be read."""

    @property
    def published(self) -> object: ...

    @property
    def updated(self) -> object: ...

    @property
    def unread(self) -> Sequence[Unread]: ...


class Tally(NamedTuple):
    """What some articles have, by (kind, field, column)."""

    counts: Counter[tuple[str, str, str]]  # kind: 'article', 'time', 'unread', 'missing'
    texts: dict[tuple[str, str, str], str]  # the first value, or the columns that are there

    def add(self, other: "Tally") -> None:
        """Count those of another one, too."""
        self.counts.update(other.counts)
        for key, text in other.texts.items():
            self.texts.setdefault(key, text)

    @property
    def unread(self) -> list[tuple[str, int, str]]:
        """The fields that articles lack: field, how many, a value; sorted."""
        keys = sorted(key for key in self.counts if key[0] == _UNREAD)
        return [(key[1], self.counts[key], self.texts[key]) for key in keys]


def tally(articles: Iterable[Times]) -> Tally:
    """Count what some articles have, and what of them could not be read."""
    counted = Tally(Counter(), {})
    for article in articles:
        counted.counts[_ARTICLES] += 1
        for field in TIME_FIELDS:
            counted.counts[_TIME, field, ""] += getattr(article, field) is not None
        for field, value, column, there in article.unread:
            key = _MISSING if there else _UNREAD, field, column
            counted.counts[key] += 1
            counted.texts.setdefault(key, there or value)
    return counted


def misreading(counted: Tally, records: int) -> tuple[str, str] | None:
    """Return the field and the reason if so many records of a file are not read as it is meant.

    More than a fifth of its times could not be read, or no record has a column that `--map` names.
    """
    counts, texts = counted
    for key in counts:
        kind, field, column = key
        if kind == _MISSING and counts[key] == counts[_ARTICLES]:
            return field, f"has no column '{column}' in any record; the first has {texts[key]}"
    if records < _FEWEST_RECORDS:
        return None
    for field in TIME_FIELDS:
        keys = [key for key in counts if key[:2] == (_UNREAD, field)]
        unread = sum(counts[key] for key in keys)
        times = unread + counts[_TIME, field, ""]
        if unread > MOST_UNREAD * times:
            return field, (
                f"in column '{keys[0][2]}': {unread:,} of {times:,} times can't be read,"
                f" the first '{texts[keys[0]]}' (say how they are written:"
                " --date-format '%d.%m.%Y %H:%M')"
            )
    return None
