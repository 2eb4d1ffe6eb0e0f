"""Read sources and store what is new. Start reading at `read_articles`, then `store_items`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from os import PathLike, fspath
from sqlite3 import Connection

from .. import sources
from ..article import COLUMN_NAMES, TIME_FIELDS, Article, Defaults, Rejection, excerpt
from ..errors import ArgumentError, RejectedError
from ..index import Index, articles, runs
from ..index.articles import SignedArticle
from ..index.settings import Settings
from ..index.signing import sign_articles
from ..progress import OnRejected, Progress, ignore_rejection, no_progress, timed
from ..times import Time, first_moment, utc_text
from .run_records import Counts, Run, begin_run, finish_run

BATCH = 5_000  # articles stored in one transaction
FUTURE = timedelta(days=2)  # a report from further ahead has a wrong date

Items = Iterable[Article | Rejection]
Path = str | PathLike[str]


def read_articles(
    paths: Path | Iterable[Path],
    *,
    format: str = "",
    outlet: str = "",
    lang: str = "",
    columns: Mapping[str, str] | None = None,
    progress: Progress = no_progress,
) -> Iterator[Article | Rejection]:
    """Return the articles of files, folders, globs and '-', and the rejected records, in order.

    `outlet` and `lang` are for articles that name none; `columns` maps our fields to the names in
    the files: {'title': 'headline'}. Raises SourceError at once if a source does not exist or has
    no known format, ArgumentError for an unknown format or field.
    """
    for field in columns or ():
        if field not in COLUMN_NAMES:
            names = ", ".join(COLUMN_NAMES)
            raise ArgumentError("columns", f"'{field}' is not a field", hint=f"one of {names}")
    defaults = Defaults(columns or {}, outlet, lang)
    files = sources.find_files(_path_list(paths), format)
    return _read(files, defaults, progress)


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

    With `strict`, the first rejection raises RejectedError.
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
    for batch, rejections in _batches(items, run.started, most_rejections):
        with progress("signatures", len(batch)):
            signed = sign_articles(batch)
        with progress("storing", len(batch)), index.transaction() as db:
            counts, rejected = _store_batch(db, run, signed, rejections, strict)
        for rejection in rejected:
            on_rejected(rejection)
        total = total.plus(counts)
    return total


def _store_batch(
    db: Connection, run: Run, batch: list[SignedArticle], rejections: list[Rejection], strict: bool
) -> tuple[Counts, list[Rejection]]:
    """Store a batch and all its rejections, those of reading and those of storing."""
    stored = articles.store(db, run.id, run.started, batch)
    rejected = [*rejections, *stored.rejected]
    if strict and rejected:
        raise RejectedError(rejected[0])
    runs.add_rejections(db, run.id, rejected)
    counts = Counts(stored.new, stored.updated, stored.unchanged, len(rejected))
    runs.add_counts(db, run.id, counts._asdict())
    return counts, rejected


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
    files: list[sources.File], defaults: Defaults, progress: Progress
) -> Iterator[Article | Rejection]:
    with progress("reading", sum(file.size for file in files)) as advance:
        for file in files:
            done = 0
            for item, position in sources.read_file(file, defaults):
                yield item
                if position > done:
                    advance(position - done)
                    done = position
            advance(file.size - done)


def _batches(
    items: Article | Items, now: datetime, most_rejections: int
) -> Iterator[tuple[list[Article], list[Rejection]]]:
    """Yield batches of articles, no key twice in a batch, and the rejections between them."""
    batch: dict[str, Article] = {}
    rejections: list[Rejection] = []
    for item in [items] if isinstance(items, Article) else items:
        if not isinstance(item, Article | Rejection):
            raise ArgumentError("items", f"{str(item)[:40]!r} is not an Article")
        rejection = item if isinstance(item, Rejection) else _too_far_ahead(item, now)
        if isinstance(item, Article) and rejection is None:
            if len(batch) == BATCH or item.key in batch:
                yield list(batch.values()), rejections
                batch, rejections = {}, []
            batch[item.key] = item
        elif rejection is not None:
            rejections.append(rejection)
            if len(rejections) == most_rejections:
                yield list(batch.values()), rejections
                batch, rejections = {}, []
    if batch or rejections:
        yield list(batch.values()), rejections


def _too_far_ahead(article: Article, now: datetime) -> Rejection | None:
    for field in TIME_FIELDS:
        time = getattr(article, field)
        if time is not None and first_moment(time) > now + FUTURE:
            reason = f"'{utc_text(time)}' is more than two days ahead"
            return Rejection(article.source, article.line, field, reason, excerpt(article.title))
    return None
