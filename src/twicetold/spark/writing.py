"""Write the tables of a run, all in the end. Start reading at `write`.

Of tables in folders by day, the days that changed are written; in a new folder, all.
"""

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import BY_DAY, ENTRY, RESULT, SIGNATURE, WHOLE
from .earlier_tables import Earlier
from .store import day_of


def write(
    earlier: Earlier, articles: DataFrame, signed_days: Iterable[int], scored_days: Iterable[int]
) -> None:
    """Write all tables, given all articles, and the days that were signed or scored."""
    store = earlier.store
    is_first = earlier.last_day is None
    signed, scored = sorted(signed_days), sorted(scored_days)
    changed = sorted({*signed, *scored, *_days_of_changed_places(earlier)})
    linked = sorted({*scored, *_days_of_dropped_links(earlier)})
    places = store.load("work/assigned")
    chosen = articles
    if not is_first:
        chosen = articles.where(F.col("day").isin(changed))
        for name, columns in (("signatures", SIGNATURE), ("bands", ENTRY)):
            again = store.load("work/signatures").select("article_id")
            others = earlier.of_days(name, signed).join(again, "article_id", "left_anti")
            both = store.load(f"work/{name}").unionByName(others)
            store.save(f"work/all_{name}", columns, both)
    complete = store.save("work/complete", RESULT, chosen.join(places, "id"))
    prefix = "work/" if is_first else "work/all_"
    parts = (
        ("articles", complete, F.col("day"), changed),
        ("signatures", store.load(f"{prefix}signatures"), day_of("article_id"), signed),
        ("bands", store.load(f"{prefix}bands"), day_of("article_id"), signed),
        ("links", store.load("work/links"), day_of("b"), linked),
        ("traits", store.load("work/traits"), F.col("day"), scored),
        ("stems", store.load("work/stems"), F.col("day"), scored),
    )
    for name, frame, day, days in parts:
        store.save_days(name, BY_DAY[name], frame, day, None if is_first else days)
    for name, columns in WHOLE.items():
        store.save(name, columns, store.load(f"work/{name}"))


def _days_of_dropped_links(earlier: Earlier) -> list[int]:
    """Return the days of earlier links that decisions have dropped."""
    pair = ["a", "b"]
    before = earlier.all_days("links").select(*pair)
    gone = before.join(earlier.store.load("work/links").select(*pair), pair, "left_anti")
    return [row["day"] for row in gone.select(day_of("b").alias("day")).distinct().collect()]


def _days_of_changed_places(earlier: Earlier) -> list[int]:
    """Return the days of earlier articles whose story or copy group is another one now."""
    if earlier.last_day is None:
        return []
    columns = ("id", "story_id", "copy_group_id")
    before = earlier.all_days("articles").select(*columns)
    gone = before.exceptAll(earlier.store.load("work/assigned").select(*columns))
    days = gone.select(day_of("id").alias("day")).distinct()
    return [row["day"] for row in days.collect()]
