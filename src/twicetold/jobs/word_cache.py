"""The words of articles during one clustering, so that each text is tokenised once."""

from collections.abc import Sequence

import numpy as np

from ..clustering.window import Window
from ..text.words import Words, join_words, read_words

LARGEST = 10_000_000  # words in the cache, some 250 MB; beyond, only those in use are kept


class WordCache:
    """Words by article. The copy search and the windows of the replay share it."""

    def __init__(self) -> None:
        self._parts: list[Words] = []
        self._place: dict[int, tuple[int, int]] = {}  # article -> its part, its row there
        self._size = 0

    def words(self, ids: Sequence[int], titles: Sequence[str], bodies: Sequence[str]) -> Words:
        """Return the words of articles, in the order of `ids`."""
        missing = [row for row, id in enumerate(ids) if id not in self._place]
        if missing:
            new = read_words([titles[row] for row in missing], [bodies[row] for row in missing])
            if self._size + len(new.marks) > LARGEST:
                known = [id for id in ids if id in self._place]
                self._keep_only(known)
            self._add([ids[row] for row in missing], new)
        return self._gather(ids)

    def of_window(self, window: Window) -> Words:
        """Return the words of a window, and forget those of all other articles."""
        ids = window.ids.tolist()
        words = self.words(ids, window.titles, window.bodies)
        self._replace(ids, words)
        return words

    def _add(self, ids: Sequence[int], words: Words) -> None:
        self._place |= {id: (len(self._parts), row) for row, id in enumerate(ids)}
        self._parts.append(words)
        self._size += len(words.marks)

    def _keep_only(self, ids: Sequence[int]) -> None:
        if ids:
            self._replace(ids, self._gather(ids))
        else:
            self._parts, self._place, self._size = [], {}, 0

    def _replace(self, ids: Sequence[int], words: Words) -> None:
        self._parts, self._place, self._size = [], {}, 0
        self._add(ids, words)

    def _gather(self, ids: Sequence[int]) -> Words:
        if not ids:
            return read_words([], [])
        places = np.array([self._place[id] for id in ids], np.int64)
        first_row = np.cumsum([0, *(len(part.tokens.offsets) - 1 for part in self._parts)])
        return join_words(self._parts).take(first_row[places[:, 0]] + places[:, 1])
