"""The feeds that are read from the network: where they are, how they are doing, what they gave."""

from collections.abc import Iterable, Mapping
from sqlite3 import Connection
from typing import NamedTuple

from .sql import json_list


class StoredFeed(NamedTuple):
    """A feed, as far as it matters for the next request."""

    id: int
    url: str
    failures: int
    not_before: str | None  # UTC
    etag: str
    last_modified: str


class FeedState(NamedTuple):
    """How a feed is doing, and what comes from it; a row of the view `feed_states`."""

    feed: int
    url: str
    title: str
    tried: str | None  # UTC; None: never
    succeeded: str | None  # the same
    status: int | None  # of HTTP; None: there was no answer
    error: str  # of the last try; '': it succeeded
    failures: int  # tries that failed since the last success
    not_before: str | None  # UTC, it is not asked for earlier
    articles: int
    articles_a_day: float | None  # of the seven days before it was last read
    in_stories: int  # articles in stories of several outlets


class PagelessArticle(NamedTuple):
    """An article whose page is not read yet, with the first feed that gave it."""

    feed: int
    id: str  # its key
    outlet: str
    title: str
    body: str
    lang: str
    published: str | None  # UTC
    updated: str | None  # UTC
    url: str
    byline: str


class Success(NamedTuple):
    """What is stored of a feed that was read, or had nothing new."""

    status: int
    etag: str
    last_modified: str
    title: str = ""
    moved_to: str = ""  # where it is for good now


def add(db: Connection, url: str, title: str, now: str) -> int:
    """Store a feed unless it is there, perhaps at another url by now; return its id."""
    row = db.execute("select feed_id from former_feed_urls where url = ?", (url,)).fetchone()
    if row is None:
        db.execute(
            "insert into feeds (url, title, added) values (?, ?, ?) on conflict (url) do update"
            " set title = iif(title = '', excluded.title, title)",
            (url, title, now),
        )
        row = db.execute("select id from feeds where url = ?", (url,)).fetchone()
    return int(row[0])


def stored_feeds(db: Connection, ids: Iterable[int] | None = None) -> list[StoredFeed]:
    """Return some feeds, or all, in the order in which they were added."""
    rows = db.execute(
        "select id, url, failures, not_before, etag, last_modified from feeds"
        " where ?1 is null or id in (select value from json_each(?1)) order by id",
        (None if ids is None else json_list(ids),),
    )
    return [StoredFeed(*row) for row in rows]


def save_success(db: Connection, id: int, now: str, success: Success) -> None:
    """Store that a feed was read; one that has moved for good is known by both urls from now on."""
    db.execute(
        "update feeds set tried = ?1, succeeded = ?1, status = ?2, error = '', failures = 0,"
        " not_before = null, etag = ?3, last_modified = ?4,"
        " title = iif(title = '', ?5, title) where id = ?6",
        (now, success.status, success.etag, success.last_modified, success.title, id),
    )
    if success.moved_to:
        _move(db, id, success.moved_to)


def save_failure(
    db: Connection, id: int, now: str, error: str, status: int | None, not_before: str
) -> None:
    """Store that a feed could not be read, and when it may be asked for again."""
    db.execute(
        "update feeds set tried = ?, status = ?, error = ?, failures = failures + 1,"
        " not_before = ? where id = ?",
        (now, status, error, not_before, id),
    )


def add_articles(db: Connection, id: int, pages: Mapping[int, str]) -> None:
    """Store which articles a feed gave, and what came of the page of each: see the table."""
    db.executemany(
        "insert into feed_articles (feed_id, article_id, page) values (?, ?, ?)"
        " on conflict do update set page = iif(excluded.page = '', page, excluded.page)",
        [(id, article, page) for article, page in pages.items()],
    )


def without_page(db: Connection, ids: Iterable[int], since: str) -> list[PagelessArticle]:
    """Return the recent articles of some feeds whose pages are not read yet, each once."""
    rows = db.execute(
        "select min(feed_id), key, name, title, body, lang, published, updated, url, byline"
        " from feed_articles join articles on articles.id = article_id"
        " join outlets on outlets.id = outlet_id"
        " where feed_id in (select value from json_each(?)) and page <> 'read' and url <> ''"
        " and pruned is null and coalesce(published, first_seen) >= ?"
        " group by article_id order by article_id",
        (json_list(ids), since),
    )
    return [PagelessArticle(*row) for row in rows]


def forget(db: Connection, url: str) -> bool:
    """Delete a feed, by any of its urls, and leave its articles; return whether it was there."""
    ids = db.execute(
        "select id from feeds where url = ?1 union select feed_id from former_feed_urls"
        " where url = ?1",
        (url,),
    ).fetchall()
    db.executemany("delete from feeds where id = ?", ids)
    return bool(ids)


def states(db: Connection) -> list[FeedState]:
    """Return how all feeds are doing, failing ones first."""
    rows = db.execute(
        f"select {', '.join(FeedState._fields)} from feed_states order by error = '', url"
    )
    return [FeedState(*row) for row in rows]


def _move(db: Connection, id: int, url: str) -> None:
    """Give a feed another url; if another feed has it, that feed becomes part of this one."""
    (old,) = db.execute("select url from feeds where id = ?", (id,)).fetchone()
    other = db.execute("select id from feeds where url = ? and id <> ?", (url, id)).fetchone()
    if other is not None:
        for table in ("feed_articles", "former_feed_urls"):
            db.execute(
                f"update or ignore {table} set feed_id = ? where feed_id = ?", (id, other[0])
            )
        db.execute("delete from feeds where id = ?", other)
    db.execute("delete from former_feed_urls where url = ?", (url,))
    db.execute("update feeds set url = ? where id = ?", (url, id))
    db.execute(
        "insert into former_feed_urls (url, feed_id) values (?, ?)"
        " on conflict (url) do update set feed_id = excluded.feed_id",
        (old, id),
    )
