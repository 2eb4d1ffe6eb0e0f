"""Links to stories, pairs to contributions, labels to figures, each against an obvious twin."""

from collections.abc import Hashable, Sequence
from fractions import Fraction
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twicetold.clustering import conflict, features, linkage, model
from twicetold.clustering.linkage import Links, Start
from twicetold.evaluation import agreement
from twicetold.pairs import Pairs

Link = tuple[int, int, int]  # two rows and their probability in millionths
LABELS = st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcd")), max_size=12)


class Night(NamedTuple):
    """The input of the linkage for n articles."""

    labels: list[int]
    settled: list[bool]
    in_window: list[bool]
    copy_groups: list[int]
    links: list[Link]


def night(rows: int, *links: Link, settled: Sequence[int] = (), **known: list[int]) -> Night:
    """All in the window, each its own story and copy group unless `known` has labels or groups."""
    marks = [row in settled for row in range(rows)]
    alone = list(range(rows))
    labels, groups = known.get("labels", alone), known.get("copy_groups", alone)
    return Night(labels, marks, [True] * rows, groups, [*links])


def stories(night: Night, cut: float = 0.35) -> list[int]:
    labels, groups = (np.array(rows, np.int64) for rows in (night.labels, night.copy_groups))
    settled, in_window = (np.array(marks, bool) for marks in (night.settled, night.in_window))
    a, b, millionths = np.array(night.links, np.int64).reshape(-1, 3).T
    start = Start(labels, groups, settled, in_window)
    return linkage.cluster(start, Links(a, b, millionths / 1_000_000), cut).tolist()


def lowest_of(labels: Sequence[Hashable]) -> list[int]:
    return [labels.index(label) for label in labels]


def merged_one_by_one(night: Night, cut: Fraction) -> list[int]:
    """The twin: merge the two clusters of the highest mean, the lower rows first, while one is."""
    labels = list(night.labels)
    while True:
        best = min(
            (
                (-mean, a, b)
                for a, b in combinations(sorted(set(labels)), 2)
                if (mean := mean_between(night, labels, a, b)) >= cut
            ),
            default=None,
        )
        if best is None:
            return labels
        labels = [best[1] if label == best[2] else label for label in labels]


def mean_between(night: Night, labels: list[int], a: int, b: int) -> Fraction:
    """In millionths, over all pairs of copy groups; below 0 for two settled stories."""
    members = [[row for row, label in enumerate(labels) if label == one] for one in (a, b)]
    if all(any(night.settled[row] for row in rows) for rows in members):
        return Fraction(-1)
    groups = [{night.copy_groups[row] for row in rows if night.in_window[row]} for rows in members]
    pairs = list(product(*groups))
    linked: dict[tuple[int, ...], int] = {}
    for one, other, probability in night.links:
        ends = tuple(sorted((night.copy_groups[one], night.copy_groups[other])))
        linked[ends] = max(linked.get(ends, 0), probability)
    total = sum(linked.get(tuple(sorted(pair)), 0) for pair in pairs)
    return Fraction(total, max(len(pairs), 1))


@st.composite
def nights(draw: st.DrawFn) -> Night:
    """Few rows, many links, and probabilities of which some are equal: ties are hard."""
    rows = draw(st.integers(1, 9))
    of_rows = {"min_size": rows, "max_size": rows}
    story = draw(st.lists(st.integers(0, 2 * rows), **of_rows))
    group = draw(st.lists(st.integers(0, 4), **of_rows))
    groups = lowest_of(list(zip(story, group, strict=True)))  # copies are of one story
    labels = lowest_of(story)
    done = draw(st.lists(st.booleans(), **of_rows))
    settled = [done[first] for first in labels]
    in_window = draw(st.lists(st.sampled_from([True, True, True, False]), **of_rows))
    reached = [row for row in range(rows) if in_window[row]] or [0]
    row = st.sampled_from(reached)
    chance = st.one_of(st.sampled_from([350_000, 700_000, 900_000]), st.integers(1, 1_000_000))
    links = st.lists(st.tuples(row, row, chance), min_size=rows, max_size=4 * rows)
    return Night(labels, settled, in_window, groups, draw(links) if any(in_window) else [])


@settings(max_examples=400)
@given(nights(), st.sampled_from([350_000, 500_000]))
def test_stories_equal_merging_the_best_two_clusters_one_by_one(night, cut):
    assert stories(night, cut / 1_000_000) == merged_one_by_one(night, Fraction(cut))


