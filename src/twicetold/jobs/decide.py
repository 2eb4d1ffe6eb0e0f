"""Manual decisions on two articles. Every later run obeys them, whatever the texts say.

Decisions must agree with each other: two articles that are connected through other decisions cannot
be two stories. Start reading at `add_decisions`.
"""

import csv
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..csv_cells import unguarded
from ..errors import ArgumentError, NotFoundError, PrunedError, SourceError, TwicetoldError
from ..index import Index, in_snapshot
from ..index import decisions as decision_rows
from ..index.decisions import Decision
from ..progress import Progress, no_progress
from ..times import Time, utc_text
from .pipeline import cluster
from .run_records import Counts, current_time

VERDICTS = ("same", "different")
_HINT = "change the decision on one of these pairs first"


@in_snapshot
def decisions(index: Index) -> list[Decision]:
    """Return all decisions, oldest first; each says whether the present stories agree with it."""
    return decision_rows.all_decisions(index.connection)


def add_decisions(
    index: Index,
    decisions: Decision | Iterable[Decision],
    *,
    now: Time | None = None,
    progress: Progress = no_progress,
) -> Counts:
    """Store decisions and cluster again; either all decisions are stored or none.

    Articles are named by id, key or url. A later decision on a pair replaces an earlier one. Raises
    NotFoundError for an unknown article, ArgumentError for an unknown verdict, TwicetoldError with
    the chain of pairs that contradicts a decision, and PrunedError if an article whose text was
    pruned would have to move to another story.
    """
    time = utc_text(current_time(now)) or ""
    with index.transaction() as db:
        verdicts = decision_rows.verdicts(db)
        for decision in [decisions] if isinstance(decisions, Decision) else decisions:
            pair = _pair(index, decision)
            verdicts[pair] = decision.verdict
            _check_pruned(index, pair, decision.verdict)
            _check_contradiction(index, verdicts)
            decision_rows.save(db, *pair, decision._replace(at=decision.at or time))
    return cluster(index, now=now, progress=progress)


def same(index: Index, a: str | int, b: str | int, *, by: str = "", note: str = "") -> Counts:
    """Decide that two articles are one story, see `add_decisions`."""
    return add_decisions(index, Decision(str(a), str(b), "same", by, "", note))


def different(index: Index, a: str | int, b: str | int, *, by: str = "", note: str = "") -> Counts:
    """Decide that two articles are two stories, see `add_decisions`."""
    return add_decisions(index, Decision(str(a), str(b), "different", by, "", note))


def undecide(
    index: Index,
    a: str | int,
    b: str | int,
    *,
    now: Time | None = None,
    progress: Progress = no_progress,
) -> Counts:
    """Take back the decision on two articles, and cluster again.

    Raises NotFoundError for an unknown article, or if there is no decision on the two.
    """
    pair = sorted((index.article_id(a), index.article_id(b)))
    with index.transaction() as db:
        if not decision_rows.delete(db, *pair):
            hint = f"list them: twicetold decisions {index.place}"
            raise NotFoundError(index.place, f"no decision on #{pair[0]} and #{pair[1]}", hint=hint)
    return cluster(index, now=now, progress=progress)


def read_decisions(path: Path | str) -> list[Decision]:
    """Return the decisions of a CSV file.

    Raises SourceError if the file cannot be read, TwicetoldError for an invalid row.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise SourceError(str(path), f"can't be read: {error}") from None
    decisions = []
    for line, row in enumerate(rows, start=2):
        cells = (unguarded(row.get(name) or "") for name in Decision._fields[:6])
        a, b, verdict, by, at, note = cells
        decision = Decision(a, b, verdict, by, at, note)
        if decision.verdict not in VERDICTS:
            finding = f"'{decision.verdict}' is neither same nor different"
            raise TwicetoldError(f"{path}:{line}", finding, field="verdict")
        decisions.append(decision)
    return decisions


def _pair(index: Index, decision: Decision) -> tuple[int, int]:
    if decision.verdict not in VERDICTS:
        raise ArgumentError("verdict", f"'{decision.verdict}' is neither same nor different")
    one, other = sorted((index.article_id(decision.a), index.article_id(decision.b)))
    if one == other:
        finding = f"'{decision.a}' and '{decision.b}' are the same article"
        raise TwicetoldError(index.place, finding, hint="name two different ones")
    return one, other


def _check_pruned(index: Index, pair: tuple[int, int], verdict: str) -> None:
    """Raise PrunedError if a decision would move a pruned article out of its story."""
    pruned, stories = decision_rows.pruned_and_stories(index.connection, *pair)
    would_move = len(pruned) == 2 and stories == 2 if verdict == "same" else pruned and stories == 1
    if would_move:
        names = " and ".join(f"#{id}" for id in pruned)
        finding = f"the text of {names} was pruned, so its story can't be changed"
        raise PrunedError(index.place, finding)


def _check_contradiction(index: Index, verdicts: Mapping[tuple[int, int], str]) -> None:
    same = [pair for pair, verdict in verdicts.items() if verdict == "same"]
    connected: dict[int, list[int]] = {}
    for a, b in same:
        connected.setdefault(a, []).append(b)
        connected.setdefault(b, []).append(a)
    for (a, b), verdict in verdicts.items():
        chain = _shortest_chain(connected, a, b) if verdict == "different" else []
        if chain:
            names = " = ".join(f"#{id}" for id in chain)
            finding = f"#{chain[0]} and #{chain[-1]} can't be two stories: {names}"
            raise TwicetoldError(index.place, finding, hint=_HINT)


def _shortest_chain(connected: Mapping[int, Sequence[int]], start: int, goal: int) -> list[int]:
    """Return the shortest chain of connected articles from one to another; [] if there is none."""
    came_from = {start: start}
    queue = deque([start])
    while queue and goal not in came_from:
        article = queue.popleft()
        for neighbour in sorted(connected.get(article, [])):
            if neighbour not in came_from:
                came_from[neighbour] = article
                queue.append(neighbour)
    if goal not in came_from:
        return []
    chain = [goal]
    while chain[-1] != start:
        chain.append(came_from[chain[-1]])
    return chain[::-1]
