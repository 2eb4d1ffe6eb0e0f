"""Which agency does a text name as its source? In its dateline, its byline or its credit line.

A picture's credit ('Jorge Silva / Reuters'), a contribution ('AP contributed to this report') and
an agency that is quoted ('told Reuters') are none. Start reading at `credited_agency`.
"""

import re
import tomllib
from functools import cache
from typing import NamedTuple

from .datafiles import read_lines

_HEAD = 1_500  # characters in which a byline is looked for
_FAR = 5_000  # characters in which a dateline is looked for: site furniture may precede it
_TAIL = 800  # characters in which a credit line is looked for
_PLACE = r"[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+(?:/[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]+)*(?:, [A-Z][\w. ]{1,24})?"
_DAY = r"(?:[A-Z][a-z]{2,6}day|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6})"
_SOURCE = "source|via|quelle|fuente|fonte"
_DASH = r"[-–—_]{1,3}"
_WHERE = r"[A-ZÀ-Þ][\w.,'’/\[\]\- ]{1,60}"  # and when
_BEGINS = r"(?<=[ :.])(?=[A-ZÀ-Þ\"“„«'‘])"  # a sentence
_BY = r"(?:[Bb]y|Par|Von|Por|Di)"
_PEOPLE = r"[A-ZÀ-Þ][\w.'’\-]+(?:,? (?:and )?[A-ZÀ-Þ][\w.'’\-]*){1,12}?"
_AFTER = r"(?: [A-Z][a-z]+){0,3}(?: *[|,•–—-][^\n]{0,60})?$"
_LINES = 3  # that a credit takes at most: 'By', a name, the agency
_LONG = 5  # characters; a shorter name alone on a line may be the credit of a picture
_NO_CREDIT = re.compile(
    r"contribut|photo|image|picture|video|pool|getty|foto|additional|file\b|\btold\b", re.IGNORECASE
)


Agencies = tuple[tuple[str, tuple[str, ...]], ...]  # agencies of a user: name, other names


class _Patterns(NamedTuple):
    """How texts credit an agency; the group `agency` of each is its name."""

    any: re.Pattern[str]  # its name, wherever it stands, if that begins with a capital
    others: tuple[str, ...]  # names that do not
    in_brackets: re.Pattern[str]
    dateline: re.Pattern[str]  # at the beginning of a body: 'PARIS, Feb 5 (Reuters) - '
    head: tuple[re.Pattern[str], ...]  # on one of the first lines
    tail: tuple[re.Pattern[str], ...]  # on one of the last lines


def credited_agency(body: str, byline: str = "", others: Agencies = ()) -> str:
    """Return the agency that the dateline, the byline or the last lines name; '' if none.

    `others` are agencies besides those of the package.

    >>> credited_agency("ABU DHABI: Talks go on.\\n\\nSource: Reuters/ec")
    'Reuters'
    """
    patterns = _patterns(others)
    dateline = patterns.head[:1]
    for text, forms in (
        (f"By {byline}" if byline else "", patterns.head),
        (body[:_HEAD], patterns.head),
        (body[_HEAD:_FAR] if patterns.in_brackets.search(body, _HEAD, _FAR) else "", dateline),
        (body[max(0, len(body) - _TAIL) :], patterns.tail),
    ):
        for start in _lines_to_read(text, patterns):
            for form in forms:
                found = form.match(text, start)
                if found and _is_credit(found):
                    return canonical_name(found["agency"], others)
    return ""


def _lines_to_read(text: str, patterns: _Patterns) -> list[int]:
    """Return where the lines begin that may credit an agency: they name one, or are before one."""
    if any(name in text for name in patterns.others):
        return [0, *(place + 1 for place, letter in enumerate(text) if letter == "\n")]
    starts = set()
    for found in patterns.any.finditer(text):
        start = found.start() + 1
        for _ in range(_LINES):
            start = text.rfind("\n", 0, max(start - 1, 0)) + 1
            starts.add(start)
    return sorted(starts)


def dateline_end(body: str) -> int:
    """Return where the dateline of a body ends; 0 if it has none."""
    found = _patterns().dateline.match(body)
    return found.end() if found else 0


@cache
def agency_of_outlet(outlet: str) -> str:
    """Return the agency that an outlet is: 'AP' for 'Associated Press' or 'apnews.com'; '': none.

    >>> agency_of_outlet("www.reuters.com")
    'Reuters'
    """
    name = re.sub(
        r"^(?:www\.)| *\(.*\)$|(?:\.(?:com|org|net|fr|de|it|co|uk))+$", "", outlet.strip()
    )
    name = re.sub(r"^[Tt]he | [Nn]ews(?: [Aa]gency)?$|news$", "", name)
    return canonical_name(outlet) or canonical_name(name)


def _is_credit(line: re.Match[str]) -> bool:
    return not _NO_CREDIT.search(line[0])


@cache
def canonical_name(name: str, others: Agencies = ()) -> str:
    """Return the name by which an agency is shown, '' for what is no agency's name."""
    return _names(others).get(name.strip().removeprefix("The ").casefold(), "")


@cache
def _listed(others: Agencies) -> dict[str, list[str]]:
    """Return the other names of each agency, by the name that is shown."""
    shipped = tomllib.loads("\n".join(read_lines("agencies.toml")))
    return shipped | {shown: [*shipped.get(shown, ()), *names] for shown, names in others}


