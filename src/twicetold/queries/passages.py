"""The longest passages that two texts have in common, in words."""

from ..copies.passages import PASSAGE_WORDS, common_passages

_PASSAGES = 5


def passages(one: str, other: str) -> list[str]:
    """Return up to five runs of at least eight words that both texts have, the longest first."""
    runs = common_passages(one, other, PASSAGE_WORDS)
    longest = sorted(runs, key=lambda run: (-run.words, run.start))[:_PASSAGES]
    return [" ".join(one[run.start : run.end].split()) for run in longest]
