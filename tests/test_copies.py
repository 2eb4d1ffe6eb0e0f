"""Copies: text taken over from one report into another, and what only looks like it."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library
from twicetold.text.cleaning import own_words

CASES = json.loads((Path(__file__).parent / "cases" / "copies.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_a_case_is_judged_as_an_editor_would(twicetold, folder, case):
    one, other = case["input"]["a"], case["input"]["b"]
    write_lines(folder / "feed.jsonl", one | {"id": "a"}, other | {"id": "b"})

    twicetold("run", "news.db", "feed.jsonl")

    kinds = select("news.db", "select kind from links where kind <> 'story'")
    assert kinds == ([] if case["expected"] == "neither" else [(case["expected"],)])
    grouped = select("news.db", "select count(*) from articles where copy_group_id is not null")
    assert grouped == [(2 if case["expected"] == "copy" else 0,)]


def test_the_measures_of_a_copy_are_exact(twicetold, folder):
    words = [f"word{number}" for number in range(100)]
    write_lines(
        folder / "feed.jsonl",
        article(id="whole", body=" ".join(words)),
        article(id="half", body=" ".join(words[:54]), published="2026-02-03T10:00:00Z"),
    )

    twicetold("run", "news.db", "feed.jsonl")

    # 96 runs of five words, of which the half has 50
    assert select("news.db", "select jaccard, a_in_b, b_in_a from links") == [(50 / 96, 50 / 96, 1)]


def test_a_group_holds_only_what_verified_links_join(twicetold, folder):
    mould = "The council of {} met on Tuesday and spoke for hours of {} before it {} {}"
    first = " ".join(mould.format(*(f"a{n}", f"b{n}", f"c{n}", f"d{n}")) for n in range(9))
    second = " ".join(mould.format(*(f"e{n}", f"f{n}", f"g{n}", f"h{n}")) for n in range(9))
    write_lines(
        folder / "feed.jsonl",
        *(
            article(id=str(n), outlet=f"Paper {n}", body=b)
            for n, b in enumerate([first, second] * 2)
        ),
    )

    twicetold("run", "news.db", "feed.jsonl")

    groups = select(
        "news.db",
        "select group_concat(key) from (select key, copy_group_id from articles order by key)"
        " group by copy_group_id",
    )
    assert sorted(groups) == [("0,2",), ("1,3",)]


def test_a_reprint_weeks_later_joins_the_copies_and_the_story_of_its_origin(twicetold, folder):
    reuters = json.loads((CORPUS / "2026-02-05" / "reuters.jsonl").read_text().splitlines()[2])
    late = reuters | {
        "url": "https://magazine.example/review",
        "outlet": "Magazine",
        "published": "2026-03-20T08:00:00Z",
    }
    write_lines(folder / "late.jsonl", late)
    twicetold("run", "news.db", CORPUS)

    twicetold("run", "news.db", "late.jsonl")

    rows = select(
        "news.db",
        "select story_id, origin_article_id = articles.id from articles"
        " join copy_groups on copy_groups.id = copy_group_id where title = ? order by published",
        reuters["title"],
    )
    assert [origin for _, origin in rows] == [1, 0]
    assert rows[0][0] == rows[1][0]


def test_the_origin_is_the_earliest_whatever_came_first(twicetold, folder):
    body = " ".join(f"word{number}" for number in range(60))
    write_lines(folder / "late.jsonl", article(id="late", outlet="CNA", body=body))
    early = article(id="early", outlet="Reuters", body=body, published="2026-02-03T08:00:00Z")
    write_lines(folder / "early.jsonl", early)

    twicetold("run", "news.db", "late.jsonl")
    twicetold("run", "news.db", "early.jsonl")

    assert select("news.db", "select outlet, copying_outlet, hours from copies") == [
        ("Reuters", "CNA", 1.0)
    ]
    assert select(
        "news.db", "select key from articles join copy_groups on origin_article_id = articles.id"
    ) == [("early",)]


def test_a_corrected_text_leaves_the_group_that_it_no_longer_fits(twicetold, folder):
    words = [f"word{number}" for number in range(60)]
    write_lines(
        folder / "morning.jsonl",
        article(id="a", body=" ".join(words)),
        article(id="b", outlet="CNA", body=" ".join(words)),
    )
    other = " ".join(reversed(words))
    correction = article(id="b", outlet="CNA", body=other, updated="2026-02-03T12:00:00Z")
    write_lines(folder / "noon.jsonl", correction)

    twicetold("run", "news.db", "morning.jsonl")
    twicetold("run", "news.db", "noon.jsonl")

    assert select("news.db", "select count(*) from copy_groups") == [(0,)]
    assert select("news.db", "select copy_group_id from articles") == [(None,), (None,)]


def test_copy_groups_of_the_sample_corpus_are_those_of_its_makers(sample, gold):
    answer: dict[int, set[str]] = {}
    for key, group in select(sample, "select key, copy_group_id from articles"):
        if group is not None:
            answer.setdefault(group, set()).add(key)
    expected: dict[str, set[str]] = {}
    for row in gold:
        if row["copy_group"]:
            expected.setdefault(row["copy_group"], set()).add(row["key"])

    assert sorted(map(sorted, answer.values())) == sorted(map(sorted, expected.values()))


def test_a_copy_whose_text_is_taken_out_leaves_its_group(twicetold, folder):
    body = article()["body"] * 3
    copy = article(id="copy", outlet="CNA", body=body)
    emptied = {"title": "A bell found", "body": "", "updated": "2026-02-03T12:00:00Z"}
    write_lines(folder / "feed.jsonl", article(body=body), copy)
    write_lines(folder / "later.jsonl", copy | emptied)

    twicetold("run", "news.db", "feed.jsonl")
    assert select("news.db", "select articles from copy_groups") == [(2,)]
    twicetold("run", "news.db", "later.jsonl")

    assert select("news.db", "select articles from copy_groups") == []
    assert twicetold("check", "news.db").exit_code == 0


def test_every_pair_that_shares_much_text_is_found(index):
    items = list(library.read_articles(CORPUS))
    library.run(index, items)
    bodies = dict(index.connection.execute("select id, body from articles"))
    stored = {
        (min(pair), max(pair)): jaccard
        for *pair, jaccard in index.connection.execute(
            "select a, b, jaccard from links where jaccard is not null"
        )
    }

    sets = {id: five_word_runs(own_words(body)) for id, body in bodies.items()}
    for a in sets:
        for b in sets:
            if a < b and sets[a] and sets[b]:
                jaccard = len(sets[a] & sets[b]) / len(sets[a] | sets[b])
                if jaccard >= 0.3:
                    assert stored[a, b] == pytest.approx(jaccard, abs=1e-12)


def five_word_runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return {tuple(words[i : i + 5]) for i in range(len(words) - 4)}


def test_copies_of_before_1970_do_not_end_the_run(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a", published="1965-02-05T10:00:00Z"),
        article(id="b", outlet="CNA", published="1965-02-05T12:00:00Z"),
        article(id="c", outlet="Le Monde", published="1965-02-05"),
    )

    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.exit_code == 0
    assert select("news.db", "select distinct story_id from articles") == [(1,)]
    assert select("news.db", "select published from articles where key = 'c'") == [("1965-02-05",)]


def test_a_copy_of_a_story_that_an_earlier_copy_merged_joins_the_merged_story(index):
    random = Random(21)  # with these words, the texts that have a part in common share a bucket

    def words(number):
        return [
            "".join(random.choice("bcdfgklmnprst") + random.choice("aeiou") for _ in range(3))
            for _ in range(number)
        ]

    def report(key, body, day):
        return library.Article(
            id=key,
            outlet=key,
            title=" ".join(body[:6]),
            body=" ".join(body),
            published=datetime(2026, 1, 1, 9, tzinfo=UTC) + timedelta(days=day),
        )

    one, other, end_of_one, end_of_other = words(150), words(150), words(140), words(140)
    early = [report("a", other + end_of_other, 0), report("b", one + end_of_one, 1)]
    library.run(index, early)

    merging, late = report("c", other + one, 30), report("d", end_of_one, 36)
    counts = library.run(index, [merging, late])

    assert counts.quarantined == 0
    assert [each.story for each in index.articles()] == [1] * 4
