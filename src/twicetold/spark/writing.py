"""Write the tables of a run, all in the end. Start reading at `write`.

Of tables in folders by day, the days that changed are written; in a new folder, all.
"""

from collections.abc import Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .columns import BY_DAY, ENTRY, RESULT, SIGNATURE, WHOLE
from .earlier import Earlier
from .store import day_of


def write(
    earlier: Earlier, articles: DataFrame, signed_days: Iterable[int], scored_days: Iterable[int]
) -> None:
    """Write all tables, given all articles, and the days that were signed or scored."""
    store = earlier.store
    signed, scored = sorted(signed_days), sorted(scored_days)
    changed = {*signed, *scored, *_days_of_changed_places(earlier)}
    places = store.load("work/places")
    chosen = articles
    if earlier.last_day is not None:
        chosen = articles.where(F.col("day").isin(sorted(changed)))
        for name, columns in (("signatures", SIGNATURE), ("bands", ENTRY)):
            own = store.load("work/signatures").select("article_id")
            others = earlier.of_days(name, signed).join(own, "article_id", "left_anti")
            every = store.load(f"work/{name}").unionByName(others)
            store.save(f"work/all_{name}", columns, every)
    complete = store.save("work/complete", RESULT, chosen.join(places, "id"))
    days = None if earlier.last_day is None else scored
    store.save_days("articles", RESULT, complete, F.col("day"), days and sorted(changed))
    prefix = "work/" if earlier.last_day is None else "work/all_"
    for name in ("signatures", "bands"):
        frame = store.load(f"{prefix}{name}")
        store.save_days(name, BY_DAY[name], frame, day_of("article_id"), days and signed)
    store.save_days("links", BY_DAY["links"], store.load("work/links"), day_of("b"), days)
    for name in ("traits", "stems"):
        frame = store.load(f"work/{name}")
        store.save_days(name, BY_DAY[name], frame, F.col("day"), days)
    for name, columns in WHOLE.items():
        store.save(name, columns, store.load(f"work/{name}"))


def _days_of_changed_places(earlier: Earlier) -> list[int]:
    """Return the days of earlier articles whose story or copy group is another one now."""
    if earlier.last_day is None:
        return []
    columns = ("id", "story_id", "copy_group_id")
    before = earlier.all_days("articles").select(*columns)
    gone = before.exceptAll(earlier.store.load("work/places").select(*columns))
    days = gone.select(day_of("id").alias("day")).distinct()
    return [row["day"] for row in days.collect()]
