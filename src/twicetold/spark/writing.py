"""Write the tables of a run, all in the end. Start reading at `write`.

Of tables in folders by day, the days that changed are written; in a new folder, all.
"""

from collections.abc import Collection, Iterable

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from .changes import Opened
from .columns import ARTICLE, BY_DAY, ENTRY, RESULT, SIGNATURE, WHOLE, names
from .decisions import decision_frame
from .earlier_tables import Earlier
from .outlets import outlet_frames
from .results import Findings
from .store import day_of


def write(
    earlier: Earlier,
    findings: Findings,
    opened: Opened,
    signed_days: Iterable[int],
    scored_days: Iterable[int],
) -> None:
    """Write all tables, given what was found, and the days that were signed or scored."""
    store, new = earlier.store, findings.articles
    is_first = earlier.last_day is None
    signed, scored = sorted(signed_days), sorted(scored_days)
    assigned = store.load("work/assigned")
    complete = new.join(assigned, "id")
    changed = linked = None  # all days
    if not is_first:
        changed = sorted({*signed, *scored, *_days_of_moved(opened.before, assigned)})
        linked = sorted({*scored, *_days_of_dropped_links(findings)})
        stored = earlier.of_days("articles", changed).join(new.select("id"), "id", "left_anti")
        moved = stored.select(*names(ARTICLE)).join(assigned, "id")
        unmoved = stored.join(assigned, "id", "left_anti")
        complete = complete.unionByName(moved).unionByName(unmoved)
    complete = store.save("work/complete", RESULT, complete)
    signatures = _with_earlier(earlier, "signatures", SIGNATURE, signed)
    bands = _with_earlier(earlier, "bands", ENTRY, signed)
    parts = (
        ("articles", complete, F.col("day"), changed),
        ("signatures", signatures, day_of("article_id"), signed),
        ("bands", bands, day_of("article_id"), signed),
        ("links", store.load("work/links"), day_of("b"), linked),
        ("traits", store.load("work/traits"), F.col("day"), scored),
        ("stems", store.load("work/stems"), F.col("day"), scored),
    )
    for name, frame, day, days in parts:
        store.save_days(name, BY_DAY[name], frame, day, None if is_first else days)
    small = outlet_frames(store.session, findings.new.outlets)
    small["decisions"] = decision_frame(store.session, findings.decided)
    for name, columns in WHOLE.items():
        store.save(name, columns, small[name] if name in small else store.load(f"work/{name}"))


def _with_earlier(earlier: Earlier, name: str, columns: str, days: Collection[int]) -> DataFrame:
    """Return the new rows of a table, with those of other articles of the days."""
    store = earlier.store
    new = store.load(f"work/{name}")
    if earlier.last_day is None:
        return new
    again = store.load("work/signatures").select("article_id")
    others = earlier.of_days(name, days).join(again, "article_id", "left_anti")
    return store.save(f"work/all_{name}", columns, new.unionByName(others))


def _days_of_dropped_links(findings: Findings) -> list[int]:
    """Return the days of earlier links that are gone."""
    gone = findings.touched.dropped.unionByName(findings.replayed.contradicted)
    return [row["day"] for row in gone.select(day_of("b").alias("day")).distinct().collect()]


def _days_of_moved(before: DataFrame, assigned: DataFrame) -> list[int]:
    """Return the days of earlier articles whose story or copy group is another one now."""
    moved = before.exceptAll(assigned).select(day_of("id").alias("day")).distinct()
    return [row["day"] for row in moved.collect()]
