"""Where reports disagree: one statement with different numbers, days or names.

Two numbers are of one quantity if the same word is beside both, in statements that share most of
what else they say. Days and names are compared only where two sentences differ in little else.
Start reading at `find_contradictions`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np

from ..arrays import IntArray
from .facts import Fact, find_facts
from .reading import ReadStory
from .selection import GOES_ON

_LEAST_CONTEXT = 0.3  # of the longer statement that the shorter one has
_MOST_CONTEXT = 0.5  # and of the shorter one that the longer one has
_LEAST_SHARED = 3  # distinctive words and numbers that both have
_LEAST_BESIDE = 2  # words near the number that both have; its noun is one of them
_SAME_SENTENCE = {"number": 0.6, "day": 0.75, "name": 0.75}  # of both sentences in the other one
_MOST_DIFFERENT = {"number": 3, "day": 1, "name": 1}  # in two sentences; more are other things
_ROUNDED = 0.1  # of a number that 'about', 'nearly' or 'more than' may leave out
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
    subject: str  # the word beside the values: 'people', 'drones'
    is_update: bool  # later reports replace the figure of earlier ones; else they disagree
    claims: list[Claim]


def find_contradictions(story: ReadStory) -> list[Contradiction]:
    """Return the facts that reports give differently, those of the earliest report first."""
    by_noun: dict[tuple[str, int], list[Fact]] = defaultdict(list)
    values: dict[tuple[str, int], set[str]] = defaultdict(set)
    for fact in find_facts(story):
        by_noun[fact.kind, fact.noun].append(fact)
        values[fact.kind, fact.statement].add(fact.value)
    pairs = [pair for facts in by_noun.values() for pair in _conflicts(story, facts, values)]
    found = [_contradiction(story, facts) for facts in _grouped(pairs)]
    return sorted(found, key=lambda each: (each.claims[0].article, each.claims[0].start))


def _conflicts(
    story: ReadStory, facts: Sequence[Fact], values: Mapping[tuple[str, int], set[str]]
) -> Iterator[tuple[Fact, Fact]]:
    """Yield the pairs of facts about one noun that contradict each other.

    `values` are all that a statement has of a kind.
    """
    for one, other in combinations(facts, 2):
        in_one, in_other = (values[fact.kind, fact.statement] for fact in (one, other))
        a, b = (story.statements[fact.statement] for fact in (one, other))
        if a.article == b.article or one.value in in_other or other.value in in_one:
            continue
        if one.kind == "name" and _are_one_name(one.value, other.value):
            continue
        differing = max(len(in_one - in_other), len(in_other - in_one))
        if differing > _MOST_DIFFERENT[one.kind]:
            continue
        context = _shared_context(story, one.statement, other.statement)
        needed = _LEAST_CONTEXT if in_one & in_other else _MOST_CONTEXT
        if min(context) >= _SAME_SENTENCE[one.kind] or (
            differing == 1
            and min(context) >= _LEAST_CONTEXT
            and max(context) >= needed
            and _are_of_one_quantity(one, other)
            and not any(GOES_ON.match(each.text) or each.in_headline for each in (a, b))
        ):
            yield one, other


def _are_one_name(one: str, other: str) -> bool:
    """Whether one of two names is the beginning of the other: 'Gov' and 'Governor'."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return long.startswith(short)


def _are_of_one_quantity(one: Fact, other: Fact) -> bool:
    """Whether two different numbers, beside one noun, measure the same thing."""
    alike = len(one.beside & other.beside) >= _LEAST_BESIDE and one.years == other.years
    counted = one.kind == "number" and not one.is_money and not other.is_money
    return counted and alike and not _are_compatible(one, other)


def _are_compatible(one: Fact, other: Fact) -> bool:
    """Whether one number may be the other one, rounded."""
    a, b = float(one.value), float(other.value)
    return abs(a - b) <= _ROUNDED * max(a, b) and (one.is_rounded or other.is_rounded)


def _shared_context(story: ReadStory, a: int, b: int) -> tuple[float, float]:
    """Return how much of each of two statements the other one has; 0 if that is too few words."""
    concepts = story.concepts
    one, other = (_stems(story, place) for place in (a, b))
    shared = np.intersect1d(one, other)
    if len(shared) < _LEAST_SHARED:
        return 0.0, 0.0
    both = concepts.idf[shared].sum()
    return float(both / concepts.idf[one].sum()), float(both / concepts.idf[other].sum())


def _stems(story: ReadStory, place: int) -> IntArray:
    columns = story.concepts.rows[[place]].indices
    return np.asarray(columns[story.concepts.is_stem[columns]], np.int64)


def _grouped(pairs: Sequence[tuple[Fact, Fact]]) -> list[list[Fact]]:
    """Return the facts of each contradiction: pairs that have one in common are about one."""
    groups: list[list[Fact]] = []
    for pair in pairs:
        said = {(fact.statement, fact.value) for fact in pair}
        own = [g for g in groups if any((fact.statement, fact.value) in said for fact in g)]
        merged = list(dict.fromkeys([*(fact for group in own for fact in group), *pair]))
        groups = [group for group in groups if group not in own] + [merged]
    return groups


def _contradiction(story: ReadStory, facts: Sequence[Fact]) -> Contradiction:
    in_time = sorted(facts, key=lambda fact: fact.statement)
    each = {(fact.statement, fact.value): fact for fact in in_time}.values()
    claims = [_claim(story, fact) for fact in each]
    subject = Counter(fact.word for fact in in_time).most_common(1)[0][0]
    return Contradiction(in_time[0].kind, subject, _is_update(story, in_time), claims)


def _claim(story: ReadStory, fact: Fact) -> Claim:
    statement = story.statements[fact.statement]
    return Claim(
        fact.value,
        story.reports.outlets[statement.article],
        statement.article,
        statement.text,
        statement.start,
        statement.end,
        statement.in_headline,
    )


def _is_update(story: ReadStory, facts: Sequence[Fact]) -> bool:
    """Whether each figure was reported for a time, and another only after that time.

    An outlet that replaced its own figure shows an update however soon it did.
    """
    hours: dict[str, list[float]] = defaultdict(list)
    values: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        article = story.statements[fact.statement].article
        hours[fact.value].append(float(story.reports.hours[article]))
        values[story.reports.outlets[article]].add(fact.value)
    spans = sorted((min(times), max(times)) for times in hours.values())
    least = 0.0 if any(len(each) > 1 for each in values.values()) else _UPDATED_AFTER
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(spans)]
    return facts[0].kind == "number" and all(gap > least for gap in gaps)
