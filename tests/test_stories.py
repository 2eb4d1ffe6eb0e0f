"""Stories: what is one event and what is not, and how the list of them is asked for."""

import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

import twicetold as library
from twicetold.clustering.cohesion import mean_probabilities, weakest_links
from twicetold.clustering.linkage import CROWDED

CASES = json.loads((Path(__file__).parent / "cases" / "events.json").read_text("utf-8"))


def case_parameters() -> list[object]:
    return [
        pytest.param(
            case,
            id=f"{case['rule']}: {case['label']}",
            marks=[pytest.mark.xfail(reason=case["known_miss"])] if "known_miss" in case else [],
        )
        for case in CASES
    ]


@pytest.fixture(scope="module")
def among_the_news(tmp_path_factory) -> dict[str, int]:
    """The story of each article of all cases, clustered amid the sample corpus."""
    folder = tmp_path_factory.mktemp("events")
    path = write_lines(folder / "cases.jsonl", *(a for case in CASES for a in case["input"]))
    with library.Index.in_memory() as index:
        library.run(index, library.read_articles([CORPUS, path]))
        return dict(index.connection.execute("select key, story_id from articles"))


@pytest.mark.parametrize("case", case_parameters())
def test_a_case_is_grouped_as_an_editor_would(among_the_news, case):
    members: dict[int, list[str]] = {}
    for key, story in among_the_news.items():
        members.setdefault(story, []).append(key)

    answer = {tuple(sorted(members[among_the_news[a["id"]]])) for a in case["input"]}

    assert sorted(answer) == sorted(tuple(sorted(group)) for group in case["expected"])


def test_the_model_story_is_one_story_of_four_outlets_without_its_neighbours(sample, gold):
    ((story,),) = select(sample, "select story from story_overview where title = ?", MODEL_STORY)

    answer = {
        key for (key,) in select(sample, "select key from articles where story_id = ?", story)
    }

    expected = {row["key"] for row in gold if row["story"] == "S01"}
    assert answer == expected
    assert select(
        sample,
        "select distinct outlet from story_reports where story = ? order by outlet",
        story,
    ) == [("CNA",), ("LATIMES",), ("Le Monde",), ("Reuters",)]


def test_a_new_day_grows_stories_and_keeps_their_ids(twicetold):
    nights = sorted(path for path in CORPUS.iterdir() if path.is_dir())
    twicetold("run", "news.db", *nights[:6])
    before = dict(select("news.db", "select key, story_id from articles"))

    result = twicetold("run", "news.db", nights[6])

    stored, answer = result.stdout.splitlines()
    assert stored == "14 articles stored, 0 updated, 0 unchanged, 0 rejected"
    assert answer.partition(" new links, ")[2] == "6 new stories"
    after = dict(select("news.db", "select key, story_id from articles"))
    assert {key: after[key] for key in before} == before


def test_a_report_of_the_next_day_joins_the_story_of_the_day_before(twicetold, gold):
    nights = sorted(path for path in CORPUS.iterdir() if path.is_dir())
    twicetold("run", "news.db", *nights[:4])
    ((story,),) = select("news.db", "select story_id from articles where key like '%usrussia%'")

    twicetold("run", "news.db", nights[4])

    assert select("news.db", "select title from stories where id = ?", story) == [(MODEL_STORY,)]
    expected = sorted(row["key"] for row in gold if row["story"] == "S01")
    assert select("news.db", "select key from articles where story_id = ? order by key", story) == [
        (key,) for key in expected
    ]


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--min-outlets", "4", "--since", "2026-02-06", "--until", "2026-02-05"], [MODEL_STORY]),
        (["--search", "grynkewich stuttgart"], [MODEL_STORY]),
        (["--outlet", "Le Monde", "--search", '"Abou Dhabi" dialogue'], [MODEL_STORY]),
        (["--lang", "de"], []),
        (["--since", "2026-02-09"], []),
        (["--search", "grynkewich stuttgart", "--since", "2026-02-06 11:00"], [MODEL_STORY]),
        (["--search", "grynkewich stuttgart", "--since", "2026-02-06T12:30:00+01:00"], []),
        (["--search", "grynkewich stuttgart", "--until", "2026-02-05"], [MODEL_STORY]),
        (["--search", "grynkewich stuttgart", "--until", "2026-02-05T17:00:00Z"], []),
        (["--min-outlets", "5"], []),
    ],
)
def test_the_list_can_be_narrowed(twicetold, sample, options, titles):
    result = twicetold("stories", sample, *options, "--json")

    assert [row["title"] for row in json.loads(result.stdout)] == titles


