"""What keeps articles that were taken down from coming back; of them only the key's hash stays."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from .parts import parts
from .times import utc


def place(db: Connection, article_key: str, now: datetime, note: str) -> None:
    """Note that an article was taken down."""
    row = (_hashed(article_key), utc(now), note)
    db.execute("insert into tombstones values (?, ?, ?)", row)


def on(db: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Of these keys those that have a tombstone, and since when."""
    if not db.execute("select exists (select 1 from tombstones)").fetchone()[0]:
        return {}
    names = {_hashed(article_key): article_key for article_key in keys}
    found: dict[str, str] = {}
    for some, marks in parts(list(names)):
        sql = f"select key_hash, removed from tombstones where key_hash in ({marks})"
        found.update((names[each], when) for each, when in db.execute(sql, some))
    return found


def _hashed(article_key: str) -> str:
    return hashlib.sha256(article_key.encode()).hexdigest()
