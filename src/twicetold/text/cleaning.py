"""The outlet's own words in a text: the body without dateline, credit lines and site furniture.

These functions depend on one article alone, so they run once, when the article is read. The
furniture of titles differs by outlet and is found by counting, see `headlines`.
"""

import re
from functools import cache

from .datafiles import read_pattern

AGENCIES = ("Reuters", "AP", "Associated Press", "AFP", "dpa", "EFE", "ANSA", "Bloomberg", "Xinhua")
_CREDIT_TAIL = 400  # characters at the end of a body in which a credit line is looked for

_AGENCY = "|".join(re.escape(name) for name in AGENCIES)
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+(?:/[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+)*(?:, [A-Z][\w. ]{1,24})?"
_DATELINE = re.compile(
    rf"\A\s*(?:[A-ZÀ-Þ][\w.,'’/\- ]{{1,50}} \((?P<agency>{_AGENCY})\)\s*[-–—]{{1,2}}\s*"
    rf"|\((?P<bare>{_AGENCY})\)\s*[-–—]{{0,2}}\s*"
    rf"|{_PLACE} [-–—]{{1,2}}\s+"
    rf"|[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{{2,40}}: )"
)
_CREDIT = re.compile(
    rf"^[^\w\n]{{0,40}}(?:(?:source|via)\s*:?|©(?: \d{{4}})?)\s*({_AGENCY})\b",
    re.IGNORECASE | re.MULTILINE,
)


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
    dateline = _DATELINE.match(body)
    first = start = dateline.end() if dateline else 0
    spans = []
    for line in _furniture().finditer(body[first:]):
        spans.append((start, first + line.start()))
        start = first + line.end()
    return [*spans, (start, len(body))]


def credited_agency(body: str) -> str:
    """Return the agency that the dateline or the last lines name as the source; '' if none.

    >>> credited_agency("ABU DHABI: Talks go on.\\n\\nSource: Reuters/ec")
    'Reuters'
    """
    dateline = _DATELINE.match(body)
    agency = (dateline["agency"] or dateline["bare"]) if dateline else None
    if agency:
        return agency
    credit = _CREDIT.search(body, max(0, len(body) - _CREDIT_TAIL))
    if not credit:
        return ""
    return next(name for name in AGENCIES if name.lower() == credit[1].lower())


@cache
def _furniture() -> re.Pattern[str]:
    line = read_pattern("furniture.txt")
    return re.compile(
        rf"^[ \t]{{0,40}}\(?(?:{line})\)?[ \t]{{0,40}}$", re.IGNORECASE | re.MULTILINE
    )
