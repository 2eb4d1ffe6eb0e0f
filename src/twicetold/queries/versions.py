"""The older texts of an article, and word by word what changed from each to the next."""

from collections import Counter
from difflib import SequenceMatcher
from itertools import pairwise
from typing import NamedTuple

from ..index import Index, articles, in_snapshot, older_texts
from ..text.words import full_text

_CONTEXT_WORDS = 3  # before and after a change
_MOST_PAIRS = 4_000_000  # of equal words that are compared, 1 s; a long article has 20,000


class Edit(NamedTuple):
    """Words that were replaced; '' where words were only added, or only removed."""

    before: str  # the words before it
    removed: str
    added: str
    after: str  # the words after it


class Version(NamedTuple):
    """An older text of an article, and what the next one changed."""

    article: int
    version: int  # 1, 2, … in the order in which they became older texts
    until: str  # UTC, when the next one was read
    updated: str | None  # UTC, of its last update, else of its publication; None: no time is stored
    words: int
    removed: int  # words that the next one no longer has
    added: int  # words that the next one has instead
    title: str
    edits: list[Edit]  # in the order of the text, the title first


@in_snapshot
def versions(index: Index, article: str | int) -> list[Version]:
    """Return the older texts of an article, by its id, key or url; an empty list if there are none.

    The oldest comes first, in whatever order they were read. Raises NotFoundError, and PrunedError
    if the text of the article was pruned.
    """
    id = index.id_with_text(article)
    stored = older_texts.versions(index.connection, id)
    texts = [full_text(version.title, version.body) for version in stored]
    texts.append(full_text(*articles.title_and_body(index.connection, id)))
    words = [text.split() for text in texts]
    return [
        _version(id, version, *both) for version, both in zip(stored, pairwise(words), strict=True)
    ]


def _version(id: int, stored: older_texts.StoredVersion, old: list[str], new: list[str]) -> Version:
    edits, removed, added = _edits(old, new)
    return Version(
        article=id,
        version=stored.version,
        until=stored.replaced,
        updated=stored.updated,
        words=len(old),
        removed=removed,
        added=added,
        title=stored.title,
        edits=edits,
    )


def _edits(old: list[str], new: list[str]) -> tuple[list[Edit], int, int]:
    """Return the edits, and how many words were removed and added."""
    # a comma that was added changes no word
    bare_old, bare_new = ([_without_punctuation(word) for word in ws] for ws in (old, new))
    edits, removed, added = [], 0, 0
    for i, j, k, m in _changes(bare_old, bare_new):
        removed, added = removed + j - i, added + m - k
        before, after = old[max(0, i - _CONTEXT_WORDS) : i], old[j : j + _CONTEXT_WORDS]
        edits.append(Edit(*(" ".join(part) for part in (before, old[i:j], new[k:m], after))))
    return edits, removed, added


def _changes(old: list[str], new: list[str]) -> list[tuple[int, int, int, int]]:
    """Return start and end of each change in both lists of words.

    Where comparing would take too long, all between the first and the last change is one change.
    """
    start = _common_words(old, new)
    end = _common_words(old[start:][::-1], new[start:][::-1])
    middle, new_middle = old[start : len(old) - end], new[start : len(new) - end]
    times = Counter(new_middle)
    if sum(times[word] for word in middle) > _MOST_PAIRS:
        return [(start, len(old) - end, start, len(new) - end)]
    opcodes = SequenceMatcher(None, middle, new_middle, autojunk=False).get_opcodes()
    return [
        (start + i, start + j, start + k, start + m)
        for kind, i, j, k, m in opcodes
        if kind != "equal"
    ]


def _common_words(one: list[str], other: list[str]) -> int:
    """Return how many words at the beginning of both lists are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _without_punctuation(word: str) -> str:
    """Return a word without the punctuation behind it; one that is nothing else, as it is."""
    ends = (n for n in range(len(word), 0, -1) if word[n - 1].isalnum() or word[n - 1] == "_")
    return word[: next(ends, len(word))]
