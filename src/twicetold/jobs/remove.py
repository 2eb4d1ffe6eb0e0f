"""Taking articles out of an index: one for good, at somebody's wish, or all that is old."""

from datetime import datetime
from typing import NamedTuple

from ..errors import LockedError
from ..index import Index, removal
from .pipeline import clustered
from .runs import Counts, Stage, begun, clock, concluded, settings_of, silent, timed


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
    keeps it from coming back. Its day and later ones are clustered anew. Raises NotFoundError, and
    LockedError when all is done but for the old pages that a reader holds.
    """
    id, settings = index.article_id(article), settings_of(index)
    index.connection.execute("pragma secure_delete = on")
    run = begun(index, "remove", settings, now)
    with index.transaction() as db:
        removal.remove(db, id, now or clock(), note)
        counts = clustered(db, run.id, settings, timed(stage, run.seconds))
    if not removal.erase(db):
        finding = "it is removed, but a reader still holds the file as it was"
        raise LockedError(index.place, finding, hint="its text goes when that ends")
    with concluded(index, run):
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
    run = begun(index, "prune", settings_of(index), now)
    with concluded(index, run):
        if keep_signatures:
            gone, stories = removal.prune_texts(db, before, now)
        else:
            gone, stories = removal.prune(db, before)
    if db.execute("pragma freelist_count").fetchone()[0]:  # also what one broken off left
        removal.erase(db)
    return Pruned(gone, stories, held - db.execute(pages).fetchone()[0])
