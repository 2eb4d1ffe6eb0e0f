"""Tombstones keep removed articles from coming back; only hashes of their names are stored.

A name is a url, or a hash of the text; or an outlet with one of its ids or urls, because an id of
one outlet says nothing about another's; or, for broken records, an id alone, marked as such.
Indexes of schema 5 and older have ids alone, not marked. The hashes are keyed with a secret of the
index, so that a copy of the table can't be compared with a list of urls.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from sqlite3 import Connection

from ..times import utc_text
from ..urls import is_url, page_of, without_scheme
from .sql import json_list


def add(db: Connection, names: Iterable[str], now: datetime, note: str) -> None:
    """Record that an article with these names was removed."""
    key = secret(db)
    hashes = {_hash(key, form) for name in names for form in _forms(name)}
    db.executemany(
        "insert into tombstones (name_hash, removed, note) values (?, ?, ?)"
        " on conflict (name_hash) do nothing",
        [(name_hash, utc_text(now), note) for name_hash in sorted(hashes)],
    )


def exist(db: Connection) -> bool:
    """Whether any article was removed."""
    return bool(db.execute("select exists (select 1 from tombstones)").fetchone()[0])


def find(db: Connection, names_of: Mapping[int, Iterable[str]]) -> dict[int, str]:
    """Return which of some records, numbered, have a name of a removed article, and since when."""
    if not exist(db):
        return {}
    key = secret(db)
    hashes = [
        (_hash(key, form), number)
        for number, names in names_of.items()
        for name in names
        for form in _forms(name)
    ]
    rows = db.execute(
        "select name_hash, removed from tombstones"
        " where name_hash in (select value from json_each(?))",
        (json_list(name_hash for name_hash, _ in hashes),),
    )
    removed = dict(rows.fetchall())
    return {number: removed[each] for each, number in hashes if each in removed}


def keyed_hash(secret: bytes, name_hash: str) -> str:
    """Return the hash of a name as the table stores it, given its SHA-256 in hexadecimal."""
    return hashlib.blake2b(name_hash.encode(), digest_size=32, key=secret).hexdigest()


def _forms(name: str) -> set[str]:
    """Return a name as it is, and a url as `page_of` has it, and as older indexes have it."""
    return {name, without_scheme(name), page_of(name)} if is_url(name) else {name}


def _hash(secret: bytes, name: str) -> str:
    return keyed_hash(secret, hashlib.sha256(name.encode()).hexdigest())


def secret(db: Connection) -> bytes:
    """Return the random bytes of this index that its hashes are keyed with."""
    (secret,) = db.execute("select value from secrets where name = 'tombstones'").fetchone()
    return bytes(secret)