@cache
def _names(others: Agencies) -> dict[str, str]:
    """Return the name to be shown of each way to write an agency, in lower case."""
    listed = _listed(others).items()
    return {name.casefold(): shown for shown, names in listed for name in (shown, *names)}


class _Names(NamedTuple):
    """Patterns of the names of agencies, longest first; the group `agency` is the name."""

    any: str  # without a group
    one: str
    distinct: str  # those of several words, or long ones
    words: str  # those of several words


@cache
def _patterns(others: Agencies = ()) -> _Patterns:
    names = _name_patterns(others)
    dateline = (
        rf"\s*(?:{_dateline(f'(?:{names.any})')}(?:{_DASH}\s*|{_BEGINS})"
        rf"|{_PLACE} [-–—]{{1,2}}\s+"
        rf"|[A-ZÀ-Þ][A-ZÀ-Þ.'’\- ]{{2,40}}: )"
    )
    return _Patterns(
        re.compile(rf"(?:{'|'.join(_by_first_letter(others))})(?!\w)"),
        tuple(name for name in _names_as_written(others) if not name[0].isupper()),
        re.compile(rf"\((?:{names.any})[)/,]"),
        re.compile(dateline),
        tuple(re.compile(rf"^[ \t]*(?:{form})", re.MULTILINE) for form in _head_forms(names)),
        tuple(re.compile(rf"^(?:{form})", re.MULTILINE) for form in _tail_forms(names)),
    )


def _names_as_written(others: Agencies) -> list[str]:
    """Return all names of agencies, longest first."""
    agencies = _listed(others)
    listed = {*agencies, *(name for names in agencies.values() for name in names)}
    return sorted(listed, key=lambda name: (-len(name), name))


def _by_first_letter(others: Agencies) -> list[str]:
    """Return patterns of the names that begin with a capital, one for each: five times as fast."""
    rest: dict[str, list[str]] = {}
    for name in _names_as_written(others):
        if name[0].isupper():
            rest.setdefault(name[0], []).append(re.escape(name[1:]))
    return [f"{first}(?:{'|'.join(names)})" for first, names in rest.items()]


def _name_patterns(others: Agencies) -> _Names:
    listed = _names_as_written(others)
    distinct = [name for name in listed if " " in name or len(name) > _LONG]
    words = [name for name in listed if " " in name]
    any, *groups = ("|".join(map(re.escape, some)) for some in (listed, listed, distinct, words))
    return _Names(any, *(rf"(?:[Tt]he )?(?P<agency>{some})(?![\w/])" for some in groups))


def _dateline(inside: str) -> str:
    """Return the pattern of 'PARIS, Feb 5 (Reuters)', given what is inside of the brackets."""
    return rf"(?:{_WHERE} ?)?\({inside}\)[ :.]*"


def _head_forms(names: _Names) -> tuple[str, ...]:
    """Return how the first lines credit an agency; the first form is the dateline."""
    return (
        _dateline(rf"(?P<agency>{names.any})(?:[/,][^()\n]{{1,20}})?") + f"(?:{_DASH}|{_BEGINS})",
        rf"{_WHERE}, {_DAY}[^\n,(]{{0,12}}, {names.one},? {_DASH} ",  # TOKYO, Feb 5, Kyodo - Talks
        rf"{_WHERE}\. /(?P<agency>{names.any})/",  # MOSCOW, February 5. /TASS/. Talks
        rf"{_BY}\s+(?:{_PEOPLE}(?:,| \||[ ]+{_DASH}) *)?{names.one}{_AFTER}",
        rf"{_BY}\s+{_PEOPLE} {names.words}{_AFTER}",
        rf"{_BY}\s+{_PEOPLE} {names.one}(?: [A-Z][a-z]+){{0,3}} (?:Writer|Editor|Correspondent)",
        rf"{_PEOPLE}(?:,| \|| +{_DASH}) +{names.distinct}{_AFTER}",
        rf"[A-Z][^\n|/()]{{3,120}}[a-z]{names.distinct}$",  # a line end was lost
        rf"{names.distinct} {_DASH} By [^\n]{{3,80}}$",
        rf"{names.one}\n+{_DAY}[ ,.][^\n]{{0,30}}\d{{4}}",
        rf"{names.distinct}(?: [A-Z][a-z]+)?•$",
        rf"{names.distinct}(?: ?[|,–—-]? ?{_DAY}[ ,.][^\n]{{0,60}})?$",
        rf"(?i:(?:{_SOURCE}|from)\s*: ?{names.one}[^\n]{{0,20}}$)",
    )


def _tail_forms(names: _Names) -> tuple[str, ...]:
    return (
        rf"(?i:[^\w\n]{{0,40}}(?:{_SOURCE})\s*:?\s*(?P<agency>{names.any})\b[^\n]{{0,30}}$)",
        # without a year it is a picture's credit
        r"(?i:.{0,200}(?:(?:©|\(c\)) ?\d{4}|copyright)"
        rf"[^.\n]{{0,40}}?\b{names.one}\b.{{0,200}}$)",
        rf"[-–—(\[ ]{{0,3}}{names.one}[^\w\n]{{0,3}}$",
        rf".{{0,300}}[.!?\"”’]\s+(?:{_DASH} ?|\(){names.one}\)?\s*$",
        r"[^\w\n]{0,3}(?:[Aa]vec|[Mm]it|[Cc]on|[Cc]om|[Ww]ith)(?: [\w ]{0,30}?)?"
        rf" {names.one}[^\w\n]{{0,3}}(?: inputs)?$",
    )
