"""The outlet's own words in a text: the body without dateline, credit lines and site furniture.

These functions depend on one article alone, so they run once, when the article is read. The
furniture of titles differs by outlet and is found by counting, see `headlines`.
"""

import re
from functools import cache

from .credits import dateline_end
from .datafiles import read_pattern


def own_words(body: str) -> str:
    """Return the body without dateline, credit lines and furniture; signatures are made of it.

    >>> own_words("PARIS, Feb 5 (Reuters) - Talks go on.\\n\\nRead more: all our stories")
    'Talks go on.\\n\\n'
    """
    return "".join(body[start:end] for start, end in own_spans(body))


def own_spans(body: str) -> list[tuple[int, int]]:
    """Return the parts of the body that are the outlet's own words: start and end of each.

    >>> own_spans("PARIS, Feb 5 (Reuters) - Talks go on.")
    [(25, 37)]
    """
    first = start = dateline_end(body)
    spans = []
    for line in _furniture().finditer(body[first:]):
        spans.append((start, first + line.start()))
        start = first + line.end()
    return [*spans, (start, len(body))]


@cache
def _furniture() -> re.Pattern[str]:
    line = read_pattern("furniture.txt")
    return re.compile(
        rf"^[ \t]{{0,40}}\(?(?:{line})\)?[ \t]{{0,40}}$", re.IGNORECASE | re.MULTILINE
    )
