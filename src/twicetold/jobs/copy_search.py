"""Find the copies of pending articles, anywhere in the index, and link them.

LSH buckets give the candidate pairs; their texts, or signatures where a text was pruned, decide.
A pair is a candidate because of what is in its buckets, not because of when its articles arrived.
Start reading at `link_copies`.
"""

from collections.abc import Iterator
from sqlite3 import Connection
from typing import NamedTuple

import numpy as np

from ..arrays import BoolArray, IntArray, UInt32Array
from ..copies.compare import compare, copies_by_signature, titles_agree
from ..copies.lsh import crowded_out, pairs_in_buckets
from ..copies.minhash import bands, estimate_jaccard
from ..hours import hours_apart
from ..index import buckets, copy_groups, links, windows
from ..index.links import Link
from ..index.windows import Texts
from ..pairs import Pairs, difference
from ..text.words import Words, own_words_mask
from .word_cache import WordCache

_BLOCK = 20_000  # pairs whose texts are held at once


class _Candidates(NamedTuple):
    """The n articles that share a bucket with any of the given ones, in time order."""

    entries: buckets.Entries
    ids: IntArray  # (n,)
    days: np.ndarray[tuple[int], np.dtype[np.str_]]  # (n,) '2026-02-05'
    rows: IntArray  # (e,) the row of each entry's article

    def pairs(self, among: BoolArray | None = None) -> Pairs:
        """Return the candidate pairs; with a mask `among` (n,), only those of the marked rows."""
        chosen = slice(None) if among is None else among[self.rows]
        return pairs_in_buckets(self.entries.buckets[chosen], self.rows[chosen], len(self.ids))


def link_copies(db: Connection, active_days: int, words: WordCache) -> int:
    """Compare pending articles with those in their LSH buckets; save copies and templates.

    Returns the number of new links.
    """
    pending, signatures = windows.pending_signatures(db)
    candidates = _candidates(db, pending, signatures)
    is_pending, ids = np.isin(candidates.ids, pending), candidates.ids
    pairs = candidates.pairs()
    separated = difference(candidates.pairs(~is_pending), pairs, len(ids))
    new = pairs.select(is_pending[pairs.a] | is_pending[pairs.b])
    new_links = 0
    for start in range(0, len(new.a), _BLOCK):
        block = slice(start, start + _BLOCK)
        copied = compare_articles(db, ids[new.a[block]], ids[new.b[block]], words)
        new_links += links.save(db, list(copied))
    _delete_separated(db, ids[separated.a], ids[separated.b])
    copy_groups.separate(db)
    changed = np.union1d(windows.pending_ids(db), ids[np.concatenate(separated)])
    copy_groups.regroup(db, changed.tolist())
    settled = candidates.days < windows.first_active_day(db, active_days)
    crowded = crowded_out(candidates.entries.buckets, candidates.rows, settled)
    buckets.delete_entries(db, candidates.entries.select(crowded))
    buckets.merge_recent_bands(db)
    return new_links


def _candidates(db: Connection, ids: IntArray, signatures: UInt32Array) -> _Candidates:
    entries = buckets.entries(db, ids, bands(signatures))
    articles = np.unique(entries.articles)
    in_time, days = windows.in_time_order(db, articles.tolist())
    row = np.empty(len(articles), np.int64)
    row[np.searchsorted(articles, in_time)] = np.arange(len(articles))
    return _Candidates(entries, in_time, days, row[np.searchsorted(articles, entries.articles)])


def _delete_separated(db: Connection, a: IntArray, b: IntArray) -> None:
    """Delete links between articles whose shared buckets have become too full to be searched."""
    if not len(a):
        return
    articles = np.unique(np.concatenate([a, b]))
    candidates = _candidates(db, articles, buckets.signature_matrix(db, articles.tolist()))
    pairs = candidates.pairs()
    still = set(
        zip(candidates.ids[pairs.a].tolist(), candidates.ids[pairs.b].tolist(), strict=True)
    )
    gone = [pair for pair in zip(a.tolist(), b.tolist(), strict=True) if pair not in still]
    links.delete_bucket_links(db, gone)


def compare_articles(db: Connection, a: IntArray, b: IntArray, cache: WordCache) -> Iterator[Link]:
    """Yield the links of candidate pairs, given by their ids (p,), `a` before `b` in time."""
    ids, places = np.unique(np.concatenate([a, b]), return_inverse=True)
    texts = windows.texts(db, ids.tolist())
    words = cache.words(ids.tolist(), texts.titles, texts.bodies)
    pairs = Pairs(places[: len(a)], places[len(a) :])
    pruned = texts.pruned[pairs.a] | texts.pruned[pairs.b]
    yield from _compare_texts(ids, texts, words, pairs.select(~pruned))
    if pruned.any():
        signatures = buckets.signature_matrix(db, ids.tolist())
        yield from _compare_signatures(ids, texts, words, signatures, pairs.select(pruned))


def _compare_texts(ids: IntArray, texts: Texts, words: Words, pairs: Pairs) -> Iterator[Link]:
    mask = own_words_mask(words, texts.titles, texts.bodies)
    compared = compare(words, mask, *pairs, hours_apart(texts.hour, texts.whole_day, *pairs))
    for place in np.flatnonzero(compared.copy | compared.template).tolist():
        yield Link(
            a=int(ids[pairs.a[place]]),
            b=int(ids[pairs.b[place]]),
            kind="copy" if compared.copy[place] else "template",
            found_by="bucket",
            probability=float(compared.copy[place]),
            jaccard=float(compared.overlap.jaccard[place]),
            a_in_b=float(compared.overlap.a_in_b[place]),
            b_in_a=float(compared.overlap.b_in_a[place]),
        )


def _compare_signatures(
    ids: IntArray, texts: Texts, words: Words, signatures: UInt32Array, pairs: Pairs
) -> Iterator[Link]:
    estimated = estimate_jaccard(signatures, *pairs)
    agree = titles_agree(words, *pairs)
    copied = copies_by_signature(texts.lengths, agree, estimated, *pairs)
    for place in np.flatnonzero(copied).tolist():
        yield Link(
            a=int(ids[pairs.a[place]]),
            b=int(ids[pairs.b[place]]),
            kind="copy",
            found_by="bucket",
            probability=1.0,
            jaccard=float(estimated[place]),
        )
