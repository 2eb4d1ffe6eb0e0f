"""The whole run on one page: from the rows of a frame to copy groups and stories.

rows -> articles or rejections -> numbers in time order         reading, identities, articles
     -> furniture -> signatures                                 articles
signatures -> buckets -> pairs -> copies                        crowds, candidates, verifying
days -> scored pairs -> stories                                 scoring, replaying
"""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from typing import NamedTuple

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from ..errors import ArgumentError
from ..index.furniture import compared_without
from ..index.settings import DEFAULT, Settings
from ..jobs.run_records import current_time
from ..progress import Progress, no_progress, timed
from ..records import Defaults
from ..text.furniture import Furniture
from ..times import Time
from .articles import learn_furniture, number, sign_without
from .candidates import candidate_pairs, save_bands
from .columns import LINK, PAIR, READ, REJECTION
from .crowds import find_crowds
from .decided import resolve, separate
from .identities import one_record_each
from .outlets import settle_outlets
from .reading import Reader, read_articles
from .replaying import ReplayWork, replay_days
from .results import save_results
from .scoring import Work, blocks_of, score_days
from .small_tables import SmallTables
from .store import Store
from .verifying import compare_pairs


class Result(NamedTuple):
    """What a run gave: its tables as frames, and the seconds of its stages."""

    tables: Mapping[str, DataFrame]
    seconds: Mapping[str, float]


def run(
    session: SparkSession,
    frame: DataFrame | Mapping[str, DataFrame],
    place: str,
    settings: Settings = DEFAULT,
    *,
    small: SmallTables = SmallTables(),
    defaults: Defaults = Defaults(),
    now: Time | None = None,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Result:
    """Find the copies and stories of the articles in a frame; write their tables to `place`.

    A row of the frame is an article, its columns named as in a JSON line, or a line of text, in a
    column `value`. `place` is a folder that all workers of the engine can write to. `small` has
    manual decisions, named furniture and outlets. Raises ArgumentError for settings that Spark does
    not have.
    """
    if settings.embedder:
        raise ArgumentError("embedder", "is not known on Spark", hint="run it on one machine")
    seconds: dict[str, float] = {}
    stages = timed(progress, seconds)
    store = Store(session, place, cores or cores_of(session))
    started = current_time(now)
    sources = frame if isinstance(frame, Mapping) else {"frame": frame}
    with stages("articles", 0):
        articles = _articles(store, sources, started, defaults, small)
    sizes = _sizes(articles)
    decided = resolve(articles, small.decisions)
    with stages("furniture", 0):
        passages = [*small.passages, *learn_furniture(store, articles)]
        furniture = compared_without(passages)
        signatures = sign_without(store, articles, passages)
    with stages("copies", 0):
        surplus, crowd_links = find_crowds(store, articles, signatures, decided.ids, furniture)
        usable = articles.join(surplus.select(F.col("article_id").alias("id")), "id", "left_anti")
        copies = _copies(store, usable, surplus, signatures, furniture)
        copies = separate(store, copies, decided)
    with stages("pairs", 0):
        blocks = blocks_of(_sizes(usable), store.cores)
        work = Work(blocks, settings.active_days, settings.scorer, furniture)
        scores = score_days(store, usable, signatures, work)
    with stages("stories", 0):
        days = tuple(sorted(day for block in blocks for day in block))
        replay = ReplayWork(
            days, settings.active_days, settings.cut, decided.same, decided.different
        )
        replayed = replay_days(store, copies, scores, replay)
    with stages("results", 0):
        links = _links(store, copies, crowd_links, scores.links, replayed.contradicted)
        tables = save_results(
            store, articles, surplus, scores.traits, links, replayed.stories, small
        )
    return Result(tables, seconds)


def _articles(
    store: Store,
    sources: Mapping[str, DataFrame],
    started: datetime,
    defaults: Defaults,
    small: SmallTables,
) -> DataFrame:
    """Save the articles of all sources, and what was rejected."""
    agencies = small.agencies
    parts = [
        read_articles(frame, Reader(name, defaults, started, agencies))
        for name, frame in sources.items()
    ]
    read = store.save("work/read", READ, reduce(DataFrame.unionByName, parts))
    store.save("rejections", REJECTION, read.where("reason is not null"))
    records = read.where("reason is null")
    rows = records.count()
    known = settle_outlets(store, records, small.outlets)
    return number(store, one_record_each(store, known, started), rows)


def _copies(
    store: Store, usable: DataFrame, surplus: DataFrame, signatures: DataFrame, furniture: Furniture
) -> DataFrame:
    """Save the links of articles that share a bucket."""
    entries = save_bands(store, signatures)
    rows = entries.count()
    entries = entries.join(surplus, "article_id", "left_anti")
    pairs = store.save("work/pairs", PAIR, candidate_pairs(store, entries, rows))
    compared = compare_pairs(store, pairs, usable, pairs.count(), furniture)
    return store.save("work/copies", LINK, compared)


def _links(
    store: Store, copies: DataFrame, crowds: DataFrame, neighbours: DataFrame, ruled_out: DataFrame
) -> DataFrame:
    """Return all links, each pair once: a link that a bucket gave comes before a neighbour's."""
    pair = ["a", "b"]
    new = neighbours.join(copies.select(*pair), pair, "left_anti").join(
        ruled_out, pair, "left_anti"
    )
    return copies.unionByName(crowds).unionByName(new)


def _sizes(articles: DataFrame) -> dict[int, int]:
    """Return how many articles each day has."""
    return {row["day"]: row["count"] for row in articles.groupBy("day").count().collect()}


def cores_of(session: SparkSession) -> int:
    """Return how many tasks an engine does at once, as far as it tells."""
    try:
        return int(session.sparkContext.defaultParallelism)
    except Exception:
        return int(session.conf.get("spark.sql.shuffle.partitions", "8") or 8)
