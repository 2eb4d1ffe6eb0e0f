"""Store articles, and read single ones. Start reading at `store`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, Rejection, excerpt
from ..times import more_exact, utc_text
from . import buckets, older_texts, tombstones
from .sql import TIME, json_list

Row = tuple[object, ...]


class SignedArticle(NamedTuple):
    """An article with everything that depends on it alone."""

    article: Article
    minhash: bytes
    buckets: tuple[int, ...]  # none for an article without shingles
    words: int
    credit: str  # the agency that the text names as its source, or ''
    lang: str  # the article's own, else identified by its text; '': unknown


class Stored(NamedTuple):
    """What happened to some articles."""

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: tuple[Rejection, ...] = ()


class _Relation(Enum):
    """How a record relates to the stored article with its key."""

    NEWER = auto()  # it replaces the stored text, which becomes a version
    OLDER = auto()  # it becomes a version
    UNCHANGED = auto()


class _StoredArticle(NamedTuple):
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


def store(db: Connection, run: int, now: datetime, articles: Sequence[SignedArticle]) -> Stored:
    """Store articles, no two of which have the same key.

    If the index has an article with the same key and another text, the older of the two texts
    becomes a version. An article whose key belongs to another outlet's article is rejected, and so
    is one that was removed.
    """
    outlet_ids = _outlet_ids(db, [item.article.outlet for item in articles])
    keys = [item.article.key for item in articles]
    stored, removed = _stored_articles(db, keys), tombstones.find(db, keys)
    next_id = db.execute("select coalesce(max(id), 0) + 1 from articles").fetchone()[0]
    inserts: list[Row] = []
    changed: list[tuple[int, SignedArticle]] = []
    unchanged, updated, rejected = 0, 0, []
    for key, item in zip(keys, articles, strict=True):
        old = stored.get(key)
        if key in removed:
            rejected.append(_removed_before(item.article, removed[key]))
        elif old is None:
            changed.append((next_id, item))
            inserts.append(_row(next_id, key, item, outlet_ids, run, now))
            next_id += 1
        elif old.outlet_id != outlet_ids[item.article.outlet]:
            rejected.append(_key_of_another_outlet(item.article, key))
        else:
            relation = _compare_records(db, old, item.article)
            if relation == _Relation.NEWER:
                _replace(db, old, item, run, now)
                changed.append((old.id, item))
                updated += 1
            else:
                unchanged += 1
                if relation == _Relation.OLDER:
                    _add_older(db, old.id, item, now)
    _insert(db, inserts)
    buckets.add(db, [(id, item.minhash, item.buckets) for id, item in changed])
    return Stored(len(inserts), updated, unchanged, tuple(rejected))


def find_id(db: Connection, keys: Sequence[str], id: int | None = None) -> int | None:
    """Return the id of the article with one of `keys`, the first one preferred, or with `id`."""
    row = db.execute(
        "select id from articles where key in (select value from json_each(?1)) or id = ?2"
        " order by key = ?3 desc limit 1",
        (json_list(keys), id, keys[0] if keys else None),
    ).fetchone()
    return None if row is None else int(row[0])


def pruned(db: Connection, id: int) -> str | None:
    """Return when the text of an article was pruned, UTC; None if it has its text."""
    row = db.execute("select pruned from articles where id = ?", (id,)).fetchone()
    return None if row[0] is None else str(row[0])


def title_and_body(db: Connection, id: int) -> tuple[str, str]:
    """Return the title and the body of an article."""
    title, body = db.execute("select title, body from articles where id = ?", (id,)).fetchone()
    return str(title), str(body)


def description(db: Connection, id: int) -> tuple[int, str, str, str, str]:
    """Return id, outlet, language, time and title of an article."""
    row: tuple[int, str, str, str, str] = db.execute(
        f"select articles.id, name, lang, {TIME}, title from articles"
        " join outlets on outlets.id = outlet_id where articles.id = ?",
        (id,),
    ).fetchone()
    return row


def story_of(db: Connection, id: int) -> int | None:
    """Return the story of an article; None if it is not clustered yet."""
    row = db.execute("select story_id from articles where id = ?", (id,)).fetchone()
    return None if row[0] is None else int(row[0])


def ids_in_groups(db: Connection, groups: Sequence[int]) -> list[int]:
    """Return the ids of the articles in some copy groups."""
    rows = db.execute(
        "select id from articles where copy_group_id in (select value from json_each(?))",
        (json_list(groups),),
    )
    return [row[0] for row in rows]


def keys_by_id(db: Connection) -> dict[int, str]:
    """Return the key of each article, in the order of the keys."""
    return dict(db.execute("select id, key from articles order by key"))


def clustered(db: Connection) -> list[tuple[str, int, int, str]]:
    """Return key, id, story and title of all clustered articles, in time order."""
    return db.execute(
        "select key, id, story_id, title from articles where story_id is not null"
        f" order by {TIME}, key"
    ).fetchall()


def mark_clustered(db: Connection) -> None:
    """Mark all pending articles as clustered."""
    db.execute("update articles set pending = 0 where pending")


def _removed_before(article: Article, when: str) -> Rejection:
    reason = f"belongs to an article that was removed on {when[:10]}"
    return Rejection(article.source, article.line, "id", reason)


def _key_of_another_outlet(article: Article, key: str) -> Rejection:
    reason = f"'{key[:80]}' is the key of another outlet's article"
    return Rejection(article.source, article.line, "id", reason, excerpt(article.title))


def _row(
    id: int,
    key: str,
    item: SignedArticle,
    outlet_ids: Mapping[str, int],
    run: int,
    now: datetime,
) -> Row:
    article = item.article
    published = utc_text(article.published)
    return (
        id,
        key,
        outlet_ids[article.outlet],
        article.title,
        article.body,
        item.lang,
        published,
        utc_text(article.updated),
        None if published else utc_text(now),
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


def _compare_records(db: Connection, old: _StoredArticle, article: Article) -> _Relation:
    """Return how a record relates to the stored article with its key.

    The record with the latest time wins. Of two with the same time, or none, the one read last is
    newer, unless it brings an older version back. Only a later time replaces a pruned text.
    """
    time = utc_text(article.updated or article.published) or ""
    stored_time = old.updated or old.published or ""
    if time and stored_time:  # a day equals any hour of that day
        length = min(len(time), len(stored_time))
        time, stored_time = time[:length], stored_time[:length]
    if time > stored_time:
        return _Relation.NEWER
    if old.pruned:
        return _Relation.UNCHANGED
    same_text = (old.title, old.body) == (article.title, article.body)
    if time < stored_time:
        return _Relation.UNCHANGED if same_text else _Relation.OLDER
    if same_text:
        new_language = (article.lang or old.lang) != old.lang
        published = utc_text(article.published) or ""
        has_hour = published != old.published and published.startswith(old.published or "-")
        return _Relation.NEWER if new_language or has_hour else _Relation.UNCHANGED
    is_version = older_texts.is_version(db, old.id, article.title, article.body)
    return _Relation.UNCHANGED if is_version else _Relation.NEWER


def _add_older(db: Connection, id: int, item: SignedArticle, now: datetime) -> None:
    """Store a text that is older than the stored one as a version."""
    article = item.article
    text = older_texts.Text(article.title, article.body, utc_text(article.updated))
    older_texts.add_version(db, id, now, text)
    older_texts.add_buckets(db, id, item.buckets)


def _replace(
    db: Connection, old: _StoredArticle, item: SignedArticle, run: int, now: datetime
) -> None:
    article = item.article
    if not old.pruned and (old.title, old.body) != (article.title, article.body):
        text = older_texts.Text(old.title, old.body, old.updated)
        older_texts.add_version(db, old.id, now, text)
        older_texts.add_buckets(db, old.id, buckets.of_article(db, old.id))
    db.execute(
        "update articles set title = ?, body = ?, lang = ?, published = ?, updated = ?, url = ?,"
        " byline = ?, credit = ?, words = ?, run_id = ?, pending = 1, pruned = null,"
        " first_seen = iif(?4 is null, first_seen, null) where id = ?",
        (
            article.title,
            article.body,
            article.lang or old.lang or item.lang,
            more_exact(utc_text(article.published), old.published),
            more_exact(utc_text(article.updated), old.updated),
            article.url or old.url,
            article.byline or old.byline,
            item.credit,
            item.words,
            run,
            old.id,
        ),
    )
    buckets.delete(db, old.id)
    db.execute("delete from embeddings where article_id = ?", (old.id,))
    db.execute("delete from links where a = ? or b = ?", (old.id, old.id))
    older_texts.delete_stale(db, old.id)


def _outlet_ids(db: Connection, names: Sequence[str]) -> dict[str, int]:
    db.executemany(
        "insert into outlets (name) values (?) on conflict do nothing",
        [(name,) for name in dict.fromkeys(names)],
    )
    return dict(db.execute("select name, id from outlets"))


def _stored_articles(db: Connection, keys: Sequence[str]) -> dict[str, _StoredArticle]:
    rows = db.execute(
        "select key, id, outlet_id, title, body, lang, published, updated, url, byline, pruned"
        " from articles where key in (select value from json_each(?))",
        (json_list(keys),),
    )
    return {row[0]: _StoredArticle(*row[1:]) for row in rows}