def test_the_list_begins_with_what_most_outlets_report_and_holds_together_best(twicetold, sample):
    result = twicetold("stories", sample, "--limit", "0", "--nl")

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    ranks = [(row["outlets"], row["cohesion"] or 0) for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    assert rows[-1]["cohesion"] is None
    assert sum(row["articles"] for row in rows) == 153


def test_a_story_that_holds_together_loosely_is_called_uncertain(twicetold, sample):
    rows = json.loads(twicetold("stories", sample, "--limit", "0", "--json").stdout)

    loose = [row["story"] for row in rows if row["articles"] > 1 and row["cohesion"] < 0.5]
    assert loose
    assert [row["story"] for row in rows if row["certainty"] == "uncertain"] == loose
    assert "uncertain: maybe more than one event\n" in twicetold("show", sample, loose[0]).stdout


def test_the_weakest_link_of_each_story_is_the_one_that_why_names(sample):
    with library.Index.open(sample) as index:
        for row in library.stories(index, limit=0):
            why = library.cohesion(index, row.story)
            assert (why.probability is None) == (row.weakest_link is None)
            assert why.probability == pytest.approx(row.weakest_link)
            assert why.cohesion == pytest.approx(row.cohesion)


def test_one_text_in_sixty_outlets_is_as_cohesive_as_in_two(twicetold, folder):
    for number in (2, 60):
        prints = [article(id=f"{n}", outlet=f"Outlet {n}") for n in range(number)]
        write_lines(folder / f"{number}.jsonl", *prints)
        twicetold("run", f"{number}.db", f"{number}.jsonl", "--now", "2026-02-04T00:00:00Z")

        (row,) = json.loads(twicetold("stories", f"{number}.db", "--json").stdout)

        assert (row["articles"], row["cohesion"], row["certainty"]) == (number, 1.0, "")


def test_pairs_that_a_big_event_left_uncompared_do_not_lower_its_cohesion():
    size, links = 60, CROWDED // 2 + 2
    a, b = np.array([(i, (i + step) % size) for i in range(size) for step in range(1, links)]).T
    story = np.zeros(size, np.int64)

    assert mean_probabilities(story, a, b, np.full(len(a), 0.8)).tolist() == [pytest.approx(0.8)]


def test_copies_do_not_crowd_two_texts_that_one_weak_link_joins():
    copies = [
        pair for first in (0, 30) for pair in itertools.combinations(range(first, first + 30), 2)
    ]
    a, b = np.array([*copies, (0, 30)]).T
    probability = np.append(np.ones(len(copies)), 0.3)

    (mean,) = mean_probabilities(np.zeros(60, np.int64), a, b, probability).tolist()

    assert mean < 0.5


probabilities = st.floats(0.02, 1).map(lambda p: round(p, 6))
stories_of_links = st.integers(1, 7).flatmap(
    lambda size: st.tuples(
        st.lists(st.integers(0, 2), min_size=size, max_size=size),
        st.dictionaries(
            st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(
                lambda pair: pair[0] < pair[1]
            ),
            probabilities,
        ),
    )
)


@given(stories_of_links)
def test_cohesion_and_weakest_link_are_what_trying_all_says(case):
    names, links = case
    story = np.unique(names, return_inverse=True)[1]
    links = {(a, b): p for (a, b), p in links.items() if story[a] == story[b]}
    a, b = np.array(list(links), np.int64).reshape(-1, 2).T
    weights = np.array(list(links.values()))

    means = mean_probabilities(story, a, b, weights)
    weakest = weakest_links(story, a, b, weights)

    for place in range(story.max() + 1):
        members = np.flatnonzero(story == place).tolist()
        if len(members) == 1:
            assert np.isnan(means[place])
            assert np.isnan(weakest[place])
            continue
        pairs = list(itertools.combinations(members, 2))
        inside = [links.get(pair, 0) for pair in pairs]
        assert means[place] == pytest.approx(sum(inside) / len(pairs))
        # the best that can be said of the worst cut of the story in two
        cuts = [set(c) for n in range(1, len(members)) for c in itertools.combinations(members, n)]
        across = [
            max(links.get(pair, 0) for pair in pairs if (pair[0] in cut) != (pair[1] in cut))
            for cut in cuts
        ]
        assert weakest[place] == pytest.approx(min(across))


def test_a_list_that_is_cut_says_so(twicetold, sample):
    result = twicetold("stories", sample, "--limit", "2", "--csv", "--no-headers")

    assert len(result.stdout.splitlines()) == 2
    assert result.stderr == "only the first 2: --limit 0 lists all\n"


@pytest.mark.parametrize("time", ["last week", "2026-02-32", "2026-2"])
def test_an_invalid_time_is_a_usage_error(twicetold, sample, time):
    result = twicetold("stories", sample, "--since", time)

    assert result.exit_code == 2
    assert f"Invalid value for '--since': '{time}" in result.stderr


def test_the_number_of_a_story_that_is_gone_is_not_given_again(twicetold, folder):
    lines = (CORPUS / "2026-02-02" / "reuters.jsonl").read_text("utf-8").splitlines()
    one, two, other = (json.loads(lines[place]) for place in (0, 2, 4))
    write_lines(folder / "1.jsonl", one, two)
    write_lines(folder / "2.jsonl", other)

    twicetold("run", "news.db", "1.jsonl")
    twicetold("same", "news.db", one["url"], two["url"])
    twicetold("run", "news.db", "2.jsonl")

    assert select("news.db", "select id from stories order by id") == [(1,), (3,)]


def test_undated_articles_are_compared_without_time(twicetold, folder, sample):
    reports = [
        {"title": title, "body": body, "outlet": outlet}
        for title, body, outlet in select(
            sample,
            "select articles.title, body, name from articles join outlets on outlets.id = outlet_id"
            " join stories on stories.id = story_id where stories.title = ?",
            MODEL_STORY,
        )
    ]
    write_lines(folder / "undated.jsonl", *reports)

    twicetold("run", "news.db", "undated.jsonl", "--now", "2026-03-01T12:00:00Z")

    assert select("news.db", "select distinct published, first_seen from articles") == [
        (None, "2026-03-01T12:00:00Z")
    ]
    assert select("news.db", "select max(articles) >= 5 from stories") == [(1,)]


def test_headlines_alone_make_stories(twicetold, folder):
    titles = {
        "CNA": "Zelina mine blast kills 14 in Kordan",
        "Reuters": "Kordan: 14 dead after blast at Zelina mine",
        "LATIMES": "Ostrel opera to reopen after nine years",
    }
    write_lines(
        folder / "feed.jsonl",
        *(
            {
                "id": outlet,
                "outlet": outlet,
                "title": title,
                "lang": "en",
                "published": "2026-02-04",
            }
            for outlet, title in titles.items()
        ),
    )

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select outlets, title from story_overview") == [
        (2, "Zelina mine blast kills 14 in Kordan"),
        (1, "Ostrel opera to reopen after nine years"),
    ]
    assert select("news.db", "select count(*) from copy_groups") == [(0,)]


