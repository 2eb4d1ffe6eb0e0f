"""Find the many copies of one text on one day, before all pending articles are compared."""

from collections.abc import Iterator
from sqlite3 import Connection

import numpy as np

from ..index import copy_groups, crowds, links
from ..index.links import Link
from ..text.furniture import Furniture
from .copy_search import compare_articles
from .word_cache import WordCache

_BLOCK = 1_000  # texts that are held at once


def link_crowds(db: Connection, words: WordCache) -> int:
    """Link each surplus article to the first one of its day with that text; return how many."""
    surplus: dict[int, int] = {}
    found: dict[int, Link] = {}
    for ids in crowds.candidates(db):
        first, *others = ids
        copies = {link.b: link for link in _copies(db, first, others, words.furniture)}
        later = [id for id in others if id in copies][crowds.MOST_COMPARED - 1 :]
        surplus |= dict.fromkeys(later, first)
        found |= {id: copies[id] for id in later}
    changed = crowds.save(db, surplus)
    new_links = links.save(db, [found[id] for id in changed])
    if changed:
        copy_groups.regroup(db, changed)
    return new_links


def _copies(db: Connection, first: int, others: list[int], furniture: Furniture) -> Iterator[Link]:
    for start in range(0, len(others), _BLOCK):
        block = np.array(others[start : start + _BLOCK], np.int64)
        pairs = np.full(len(block), first, np.int64), block
        compared = compare_articles(db, *pairs, WordCache(furniture))
        yield from (link for link in compared if link.kind == "copy")
