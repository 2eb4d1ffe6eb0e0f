"""The whole run on one page: from the rows of frames to copy groups and stories.

rows -> articles or rejections -> numbers in time order         reading, identities, articles
     -> furniture -> signatures                                 articles
signatures -> buckets -> pairs -> copies                        crowds, candidates, verifying
days -> scored pairs -> stories                                 scoring, replaying
links and stories -> tables                                     results
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
from ..sources.readers import stem_of
from ..text.furniture import Furniture
from ..times import Time
from .articles import learn_furniture, number, sign_without
from .candidates import candidate_pairs, save_bands
from .columns import LINK, PAIR, READ, REJECTION
from .crowds import find_crowds
from .decided import Decided, resolve, save_decisions, separate
from .identities import one_record_each
from .outlets import settle_outlets
from .reading import Reader, read_articles
from .replaying import ReplayWork, replay_days
from .results import save_results
from .run_record import RunRecord, begin, finish
from .scoring import Work, blocks_of, score_days
from .small_tables import NO_TABLES, SmallTables
from .store import Store, cores_of
from .verifying import compare_pairs

_AS_IT_IS = Defaults()


class Result(NamedTuple):
    """What a run gave."""

    record: RunRecord  # counts and seconds
    tables: Mapping[str, DataFrame]  # by name, see docs/spark.md


def run(
    session: SparkSession,
    frames: DataFrame | Mapping[str, DataFrame],
    place: str,
    settings: Settings = DEFAULT,
    *,
    small: SmallTables = NO_TABLES,
    defaults: Defaults = _AS_IT_IS,
    now: Time | None = None,
    cores: int | None = None,
    progress: Progress = no_progress,
) -> Result:
    """Find the copies and stories of the articles in a frame, and write their tables to `place`.

    `frames` is one frame, or several by the names of their sources. A row is an article, its
    columns named as in a JSON line; or a line of JSON, if there is one column, `value`. `place` is
    a folder that all workers of the engine can write to; what an earlier run wrote there is
    replaced. `small` has manual decisions, named furniture and outlets. `cores` is how many tasks
    the engine does at once, if it does not tell. Raises ArgumentError for settings that Spark does
    not have, TwicetoldError for a folder with other files.
    """
    if settings.embedder:
        raise ArgumentError("embedder", "is not known on Spark", hint="run it on one machine")
    seconds: dict[str, float] = {}
    stages = timed(progress, seconds)
    store = Store(session, place, cores or cores_of(session))
    started = current_time(now)
    begin(store, started)
    sources = frames if isinstance(frames, Mapping) else {"frame": frames}
    with stages("articles", 0):
        articles = _articles(store, sources, started, defaults, small)
        decided = resolve(articles, small.decisions)
        save_decisions(store, decided)
    with stages("furniture", 0):
        passages = [*small.passages, *learn_furniture(store, articles, small.passages)]
        furniture = compared_without(passages)
        signatures = sign_without(store, articles, furniture)
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
        pairs = decided.same, decided.different
        replayed = replay_days(
            store, copies, scores, ReplayWork(days, settings.active_days, settings.cut, *pairs)
        )
    with stages("results", 0):
        links = _links(copies, crowd_links, scores.links, replayed.contradicted)
        save_results(store, articles, surplus, scores.traits, links, replayed.stories)
        _save_rejections(store, decided)
    record = finish(store, started, current_time(now), settings, seconds)
    return Result(record, store.results())


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
        read_articles(frame, Reader(name, defaults._replace(stem=stem_of(name)), started, agencies))
        for name, frame in sources.items()
    ]
    read = store.save("work/read", READ, reduce(DataFrame.unionByName, parts))
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
    copies: DataFrame, crowds: DataFrame, neighbours: DataFrame, ruled_out: DataFrame
) -> DataFrame:
    """Return all links, each pair once: a link that a bucket gave comes before a neighbour's."""
    pair = ["a", "b"]
    new = neighbours.join(copies.select(*pair), pair, "left_anti")
    return copies.unionByName(crowds).unionByName(new.join(ruled_out, pair, "left_anti"))


def _save_rejections(store: Store, decided: Decided) -> None:
    """Save all that was rejected: records, and decisions on articles that the run has not."""
    unknown = [
        ("decisions", "decision", f"no article '{each.a[:80]}' or '{each.b[:80]}'", each.note)
        for each in decided.unknown
    ]
    named = store.session.createDataFrame(unknown, REJECTION)
    read = store.load("work/read").where("reason is not null").select(*named.columns)
    every = read.unionByName(store.load("work/other_rejections")).unionByName(named)
    store.save("rejections", REJECTION, every)


def _sizes(articles: DataFrame) -> dict[int, int]:
    """Return how many articles each day has."""
    return {row["day"]: row["count"] for row in articles.groupBy("day").count().collect()}
