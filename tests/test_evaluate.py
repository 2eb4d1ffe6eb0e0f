"""`evaluate` and `calibrate`: labels compared with an index, and weights learned from them."""

import csv
import json

import numpy as np
import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library
from twicetold.clustering import model
from twicetold.evaluation import agreement, calibration
from twicetold.evaluation.calibration import HeldOut
from twicetold.evaluation.fitting import Sample, fit

GOLD = CORPUS / "gold.csv"
TEXT = """\
measure        precision  recall  f1
-------------  ---------  ------  -----
BCubed         0.67       0.67    0.67
pairs          0.00       0.00    0.00
adjusted Rand                     -0.50
V              0.27       0.27    0.27

3 labelled articles, 1 not in the index

largest differences: labels split over several stories, or mixed with others

label  articles  stories  others  missing  wrong   title
-----  --------  -------  ------  -------  ------  ---------------------------
one    2         2        1       [1, 3]   [1, 2]  Talks on the harbour resume
two    1         1        1       []       [2, 1]  Talks on the harbour resume
"""


def test_the_sample_corpus_is_compared_with_its_makers_labels(twicetold, sample):
    answer = json.loads(twicetold("evaluate", sample, GOLD, "--json").stdout)

    figures = {row["measure"]: row for row in answer["measures"]}
    assert list(figures) == ["BCubed", "pairs", "adjusted Rand", "V"]
    assert (answer["articles"], answer["absent"]) == (153, 0)
    assert figures["BCubed"]["recall"] < figures["BCubed"]["precision"]
    assert 0.91 < figures["BCubed"]["f1"] < 1.0
    assert all(row["others"] > 0 or row["stories"] > 1 for row in answer["worst"])


def test_labels_may_name_articles_by_url_or_be_the_articles_themselves(twicetold, folder):
    reports = [
        article(id=None, url="https://a.example/1?utm_source=x", label="talks"),
        article(id=None, url="https://b.example/2/", outlet="CNA", label="talks"),
        {"outlet": "CNA", "title": "A goat is elected", "url": "https://b.example/3", "label": "g"},
    ]
    write_lines(folder / "feed.jsonl", *reports)
    twicetold("run", "news.db", "feed.jsonl")

    rows = json.loads(twicetold("evaluate", "news.db", "feed.jsonl", "--json").stdout)

    assert [row["f1"] for row in rows["measures"]] == [1.0, 1.0, 1.0, 1.0]
    assert rows["worst"] == []


def test_a_label_that_differs_is_listed_with_a_missing_and_a_wrong_pair(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a"),
        article(id="b", outlet="CNA"),
        article(id="c", outlet="CNA", title="A goat is elected", body="Chess players chose it."),
    )
    (folder / "labels.csv").write_text("key,story\na,one\nb,two\nc,one\nz,three\n")
    twicetold("run", "news.db", "feed.jsonl")

    answer = json.loads(twicetold("evaluate", "news.db", "labels.csv", "--json").stdout)

    ids = dict(select("news.db", "select key, id from articles"))
    assert answer["absent"] == 1
    assert answer["worst"][0] == {
        "label": "one",
        "articles": 2,
        "stories": 2,
        "others": 1,
        "missing": [ids["a"], ids["c"]],
        "wrong": [ids["a"], ids["b"]],
        "title": "Talks on the harbour resume",
    }
    assert twicetold("evaluate", "news.db", "labels.csv").stdout == TEXT


def test_pairs_are_labels_too(twicetold, folder):
    write_lines(folder / "feed.jsonl", *(article(id=key, outlet=key) for key in "ab"))
    (folder / "pairs.csv").write_text("a,b,same\na,b,different\n")
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("evaluate", "news.db", "pairs.csv", "--csv")

    assert result.stdout == "measure,precision,recall,f1\nlabelled pairs,0.0,1.0,0.0\n"


