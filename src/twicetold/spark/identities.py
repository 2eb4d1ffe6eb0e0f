"""Which records are one article? Records of one page or id go through an index in memory.

So the rules are those of an index: which of two texts is newer, which becomes a version, what an id
that several outlets have means. Only records that share a page or an id are treated so; most
records are alone. Start reading at `one_record_each`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..article import Article, qualified_key
from ..copies.minhash import buckets_of, from_blobs
from ..index import Index, copied_rows, runs, storing
from ..index.storing import SignedArticle
from ..urls import page_of
from .columns import RECORD, REJECTION, RESOLVED, VERSION, arrow_schema, names
from .reading import place_in_time, rejection_row
from .store import Store

_TASK = 20_000  # records of a task
_COMMAND = "spark"


def one_record_each(store: Store, read: DataFrame, now: datetime) -> DataFrame:
    """Return the articles of records, each once; save versions and rejections."""
    shared = read.groupBy("page").count().where("count > 1").select("page")
    several = store.save("work/shared_pages", "page string", shared)
    repeated = several.count()
    if not repeated:
        store.save("work/new_versions", VERSION, store.empty(VERSION))
        store.save("work/other_rejections", REJECTION, store.empty(REJECTION))
        return read.select(*names(RECORD))
    alone = read.join(several, "page", "left_anti").select(*names(RECORD))
    parts = store.spread(read.join(several, "page", "left_semi"), 2 * repeated, _TASK, "page")
    resolve = partial(_resolve, now=now)
    resolved = store.save("work/resolved", RESOLVED, parts.mapInArrow(resolve, RESOLVED))
    is_article = F.col("reason").isNull() & F.col("version").isNull()
    versions = resolved.where("version is not null").select(
        "key", "version", "replaced", *(F.col(f"old_{name}").alias(name) for name in _OLD)
    )
    store.save("work/new_versions", VERSION, versions)
    store.save("work/other_rejections", REJECTION, resolved.where("reason is not null"))
    return alone.unionByName(resolved.where(is_article).select(*names(RECORD)))


_OLD = ("title", "body", "updated")


def _resolve(batches: Iterator[pa.RecordBatch], now: datetime) -> Iterator[pa.RecordBatch]:
    """Yield the articles, versions and rejections of the records of a partition."""
    rows = [row for each in batches for row in each.to_pylist()]
    if not rows:
        return
    # a source has no order here: the later of two texts of one time is the one that sorts later
    rows.sort(
        key=lambda row: [row["updated"] or row["time"], row["title"], row["body"], row["url"]]
    )
    with Index.in_memory() as index:
        with index.transaction() as db:
            run = runs.begin(db, _COMMAND, now, {})
        rejected = []
        for items in _rounds([_signed(row) for row in rows]):
            with index.transaction() as db:
                rejected += storing.store(db, run, now, items).rejected
        stored = [
            {
                **row,
                **place_in_time(row["published"], row["first_seen"]),
                # the id that several outlets have is the page of all of them
                "page": page_of(row["key"].removeprefix(qualified_key(row["outlet"], ""))),
            }
            for row in copied_rows.articles(index.connection)
        ]
        versions = copied_rows.versions(index.connection)
    every = [*stored, *versions, *map(rejection_row, rejected)]
    yield pa.RecordBatch.from_pylist(every, arrow_schema(RESOLVED))


def _rounds(items: Sequence[SignedArticle]) -> Iterator[list[SignedArticle]]:
    """Yield articles in their order, no two of which have the same outlet and key."""
    rounds: list[list[SignedArticle]] = []
    times: dict[tuple[str, str], int] = {}
    for item in items:
        key = item.article.outlet, item.article.key
        place = times[key] = times.get(key, -1) + 1
        if place == len(rounds):
            rounds.append([])
        rounds[place].append(item)
    yield from rounds


def _signed(row: dict[str, Any]) -> SignedArticle:
    """Return the record of a row."""
    article = Article(
        outlet=row["outlet"],
        title=row["title"],
        body=row["body"],
        lang=row["given_lang"],
        published=row["published"],
        updated=row["updated"],
        first_seen=row["first_seen"],
        url=row["url"],
        byline=row["byline"],
        id=row["source_id"],
    )
    buckets = buckets_of(from_blobs([row["minhash"]]))[0]
    minhash, words, credit = row["minhash"], row["words"], row["credit"]
    return SignedArticle(article, minhash, buckets, words, credit, row["lang"])
