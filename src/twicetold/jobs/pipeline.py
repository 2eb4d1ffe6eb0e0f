"""The whole tool on one page: read and store articles, then find their copies and stories.

What depends on one article is computed once, when it is read (`ingest`). What depends on the
others is computed for each day, inside its window (`cluster`).

    sources -> Article -> sign_articles -> index        jobs/ingest
    index -> link_copies                                jobs/copy_search
          -> Window -> Replay, day by day -> index      jobs/cluster, clustering/replay
"""

from collections.abc import Iterable

from ..article import Article, Rejection
from ..decision import Decision
from ..errors import TwicetoldError
from ..index import Index, links, rejections
from ..index.settings import Settings, agree_settings, settings_to_rebuild
from ..progress import OnRejected, Progress, ignore_rejection, no_progress, timed
from ..times import Time
from .ingest import Items, record_rejections, store_items
from .quarantine import cluster_most
from .run_records import Counts, Run, begin_run, finish_run
from .saved_decisions import save_decision


def run(
    index: Index,
    items: Article | Items,
    *,
    settings: Settings | None = None,
    decisions: Iterable[Decision] = (),
    strict: bool = False,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> Counts:
    """Do the nightly job: store the articles that are new, then cluster them. Safe to repeat.

    `decisions` are those of an export that is read back: a decision that cannot be stored is
    rejected. Without `settings`, those of the index are used; raises TwicetoldError if others are
    given. With `strict`, the first rejection raises RejectedError.
    """
    settings = agree_settings(index, settings)
    record = begin_run(index, "run", settings, now)
    stages = timed(progress, record.seconds)
    stored = store_items(index, record, items, strict, stages, on_rejected)
    stored = stored.plus(_store_decisions(index, record, decisions, on_rejected))
    with finish_run(index, record) as db:
        clustered = cluster_most(db, record, settings, stages, on_rejected)
    return stored.plus(clustered)


def _store_decisions(
    index: Index, record: Run, decisions: Iterable[Decision], on_rejected: OnRejected
) -> Counts:
    """Store decisions one by one; return how many were rejected."""
    rejected = []
    for number, decision in enumerate(decisions, start=1):
        try:
            with index.transaction():
                save_decision(index, decision, record.started)
        except TwicetoldError as error:
            rejected.append(Rejection("decisions", number, "decision", str(error)))
    return record_rejections(index, record, rejected, on_rejected) if rejected else Counts()


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
