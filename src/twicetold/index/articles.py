"""Read single articles, and mark them."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import NamedTuple

from ..urls import canonical_url
from .sql import TIME, json_list


class StoredArticle(NamedTuple):
    """An article of an index."""

    article: int  # its id
    key: str
    outlet: str
    title: str
    body: str  # '': none, or pruned
    lang: str  # '': not known
    published: str  # UTC; when first seen, if its source gave no time
    updated: str | None  # UTC; None: not since it was published
    url: str
    byline: str
    credit: str  # the agency that the text names as its source
    story: int | None  # None: not clustered yet
    copy_group: int | None


class NewestText(NamedTuple):
    """The text of an article, and how new it is."""

    body: str
    time: str | None  # UTC, of its update, else of its publication


def newest_text(db: Connection, id: int) -> NewestText:
    """Return the text of an article."""
    sql = "select body, coalesce(updated, published) from articles where id = ?"
    return NewestText(*db.execute(sql, (id,)).fetchone())


def exists(db: Connection, id: int) -> bool:
    """Whether there is an article with this id."""
    return bool(
        db.execute("select exists (select 1 from articles where id = ?)", (id,)).fetchone()[0]
    )


def find_id(db: Connection, key: str) -> int | None:
    """Return the id of the article with exactly this key."""
    row = db.execute("select id from articles where key = ?", (key,)).fetchone()
    return None if row is None else int(row[0])


def with_key(db: Connection, key: str) -> list[tuple[int, str]]:
    """Return id and outlet of the articles with a key, or at a url: one for each outlet.

    'CNA|2' is the article of CNA with the key '2', also if the index has it as '2'.
    """
    for each in dict.fromkeys((key, canonical_url(key))):
        rows = db.execute(
            "select articles.id, name from articles join outlets on outlets.id = outlet_id"
            " where key = ?1 or key in (select name || '|' || ?1 from outlets) order by name",
            (each,),
        ).fetchall()
        if rows:
            return rows
    return db.execute(
        "select articles.id, name from outlets join articles on outlet_id = outlets.id"
        " and key = substr(?1, length(name) + 2)"
        " where substr(?1, 1, length(name) + 1) = name || '|'",
        (key,),
    ).fetchall()


def has_other(db: Connection, id: int, url: str) -> bool:
    """Whether another article has this url, as its url or as its key."""
    sql = "select exists (select 1 from articles where id <> ?1 and (url = ?2 or key in (?2, ?3)))"
    return bool(db.execute(sql, (id, url, canonical_url(url))).fetchone()[0])


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


def count_pending(db: Connection) -> int:
    """Return how many articles are pending."""
    return int(db.execute("select count(*) from articles where pending").fetchone()[0])


def mark_clustered(db: Connection) -> None:
    """Mark all pending articles as clustered."""
    db.execute("update articles set pending = 0 where pending")


def details(db: Connection, id: int) -> tuple[str, str, str | None, int, int | None]:
    """Return body, byline, time of update, number of older texts and origin of an article.

    The origin is that of its copy group; None: it is its own.
    """
    row: tuple[str, str, str | None, int, int | None] = db.execute(
        "select body, byline, report.updated, versions, copy_of from articles"
        " join story_reports as report on report.article = id where id = ?",
        (id,),
    ).fetchone()
    return row


def linked(db: Connection, id: int) -> list[tuple[object, ...]]:
    """Return the articles that an article has a link with, the most probable first.

    article, outlet, lang, published, title, story, kind, probability, the share of this article's
    text that the other has, and the share of the other's text that this one has.
    """
    return db.execute(
        "select report.article, report.outlet, report.lang, report.published, report.title,"
        " report.story, kind, probability, iif(a = :id, a_in_b, b_in_a),"
        " iif(a = :id, b_in_a, a_in_b) from links"
        " join story_reports as report on report.article = iif(a = :id, b, a)"
        " where a = :id or b = :id order by probability desc, report.article",
        {"id": id},
    ).fetchall()


def groups(db: Connection) -> dict[int, tuple[int | None, int | None]]:
    """Return the story and the copy group of each article, by its id; None: it has none."""
    rows = db.execute("select id, story_id, copy_group_id from articles")
    return {id: (story, group) for id, story, group in rows}
