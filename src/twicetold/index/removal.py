"""Taking articles out, and what keeps those that were taken down from coming back."""

from datetime import datetime
from sqlite3 import Connection

from . import articles, buckets, results, tombstones


def remove(db: Connection, id: int, now: datetime, note: str) -> None:
    """Delete an article with all that was made of it; a tombstone keeps its key from coming back.

    What its day and later ones made of each other waits to be clustered anew.
    """
    time = "coalesce(published, first_seen)"
    article_key, day, group, story = db.execute(
        f"select key, substr({time}, 1, 10), copy_group_id, story_id from articles where id = ?",
        (id,),
    ).fetchone()
    tombstones.place(db, article_key, now, note)
    buckets.unsign(db, id)
    mates = [mate for mate in articles.of_groups(db, [group]) if mate != id]
    db.execute("delete from articles where id = ?", (id,))
    _forget_words(db)
    results.regroup(db, mates)
    results.retell(db, [story], {})
    db.execute(f"update articles set pending = 1 where {time} >= ?", (day,))


def prune(db: Connection, before: str) -> tuple[int, int]:
    """Delete settled stories last heard of before a time, with their articles; how many of both."""
    db.execute(
        "create temp table going as select id from stories where settled and last_published < ?",
        (before,),
    )
    (stories,) = db.execute("select count(*) from going").fetchone()
    inside = "select id from articles where story_id in (select id from going)"
    (gone,) = db.execute(f"select count(*) from ({inside})").fetchone()
    db.execute(f"delete from bands where article_id in ({inside})")
    db.execute("delete from articles where story_id in (select id from going)")
    db.execute("delete from stories where id in (select id from going)")
    db.execute("drop table going")
    if gone:
        _forget_words(db)
    return gone, stories


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
