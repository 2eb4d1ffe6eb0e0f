"""The whole tool on one page: read, sign, store; then link and cluster, day by day.

`ingest` is a loop over batches, `cluster` a walk over days. What depends on one article is
computed once, when it is read; what depends on the others, for each day, inside its window.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

import numpy as np

from .. import sources
from ..article import TIMES, Article, Defaults, Rejection, excerpt, key
from ..clustering import embedding
from ..clustering import pair_scoring as pairs
from ..clustering import weights as weighing
from ..clustering.replay import Anchors, Decided, Known, Replay
from ..clustering.window import BoolArray, Window
from ..copies import minhash as signatures
from ..errors import RejectedError
from ..index import Index, articles, decisions, runs, windows
from ..index import stories as results
from ..index import story_events as history
from ..index.times import utc
from ..queries.stale_copies import refresh_stale
from ..text import cleaning as text
from . import copy_search as meeting
from .runs import (
    Counts,
    Hearer,
    Settings,
    Stage,
    agreed,
    begun,
    clock,
    concluded,
    settings_of,
    silent,
    timed,
    unheard,
)

BATCH = 5_000  # articles stored at once
SIGNED = 1_000  # articles signed at once: an eighth faster than 5,000, whose arrays leave the cache
FUTURE = timedelta(days=2)  # a report from further ahead has a wrong date

NO_DEFAULTS = Defaults()


def read(
    paths: Sequence[str],
    *,
    format: str = "",
    defaults: Defaults = NO_DEFAULTS,
    stage: Stage = silent,
) -> Iterator[Article | Rejection]:
    """The articles of files, folders, globs and '-', and what could not be one, in order.

    Raises SourceError at once when a source is not there or has no known format.
    """
    files = sources.files(paths, format)

    def items() -> Iterator[Article | Rejection]:
        with stage("reading", sum(file.size for file in files)) as advance:
            for file in files:
                done = 0
                for item, position in sources.read(file, defaults):
                    yield item
                    if position > done:
                        advance(position - done)
                        done = position
                advance(file.size - done)

    return items()


def run(
    index: Index,
    items: Iterable[Article | Rejection],
    *,
    settings: Settings | None = None,
    strict: bool = False,
    now: datetime | None = None,
    stage: Stage = silent,
    rejected: Hearer = unheard,
) -> Counts:
    """The nightly job: store what is new, then link and cluster it. Safe to repeat.

    Without `settings`, those of the index; raises TwicetoldError for others than it has. With
    `strict`, the first rejection ends it as a RejectedError.
    """
    settings = agreed(index, settings)
    run = begun(index, "run", settings, now)
    to = timed(stage, run.seconds)
    read = _ingest(index, run.id, items, strict, now or clock(), to, rejected)
    with concluded(index, run) as db:
        found = clustered(db, run.id, settings, to)
    return Counts(*(a + b for a, b in zip(read, found, strict=True)))


def ingest(
    index: Index,
    items: Iterable[Article | Rejection],
    *,
    strict: bool = False,
    now: datetime | None = None,
    stage: Stage = silent,
    rejected: Hearer = unheard,
) -> Counts:
    """Store what is new; it waits for the next `cluster`."""
    run = begun(index, "ingest", Settings(), now)
    to = timed(stage, run.seconds)
    read = _ingest(index, run.id, items, strict, now or clock(), to, rejected)
    with concluded(index, run):
        return read


def cluster(
    index: Index,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    stage: Stage = silent,
) -> Counts:
    """Link and cluster what waits: one transaction.

    Without `settings`, those of the index; raises TwicetoldError for others than it has.
    """
    settings = agreed(index, settings)
    run = begun(index, "cluster", settings, now)
    with concluded(index, run) as db:
        return clustered(db, run.id, settings, timed(stage, run.seconds))


def rebuild(
    index: Index,
    *,
    settings: Settings | None = None,
    now: datetime | None = None,
    stage: Stage = silent,
) -> Counts:
    """Link and cluster all articles anew, with these settings or those of the index.

    Stories keep the numbers under which most of their articles stood, but for some of those that
    lie across what is gone through at once; copy groups may have new ones. One transaction.
    """
    settings = settings or settings_of(index)
    run = begun(index, "rebuild", settings, now)
    with concluded(index, run) as db:
        results.forget_links(db)
        return clustered(db, run.id, settings, timed(stage, run.seconds))


def signed(batch: Sequence[Article]) -> list[articles.Signed]:
    """Articles with what depends on each alone: signature, buckets, length, credit, language."""
    parts = (_signed(batch[start : start + SIGNED]) for start in range(0, len(batch), SIGNED))
    return [one for part in parts for one in part]


def _signed(batch: Sequence[Article]) -> list[articles.Signed]:
    own = signatures.sign([text.own_words(one.body) for one in batch])
    return [
        articles.Signed(
            one,
            *kept,
            text.credit(one.body),
            one.lang or text.language(one.title, one.body),
        )
        for one, kept in zip(batch, zip(*own, strict=True), strict=True)
    ]


def _ingest(
    index: Index,
    run_id: int,
    items: Iterable[Article | Rejection],
    strict: bool,
    now: datetime,
    stage: Stage,
    rejected: Hearer,
) -> Counts:
    total = Counts()
    for batch, rejections in _batches(items, now):
        with stage("signatures", len(batch)):
            ready = signed(batch)
        with stage("storing", len(batch)), index.transaction() as db:
            done = articles.store(db, run_id, now, ready)
            all_rejected = [*rejections, *done.rejected]
            if strict and all_rejected:
                raise RejectedError(all_rejected[0])
            runs.reject(db, run_id, all_rejected)
            counts = Counts(done.new, done.updated, done.unchanged, len(all_rejected))
            runs.count(db, run_id, counts._asdict())
        for rejection in all_rejected:
            rejected(rejection)
        total = Counts(*(a + b for a, b in zip(total, counts, strict=True)))
    return total


def _batches(
    items: Iterable[Article | Rejection], now: datetime
) -> Iterator[tuple[list[Article], list[Rejection]]]:
    """Articles of different keys, some thousands at a time, and the rejections among them."""
    batch: dict[str, Article] = {}
    rejections: list[Rejection] = []
    for item in items:
        if isinstance(item, Rejection):
            rejections.append(item)
            continue
        ahead = [name for name in TIMES if (getattr(item, name) or now) > now + FUTURE]
        if ahead:
            reason = f"'{utc(getattr(item, ahead[0]))}' is days ahead of now"
            shown = excerpt(item.title)
            rejections.append(Rejection(item.source, item.line, ahead[0], reason, shown))
            continue
        name = key(item)
        if len(batch) == BATCH or name in batch:
            yield list(batch.values()), rejections
            batch, rejections = {}, []
        batch[name] = item
    if batch or rejections:
        yield list(batch.values()), rejections


def clustered(db: Connection, run_id: int, settings: Settings, stage: Stage) -> Counts:
    """Cluster what waits; inside a transaction."""
    first_new = results.next_id(db, "stories")
    history.begin(db)
    with stage("copies", 0):
        links = meeting.copies_of_waiting(db, settings.active_days)
    for stretch in windows.plan(db, settings.active_days):
        links += _go_through(db, stretch, settings, stage)
    refresh_stale(db)
    db.execute("update articles set pending = 0 where pending")
    first_active = windows.first_active(db, settings.active_days)
    events = history.end(db, run_id, first_new, first_active)
    counts = _counted(events, links, decisions.overruled(db))
    runs.count(db, run_id, counts._asdict())
    return counts


def _counted(events: Sequence[history.Event], links: int, overruled: int) -> Counts:
    stories: dict[str, set[int]] = {}
    for one in events:
        stories.setdefault(one.event, set()).add(one.story)
    new = stories.get("created", set())
    grown = set().union(*(stories.get(name, set()) for name in ("grown", "moved", "merged")))
    merged = sum(one.event == "merged" for one in events)
    split = len(stories.get("split", ()))
    return Counts(
        links=links,
        new_stories=len(new),
        grown=len(grown - new),
        merged=merged,
        split=split,
        overruled=overruled,
    )


def _go_through(db: Connection, stretch: windows.Stretch, settings: Settings, stage: Stage) -> int:
    """Go through some days: from `load` to `save` an article is a row number. How many links."""
    days, active_days = stretch.days, settings.active_days
    window = windows.load(db, days[0] - 2 * active_days + 1, days[-1])
    frozen = (window.day <= stretch.frozen) & ~window.pending
    frozen |= window.day <= days[0] - active_days
    results.drop_neighbours(db, window.ids[np.isin(window.day, days) & ~frozen].tolist())
    embedded = None
    if settings.embedder:
        with stage("embeddings", len(window.ids)) as advance:
            if window.several_languages:
                name = settings.embedder
                embedded = embedding.vectors(db, window, name, keep=True, advance=advance)
    with stage("vectors", len(window.ids)):
        block = weighing.block(window, embedded)
    standing = _standing(db, window, frozen, stretch.to_come)
    replay = Replay(block, *standing, frozen, active_days, settings.scorer)
    links = 0
    with stage("stories", len(days)) as advance:
        for day in days:
            found = replay.score(day)
            links += results.save_links(db, pairs.links(window, found))
            replay.cluster(day, settings.cut)
            advance(1)
    with stage("saving", len(window.ids)):
        copied = replay.copied()
        results.regroup(db, window.ids[copied].tolist())
        window = results.merge_stories(db, window, replay.merged_stories())
        rows = np.flatnonzero(replay.touched)
        labels, to_come = replay.labels[rows], stretch.to_come
        results.save_stories(db, window, rows, labels, block.headlines, to_come)
    return links


def _standing(
    db: Connection, window: Window, frozen: BoolArray, to_come: frozenset[int]
) -> tuple[Known, Anchors, Decided]:
    """What stands between rows of a window: links, decisions, and stories that tie them."""
    row = {id: place for place, id in enumerate(window.ids.tolist())}
    links = results.links_between(db, list(row))
    known = Known(
        np.array([row[a] for a, *_ in links], np.int64),
        np.array([row[b] for _, b, *_ in links], np.int64),
        np.array([kind == "copy" for _, _, kind, _ in links], bool),
        np.array([probability for *_, probability in links], np.float64),
    )
    moving = window.ids[~frozen].tolist()
    standing = results.anchors(db, moving, set(moving), to_come)
    said = decisions.between(db, list(row))
    same, different = (
        np.array([(row[a], row[b]) for a, b, of in said if of == verdict], np.int64).reshape(-1, 2)
        for verdict in ("same", "different")
    )
    tied, stories, copied = np.array(standing, np.int64).reshape(-1, 3).T
    anchors = Anchors(np.array([row[id] for id in tied.tolist()], np.int64), stories, copied)
    return known, anchors, Decided(same, different)
