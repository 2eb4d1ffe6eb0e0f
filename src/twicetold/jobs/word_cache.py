"""The words of articles during one clustering, so that each text is tokenised once."""

from collections.abc import Sequence

import numpy as np

from ..clustering.window import Window
from ..text.words import Words, join_words, read_words

LARGEST = 10_000_000  # words that are kept; some 250 MB


class WordCache:
    """Words by article. The copy search fills it, the windows of the replay use it."""

    def __init__(self) -> None:
        self._parts: list[Words] = []
        self._place: dict[int, tuple[int, int]] = {}  # article -> its part, its row there
        self._size = 0

    def words(self, ids: Sequence[int], titles: Sequence[str], bodies: Sequence[str]) -> Words:
        """Return the words of articles, in the order of `ids`."""
        missing = [row for row, id in enumerate(ids) if id not in self._place]
        if len(missing) == len(ids):
            words = read_words(titles, bodies)
            self._add(ids, words)
            return words
        if missing:
            new = read_words([titles[row] for row in missing], [bodies[row] for row in missing])
            self._add([ids[row] for row in missing], new)
        return self._gather(ids)

    def of_window(self, window: Window) -> Words:
        """Return the words of a window, and forget those of all other articles."""
        ids = window.ids.tolist()
        words = self.words(ids, window.titles, window.bodies)
        self._clear()
        self._add(ids, words)
        return words

    def _add(self, ids: Sequence[int], words: Words) -> None:
        size = len(words.marks)
        if self._size + size > LARGEST:
            self._clear()
        self._place |= {id: (len(self._parts), row) for row, id in enumerate(ids)}
        self._parts.append(words)
        self._size += size

    def _clear(self) -> None:
        self._parts, self._place, self._size = [], {}, 0

    def _gather(self, ids: Sequence[int]) -> Words:
        places = np.array([self._place[id] for id in ids], np.int64).reshape(-1, 2)
        first_row = np.cumsum([0, *(len(part.tokens.offsets) - 1 for part in self._parts)])
        return join_words(self._parts).take(first_row[places[:, 0]] + places[:, 1])
