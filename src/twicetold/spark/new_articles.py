"""Read the articles of new days. Start reading at `read_new`."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..errors import TwicetoldError
from ..records import Defaults
from ..sources.readers import stem_of
from .articles import number
from .columns import READ, REJECTION
from .earlier import Earlier
from .identities import one_record_each
from .outlets import facts_of, join_outlets, settle_outlets
from .reading import Reader, read_articles
from .small_tables import SmallTables

_TOO_LATE = "is a day that the folder has already; a run of all articles takes it"
_OTHER_TEXT = "is that of an article that the folder has with another text"


def read_new(
    earlier: Earlier,
    sources: Mapping[str, DataFrame],
    started: datetime,
    defaults: Defaults,
    small: SmallTables,
) -> DataFrame:
    """Save and return the articles of all sources that are of new days, and what was rejected."""
    store = earlier.store
    outlets = join_outlets(small.outlets, earlier.outlets())
    agencies, zones = facts_of(outlets)
    defaults = defaults._replace(zones=zones)
    parts = [
        read_articles(frame, Reader(name, defaults._replace(stem=stem_of(name)), started, agencies))
        for name, frame in sources.items()
    ]
    read = store.save("work/read", READ, reduce(DataFrame.unionByName, parts))
    rejected = read.where("reason is not null")
    records = read.where("reason is null")
    if earlier.last_day is not None:
        records, late = _new_ones(earlier, records)
        rejected = rejected.unionByName(late, allowMissingColumns=True)
    rejected = store.save("work/rejected_records", REJECTION, rejected)
    rows = records.count()
    if not (rows or rejected.count() or earlier.last_day is not None):
        raise TwicetoldError(", ".join(sources), "has no records")
    renamed = settle_outlets(store, records, outlets)
    articles = one_record_each(store, renamed, started)
    if earlier.last_day is not None:
        articles = _with_own_keys(earlier, articles)
    return number(store, articles, rows, earlier.all_days("articles"))


def _new_ones(earlier: Earlier, records: DataFrame) -> tuple[DataFrame, DataFrame]:
    """Return the records of new days, and the rejections of others.

    A record of an article that the folder has, with the same title and length or from before its
    last update, is neither.
    """
    changed = F.greatest("time", F.coalesce("updated", F.lit("")))
    stored = earlier.all_days("articles").select(
        "page",
        "outlet",
        F.col("title").alias("stored_title"),
        F.col("words").alias("stored_words"),
        changed.alias("stored_changed"),
    )
    own = stored.dropDuplicates(["page", "outlet"])
    matched = records.join(own, ["page", "outlet"], "left")
    is_new = F.col("stored_title").isNull()
    is_same = F.expr("title = stored_title and words = stored_words")
    is_other = ~is_new & ~is_same & (changed >= F.col("stored_changed"))
    is_late = is_new & F.col("published").isNotNull()
    is_late &= F.col("day") <= F.lit(earlier.last_published)
    rejected = matched.where(is_other | is_late).select(
        F.lit("").alias("source"),
        F.when(is_late, F.lit("published")).otherwise(F.lit("id")).alias("field"),
        F.when(is_late, F.concat_ws(" ", "time", F.lit(_TOO_LATE)))
        .otherwise(F.concat_ws(" ", "key", F.lit(_OTHER_TEXT)))
        .alias("reason"),
        F.substring("title", 1, 120).alias("excerpt"),
    )
    return matched.where(is_new & ~is_late).select(*records.columns), rejected


def _with_own_keys(earlier: Earlier, articles: DataFrame) -> DataFrame:
    """Return articles, the key of which begins with its outlet if another outlet has the id."""
    pages = earlier.all_days("articles").select("page").distinct()
    taken = pages.withColumn("is_taken", F.lit(True))
    own = F.when(F.col("is_taken"), F.concat_ws("|", "outlet", "key")).otherwise(F.col("key"))
    return articles.join(taken, "page", "left").withColumn("key", own).drop("is_taken")
