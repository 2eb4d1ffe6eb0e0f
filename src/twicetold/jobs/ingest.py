"""Read sources and store what is new. Start reading at `read_articles`, then `store_items`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from os import PathLike, fspath

from .. import sources
from ..article import TIME_FIELDS, Article, Rejection, checked, excerpt
from ..columns import COLUMN_NAMES
from ..errors import ArgumentError, ArticleError, RejectedError
from ..index import Index, outlet_changes, outlets, rejections, runs, stories, storing
from ..index.settings import Settings
from ..index.signing import sign_articles
from ..index.storing import SignedArticle
from ..progress import (
    OnPassedOver,
    OnRejected,
    Progress,
    ignore_passed_over,
    ignore_rejection,
    no_progress,
    timed,
)
from ..records import Defaults
from ..sources.encodings import is_encoding
from ..times import Time, argument_zone, first_moment, utc_text
from .quarantine import FAILED, work_on_most
from .run_records import Counts, Run, begin_run, finish_run

BATCH = 5_000  # articles stored in one transaction
BATCH_CHARACTERS = 50_000_000  # of their texts, at most
FUTURE = timedelta(days=2)  # a report from further ahead has a wrong date

Items = Iterable[Article | Rejection]
Path = str | PathLike[str]


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


def read_articles(
    paths: Path | Iterable[Path],
    *,
    format: str = "",
    outlet: str = "",
    lang: str = "",
    columns: Mapping[str, str] | None = None,
    date_format: str = "",
    timezone: str = "UTC",
    zones: Mapping[str, str] | None = None,
    encoding: str = "",
    max_size: int = sources.LARGEST_UNPACKED,
    progress: Progress = no_progress,
    on_passed_over: OnPassedOver = ignore_passed_over,
) -> Iterator[Article | Rejection]:
    """Return the articles of files, folders, globs and '-', and the rejected records, in order.

    `outlet` and `lang` are for articles that name none; `columns` maps our fields to the names in
    the files: {'title': 'headline'}. `date_format` is how the files write their times, as in
    `datetime.strptime`, and `timezone` the place whose local times they are if they name no zone:
    'Europe/Paris'; `zones` are those of single outlets, by name or host, looked up when a record is
    read. `encoding` is that of files that are not UTF-8: 'cp1252'. A compressed file is
    read up to `max_size` bytes of what it unpacks to. `on_passed_over` hears which files of folders
    have no known format. Raises SourceError at once if a source does not exist or has no known
    format, ArgumentError for an unknown format, field, language, timezone or encoding.
    """
    defaults = _defaults(columns or {}, outlet, lang, date_format, timezone, encoding)
    defaults = defaults._replace(zones={} if zones is None else zones)
    found = sources.find_files(_path_list(paths), format)
    if found.passed_over:
        on_passed_over(found.passed_over)
    return _read(found.files, defaults, max_size, progress, on_passed_over)


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
    total = Counts()
    most_rejections = 1 if strict else BATCH
    known, agencies = outlets.OutletNames(index.connection), outlets.agencies(index.connection)
    for batch in _batches(items, run.started, most_rejections, known):
        articles, rejected = list(batch.articles.values()), batch.rejected
        with progress("signatures", len(articles)):
            sign = partial(sign_articles, agencies=agencies)
            parts, failures = work_on_most(articles, sign)
        rejected += [_failed(articles[place], "signatures", why) for place, why in failures]
        if strict and rejected:
            raise RejectedError(rejected[0])
        signed = [item for part in parts for item in part]
        with progress("storing", len(signed)):
            work = partial(_store_part, index, run, strict)
            stored, failures = work_on_most(signed, work, index.connection)
        rejected += [_failed(signed[place].article, "storing", why) for place, why in failures]
        rejected += [rejection for _, part in stored for rejection in part]
        if strict and rejected:
            raise RejectedError(rejected[0])
        for counts, _ in stored:
            total = total.plus(counts)
        if rejected or batch.repeated:
            total = total.plus(_record_rest(index, run, batch, on_rejected))
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


def _record_rest(index: Index, run: Run, batch: _Batch, on_rejected: OnRejected) -> Counts:
    """Store the rejections of a batch, and count what came again; `on_rejected` hears of news."""
    rejected = batch.rejected
    with index.transaction() as db:
        new = rejections.add(db, run.id, rejections.without_removed(db, rejected))
        counts = Counts(
            unchanged=batch.repeated,
            rejected=len(rejected),
            newly_rejected=len(new),
            quarantined=sum(rejection.field == FAILED for rejection in new),
        )
        runs.add_counts(db, run.id, counts._asdict())
    for rejection in new:
        on_rejected(rejection)
    return counts


def _defaults(
    columns: Mapping[str, str],
    outlet: str,
    lang: str,
    date_format: str,
    timezone: str,
    encoding: str,
) -> Defaults:
    """Return how to read records. Raises ArgumentError for what is not known."""
    for field in columns:
        if field not in COLUMN_NAMES:
            names = ", ".join(COLUMN_NAMES)
            raise ArgumentError("columns", f"'{field}' is not a field", hint=f"one of {names}")
    try:
        code = str(checked(lang, "lang"))
    except ArticleError as error:
        raise ArgumentError("lang", error.finding, hint=error.hint) from None
    if encoding and not is_encoding(encoding):
        raise ArgumentError("encoding", f"'{encoding[:40]}' is not known", hint="such as cp1252")
    zone = argument_zone(timezone)
    return Defaults(
        columns, outlet, code, date_format=date_format, timezone=zone, encoding=encoding
    )


def _failed(article: Article, stage: str, reason: str) -> Rejection:
    """Return the rejection of an article that a stage failed on."""
    place, beginning = (article.source, article.line), excerpt(article.title)
    return Rejection(*place, FAILED, reason, beginning, stage, article.names)


def _path_list(paths: Path | Iterable[Path]) -> list[str]:
    if isinstance(paths, str | PathLike):
        return [fspath(paths)]
    try:
        return [fspath(path) for path in paths]
    except TypeError:
        raise ArgumentError(
            "paths", f"{str(paths)[:40]!r} is not a path or a list of paths"
        ) from None


def _read(
    files: list[sources.File],
    defaults: Defaults,
    max_size: int,
    progress: Progress,
    on_passed_over: OnPassedOver,
) -> Iterator[Article | Rejection]:
    with progress("reading", sum(file.size for file in files)) as advance:
        for file in files:
            done = 0
            for item, position in sources.read_file(file, defaults, max_size, on_passed_over):
                yield item
                if position > done:
                    advance(position - done)
                    done = position
            advance(file.size - done)


def _batches(
    items: Article | Items, now: datetime, most_rejections: int, known: outlets.OutletNames
) -> Iterator[_Batch]:
    """Yield the articles in batches, with the rejections between them."""
    batch = _Batch()
    for item in [items] if isinstance(items, Article) else items:
        if not isinstance(item, Article | Rejection):
            raise ArgumentError("items", f"{str(item)[:40]!r} is not an Article")
        item = known.canonical(item) if isinstance(item, Article) else item
        rejection = item if isinstance(item, Rejection) else _not_yet(item, now)
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


def _not_yet(article: Article, now: datetime) -> Rejection | None:
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
