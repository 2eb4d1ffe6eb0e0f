"""Delete articles: one, by request, or all old ones; and leave nothing of them in the file."""

from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, id_of_any_outlet, name_of_outlet, qualified_key, text_key
from ..outlet_names import name_key
from ..times import utc_text
from ..urls import is_url, without_scheme
from . import (
    articles,
    buckets,
    copy_groups,
    furniture,
    older_texts,
    outlets,
    rejections,
    stories,
    tombstones,
)
from .sql import TIME, not_before


class Deleted(NamedTuple):
    """How many articles and stories were deleted."""

    articles: int
    stories: int


def use_secure_delete(db: Connection) -> None:
    """Let SQLite overwrite deleted content with zeros."""
    db.execute("pragma secure_delete = on")


def remove(db: Connection, id: int, now: datetime, note: str) -> None:
    """Delete an article with everything made of it; a tombstone keeps it from coming back.

    The articles of its day and later become pending.
    """
    day, group, story = db.execute(
        f"select substr({TIME}, 1, 10), copy_group_id, story_id from articles where id = ?", (id,)
    ).fetchone()
    _bury(db, id, now, note)
    buckets.delete(db, id)
    db.execute("delete from version_bands where article_id = ?", (id,))
    groups = [] if group is None else [group]
    others = [other for other in articles.ids_in_groups(db, groups) if other != id]
    title, body = articles.title_and_body(db, id)
    bodies = {body, *(version.body for version in older_texts.own_versions(db, id))}
    db.execute("delete from articles where id = ?", (id,))
    furniture.forget_article(db, title, body)
    for text in sorted(bodies):
        older_texts.delete_of_text(db, text)
    _delete_outlets_without_articles(db)
    _delete_from_search(db)
    copy_groups.regroup(db, others)
    stories.refresh(db, [] if story is None else [story], {})
    db.execute(f"update articles set pending = 1 where {TIME} >= ? and pruned is null", (day,))


def bury_unknown(db: Connection, article: Article, now: datetime, note: str) -> None:
    """Keep an article that the index has not, and shall not have, from coming."""
    given = {article.key, article.url}
    tombstones.add(db, [name for name in article.names if name not in given], now, note)


def prune(db: Connection, before: str) -> Deleted:
    """Delete the settled stories last published before a time, with their articles."""
    deleted = _select_old(db, before)
    ids = "(select id from temp.old)"
    for table in (*buckets.TABLES, "version_bands"):
        db.execute(f"delete from {table} where article_id in {ids}")
    # stories and copy groups first: SQLite looks for the remaining ones at each article
    db.execute("pragma defer_foreign_keys = on")
    db.execute("delete from stories where id in (select story_id from temp.old)")
    db.execute(f"delete from copy_groups where origin_article_id in {ids}")
    db.execute(f"delete from articles where id in {ids}")
    db.execute("drop table temp.old")
    _delete_outlets_without_articles(db)
    if deleted.articles:
        _delete_from_search(db)
    return deleted


def prune_texts(db: Connection, before: str, now: datetime) -> Deleted:
    """Delete only the texts of settled stories last published before a time.

    Older texts and embeddings go too. Titles, times, signatures, links and stories stay.
    """
    deleted = _select_old(db, before, " and pruned is null")
    ids = "(select id from temp.old)"
    for table in ("versions", "version_bands", "embeddings"):
        db.execute(f"delete from {table} where article_id in {ids}")
    db.execute(f"delete from stale where copy_id in {ids}")
    db.execute(f"update articles set body = '', pruned = ? where id in {ids}", (utc_text(now),))
    db.execute("drop table temp.old")
    if deleted.articles:
        _delete_from_search(db)
    return deleted


def erase(db: Connection) -> bool:
    """Rewrite the file without deleted rows; must run outside of a transaction.

    Returns False if a reader still holds the old file: the rows go when that reader ends.
    """
    db.execute("vacuum")
    (busy, *_) = db.execute("pragma wal_checkpoint(truncate)").fetchone()
    return not busy


def _bury(db: Connection, id: int, now: datetime, note: str) -> None:
    """Add the tombstone of an article, and delete what rejections and runs say of it."""
    key, url, title, body, byline, outlet = db.execute(
        "select key, url, title, body, byline, name from articles"
        " join outlets on outlets.id = outlet_id where articles.id = ?",
        (id,),
    ).fetchone()
    while key.startswith(qualified_key(outlet, "")):  # another outlet has it, too
        key = key.removeprefix(qualified_key(outlet, ""))
    older = older_texts.own_versions(db, id)
    texts = [(title, body), *((version.title, version.body) for version in older)]
    names = outlets.names_of(db, outlet)
    own_names = [*names, *dict.fromkeys(map(name_key, names))]
    hashes = {text_key(name, *text) for name in own_names for text in texts}
    given = {key, url, *older_texts.former_urls(db, id)} - {""} - hashes
    urls = {name for name in given if is_url(name)}
    hashed = {name_of_outlet(own, name) for own in own_names for name in given}
    hashed |= {id_of_any_outlet(name) for name in given - urls}
    hashed |= {name for name in urls if not articles.has_other(db, id, name)}
    tombstones.add(db, hashed | hashes, now, note)
    # the host of a url is that of any article of the outlet
    pages = [without_scheme(name).partition("/")[2] if is_url(name) else name for name in given]
    titles = [each_title for each_title, _ in texts]
    rejections.erase_words(db, [*sorted(pages), byline, *titles], [each for _, each in texts])


def _select_old(db: Connection, before: str, condition: str = "") -> Deleted:
    """Collect the articles of settled stories last published before a time in `temp.old`.

    A story with a pending article is left out.
    """
    db.execute(
        "create temp table old as select articles.id, story_id from articles"
        " join stories on stories.id = story_id"
        f" where settled and not ({not_before('last_published', '?1')})"
        " and not exists (select 1 from articles where story_id = stories.id and pending)"
        f"{condition}",
        (before,),
    )
    sql = "select count(*), count(distinct story_id) from temp.old"
    return Deleted(*db.execute(sql).fetchone())


def _delete_outlets_without_articles(db: Connection) -> None:
    db.execute(
        "delete from outlets where named_by = '' and id not in (select outlet_id from articles)"
        " and id not in (select outlet_id from outlet_names where by <> '')"
    )


def _delete_from_search(db: Connection) -> None:
    """Remove the words of deleted articles from the text search, which only marks them deleted."""
    db.execute("insert into articles_fts (articles_fts) values ('optimize')")
