"""The whole tool on one page: read and store articles, then find their copies and stories.

What depends on one article is computed once, when it is read (`ingest`). What depends on the
others is computed for each day, inside its window (`cluster`).

    sources -> Article -> sign_articles -> index        jobs/ingest
    index -> link_copies                                jobs/copy_search
          -> Window -> Replay, day by day -> index      jobs/cluster, clustering/replay
"""

from ..article import Article
from ..index import Index, links, rejections
from ..index.settings import Settings, agree_settings, settings_to_rebuild
from ..progress import OnRejected, Progress, ignore_rejection, no_progress, timed
from ..times import Time
from .ingest import Items, store_items
from .quarantine import cluster_most
from .run_records import Counts, begin_run, finish_run


def run(
    index: Index,
    items: Article | Items,
    *,
    settings: Settings | None = None,
    strict: bool = False,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> Counts:
    """Do the nightly job: store the articles that are new, then cluster them. Safe to repeat.

    Without `settings`, those of the index are used; raises TwicetoldError if others are given.
    With `strict`, the first rejection raises RejectedError.
    """
    settings = agree_settings(index, settings)
    record = begin_run(index, "run", settings, now)
    stages = timed(progress, record.seconds)
    stored = store_items(index, record, items, strict, stages, on_rejected)
    with finish_run(index, record) as db:
        clustered = cluster_most(db, record, settings, stages, on_rejected)
    return stored.plus(clustered)


def cluster(
    index: Index,
    *,
    settings: Settings | None = None,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> Counts:
    """Find copies and stories among the pending articles, in one transaction.

    Without `settings`, those of the index are used; raises TwicetoldError if others are given.
    An article that the clustering fails on is set aside, and `on_rejected` hears of it.
    """
    settings = agree_settings(index, settings)
    record = begin_run(index, "cluster", settings, now)
    with finish_run(index, record) as db:
        return cluster_most(db, record, settings, timed(progress, record.seconds), on_rejected)


def rebuild(
    index: Index,
    *,
    settings: Settings | None = None,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> Counts:
    """Cluster all articles again, with these settings or those of the index, in one transaction.

    Articles that were set aside are tried again.

    A story keeps its number if it keeps most of its articles, except for some stories whose
    days are replayed in two separate stretches. Copy groups may get new numbers.
    """
    settings = settings or settings_to_rebuild(index)
    record = begin_run(index, "rebuild", settings, now)
    with finish_run(index, record) as db:
        rejections.release(db)
        links.delete_all(db)
        return cluster_most(db, record, settings, timed(progress, record.seconds), on_rejected)
