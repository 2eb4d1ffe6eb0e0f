"""Make an index of a part of what a run on Spark found. Start reading at `import_parquet`.

Articles and stories keep the numbers that they have there. What lies outside of the part does not
count: a story is shown by its reports in the part, and copy groups are made of the copies in it.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from sqlite3 import Connection
from typing import Any, NamedTuple

from ..copies import minhash
from ..errors import NotFoundError, TwicetoldError
from ..index import (
    Index,
    articles,
    buckets,
    copy_groups,
    imported,
    links,
    older_texts,
    outlet_tables,
    outlets,
    require_index,
    runs,
    stories,
    story_events,
    windows,
)
from ..index.imported import ImportedArticle
from ..index.links import Link
from ..index.outlet_tables import OutletTables
from ..index.settings import Settings, parse_settings
from ..progress import Progress, no_progress
from ..sources.tables_of_spark import Part, SparkTables
from ..text.cleaning import own_words
from ..times import Time, argument_prefix, day_text
from .run_records import begin_run, finish_run
from .stale import refresh_stale

# the columns of tables, in the order of the index
_PASSAGE = ("passage", "is_text", "articles", "outlets", "example", "by", "note")
_PRIOR = ("lang", "articles", "dated_share", "undated_share")
_DECISION = ("a", "b", "verdict", "by", "at", "note")
_VERSION = ("version", "replaced", "title", "body", "updated")
_OUTLET = ("name", "owner", "agency_name", "timezone", "named_by")
_OUTLET_NAME = ("name", "host", "outlet", "by")
_GROUP = ("outlet", "kind", "name")


class Imported(NamedTuple):
    """What an import brought into an index."""

    articles: int
    links: int
    stories: int
    already: int  # articles that were there before


def import_parquet(
    index: Index,
    folder: Path | str,
    *,
    since: Time = "",
    until: Time = "",
    outlet: str = "",
    story: int | None = None,
    now: Time | None = None,
    progress: Progress = no_progress,
) -> Imported:
    """Bring articles of a folder that a run on Spark wrote into an index, with their stories.

    `since` and `until` are UTC days or their beginnings ('2026-02'), both included; `outlet` is the
    name of one; with `story`, the days of that story are imported. Articles that the index has are
    left as they are. Raises NotFoundError for a folder without the tables of a finished run, or
    without that story; TwicetoldError if the index has articles of its own, or other settings.
    """
    require_index(index)
    tables = SparkTables(Path(folder))
    part = Part(argument_prefix(since, "since"), argument_prefix(until, "until"), outlet)
    if story is not None:
        part = _days_of_story(tables, story, part)
    settings = parse_settings(json.loads(tables.run["settings"]), str(folder))
    _check_index(index, settings)
    run = begin_run(index, imported.COMMAND, settings, now)
    with finish_run(index, run) as db:
        return _import_part(db, run.id, tables, part, settings, progress)


def _import_part(
    db: Connection,
    run: int,
    tables: SparkTables,
    part: Part,
    settings: Settings,
    progress: Progress,
) -> Imported:
    """Import a part, and make of it what a clustering leaves."""
    story_events.begin(db)
    with progress("articles", 0):
        ids, already = _import_articles(db, run, tables, part)
    with progress("links", 0):
        count = _import_links(db, tables, part, ids)
    _import_other_tables(db, tables, ids)
    copy_groups.regroup(db, sorted(ids))
    new_stories = imported.new_stories(db, sorted(ids))
    _describe_stories(db, tables, ids)
    refresh_stale(db)
    articles.mark_clustered(db)
    buckets.merge_recent_bands(db)
    story_events.note_leaving(db, [(id, None) for id in sorted(ids)])
    first_active = windows.first_active_day(db, settings.active_days)
    story_events.finish(db, run, new_stories.__contains__, first_active)
    counts = {"stored": len(ids), "links": count, "new_stories": len(new_stories)}
    runs.add_counts(db, run, counts)
    return Imported(len(ids), count, len(new_stories), already)


def _days_of_story(tables: SparkTables, story: int, part: Part) -> Part:
    """Return the part of the days of a story. Raises NotFoundError if there is no such story."""
    from pyarrow.dataset import field

    row = next(tables.rows("stories", field("id") == story), None)
    if row is None:
        raise NotFoundError(str(tables.folder), f"no story {story}")
    return part._replace(since=row["first_published"][:10], until=row["last_published"][:10])


def _check_index(index: Index, settings: Settings) -> None:
    """Raise TwicetoldError for an index that is not made of such imports."""
    db = index.connection
    if imported.has_own_articles(db):
        hint = "give a new file"
        raise TwicetoldError(index.place, "has articles that were not imported", hint=hint)
    before = runs.last_settings(db)
    if before is not None and json.loads(before) != settings.as_dict():
        hint = "give a new file"
        raise TwicetoldError(index.place, "was imported from a run of other settings", hint=hint)


def _import_articles(
    db: Connection, run: int, tables: SparkTables, part: Part
) -> tuple[set[int], int]:
    """Insert the articles of a part that are new; return their ids, and how many were there.

    Raises NotFoundError for an outlet that no article is of.
    """
    outlet_tables.write(db, _outlets(tables))
    outlet = _outlet(db, tables, part.outlet) if part.outlet else ""
    new, already = set[int](), 0
    for date in part.dates(tables, "articles"):
        ids, stored = _import_day(db, run, tables, date, outlet)
        new, already = new | ids, already + stored
    return new, already


def _outlet(db: Connection, tables: SparkTables, name: str) -> str:
    """Return the outlet that somebody calls by a name."""
    if outlets.find_id(db, name) is None:
        place, hint = str(tables.folder), "they are in its table `outlets`"
        raise outlets.no_outlet(db, place, name, hint)
    return outlets.name_of(db, name)


def _import_day(
    db: Connection, run: int, tables: SparkTables, date: str, outlet: str
) -> tuple[set[int], int]:
    """Insert the articles of a day that are new, all or those of an outlet."""
    from pyarrow.dataset import field

    of_outlet = field("outlet") == outlet if outlet else None
    signatures = {row["article_id"]: row for row in tables.rows("signatures", date=date)}
    new, already = set[int](), 0
    for batch in tables.batches("articles", of_outlet, date):
        stored = imported.stored_ids(db, [row["id"] for row in batch])
        already += len(stored)
        rows = [row for row in batch if row["id"] not in stored]
        own = [signatures[row["id"]] for row in rows]
        columns = [name for name in ImportedArticle._fields if name != "words"]
        imported.insert_articles(
            db,
            run,
            [
                ImportedArticle(words=signed["words"], **{name: row[name] for name in columns})
                for row, signed in zip(rows, own, strict=True)
            ],
        )
        matrix = minhash.from_blobs([each["minhash"] for each in own])
        blobs, of_each = minhash.to_blobs(matrix), minhash.buckets_of(matrix)
        ids = [row["id"] for row in rows]
        buckets.add(db, list(zip(ids, blobs, of_each, strict=True)))
        _import_left_out(db, rows, own)
        new.update(ids)
    return new, already


def _import_left_out(
    db: Connection, rows: Sequence[Mapping[str, Any]], signed: Sequence[Mapping[str, Any]]
) -> None:
    """Insert how many words of articles are furniture, with the signatures of whole texts."""
    both = [pair for pair in zip(rows, signed, strict=True) if pair[1]["left_out"]]
    whole = minhash.from_blobs([row["minhash"] for row, _ in both])
    cells = zip(minhash.to_blobs(whole), minhash.buckets_of(whole), strict=True)
    left_out = [
        (row["id"], own["left_out"], blob if in_buckets else None)
        for (row, own), (blob, in_buckets) in zip(both, cells, strict=True)
    ]
    imported.insert_left_out(db, left_out)


def _import_links(db: Connection, tables: SparkTables, part: Part, new: set[int]) -> int:
    """Insert the links of new articles inside of the index; return how many."""
    count = 0
    # a link lies on the day of its later article, which the index may have already
    reach = part._replace(until=max(part.until, imported.latest_day(db)) if part.until else "")
    for date in reach.dates(tables, "links"):
        for batch in tables.batches("links", date=date):
            rows = _inside(db, batch, "a", "b", new)
            count += links.save(db, [Link(*(row[name] for name in Link._fields)) for row in rows])
    return count


def _inside(
    db: Connection, rows: Sequence[Mapping[str, Any]], a: str, b: str, new: set[int]
) -> list[Mapping[str, Any]]:
    """Return the rows about two articles of the index, one of which is new."""
    chosen = [row for row in rows if row[a] in new or row[b] in new]
    stored = imported.stored_ids(db, sorted({row[name] for row in chosen for name in (a, b)}))
    return [row for row in chosen if row[a] in stored and row[b] in stored]


def _import_other_tables(db: Connection, tables: SparkTables, ids: set[int]) -> None:
    """Insert what people said and what was learned, as far as it is about articles of the part."""
    imported.insert_furniture(
        db,
        [
            (_date_or_none(row["from_day"]), *(row[name] for name in _PASSAGE))
            for row in tables.rows("furniture")
        ],
    )
    priors = tables.rows("priors")
    imported.insert_priors(
        db, [(day_text(row["day"]), *(row[name] for name in _PRIOR)) for row in priors]
    )
    for batch in tables.batches("crowds"):
        crowds = _inside(db, batch, "article_id", "first_id", ids)
        imported.insert_crowds(db, [(row["article_id"], row["first_id"]) for row in crowds])
    decisions = _inside(db, list(tables.rows("decisions")), "a", "b", ids)
    imported.insert_decisions(db, [tuple(row[n] for n in _DECISION) for row in decisions])
    _import_versions(db, tables, ids)


def _date_or_none(day: int | None) -> str | None:
    return None if day is None else day_text(day)


def _import_versions(db: Connection, tables: SparkTables, ids: set[int]) -> None:
    """Insert the older texts of articles."""
    for batch in tables.batches("versions"):
        id_of = imported.ids_of_keys(db, {row["key"] for row in batch})
        rows = [(id_of[row["key"]], row) for row in batch if id_of.get(row["key"]) in ids]
        imported.insert_versions(db, [(id, *(row[name] for name in _VERSION)) for id, row in rows])
        signed = minhash.sign([own_words(row["body"]) for _, row in rows])
        for (id, _), own in zip(rows, signed.buckets, strict=True):
            older_texts.add_buckets(db, id, own)


def _describe_stories(db: Connection, tables: SparkTables, ids: set[int]) -> None:
    """Fill the stories of new articles."""
    own = stories.of_articles(db, sorted(ids))
    lead = {
        row["lead_article_id"]: row["title"]
        for row in tables.rows("stories")
        if row["lead_article_id"] in ids
    }
    stories.refresh(db, own, lead)


def _outlets(tables: SparkTables) -> OutletTables:
    """Return the outlets of all articles."""
    rows = (tuple(row[name] for name in _OUTLET) for row in tables.rows("outlets"))
    names = (tuple(row[name] for name in _OUTLET_NAME) for row in tables.rows("outlet_names"))
    groups = (tuple(row[name] for name in _GROUP) for row in tables.rows("outlet_groups"))
    return OutletTables(tuple(rows), tuple(names), tuple(groups))
