"""Rows that another engine made come into an index, with the numbers that they have there."""

from collections.abc import Iterable, Sequence
from sqlite3 import Connection
from typing import NamedTuple

from . import stories
from .sql import TIME, json_list

COMMAND = "import-parquet"


class ImportedArticle(NamedTuple):
    """An article, its story and all that depends on its text alone."""

    id: int
    key: str
    outlet: str
    title: str
    body: str
    lang: str
    published: str | None
    updated: str | None
    first_seen: str | None
    url: str
    byline: str
    credit: str
    words: int
    story_id: int | None = None


def has_own_articles(db: Connection) -> bool:
    """Whether an index has articles that no import brought."""
    sql = "select exists (select 1 from articles join runs on runs.id = run_id where command <> ?)"
    return bool(db.execute(sql, (COMMAND,)).fetchone()[0])


def stored_ids(db: Connection, ids: Sequence[int]) -> set[int]:
    """Return which of some ids are those of stored articles."""
    sql = "select id from articles where id in (select value from json_each(?))"
    return {row[0] for row in db.execute(sql, (json_list(ids),))}


def new_stories(db: Connection, ids: Iterable[int]) -> set[int]:
    """Return the stories that have none but these articles."""
    rows = db.execute(
        "with new as (select value as id from json_each(?))"
        " select story_id from articles where story_id in"
        " (select story_id from articles where id in new)"
        " group by story_id having sum(id not in new) = 0",
        (json_list(ids),),
    )
    return {row[0] for row in rows}


def latest_day(db: Connection) -> str:
    """Return the last day of the articles of an index; '' if it has none."""
    (day,) = db.execute(f"select max(substr({TIME}, 1, 10)) from articles").fetchone()
    return day or ""


def ids_of_keys(db: Connection, keys: Iterable[str]) -> dict[str, int]:
    """Return the ids of stored articles by their keys."""
    sql = "select key, id from articles where key in (select value from json_each(?))"
    return dict(db.execute(sql, (json_list(keys),)))


def insert_articles(db: Connection, run: int, articles: Sequence[ImportedArticle]) -> None:
    """Insert articles that are new, as pending, with their stories; their outlets are stored."""
    stories.insert_empty(db, [each.story_id for each in articles if each.story_id is not None])
    db.executemany(
        "insert into articles (id, key, outlet_id, title, body, lang, published, updated,"
        " first_seen, url, byline, credit, words, story_id, run_id)"
        " select ?1, ?2, outlets.id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15"
        " from outlets where name = ?3",
        [(*each, run) for each in articles],
    )
    db.execute(
        "insert into articles_fts (rowid, title, body) select id, title, body from articles"
        " where id in (select value from json_each(?))",
        (json_list(each.id for each in articles),),
    )


def insert_furniture(db: Connection, passages: Iterable[tuple[object, ...]]) -> None:
    """Insert passages of furniture, in the order of the columns."""
    db.executemany(
        "insert into furniture (from_day, passage, is_text, articles, outlets, example, by, note)"
        " select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 where not exists"
        " (select 1 from furniture where passage = ?2 and from_day is ?1)",
        passages,
    )


def insert_left_out(db: Connection, left_out: Iterable[tuple[object, ...]]) -> None:
    """Insert what was left out of articles: id, words, signature of the whole text."""
    sql = "insert into article_furniture (article_id, words, minhash) values (?, ?, ?)"
    db.executemany(sql, left_out)


def insert_priors(db: Connection, priors: Iterable[tuple[object, ...]]) -> None:
    """Insert the priors of days: day, lang, articles, dated_share, undated_share."""
    db.executemany(
        "insert into priors (day, lang, articles, dated_share, undated_share)"
        " values (?, ?, ?, ?, ?) on conflict do nothing",
        priors,
    )


def insert_crowds(db: Connection, crowds: Iterable[tuple[int, int]]) -> None:
    """Insert the surplus articles of crowds: article, first of its crowd."""
    db.executemany(
        "insert into crowds (article_id, first_id) values (?, ?) on conflict do nothing", crowds
    )


def insert_decisions(db: Connection, decisions: Iterable[tuple[object, ...]]) -> None:
    """Insert decisions: a, b, verdict, by, at, note."""
    db.executemany(
        "insert into decisions (a, b, verdict, by, at, note) values (?, ?, ?, ?, ?, ?)"
        " on conflict do nothing",
        decisions,
    )


def insert_versions(db: Connection, versions: Iterable[tuple[object, ...]]) -> None:
    """Insert older texts: article, version, replaced, title, body, updated."""
    db.executemany(
        "insert into versions (article_id, version, replaced, title, body, updated)"
        " values (?, ?, ?, ?, ?, ?) on conflict do nothing",
        versions,
    )
