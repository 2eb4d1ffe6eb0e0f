"""Where reports disagree: one statement with different numbers, days or names.

Two numbers are of one quantity if the same word is beside both, in statements that share most of
what else they say. Days and names are compared only where two sentences differ in little else.
Start reading at `find_contradictions`.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from ..arrays import FloatArray
from ..pairs import components
from ..text.names import fold
from ..text.numbers import POINT
from .corroboration import statement_coverage
from .facts import DAY_SIGN, NO_NOUN, Fact, find_facts, is_content
from .reading import ReadStory
from .selection import GOES_ON
from .statements import Statement

_MOST_STATEMENTS = 400  # that are compared with each other
_MOST_OF_NOUN = 300  # facts about one noun
_LEAST_CONTEXT = 0.3  # of the longer statement that the shorter one has
_MOST_CONTEXT = 0.6  # and of the shorter one that the longer one has
_LEAST_SHARED = 3  # distinctive words and numbers that both have
_LEAST_BESIDE = 2  # words near the number that both have; its noun is one of them
_SAME_SENTENCE = {"number": 0.6, "day": 0.75, "name": 0.75}  # of both sentences in the other one
_MOST_DIFFERENT = {"number": 3, "day": 1, "name": 1}  # in two sentences; more are other things
_ROUNDED = 0.1  # of a number that 'about', 'nearly' or 'more than' may leave out
_MOST_TIMES = 5.0  # that one of two numbers is the other one, if both count the same thing
_UPDATED_AFTER = 6.0  # hours from the last report of one figure to the first of another


class Claim(NamedTuple):
    """What one report says about a fact."""

    value: str  # '12', '6.1', 'Thursday', 'Atico'
    outlet: str
    article: int  # a row of the reports, or an id in an index
    text: str  # its sentence
    start: int  # of the sentence in the body, in characters
    end: int
    in_title: bool


class Contradiction(NamedTuple):
    """A fact that reports give differently, claims in the order of time."""

    kind: str  # 'number', 'day' or 'name'
    subject: str  # the words beside the values: 'people died', 'southwest of', 'day'
    is_update: bool  # later reports replace the figure of earlier ones; else they disagree
    claims: list[Claim]


def find_contradictions(story: ReadStory) -> list[Contradiction]:
    """Return the facts that reports give differently, those of the earliest report first.

    Of a long story, the first `_MOST_STATEMENTS` different statements are compared: the beginnings
    of all reports come before what follows in any.
    """
    short, prints = _distinct_statements(story)
    context = _contexts(short)
    rows = _alike(short, context)
    if not rows:
        return []
    short, prints = _only(short, rows), [prints[row] for row in rows]
    context = context[np.ix_(rows, rows)]
    by_noun: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    given: dict[tuple[str, int], set[tuple[int, str]]] = defaultdict(set)  # by any sentence
    values: dict[tuple[str, int], set[str]] = defaultdict(set)
    for fact in find_facts(short):
        if fact.noun != NO_NOUN:
            by_noun[fact.kind, fact.noun].append(fact)
            articles = {statement.article for statement in prints[fact.statement]}
            given[fact.kind, fact.noun] |= {(article, fact.value) for article in articles}
        values[fact.kind, fact.statement].add(fact.value)
    pairs = [
        pair
        for facts in by_noun.values()
        for pair in _conflicts(short, facts[:_MOST_OF_NOUN], values, context)
        if not _gives_both(short, pair, given[pair[0].kind, pair[0].noun])
    ]
    contradictions = [_contradiction(short, prints, facts) for facts in _grouped(pairs)]
    return sorted(contradictions, key=lambda each: (each.claims[0].article, each.claims[0].start))


def _distinct_statements(story: ReadStory) -> tuple[ReadStory, list[list[Statement]]]:
    """Return a story with each statement once, and all statements of the same words for each."""
    groups: dict[tuple[str, str], list[int]] = {}
    order = sorted(
        range(len(story.statements)), key=lambda place: (story.statements[place].before, place)
    )
    for place in order:
        groups.setdefault((story.plain[place], story.plain_langs[place]), []).append(place)
    chosen = sorted(sorted(places) for places in list(groups.values())[:_MOST_STATEMENTS])
    short = _only(story, [places[0] for places in chosen])
    return short, [[story.statements[place] for place in places] for places in chosen]


def _only(story: ReadStory, places: Sequence[int]) -> ReadStory:
    """Return a story with some of its statements."""
    return story._replace(
        statements=[story.statements[place] for place in places],
        plain=[story.plain[place] for place in places],
        plain_langs=[story.plain_langs[place] for place in places],
        bridged=[story.bridged[place] for place in places],
        bridged_langs=[story.bridged_langs[place] for place in places],
        concepts=story.concepts._replace(rows=story.concepts.rows[list(places)]),
        covered={},
    )


def _alike(story: ReadStory, contexts: FloatArray) -> list[int]:
    """Return the statements to which one of another article is so alike that they may conflict."""
    article = np.array([statement.article for statement in story.statements], np.int64)
    alike = np.minimum(contexts, contexts.T) >= _LEAST_CONTEXT
    return np.flatnonzero((alike & (article[:, None] != article)).any(axis=1)).tolist()


def _contexts(story: ReadStory) -> FloatArray:
    """Return how much of each statement each other one has, (s, s); 0 for too few words."""
    rows = story.concepts.rows[:, np.flatnonzero(story.concepts.is_stem)]
    shared = np.asarray((rows @ rows.T).todense())
    coverage = statement_coverage(story.concepts, range(len(story.statements)))
    return np.where(shared >= _LEAST_SHARED, coverage, 0.0)


def _conflicts(
    story: ReadStory,
    facts: Sequence[Fact],
    values: Mapping[tuple[str, int], set[str]],
    contexts: FloatArray,
) -> Iterator[tuple[Fact, Fact]]:
    """Yield the pairs of facts about one noun that contradict each other.

    `values` are all that a statement has of a kind.
    """
    for one, other in combinations(facts, 2):
        in_one, in_other = (values[fact.kind, fact.statement] for fact in (one, other))
        a, b = (story.statements[fact.statement] for fact in (one, other))
        if a.article == b.article or one.value in in_other or other.value in in_one:
            continue
        differing = max(len(in_one - in_other), len(in_other - in_one))
        if _are_compatible(one, other) or differing > _MOST_DIFFERENT[one.kind]:
            continue
        if one.kind == "number" and _name_others(story, values, one.statement, other.statement):
            continue
        numbers = [values.get(("number", fact.statement)) for fact in (one, other)]
        if one.kind == "day" and numbers[0] != numbers[1]:  # other days, other numbers
            continue
        least, most = sorted(
            (
                float(contexts[one.statement, other.statement]),
                float(contexts[other.statement, one.statement]),
            )
        )
        of_one_outlet = story.reports.outlets[a.article] == story.reports.outlets[b.article]
        if least >= _SAME_SENTENCE[one.kind] or (
            differing == 1
            and least >= _LEAST_CONTEXT
            and most >= (_LEAST_CONTEXT if in_one & in_other else _MOST_CONTEXT)
            and not of_one_outlet
            and _are_of_one_quantity(one, other)
            and not any(GOES_ON.match(each.text) or each.in_headline for each in (a, b))
        ):
            yield one, other


def _name_others(
    story: ReadStory, values: Mapping[tuple[str, int], set[str]], one: int, other: int
) -> bool:
    """Whether each of two statements of one language has names that the other lacks."""
    names, others = (values.get(("name", each), set()) for each in (one, other))
    of_one_lang = story.plain_langs[one] == story.plain_langs[other]
    return of_one_lang and bool(names - others) and bool(others - names)


def _gives_both(
    story: ReadStory, pair: tuple[Fact, Fact], given: Collection[tuple[int, str]]
) -> bool:
    """Whether an article of one of two facts gives the value of the other, too: of another thing.

    `given` are the articles and values of their noun. Names and days have no noun that tells this.
    """
    one, other = pair
    a, b = (story.statements[fact.statement].article for fact in pair)
    return one.kind == "number" and ((a, other.value) in given or (b, one.value) in given)


def _are_compatible(one: Fact, other: Fact) -> bool:
    """Whether two facts may both be true.

    One of two names may be the beginning of the other ('Gov' and 'Governor') or its abbreviation
    ('GOP'), and differ in its accents; a sentence may leave out a day. One of two numbers may be
    the other one, rounded; those of different days, and very different ones, are about two things.
    """
    if one.kind == "name":
        short, long = sorted((fold(one.value), fold(other.value)), key=len)
        return long.startswith(short) or one.value.isupper() != other.value.isupper()
    if one.kind == "day":
        days, others = ({*fact.value.split(DAY_SIGN)} for fact in (one, other))
        return days <= others or others <= days
    less, more = sorted((one.amount, other.amount))
    is_rounded = more - less <= _ROUNDED * more and (one.is_rounded or other.is_rounded)
    of_two_days = bool(one.days and other.days) and one.days != other.days
    return less == more or is_rounded or of_two_days or less * _MOST_TIMES < more


def _are_of_one_quantity(one: Fact, other: Fact) -> bool:
    """Whether two different numbers, beside one noun, measure the same thing."""
    alike = len(one.beside & other.beside) >= _LEAST_BESIDE and one.years == other.years
    return one.kind == "number" and alike and not one.is_common and not other.is_common


def _grouped(pairs: Sequence[tuple[Fact, Fact]]) -> list[list[Fact]]:
    """Return the facts of each contradiction: pairs that have one in common are about one."""
    place_of: dict[tuple[int, str], int] = {}
    facts: list[list[Fact]] = []
    for fact in (fact for pair in pairs for fact in pair):
        place = place_of.setdefault((fact.statement, fact.value), len(facts))
        if place == len(facts):
            facts.append([])
        facts[place].append(fact)
    ends = np.array([[place_of[f.statement, f.value] for f in pair] for pair in pairs], np.int64)
    labels = components(len(facts), *ends.reshape(-1, 2).T)
    groups: dict[int, list[Fact]] = defaultdict(list)
    for label, same in zip(labels.tolist(), facts, strict=True):
        groups[label] += same
    return list(groups.values())


def _contradiction(
    story: ReadStory, prints: Sequence[Sequence[Statement]], facts: Sequence[Fact]
) -> Contradiction:
    """Return a contradiction; `prints` are all statements of the words of each one compared."""
    claims = {
        (fact.value, statement.article, statement.start): _claim(story, fact.value, statement)
        for fact in facts
        for statement in prints[fact.statement]
    }
    in_time = sorted(claims.values(), key=lambda claim: (claim.article, claim.start))
    place = facts[0].statement
    subject = _subject(story.plain[place], story.plain_langs[place], facts[0])
    return Contradiction(facts[0].kind, subject, _is_update(story, facts[0].kind, in_time), in_time)


def _subject(text: str, lang: str, fact: Fact) -> str:
    """Return the words beside a fact: one or two behind a number, up to three before a name."""
    value = re.escape(fact.value.replace(".", POINT) if fact.kind == "number" else fact.value)
    beside = None
    if fact.kind == "number":
        beside = re.search(rf"\b{value}\s?(%|[^\W\d_][\w'’-]*(?: [\w'’-]{{4,}})?)", text)
        words = beside[1].split(" ") if beside else []
        if words and not is_content(words[-1], lang):
            return words[0]
    elif fact.kind == "name":
        beside = re.search(rf"((?:[\w'’-]{{1,40}}\s){{1,3}}){value}\b", text)
    return beside[1].strip() if beside else fact.word


def _claim(story: ReadStory, value: str, statement: Statement) -> Claim:
    return Claim(
        value,
        story.reports.outlets[statement.article],
        statement.article,
        statement.text,
        statement.start,
        statement.end,
        statement.in_headline,
    )


def _is_update(story: ReadStory, kind: str, claims: Sequence[Claim]) -> bool:
    """Whether each figure was reported for a time, and another only after that time.

    An outlet that replaced its own figure shows an update however soon it did.
    """
    hours: dict[str, list[float]] = defaultdict(list)
    values: dict[str, set[str]] = defaultdict(set)
    for claim in claims:
        hours[claim.value].append(float(story.reports.hours[claim.article]))
        values[claim.outlet].add(claim.value)
    spans = sorted((min(times), max(times)) for times in hours.values())
    least = 0.0 if any(len(each) > 1 for each in values.values()) else _UPDATED_AFTER
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    return kind == "number" and all(gap > least for gap in gaps)
