"""Store what was read: new articles, newer texts of stored ones, and older texts as versions.

Start reading at `store`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..article import Article, Rejection, excerpt, qualified_key
from ..copies.minhash import buckets_of, from_blobs
from ..times import earlier, first_moment, more_exact, utc_text
from . import articles, buckets, furniture, links, older_texts, outlets, tombstones
from .identities import (
    Identity,
    Relation,
    StoredArticle,
    compare_records,
    identify,
    stored_articles,
)
from .rejections import removed_before

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

    new: int
    updated: int
    unchanged: int
    rejected: list[Rejection]
    incomplete: list[Article]  # new or updated, without a field that could not be read


def store(db: Connection, run: int, now: datetime, items: Sequence[SignedArticle]) -> Stored:
    """Store articles, no two of which have the same outlet and key.

    If the index has an article with the same key and another text, the older of the two texts
    becomes a version. An article that was removed is rejected. One whose id was that of an
    unrelated text is stored without it.
    """
    removed, stored = _removed(db, items), stored_articles(db, [item.article for item in items])
    new = [item.article for place, item in enumerate(items) if place not in removed]
    batch = _Batch(db, run, now, outlets.save_outlets(db, new), stored)
    for place, item in enumerate(items):
        article = item.article
        if place in removed:
            batch.rejected.append(removed_before(removed[place]))
        elif (identity := identify(article, stored)) is None:
            batch.rejected.append(_key_of_another_article(article))
        else:
            batch.add(item, identity)
    return batch.save()


class _Batch:
    """Articles that are stored together: new ones are inserted at the end.

    `stored` are the articles that they may be, by their keys; it gets the new ones.
    """

    def __init__(
        self,
        db: Connection,
        run: int,
        now: datetime,
        outlet_ids: Mapping[str, int],
        stored: dict[str, StoredArticle],
    ) -> None:
        self.db, self.run, self.now, self.outlet_ids = db, run, now, outlet_ids
        self.name_ids = outlets.name_ids(db)
        self.stored = stored
        self.next_id = db.execute("select coalesce(max(id), 0) + 1 from articles").fetchone()[0]
        self.inserts: list[Row] = []
        self.changed: dict[int, SignedArticle] = {}  # not yet in their buckets
        self.new = self.updated = self.unchanged = 0
        self.rejected: list[Rejection] = []
        self.incomplete: list[Article] = []

    def add(self, item: SignedArticle, identity: Identity) -> None:
        """Add one article, as new or as a text of the stored article that it is."""
        old = identity.stored
        for touched in (old, identity.displaced):
            if touched is not None and touched.id in self.changed:
                self._write()
        if identity.displaced is not None:
            self._displace(identity.displaced)
        if old is not None and identity.key != old.key and identity.key not in self.stored:
            old = self._rename(old, identity.key)
        relation = Relation.NEWER if old is None else compare_records(self.db, old, item.article)
        if relation != Relation.NEWER:
            self.unchanged += 1
        if old is not None and relation == Relation.OLDER:
            self.stored[old.key] = _add_older(self.db, old, item, self.now)
        elif old is not None and relation == Relation.NEWER:
            _replace(self.db, old, item, self.run, self.now)
            self.changed[old.id] = item
            self.stored[old.key] = _as_stored(old.id, old.key, item)
            self.updated += 1
        elif old is None:
            self._add_new(item, identity.key)
        if old is not None and old.url and item.article.url not in ("", old.url):
            is_newer = relation == Relation.NEWER
            older_texts.add_former_url(self.db, old.id, old.url if is_newer else item.article.url)
        unread = (*item.article.unread, *([identity.unread] if identity.unread else []))
        if unread and relation == Relation.NEWER:
            self.incomplete.append(replace(item.article, unread=unread))

    def save(self) -> Stored:
        """Write what is left to write; return what happened."""
        self._write()
        counts = self.new, self.updated, self.unchanged
        return Stored(*counts, self.rejected, self.incomplete)

    def _add_new(self, item: SignedArticle, key: str) -> None:
        id = self.next_id
        outlet = self.outlet_ids[item.article.outlet]
        name = self.name_ids.get((item.article.printed_outlet, item.article.outlet))
        self.inserts.append(_row(id, key, item, (outlet, name), self.run, self.now))
        self.changed[id] = item
        self.stored[key] = _as_stored(id, key, item)
        self.next_id += 1
        self.new += 1

    def _displace(self, old: StoredArticle) -> None:
        """Give an article another key than that of another outlet's article, which comes now."""
        key = qualified_key(old.outlet, old.key)
        while articles.find_id(self.db, key) is not None:
            key = qualified_key(old.outlet, key)
        self._rename(old, key)

    def _rename(self, old: StoredArticle, key: str) -> StoredArticle:
        self.db.execute("update articles set key = ? where id = ?", (key, old.id))
        del self.stored[old.key]
        self.stored[key] = old._replace(key=key)
        return self.stored[key]

    def _write(self) -> None:
        """Insert the new articles, and put all changed ones into their buckets."""
        _insert(self.db, self.inserts)
        rows = [(id, item.minhash, item.buckets) for id, item in self.changed.items()]
        buckets.add(self.db, rows)
        self.inserts, self.changed = [], {}


