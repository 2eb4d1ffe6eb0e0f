"""A person's word on two articles, obeyed by every later run, also against the score.

Decisions must agree with each other and with copies: two articles that others tie together can't
be held apart, and a copy that comes later wins over a decision. Start reading at `decide`.
"""

import csv
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ..errors import PrunedError, SourceError, TwicetoldError
from ..index import Index, decisions
from ..index.decisions import Decision
from ..index.times import utc
from .pipeline import cluster
from .runs import Counts, Stage, clock, silent


def decide(
    index: Index,
    a: str,
    b: str,
    verdict: str,
    *,
    by: str = "",
    note: str = "",
    now: datetime | None = None,
    stage: Stage = silent,
) -> Counts:
    """Say that two articles are one story ('same'), or are not ('different'), and cluster anew.

    Articles are named by id, key or url. Raises NotFoundError, and TwicetoldError with the chain
    where others say the contrary, PrunedError where a pruned text holds an article in its story.
    """
    said = Decision(a, b, verdict, by, utc(now or clock()) or "", note)
    return decide_all(index, [said], now=now, stage=stage)


def decide_all(
    index: Index,
    said: Iterable[Decision],
    *,
    now: datetime | None = None,
    stage: Stage = silent,
) -> Counts:
    """Take over decisions, such as `decided` gave; all of them or, where one can't be, none."""
    with index.transaction() as db:
        copied = db.execute("select a, b from links where kind = 'copy'").fetchall()
        verdicts = {(a, b): verdict for a, b, verdict in decisions.pairs(db)}
        for one in said:
            pair = _pair(index, one)
            verdicts[pair] = one.verdict
            _refuse_pruned(index, pair, one.verdict)
            _refuse_contradiction(index, verdicts, copied)
            decisions.keep(db, *pair, one.verdict, one.by, one.at, one.note)
    return cluster(index, now=now, stage=stage)


def read_decisions(path: Path) -> list[Decision]:
    """The rows of a CSV file of decisions. Raises SourceError, TwicetoldError for a wrong row."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(str(path), f"can't be read: {error}") from None
    found = []
    for line, row in enumerate(rows, start=2):
        names = ("a", "b", "verdict", "by", "at", "note")
        a, b, verdict, by, at, note = (row.get(name) or "" for name in names)
        if verdict not in ("same", "different"):
            finding = f"'{verdict}' is neither same nor different"
            raise TwicetoldError(f"{path}:{line}", finding, field="verdict")
        found.append(Decision(a, b, verdict, by, at, note))
    return found


def _pair(index: Index, said: Decision) -> tuple[int, int]:
    one, other = sorted((index.article_id(said.a), index.article_id(said.b)))
    if one == other:
        finding = f"'{said.a}' and '{said.b}' are one article"
        raise TwicetoldError(index.place, finding, hint="name two")
    return one, other


def _refuse_pruned(index: Index, pair: tuple[int, int], verdict: str) -> None:
    """An article whose text was pruned stays in its story; others can come into it."""
    rows = index.connection.execute(
        "select id, story_id from articles where id in (?, ?) and pruned is not null", pair
    ).fetchall()
    (stories,) = index.connection.execute(
        "select count(distinct story_id) from articles where id in (?, ?)", pair
    ).fetchone()
    stands = len(rows) == 2 and stories == 2 if verdict == "same" else rows and stories == 1
    if stands:
        whose = " and ".join(f"#{id}" for id, _ in rows)
        raise PrunedError(index.place, f"the text of {whose} was pruned: it stays in its story")


def _refuse_contradiction(
    index: Index, verdicts: Mapping[tuple[int, int], str], copied: Sequence[tuple[int, int]]
) -> None:
    same = [pair for pair, verdict in verdicts.items() if verdict == "same"]
    beside: dict[int, list[int]] = {}
    for a, b in [*same, *copied]:
        beside.setdefault(a, []).append(b)
        beside.setdefault(b, []).append(a)
    for (a, b), verdict in verdicts.items():
        chain = _chain(beside, a, b) if verdict == "different" else []
        if chain:
            raise TwicetoldError(index.place, _told(chain), hint=_HINT)


def decided(index: Index) -> list[Decision]:
    """What was decided, in the order in which it was, and whether the stories obey it."""
    return decisions.everything(index.connection)


_HINT = "decide otherwise on one of these pairs first; copies can't be parted"


def _told(chain: Sequence[int]) -> str:
    told = " = ".join(f"#{id}" for id in chain)
    return f"#{chain[0]} and #{chain[-1]} would be one story and two: {told}"


def _chain(beside: Mapping[int, Sequence[int]], start: int, goal: int) -> list[int]:
    """The shortest way from one article to another by those beside each; [] for none."""
    came_from = {start: start}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        if here == goal:
            break
        for there in sorted(beside.get(here, [])):
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    if goal not in came_from:
        return []
    way = [goal]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]
