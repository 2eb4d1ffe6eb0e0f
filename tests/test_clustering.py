"""Links -> stories, pairs -> explanations, labels -> figures, each against an obvious twin."""

from collections.abc import Hashable, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twicetold.clustering import linkage as clustering
from twicetold.clustering import model as scoring
from twicetold.evaluation import agreement as evaluate

Link = tuple[int, int, int]  # two rows and their probability in millionths
LABELS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd")), max_size=12)


class Night(NamedTuple):
    """What `stories` is asked about n articles."""

    together: list[int]
    settled: list[bool]
    present: list[bool]
    texts: list[int]
    links: list[Link]


def night(rows: int, *links: Link, settled: Sequence[int] = (), **known: list[int]) -> Night:
    """All present, and each its own story and text unless `together` and `texts` say so."""
    marks = [row in settled for row in range(rows)]
    together = known.get("together", list(range(rows)))
    return Night(together, marks, [True] * rows, known.get("texts", list(range(rows))), [*links])


def stories(asked: Night, cut: float = 0.35) -> list[int]:
    together, texts = (np.array(rows, np.int64) for rows in (asked.together, asked.texts))
    settled, present = (np.array(marks, bool) for marks in (asked.settled, asked.present))
    a, b, millionths = np.array(asked.links, np.int64).reshape(-1, 3).T
    return clustering.stories(
        together, settled, present, texts, a, b, millionths / 1_000_000, cut
    ).tolist()


def lowest_of(labels: Sequence[Hashable]) -> list[int]:
    return [labels.index(label) for label in labels]


def joined_one_by_one(asked: Night, cut: Fraction) -> list[int]:
    """The twin: join the two clusters of the highest mean, the lower rows first, until none is."""
    labels = list(asked.together)
    while True:
        best = min(
            (
                (-mean, a, b)
                for a, b in combinations(sorted(set(labels)), 2)
                if (mean := mean_between(asked, labels, a, b)) >= cut
            ),
            default=None,
        )
        if best is None:
            return labels
        labels = [best[1] if label == best[2] else label for label in labels]