@given(nights(), st.randoms(use_true_random=False))
def test_neither_the_order_of_links_nor_their_direction_changes_a_story(night, random):
    turned = [random.choice([(a, b, p), (b, a, p)]) for a, b, p in night.links]
    random.shuffle(turned)

    assert stories(night._replace(links=turned)) == stories(night)


@given(nights())
def test_what_is_in_one_story_stays_together_and_settled_stories_stay_apart(night):
    answer = stories(night)

    assert answer == [answer[first] for first in night.labels]
    assert answer == lowest_of(answer)
    settled = {first for first, done in zip(night.labels, night.settled, strict=True) if done}
    assert len({answer[first] for first in settled}) == len(settled)


GROUP = {"labels": [0, 0, 0, 3], "copy_groups": [0, 0, 0, 3]}
EXAMPLES = {
    "nothing": (night(0), []),
    "no links": (night(3), [0, 1, 2]),
    "the cut itself merges": (night(2, (0, 1, 350_000)), [0, 0]),
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
    "one of three is near": (night(4, (1, 3, 700_000), labels=[0, 0, 0, 3]), [0, 0, 0, 3]),
    "three copies count once": (night(4, (1, 3, 700_000), **GROUP), [0, 0, 0, 0]),
    "a group's best link": (night(4, (0, 3, 1), (1, 3, 350_000), **GROUP), [0, 0, 0, 0]),
}


@pytest.mark.parametrize(("night", "expected"), EXAMPLES.values(), ids=EXAMPLES)
def test_clusters_are_merged_by_the_mean_over_all_pairs(night, expected):
    assert stories(night) == expected


def test_an_article_that_no_link_can_reach_does_not_count_in_the_mean():
    whole = night(4, (2, 3, 400_000), labels=[0, 0, 0, 3])

    assert stories(whole) == [0, 0, 0, 3]
    assert stories(whole._replace(in_window=[False, False, True, True])) == [0, 0, 0, 0]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_components_are_what_links_connect(pairs):
    a, b = np.array(pairs, np.int64).reshape(-1, 2).T

    labels = list(range(10))
    for ends in pairs:
        lower, higher = sorted(labels[end] for end in ends)
        labels = [lower if label == higher else label for label in labels]
    assert linkage.components(10, a, b).tolist() == labels


def test_no_rows_have_no_components():
    none = np.zeros(0, np.int64)

    assert linkage.components(0, none, none).tolist() == []


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
    assert linkage.match_ids(old, new) == taken


@given(data=st.data())
def test_contributions_of_two_languages_add_up_to_the_log_odds(data):
    own = model.shipped_models().two_languages
    values = np.array([data.draw(st.floats(0, 1)) for _ in own.names])

    explanation = model.explain(values, own)

    assert explanation.log_odds == model.log_odds(values[None, :], own)[0]
    check_sum(explanation, dict(zip(own.names, values.tolist(), strict=True)))


@given(data=st.data(), missing=st.sets(st.integers(0, 4)))
def test_contributions_of_one_language_add_up_to_the_log_odds(data, missing):
    models = model.shipped_models()
    names = models.one_language.names + models.prior.names + models.development.names[1:]
    values = np.array([data.draw(st.floats(0, 1)) for _ in names])
    values[[len(names) - 1 - place for place in missing]] = np.nan

    explanation = model.explain_one_language(values, models)

    assert explanation.log_odds == model.one_language_log_odds(values[None, :], models)[0]
    present = zip(names, values.tolist(), strict=True)
    check_sum(explanation, {name: value for name, value in present if value == value})


