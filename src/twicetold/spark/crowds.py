"""Crowds: of the many copies of one text on one day, only the first few are compared.

The rule is that of `index.crowds`. Each article of a crowd is compared with the first one, in any
task, so that a crowd of any size is no long task.
"""

from collections.abc import Sequence

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from ..copies.minhash import BLANK
from ..index.crowds import MOST_COMPARED
from ..text.furniture import Furniture
from .columns import CROWD, LINK, PAIR
from .store import Store, day_of
from .verifying import compare_with_first


def find_crowds(
    store: Store,
    articles: DataFrame,
    signatures: DataFrame,
    decided: Sequence[int],
    furniture: Furniture,
) -> tuple[DataFrame, DataFrame]:
    """Save the surplus articles of crowds, and return them with their links to the first.

    Articles with a manual decision are `decided` and are left out.
    """
    texts = signatures.where(F.col("minhash") != F.lit(BLANK))
    texts = texts.withColumn("day", day_of("article_id"))
    hashed = texts.withColumn("hash", F.xxhash64("minhash"))  # a signature has 512 bytes
    crowded = hashed.groupBy("day", "hash").count().where(F.col("count") > MOST_COMPARED)
    likely = hashed.join(crowded.select("day", "hash"), ["day", "hash"], "left_semi")
    same_text = Window.partitionBy("day", "minhash")
    crowds = likely.withColumn("size", F.count("*").over(same_text)).where(
        F.col("size") > MOST_COMPARED
    )
    if decided:
        crowds = crowds.where(~F.col("article_id").isin(list(decided)))
    first = F.min("article_id").over(same_text)
    pairs = crowds.select(first.alias("a"), F.col("article_id").alias("b")).where("a <> b")
    pairs = store.save("work/crowd_pairs", PAIR, pairs)
    size = pairs.count()
    if size:
        compared = compare_with_first(store, pairs, articles, size, furniture)
    else:
        compared = store.empty(LINK)
    in_time = Window.partitionBy("a").orderBy("b")
    copies = compared.where("kind = 'copy'").withColumn("rank", F.row_number().over(in_time))
    links = store.save("work/crowd_links", LINK, copies.where(F.col("rank") >= MOST_COMPARED))
    surplus = links.select(F.col("b").alias("article_id"), F.col("a").alias("first_id"))
    return store.save("work/new_crowds", CROWD, surplus), links