def test_sampled_pairs_are_judged_and_give_the_precision_of_stories(twicetold, folder, sample):
    drawn = twicetold("sample", sample, "--pairs", 20, "--near", 10, "-o", "pairs.csv")
    with open("pairs.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    story = dict(select(sample, "select key, story_id from articles"))
    inside = [row for row in rows if story[row["a"]] == story[row["b"]]]
    with open(GOLD, encoding="utf-8", newline="") as file:
        gold = {row["key"]: row["story"] for row in csv.DictReader(file)}
    unsure = inside.pop(5)
    for row in rows:
        row["same"] = "yes" if gold[row["a"]] == gold[row["b"]] else "no"
    unsure["same"] = "unsure"
    rows[0], rows[1] = rows[1], rows[0]
    write_csv(folder / "judged.csv", rows)

    answer = json.loads(twicetold("evaluate", sample, "judged.csv", "--json").stdout)

    assert drawn.stderr == "30 pairs in pairs.csv: fill in the column same\n"
    assert (len(inside), len(rows)) == (19, 30)
    assert len({story[row["a"]] for row in inside}) == 19
    same = sum(row["same"] == "yes" for row in inside)
    assert answer["measures"][0]["precision"] == same / 19
    assert answer["undecided"] == 1
    assert 0.5 < answer["precision_low"] < same / 19 <= answer["precision_high"] <= 1
    shown = twicetold("evaluate", sample, "judged.csv").stdout
    assert f"precision is between {answer['precision_low']:.2f} and" in shown
    assert "1 pair unsure or not judged yet\n" in shown


def write_csv(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_the_wilson_interval_is_that_of_the_book():
    # Newcombe 1998, table I: 81 of 263, 15 of 148
    assert [round(x, 4) for x in agreement.confidence(81, 263)] == [0.2553, 0.3662]
    assert [round(x, 4) for x in agreement.confidence(15, 148)] == [0.0624, 0.1605]
    assert agreement.confidence(0, 0) == (None, None)


def test_copies_are_one_text_and_are_not_drawn_as_a_pair(twicetold, sample):
    rows = json.loads(twicetold("sample", sample, "--pairs", 1000, "--json").stdout)

    group = dict(select(sample, "select key, coalesce(copy_group_id, -id) from articles"))
    several = "select count(distinct coalesce(copy_group_id, -id)) as n from articles"
    stories = select(sample, f"{several} group by story_id having n > 1")
    assert len(rows) == len(stories)
    assert all(group[row["a"]] != group[row["b"]] for row in rows)


def test_the_sample_depends_on_the_seed_and_not_on_the_order_of_arrival(twicetold, folder, sample):
    items = list(library.read_articles(CORPUS))
    with library.Index.in_memory() as other:
        library.run(other, reversed(items))
        again = library.sample(other, 20, near=10)
    with library.Index.open(sample) as index:
        first = library.sample(index, 20, near=10)
        second = library.sample(index, 20, near=10, seed=2)

    assert first == again
    assert {row[:2] for row in first} != {row[:2] for row in second}


def test_a_place_that_cannot_be_written_is_named(twicetold, sample):
    result = twicetold("sample", sample, "-o", "nowhere/pairs.csv")

    sentence = "nowhere/pairs.csv: can't be written: No such file or directory\n"
    assert (result.exit_code, result.stderr) == (1, sentence)


def test_judgements_are_never_written_over(twicetold, folder, sample):
    (folder / "pairs.csv").write_text("a,b,same\nx,y,yes\n")

    result = twicetold("sample", sample, "-o", "pairs.csv")

    sentence = "pairs.csv: exists already (give a new name: it may hold judgements)\n"
    assert (result.exit_code, result.stderr) == (1, sentence)
    assert (folder / "pairs.csv").read_text() == "a,b,same\nx,y,yes\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "a,b,same\nx,y,\nx,z,unsure\n",
            "labels.csv: has no verdict on any of 2 pairs"
            " (fill in the column same: yes, no or unsure)",
        ),
        ("a,b,same\nx,x,yes\n", "labels.csv:2: b 'x' is both articles of the pair"),
        ("a,b,same\nx,y,1\ny,x,no\n", "labels.csv:3: same contradicts an earlier line"),
        ("key,story\n,x\n", "labels.csv:2: key is missing (one of key, id, url)"),
        ("key,thing\na,x\n", "labels.csv: has no labels (columns key and story, or a, b and same)"),
        (
            "a,b,same\nx,y,maybe\n",
            "labels.csv:2: same 'maybe' is neither yes nor no (write yes, no or unsure)",
        ),
        (
            "key,story\nzz,x\n",
            "news.db: holds no article that has a label"
            " (labels name articles by their keys: select key from articles)",
        ),
    ],
)
def test_unusable_labels_are_an_error(twicetold, folder, text, sentence):
    write_lines(folder / "feed.jsonl", article())
    (folder / "labels.csv").write_text(text)
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("evaluate", "news.db", "labels.csv")

    assert (result.exit_code, result.stderr) == (1, f"{sentence}\n")


