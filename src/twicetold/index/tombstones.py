"""Tombstones keep removed articles from coming back; only the hash of the key is stored."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from ..times import utc_text
from .sql import json_list


def add(db: Connection, article_key: str, now: datetime, note: str) -> None:
    """Record that an article was removed."""
    row = (_hash(article_key), utc_text(now), note)
    db.execute("insert into tombstones (key_hash, removed, note) values (?, ?, ?)", row)


def find(db: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Return those of the keys that have a tombstone, with the time of removal."""
    if not db.execute("select exists (select 1 from tombstones)").fetchone()[0]:
        return {}
    key_of_hash = {_hash(article_key): article_key for article_key in keys}
    rows = db.execute(
        "select key_hash, removed from tombstones"
        " where key_hash in (select value from json_each(?))",
        (json_list(key_of_hash),),
    )
    return {key_of_hash[key_hash]: removed for key_hash, removed in rows}


def _hash(article_key: str) -> str:
    return hashlib.sha256(article_key.encode()).hexdigest()
