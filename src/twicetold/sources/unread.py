"""Is a file read as it is meant? Not if many of its times are unread, or a column is missing.

Its articles would come in undated, as if they were of today. Start reading at
`until_times_are_unread`.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from ..article import TIME_FIELDS, Article, Rejection

Item = Article | Rejection

MOST_UNREAD = 0.2  # of the times of a file; with more, the form of its times is not understood
_FEWEST_RECORDS = 20  # in fewer, one bad time is too large a share
_BLOCK_RECORDS = 5_000  # read before the first is passed on
_BLOCK_CHARACTERS = 20_000_000  # the same


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
    """Return the rejection of a file more than a fifth of whose times could not be read.

    Or of one of which no record has a column that `--map` names.
    """
    articles = [item for item in items if isinstance(item, Article)]
    missing = Counter(each[:3] for article in articles for each in article.unread if each.there)
    for (field, _, column), number in missing.items():
        if number == len(articles):
            there = next(each.there for each in articles[0].unread if each.there)
            reason = f"has no column '{column}' in any record; the first has {there}"
            return Rejection(source, 0, field, reason)
    if len(items) < _FEWEST_RECORDS:
        return None
    for field in TIME_FIELDS:
        unread = [
            each
            for article in articles
            for each in article.unread
            if each.field == field and not each.there
        ]
        times = len(unread) + sum(getattr(article, field) is not None for article in articles)
        if len(unread) > MOST_UNREAD * times:
            reason = (
                f"in column '{unread[0].column}': {len(unread):,} of {times:,} times can't be read,"
                f" the first '{unread[0].value}' (say how they are written:"
                " --date-format '%d.%m.%Y %H:%M')"
            )
            return Rejection(source, 0, field, reason)
    return None
