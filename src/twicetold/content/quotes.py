"""Who is quoted, with which words, by which outlets; and where a quotation was cut or changed.

Start reading at `find_quotes`.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..text.tokens import stream
from .reading import ReadStory
from .statements import Statement

_LONGEST = 600  # characters beside a quotation in which a speaker is looked for
_LEAST_WORDS = 4  # of a quotation; fewer are a term in quotation marks
_LEAST_SHARED = 0.7  # of the shorter of two quotations that the other one has
_QUOTATION = re.compile(
    r"“(?P<a>[^“”]{8,2000})”|«\s?(?P<b>[^«»]{8,2000}?)\s?»|„(?P<c>[^„“”]{8,2000})[“”]"
    r'|(?<!\w)"(?P<d>[^"]{8,2000})"(?!\w)'
)
_NAME = (
    r"(?:(?:Mr|Ms|Mrs|Dr|Mme|M|Sen|Rep|Gen|Gov)\.? )?"
    r"(?!(?:An?|The|It|He|She|They|We|I|In|On|At|Le|La|Les|Un|Une|Il|Elle|Der|Die|Das|El)\b)"
    r"[A-ZÀ-Þ][\w'’.-]+(?: (?:[A-ZÀ-Þ][\w'’.-]*|de|van|von|al|bin|da|del|di|la|le)){0,4}"
)
_SAYS = (
    "said|says|told|added|wrote|tweeted|argued|asked|noted|warned|insisted|recalled|declared|cautioned"
    "|dit|déclare|déclaré|estime|observe|affirme|affirmé|ajoute|ajouté|explique|expliqué|souligne"
    "|déplore|résume|analyse|assure|confie|sagte|sagt|erklärte|betonte|dijo|afirmó|señaló|añadió"
    "|disse|afirmou|ha detto|ha dichiarato"
)
_NO_ONE = (-1, -1)  # no report, no statement
_SPEAKER = (
    re.compile(rf"\b(?:{_SAYS.replace('told|', '')}),? (?P<name>{_NAME})"),
    re.compile(rf"(?P<name>{_NAME}),?[^.!?“”\"«»]{{0,120}}? \b(?:{_SAYS})\b"),
)


class QuoteVersion(NamedTuple):
    """The words that one report quotes."""

    text: str
    outlet: str
    article: int  # a row of the reports, or an id in an index
    change: str  # against the longest version: 'cut', 'changed', or '' if it is the same


class Quote(NamedTuple):
    """One quotation in all reports that have it."""

    speaker: str  # as the first report that names one writes it; '': none is named
    text: str  # the longest version
    outlets: tuple[str, ...]  # the first one first
    versions: list[QuoteVersion]


class _Found(NamedTuple):
    statement: Statement
    text: str
    speaker: str
    words: tuple[int, ...]  # hashes


def find_quotes(story: ReadStory) -> list[Quote]:
    """Return the quotations of a story, those that most outlets have first."""
    groups: list[list[_Found]] = []
    whole = "\n".join(statement.text for statement in story.statements)
    for found in _find(story.statements):
        own = next(
            (group for group in groups if any(_are_one(found, other) for other in group)), None
        )
        if own is None:
            groups.append([found])
        else:
            own.append(found)
    quotes = [_quote(group, story.reports.outlets) for group in groups]
    quotes = [q if _is_person(q.speaker, whole) else q._replace(speaker="") for q in quotes]
    return sorted(quotes, key=lambda quote: -len(quote.outlets))


def _find(statements: Sequence[Statement]) -> Iterator[_Found]:
    """Yield the quotations; one that goes on from the last sentence has its speaker."""
    before, last_speaker = _NO_ONE, ""
    for place, statement in enumerate(statements):
        matches = list(_QUOTATION.finditer(statement.text))
        speaker = _speaker(statement.text) if matches else ""
        if not speaker and before == (statement.article, place - 1):
            speaker = last_speaker
        for match in matches:
            text = next(part for part in match.groups() if part).strip().rstrip(",")
            words = tuple(stream([text], split_unspaced=True).hashes.tolist())
            if len(words) >= _LEAST_WORDS:
                yield _Found(statement, text, speaker, words)
                before, last_speaker = (statement.article, place), speaker


def _speaker(text: str) -> str:
    """Return the name beside a verb of saying, outside of the quotations; '' for none."""
    rest = _QUOTATION.sub(" ", text)[:_LONGEST]
    found = next((match for each in _SPEAKER if (match := each.search(rest))), None)
    return found["name"].strip(" ,.") if found else ""


def _is_person(name: str, text: str) -> bool:
    """Whether a name has several words, or the text has it behind another word with a capital."""
    return " " in name or bool(re.search(rf"[A-ZÀ-Þ][\w'’.-]+ {re.escape(name)}\b", text))


def _are_one(one: _Found, other: _Found) -> bool:
    shared = len(set(one.words) & set(other.words))
    return shared >= _LEAST_SHARED * min(len(set(one.words)), len(set(other.words)))


def _quote(group: Sequence[_Found], outlets: Sequence[str]) -> Quote:
    longest = max(group, key=lambda found: len(found.words))
    versions = [
        QuoteVersion(
            found.text,
            outlets[found.statement.article],
            found.statement.article,
            _change(found.words, longest.words),
        )
        for found in group
    ]
    names = dict.fromkeys(version.outlet for version in versions)
    speaker = next((found.speaker for found in group if found.speaker), "")
    return Quote(speaker, longest.text, tuple(names), versions)


def _change(words: tuple[int, ...], longest: tuple[int, ...]) -> str:
    """Return how a version differs from the longest: a part of it is cut, else it is changed."""
    if words == longest:
        return ""
    size = len(words)
    is_part = any(longest[n : n + size] == words for n in range(len(longest) - size + 1))
    return "cut" if is_part else "changed"
