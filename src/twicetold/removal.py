"""Taking articles out of an index: one for good, at somebody's wish, or all that is old."""

from datetime import datetime
from functools import partial
from typing import NamedTuple

from .index import Index, removal
from .pipeline import clustered
from .runs import Counts, Stage, clock, recorded, settings_of, silent, timed


def remove(
    index: Index,
    article: str,
    *,
    note: str = "",
    now: datetime | None = None,
    stage: Stage = silent,
) -> Counts:
    """Take an article down, by its id, key or url: as if it had never been there.

    Neither its text nor its signature nor a word in the search stays in the file; a tombstone
    keeps it from coming back. Its day and later ones are clustered anew. Raises NotFoundError.
    """
    id, settings = index.article_id(article), settings_of(index)
    index.connection.execute("pragma secure_delete = on")
    with recorded(index, "remove", settings, now) as (run_id, seconds):
        take_down = partial(removal.remove, id=id, now=now or clock(), note=note)
        counts = clustered(index, run_id, settings, timed(stage, seconds), first=take_down)
    removal.erase(index.connection)
    return counts


class Pruned(NamedTuple):
    """What `prune` took away."""

    articles: int  # that went or, with their signatures kept, whose texts went
    stories: int  # that these are
    bytes: int  # that the file is smaller by


def prune(
    index: Index, before: str, *, keep_signatures: bool = False, now: datetime | None = None
) -> Pruned:
    """Delete settled stories last heard of before a UTC time, and give their room back.

    Whole stories go, with all that was made of their articles; a copy of them that comes later is
    not recognised any more. A source that still has them brings them back.

    With `keep_signatures` only their texts go, older ones and embeddings too. A later copy is then
    recognised by its signature, and a source that still has them brings nothing back.
    """
    now = now or clock()
    db = index.connection
    pages = "select page_count * page_size from pragma_page_count, pragma_page_size"
    (held,) = db.execute(pages).fetchone()
    with recorded(index, "prune", settings_of(index), now), index.transaction() as inside:
        if keep_signatures:
            gone, stories = removal.prune_texts(inside, before, now)
        else:
            gone, stories = removal.prune(inside, before)
    if gone:
        removal.erase(db)
    return Pruned(gone, stories, held - db.execute(pages).fetchone()[0])
