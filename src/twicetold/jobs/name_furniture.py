"""Say by hand which passages are furniture. Start reading at `name_furniture`."""

from sqlite3 import Connection

from ..article import checked
from ..errors import ArgumentError, NotFoundError
from ..index import Index, in_snapshot
from ..index import furniture as passage_rows
from ..index.furniture import Passage
from ..index.settings import settings_of
from ..progress import Progress, no_progress
from ..text.furniture import LEAST_NAMED_WORDS
from ..text.tokens import stream
from ..times import Time
from .furniture import wake_active
from .pipeline import cluster
from .run_records import Counts
from .word_cache import WordCache


@in_snapshot
def furniture(index: Index) -> list[Passage]:
    """Return the passages that are furniture, or said to be none, those of most articles first."""
    return passage_rows.passages(index.connection)


def name_furniture(
    index: Index,
    passage: str,
    *,
    is_text: bool = False,
    by: str = "",
    note: str = "",
    now: Time | None = None,
    progress: Progress = no_progress,
) -> Counts:
    """Say that a passage is furniture, whatever was learned, and cluster active articles again.

    With `is_text`, say that it is text of reports; then it may be the beginning of a listed
    passage. Settled stories change by `rebuild` only. Raises ArgumentError for a passage of fewer
    than three words, NotFoundError if `is_text` is set and no listed passage begins so.
    """
    passage = str(checked(passage, "body"))
    with index.transaction() as db:
        if is_text:
            passage = _listed(index, passage)
        elif len(stream([passage], split_unspaced=True).hashes) < LEAST_NAMED_WORDS:
            raise ArgumentError(
                "passage", f"'{passage[:40]}' has fewer than {LEAST_NAMED_WORDS} words"
            )
        carriers = passage_rows.titles_with(db, passage)
        example = carriers[0][0] if carriers else ""
        outlets = len({outlet for _, outlet in carriers})
        verdict = "text" if is_text else "named"
        row = Passage(passage, verdict, len(carriers), outlets, example, by, note)
        passage_rows.add_named(db, row)
        _wake(index, db)
    return cluster(index, now=now, progress=progress)


def unname_furniture(
    index: Index, passage: str, *, now: Time | None = None, progress: Progress = no_progress
) -> Counts:
    """Undo a manual entry for a passage, given in full or by its first words.

    Raises NotFoundError if there is none.
    """
    with index.transaction() as db:
        if not passage_rows.delete_named(db, _listed(index, passage)):
            hint = f"list them: twicetold furniture {index.place}"
            finding = f"nothing was said of '{passage[:40]}'"
            raise NotFoundError(index.place, finding, hint=hint)
        _wake(index, db)
    return cluster(index, now=now, progress=progress)


def _listed(index: Index, beginning: str) -> str:
    """Return the listed passage that begins so."""
    listed = [each.passage for each in passage_rows.passages(index.connection)]
    found = [each for each in listed if each.startswith(beginning)]
    if beginning in listed:
        return beginning
    if len(found) != 1:
        finding = f"{len(found) or 'no'} passages begin with '{beginning[:40]}'"
        hint = f"list them: twicetold furniture {index.place}"
        raise NotFoundError(index.place, finding, hint=hint)
    return found[0]


def _wake(index: Index, db: Connection) -> None:
    wake_active(db, WordCache(passage_rows.load(db)), settings_of(index).active_days)
