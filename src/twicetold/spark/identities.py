"""Which records are one article? Records that may be the same one go through an index in memory.

So the rules are those of an index: which of two texts is newer, which becomes a version, what an id
that several outlets or texts have means. Only records that share a page or an id are treated so;
most records are alone. Start reading at `new_articles_of`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from sqlite3 import Connection
from typing import Any, NamedTuple

import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from ..article import Article, excerpt, qualified_key
from ..copies.minhash import buckets_of, from_blobs
from ..index import Index, buckets, copied_rows, imported, outlet_tables, runs, storing
from ..index.imported import ImportedArticle
from ..index.outlet_tables import OutletTables
from ..index.storing import SignedArticle
from ..urls import page_of
from .columns import READ, RECORD, REJECTION, RESOLVED, VERSION, arrow_schema, names
from .components import connected
from .earlier_tables import Earlier
from .reading import place_in_time, rejection_row
from .store import with_nulls

_TASK = 20_000  # records of a task
_COMMAND = "spark"
_OTHER_TEXT = "belongs to an article of the folder that has another text"
_PAGES = "page string, part long"  # records of one part may be one article
_REPEATED = f"part long, stored_id long, {READ}"
_OLD = ("title", "body", "updated")
_ORDER = ("title", "body", "url", "outlet", "byline", "given_lang", "source_id", "published")


class Resolved(NamedTuple):
    """What records become."""

    articles: DataFrame  # that the folder does not have, each once
    versions: DataFrame
    rejected: DataFrame


def new_articles_of(earlier: Earlier, records: DataFrame, now: datetime) -> Resolved:
    """Return the articles of records that the folder does not have."""
    store = earlier.store
    pages = _shared_pages(earlier, records)
    if pages is None:
        articles = records.select(*names(RECORD))
        return Resolved(articles, store.empty(VERSION), store.empty(REJECTION))
    alone = records.join(pages, "page", "left_anti").select(*names(RECORD))
    repeated = with_nulls(records.join(pages, "page"), _REPEATED)
    repeated = repeated.unionByName(with_nulls(_stored(earlier, pages), _REPEATED))
    parts = store.spread(repeated, 2 * pages.count(), _TASK, "part")
    resolve = partial(_resolve, now=now)
    resolved = store.save("work/resolved", RESOLVED, parts.mapInArrow(resolve, RESOLVED))
    is_article = F.col("reason").isNull() & F.col("version").isNull()
    versions = resolved.where("version is not null").select(
        "key", "version", "replaced", *(F.col(f"old_{name}").alias(name) for name in _OLD)
    )
    rejected = resolved.where("reason is not null").select(*names(REJECTION))
    articles = alone.unionByName(resolved.where(is_article).select(*names(RECORD)))
    return Resolved(articles, versions, rejected)


def _shared_pages(earlier: Earlier, records: DataFrame) -> DataFrame | None:
    """Save the pages of several records, or of a record and an article of the folder.

    The page of an article is named by its id or url. A record may lose an id that another text has,
    or get the name of its outlet before it; what it is named by then belongs to the same part.
    """
    store = earlier.store
    pages = records.select("page")
    counted = pages
    if earlier.last_day is not None:
        stored = earlier.all_days("articles").select("page")
        counted = pages.unionByName(stored.join(pages.distinct(), "page", "left_semi"))
        pages = pages.unionByName(stored)
    counts = counted.groupBy("page").count()
    shared = store.save("work/shared_pages", "page string", counts.where("count > 1"))
    if not shared.count():
        return None
    at_risk = _other_pages(records.join(shared, "page", "left_semi"), pages)
    at_risk = store.save("work/other_pages", "page string, other_page string", at_risk)
    others = at_risk.select(F.col("other_page").alias("page"))
    named = shared.unionByName(others).distinct().withColumn("id", F.xxhash64("page"))
    if not at_risk.count():
        return store.save("work/pages", _PAGES, named.withColumnRenamed("id", "part"))
    both = F.xxhash64("page"), F.xxhash64("other_page")
    edges = at_risk.select(F.least(*both).alias("a"), F.greatest(*both).alias("b"))
    labels = connected(store, edges, "pages_of_parts")
    part = F.coalesce("label", "id").alias("part")
    return store.save("work/pages", _PAGES, named.join(labels, "id", "left").select("page", part))


def _other_pages(repeated: DataFrame, pages: DataFrame) -> DataFrame:
    """Return what records may be named by in place of their page, if another one may be, too."""
    qualified = F.concat_ws(qualified_key("", ""), "outlet", "page").alias("other_page")
    others = repeated.where("page <> other_page").select("page", "other_page")
    others = others.union(repeated.select("page", qualified)).distinct()
    names = pages.distinct().withColumnRenamed("page", "other_page")
    counts = names.unionByName(others.select("other_page")).groupBy("other_page").count()
    return others.join(counts.where("count > 1"), "other_page", "left_semi")


def _stored(earlier: Earlier, pages: DataFrame) -> DataFrame:
    """Return the articles of the folder on some pages; other days are not read."""
    if earlier.last_day is None:
        return earlier.store.empty(_REPEATED)
    places = earlier.all_days("articles").select("page", "day").join(pages, "page")
    days = [row["day"] for row in places.select("day").distinct().collect()]
    stored = earlier.of_days("articles", days).join(pages, "page")
    return stored.withColumnRenamed("id", "stored_id")


def _resolve(batches: Iterator[pa.RecordBatch], now: datetime) -> Iterator[pa.RecordBatch]:
    """Yield the new articles, versions and rejections of the records of a partition."""
    rows = [row for each in batches for row in each.to_pylist()]
    if not rows:
        return
    records = [row for row in rows if row["stored_id"] is None]
    # a source has no order here: the later of two texts of one time is the one that sorts later
    records.sort(key=lambda row: [row["updated"] or row["time"], *(row[n] or "" for n in _ORDER)])
    stored = {row["stored_id"]: row for row in rows if row["stored_id"] is not None}
    with Index.in_memory() as index:
        with index.transaction() as db:
            run = runs.begin(db, _COMMAND, now, {})
            _insert(db, run, stored.values())
        rejected = []
        for items in _rounds([_signed(row) for row in records]):
            with index.transaction() as db:
                rejected += storing.store(db, run, now, items).rejected
        rows_after = copied_rows.articles(index.connection)
        versions = copied_rows.versions(index.connection)
    new = [row for row in rows_after if row["id"] not in stored]
    _give_keys(new, versions, {row["key"] for row in stored.values()})
    results = [
        *(_placed(row) for row in new),
        *(version for version in versions if version["article_id"] not in stored),
        *map(rejection_row, rejected),
        *_other_texts(rows_after, stored),
    ]
    yield pa.RecordBatch.from_pylist(results, arrow_schema(RESOLVED))


def _insert(db: Connection, run: int, stored: Collection[dict[str, Any]]) -> None:
    """Insert articles of the folder, with the keys that they have there."""
    outlets = {row["outlet"] for row in stored}
    outlet_tables.write(db, OutletTables(tuple((name, "", "", "", "") for name in sorted(outlets))))
    columns = [name for name in ImportedArticle._fields if name not in ("id", "story_id")]
    imported.insert_articles(
        db,
        run,
        [
            ImportedArticle(id=row["stored_id"], **{name: row[name] for name in columns})
            for row in stored
        ],
    )
    buckets.add(db, [(row["stored_id"], row["minhash"], _buckets(row)) for row in stored])


def _give_keys(
    new: Sequence[dict[str, Any]], versions: Sequence[dict[str, Any]], taken: Collection[str]
) -> None:
    """Let the keys of new articles begin with their outlets if the folder has these keys."""
    for row in new:
        if row["key"] in taken:
            row["key"] = qualified_key(row["outlet"], row["key"])
    key_of = {row["id"]: row["key"] for row in new}
    for version in versions:
        version["key"] = key_of.get(version["article_id"], version["key"])


def _placed(row: dict[str, Any]) -> dict[str, Any]:
    """Return the columns of an article."""
    # the id that several outlets have is the page of all of them
    page = page_of(row["key"].removeprefix(qualified_key(row["outlet"], "")))
    return {**row, **place_in_time(row["published"], row["first_seen"]), "page": page}


def _other_texts(
    rows_after: Sequence[dict[str, Any]], stored: Mapping[int, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield rejections of the records that would change a text of the folder."""
    for row in rows_after:
        old = stored.get(row["id"])
        if old is not None and (old["title"], old["body"]) != (row["title"], row["body"]):
            yield {
                "source": "",
                "field": "id",
                "reason": f"'{old['key'][:80]}' {_OTHER_TEXT}",
                "excerpt": excerpt(row["title"]),
            }


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
        source=row["source"],
    )
    words, credit, lang = row["words"], row["credit"], row["lang"]
    return SignedArticle(article, row["minhash"], _buckets(row), words, credit, lang)


def _buckets(row: dict[str, Any]) -> tuple[int, ...]:
    return buckets_of(from_blobs([row["minhash"]]))[0]
