"""Is an index as it should be? Each rule, what breaks it, and, if asked, what could be mended.

Start reading at `check`. Stories and copy groups are counted again, signatures are made again from
the texts; `index.checks` has the rules.
"""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

from ..copies import minhash as signatures
from ..index import Index, buckets, checks, windows
from ..index import older_texts as kept
from ..index.checks import Broken
from ..queries.stale_copies import carriers
from ..text import cleaning as text
from .runs import Stage, silent

SIGNED = "signatures and buckets are those of the texts"
STALE = "stale copies are those that carry an older text"
_BATCH = 2_000  # articles signed at once


class Checked(NamedTuple):
    """One rule."""

    rule: str
    broken: int  # how many break it
    repaired: bool | None  # whether these were mended; None: nothing to mend
    example: str  # one that breaks it; '': none


def check(index: Index, *, repair: bool = False, stage: Stage = silent) -> list[Checked]:
    """Go through all rules; with `repair`, mend what is safe to mend.

    Articles whose story is in doubt are put back to wait for the next clustering. Raises
    LockedError when another run writes.
    """
    found = []
    with index.transaction() as db:
        for rule, wrong in _findings(db, stage):
            mended = repair and _repair(db, rule, wrong) if wrong else None
            found.append(Checked(rule, len(wrong), mended, wrong[0].example if wrong else ""))
    return found


def _findings(db: Connection, stage: Stage) -> Iterator[tuple[str, list[Broken]]]:
    """Rule after rule, what breaks it: what was mended for one is seen by the next."""
    yield "the file is sound", checks.of_sqlite(db)
    yield "what is pointed at is there", checks.of_keys(db)
    yield SIGNED, _unsigned(db, stage)
    yield checks.SEARCH, checks.of_search(db)
    for rule in checks.RULES:
        yield rule, checks.broken(db, rule)
    yield STALE, _stale(db)


def _unsigned(db: Connection, stage: Stage) -> list[Broken]:
    """Articles whose signature or buckets are not those of their text."""
    wrong = []
    (size,) = db.execute("select count(*) from articles").fetchone()
    with stage("signatures", size) as advance:
        after = 0
        while rows := checks.keys(db, after, _BATCH):
            ids, after = [id for id, _ in rows], rows[-1][0]
            minhashes, own = _signed(db, ids)
            stored, standing = checks.signed(db, ids, own)
            for (id, key), minhash, at in zip(rows, minhashes, own, strict=True):
                as_it_should = (minhash if at else None, len(at))
                if (stored.get(id), standing.get(id, 0)) != as_it_should:
                    wrong.append(Broken(id, key))
            advance(len(rows))
    return wrong


def _signed(db: Connection, ids: list[int]) -> tuple[list[bytes], list[tuple[int, ...]]]:
    """Signatures and buckets of articles, made from their texts; of a pruned one it is as kept."""
    texts = windows.texts(db, ids)
    signed = signatures.sign([text.own_words(body) for body in texts.bodies])
    if not texts.pruned.any():
        return signed.minhashes, signed.buckets
    kept = buckets.signature_matrix(db, ids)
    rows = zip(
        texts.pruned.tolist(),
        signatures.to_blobs(kept),
        signatures.buckets_of(kept),
        signed.minhashes,
        signed.buckets,
        strict=True,
    )
    both = [row[1:3] if row[0] else row[3:] for row in rows]
    return [minhash for minhash, _ in both], [own for _, own in both]


def _stale(db: Connection) -> list[Broken]:
    """Articles whose older texts stand in other buckets, or are carried by others, than is kept."""
    wrong = []
    for id, key in checks.changed(db):
        own, rows = _older(db, id)
        if not own <= kept.buckets_of(db, id) or rows != kept.rows_of(db, id):
            wrong.append(Broken(id, key))
    return wrong


def _older(db: Connection, id: int) -> tuple[set[int], list[kept.Row]]:
    """The buckets of an article's older texts, and who carries these; nobody that waits."""
    bodies = [text.own_words(one.body) for one in kept.older(db, [id])]
    own = {bucket for some in signatures.sign(bodies).buckets for bucket in some}
    rows = list(carriers(db, [id]))
    waiting = checks.waiting(db, [row.copy for row in rows])
    return own, [row for row in rows if row.copy not in waiting]


def _repair(db: Connection, rule: str, wrong: list[Broken]) -> bool:
    ids = [one.id for one in wrong]
    if rule == SIGNED:
        buckets.sign_again(db, ids, *_signed(db, ids))
    elif rule == STALE:
        for id in ids:
            own, rows = _older(db, id)
            kept.enter(db, id, sorted(own))
            kept.save(db, [id], rows)
    else:
        return checks.repair(db, rule, wrong)
    return True
