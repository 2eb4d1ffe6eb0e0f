"""Save a manual decision, unless others contradict it.

Two articles that are connected through other decisions cannot be two stories. Start reading at
`save_decision`.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime

from ..decision import VERDICTS, Decision
from ..errors import ArgumentError, PrunedError, TwicetoldError
from ..index import Index
from ..index import decisions as decision_rows
from ..times import utc_text

_HINT = "change the decision on one of these pairs first"


def save_decision(index: Index, decision: Decision, now: datetime) -> None:
    """Store a decision in place of an older one on its pair; in a transaction of the caller.

    A decision that is stored already changes nothing. Raises what `decide.add_decisions` does.
    """
    db = index.connection
    pair = _pair(index, decision)
    decision = decision._replace(at=decision.at or utc_text(now) or "")
    if decision_rows.has(db, *pair, decision):
        return
    verdicts = decision_rows.verdicts(db) | {pair: decision.verdict}
    _check_pruned(index, pair, decision.verdict)
    _check_contradiction(index, verdicts)
    decision_rows.save(db, *pair, decision)


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
