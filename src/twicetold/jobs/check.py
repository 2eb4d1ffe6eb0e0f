"""Check that an index is sound, and repair what can be repaired safely.

Counts of stories and copy groups are compared with their articles, signatures with the texts;
`index.checks` has the rules. Start reading at `check`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from sqlite3 import Connection
from typing import NamedTuple

from ..copies import minhash
from ..errors import ReadOnlyError
from ..index import (
    Index,
    articles,
    buckets,
    checks,
    furniture,
    older_texts,
    require_index,
    windows,
)
from ..index.checks import Violation
from ..index.database import memory_copy
from ..index.older_texts import StaleRow
from ..progress import Progress, no_progress
from ..queries.stale_copies import find_stale
from ..text.cleaning import own_words
from .furniture import changed_articles, sign_without
from .word_cache import WordCache

_BATCH = 2_000  # articles signed at once
# what is learned in spring was printed in winter, too: this is advice, and no damage
_LEARNED_LATER = "no settled story has furniture that was learned later (else rebuild)"


class Checked(NamedTuple):
    """The result of one rule."""

    rule: str
    broken: int  # how many rows break it
    repaired: bool | None  # whether these were repaired; None: nothing to repair
    example: str  # one that breaks it; '': none

    @property
    def is_damage(self) -> bool:
        """Whether something is still broken, and not merely worth a `rebuild`."""
        return bool(self.broken) and not self.repaired and self.rule != _LEARNED_LATER


class _Check(NamedTuple):
    """One rule: how to find what breaks it, and how to repair it."""

    rule: str
    find: Callable[[Connection], list[Violation]]
    repair: Callable[[Connection, list[int]], bool] | None  # None: restore a backup


def check(index: Index, *, repair: bool = False, progress: Progress = no_progress) -> list[Checked]:
    """Check all rules; with `repair`, repair what is safe to repair.

    Articles whose story is in doubt become pending. An index that can't be written to is copied to
    memory and checked there. Raises LockedError if another run is writing.
    """
    require_index(index)
    try:
        return _check_all(index, repair, progress)
    except ReadOnlyError:
        if repair:
            raise
        with Index(memory_copy(index.connection, index.place), index.place) as copy:
            return _check_all(copy, repair, progress)


def _check_all(index: Index, repair: bool, progress: Progress) -> list[Checked]:
    results = []
    with index.transaction() as db:
        for rule, find, mend in _checks(progress):  # a later rule sees what was repaired before
            violations = find(db)
            repaired = None
            if violations:
                ids = [violation.id for violation in violations]
                repaired = repair and mend is not None and mend(db, ids)
            example = violations[0].example if violations else ""
            results.append(Checked(rule, len(violations), repaired, example))
    return results


def _checks(progress: Progress) -> Iterator[_Check]:
    yield _Check("the file is sound", checks.sqlite_violations, None)
    yield _Check("references lead to rows", checks.foreign_key_violations, None)
    yield _Check(
        "signatures and buckets are those of the texts",
        partial(_wrong_signatures, progress=progress),
        _sign_again,
    )
    yield _Check(
        "the text search has the words of the articles", checks.search_violations, _rebuild_search
    )
    for rule in checks.RULES:
        yield _Check(rule.name, partial(checks.violations, rule=rule), rule.repair)
    yield _Check(  # only `rebuild` changes what has settled
        _LEARNED_LATER,
        partial(_learned_later, progress=progress),
        None,
    )
    yield _Check("stale copies are those that carry an older text", _wrong_stale, _refresh_stale)


def _wrong_signatures(db: Connection, progress: Progress) -> list[Violation]:
    """Return the articles whose signature or buckets are not those of their text."""
    wrong = []
    with progress("signatures", checks.count_articles(db)) as advance:
        after = 0
        while rows := checks.keys_after(db, after, _BATCH):
            ids, after = [id for id, _ in rows], rows[-1][0]
            signatures, own_buckets = _expected_signatures(db, ids)
            stored = checks.stored_signatures(db, ids, own_buckets)
            for (id, key), signature, own in zip(rows, signatures, own_buckets, strict=True):
                expected = (signature if own else None, len(own))
                if (stored.signatures.get(id), stored.buckets.get(id, 0)) != expected:
                    wrong.append(Violation(id, key))
            advance(len(rows))
    return wrong


def _expected_signatures(
    db: Connection, ids: list[int]
) -> tuple[list[bytes], list[tuple[int, ...]]]:
    """Return signatures and buckets made from the texts, without furniture where it was left out.

    A pruned article keeps the stored ones, and so does one whose furniture was learned later.
    """
    texts = windows.texts(db, ids)
    matrix = buckets.signature_matrix(db, ids)
    stored = zip(minhash.to_blobs(matrix), minhash.buckets_of(matrix), strict=True)
    signed = minhash.sign([own_words(body) for body in texts.bodies])
    recomputed = dict(zip(ids, zip(signed.minhashes, signed.buckets, strict=True), strict=True))
    has_furniture = sorted(furniture.words_left_out(db, ids))
    words = WordCache(furniture.load(db))
    left = sign_without(db, has_furniture, words)
    recomputed |= zip(has_furniture, zip(left.minhashes, left.buckets, strict=True), strict=True)
    unknown = set(changed_articles(db, has_furniture, words))
    both = [
        old if is_pruned or id in unknown else recomputed[id]
        for id, is_pruned, old in zip(ids, texts.pruned.tolist(), stored, strict=True)
    ]
    return [signature for signature, _ in both], [own for _, own in both]


def _sign_again(db: Connection, ids: list[int]) -> bool:
    buckets.replace(db, ids, *_expected_signatures(db, ids))
    return True


def _learned_later(db: Connection, progress: Progress) -> list[Violation]:
    """Return the clustered articles that have other furniture now than when they were signed."""
    words = WordCache(furniture.load(db))
    ids, later = windows.clustered_ids(db), []
    with progress("furniture", len(ids)) as advance:
        for start in range(0, len(ids), _BATCH):
            block = ids[start : start + _BATCH]
            later += changed_articles(db, block, words)
            advance(len(block))
    keys = articles.keys_by_id(db) if later else {}
    return [Violation(id, keys[id]) for id in later]


def _rebuild_search(db: Connection, ids: list[int]) -> bool:
    checks.rebuild_search(db)
    return True


def _wrong_stale(db: Connection) -> list[Violation]:
    """Return the articles whose stored stale copies, or buckets of older texts, are wrong."""
    wrong = []
    for article in checks.articles_with_versions(db):
        own_buckets, rows = _expected_stale(db, article.id)
        missing = own_buckets - older_texts.buckets_of_versions(db, article.id)
        if missing or rows != older_texts.stale_rows(db, article.id):
            wrong.append(article)
    return wrong


def _refresh_stale(db: Connection, ids: list[int]) -> bool:
    for id in ids:
        own_buckets, rows = _expected_stale(db, id)
        older_texts.add_buckets(db, id, sorted(own_buckets))
        older_texts.save_stale(db, [id], rows)
    return True


def _expected_stale(db: Connection, id: int) -> tuple[set[int], list[StaleRow]]:
    """Return the buckets of an article's older texts, and its stale copies without pending ones."""
    bodies = [own_words(older.body) for older in older_texts.older_texts(db, [id])]
    own_buckets = {bucket for own in minhash.sign(bodies).buckets for bucket in own}
    rows = list(find_stale(db, [id]))
    pending = checks.pending_among(db, [row.copy for row in rows])
    return own_buckets, [row for row in rows if row.copy not in pending]