def mean_between(asked: Night, labels: list[int], a: int, b: int) -> Fraction:
    """In millionths, over all pairs of voices; below 0 for two settled stories."""
    members = [[row for row, label in enumerate(labels) if label == one] for one in (a, b)]
    if all(any(asked.settled[row] for row in rows) for rows in members):
        return Fraction(-1)
    voices = [{asked.texts[row] for row in rows if asked.present[row]} for rows in members]
    pairs = list(product(*voices))
    linked: dict[tuple[int, ...], int] = {}
    for one, other, probability in asked.links:
        ends = tuple(sorted((asked.texts[one], asked.texts[other])))
        linked[ends] = max(linked.get(ends, 0), probability)
    total = sum(linked.get(tuple(sorted(pair)), 0) for pair in pairs)
    return Fraction(total, max(len(pairs), 1))


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Few rows, many links, and probabilities of which some are equal: ties are what is hard."""
    rows = draw(st.integers(1, 9))
    of_rows = {"min_size": rows, "max_size": rows}
    story = draw(st.lists(st.integers(0, 2 * rows), **of_rows))
    group = draw(st.lists(st.integers(0, 4), **of_rows))
    texts = lowest_of(list(zip(story, group, strict=True)))  # copies are of one story
    together = lowest_of(story)
    done = draw(st.lists(st.booleans(), **of_rows))
    settled = [done[first] for first in together]
    present = draw(st.lists(st.sampled_from([True, True, True, False]), **of_rows))
    reached = [row for row in range(rows) if present[row]] or [0]
    row = st.sampled_from(reached)
    chance = st.one_of(st.sampled_from([350_000, 700_000, 900_000]), st.integers(1, 1_000_000))
    links = st.lists(st.tuples(row, row, chance), min_size=rows, max_size=4 * rows)
    return Night(together, settled, present, texts, draw(links) if any(present) else [])


@settings(max_examples=400)
@given(nights(), st.sampled_from([350_000, 500_000]))
def test_stories_are_those_of_joining_the_best_two_clusters_one_by_one(asked, cut):
    assert stories(asked, cut / 1_000_000) == joined_one_by_one(asked, Fraction(cut))


@given(nights(), st.randoms(use_true_random=False))
def test_neither_the_order_of_links_nor_their_direction_changes_a_story(asked, random):
    turned = [random.choice([(a, b, p), (b, a, p)]) for a, b, p in asked.links]
    random.shuffle(turned)

    assert stories(asked._replace(links=turned)) == stories(asked)


@given(nights())
def test_what_is_in_one_story_stays_together_and_settled_stories_stay_apart(asked):
    found = stories(asked)

    assert found == [found[first] for first in asked.together]
    assert found == lowest_of(found)
    settled = {first for first, done in zip(asked.together, asked.settled, strict=True) if done}
    assert len({found[first] for first in settled}) == len(settled)


GROUP = {"together": [0, 0, 0, 3], "texts": [0, 0, 0, 3]}
EXAMPLES = {
    "nothing": (night(0), []),
    "no links": (night(3), [0, 1, 2]),
    "the cut itself joins": (night(2, (0, 1, 350_000)), [0, 0]),
    "below the cut": (night(2, (0, 1, 349_999)), [0, 1]),
    "a mean of .4": (night(3, (0, 1, 900_000), (1, 2, 800_000)), [0, 0, 0]),
    "a mean of .3": (night(3, (0, 1, 900_000), (1, 2, 600_000)), [0, 0, 2]),
    "no chain": (night(4, (0, 1, 900_000), (1, 2, 800_000), (2, 3, 900_000)), [0, 0, 2, 2]),
    "of equals the lower": (night(3, (0, 1, 600_000), (1, 2, 600_000)), [0, 0, 2]),
    "two settled": (night(2, (0, 1, 1_000_000), settled=[0, 1]), [0, 1]),
    "of two settled the nearer": (
        night(3, (0, 2, 900_000), (1, 2, 900_001), settled=[0, 1]),
        [0, 1, 1],
    ),
    "what joined a settled one is settled": (
        night(3, (0, 1, 900_000), (0, 2, 800_000), settled=[1, 2]),
        [0, 0, 2],
    ),
    "one of three is near": (night(4, (1, 3, 700_000), together=[0, 0, 0, 3]), [0, 0, 0, 3]),
    "three copies are one voice": (night(4, (1, 3, 700_000), **GROUP), [0, 0, 0, 0]),
    "a group's best link": (night(4, (0, 3, 1), (1, 3, 350_000), **GROUP), [0, 0, 0, 0]),
}


@pytest.mark.parametrize(("asked", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_links_are_joined_by_their_mean_over_all_pairs(asked, expected):
    assert stories(asked) == expected


def test_an_article_that_no_link_can_reach_does_not_weigh():
    asked = night(4, (2, 3, 400_000), together=[0, 0, 0, 3])

    assert stories(asked) == [0, 0, 0, 3]
    assert stories(asked._replace(present=[False, False, True, True])) == [0, 0, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_components_are_what_links_connect(pairs):
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T

    labels = list(range(10))
    for ends in pairs:
        lower, higher = sorted(labels[end] for end in ends)
        labels = [lower if label == higher else label for label in labels]
    assert clustering.components(10, a, b).tolist() == labels


def test_no_rows_have_no_components():
    none = np.zeros(0, np.int64)

    assert clustering.components(0, none, none).tolist() == []


@pytest.mark.parametrize(
    ("old", "new", "taken"),
    [
        ([], [], {}),
        ([None, None], [1, 1], {}),
        ([7, 7, None], [1, 1, 1], {1: 7}),  # grown
        ([7, 7, 8], [1, 1, 1], {1: 7}),  # merged: the one with most articles stays
        ([8, 7], [1, 1], {1: 7}),  # merged, as many of each: the older stays
        ([7, 7, 7], [1, 1, 2], {1: 7}),  # split
        ([7, 7], [2, 1], {1: 7}),  # split in equal parts: the earlier cluster has it
        ([7, 7, 7, 8], [1, 1, 2, 2], {1: 7, 2: 8}),  # moved
        ([7, 7, 8, 8, 8], [1, 2, 2, 2, 3], {2: 8, 1: 7}),
    ],
)
def test_a_new_cluster_takes_the_id_of_the_story_with_which_it_shares_most(old, new, taken):
    assert clustering.match_ids(old, new) == taken


@pytest.mark.parametrize("name", ["one_language", "two_languages"])
@given(data=st.data())
def test_the_rows_of_an_explanation_add_up_to_what_was_decided(name, data):
    model = getattr(scoring.shipped(), name)
    share = st.floats(0, 1)
    features = np.array([data.draw(share) for _ in model.names])

    rows = scoring.explain(features, model)

    decided = scoring.log_odds(features[None, :], model)[0]
    assert model.intercept + sum(row.log_odds for row in rows) == pytest.approx(decided)
    assert {row.feature: row.value for row in rows} == dict(
        zip(model.names, features.tolist(), strict=True)
    )
    loudness = [abs(row.log_odds) for row in rows]
    assert loudness == sorted(loudness, reverse=True)


def test_log_odds_are_the_intercept_and_the_weighted_features():
    model = scoring.Model(("cosine_body", "days"), np.array([2.0, -0.5]), -1.0)

    log_odds = scoring.log_odds(np.array([[0.5, 0.0], [1.0, 4.0], [0.0, 0.0]]), model)

    assert log_odds.tolist() == [0.0, -1.0, -1.0]
    assert scoring.probability(log_odds).tolist() == [0.5, 0.268941, 0.268941]


def test_no_likeness_speaks_against_one_story_and_no_gap_in_time_or_crowd_for_it():
    for name in ("one_language", "two_languages"):
        model = getattr(scoring.shipped(), name)
        for feature, weight in zip(model.names, model.weights, strict=True):
            assert weight <= 0 if feature in ("days", "undated", "crowd") else weight >= 0


def test_the_fifth_nearest_tells_how_crowded_it_is_around_a_pair():
    clique = [(a, b) for a in range(7) for b in range(a + 1, 7)]
    a, b = np.array([*clique, (0, 7)]).T  # an eighth who knows one of them only
    similarity, own = np.full(len(a), 0.7), np.ones(len(a), bool)

    crowded = scoring.crowd(similarity, a, b, own)
    few = scoring.crowd(similarity, a, b, own & (np.maximum(a, b) < 5))
    far = scoring.crowd(similarity / 7, a, b, own)

    assert crowded[:-1].tolist() == pytest.approx([0.7] * len(clique))
    assert crowded[-1] == scoring.LEAST_CROWD
    assert set(few) == set(far) == {scoring.LEAST_CROWD}


@pytest.mark.parametrize(
    ("similarity", "own", "of_larger", "of_smaller"),
    [
        ([1.0, 0.5], [True, True], [1.0, 0.5], [1.0, 1.0]),  # the third has none but the second
        ([0.2, 0.1], [True, True], [0.4, 0.2], [0.4, 0.2]),  # strangers: the best counts as .5
        ([0.9, 0.6], [False, True], [1.0, 1.0], [1.0, 1.0]),  # beside a reprint
        ([0.6, 0.9], [False, False], [1.0, 1.0], [1.0, 1.0]),
    ],
)
def test_a_similarity_is_seen_as_a_share_of_the_best_of_either_article(
    similarity, own, of_larger, of_smaller
):
    found = scoring.relative(
        np.array(similarity), np.array([0, 1]), np.array([1, 2]), np.array(own), least=0.5
    )

    assert [shares.tolist() for shares in found] == [of_larger, of_smaller]


def test_days_count_in_both_directions_and_no_time_has_no_say():
    assert scoring.days(np.array([36.0, -12.0, np.nan])).tolist() == [1.5, 0.5, 0.0]


def share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def bcubed_one_by_one(gold: Sequence[int], found: Sequence[str]) -> tuple[float, float]:
    """The twin: for each article, who belongs to it and who was found with it."""
    rows = range(len(gold))
    belong = [{other for other in rows if gold[other] == gold[row]} for row in rows]
    beside = [{other for other in rows if found[other] == found[row]} for row in rows]
    both = [len(one & other) for one, other in zip(belong, beside, strict=True)]
    precision = sum(part / len(one) for part, one in zip(both, beside, strict=True))
    recall = sum(part / len(one) for part, one in zip(both, belong, strict=True))
    return share(precision, len(rows)), share(recall, len(rows))


def pairwise_one_by_one(gold: Sequence[int], found: Sequence[str]) -> tuple[float, float]:
    pairs = list(combinations(range(len(gold)), 2))
    belong = {(a, b) for a, b in pairs if gold[a] == gold[b]}
    beside = {(a, b) for a, b in pairs if found[a] == found[b]}
    both = len(belong & beside)
    return share(both, len(beside)), share(both, len(belong))


@pytest.mark.parametrize(
    ("metric", "twin"),
    [(evaluate.bcubed, bcubed_one_by_one), (evaluate.pairwise, pairwise_one_by_one)],
)
@given(labels=LABELS)
def test_agreement_is_what_counting_one_by_one_gives(metric, twin, labels):
    gold, found = [one for one, _ in labels], [other for _, other in labels]

    agreement = metric(gold, found)

    precision, recall = twin(gold, found)
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    assert agreement == pytest.approx((precision, recall, f1))


@pytest.mark.parametrize(
    ("gold", "found", "bcubed", "pairwise"),
    [
        ("", "", (1, 1, 1), (1, 1, 1)),
        ("abc", "xyz", (1, 1, 1), (1, 1, 1)),
        ("aabb", "yyxx", (1, 1, 1), (1, 1, 1)),
        ("aabb", "xxxx", (1 / 2, 1, 2 / 3), (1 / 3, 1, 1 / 2)),
        ("aaaa", "xxyy", (1, 1 / 2, 2 / 3), (1, 1 / 3, 1 / 2)),
        ("aaab", "xxyy", (3 / 4, 2 / 3, 12 / 17), (1 / 2, 1 / 3, 2 / 5)),
        ("ab", "xx", (1 / 2, 1, 2 / 3), (0, 1, 0)),
    ],
)
def test_agreement_of_worked_examples(gold, found, bcubed, pairwise):
    assert evaluate.bcubed(gold, found) == pytest.approx(bcubed)
    assert evaluate.pairwise(gold, found) == pytest.approx(pairwise)


def test_labels_of_other_articles_are_refused():
    with pytest.raises(ValueError, match="3 labels and 2 clusters: one each is needed"):
        evaluate.bcubed("abc", "xy")


def test_who_touches_two_stories_that_have_nothing_in_common_is_a_round_up():
    # 0, 1, 2 and 3, 4 are two stories; 5 stands with the first, and as near to the second
    labels = np.array([0, 0, 0, 3, 3, 0])
    links = [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (3, 4, 0.9), (0, 5, 0.8)]

    def found(*more: tuple[int, int, float]) -> list[int]:
        a, b, probability = zip(*links, *more, strict=True)
        leaves = clustering.round_ups(
            labels, np.ones(len(labels), bool), np.array(a), np.array(b), np.array(probability)
        )
        return np.flatnonzero(leaves).tolist()

    assert found() == []
    assert found((3, 5, 0.6)) == [5]
    assert found((3, 5, 0.4)) == []  # much nearer to its own
    assert found((3, 5, 0.6), (2, 4, 0.5)) == []  # the two stories are related


def test_an_article_that_leaves_takes_no_name_along():
    labels = np.array([0, 0, 0, 3, 3])

    found = clustering.without(labels, np.array([True, False, False, False, True]))

    assert found.tolist() == [0, 1, 1, 3, 4]
