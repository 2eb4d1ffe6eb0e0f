"""Crowds: the many copies of one text on one day, of which only the first few are compared.

A text that thousands of articles carry, a wire story in a chain of local papers or a consent wall
that was taken for a text, would be compared thousands of times with itself. Which articles of a day
are surplus depends on their times alone, so the order of arrival does not matter.
"""

from collections.abc import Iterable
from sqlite3 import Connection

from . import links, stories, story_events
from .sql import IN_TIME_ORDER, TIME

_DAYS = f"(select distinct substr({TIME}, 1, 10) from articles where pending)"
MOST_COMPARED = 32  # of the copies of one text on one day; as many as of a bucket, see copies/lsh


def candidates(db: Connection) -> list[list[int]]:
    """Return the crowds of the days with a pending article: ids in time order, the same signature.

    Articles with a manual decision are left out: only articles that are compared obey it.
    """
    crowds = db.execute(
        f"select substr({TIME}, 1, 10) as day, minhash from articles"
        " join signatures on article_id = articles.id"
        f" where day in {_DAYS} and pruned is null group by day, minhash having count(*) > ?",
        (MOST_COMPARED,),
    ).fetchall()
    return [
        [
            row[0]
            for row in db.execute(
                "select articles.id from articles join signatures on article_id = articles.id"
                f" where {TIME} >= ?1 and {TIME} < date(?1, '+1 day') and minhash = ?2"
                " and pruned is null and articles.id not in (select article_id from quarantine)"
                " and not exists (select 1 from decisions where articles.id in (a, b))"
                f" order by {IN_TIME_ORDER}",
                (day, minhash),
            )
        ]
        for day, minhash in crowds
    ]


def save(db: Connection, surplus: dict[int, int]) -> list[int]:
    """Store the surplus articles of the days with a pending article, id -> id of the first.

    Returns the ids of new and changed ones, which lose their links. A surplus article is no longer
    pending; one that has ceased to be surplus becomes pending.
    """
    stored = db.execute(
        "select article_id, first_id, pending from crowds join articles on id = article_id"
        f" where substr({TIME}, 1, 10) in {_DAYS}"
    ).fetchall()
    gone = [id for id, *_ in stored if id not in surplus]
    # a pending one has another title or date, or is clustered again: its link is gone
    same = {(id, first) for id, first, pending in stored if not pending}
    changed = [id for id, first in surplus.items() if (id, first) not in same]
    db.executemany("delete from crowds where article_id = ?", _rows(gone + changed))
    db.executemany("update articles set pending = 1 where id = ?", _rows(gone))
    db.executemany(
        "insert into crowds (article_id, first_id) values (?, ?)",
        [(id, surplus[id]) for id in changed],
    )
    links.delete_all_of(db, changed)
    db.executemany("update articles set pending = 0 where id = ?", _rows(surplus))
    return changed


def follow(db: Connection) -> None:
    """Move surplus articles into the story of their first."""
    moves = db.execute(
        "select articles.id, articles.story_id, first.story_id from crowds"
        " join articles on articles.id = article_id join articles as first on first.id = first_id"
        " where articles.story_id is not first.story_id and first.story_id is not null"
    ).fetchall()
    if not moves:
        return
    story_events.note_leaving(db, [(id, before) for id, before, _ in moves])
    db.executemany(
        "update articles set story_id = ? where id = ?", [(story, id) for id, _, story in moves]
    )
    changed = {story for _, *both in moves for story in both if story is not None}
    stories.refresh(db, sorted(changed), {})


def _rows(ids: Iterable[int]) -> list[tuple[int]]:
    return [(id,) for id in ids]
