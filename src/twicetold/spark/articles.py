"""Articles get their numbers, in time order, and the signatures that they are compared by.

Start reading at `number`.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from ..copies import minhash
from ..copies.learning import Learned, learn, members_of, topics_of_titles
from ..copies.repeated import sampled
from ..index.furniture import PERIOD_STEP, Passage
from ..text.furniture import Furniture
from ..text.words import body_furniture, own_words_mask, read_words
from .columns import ARTICLE, MEMBER, PASSAGE, SIGNATURE, arrow_schema, batch
from .store import DAY_SHIFT, MINUTE_SHIFT, Store, each_group

_TASK = 20_000  # articles of a task
_MINUTES = 24 * 60  # of a day
_BLOCK = 1_000  # articles whose words are held at once


def number(store: Store, articles: DataFrame, rows: int, before: DataFrame) -> DataFrame:
    """Save the articles with their ids, which are in the order of their times.

    An id is the minute of an article, and its place in that minute by (time, key); a day without an
    hour comes after its last minute. So articles that are added later find their place, too. Those
    of `before` keep their ids.
    """
    in_minute = Window.partitionBy("first").orderBy("whole_day", "time", "key")
    first = F.col("day") * F.lit(DAY_SHIFT) + _minute() * F.lit(MINUTE_SHIFT)
    used = before.groupBy(first.alias("first")).agg(F.max("id").alias("used"))
    placed = store.spread(articles.withColumn("first", first), rows, _TASK, "first")
    after = F.coalesce("used", "first")
    numbered = placed.join(F.broadcast(used), "first", "left").withColumn(
        "id", after + F.row_number().over(in_minute)
    )
    return store.save("work/articles", ARTICLE, numbered)


def _minute() -> Column:
    """The minute of its day of an article, by its time: '2026-02-05T14:30:00Z', or a day alone."""
    hour, minute = (F.substring("time", start, 2).cast("long") for start in (12, 15))
    return F.when(F.col("whole_day"), F.lit(_MINUTES)).otherwise(60 * hour + minute)


def learn_furniture(
    store: Store, articles: DataFrame, firsts: Sequence[int], before: DataFrame
) -> DataFrame:
    """Save and return the passages that repeat under unrelated titles, period by period.

    Only the periods that begin on one of the days `firsts` are learned from; `before` has what
    others showed, and what people named.
    """
    step = F.floor(F.col("day") / PERIOD_STEP).cast("long")
    both = F.explode(F.array(step * PERIOD_STEP, (step - 1) * PERIOD_STEP)).alias("period")
    columns = ["id", "title", "outlet", "day"]
    periods = articles.select(both, *columns, "minhash").where(F.col("period").isin(firsts))
    periods = periods.repartition("period")
    members = store.save("work/members", MEMBER, each_group(periods, "period", _members, MEMBER))
    read = F.when(F.col("is_suspect"), F.col("body")).alias("body")
    texts = members.join(articles, "id").select("period", "is_suspect", *columns, read)
    stays = F.col("from_day").isNull() | ~F.col("from_day").isin(firsts)
    learned = each_group(texts, "period", _learn, PASSAGE)
    return store.save("work/furniture", PASSAGE, learned.unionByName(before.where(stays)))


def passages_of(table: DataFrame) -> list[Passage]:
    """Return the passages of a table, learned and named ones."""
    passages = []
    for row in table.collect():
        verdict = (
            "text" if row["is_text"] else "learned" if row["from_day"] is not None else "named"
        )
        facts = (row[name] for name in ("articles", "outlets", "example", "by", "note"))
        passages.append(Passage(row["passage"], verdict, *facts))
    return sorted(passages)


def passage_rows(passages: Iterable[Passage]) -> list[tuple[object, ...]]:
    """Return passages that people named as rows of the table."""
    return [(None, each[0], each.verdict == "text", *each[2:]) for each in passages]


def sign_without(articles: DataFrame, furniture: Furniture) -> DataFrame:
    """Return what articles are compared by: signatures without the furniture of their bodies."""
    if furniture:
        columns = articles.select("id", "title", "body", "minhash", "words")
        return columns.mapInArrow(partial(_sign, furniture=furniture), SIGNATURE)
    id, nothing = F.col("id").alias("article_id"), F.lit(0).alias("left_out")
    return articles.select(id, "minhash", "words", nothing)


def _members(table: pa.Table) -> pa.Table:
    """Return which articles of a period share something with others: work for `_learn`."""
    table = table.sort_by("id")
    values = sampled(minhash.from_blobs(table["minhash"].to_pylist()))
    titles, outlets, days = (table[name].to_pylist() for name in ("title", "outlet", "day"))
    members = members_of(titles, outlets, days, values)
    is_suspect = np.zeros(len(members.rows), bool)
    is_suspect[members.suspects] = True
    if not is_suspect.any():
        return arrow_schema(MEMBER).empty_table()
    chosen = table.take(members.rows)
    values_of = {"period": chosen["period"].to_pylist(), "id": chosen["id"].to_pylist()}
    return pa.Table.from_batches([batch(MEMBER, values_of | {"is_suspect": is_suspect.tolist()})])


def _learn(table: pa.Table) -> pa.Table:
    """Return the furniture of a period, given its members, the suspects with their bodies."""
    table = table.sort_by("id")
    titles, outlets, days = (table[name].to_pylist() for name in ("title", "outlet", "day"))
    topics = topics_of_titles(titles, outlets, days)
    rows = np.flatnonzero(table["is_suspect"].to_numpy(zero_copy_only=False))
    bodies = table["body"].to_pylist()
    learned = learn(
        topics.take(rows),
        [titles[row] for row in rows],
        [outlets[row] for row in rows],
        [bodies[row] for row in rows],
    )
    first_day = table["period"][0].as_py()
    columns = {
        "from_day": [first_day] * len(learned),
        "is_text": [False] * len(learned),
        "by": [""] * len(learned),
        "note": [""] * len(learned),
        **{name: [getattr(each, name) for each in learned] for name in Learned._fields},
    }
    return pa.Table.from_batches([batch(PASSAGE, columns)])


def _sign(batches: Iterator[pa.RecordBatch], furniture: Furniture) -> Iterator[pa.RecordBatch]:
    for each in batches:
        for start in range(0, each.num_rows, _BLOCK):
            yield _sign_block(each.slice(start, _BLOCK), furniture)


def _sign_block(articles: pa.RecordBatch, furniture: Furniture) -> pa.RecordBatch:
    """Return the signatures of articles; those without furniture keep theirs."""
    titles, bodies = articles["title"].to_pylist(), articles["body"].to_pylist()
    words = read_words(titles, bodies)
    mask = body_furniture(words, furniture)
    left_out = np.bincount(words.tokens.rows()[mask], minlength=len(titles))
    minhashes, lengths = articles["minhash"].to_pylist(), articles["words"].to_pylist()
    rows = np.flatnonzero(left_out)
    if len(rows):
        own = words.without(mask).take(rows)
        own_mask = own_words_mask(own, [titles[row] for row in rows], [bodies[row] for row in rows])
        signed = minhash.sign_words(own.without(~own_mask).tokens)
        for place, row in enumerate(rows.tolist()):
            minhashes[row], lengths[row] = signed.minhashes[place], signed.words[place]
    columns = {
        "article_id": articles["id"],
        "minhash": minhashes,
        "words": lengths,
        "left_out": left_out.astype(np.int32),
    }
    return batch(SIGNATURE, columns)
