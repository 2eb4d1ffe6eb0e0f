"""Who still carries what was corrected? Copies that have the text which the origin took out.

A correction changes a few words, and with each of them the runs of five words that hold it; a copy
is stale when it has half or more of the runs that the newer text has no longer. `carriers` is that
rule; each clustering keeps what it finds, in `refresh_stale`, and the view `stale_copies` shows it.
"""

from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from ..copies import minhash as signatures
from ..index import Index, articles, buckets, of_one_moment, windows
from ..index import older_texts as kept
from ..text import cleaning as text
from ..text import tokens

_CARRIED = 0.5  # share of the runs taken out


class Stale(NamedTuple):
    """A copy of a text that was changed since; a row of the view `stale_copies`."""

    article: int  # that was changed
    outlet: str
    changed: str  # UTC, when the newer text was read
    version: int  # the latest of its older texts that the copy carries
    copy: int
    copying_outlet: str
    carried: float  # share of what was taken out that the copy still has
    title: str  # of the copy


@of_one_moment
def stale(index: Index, article: str = "") -> list[Stale]:
    """The stale copies in an index, or those of one article, by its id, key or url.

    As the last clustering found them. Raises NotFoundError, and PrunedError when the text of the
    article is gone. The most recently changed first.
    """
    only = index.text_id(article) if article else None
    rows = index.connection.execute(
        f"select {', '.join(Stale._fields)} from stale_copies where ?1 is null or article = ?1"
        " order by changed desc, article, copy",
        (only,),
    )
    return [Stale(*row) for row in rows]


def refresh_stale(db: Connection) -> None:
    """Look again at the older texts that a run may have to do with; before it lets others wait."""
    if not kept.has_older(db):
        return
    _, matrix = windows.waiting(db)
    ids = kept.concerned(db, np.unique(signatures.bands(matrix)))
    kept.save(db, ids, list(carriers(db, ids)))


def carriers(db: Connection, ids: Sequence[int]) -> Iterator[kept.Row]:
    """Who carries what the older texts of some articles have and their newest have not.

    Looked at are those in a bucket of the older text, and those in the copy group of the article.
    """
    for one in kept.older(db, ids):
        (bands,) = signatures.sign([text.own_words(one.body)]).buckets
        others = set(buckets.in_buckets(db, bands)) if bands else set()
        others |= set(articles.of_groups(db, [one.group])) if one.group is not None else set()
        for copy, carried in _carried(db, one, sorted(others - {one.article})):
            yield kept.Row(one.article, one.version, copy, carried)


def _carried(db: Connection, one: kept.Older, others: list[int]) -> Iterator[tuple[int, float]]:
    """Those of some articles that have half or more of what was taken out, and how much."""
    bodies = [one.body, one.now, *windows.texts(db, others).bodies]
    own = [text.own_words(body) for body in bodies]
    runs = signatures.shingles(tokens.stream(own, split_unspaced=True))
    sets = [runs.hashes[i:j] for i, j in zip(runs.offsets[:-1], runs.offsets[1:], strict=True)]
    gone = np.setdiff1d(sets[0], sets[1])
    if not len(gone):
        return
    for other, held in zip(others, sets[2:], strict=True):
        carried = float(np.isin(gone, held).mean())
        if carried >= _CARRIED:
            yield other, carried
