"""What may change when days are added: the rest of the folder stays. Start reading at `touched`.

The stories of a part of the links depend on that part alone, and so does a copy group.
"""

from functools import reduce
from typing import NamedTuple

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import ARTICLE, ASSIGNMENT, PAIR, names
from .earlier_tables import Earlier
from .scoring import Scores
from .store import day_of

ID = "id long"


class Touched(NamedTuple):
    """What something has happened to."""

    ids: DataFrame | None  # articles; None: all are new
    dropped: DataFrame  # earlier links, a and b, that are gone


class Opened(NamedTuple):
    """The articles whose story and copy group are found again."""

    ids: DataFrame
    before: DataFrame  # what those of them that the folder has were assigned to


def touched(
    earlier: Earlier, since: int, signed: DataFrame, links: DataFrame, decided: list[int]
) -> Touched:
    """Save and return the articles that something has happened to, and the links that are gone.

    These are the articles `since` a day, the `signed` ones, all that lost one of their `links`, and
    the `decided` ones.
    """
    store, pair = earlier.store, ["a", "b"]
    if earlier.last_day is None:
        return Touched(None, store.empty(PAIR))
    before = earlier.all_days("links").select(*pair)
    dropped = before.join(links.select(*pair), pair, "left_anti")
    dropped = store.save("work/dropped", PAIR, dropped)
    parts = (
        earlier.since("articles", since).select("id"),
        signed.select("id"),
        dropped.select(F.explode(F.array(*pair)).alias("id")),
        store.session.createDataFrame([(id,) for id in decided], ID),
    )
    ids = store.save("work/touched", ID, reduce(DataFrame.unionByName, parts).distinct())
    return Touched(ids, dropped)


def only_with(groups: DataFrame, group: str, ids: DataFrame | None) -> DataFrame:
    """Return the rows of the groups that have one of some articles; with None, all.

    `groups` have an `id` and the column `group`.
    """
    if ids is None:
        return groups
    chosen = groups.join(ids, "id", "left_semi").select(group).distinct()
    return groups.join(chosen, group, "left_semi")


def with_earlier(earlier: Earlier, scores: Scores, neighbours: DataFrame, first_day: int) -> Scores:
    """Return what the scoring of all days gave: of the days before the first one, what is stored.

    `neighbours` are the stored links that stay.
    """
    old = F.col("day") < first_day
    return Scores(
        neighbours.unionByName(scores.links),
        earlier.all_days("traits").where(old).unionByName(scores.traits),
        earlier.all_days("stems").where(old).unionByName(scores.stems),
        earlier.whole("priors").where(old).unionByName(scores.priors),
    )


def open_articles(
    earlier: Earlier,
    new: DataFrame,
    again: DataFrame | None,
    tied: DataFrame,
    surplus: DataFrame,
) -> Opened:
    """Save and return the articles `again`, what copies tie to them, and their crowds' surplus.

    With None, all `new` ones.
    """
    store = earlier.store
    if again is None:
        return Opened(new.select("id"), store.empty(ASSIGNMENT))
    ids = again.unionByName(tied.select("id")).distinct()
    first = ids.withColumnRenamed("id", "first_id")
    others = surplus.join(first, "first_id", "left_semi").select(F.col("article_id").alias("id"))
    ids = store.save("work/opened", ID, ids.unionByName(others).distinct())
    stored = earlier.all_days("articles").select(*names(ASSIGNMENT))
    return Opened(ids, store.save("work/before", ASSIGNMENT, stored.join(ids, "id", "left_semi")))


def articles_of(earlier: Earlier, new: DataFrame, ids: DataFrame) -> DataFrame:
    """Return the articles with some ids, or all `new` ones if there are no others.

    Other days are not read. New articles replace those of the folder.
    """
    if earlier.last_day is None:
        return new
    days = [row["day"] for row in ids.select(day_of("id").alias("day")).distinct().collect()]
    others = earlier.of_days("articles", days).select(*names(ARTICLE))
    others = others.join(new.select("id"), "id", "left_anti")
    return others.unionByName(new).join(ids, "id", "left_semi")
