"""What of a text is its outlet's own words: datelines, credits and site furniture told apart.

A function of the one article alone, so that it is done once, when the article is read. The
furniture of titles is found by counting instead (`headlines`), since it differs by outlet.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# those of news that the identifier knows; of all its 140, a headline is often taken for a rare one
LANGUAGES = (
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru"
    " sk sl sr sv th tr uk vi zh"
)
LEAST_SURE = 0.5  # of headlines in nine languages 94 % are as sure, of these .2 % wrong
_TOLD_BY = 120  # characters of a body; more take longer and are hardly surer
AGENCIES = ("Reuters", "AP", "Associated Press", "AFP", "dpa", "EFE", "ANSA", "Bloomberg", "Xinhua")
TITLE_DAYS = 5  # a desk puts out enough titles in these to tell its furniture from its words
REPEATS = 3  # so often, with different titles around it, a segment is an outlet's furniture

_AGENCY = "|".join(re.escape(name) for name in AGENCIES)
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+(?:/[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+)*(?:, [A-Z][\w. ]{1,24})?"
_DATELINE = re.compile(
    rf"\A\s*(?:[A-ZÀ-Þ][\w.,'’/\- ]{{1,50}} \((?P<agency>{_AGENCY})\)\s*[-–—]{{1,2}}\s*"
    rf"|\((?P<bare>{_AGENCY})\)\s*[-–—]{{0,2}}\s*"
    rf"|{_PLACE} [-–—]{{1,2}}\s+"
    rf"|[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{{2,40}}: )"
)
_CREDIT = re.compile(
    rf"^\W*(?:(?:source|via)\s*:?|©(?: \d{{4}})?)\s*({_AGENCY})\b", re.IGNORECASE | re.MULTILINE
)
# what agencies write before the headline of a later version: "UPDATE 2-", "CORRECTED:", "RPT-"
_SLUG = re.compile(
    r"\A(?:(?:UPDATE|WRAPUP)\s\d+|CORRECTED|REFILE|RPT|REPEAT)(?:-(?:(?:UPDATE|WRAPUP)\s\d+))?[-–:]\s*"
)
_SEPARATOR = re.compile(r"\s+[-–—|·•]\s+|\s*\|\s*")


def own_words(body: str) -> str:
    """The body without dateline, credits and site furniture: what signatures are made of.

    >>> own_words("PARIS, Feb 5 (Reuters) - Talks go on.\\n\\nRead more: all our stories")
    'Talks go on.\\n\\n'
    """
    return _furniture().sub("", _DATELINE.sub("", body, count=1))


def language(title: str, body: str) -> str:
    """The language that a text is written in: 'en', 'fr', …; '' where that is not sure.

    >>> language("Les Etats-Unis et la Russie renouent leur dialogue militaire", "")
    'fr'
    >>> language("Tokyo 2020", "")
    ''
    """
    name, probability = _identifier().classify(f"{title}\n{body[:_TOLD_BY]}")
    return str(name) if probability >= LEAST_SURE else ""


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # .5 s: most articles name theirs

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(LANGUAGES.split())
    return identifier


def credit(body: str) -> str:
    """The agency that the text names as its source in its dateline or last lines, '' if none.

    >>> credit("ABU DHABI: Talks go on.\\n\\nSource: Reuters/ec")
    'Reuters'
    """
    dateline = _DATELINE.match(body)
    agency = (dateline["agency"] or dateline["bare"]) if dateline else None
    if agency:
        return agency
    found = _CREDIT.search(body, max(0, len(body) - 400))
    if not found:
        return ""
    return next(name for name in AGENCIES if name.lower() == found[1].lower())


def headlines(titles: Sequence[str], outlets: Sequence[str], days: Sequence[int]) -> list[str]:
    """The titles without what their outlet adds: sections in front, its name behind, slugs.

    A first or last segment ("Opinion | ...", "... - Los Angeles Times") goes when it is the
    outlet's name, or the outlet has it on at least three different titles of the `TITLE_DAYS`
    up to this one's. A title keeps its longest segment whatever happens. An agency's slug
    ("UPDATE 2-") goes too. `days` are numbers of days and must not fall.
    """
    titles = [_SLUG.sub("", title) for title in titles]
    segments = [tuple(_SEPARATOR.split(title)) for title in titles]
    counts = _Ends(Counter(), Counter())
    told: list[str] = []
    oldest = 0
    for day, rows in groupby(range(len(titles)), days.__getitem__):
        while days[oldest] <= day - TITLE_DAYS:
            counts.add(outlets[oldest], segments[oldest], -1)
            oldest += 1
        today = list(rows)
        for row in today:
            counts.add(outlets[row], segments[row], 1)
        told += [
            _without_ends(titles[row], segments[row], outlets[row], counts.repeated)
            if len(segments[row]) > 1
            else titles[row]
            for row in today
        ]
    return told


def headline(title: str, outlet: str, others: Iterable[str]) -> str:
    """One title as `headlines` has it, by `others` of its outlet in the days up to it.

    >>> headline("Opinion | Who pays?", "The Post", ["Opinion | Now!", "Opinion | Why us?"])
    'Who pays?'
    """
    ends = _SEPARATOR.split(_SLUG.sub("", title))
    # one of a single segment, as most are, has no furniture: then nothing is read of the others
    like = [o for o in others if any(end in o for end in ends)] if len(ends) > 1 else []
    titles = [*like, title]
    return headlines(titles, [outlet] * len(titles), [0] * len(titles))[-1]


def is_round_up(title: str) -> bool:
    """Whether the title, without furniture, is that of a walk through the news.

    >>> is_round_up("Morning briefing: What to know on Friday")
    True
    >>> is_round_up("Five things to know about the deal")
    False
    """
    return bool(_round_up().match(title))


class _Ends(NamedTuple):
    """On how many different titles of some days each outlet has a first or last segment."""

    seen: Counter[tuple[str, tuple[str, ...]]]  # outlet and title, cut: how often
    repeated: Counter[tuple[str, str]]  # outlet and segment: on how many different titles

    def add(self, outlet: str, segments: tuple[str, ...], step: int) -> None:
        """Count a title, or with -1 no longer."""
        if len(segments) == 1:
            return
        self.seen[outlet, segments] += step
        if self.seen[outlet, segments] == max(step, 0):  # the first of its kind, or the last
            for end in {segments[0], segments[-1]}:
                self.repeated[outlet, end] += step


def _without_ends(
    title: str, parts: tuple[str, ...], outlet: str, repeated: Counter[tuple[str, str]]
) -> str:
    def is_furniture(part: str) -> bool:
        return part.casefold() == outlet.casefold() or repeated[outlet, part] >= REPEATS

    longest = max(parts, key=len)
    start, end = 0, len(parts)
    while parts[start] != longest and is_furniture(parts[start]):
        start += 1
    while parts[end - 1] != longest and is_furniture(parts[end - 1]):
        end -= 1
    if end - start == len(parts):
        return title
    first = title.index(parts[start], sum(map(len, parts[:start])))
    last = title.rindex(parts[end - 1]) + len(parts[end - 1])
    return title[first:last]


@cache
def _furniture() -> re.Pattern[str]:
    either = _either("furniture.txt")
    return re.compile(rf"^[ \t]*\(?(?:{either})\)?[ \t]*$", re.IGNORECASE | re.MULTILINE)


@cache
def _round_up() -> re.Pattern[str]:
    return re.compile(rf"\s*(?:{_either('round_ups.txt')})", re.IGNORECASE)


def _either(name: str) -> str:
    """One expression of those of a data file, one a line."""
    lines = (files("twicetold") / "data" / name).read_text("utf-8").splitlines()
    return "|".join(f"(?:{line})" for line in lines if line and not line.startswith("#"))
