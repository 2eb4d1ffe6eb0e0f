"""What a run changed in stories: kept as events, so that a number can be followed for years."""

from collections import Counter
from collections.abc import Iterable
from sqlite3 import Connection
from typing import NamedTuple

from .parts import parts


class Event(NamedTuple):
    """A row of `story_events`."""

    event: str  # 'created', 'grown', 'moved', 'merged', 'split' or 'settled'
    story: int
    other_story: int | None = None
    article: int | None = None
    articles: int = 1  # that came into the story by it


class Move(NamedTuple):
    """An article that came into a story in this run."""

    article: int
    before: int | None  # the story that it was in before the run; None: none yet
    now: int


def begin(db: Connection) -> None:
    """Note from now on who moves."""
    db.execute("drop table if exists temp.before_run")
    db.execute("create temp table before_run (article_id integer primary key, story_id integer)")


def note(db: Connection, moves: Iterable[tuple[int, int | None]]) -> None:
    """Articles about to leave their stories: id and story. What was noted first stays."""
    db.executemany("insert into before_run values (?, ?) on conflict do nothing", moves)


def end(db: Connection, run: int, first_new: int, first_active: str) -> list[Event]:
    """Keep the events of a run, in which stories are new from an id on.

    Stories last heard of before the first active day have settled.
    """
    moves = [
        Move(*row)
        for row in db.execute(
            "select article_id, before_run.story_id, articles.story_id from before_run"
            " join articles on articles.id = article_id"
            " where articles.story_id is not before_run.story_id order by article_id"
        )
    ]
    db.execute("drop table temp.before_run")
    standing: set[int] = set()  # of the stories that lost an article, those that are still there
    for some, marks in parts(sorted({move.before for move in moves if move.before is not None})):
        standing.update(
            r[0] for r in db.execute(f"select id from stories where id in ({marks})", some)
        )
    found = [*events(moves, standing, first_new), *_settled(db, first_active)]
    db.executemany(
        "insert into story_events"
        " (run_id, at, event, story_id, other_story_id, article_id, articles)"
        " values (:run, (select started from runs where id = :run), :event, :story, :other_story,"
        " :article, :articles)",
        [{"run": run, **event._asdict()} for event in found],
    )
    return found


def events(moves: list[Move], standing: set[int], first_new: int) -> list[Event]:
    """What moves of articles make of stories, of which those `standing` are older and still there.

    A story that lost all articles is merged into the one that got most of them.
    """
    into: dict[int, Counter[int]] = {}
    for move in moves:
        if move.before is not None and move.before not in standing:
            into.setdefault(move.before, Counter())[move.now] += 1
    heirs = {gone: min(heirs, key=lambda id: (-heirs[id], id)) for gone, heirs in into.items()}
    created = Counter(now for _, _, now in moves if now >= first_new)
    found = [Event("created", id, articles=size) for id, size in sorted(created.items())]
    for gone, heir in sorted(heirs.items()):
        found.append(Event("merged", heir, gone, articles=into[gone][heir]))
    split: Counter[tuple[int, int]] = Counter()
    for article, before, now in moves:
        if before is None:
            if now < first_new:
                found.append(Event("grown", now, article=article))
        elif before in standing and now >= first_new:
            split[now, before] += 1
        elif heirs.get(before) != now:
            found.append(Event("moved", now, before, article))
    for (now, before), size in sorted(split.items()):
        found.append(Event("split", now, before, articles=size))
    return found


def _settled(db: Connection, before: str) -> list[Event]:
    """Mark and name the stories that no article can reshape any more."""
    # sorted here: for an order by id, SQLite would go through all stories
    rows = sorted(
        db.execute("select id from stories where not settled and last_published < ?", (before,))
    )
    db.executemany("update stories set settled = 1 where id = ?", rows)
    return [Event("settled", id, articles=0) for (id,) in rows]


def heir(db: Connection, story: int) -> int | None:
    """The story that one which is gone was merged into, followed to the end; None: none."""
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
