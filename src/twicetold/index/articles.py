"""Storing what was read: articles, their older versions, signatures and buckets."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, Rejection, excerpt, key
from . import buckets, tombstones
from . import older_texts as stale
from .parts import parts
from .times import utc

Row = tuple[object, ...]


class Signed(NamedTuple):
    """An article with what depends on it alone."""

    article: Article
    minhash: bytes
    buckets: tuple[int, ...]  # none for an article without shingles
    words: int
    credit: str
    lang: str  # the article's own claim, else what its text tells; '': neither


class Stored(NamedTuple):
    """What became of some articles."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejection, ...] = ()


class _Known(NamedTuple):
    id: int
    outlet_id: int
    title: str
    body: str
    lang: str
    published: str | None
    updated: str | None
    url: str
    byline: str
    pruned: str | None


def store(db: Connection, run: int, now: datetime, signed: Sequence[Signed]) -> Stored:
    """Store articles of different keys; a known one with another text becomes a version.

    One whose key is that of another outlet's article is rejected.
    """
    keys = [key(item.article) for item in signed]
    outlets = _outlets(db, [item.article.outlet for item in signed])
    known, gone = _known(db, keys), tombstones.on(db, keys)
    next_id = db.execute("select coalesce(max(id), 0) + 1 from articles").fetchone()[0]
    inserts: list[Row] = []
    fresh: list[tuple[int, Signed]] = []
    unchanged, updated, rejected = 0, 0, []
    for article_key, item in zip(keys, signed, strict=True):
        old = known.get(article_key)
        if article_key in gone:
            reason = f"was removed on {gone[article_key][:10]}, and does not come back"
            rejected.append(Rejection(item.article.source, item.article.line, "id", reason, ""))
        elif old is None:
            fresh.append((next_id, item))
            inserts.append(_row(next_id, article_key, item, outlets, run, now))
            next_id += 1
        elif old.outlet_id != outlets[item.article.outlet]:
            reason = f"'{article_key[:80]}' is the key of another outlet's article"
            source, line = item.article.source, item.article.line
            rejected.append(Rejection(source, line, "id", reason, excerpt(item.article.title)))
        elif _replaces(db, old, item, now):
            _replace(db, old, item, run, now)
            fresh.append((old.id, item))
            updated += 1
        else:
            unchanged += 1
    _insert(db, inserts)
    buckets.sign(db, [(id, item.minhash, item.buckets) for id, item in fresh])
    return Stored(len(inserts), updated, unchanged, tuple(rejected))


def _row(
    id: int, key: str, item: Signed, outlets: Mapping[str, int], run: int, now: datetime
) -> Row:
    article = item.article
    published = utc(article.published)
    return (
        id,
        key,
        outlets[article.outlet],
        article.title,
        article.body,
        item.lang,
        published,
        utc(article.updated),
        None if published else utc(now),
        article.url,
        article.byline,
        item.credit,
        item.words,
        run,
    )


def _insert(db: Connection, rows: list[Row]) -> None:
    if not rows:
        return
    db.executemany(
        "insert into articles (id, key, outlet_id, title, body, lang, published, updated,"
        " first_seen, url, byline, credit, words, run_id)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.execute(
        "insert into articles_fts (rowid, title, body)"
        " select id, title, body from articles where id >= ?",
        (rows[0][0],),
    )


def _replaces(db: Connection, old: _Known, item: Signed, now: datetime) -> bool:
    """Whether this record takes the place of the stored one; a late older text is put aside.

    The record with the latest time wins. Of two with the same time, or none, the one read last
    is newer, unless its text stood before. Of a pruned text only a later time tells a newer one.
    """
    article = item.article
    said = utc(article.updated or article.published) or ""
    stored = old.updated or old.published or ""
    if old.pruned:
        return said > stored
    same_text = (old.title, old.body) == (article.title, article.body)
    if said < stored:
        if not same_text:
            _put_aside(db, old.id, now, article.title, article.body, utc(article.updated))
            stale.enter(db, old.id, item.buckets)
        return False
    if said > stored:
        return True
    if same_text:
        return (article.lang or old.lang) != old.lang
    stood_before = db.execute(
        "select exists (select 1 from versions where article_id = ? and title = ? and body = ?)",
        (old.id, article.title, article.body),
    ).fetchone()[0]
    return not stood_before


def _replace(db: Connection, old: _Known, item: Signed, run: int, now: datetime) -> None:
    article = item.article
    if not old.pruned and (old.title, old.body) != (article.title, article.body):
        _put_aside(db, old.id, now, old.title, old.body, old.updated)
        stale.enter(db, old.id, buckets.of(db, old.id))
    db.execute(
        "update articles set title = ?, body = ?, lang = ?, published = ?, updated = ?, url = ?,"
        " byline = ?, credit = ?, words = ?, run_id = ?, pending = 1, pruned = null,"
        " first_seen = iif(?4 is null, first_seen, null) where id = ?",
        (
            article.title,
            article.body,
            article.lang or old.lang or item.lang,
            utc(article.published) or old.published,
            utc(article.updated) or old.updated,
            article.url or old.url,
            article.byline or old.byline,
            item.credit,
            item.words,
            run,
            old.id,
        ),
    )
    buckets.unsign(db, old.id)
    db.execute("delete from embeddings where article_id = ?", (old.id,))
    db.execute("delete from links where a = ? or b = ?", (old.id, old.id))
    stale.forget(db, old.id)


def _put_aside(
    db: Connection, id: int, now: datetime, title: str, body: str, updated: str | None
) -> None:
    """Keep a text that is not an article's newest; one that is kept already stays as it is."""
    db.execute(
        "insert into versions (article_id, number, put_aside, title, body, updated)"
        " select :id, coalesce(max(number), 0) + 1, :now, :title, :body, :updated from versions"
        " where article_id = :id"
        " having coalesce(sum(title = :title and body = :body), 0) = 0",
        {"id": id, "now": utc(now), "title": title, "body": body, "updated": updated},
    )


def of_groups(db: Connection, groups: Sequence[int]) -> list[int]:
    """Ids of the articles in some copy groups."""
    found: list[int] = []
    for some, marks in parts(groups):
        sql = f"select id from articles where copy_group_id in ({marks})"
        found += [row[0] for row in db.execute(sql, some)]
    return found


def _outlets(db: Connection, names: Sequence[str]) -> dict[str, int]:
    db.executemany(
        "insert into outlets (name) values (?) on conflict do nothing",
        [(name,) for name in dict.fromkeys(names)],
    )
    return dict(db.execute("select name, id from outlets"))


def _known(db: Connection, keys: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for some, marks in parts(keys):
        for row in db.execute(
            "select key, id, outlet_id, title, body, lang, published, updated, url, byline, pruned"
            f" from articles where key in ({marks})",
            some,
        ):
            found[row[0]] = _Known(*row[1:])
    return found
