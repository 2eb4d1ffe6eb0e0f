"""Storing what was read: articles, their older versions, signatures, buckets and rejections."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..article import Article, Rejection, excerpt, key
from . import results
from .parts import parts

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


def utc(time: datetime | None) -> str | None:
    """As times stand in the index: '2026-02-05T14:30:00Z'."""
    return None if time is None else time.strftime("%Y-%m-%dT%H:%M:%SZ")


def begin_run(db: Connection, command: str, now: datetime, settings: Mapping[str, object]) -> int:
    """Enter a run; its id."""
    from .. import software

    row = (command, utc(now), json.dumps(settings), json.dumps(software()))
    return int(
        db.execute(
            "insert into runs (command, started, settings, software) values (?, ?, ?, ?)", row
        ).lastrowid
        or 0
    )


def count_in_run(db: Connection, run: int, counts: Mapping[str, int]) -> None:
    """Add to the counts of a run, by the names of their columns."""
    for column, count in counts.items():
        db.execute(f'update runs set "{column}" = "{column}" + ? where id = ?', (count, run))


def end_run(db: Connection, run: int, now: datetime, seconds: Mapping[str, float]) -> None:
    """Enter when a run was finished, and how long its stages took."""
    rounded = {stage: round(spent, 3) for stage, spent in seconds.items()}
    db.execute(
        "update runs set finished = ?, seconds = ? where id = ?",
        (utc(now), json.dumps(rounded), run),
    )


def reject(db: Connection, run: int, rejections: Iterable[Rejection]) -> None:
    """Keep what could not be an article, with its reason."""
    db.executemany(
        "insert into rejections (run_id, source, line, field, reason, excerpt)"
        " values (?, ?, ?, ?, ?, ?)",
        [(run, *rejection) for rejection in rejections],
    )


def store(db: Connection, run: int, now: datetime, signed: Sequence[Signed]) -> Stored:
    """Store articles of different keys; a known one with another text becomes a version.

    One whose key is that of another outlet's article is rejected.
    """
    keys = [key(item.article) for item in signed]
    outlets = _outlets(db, [item.article.outlet for item in signed])
    known, gone = _known(db, keys), _removed(db, keys)
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
        elif _replaces(db, old, item.article, now):
            _replace(db, old, item, run, now)
            fresh.append((old.id, item))
            updated += 1
        else:
            unchanged += 1
    _insert(db, inserts)
    _sign(db, [(id, item.minhash, item.buckets) for id, item in fresh])
    return Stored(len(inserts), updated, unchanged, tuple(rejected))


def remove(db: Connection, id: int, now: datetime, note: str) -> None:
    """Delete an article with all that was made of it; a tombstone keeps its key from coming back.

    What its day and later ones made of each other waits to be clustered anew.
    """
    time = "coalesce(published, first_seen)"
    article_key, day, group, story = db.execute(
        f"select key, substr({time}, 1, 10), copy_group_id, story_id from articles where id = ?",
        (id,),
    ).fetchone()
    db.execute("insert into tombstones values (?, ?, ?)", (_hashed(article_key), utc(now), note))
    _unsign(db, id)
    mates = [mate for mate in of_groups(db, [group]) if mate != id]
    db.execute("delete from articles where id = ?", (id,))
    results.regroup(db, mates)
    results.retell(db, [story], {})
    db.execute(f"update articles set pending = 1 where {time} >= ?", (day,))


def prune(db: Connection, before: str) -> tuple[int, int]:
    """Delete settled stories last heard of before a time, with their articles; how many of both."""
    db.execute(
        "create temp table going as select id from stories where settled and last_published < ?",
        (before,),
    )
    (stories,) = db.execute("select count(*) from going").fetchone()
    inside = "select id from articles where story_id in (select id from going)"
    (gone,) = db.execute(f"select count(*) from ({inside})").fetchone()
    db.execute(f"delete from bands where article_id in ({inside})")
    db.execute("delete from articles where story_id in (select id from going)")
    db.execute("delete from stories where id in (select id from going)")
    db.execute("drop table going")
    return gone, stories


def erase(db: Connection) -> None:
    """Leave nothing of deleted rows in the file; outside of a transaction."""
    db.execute("insert into articles_fts (articles_fts) values ('optimize')")
    db.execute("vacuum")
    db.execute("pragma wal_checkpoint(truncate)")


def _hashed(article_key: str) -> str:
    return hashlib.sha256(article_key.encode()).hexdigest()


def _removed(db: Connection, keys: Sequence[str]) -> dict[str, str]:
    """Of these keys those that have a tombstone, and since when."""
    if not db.execute("select exists (select 1 from tombstones)").fetchone()[0]:
        return {}
    hashed = {_hashed(article_key): article_key for article_key in keys}
    found: dict[str, str] = {}
    for some, marks in parts(list(hashed)):
        sql = f"select key_hash, removed from tombstones where key_hash in ({marks})"
        found.update((hashed[each], removed) for each, removed in db.execute(sql, some))
    return found


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


def _replaces(db: Connection, old: _Known, article: Article, now: datetime) -> bool:
    """Whether this record takes the place of the stored one; a late older text is put aside.

    The record with the latest time wins. Of two with the same time, or none, the one read last
    is newer, unless its text stood before.
    """
    said = utc(article.updated or article.published) or ""
    stored = old.updated or old.published or ""
    same_text = (old.title, old.body) == (article.title, article.body)
    if said < stored:
        if not same_text:
            _put_aside(db, old.id, now, article.title, article.body, utc(article.updated))
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
    if (old.title, old.body) != (article.title, article.body):
        _put_aside(db, old.id, now, old.title, old.body, old.updated)
    db.execute(
        "update articles set title = ?, body = ?, lang = ?, published = ?, updated = ?, url = ?,"
        " byline = ?, credit = ?, words = ?, run_id = ?, pending = 1,"
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
    _unsign(db, old.id)
    db.execute("delete from embeddings where article_id = ?", (old.id,))
    db.execute("delete from links where a = ? or b = ?", (old.id, old.id))


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


def sign_again(
    db: Connection, ids: Sequence[int], minhashes: Sequence[bytes], buckets: Sequence[Sequence[int]]
) -> None:
    """Put signatures and buckets of articles in the place of whatever stands for them."""
    for some, marks in parts(ids):
        for table in ("signatures", "bands"):
            db.execute(f"delete from {table} where article_id in ({marks})", some)
    _sign(db, list(zip(ids, minhashes, buckets, strict=True)))


def _sign(db: Connection, fresh: Sequence[tuple[int, bytes, Sequence[int]]]) -> None:
    db.executemany(
        "insert into signatures (article_id, minhash) values (?, ?)",
        [(id, minhash) for id, minhash, own in fresh if own],
    )
    ids = np.repeat(np.array([id for id, *_ in fresh], np.int64), [len(own) for *_, own in fresh])
    buckets = np.array([bucket for *_, own in fresh for bucket in own], np.int64)
    order = np.lexsort((ids, buckets))  # in the order of the table, which saves seeking and room
    rows = zip(buckets[order].tolist(), ids[order].tolist(), strict=True)
    db.executemany("insert into bands (bucket, article_id) values (?, ?)", rows)


def _unsign(db: Connection, id: int) -> None:
    from .. import signatures

    found = db.execute("select minhash from signatures where article_id = ?", (id,)).fetchone()
    if found is None:
        return
    buckets = signatures.bands(signatures.from_blobs([found[0]]))[0].tolist()
    db.executemany(
        "delete from bands where bucket = ? and article_id = ?", [(b, id) for b in buckets]
    )
    db.execute("delete from signatures where article_id = ?", (id,))


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
            "select key, id, outlet_id, title, body, lang, published, updated, url, byline"
            f" from articles where key in ({marks})",
            some,
        ):
            found[row[0]] = _Known(*row[1:])
    return found


def signature_matrix(db: Connection, ids: Sequence[int]) -> npt.NDArray[np.uint32]:
    """The signatures of articles, (n, 128); one without shingles has a row of `EMPTY`."""
    from .. import signatures

    found: dict[int, bytes] = {}
    for some, marks in parts(ids):
        found.update(
            db.execute(
                f"select article_id, minhash from signatures where article_id in ({marks})", some
            )
        )
    return signatures.from_blobs([found.get(id, b"") for id in ids])
