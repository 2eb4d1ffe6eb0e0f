"""Rows from which pairs of articles are drawn, for a person to judge."""

from collections.abc import Sequence
from sqlite3 import Connection

from .sql import TIME, json_list


def texts_in_stories(db: Connection) -> list[tuple[str, int, int]]:
    """Return key, story and text of all clustered articles, by key; copies are one text."""
    return db.execute(
        "select key, story_id, coalesce(copy_group_id, -id) from articles"
        " where story_id is not null order by key"
    ).fetchall()


def across_stories(db: Connection, least: float) -> list[tuple[str, str]]:
    """Return the keys of the articles of different stories with a link of at least `least`."""
    return db.execute(
        "select x.key, y.key from links join articles as x on x.id = a"
        " join articles as y on y.id = b"
        " where kind = 'story' and probability >= ? and x.story_id <> y.story_id",
        (least,),
    ).fetchall()


def openings(db: Connection, keys: Sequence[str]) -> dict[str, tuple[str, str, str, str]]:
    """Return outlet, time, title and text of some articles, by key."""
    rows = db.execute(
        f"select key, name, {TIME}, title, body from articles"
        " join outlets on outlets.id = outlet_id where key in (select value from json_each(?))",
        (json_list(keys),),
    )
    return {key: columns for key, *columns in rows}
