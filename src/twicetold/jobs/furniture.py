"""Learn the furniture of bodies, and sign pending articles without it.

Furniture is learned from the whole texts of the 30 days around each pending article. Articles that
are active and have a passage that is new become pending; settled ones change by `rebuild` only.
Start reading at `learn_furniture`.
"""

from collections.abc import Sequence
from sqlite3 import Connection

from ..copies import minhash
from ..copies.learning import learn, members_of
from ..copies.repeated import sampled
from ..index import furniture, windows
from ..index.furniture import Passage
from ..text.words import own_words_mask
from .word_cache import WordCache

_BLOCK = 20_000  # articles whose texts are held at once


def learn_furniture(db: Connection, active_days: int) -> WordCache:
    """Learn from the days of pending articles, and sign these without what is known.

    Returns the cache of words that the rest of the run reads, without furniture.
    """
    has_changed = [
        furniture.replace_learned(db, first_day, _learn(db, first_day))
        for first_day in furniture.pending_periods(db)
    ]
    words = WordCache(furniture.load(db))
    if any(has_changed):
        wake_active(db, words, active_days)
    _sign(db, windows.pending_ids(db), words)
    return words


def wake_active(db: Connection, words: WordCache, active_days: int) -> None:
    """Make active articles pending if the number of their furniture words changed."""
    ids = windows.clustered_ids(db, windows.first_active_day(db, active_days))
    for start in range(0, len(ids), _BLOCK):
        windows.make_pending(db, changed_articles(db, ids[start : start + _BLOCK], words))


def changed_articles(db: Connection, ids: Sequence[int], words: WordCache) -> list[int]:
    """Return the articles of which another number of words is furniture than when signed."""
    texts = windows.texts(db, ids)
    words.read(ids, texts.titles, texts.bodies)
    before = furniture.words_left_out(db, ids)
    pruned = texts.pruned.tolist()
    return [
        id
        for id, is_pruned in zip(ids, pruned, strict=True)
        if not is_pruned and words.left_out.get(id, 0) != before.get(id, 0)
    ]


def _learn(db: Connection, first_day: int) -> list[Passage]:
    """Return the passages that the articles of a period show to be furniture."""
    period = furniture.period_articles(db, first_day)
    values = sampled(period.signatures)
    members = members_of(period.titles, period.outlets, period.days, values)
    if not len(members.suspects):
        return []
    read = period.take(members.rows[members.suspects].tolist())
    bodies = furniture.bodies(db, read.ids)
    topics = members.topics.take(members.suspects)
    learned = learn(topics, read.titles, read.outlets, bodies)
    return [Passage(each.passage, "learned", *each[1:]) for each in learned]


def _sign(db: Connection, ids: Sequence[int], words: WordCache) -> None:
    """Sign articles again that have furniture, or had some when they were signed."""
    before = furniture.words_left_out(db, ids)
    if not words.furniture and not before:
        return
    for start in range(0, len(ids), _BLOCK):
        block = ids[start : start + _BLOCK]
        texts = windows.texts(db, block)
        words.read(block, texts.titles, texts.bodies)
        signed = [id for id in block if id in words.left_out or id in before]
        left_out = [words.left_out.get(id, 0) for id in signed]
        furniture.sign(db, signed, left_out, sign_without(db, signed, words))


def sign_without(db: Connection, ids: Sequence[int], words: WordCache) -> minhash.Signed:
    """Return what articles are compared by, made of their words without furniture."""
    texts = windows.texts(db, ids)
    own = words.words(ids, texts.titles, texts.bodies)
    mask = own_words_mask(own, texts.titles, texts.bodies)
    return minhash.sign_words(own.without(~mask).tokens)
