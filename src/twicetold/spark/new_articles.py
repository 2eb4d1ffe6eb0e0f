"""Read the articles of new days. Start reading at `read_new`."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce
from itertools import chain
from typing import NamedTuple, NoReturn

from pyspark.sql import DataFrame, Row
from pyspark.sql import functions as F

from ..article import EXCERPT
from ..errors import TwicetoldError
from ..index.outlet_tables import OutletTables
from ..records import Defaults
from ..sources.unread import Tally, misreading
from ..times import day_text
from .articles import number
from .columns import READ, RECORD, REJECTION, names
from .earlier_tables import Earlier
from .identities import new_articles_of
from .manual_tables import ManualTables
from .outlets import NameInSource, facts_of, join_outlets, settle_outlets
from .reading import Reader, read_articles, stem_of_source, tally_by_source
from .store import sizes_of

_ACCEPTED = "reason is null"
_CANCELED = "reason is not null and page is not null"  # by its agency
UnreadFields = dict[str, tuple[int, str]]  # field -> how many records lack it, a value


class NewArticles(NamedTuple):
    """What the sources have."""

    articles: DataFrame  # that the folder does not have
    versions: DataFrame  # earlier texts of these
    rejected: DataFrame
    unread: UnreadFields
    outlets: OutletTables  # of all days


class _Sifted(NamedTuple):
    """The records of all sources, and what is not taken of them."""

    records: DataFrame
    printed: dict[NameInSource, str]  # names of outlets in these, a url of each
    rows: int  # how many records
    rejected: DataFrame
    unread: UnreadFields


def read_new(
    earlier: Earlier,
    sources: Mapping[str, DataFrame],
    started: datetime,
    defaults: Defaults,
    manual: ManualTables,
    active_days: int,
) -> NewArticles:
    """Save the articles of all sources that are new, and return them with what is rejected."""
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
    sifted = _sift(read)
    if not sifted.rows and earlier.last_day is None:
        _refuse(sources, sifted.rejected)
    records, settled = settle_outlets(sifted.records, sifted.printed, outlets)
    articles, versions, changed = new_articles_of(earlier, records, started)
    rejected = sifted.rejected.unionByName(changed)
    if earlier.last_published is not None:
        articles = store.save("work/not_stored", RECORD, articles)
        articles, late = _without_late(articles, earlier.last_published, active_days)
        rejected = rejected.unionByName(late)
        versions = versions.join(articles, "key", "left_semi")  # late ones go with their articles
    source = F.when(F.col("source") == "", F.lit(", ".join(sources))).otherwise(F.col("source"))
    rejected = rejected.withColumn("source", source)
    days = [] if earlier.last_day is None else sizes_of(articles)
    numbered = number(store, articles, sifted.rows, earlier.of_days("articles", days))
    return NewArticles(numbered, versions, rejected, sifted.unread, settled)


def _sift(read: DataFrame) -> _Sifted:
    """Return the records, and the rejections of others.

    A source that is not read as it is meant is rejected as a whole. A record that its agency has
    canceled is left out.
    """
    counts = _counts(read)
    tallies = tally_by_source(read, sorted({row["source"] for row in counts if row["lacking"]}))
    sizes = Counter[str]()
    for row in counts:
        sizes[row["source"]] += row["rows"]
    problems = {
        source: problem
        for source, counted in tallies.items()
        if (problem := misreading(counted, sizes[source]))
    }
    rows = [(source, *problem, "") for source, problem in sorted(problems.items())]
    rejected = read.where(f"not ({_ACCEPTED})").select(*names(REJECTION))
    rejected = rejected.unionByName(read.sparkSession.createDataFrame(rows, REJECTION))
    records = read.where(_ACCEPTED).where(~F.col("source").isin(list(problems)))
    if any(row["canceled"] for row in counts):
        canceled = read.where(_CANCELED).select("page", "outlet").distinct()
        records = records.join(canceled, ["page", "outlet"], "left_anti")
        counts = _counts(records)
    counts = [row for row in counts if row["articles"] and row["source"] not in problems]
    counts.sort(key=lambda row: row["url"], reverse=True)  # the first url stays
    printed = {(row["outlet"], row["outlet_host"]): row["url"] for row in counts}
    size = sum(row["articles"] for row in counts)
    understood = [tallies[source] for source in sorted(tallies.keys() - problems.keys())]
    return _Sifted(records, printed, size, rejected, _unread_fields(understood))


def _counts(read: DataFrame) -> list[Row]:
    """Return counts of each source's records, by the outlets that they print."""
    columns = {
        "rows": "count(*)",
        "articles": f"count_if({_ACCEPTED})",
        "lacking": f"count_if({_ACCEPTED} and unread <> '[]')",
        "canceled": f"count_if({_CANCELED})",
        "url": "min(url)",
    }
    counts = [F.expr(count).alias(name) for name, count in columns.items()]
    return read.groupBy("source", "outlet", "outlet_host").agg(*counts).collect()


def _unread_fields(tallies: Iterable[Tally]) -> UnreadFields:
    """Return how many records lack each field, and a value that was not read."""
    fields: UnreadFields = {}
    for field, lacking, value in chain.from_iterable(each.unread for each in tallies):
        before, first = fields.get(field, (0, value))
        fields[field] = before + lacking, first
    return fields


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
