"""What could not be stored: rejected records, unread fields, and articles set aside.

Each rejected record is one row, however often it is read, so that a nightly run can tell what is
new, and a source that is always wrong does not fill the file. Of a source with very many, one row
stands for the rest.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, Rejection
from ..times import utc_text
from . import tombstones
from .sql import json_list

MOST_OF_A_RUN = 1_000  # rejections that one run may add; beyond, one row for each source and field
_MORE = "and more, too many to be listed"
_WORD = re.compile(r"\w{4,}")
_LONG_WORD = 7


class RejectionRow(NamedTuple):
    """A rejected record."""

    source: str  # the file where it was first read
    line: int  # the line, or the number of a feed's entry; 0: the file as a whole
    field: str
    stage: str  # what failed on it
    reason: str
    excerpt: str  # its beginning
    times: int  # how often it was read
    first: str  # UTC, when the first run began that rejected it
    last: str  # the same, of the last run


def add(db: Connection, run: int, rejections: Sequence[Rejection]) -> list[Rejection]:
    """Store rejections, those known from earlier runs in their old row; return the new ones.

    An empty file, and a removed article that came back, are no news.
    """
    secret = tombstones.secret(db)
    own = [_identity(rejection, secret) for rejection in rejections]
    of_rest = [_identity(_rest(rejection), secret) for rejection in rejections]
    first_run = _first_runs(db, {*own, *of_rest})
    erased = _first_runs(db, own, "erased_rejections")
    room = MOST_OF_A_RUN - _added(db, run)
    new: list[Rejection] = []
    for rejection, identity, rest in zip(rejections, own, of_rest, strict=True):
        is_known = identity in erased or first_run.get(identity, first_run.get(rest, run)) < run
        if rejection.is_news and not is_known:
            new.append(rejection)
        if identity not in first_run and (room <= 1 or rest in first_run):
            identity, rejection = rest, _rest(rejection)
        room -= identity not in first_run
        first_run.setdefault(identity, run)
        _save(db, run, identity, rejection)
    return new


def add_unread_fields(db: Connection, run: int, articles: Iterable[Article]) -> int:
    """Count the fields that some stored articles lack; return how many of these lack any.

    The field 'text' is not lacking: it seems to be another article's.
    """
    incomplete = 0
    for article in articles:
        incomplete += any(unread.field != "text" for unread in article.unread)
        db.executemany(
            "insert into unread_fields (run_id, field, articles, source, line, value)"
            " values (?, ?, 1, ?, ?, ?)"
            " on conflict (run_id, field) do update set articles = articles + 1",
            [
                (run, unread.field, article.source, article.line, unread.value)
                for unread in article.unread
            ],
        )
    return incomplete


def unread_fields(db: Connection) -> list[tuple[str, int, str]]:
    """Return the fields that articles of the last run lack: field, how many, the first value."""
    return db.execute(
        "select field, articles, value from unread_fields"
        " where run_id = (select max(id) from runs) order by field"
    ).fetchall()


def latest(db: Connection, limit: int) -> list[RejectionRow]:
    """Return rejections, the latest first; `limit` 0 returns all."""
    rows = db.execute(
        "select source, line, field, stage, reason, excerpt, times, first.started, last.started"
        " from rejections join runs as first on first.id = run_id"
        " join runs as last on last.id = last_run_id"
        " order by last_run_id desc, rejections.id limit ?",
        (limit or -1,),
    )
    return [RejectionRow(*row) for row in rows]


def set_aside(db: Connection, ids: Sequence[int], stage: str, reason: str, now: datetime) -> None:
    """Put articles into quarantine: no stage sees them until `release`."""
    db.executemany(
        "insert into quarantine (article_id, stage, reason, at) values (?, ?, ?, ?)",
        [(id, stage, reason, utc_text(now)) for id in ids],
    )
    db.executemany("update articles set pending = 0 where id = ?", [(id,) for id in ids])


def release(db: Connection) -> None:
    """Take all articles out of quarantine; they become pending."""
    db.execute(
        "update articles set pending = 1 where pruned is null"
        " and id in (select article_id from quarantine)"
    )
    db.execute("delete from quarantine")


def prune(db: Connection, before: str) -> int:
    """Delete rejections that were last read by a run before a time; return how many."""
    old = "(select id from runs where started < ?)"
    for table in ("unread_fields", "erased_rejections"):
        db.execute(f"delete from {table} where run_id in {old}", (before,))
    return db.execute(f"delete from rejections where last_run_id in {old}", (before,)).rowcount


def erase_words(db: Connection, names: Iterable[str], texts: Iterable[str]) -> None:
    """Delete what was stored of rejected records that share words with a removed article.

    `names` are its titles, urls and the like: one word of them is enough, or all of a title of
    short words. Of its `texts` only long words count: the others are those of any article. The
    records are no news when they are read again.
    """
    names = [" ".join(name.casefold().split()) for name in names if name]
    words = {word for name in names for word in _words(name)}
    words |= {word for text in texts for word in _words(text) if len(word) >= _LONG_WORD}

    def tells(parts: Sequence[str]) -> bool:
        text = " ".join(" ".join(parts).casefold().split())
        return not words.isdisjoint(_words(text)) or any(name in text for name in names)

    rows = db.execute("select id, source, reason, excerpt from rejections").fetchall()
    ids = (json_list(id for id, *parts in rows if tells(parts)),)
    erased = "from rejections where id in (select value from json_each(?))"
    db.execute(f"insert or ignore into erased_rejections select identity, run_id {erased}", ids)
    db.execute(f"delete {erased}", ids)
    unread = db.execute("select run_id, field, source, value from unread_fields").fetchall()
    db.executemany(
        "update unread_fields set source = '', line = 0, value = '' where run_id = ? and field = ?",
        [row[:2] for row in unread if tells(row[2:])],
    )


def without_removed(db: Connection, rejections: Sequence[Rejection]) -> list[Rejection]:
    """Return rejections without what they may say of removed articles.

    In place of one that names such an article stands one that says only that. If any article was
    removed, a record without a name may be of it, and its beginning is left out.
    """
    if not tombstones.exist(db):
        return list(rejections)
    names = {place: rejection.names for place, rejection in enumerate(rejections)}
    removed = tombstones.find(db, names)
    return [
        removed_before(removed[place])
        if place in removed
        else rejection._replace(excerpt=rejection.excerpt if rejection.names else "")
        for place, rejection in enumerate(rejections)
    ]


def removed_before(when: str) -> Rejection:
    """Return the rejection of a record that is an article that was removed.

    It does not say where the record was read: the name of the file may tell what it was.
    """
    reason = f"belongs to an article that was removed on {when[:10]}"
    return Rejection("", 0, "id", reason, stage="storing", is_news=False)


def _rest(rejection: Rejection) -> Rejection:
    """Return the rejection that stands for many of one source and field."""
    return Rejection(rejection.source, 0, rejection.field, _MORE, stage=rejection.stage)


def _identity(rejection: Rejection, secret: bytes) -> str:
    """Return a hash of a rejection, keyed, so that it can't be compared with guesses of a text."""
    place = "" if rejection.excerpt else rejection.source
    parts = (place, rejection.field, rejection.reason, rejection.excerpt)
    joined = "\x00".join(parts).encode("utf-8", "replace")
    return hashlib.blake2b(joined, digest_size=16, key=secret).hexdigest()


def _first_runs(
    db: Connection, identities: Iterable[str], table: str = "rejections"
) -> dict[str, int]:
    """Return the run that first rejected each of some records that are stored already."""
    rows = db.execute(
        f"select identity, run_id from {table} where identity in (select value from json_each(?))",
        (json_list(identities),),
    )
    return dict(rows.fetchall())


def _added(db: Connection, run: int) -> int:
    sql = "select count(*) from rejections where run_id = ?"
    return int(db.execute(sql, (run,)).fetchone()[0])


def _save(db: Connection, run: int, identity: str, rejection: Rejection) -> None:
    db.execute(
        "insert into rejections (run_id, last_run_id, source, line, field, stage, reason, excerpt,"
        " identity) values (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) on conflict (identity)"
        " do update set last_run_id = excluded.last_run_id, times = times + 1",
        (
            run,
            rejection.source,
            rejection.line,
            rejection.field,
            rejection.stage,
            rejection.reason,
            rejection.excerpt,
            identity,
        ),
    )


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))
