"""Stories in news as it flows: big events, days full of strangers, and what is new in a report."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article, select, write_lines

from twicetold.clustering import linkage, prior
from twicetold.clustering.linkage import Links, Start

NEIGHBOURS = 12  # on either side, of each report of a ring


def ring(first: int, size: int) -> list[tuple[int, int]]:
    """Pairs of a big event: each report was compared with its nearest neighbours only."""
    return [
        (first + min(row, other), first + max(row, other))
        for row in range(size)
        for step in range(1, NEIGHBOURS + 1)
        for other in [(row + step) % size]
    ]


def clusters(
    size: int, pairs: list[tuple[int, int]], stray: tuple[tuple[int, int], ...] = ()
) -> list[int]:
    """Clusters of pairs of probability .5; that of `stray` ones is .4."""
    links = dict.fromkeys(pairs, 0.5) | dict.fromkeys(stray, 0.4)
    a, b = np.array(sorted(links), np.int64).T
    alone, none = np.arange(size), np.zeros(size, bool)
    start = Start(alone, alone, settled=none, in_window=~none)
    probability = np.array([links[pair] for pair in sorted(links)])
    return linkage.cluster(start, Links(a, b, probability), cut=0.3).tolist()


def test_a_big_event_is_one_story_though_most_of_its_pairs_were_never_compared():
    assert set(clusters(300, ring(0, 300))) == {0}


def test_one_stray_link_does_not_join_two_big_events():
    pairs = [*ring(0, 100), *ring(100, 100)]

    assert set(clusters(200, pairs, stray=((50, 150),))) == {0, 100}


def test_in_a_small_story_a_pair_that_is_not_a_link_counts_against_it():
    assert clusters(4, [(0, 1), (2, 3)], stray=((1, 2),)) == [0, 0, 2, 2]


@given(
    share=st.floats(0.1, 0.9),
    seed=st.integers(0, 100),
)
def test_the_share_of_true_pairs_is_estimated_from_their_log_odds(share, seed):
    random = np.random.default_rng(seed)
    true = random.random(20_000) < share
    log_odds = random.normal(np.where(true, 2, -2), 2)  # the log-odds of these two normals

    assert prior.estimate_share(log_odds, 0) == pytest.approx(true.mean(), abs=0.03)


@given(st.lists(st.floats(-1000, 1000), max_size=5))
def test_a_few_pairs_do_not_change_the_usual_share(log_odds):
    estimated = prior.estimate_share(np.array(log_odds), prior.PSEUDO_PAIRS_DATED)

    assert estimated == pytest.approx(prior.USUAL_SHARE, abs=0.03)


SUBJECTS = ("port", "mine", "dam", "rail", "bank", "farm", "fleet", "tower")
HEADLINES = (
    "Merrow harbour bridge collapses",
    "Bridge collapse at Merrow kills six",
    "Six dead as Merrow bridge falls",
    "Rescuers search Merrow harbour after bridge collapse",
    "Merrow mourns six dead in bridge collapse",
    "Bridge inspectors warned Merrow before collapse",
)


def test_headlines_of_one_event_that_share_few_words_are_one_story(twicetold, folder):
    event = [
        article(id=f"e{n}", outlet=f"outlet {n}", title=title, body="")
        for n, title in enumerate(HEADLINES)
    ]
    others = [
        article(id=f"o{n}", outlet=f"outlet {n}", title=f"Minister opens new {word}", body="")
        for n, word in enumerate(SUBJECTS)
    ]
    write_lines(folder / "feed.jsonl", *event, *others)

    twicetold("run", "news.db", "feed.jsonl")

    stories = "select distinct story_id from articles where key like ?"
    event_stories = select("news.db", stories, "e%")
    assert len(event_stories) == 1
    assert event_stories[0] not in select("news.db", stories, "o%")


def saga(day: int, number: int, news: str) -> dict[str, object]:
    """A report on a long affair; `news` is what is new in it."""
    background = (
        "The dispute between Merrow and Harrow over the dredging of the harbour has gone on since"
        " spring, when the mayor of Merrow refused to pay for the channel and the ferry company"
        " took both towns to court.",
        "Since spring the harbour of Merrow waits for dredging: neither town wants to pay, Harrow"
        " least of all, and a ferry company went to court over the channel after the mayor's"
        " refusal began the dispute.",
    )
    return article(
        id=f"{day}-{number}",
        outlet=f"outlet {number}",
        title=f"Merrow harbour dispute: {news.split('.')[0]}",
        body=f"{news} {background[number % 2]}",
        published=f"2026-02-{day:02}T{9 + number:02}:00:00Z",
    )


def test_what_is_new_tells_two_developments_of_one_affair_apart(twicetold, folder):
    earlier = [saga(day, 0, f"Council meets for session number {day}.") for day in range(1, 9)]
    ruling = "Judge Alma Teller orders Harrow to pay nine million crowns. The verdict is final."
    strike = "Dockers walk out over unpaid shifts. Cranes stand idle until Monday."
    write_lines(
        folder / "feed.jsonl",
        *earlier,
        saga(11, 1, ruling),
        saga(11, 2, "Harrow must pay. Nine million crowns is the verdict of judge Alma Teller."),
        saga(11, 4, strike),
    )
    twicetold("run", "news.db", "feed.jsonl")

    def new_share(one: str, other: str) -> float:
        answer = json.loads(twicetold("why", "news.db", one, other, "--json").stdout)
        values = {row["feature"]: row["value"] for row in answer["contributions"]}
        return float(values["new_share"])

    assert new_share("11-1", "11-2") > 2 * new_share("11-1", "11-4")


def test_the_prior_of_each_day_is_stored_with_what_it_was_made_from(twicetold, folder):
    reports = [
        article(id=f"{n}", title=f"Report {n} on matter {n}", body=f"Words {n} of {n} apart.")
        for n in range(5)
    ]
    write_lines(folder / "feed.jsonl", *reports, article(id="fr", lang="fr"))

    twicetold("run", "news.db", "feed.jsonl")

    rows = select("news.db", "select day, lang, articles from priors order by lang")
    assert rows == [("2026-02-03", "en", 5), ("2026-02-03", "fr", 1)]
