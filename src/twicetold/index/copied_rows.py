"""The rows of an index as they are carried to other tables."""

from sqlite3 import Connection, Cursor
from typing import Any

from ..copies.minhash import BLANK


def articles(db: Connection) -> list[dict[str, Any]]:
    """Return all articles, each with the name of its outlet and its signature."""
    cursor = db.execute(
        "select articles.id, key, name as outlet, title, body, lang, published, updated,"
        " first_seen, url, byline, credit, words, coalesce(minhash, ?) as minhash from articles"
        " join outlets on outlets.id = outlet_id left join signatures on article_id = articles.id"
        " order by articles.id",
        (BLANK,),
    )
    return _by_column(cursor)


def versions(db: Connection) -> list[dict[str, Any]]:
    """Return the older texts of all articles, each with the id and the key of its article."""
    cursor = db.execute(
        "select article_id, key, version, replaced, versions.title as old_title,"
        " versions.body as old_body, versions.updated as old_updated"
        " from versions join articles on id = article_id"
        " order by key, version"
    )
    return _by_column(cursor)


def _by_column(cursor: Cursor) -> list[dict[str, Any]]:
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]
