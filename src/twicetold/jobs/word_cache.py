"""The words of articles during one clustering, so that each text is tokenised once."""

from collections.abc import Sequence

import numpy as np

from ..arrays import offsets_of
from ..clustering.window import Window
from ..text.furniture import NO_FURNITURE, Furniture
from ..text.words import Words, body_furniture, join_words, read_words

LARGEST = 10_000_000  # words in the cache, some 250 MB; beyond, only those in use are kept


class WordCache:
    """Words by article, without furniture. The copy search and the windows of the replay share it.

    `left_out` says how many words of an article that was read are furniture, where there are any.
    """

    def __init__(self, furniture: Furniture = NO_FURNITURE) -> None:
        self.furniture = furniture
        self.left_out: dict[int, int] = {}
        self._words = read_words([], [])
        self._row: dict[int, int] = {}  # of each article in `_words`

    def words(self, ids: Sequence[int], titles: Sequence[str], bodies: Sequence[str]) -> Words:
        """Return the words of articles, in the order of `ids`."""
        self.read(ids, titles, bodies)
        return self._take(ids)

    def of_window(self, window: Window) -> Words:
        """Return the words of a window, as views of the cache: they are not held twice."""
        ids = window.ids.tolist()
        self.read(ids, window.titles, window.bodies)
        order = [*ids, *sorted(self._row.keys() - set(ids))]
        self._words = self._take(order)
        self._row = {id: row for row, id in enumerate(order)}
        return self._words.between(0, len(ids))

    def read(self, ids: Sequence[int], titles: Sequence[str], bodies: Sequence[str]) -> None:
        """Read the words of articles that are not in the cache yet."""
        missing = [place for place, id in enumerate(ids) if id not in self._row]
        if missing:
            new = read_words(
                [titles[place] for place in missing], [bodies[place] for place in missing]
            )
            new_ids = [ids[place] for place in missing]
            self._add(new_ids, self._without_furniture(new_ids, new), in_use=ids)

    def _add(self, ids: Sequence[int], words: Words, in_use: Sequence[int]) -> None:
        if len(self._words.marks) + len(words.marks) > LARGEST:
            stay = [id for id in in_use if id in self._row]
            self._words = self._take(stay)
            self._row = {id: row for row, id in enumerate(stay)}
        first = len(self._row)
        self._words = join_words([self._words, words]) if first else words
        self._row |= {id: row for row, id in enumerate(ids, start=first)}

    def _without_furniture(self, ids: Sequence[int], words: Words) -> Words:
        if not self.furniture:
            return words
        mask = body_furniture(words, self.furniture)
        counts = np.diff(offsets_of(mask)[words.tokens.offsets]).tolist()
        self.left_out |= {id: count for id, count in zip(ids, counts, strict=True) if count}
        return words.without(mask)

    def _take(self, ids: Sequence[int]) -> Words:
        return self._words.take(np.array([self._row[id] for id in ids], np.int64))
