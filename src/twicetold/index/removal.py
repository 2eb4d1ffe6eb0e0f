"""Taking articles out, and what keeps those that were taken down from coming back."""

from datetime import datetime
from sqlite3 import Connection

from . import articles, buckets, tombstones
from . import stories as results
from .times import TIME, utc


def remove(db: Connection, id: int, now: datetime, note: str) -> None:
    """Delete an article with all that was made of it; a tombstone keeps its key from coming back.

    What its day and later ones made of each other waits to be clustered anew.
    """
    article_key, day, group, story = db.execute(
        f"select key, substr({TIME}, 1, 10), copy_group_id, story_id from articles where id = ?",
        (id,),
    ).fetchone()
    tombstones.place(db, article_key, now, note)
    buckets.unsign(db, id)
    db.execute("delete from version_bands where article_id = ?", (id,))
    mates = [mate for mate in articles.of_groups(db, [group]) if mate != id]
    db.execute("delete from articles where id = ?", (id,))
    _forget_words(db)
    results.regroup(db, mates)
    results.retell(db, [story], {})
    db.execute(f"update articles set pending = 1 where {TIME} >= ? and pruned is null", (day,))


def prune(db: Connection, before: str) -> tuple[int, int]:
    """Delete settled stories last heard of before a time, with their articles; how many of both."""
    counts = _going(db, before)
    inside = "(select id from temp.going)"
    for table in (*buckets.TABLES, "version_bands"):
        db.execute(f"delete from {table} where article_id in {inside}")
    # stories and copy groups first: what is left of them is gone through for each article
    db.execute("pragma defer_foreign_keys = on")
    db.execute("delete from stories where id in (select story_id from temp.going)")
    db.execute(f"delete from copy_groups where origin_article_id in {inside}")
    db.execute(f"delete from articles where id in {inside}")
    db.execute("drop table temp.going")
    if counts[0]:
        _forget_words(db)
    return counts


def prune_texts(db: Connection, before: str, now: datetime) -> tuple[int, int]:
    """Let go of the texts alone, with older ones and embeddings; of how many articles and stories.

    What is known of the articles, their signatures and links stay, and they stay in their stories.
    """
    counts = _going(db, before, " and pruned is null")
    for table in ("versions", "version_bands", "embeddings"):
        db.execute(f"delete from {table} where article_id in (select id from temp.going)")
    db.execute("delete from stale where copy_id in (select id from temp.going)")
    db.execute(
        "update articles set body = '', pruned = ? where id in (select id from temp.going)",
        (utc(now),),
    )
    db.execute("drop table temp.going")
    if counts[0]:
        _forget_words(db)
    return counts


def _going(db: Connection, before: str, which: str = "") -> tuple[int, int]:
    """Note the articles of settled stories last heard of before a time; how many of both.

    A story of which an article waits is not done with yet.
    """
    db.execute(
        "create temp table going as select articles.id, story_id from articles"
        " join stories on stories.id = story_id where settled and last_published < ?"
        " and not exists (select 1 from articles where story_id = stories.id and pending)"
        f"{which}",
        (before,),
    )
    found = db.execute("select count(*), count(distinct story_id) from temp.going").fetchone()
    return int(found[0]), int(found[1])


def _forget_words(db: Connection) -> None:
    """Take the words of deleted articles out of the text search, which only marks them as gone."""
    db.execute("insert into articles_fts (articles_fts) values ('optimize')")


def erase(db: Connection) -> bool:
    """Leave nothing of deleted rows in the file; outside of a transaction.

    False: a reader holds the file as it was, and what was deleted goes when it ends.
    """
    db.execute("vacuum")
    (held, *_) = db.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not held