def test_a_late_copy_that_becomes_another_text_leaves_the_story(twicetold, folder):
    body = article()["body"] * 3
    late = article(id="late", outlet="CNA", body=body, published="2026-03-20T09:00:00Z")
    other = "Divers of the harbour police found a bell from 1611 in the mud below the pier. " * 3
    write_lines(folder / "feed.jsonl", article(body=body), late)
    write_lines(
        folder / "later.jsonl",
        late | {"title": "A bell", "body": other, "updated": "2026-03-20T10:00:00Z"},
    )
    twicetold("run", "news.db", "feed.jsonl")
    together = select("news.db", "select count(distinct story_id) from articles")

    twicetold("run", "news.db", "later.jsonl")

    assert together == [(1,)]
    assert select("news.db", "select articles, title from stories order by id") == [
        (1, "Talks on the harbour resume"),
        (1, "A bell"),
    ]


def test_a_text_made_of_two_of_long_ago_makes_their_stories_one(twicetold, folder):
    body = article()["body"]
    other = "Divers of the harbour police found a bell from 1611 in the mud below the pier. It had"
    other += " hung in the tower of Saint Olaf until the fire, the museum said, and will be shown"
    other += " there from Sunday on. "
    bell = article(id="bell", title="A bell", body=other, published="2026-02-05T10:00:00Z")
    parts = body[: len(body) * 4 // 5], other[: len(other) * 4 // 5]
    both = article(id="both", body="\n\n".join(parts), published="2026-03-20T09:00:00Z")
    write_lines(folder / "feed.jsonl", article(body=body), bell)
    write_lines(folder / "later.jsonl", both)
    twicetold("run", "news.db", "feed.jsonl")
    assert select("news.db", "select id from stories") == [(1,), (2,)]

    twicetold("run", "news.db", "later.jsonl")

    assert select("news.db", "select id, articles from stories") == [(1, 3)]
    assert twicetold("show", "news.db", 2).stdout == twicetold("show", "news.db", 1).stdout
    assert twicetold("check", "news.db").exit_code == 0


def test_a_report_of_long_ago_that_leads_its_story_now_is_shown_by_its_headline():
    corpus = library.read_articles(CORPUS)
    of_trial = [each for each in corpus if "ferrandi-0202" in each.key]
    reports = {each.outlet: each for each in of_trial}
    reuters = replace(reports["Reuters"], published=datetime(2026, 2, 2, 19, tzinfo=UTC))
    copy = replace(
        reuters, outlet="The Post", id="copy", published=datetime(2026, 3, 20, tzinfo=UTC)
    )
    headline = reuters.title.removesuffix(" | Reuters")
    with library.Index.in_memory() as index:
        library.run(index, [reports["Le Monde"], reuters])
        before = library.stories(index)
        library.run(index, [copy])  # two of three are English then
        after = library.stories(index)

    assert [story.title for story in before] == [reports["Le Monde"].title]
    assert [story.title for story in after] == [headline]
    assert headline != reuters.title