def check_sum(explanation, values):
    rows = explanation.contributions
    total = explanation.intercept + sum(row.log_odds for row in rows)
    assert total == pytest.approx(explanation.log_odds)
    assert {row.feature: row.value for row in rows} == values
    sizes = [abs(row.log_odds) for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def test_log_odds_are_the_intercept_and_the_weighted_features():
    names, weights, centres = ("cosine_body", "days"), np.array([2.0, -0.5]), np.array([0.0, 1.0])
    own = model.Model(names, weights, -1.0, centres)

    log_odds = model.log_odds(np.array([[0.5, 1.0], [1.0, 5.0], [0.0, np.nan]]), own)

    assert log_odds.tolist() == [0.0, -1.0, -1.0]  # a missing feature counts as its centre
    assert model.probability(log_odds).tolist() == [0.5, 0.268941, 0.268941]


def test_no_similarity_counts_against_one_story_and_no_gap_in_time_or_crowd_for_it():
    against = ("days", "undated", "crowd", "log_articles", "days_late", *conflict.NAMES)
    for own in model.shipped_models():
        for feature, weight in zip(own.names, own.weights, strict=True):
            assert weight <= 0 if feature in against else weight >= 0


def test_a_crowd_is_how_near_the_fifth_neighbour_is():
    clique = [(a, b) for a in range(7) for b in range(a + 1, 7)]
    a, b = np.array([*clique, (0, 7)]).T  # an eighth is linked to one of them only
    similarity, all_pairs = np.full(len(a), 0.7), np.ones(len(a), bool)
    pairs = Pairs(a, b)

    crowded = features.crowd(similarity, pairs, all_pairs)
    few = features.crowd(similarity, pairs, np.maximum(a, b) < 5)
    far = features.crowd(similarity / 7, pairs, all_pairs)

    assert crowded[:-1].tolist() == pytest.approx([0.7] * len(clique))
    assert crowded[-1] == features.LEAST_CROWD
    assert set(few) == set(far) == {features.LEAST_CROWD}


@pytest.mark.parametrize(
    ("similarity", "independent", "of_larger", "of_smaller"),
    [
        ([1.0, 0.5], [True, True], [1.0, 0.5], [1.0, 1.0]),  # the third has the second alone
        ([0.2, 0.1], [True, True], [0.4, 0.2], [0.4, 0.2]),  # strangers: the best counts as .5
        ([0.9, 0.6], [False, True], [1.0, 1.0], [1.0, 1.0]),  # beside a reprint
        ([0.6, 0.9], [False, False], [1.0, 1.0], [1.0, 1.0]),
    ],
)
def test_a_similarity_is_a_share_of_the_best_of_either_article(
    similarity, independent, of_larger, of_smaller
):
    pairs = Pairs(np.array([0, 1]), np.array([1, 2]))
    answer = features.shares_of_best(np.array(similarity), pairs, np.array(independent), least=0.5)

    assert [shares.tolist() for shares in answer] == [of_larger, of_smaller]


def test_days_count_in_both_directions_and_a_missing_time_is_0():
    assert features.days_apart(np.array([36.0, -12.0, np.nan])).tolist() == [1.5, 0.5, 0.0]


def share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0


def bcubed_one_by_one(gold: Sequence[int], found: Sequence[str]) -> tuple[float, float]:
    """The twin: for each article, those of its label and those of its cluster."""
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
    [(agreement.bcubed, bcubed_one_by_one), (agreement.pairwise, pairwise_one_by_one)],
)
@given(labels=LABELS)
def test_agreement_is_what_counting_one_by_one_gives(metric, twin, labels):
    gold, answer = [one for one, _ in labels], [other for _, other in labels]

    figures = metric(gold, answer)

    precision, recall = twin(gold, answer)
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    assert figures == pytest.approx((precision, recall, f1))


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
    assert agreement.bcubed(gold, found) == pytest.approx(bcubed)
    assert agreement.pairwise(gold, found) == pytest.approx(pairwise)


def test_labels_of_other_articles_are_refused():
    with pytest.raises(ValueError, match="3 labels and 2 clusters: one each is needed"):
        agreement.bcubed("abc", "xy")


def test_an_article_near_two_unrelated_stories_is_a_round_up():
    # 0, 1, 2 and 3, 4 are two stories; 5 is in the first, and as near to the second
    labels = np.array([0, 0, 0, 3, 3, 0])
    links = [(0, 1, 0.9), (0, 2, 0.9), (1, 2, 0.9), (3, 4, 0.9), (0, 5, 0.8)]

    def found(*more: tuple[int, int, float]) -> list[int]:
        a, b, probability = zip(*links, *more, strict=True)
        weighted = Links(np.array(a), np.array(b), np.array(probability))
        leaving = linkage.round_ups(labels, np.ones(len(labels), bool), weighted)
        return np.flatnonzero(leaving).tolist()

    assert found() == []
    assert found((3, 5, 0.6)) == [5]
    assert found((3, 5, 0.4)) == []  # much nearer to its own
    assert found((3, 5, 0.6), (2, 4, 0.5)) == []  # the two stories are related


def test_a_story_is_named_again_when_its_first_article_leaves():
    labels = np.array([0, 0, 0, 3, 3])

    answer = linkage.split_off(labels, np.array([True, False, False, False, True]))

    assert answer.tolist() == [0, 1, 1, 3, 4]
