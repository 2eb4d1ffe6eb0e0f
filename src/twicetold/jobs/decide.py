"""Manual decisions on two articles. Every later run obeys them, whatever the texts say.

Start reading at `add_decisions`; `saved_decisions` says which decisions contradict each other.
"""

import csv
from collections.abc import Iterable
from pathlib import Path

from ..csv_cells import unguarded
from ..decision import VERDICTS, Decision
from ..errors import NotFoundError, SourceError, TwicetoldError
from ..index import Index, in_snapshot
from ..index import decisions as decision_rows
from ..progress import Progress, no_progress
from ..sources import exported_decisions, is_export
from ..times import Time
from .pipeline import cluster
from .run_records import Counts, current_time
from .saved_decisions import save_decision


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
    with index.transaction():
        for decision in [decisions] if isinstance(decisions, Decision) else decisions:
            save_decision(index, decision, current_time(now))
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
    """Return the decisions of a CSV file, or of a folder that `export` wrote.

    Raises SourceError if the file cannot be read, TwicetoldError for an invalid row.
    """
    if is_export(path):
        return exported_decisions(Path(path))
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
