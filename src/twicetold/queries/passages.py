"""The longest passages that two texts have in common, in words."""

from ..copies.passages import common_passages

_PASSAGE_WORDS = 8  # shorter runs are quotations and set phrases
_PASSAGES = 5


def passages(one: str, other: str) -> list[str]:
    """Return up to five runs of at least eight words that both texts have, the longest first."""
    runs = common_passages(one, other, _PASSAGE_WORDS)
    longest = sorted(runs, key=lambda run: (-run.words, run.start))[:_PASSAGES]
    return [" ".join(one[run.start : run.end].split()) for run in longest]
