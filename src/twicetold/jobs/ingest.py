"""Store what sources give, as far as it is new. Start reading at `store_items`."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

from ..article import TIME_FIELDS, Article, Rejection, excerpt
from ..errors import ArgumentError, RejectedError
from ..index import (
    Index,
    identities,
    outlet_changes,
    outlets,
    rejections,
    removal,
    runs,
    stories,
    storing,
)
from ..index.settings import Settings
from ..index.signing import sign_articles
from ..index.storing import SignedArticle
from ..progress import (
    OnRejected,
    Progress,
    ignore_rejection,
    no_progress,
    timed,
)
from ..times import Time, first_moment, utc_text
from .quarantine import FAILED, work_on_most
from .run_records import Counts, Run, begin_run, finish_run

BATCH = 5_000  # articles stored in one transaction
BATCH_CHARACTERS = 50_000_000  # of their texts, at most
_CANCELED = "canceled by its agency"  # the note of a tombstone
FUTURE = timedelta(days=2)  # a report from further ahead has a wrong date

Items = Iterable[Article | Rejection]


class _Batch:
    """Articles that are stored in one transaction, and the rejections among them.

    No two of one outlet have the same key.
    """

    def __init__(self) -> None:
        self.articles: dict[tuple[str, str], Article] = {}
        self.characters = 0  # of their texts
        self.repeated = 0  # articles that came again as they are
        self.rejected: list[Rejection] = []

    def add(self, article: Article) -> bool:
        """Add an article; return False if there is no room, or another text with its key."""
        key = article.outlet, article.key
        stored = self.articles.get(key)
        if stored == article:
            self.repeated += 1
            return True
        is_full = len(self.articles) == BATCH or self.characters > BATCH_CHARACTERS
        if is_full or stored is not None:
            return False
        self.articles[key] = article
        self.characters += len(article.title) + len(article.body)
        return True


def ingest(
    index: Index,
    items: Article | Items,
    *,
    strict: bool = False,
    now: Time | None = None,
    progress: Progress = no_progress,
    on_rejected: OnRejected = ignore_rejection,
) -> Counts:
    """Store the articles that are new; they are pending until the next `cluster`.

    `on_rejected` hears of each new rejection. With `strict`, the first rejection of any kind raises
    RejectedError.
    """
    run = begin_run(index, "ingest", Settings(), now)
    counts = store_items(index, run, items, strict, timed(progress, run.seconds), on_rejected)
    with finish_run(index, run):
        return counts


def store_items(
    index: Index,
    run: Run,
    items: Article | Items,
    strict: bool,
    progress: Progress,
    on_rejected: OnRejected,
) -> Counts:
    """Sign and store articles batch by batch, each in a transaction of its own."""
    total, is_erased = Counts(), False
    most_rejections = 1 if strict else BATCH
    known, agencies = outlets.OutletNames(index.connection), outlets.agencies(index.connection)
    for batch in _batches(items, run.started, most_rejections, known):
        articles, rejected = list(batch.articles.values()), batch.rejected
        with progress("signatures", len(articles)):
            sign = partial(sign_articles, agencies=agencies)
            parts, failures = work_on_most(articles, sign)
        rejected += [failed(articles[place], "signatures", why) for place, why in failures]
        _check_strictly(rejected, strict)
        signed = [item for part in parts for item in part]
        with progress("storing", len(signed)):
            work = partial(_store_part, index, run, strict)
            stored, failures = work_on_most(signed, work, index.connection)
        rejected += [failed(signed[place].article, "storing", why) for place, why in failures]
        rejected += [rejection for _, part in stored for rejection in part]
        _check_strictly(rejected, strict)
        for counts, _ in stored:
            total = total.plus(counts)
        if rejected or batch.repeated:
            repeated = batch.repeated
            total = total.plus(record_rejections(index, run, rejected, on_rejected, repeated))
        is_erased = _take_down(index, run, rejected) or is_erased
    if is_erased:
        removal.erase(index.connection)
    with index.transaction() as db:
        moved = outlet_changes.settle_names(db)
        stories.refresh(db, stories.of_articles(db, moved), {})
    return total


def _store_part(
    index: Index, run: Run, strict: bool, part: Sequence[SignedArticle]
) -> tuple[Counts, list[Rejection]]:
    """Store some articles in a transaction; return counts, and what was rejected."""
    if not part:
        return Counts(), []
    with index.transaction() as db:
        stored = storing.store(db, run.id, run.started, part)
        if strict and stored.rejected:
            raise RejectedError(stored.rejected[0])
        incomplete = rejections.add_unread_fields(db, run.id, stored.incomplete)
        counts = Counts(stored.new, stored.updated, stored.unchanged, incomplete=incomplete)
        runs.add_counts(db, run.id, counts._asdict())
    return counts, stored.rejected


def record_rejections(
    index: Index,
    run: Run,
    rejected: list[Rejection],
    on_rejected: OnRejected,
    repeated: int = 0,
) -> Counts:
    """Store rejections, and count what came again; `on_rejected` hears of those that are news."""
    with index.transaction() as db:
        new = rejections.add(db, run.id, rejections.without_removed(db, rejected))
        counts = Counts(
            unchanged=repeated,
            rejected=len(rejected),
            newly_rejected=len(new),
            quarantined=sum(rejection.field == FAILED for rejection in new),
        )
        runs.add_counts(db, run.id, counts._asdict())
    for rejection in new:
        on_rejected(rejection)
    return counts


def _check_strictly(rejected: list[Rejection], strict: bool) -> None:
    """Raise RejectedError for the first rejection with `strict`, unless an agency canceled it."""
    faults = [each for each in rejected if each.takes_down is None]
    if strict and faults:
        raise RejectedError(faults[0])


def _take_down(index: Index, run: Run, rejected: list[Rejection]) -> bool:
    """Remove the articles that their agencies canceled; return whether the index had any."""
    canceled = [each.takes_down for each in rejected if each.takes_down is not None]
    if not canceled:
        return False
    removal.use_secure_delete(index.connection)
    has_removed = False
    with index.transaction() as db:
        for article in canceled:
            id = identities.find_by_id(db, article)
            if id is None:
                removal.bury_unknown(db, article, run.started, _CANCELED)
            else:
                removal.remove(db, id, run.started, _CANCELED)
                has_removed = True
    return has_removed


def failed(article: Article, stage: str, reason: str) -> Rejection:
    """Return the rejection of an article that a stage failed on."""
    place, beginning = (article.source, article.line), excerpt(article.title)
    return Rejection(*place, FAILED, reason, beginning, stage, article.names)


def _batches(
    items: Article | Items, now: datetime, most_rejections: int, known: outlets.OutletNames
) -> Iterator[_Batch]:
    """Yield the articles in batches, with the rejections between them."""
    batch = _Batch()
    for item in [items] if isinstance(items, Article) else items:
        if not isinstance(item, Article | Rejection):
            raise ArgumentError("items", f"{str(item)[:40]!r} is not an Article")
        item = _with_known_outlet(item, known)
        rejection = item if isinstance(item, Rejection) else not_yet(item, now)
        if rejection is not None:
            batch.rejected.append(rejection)
        elif isinstance(item, Article) and not batch.add(item):
            yield batch
            batch = _Batch()
            batch.add(item)
        if len(batch.rejected) == most_rejections:
            yield batch
            batch = _Batch()
    if batch.articles or batch.rejected or batch.repeated:
        yield batch


def _with_known_outlet(
    item: Article | Rejection, known: outlets.OutletNames
) -> Article | Rejection:
    """Return an item with the name that its outlet has in the index."""
    if isinstance(item, Article):
        return known.canonical(item)
    if item.takes_down is None:
        return item
    return item._replace(takes_down=known.canonical(item.takes_down))


def not_yet(article: Article, now: datetime) -> Rejection | None:
    """Return the rejection of an article that is embargoed, or of a time that has yet to come."""
    place, beginning = (article.source, article.line), excerpt(article.title)
    if article.embargoed is not None and first_moment(article.embargoed) > now:
        reason = f"until '{utc_text(article.embargoed)}'"
        names = article.names
        return Rejection(*place, "embargoed", reason, beginning, names=names, is_news=False)
    for field in TIME_FIELDS:
        time = getattr(article, field)
        if time is not None and first_moment(time) - now > FUTURE:
            reason = f"'{utc_text(time)}' is more than two days ahead"
            return Rejection(*place, field, reason, beginning, names=article.names)
    return None
