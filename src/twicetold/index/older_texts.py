"""Older texts of articles, and the stale copies that still carry what a newer text took out."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

from ..arrays import IntArray
from ..times import first_moment, parse_time, utc_now, utc_text
from .sql import json_list

MOST_VERSIONS = 500  # of one article: a live page that changes every three minutes of a day


class Text(NamedTuple):
    """One text of an article."""

    title: str
    body: str
    updated: str | None  # UTC, of its last update, else of its publication; None: no time


class StoredVersion(NamedTuple):
    """A row of `versions`."""

    version: int
    replaced: str  # UTC
    updated: str | None  # UTC, as that of a Text
    title: str
    body: str


class OlderText(NamedTuple):
    """An older text of an article, with its newest."""

    article: int
    version: int
    body: str
    newest_body: str
    copy_group: int | None  # of the article


class EarlierCopy(NamedTuple):
    """An earlier text of an outlet that is a copy of a pending article of the same outlet."""

    article: int  # the later one
    title: str  # of that
    seen: datetime  # when it was published, or first seen
    text: Text  # the earlier one


class StaleRow(NamedTuple):
    """A row of the table `stale`."""

    article: int
    version: int
    copy: int
    carried: float


class StaleCopy(NamedTuple):
    """A copy that carries what its origin has corrected; a row of the view `stale_copies`."""

    article: int  # that was changed
    outlet: str
    changed: str  # UTC, when the newer text was read
    version: int  # the latest older text that the copy carries
    copy: int
    copying_outlet: str
    carried: float  # share of what was taken out that the copy still has
    title: str  # of the copy


def add_version(db: Connection, id: int, now: datetime, text: Text) -> None:
    """Store a text that is not the newest of an article, unless it is stored already.

    Of an article with `MOST_VERSIONS` older texts no more are stored: each is compared with all.
    """
    db.execute(
        "insert into versions (article_id, version, replaced, title, body, updated)"
        " select :id, coalesce(max(version), 0) + 1, :now, :title, :body, :updated from versions"
        " where article_id = :id"
        " having coalesce(sum(title = :title and body = :body), 0) = 0 and count(*) < :most",
        {"id": id, "now": utc_text(now), "most": MOST_VERSIONS, **text._asdict()},
    )


def earlier_copies(db: Connection) -> list[EarlierCopy]:
    """Return what articles took over from earlier ones of their own outlet; one is pending."""
    # `cross join` keeps the order of the tables: the few pending articles come first
    pairs = " union ".join(
        "select a, b from articles as pending cross join links"
        f" on {side} = pending.id and kind = 'copy' where pending.pending"
        for side in "ab"
    )
    rows = db.execute(
        "select later.id, later.title, coalesce(later.published, later.first_seen),"
        " earlier.title, earlier.body, coalesce(earlier.updated, earlier.published)"
        f" from ({pairs})"
        " join articles as later on later.id = b join articles as earlier on earlier.id = a"
        " where earlier.outlet_id = later.outlet_id and earlier.pruned is null"
        " order by later.id, earlier.id"
    )
    return [
        EarlierCopy(
            id, title, first_moment(parse_time(seen, "published") or utc_now()), Text(*text)
        )
        for id, title, seen, *text in rows
    ]


def corrected_articles(db: Connection, ids: Iterable[int], older: OlderText) -> list[int]:
    """Return those of some articles that are the older text itself, of the same outlet."""
    rows = db.execute(
        "select id from articles where id in (select value from json_each(?)) and body = ?"
        " and outlet_id = (select outlet_id from articles where id = ?)",
        (json_list(ids), older.body, older.article),
    )
    return [row[0] for row in rows]


def is_version(db: Connection, id: int, title: str, body: str) -> bool:
    """Whether a text is one of the older texts of an article."""
    sql = "select exists (select 1 from versions where article_id = ? and title = ? and body = ?)"
    return bool(db.execute(sql, (id, title, body)).fetchone()[0])


def versions(db: Connection, id: int) -> list[StoredVersion]:
    """Return the older texts of an article, the oldest first, in whatever order they were read."""
    rows = db.execute(
        "select version, replaced, updated, title, body from versions where article_id = ?"
        " order by coalesce(updated, ''), version",
        (id,),
    )
    return [StoredVersion(*row) for row in rows]


def own_versions(db: Connection, id: int) -> list[StoredVersion]:
    """Return the older texts of an article, except those that it corrected under another id."""
    return [
        each
        for each in versions(db, id)
        if not db.execute(
            "select 1 from articles where id <> ? and body = ? and title = ? limit 1",
            (id, each.body, each.title),
        ).fetchone()
    ]


def delete_of_text(db: Connection, body: str) -> None:
    """Delete a removed body where it is the older text of an article that corrected it."""
    rows = db.execute(
        "select article_id, version from versions where body = ?1 and ?1 <> ''", (body,)
    ).fetchall()
    db.executemany("delete from stale where (article_id, version) = (?, ?)", rows)
    db.executemany("delete from versions where (article_id, version) = (?, ?)", rows)


def add_former_url(db: Connection, id: int, url: str) -> None:
    """Keep a url that a source gave an article at another time; '' is none."""
    if url:
        sql = "insert into former_urls (article_id, url) values (?, ?) on conflict do nothing"
        db.execute(sql, (id, url))


def former_urls(db: Connection, id: int) -> list[str]:
    """Return the urls that a source gave an article at other times."""
    sql = "select url from former_urls where article_id = ? order by url"
    return [row[0] for row in db.execute(sql, (id,))]


def add_buckets(db: Connection, id: int, buckets: Sequence[int]) -> None:
    """Store the buckets of an older text of an article."""
    rows = [(bucket, id) for bucket in buckets]
    db.executemany(
        "insert into version_bands (bucket, article_id) values (?, ?) on conflict do nothing", rows
    )


def buckets_of_versions(db: Connection, id: int) -> set[int]:
    """Return the stored buckets of the older texts of an article."""
    rows = db.execute("select bucket from version_bands where article_id = ?", (id,))
    return {row[0] for row in rows}


def note_regrouped(db: Connection, ids: Iterable[int]) -> None:
    """Note articles whose copy group may change, for `to_refresh`."""
    db.execute("create temp table if not exists regrouped (id integer primary key)")
    db.executemany("insert into temp.regrouped (id) values (?) on conflict do nothing", _rows(ids))


def note_signed_again(db: Connection, ids: Sequence[int], buckets: Iterable[int]) -> None:
    """Note articles whose older texts share a bucket with articles that get other buckets.

    `buckets` are those that the articles `ids` had and those that they get.
    """
    rows = db.execute(
        "select article_id from stale where copy_id in (select value from json_each(?))"
        " union select article_id from json_each(?) cross join version_bands on bucket = value",
        (json_list(ids), json_list(buckets)),
    ).fetchall()
    note_regrouped(db, [row[0] for row in rows])


def has_versions(db: Connection) -> bool:
    """Whether any article has an older text."""
    return bool(db.execute("select exists (select 1 from versions)").fetchone()[0])


def to_refresh(db: Connection, pending_buckets: IntArray) -> list[int]:
    """Return the articles with older texts whose stale copies may have changed.

    Their newest text is new to the index, or their copy group was noted, or a pending article is in
    one of the buckets of their older texts.
    """
    note_regrouped(db, [])
    rows = db.execute(
        "select article_id from versions where pending"
        " union select article_id from temp.regrouped cross join versions on article_id = id"
        " union select article_id from json_each(?) cross join version_bands on bucket = value"
        " order by 1",
        (json_list(pending_buckets.tolist()),),
    ).fetchall()
    db.execute("drop table temp.regrouped")
    return [row[0] for row in rows]


def older_texts(db: Connection, ids: Sequence[int]) -> list[OlderText]:
    """Return the older texts of some articles, in order."""
    rows = db.execute(
        "select article_id, version, versions.body, articles.body, copy_group_id from versions"
        " join articles on articles.id = article_id"
        " where article_id in (select value from json_each(?)) order by article_id, version",
        (json_list(ids),),
    )
    return [OlderText(*row) for row in rows]


def stale_rows(db: Connection, id: int) -> list[StaleRow]:
    """Return the stored stale copies of an article, without pending ones."""
    rows = db.execute(
        "select article_id, version, copy_id, carried from stale join articles on id = copy_id"
        " where article_id = ? and not pending order by version, copy_id",
        (id,),
    )
    return [StaleRow(*row) for row in rows]


def stale_copies(db: Connection, article: int | None) -> list[StaleCopy]:
    """Return the stale copies of the index, or of one article; the latest corrections first."""
    rows = db.execute(
        f"select {', '.join(StaleCopy._fields)} from stale_copies"
        " where ?1 is null or article = ?1 order by changed desc, article, copy",
        (article,),
    )
    return [StaleCopy(*row) for row in rows]


def save_stale(db: Connection, ids: Sequence[int], rows: Sequence[StaleRow]) -> None:
    """Store the stale copies of some articles in place of the old ones."""
    db.executemany("delete from stale where article_id = ?", _rows(ids))
    db.executemany(
        "insert into stale (article_id, version, copy_id, carried) values (?, ?, ?, ?)", rows
    )
    db.executemany("update versions set pending = 0 where article_id = ? and pending", _rows(ids))


def delete_stale(db: Connection, id: int) -> None:
    """Delete the stale copies of an article whose text changed, and its row as a stale copy."""
    db.execute("delete from stale where article_id = ?1 or copy_id = ?1", (id,))


def _rows(ids: Iterable[int]) -> list[tuple[int]]:
    return [(id,) for id in ids]