def _row(
    id: int,
    key: str,
    item: SignedArticle,
    outlet_and_name: tuple[int, int | None],
    run: int,
    now: datetime,
) -> Row:
    article = item.article
    outlet, name = outlet_and_name
    published = utc_text(article.published)
    return (
        id,
        key,
        outlet,
        article.title,
        article.body,
        item.lang,
        published,
        utc_text(article.updated),
        None if published else utc_text(first_seen(article, now)),
        article.url,
        article.byline,
        item.credit,
        item.words,
        run,
        name,
    )


def first_seen(article: Article, now: datetime) -> datetime:
    """Return when an article was first seen: by its source, if that tells, else in this run."""
    return now if article.first_seen is None else min(now, first_moment(article.first_seen))


def _insert(db: Connection, rows: list[Row]) -> None:
    if not rows:
        return
    db.executemany(
        "insert into articles (id, key, outlet_id, title, body, lang, published, updated,"
        " first_seen, url, byline, credit, words, run_id, name_id)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    db.execute(
        "insert into articles_fts (rowid, title, body)"
        " select id, title, body from articles where id >= ?",
        (rows[0][0],),
    )


def _add_older(
    db: Connection, old: StoredArticle, item: SignedArticle, now: datetime
) -> StoredArticle:
    """Store a text that is older than the stored one as a version.

    Returns the article with what the older text tells of it, as if it had come first.
    """
    article = item.article
    time = utc_text(article.updated or article.published)
    older_texts.add_version(db, old.id, now, older_texts.Text(article.title, article.body, time))
    older_texts.add_buckets(db, old.id, item.buckets)
    published = earlier(utc_text(article.published), old.published)
    completed = old._replace(
        published=published,
        updated=old.updated or (old.published if published != old.published else None),
        url=old.url or article.url,
        byline=old.byline or article.byline,
    )
    if completed != old:
        db.execute(
            "update articles set published = ?1, updated = ?2, url = ?3, byline = ?4, pending = 1,"
            " first_seen = iif(?1 is null, first_seen, null) where id = ?5",
            (published, completed.updated, completed.url, completed.byline, old.id),
        )
        links.delete_all_of(db, [old.id])  # the earlier of two articles comes first in their link
    return completed


def _replace(
    db: Connection, old: StoredArticle, item: SignedArticle, run: int, now: datetime
) -> None:
    article = item.article
    published = utc_text(article.published)
    first = earlier(published, old.published)
    updated = utc_text(article.updated) or (published if published != first else None)
    is_new_text = (old.title, old.body) != (article.title, article.body)
    if updated or not is_new_text:
        updated = more_exact(updated, old.updated)
    if is_new_text and not old.pruned:
        text = older_texts.Text(old.title, old.body, old.text_time)
        older_texts.add_version(db, old.id, first_seen(article, now), text)
        whole = furniture.whole_signatures(db, [old.id])[old.id]
        older_texts.add_buckets(db, old.id, buckets_of(from_blobs([whole]))[0])
    db.execute(
        "update articles set title = ?, body = ?, lang = ?, published = ?, updated = ?, url = ?,"
        " byline = ?, credit = ?, words = ?, run_id = ?, pending = 1, pruned = null,"
        " first_seen = iif(?4 is null, first_seen, null) where id = ?",
        (
            article.title,
            article.body,
            article.lang or old.lang or item.lang,
            first,
            updated,
            article.url or old.url,
            article.byline or old.byline,
            item.credit,
            item.words,
            run,
            old.id,
        ),
    )
    buckets.delete(db, old.id)
    furniture.forget(db, [old.id])
    db.execute("delete from quarantine where article_id = ?", (old.id,))
    db.execute("delete from embeddings where article_id = ?", (old.id,))
    links.delete_all_of(db, [old.id])
    older_texts.delete_stale(db, old.id)


def _as_stored(id: int, key: str, item: SignedArticle) -> StoredArticle:
    article = item.article
    times = utc_text(article.published), utc_text(article.updated)
    texts = article.title, article.body, item.lang
    return StoredArticle(id, key, article.outlet, *texts, *times, article.url, article.byline, None)


def _removed(db: Connection, articles: Sequence[SignedArticle]) -> dict[int, str]:
    """Return which of the articles, numbered, were removed from the index, and when."""
    if not tombstones.exist(db):
        return {}
    names = {place: item.article.names for place, item in enumerate(articles)}
    return tombstones.find(db, names)


def _key_of_another_article(article: Article) -> Rejection:
    reason = f"'{article.key[:80]}' is the key of another outlet's article"
    beginning = excerpt(article.title)
    place = article.source, article.line
    return Rejection(*place, "id", reason, beginning, "storing", article.names)
