"""What a run changed in stories, stored as events, so that a story's number stays valid for years.

`begin` and `note_leaving` record who was where; `finish` turns the moves of articles into events.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from sqlite3 import Connection
from typing import NamedTuple

from .sql import json_list


class Event(NamedTuple):
    """A row of `story_events`."""

    event: str  # 'created', 'grown', 'moved', 'merged', 'split' or 'settled'
    story: int
    other_story: int | None = None
    article: int | None = None
    articles: int = 1  # how many came into the story


class Move(NamedTuple):
    """An article that came into a story in this run."""

    article: int
    before: int | None  # its story before the run; None: it had none
    now: int


def begin(db: Connection) -> None:
    """Begin to note which articles leave their stories."""
    db.execute("drop table if exists temp.before_run")
    db.execute("create temp table before_run (article_id integer primary key, story_id integer)")


def note_leaving(db: Connection, leaving: Iterable[tuple[int, int | None]]) -> None:
    """Note articles that are about to leave their story: article, story. The first note counts."""
    db.executemany(
        "insert into before_run (article_id, story_id) values (?, ?) on conflict do nothing",
        leaving,
    )


def note_members(db: Connection, story: int) -> None:
    """Note all articles of a story as leaving it."""
    sql = "select id, story_id from articles where story_id = ?"
    note_leaving(db, db.execute(sql, (story,)).fetchall())


def finish(
    db: Connection, run: int, is_new: Callable[[int], bool], first_active: str
) -> list[Event]:
    """Store and return the events of a run; `is_new` tells its new stories.

    Stories last published before the day `first_active` have settled.
    """
    rows = db.execute(
        "select article_id, before_run.story_id, articles.story_id from before_run"
        " join articles on articles.id = article_id"
        " where articles.story_id is not before_run.story_id order by article_id"
    )
    moves = [Move(*row) for row in rows]
    db.execute("drop table temp.before_run")
    left = {move.before for move in moves if move.before is not None}
    remaining = {
        row[0]
        for row in db.execute(
            "select id from stories where id in (select value from json_each(?))",
            (json_list(sorted(left)),),
        )
    }
    events = [*events_of(moves, remaining, is_new), *_settle(db, first_active)]
    db.executemany(
        "insert into story_events"
        " (run_id, at, event, story_id, other_story_id, article_id, articles)"
        " values (:run, (select started from runs where id = :run), :event, :story, :other_story,"
        " :article, :articles)",
        [{"run": run, **event._asdict()} for event in events],
    )
    return events


def events_of(moves: list[Move], remaining: set[int], is_new: Callable[[int], bool]) -> list[Event]:
    """Return the events that moves of articles amount to.

    `remaining` are the stories that lost articles and still have some. A story that lost all of
    them was merged into the story that got most.
    """
    into: dict[int, Counter[int]] = {}
    for move in moves:
        if move.before is not None and move.before not in remaining:
            into.setdefault(move.before, Counter())[move.now] += 1
    heirs = {gone: min(got, key=lambda id: (-got[id], id)) for gone, got in into.items()}
    created = Counter(move.now for move in moves if is_new(move.now))
    events = [Event("created", id, articles=size) for id, size in sorted(created.items())]
    for gone, heir in sorted(heirs.items()):
        events.append(Event("merged", heir, gone, articles=into[gone][heir]))
    split: Counter[tuple[int, int]] = Counter()
    for article, before, now in moves:
        if before is None:
            if not is_new(now):
                events.append(Event("grown", now, article=article))
        elif before in remaining and is_new(now):
            split[now, before] += 1
        elif heirs.get(before) != now:
            events.append(Event("moved", now, before, article))
    for (now, before), size in sorted(split.items()):
        events.append(Event("split", now, before, articles=size))
    return events


def heir(db: Connection, story: int) -> int | None:
    """Return the story, or the one that it was merged into; None if there is neither."""
    seen: set[int] = set()
    while story not in seen:
        if db.execute("select 1 from stories where id = ?", (story,)).fetchone():
            return story
        seen.add(story)
        row = db.execute(
            "select story_id from story_events where event = 'merged' and other_story_id = ?"
            " order by id desc limit 1",
            (story,),
        ).fetchone()
        if row is None:
            return None
        story = int(row[0])
    return None


def _settle(db: Connection, before: str) -> list[Event]:
    """Mark the stories that no new article can change any more."""
    # sorted here, because with `order by id` SQLite would scan all stories
    rows = sorted(
        db.execute("select id from stories where not settled and last_published < ?", (before,))
    )
    db.executemany("update stories set settled = 1 where id = ?", rows)
    return [Event("settled", id, articles=0) for (id,) in rows]
