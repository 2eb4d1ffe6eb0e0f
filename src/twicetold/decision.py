"""A manual decision: two articles are one story, or are not, whatever the texts say."""

from typing import NamedTuple

VERDICTS = ("same", "different")


class Decision(NamedTuple):
    """A manual decision on two articles, named by their keys; `read_labels` takes such rows."""

    a: str
    b: str
    verdict: str  # 'same' or 'different'
    by: str = ""  # who decided
    at: str = ""  # UTC; '': now
    note: str = ""
    obeyed: bool = True  # False: the stories contradict it until `rebuild`, or a text was pruned
