"""Stale copies: copies that still carry text which their origin has corrected.

A correction changes a few words, and with them every shingle of five words that holds one. A copy
is stale if it has at least half of the shingles that the newer text has dropped. `find_stale` is
that rule; each run stores what it finds.
"""

from collections.abc import Iterator, Sequence
from sqlite3 import Connection

import numpy as np

from ..copies import minhash
from ..copies.shingles import shingles
from ..index import Index, articles, buckets, in_snapshot, older_texts, windows
from ..index.older_texts import OlderText, StaleCopy, StaleRow
from ..text.cleaning import own_words
from ..text.tokens import stream

_LEAST_CARRIED = 0.5  # share of the shingles that the newer text has dropped


@in_snapshot
def stale_copies(index: Index, article: str | int | None = None) -> list[StaleCopy]:
    """Return the stale copies in an index, or those of one article, by its id, key or url.

    As the last run found them, the most recently corrected first. Raises NotFoundError, and
    PrunedError if the text of the article was pruned.
    """
    id = None if article in (None, "") else index.id_with_text(article or "")
    return older_texts.stale_copies(index.connection, id)


def find_stale(db: Connection, ids: Sequence[int]) -> Iterator[StaleRow]:
    """Yield the stale copies of the older texts of some articles.

    Compared are the articles in a bucket of the older text, and those in the article's copy group.
    """
    for older in older_texts.older_texts(db, ids):
        (own,) = minhash.sign([own_words(older.body)]).buckets
        others = set(buckets.articles_in(db, own)) if own else set()
        if older.copy_group is not None:
            others |= set(articles.ids_in_groups(db, [older.copy_group]))
        others.difference_update(older_texts.corrected_articles(db, others, older))
        for copy, carried in _carriers(db, older, sorted(others - {older.article})):
            yield StaleRow(older.article, older.version, copy, carried)


def _carriers(db: Connection, older: OlderText, others: list[int]) -> Iterator[tuple[int, float]]:
    """Yield the articles that carry half or more of what was dropped, and the share."""
    bodies = [older.body, older.newest_body, *windows.texts(db, others).bodies]
    runs = shingles(stream([own_words(body) for body in bodies], split_unspaced=True))
    sets = [runs.hashes[i:j] for i, j in zip(runs.offsets[:-1], runs.offsets[1:], strict=True)]
    dropped = np.setdiff1d(sets[0], sets[1])
    if not len(dropped):
        return
    for other, shingle_set in zip(others, sets[2:], strict=True):
        carried = float(np.isin(dropped, shingle_set).mean())
        if carried >= _LEAST_CARRIED:
            yield other, carried
