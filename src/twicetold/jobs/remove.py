"""Take articles out of an index: one by request, or all that are old."""

from typing import NamedTuple

from ..errors import LockedError
from ..index import Index, database, rejections, removal
from ..index.settings import settings_of
from ..progress import Progress, ignore_rejection, no_progress, timed
from ..times import Time, argument_prefix
from .quarantine import cluster_most
from .run_records import Counts, begin_run, current_time, finish_run


class Pruned(NamedTuple):
    """What `prune` deleted."""

    articles: int  # deleted or, with `keep_signatures`, without their text now
    stories: int  # that these articles are in
    bytes: int  # by which the file is smaller


def remove(
    index: Index,
    article: str | int,
    *,
    note: str = "",
    now: Time | None = None,
    progress: Progress = no_progress,
) -> Counts:
    """Remove an article, by its id, key or url, as if it had never been there.

    Nothing of its text, its signature or its words in the search stays in the file; a tombstone
    keeps it from coming back. The articles of its day and later are clustered again. Raises
    NotFoundError, and LockedError if a reader still holds the old file after everything is done.
    """
    id, settings = index.article_id(article), settings_of(index)
    removal.use_secure_delete(index.connection)
    run = begin_run(index, "remove", settings, now)
    with index.transaction() as db:
        removal.remove(db, id, run.started, note)
        stages = timed(progress, run.seconds)
        counts = cluster_most(db, run, settings, stages, ignore_rejection)
    if not removal.erase(db):
        finding = "the article is removed, but a reader still holds the old file"
        raise LockedError(index.place, finding, hint="its text is erased when that reader ends")
    with finish_run(index, run):
        return counts


def prune(
    index: Index, before: Time, *, keep_signatures: bool = False, now: Time | None = None
) -> Pruned:
    """Delete the settled stories last published before a UTC time, and shrink the file.

    Whole stories are deleted, with everything made of their articles. Later copies of them are not
    recognised, and a source that still has the articles brings them back. Rejections that no run
    since that time has read are deleted, too.

    With `keep_signatures`, only texts, older texts and embeddings are deleted. Later copies are
    recognised by their signatures, and a source that still has the articles brings nothing back.
    """
    time = argument_prefix(before, "before")
    settings, db = settings_of(index), index.connection
    bytes_before = database.file_bytes(db)
    run = begin_run(index, "prune", settings, now)
    with finish_run(index, run):
        if keep_signatures:
            deleted = removal.prune_texts(db, time, current_time(now))
        else:
            deleted = removal.prune(db, time)
        rejections.prune(db, time)
    if database.has_free_pages(db):  # also those that an interrupted run has left
        removal.erase(db)
    return Pruned(*deleted, bytes=bytes_before - database.file_bytes(db))
