"""Read the articles of new days. Start reading at `read_new`."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import chain
from typing import NoReturn

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..article import EXCERPT
from ..errors import TwicetoldError
from ..records import Defaults
from ..sources.unread import misreading
from ..times import day_text
from .articles import number
from .columns import READ, RECORD, REJECTION, VERSION, names
from .earlier_tables import Earlier
from .identities import new_articles_of
from .manual_tables import ManualTables
from .outlets import facts_of, join_outlets, settle_outlets
from .reading import Reader, read_articles, stem_of_source, tally_by_source
from .store import Store, sizes_of

UnreadFields = dict[str, tuple[int, str]]  # field -> how many articles lack it, a value


def read_new(
    earlier: Earlier,
    sources: Mapping[str, DataFrame],
    started: datetime,
    defaults: Defaults,
    manual: ManualTables,
    active_days: int,
) -> tuple[DataFrame, UnreadFields]:
    """Save and return the articles of all sources that are new; save what was rejected."""
    store = earlier.store
    outlets = join_outlets(manual.outlets, earlier.outlets())
    agencies, zones = facts_of(outlets)
    defaults = defaults._replace(zones=zones)
    parts = [
        read_articles(
            frame, Reader(name, defaults._replace(stem=stem_of_source(name)), started, agencies)
        )
        for name, frame in sources.items()
    ]
    read = store.save("work/read", READ, reduce(DataFrame.unionByName, parts))
    records, rejected, unread = _sift(store, read)
    rows = records.count()
    if not rows and earlier.last_day is None:
        _refuse(sources, rejected)
    articles = new_articles_of(earlier, settle_outlets(store, records, outlets), started)
    if earlier.last_published is not None:
        articles = store.save("work/not_stored", RECORD, articles)
        articles, late = _without_late(articles, earlier.last_published, active_days)
        rejected = rejected.select(*late.columns).unionByName(late)
    store.save("work/rejected_records", REJECTION, rejected)
    versions = store.load("work/resolved_versions")
    if earlier.last_published is not None:  # those of late articles go with them
        versions = versions.join(articles, "key", "left_semi")
    store.save("work/new_versions", VERSION, versions)
    days = [] if earlier.last_day is None else sizes_of(articles)
    return number(store, articles, rows, earlier.of_days("articles", days)), unread


def _sift(store: Store, read: DataFrame) -> tuple[DataFrame, DataFrame, UnreadFields]:
    """Return the records, and the rejections of others; what could not be read of the records.

    A source that is not read as it is meant is rejected as a whole. A record that its agency has
    canceled is left out.
    """
    tallies = tally_by_source(read)
    of_these = read.where(F.col("source").isin(list(tallies)))
    counts = of_these.groupBy("source").count().collect() if tallies else []
    sizes = {row["source"]: row["count"] for row in counts}
    problems = {
        source: problem
        for source, counted in tallies.items()
        if (problem := misreading(counted, sizes[source]))
    }
    rows = [(source, *problem, "") for source, problem in sorted(problems.items())]
    is_rejected = F.col("reason").isNotNull()
    rejected = read.where(is_rejected).select(*names(REJECTION))
    rejected = rejected.unionByName(store.session.createDataFrame(rows, REJECTION))
    canceled = read.where(is_rejected & F.col("page").isNotNull()).select("page", "outlet")
    records = read.where(~is_rejected & ~F.col("source").isin(list(problems)))
    if canceled.count():
        records = records.join(canceled.distinct(), ["page", "outlet"], "left_anti")
    counted = [tallies[source].unread for source in sorted(tallies.keys() - problems.keys())]
    unread: dict[str, tuple[int, str]] = {}
    for field, lacking, value in chain.from_iterable(counted):
        before, first = unread.get(field, (0, value))
        unread[field] = before + lacking, first
    return records, rejected, unread


def _refuse(sources: Iterable[str], rejected: DataFrame) -> NoReturn:
    """Raise TwicetoldError: there is no article, and nothing that was written before is lost."""
    named, size = ", ".join(sources), rejected.count()
    if not size:
        raise TwicetoldError(named, "has no records")
    first = rejected.agg(F.min(F.struct("source", "field", "reason")).alias("first")).collect()[0]
    reason = f"{first['first']['field']} {first['first']['reason']}"
    raise TwicetoldError(named, f"has no article; {size:,} rejected, such as: {reason}")


def _without_late(articles: DataFrame, last: int, active_days: int) -> tuple[DataFrame, DataFrame]:
    """Return the articles that can be added, and the rejections of those from too long before.

    `last` is the last day that articles of the folder are dated on; so many days of it and before
    are active.
    """
    is_late = F.col("published").isNotNull() & (F.col("day") <= F.lit(last - active_days))
    reason = f" is {active_days} days or more before {day_text(last)}, the last day of the folder;"
    late = articles.where(is_late).select(
        F.lit("").alias("source"),
        F.lit("published").alias("field"),
        F.concat("time", F.lit(f"{reason} a run of all articles takes it")).alias("reason"),
        F.substring("title", 1, EXCERPT).alias("excerpt"),
    )
    return articles.where(~is_late), late