@pytest.mark.parametrize("apart", [False, True])
def test_links_are_chance_as_often_as_reports_weeks_apart_show_them(
    twicetold, sample, folder, gold, apart
):
    names = sorted({row["story"] for row in gold})
    stories = {row["key"]: names.index(row["story"]) for row in gold}
    reports = [
        article(id=key, title=title, body=body, outlet=outlet, published="2026-02-03T09:00:00Z")
        for key, title, body, outlet in select(
            sample,
            "select key, title, body, outlets.name from articles"
            " join outlets on outlets.id = outlet_id where lang = 'en' order by key",
        )
    ]
    for number, report in enumerate(reports):  # whole stories weeks apart, or reports of each
        if (stories[report["id"]] if apart else number) % 2:
            report["published"] = "2026-02-27T09:00:00Z"
    write_lines(folder / "feed.jsonl", *reports)
    twicetold("run", "news.db", "feed.jsonl")

    rows = json.loads(twicetold("evaluate", "news.db", "--json").stdout)

    shares = {row["probability"]: row["share"] for row in rows}
    assert list(shares) == [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    if apart:  # round-ups, quakes and market reports of the other half still look alike
        assert shares[0.2] < 0.5
    else:
        assert shares[0.2] == 1.0


def test_chance_links_need_more_than_a_few_days(twicetold, sample):
    result = twicetold("evaluate", sample)

    assert result.exit_code == 1
    assert result.stderr == (
        f"{sample}: covers too few days to estimate chance"
        " (it takes dated articles 24 days apart; or give LABELS)\n"
    )


def test_too_few_labels_are_not_learnt_from(twicetold, sample, folder):
    result = twicetold("calibrate", sample, GOLD, "ours.json")

    assert result.exit_code == 1
    assert result.stderr == (
        "labels give 89 pairs of one story and 405 of two"
        " (learning takes at least 100 of each, from 25 stories)\n"
    )
    assert not (folder / "ours.json").exists()


def test_the_users_own_weights_are_learned_written_and_used(twicetold, sample, folder, monkeypatch):
    monkeypatch.setattr(calibration, "LEAST_PAIRS", 50)
    result = twicetold("calibrate", sample, GOLD, "ours.json")
    assert result.stdout.startswith("one language: ")

    twicetold("run", "news.db", CORPUS, "--model", "ours.json")

    ours = library.load_models(folder / "ours.json")
    ((stored,),) = select("news.db", "select settings from runs")
    assert json.loads(stored)["models"] == model.models_as_dict(ours)
    assert ours.one_language.intercept != model.shipped_models().one_language.intercept
    with library.Index.open("news.db") as index:  # what is explained is what decided
        a, b, probability = index.connection.execute(
            "select a, b, probability from links where kind = 'story' limit 1"
        ).fetchone()
        assert library.why(index, str(a), str(b)).probability == probability


@pytest.mark.parametrize("text", ["{", "{}", '{"one_language": {"weights": {}, "intercept": 0}}'])
def test_a_file_without_weights_is_an_error(twicetold, folder, text):
    (folder / "ours.json").write_text(text)
    write_lines(folder / "feed.jsonl", article())

    result = twicetold("run", "news.db", "feed.jsonl", "--model", "ours.json")

    assert result.exit_code == 1
    assert result.stderr.startswith("ours.json: is not a weights file: ")
    assert not (folder / "news.db").exists()


@pytest.mark.parametrize(("granularity", "stories"), [("0.99999", 2), ("event", 1), ("episode", 1)])
def test_granularity_says_how_far_a_story_reaches(twicetold, folder, granularity, stories):
    body = "Envoys spoke on Tuesday in Merrow about dredging and about who is to pay for it all."
    write_lines(folder / "feed.jsonl", article(id="a"), article(id="b", outlet="CNA", body=body))

    twicetold("run", "news.db", "feed.jsonl", "--granularity", granularity)

    assert select("news.db", "select count(*) from stories") == [(stories,)]


def test_an_unknown_granularity_is_a_usage_error(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())

    result = twicetold("run", "news.db", "feed.jsonl", "--granularity", "saga")

    assert result.exit_code == 2
    assert "'saga' is neither event nor episode nor between 0 and 1" in result.stderr


def test_fitted_weights_find_the_useful_feature_and_keep_their_signs():
    random = np.random.default_rng(1)
    same = random.random(2000) < 0.3
    telling, noise = same + random.normal(0, 0.4, 2000), random.normal(0, 1, 2000)
    against = -0.5 * same + random.normal(0, 0.4, 2000)
    stories = np.stack([np.zeros(2000, int), np.where(same, 0, 1)], axis=1)
    features = np.stack([telling, noise, against], axis=1)
    sample = Sample(features, np.ones(2000), np.zeros(2000), stories, stories, telling)
    signs = model.Model(("telling", "noise", "against"), np.ones(3), 0.0, np.zeros(3))

    fitted = fit([sample], signs)

    assert fitted.weights[0] > 2
    assert abs(fitted.weights[1]) < 0.2
    assert fitted.weights[2] == 0  # likeness may not count against


def test_calibration_separates_good_probabilities_from_bad_ones():
    random = np.random.default_rng(2)
    true = random.random(20_000)
    same = random.random(20_000) < true
    weight = np.ones(20_000)

    honest = calibration.reliability(HeldOut(true, same, weight))
    boastful = calibration.reliability(HeldOut(np.sqrt(true), same, weight))

    assert [one.one_story for one in honest] == pytest.approx(
        [one.probability for one in honest], abs=0.04
    )
    assert max(abs(one.one_story - one.probability) for one in boastful) > 0.15
    assert calibration.brier(HeldOut(true, same, weight)) == pytest.approx(1 / 6, abs=0.01)
