"""`why`: the evidence about two articles, and how firmly each report belongs to its story."""

import json
import sqlite3
from contextlib import closing

import pytest
from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

import twicetold as library
from twicetold.clustering import model
from twicetold.clustering.meanings import MEANINGS
from twicetold.queries import relevant_pairs

REUTERS = "https://www.reuters.example/world/reuters-abudhabi-0205-2026-02-05"
LE_MONDE = "tag:lemonde.example,2026:lemonde-aboudhabi-0205"
CNA = "https://www.channelnewsasia.example/cna-abudhabi-militarydialogue-0205"
LATIMES = "latimes-usrussia-generals-0205"
CUT = "latimes-abudhabi-newlead-0206"
NEW_START = "https://www.reuters.example/world/reuters-newstart-0205-2026-02-05"


def test_every_feature_of_the_model_has_a_meaning_in_the_help(twicetold):
    names = {name for model in model.SIGNS for name in model.names}
    help = " ".join(twicetold("why", "--help").stdout.split())

    assert set(MEANINGS) == names
    assert [name for name in MEANINGS if f"{name}: {MEANINGS[name]}" not in help] == []


@pytest.mark.parametrize("other", [LE_MONDE, CNA, LATIMES, CUT, NEW_START])
def test_the_contributions_add_up_to_the_score(sample, other):
    with library.Index.open(sample) as index:
        answer = library.why(index, REUTERS, other)

    total = answer.intercept + sum(row.log_odds for row in answer.contributions)
    assert total == pytest.approx(answer.log_odds, abs=1e-12)
    if answer.kind == "story":
        assert answer.probability == pytest.approx(1 / (1 + 2.718281828459045**-total), abs=1e-6)


def test_why_shows_the_figures_that_decided(sample):
    pairs = select(
        sample,
        "select x.key, y.key, kind, probability from links join articles as x on x.id = a"
        " join articles as y on y.id = b where found_by = 'neighbour' order by a, b limit 40",
    )

    with library.Index.open(sample) as index:
        for a, b, kind, probability in pairs:
            answer = library.why(index, a, b)
            assert (answer.kind, answer.probability) == (kind, probability)


def test_a_copy_is_explained_with_its_shares_and_passages(twicetold, sample):
    result = twicetold("why", sample, REUTERS, CUT)

    assert "  a copy: the texts decide, not the features below\n" in result.stdout
    assert "  shared text: 68% of A is in B, 83% of B is in A, Jaccard 0.60\n" in result.stdout
    assert "both have: “Thursday between General Alexus Grynkewich" in result.stdout


def test_two_languages_share_names_and_numbers(sample):
    with library.Index.open(sample) as index:
        answer = library.why(index, LE_MONDE, REUTERS)

    assert answer.one_story
    assert set(answer.shared_terms[:7]) == {
        "United Arab Emirates = Emirats arabes unis",
        "European = Europe",
        "Abu Dhabi = Abou Dhabi",
        "Feb 5 = 5 février",
        "Moscow = Moscou",
        "US = Etats-Unis",
        "Russia = Russie",
    }
    assert {"157", "314", "Grynkewich", "Witkoff"} <= set(answer.shared_terms[7:])
    assert {row.feature for row in answer.contributions} == {
        "cosine_names",
        "cosine_words",
        "cosine_grams",
        "days",
        "undated",
        "words_x_share_of_larger_best",
        "words_x_share_of_smaller_best",
    }


def test_a_briefing_is_recognised_by_its_title_and_joins_no_story(twicetold, sample):
    sql = "select id, story_id, (select count(*) from articles as x where x.story_id = a.story_id)"
    ((briefing, _, alone),) = select(sample, f"{sql} from articles as a where title like 'Five%'")

    result = twicetold("why", sample, briefing, REUTERS)

    assert alone == 1
    assert "  the title of one is that of a news round-up: it joins no story\n" in result.stdout


def test_different_pairs_of_neighbours_are_kept_apart(twicetold, sample):
    result = twicetold("why", sample, REUTERS, NEW_START, "--json")

    answer = json.loads(result.stdout)
    assert not answer["one_story"]
    assert answer["probability"] < 0.35


def test_either_order_and_either_name_give_the_same(sample):
    ((id,),) = select(sample, "select id from articles where key = ?", CNA)

    with library.Index.open(sample) as index:
        assert library.why(index, REUTERS, CNA) == library.why(
            index, str(id), f"{REUTERS}/?utm_id=1"
        )


