"""Who still carries what was corrected? Copies that have the text which the origin took out.

A correction changes a few words, and with each of them the runs of five words that hold it; a copy
is stale when it has half or more of the runs that the newer text has no longer.
"""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from . import signatures, text, tokens
from .index import Index, articles, buckets, of_one_moment, windows

_CARRIED = 0.5  # share of the runs taken out


class Stale(NamedTuple):
    """A copy of a text that was changed since."""

    article: int  # that was changed
    outlet: str
    changed: str  # UTC, when the newer text was read
    copy: int
    copying_outlet: str
    carried: float  # share of what was taken out that the copy still has
    title: str  # of the copy


@of_one_moment
def stale(index: Index, article: str = "") -> list[Stale]:
    """The stale copies in an index, or those of one article, by its id, key or url.

    Raises NotFoundError. The most recently changed first.
    """
    db = index.connection
    only = index.article_id(article) if article else None
    rows = db.execute(
        "select article_id, versions.body, articles.body, max(put_aside), copy_group_id"
        " from versions join articles on articles.id = article_id"
        " where ? is null or article_id = ? group by article_id, number"
        " order by max(put_aside) desc, article_id, number",
        (only, only),
    ).fetchall()
    found: dict[tuple[int, int], Stale] = {}
    for id, old, new, changed, group in rows:
        for copy, carried in _carriers(db, id, old, new, group):
            if (id, copy) not in found:
                outlet, _ = _named(db, id)
                copying, title = _named(db, copy)
                found[id, copy] = Stale(id, outlet, changed, copy, copying, carried, title)
    return list(found.values())


def _carriers(
    db: Connection, id: int, old: str, new: str, group: int | None
) -> Iterator[tuple[int, float]]:
    """Other articles that have what an older text had and the newer has not, and how much of it."""
    (bands,) = signatures.sign([text.own_words(old)]).buckets
    others = set(buckets.in_buckets(db, bands)) if bands else set()
    others |= set(articles.of_groups(db, [group])) if group is not None else set()
    ids = sorted(others - {id})
    runs = signatures.shingles(
        tokens.stream(
            [text.own_words(body) for body in (old, new, *windows.texts(db, ids).bodies)],
            split_unspaced=True,
        )
    )
    sets = [runs.hashes[i:j] for i, j in zip(runs.offsets[:-1], runs.offsets[1:], strict=True)]
    gone = np.setdiff1d(sets[0], sets[1])
    if not len(gone):
        return
    for other, own in zip(ids, sets[2:], strict=True):
        carried = float(np.isin(gone, own).mean())
        if carried >= _CARRIED:
            yield other, round(carried, 3)


def _named(db: Connection, id: int) -> tuple[str, str]:
    outlet, title = db.execute(
        "select name, title from articles join outlets on outlets.id = outlet_id"
        " where articles.id = ?",
        (id,),
    ).fetchone()
    return outlet, title
