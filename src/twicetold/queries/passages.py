"""Which passages do two texts have in common?"""

from difflib import SequenceMatcher

from ..text.tokens import stream

_PASSAGE_WORDS = 8  # shorter runs are quotations and set phrases
_PASSAGES = 5


def passages(one: str, other: str) -> list[str]:
    """Return runs of at least eight words that both texts have, the longest first."""
    spans, other_spans = _word_spans(one), _word_spans(other)
    words = [one[i:j].lower() for i, j in spans]
    other_words = [other[i:j].lower() for i, j in other_spans]
    blocks = SequenceMatcher(None, words, other_words, autojunk=False).get_matching_blocks()
    long = sorted((b for b in blocks if b.size >= _PASSAGE_WORDS), key=lambda b: (-b.size, b.a))
    texts = [one[spans[b.a][0] : spans[b.a + b.size - 1][1]] for b in long[:_PASSAGES]]
    return [" ".join(text.split()) for text in texts]


def _word_spans(text: str) -> list[tuple[int, int]]:
    words = stream([text], split_unspaced=True)
    return list(zip(words.starts.tolist(), words.ends.tolist(), strict=True))