def test_the_loosest_report_of_a_story_comes_first(twicetold, sample):
    ((story,),) = select(sample, "select story from story_overview where title = ?", MODEL_STORY)

    answer = json.loads(twicetold("why", sample, story, "--json").stdout)

    rows = answer["reports"]
    assert len(rows) == 7
    assert rows[0]["title"].startswith("Four years after the phones went dead")
    assert [row["mean"] for row in rows] == sorted(row["mean"] for row in rows)
    assert rows[0]["without"] > answer["cohesion"] > rows[-1]["without"]


def test_the_link_that_a_story_hangs_on_is_named_with_what_it_parts(twicetold, folder):
    write_lines(folder / "feed.jsonl", *(article(id=key, outlet=key) for key in "abcd"))
    twicetold("run", "news.db", "feed.jsonl")
    with closing(sqlite3.connect("news.db")) as db, db:  # a: #1, b: #2, ...
        db.execute("delete from links")
        links = [(1, 2, 0.9), (3, 4, 0.8), (2, 3, 0.4), (1, 4, 0.3)]
        sql = "insert into links (a, b, kind, found_by, probability)"
        sql += " values (?, ?, 'story', 'neighbour', ?)"
        db.executemany(sql, links)

    answer = json.loads(twicetold("why", "news.db", 1, "--json").stdout)

    assert (answer["weakest"], answer["probability"]) == ([2, 3], 0.4)
    assert answer["parts"] == [[1, 2], [3, 4]]
    assert [(row["article"], row["nearest"], row["mean"]) for row in answer["reports"]] == [
        (4, 3, pytest.approx(1.1 / 3, abs=1e-6)),
        (1, 2, pytest.approx(1.2 / 3, abs=1e-6)),
        (3, 4, pytest.approx(1.2 / 3, abs=1e-6)),
        (2, 1, pytest.approx(1.3 / 3, abs=1e-6)),
    ]
    lines = twicetold("why", "news.db", 1).stdout.splitlines()
    assert lines[0] == "Talks on the harbour resume"
    assert lines[2:5] == [
        f"  cohesion {answer['cohesion']:.2f} of 1; without the link of #2 and #3 (0.40)"
        " it would split into",
        "    #1, #2",
        "    #3, #4",
    ]
    assert [line.split()[:5] for line in lines[8:]] == [
        ["4", "d", "3", "0.80", "0.37"],
        ["1", "a", "2", "0.90", "0.40"],
        ["3", "c", "4", "0.80", "0.40"],
        ["2", "b", "1", "0.90", "0.43"],
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (
            ["nobody", "95"],
            1,
            "{}: no article 'nobody' (find it: twicetold stories {} --search WORDS)",
        ),
        (["nobody"], 2, None),
        (
            ["95", REUTERS],
            1,
            "{}: '95' and '" + REUTERS + "' are the same article (name two different ones)",
        ),
        (["9999"], 1, "{}: no story 9999 (list them: twicetold stories {})"),
    ],
)
def test_a_missing_article_or_story_is_an_error(twicetold, sample, arguments, code, sentence):
    result = twicetold("why", sample, *arguments)

    assert result.exit_code == code
    if sentence:
        assert result.stderr == sentence.format(sample, sample) + "\n"


@pytest.mark.slow
def test_links_of_a_corpus_are_explained_by_their_own_figures(tmp_path, monkeypatch):
    """Also where few have to ask: a whole day's neighbours are not looked for."""
    monkeypatch.setattr(relevant_pairs, "_AT_ONCE", 1)
    path = tmp_path / "news.db"
    with library.Index.open(path, create=True) as index:
        library.run(index, library.read_articles(CORPUS))
        links = select(
            path, "select a, b, kind, probability from links where found_by = 'neighbour'"
        )

        for a, b, kind, probability in links[::12]:
            answer = library.why(index, str(a), str(b))
            assert (a, b, answer.kind, answer.probability) == (a, b, kind, probability)

    assert len(links) > 100


@pytest.mark.parametrize(("date", "days"), [("2025-02-03", 365), ("2026-01-27", 7)])
def test_an_old_report_is_explained_as_if_it_were_new(twicetold, folder, date, days):
    old = article(id="old", published=f"{date}T09:00:00Z")
    other = article(id="other", outlet="AP", title="Envoys meet over the harbour of Merrow")
    write_lines(folder / "feed.jsonl", old, other, article(id="far", title="A goat is elected"))
    twicetold("run", "news.db", "feed.jsonl")

    answer = json.loads(twicetold("why", "news.db", "other", "old", "--json").stdout)

    assert (answer["a"]["published"], answer["kind"]) == (f"{date}T09:00:00Z", "copy")
    assert {"harbour", "merrow"} <= set(answer["shared_terms"])
    assert {row["feature"]: row["value"] for row in answer["contributions"]}["days"] == days
    assert (answer["jaccard"], answer["passages"] != []) == (1.0, True)
