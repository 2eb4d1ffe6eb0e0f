"""Which passages do two texts have in common?"""

from collections.abc import Sequence

from ..text.tokens import stream

_PASSAGE_WORDS = 8  # shorter runs are quotations and set phrases
_PASSAGES = 5
_PLACES = 16  # of a run in the other text that are tried: a refrain occurs any number of times


def passages(one: str, other: str) -> list[str]:
    """Return runs of at least eight words that both texts have, the longest first.

    Each begins where the one before it ends, or later. The time grows with the length of the texts.
    """
    spans, other_spans = _word_spans(one), _word_spans(other)
    words = [one[i:j].lower() for i, j in spans]
    other_words = [other[i:j].lower() for i, j in other_spans]
    long = sorted(_common_runs(words, other_words), key=lambda run: (run[0] - run[1], run[0]))
    texts = [one[spans[i][0] : spans[j - 1][1]] for i, j in long[:_PASSAGES]]
    return [" ".join(text.split()) for text in texts]


def _common_runs(words: Sequence[str], others: Sequence[str]) -> list[tuple[int, int]]:
    """Return start and end of runs of `words` that `others` have, from left to right."""
    places: dict[tuple[str, ...], list[int]] = {}
    for place in range(len(others) - _PASSAGE_WORDS + 1):
        run = tuple(others[place : place + _PASSAGE_WORDS])
        tried = places.setdefault(run, [])
        if len(tried) < _PLACES:
            tried.append(place)
    runs, start = [], 0
    while start <= len(words) - _PASSAGE_WORDS:
        tried = places.get(tuple(words[start : start + _PASSAGE_WORDS]), [])
        end = max((start + _common(words, start, others, place) for place in tried), default=0)
        if end:
            runs.append((start, end))
        start = max(end, start + 1)
    return runs


def _common(words: Sequence[str], start: int, others: Sequence[str], place: int) -> int:
    """Return how many words are the same from a place in each text on."""
    longest = min(len(words) - start, len(others) - place)
    differ = (n for n in range(longest) if words[start + n] != others[place + n])
    return next(differ, longest)


def _word_spans(text: str) -> list[tuple[int, int]]:
    words = stream([text], split_unspaced=True)
    return list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
