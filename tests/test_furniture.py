"""Furniture: passages that sites print under their reports, and that report nothing."""

import json
from dataclasses import replace
from itertools import count, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import CORPUS, article, select, write_lines

import twicetold as library
from twicetold.text.furniture import furniture_mask, furniture_of, without_furniture
from twicetold.text.tokens import stream

CONSENT = (
    "We and our 842 partners store and access information on a device, such as cookies, to process"
    " personal data. You may accept or manage your choices by clicking below, or at any time on the"
    " privacy policy page. Accept all. Reject all. Already have a subscription? Sign in here."
)
TITLES = (
    "Council votes for new harbour wall",
    "Rangers beat Lorne in cup replay",
    "Actor Ben Orvik dies at 81",
    "Storm Petra shuts the northern bridge",
    "Teachers walk out over pay",
    "Bees found in the town hall",
)
REPORTS = (
    "The wall is to be built of granite and will cost two million, an engineer told the meeting.",
    "Two goals in the last minutes decided a match that the visitors had led for most of it.",
    "He was best known for the part of a lighthouse keeper, which he played for eleven years.",
    "Gusts of ninety miles an hour were measured, and lorries had to wait on the southern bank.",
    "Thirty-one of thirty-four buildings stayed closed, and a mediator is to meet both sides soon.",
    "A swarm of twenty thousand had settled behind the clock, where honey ran down the plaster.",
)


def pages(body="{report}\n\n{consent}", titles=TITLES, outlet="Gazette", day="2026-02-03"):
    """Reports of one outlet, one an hour, with the consent text where `body` has it."""
    return [
        article(
            id=f"{outlet}-{number}",
            outlet=outlet,
            title=title,
            body=body.format(report=report, consent=CONSENT),
            published=f"{day}T{6 + number:02}:00:00Z",
        )
        for number, title, report in zip(count(), titles, REPORTS, strict=False)
    ]


def stories_of(index="news.db"):
    return dict(select(index, "select key, story_id from articles"))


@pytest.mark.parametrize("body", ["{consent}", "{report}\n\n{consent}", "{consent}\n\n{report}"])
def test_a_text_under_unrelated_titles_makes_no_copies(twicetold, folder, body):
    write_lines(folder / "feed.jsonl", *pages(body))

    twicetold("run", "news.db", "feed.jsonl")

    assert len(set(stories_of().values())) == len(TITLES)
    assert select("news.db", "select * from links where kind = 'copy'") == []
    (row,) = json.loads(twicetold("furniture", "news.db", "--json").stdout)
    assert (row["articles"], row["outlets"], row["verdict"]) == (len(TITLES), 1, "learned")
    assert row["passage"].startswith("We and our 842 partners")
    assert row["example"] == TITLES[0]


def test_an_article_that_is_all_furniture_is_compared_as_a_headline(twicetold, folder):
    other = article(id="post", outlet="Post", title=TITLES[0], body=REPORTS[0])
    write_lines(folder / "feed.jsonl", *pages("{consent}"), other)

    twicetold("run", "news.db", "feed.jsonl")

    assert stories_of()["post"] == stories_of()["Gazette-0"]
    rows = select("news.db", "select distinct words from articles where key <> 'post'")
    assert rows == [(0,)]
    assert twicetold("check", "news.db").exit_code == 0


def test_a_wire_text_under_titles_of_one_event_stays_a_copy(twicetold, folder):
    text = " ".join(REPORTS[:2]) + " The Merrow ferry Ada sank off Lorne with twelve on board."
    titles = ("Merrow ferry Ada sinks", "Twelve saved as ferry sinks off Lorne", "The Ada is lost")
    records = [
        article(id=str(n), outlet=f"Paper {n}", title=title, body=text)
        for n, title in enumerate(titles)
    ]
    write_lines(folder / "feed.jsonl", *records)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select articles from copy_groups") == [(3,)]
    result = twicetold("furniture", "news.db")
    assert (result.stdout, result.stderr) == ("", "no passage is furniture\n")


def test_the_standing_opening_of_a_weekly_letter_is_learned_over_weeks(twicetold, folder):
    letters = [
        article(
            id=day,
            title=f"The Friday letter: {title}",
            body=f"Welcome to the Friday letter. {CONSENT}\n\n{report}",
            published=f"{day}T06:00:00Z",
        )
        for day, title, report in zip(
            ("2026-01-23", "2026-01-30", "2026-02-06"), TITLES, REPORTS, strict=False
        )
    ]
    write_lines(folder / "feed.jsonl", *letters)

    twicetold("run", "news.db", "feed.jsonl")

    assert len(set(stories_of().values())) == 3
    assert len(json.loads(twicetold("furniture", "news.db", "--json").stdout)) == 1


def test_the_order_of_arrival_does_not_matter(twicetold, folder):
    parts = [pages()[:2], pages()[2:4], pages()[4:]]
    results = set()
    for number, order in enumerate(permutations(parts)):
        for place, part in enumerate(order):
            write_lines(folder / f"{place}.jsonl", *part)
            twicetold("run", f"{number}.db", f"{place}.jsonl", "--now", "2026-02-03T20:00:00Z")
        rows = select(
            f"{number}.db",
            "select key, words, copy_group_id, (select min(key) from articles as other"
            " where other.story_id = articles.story_id) from articles order by key",
        )
        passages = select(f"{number}.db", "select passage, articles from furniture order by 1")
        results.add((*rows, *passages))

    assert len(results) == 1


def test_what_is_learned_later_changes_settled_stories_by_rebuild_alone(twicetold, folder):
    write_lines(folder / "first.jsonl", *pages("{consent}", titles=TITLES[:2]))
    later = pages("{consent}", outlet="Post", titles=TITLES[2:], day="2026-02-13")
    write_lines(folder / "later.jsonl", *later)
    twicetold("run", "news.db", "first.jsonl")
    assert select("news.db", "select articles from copy_groups") == [(2,)]
    assert twicetold("check", "news.db").exit_code == 0

    twicetold("run", "news.db", "later.jsonl")

    assert select("news.db", "select articles from copy_groups") == [(2,)]
    check = twicetold("check", "news.db", "--json")
    broken = {row["rule"]: row["broken"] for row in json.loads(check.stdout) if row["broken"]}
    rule = "no settled story has furniture that was learned later (else rebuild)"
    assert (check.exit_code, broken) == (0, {rule: 2})
    twicetold("rebuild", "news.db")
    assert select("news.db", "select articles from copy_groups") == []
    assert twicetold("check", "news.db").exit_code == 0


def test_a_passage_is_named_by_hand_and_taken_back(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages("{consent}", titles=TITLES[:2]))
    twicetold("run", "news.db", "feed.jsonl")
    assert len(set(stories_of().values())) == 1

    named = twicetold("furniture", "news.db", "--add", CONSENT, "--by", "desk", "--csv")

    assert named.stdout.splitlines()[1].endswith(f",named,2,1,{TITLES[0]},desk,")
    assert len(set(stories_of().values())) == 2
    twicetold("furniture", "news.db", "--undo", "We and our")
    assert len(set(stories_of().values())) == 1
    assert twicetold("check", "news.db").exit_code == 0


def test_people_overrule_what_was_learned(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages("{consent}"))
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("furniture", "news.db", "--text", "We and our", "--json")

    (row,) = json.loads(result.stdout)
    assert row["verdict"] == "text"
    assert len(set(stories_of().values())) == 1
    assert twicetold("check", "news.db").exit_code == 0


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (("--add", "and the"), 1, "passage 'and the' has fewer than 3 words\n"),
        (
            ("--undo", "Sign up"),
            1,
            "news.db: no passages begin with 'Sign up' (list them: twicetold furniture news.db)\n",
        ),
    ],
)
def test_what_cannot_be_named_is_an_error(twicetold, folder, options, code, message):
    write_lines(folder / "feed.jsonl", *pages())
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("furniture", "news.db", *options)

    assert (result.exit_code, result.stderr) == (code, message)


def test_a_draft_is_matched_without_its_furniture(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages())
    twicetold("run", "news.db", "feed.jsonl")
    draft = article(id=None, outlet="Post", title="A lost dog is found", body=CONSENT)
    write_lines(folder / "draft.jsonl", draft)

    (match,) = json.loads(twicetold("match", "news.db", "draft.jsonl", "--json").stdout)

    assert (match["copy_of"], match["story"]) == (None, None)


def test_shared_furniture_is_no_evidence_in_why(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages())
    twicetold("run", "news.db", "feed.jsonl")

    why = json.loads(twicetold("why", "news.db", "Gazette-0", "Gazette-1", "--json").stdout)

    assert why["passages"] == []
    assert not set(why["shared_terms"]) & {"cookies", "partners", "privacy"}


def test_a_removed_article_leaves_no_passage_that_it_alone_has(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages("{consent}", titles=TITLES[:2]))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("furniture", "news.db", "--add", CONSENT)

    twicetold("remove", "news.db", "Gazette-0")
    assert len(select("news.db", "select * from furniture")) == 1
    twicetold("remove", "news.db", "Gazette-1")

    assert select("news.db", "select * from furniture") == []
    assert b"842 partners" not in (folder / "news.db").read_bytes()


@pytest.mark.slow
def test_a_consent_text_below_every_article_changes_no_story_of_the_corpus():
    articles = [a for a in library.read_articles(CORPUS) if isinstance(a, library.Article)]
    results = []
    for addition in ("", f"\n\n{CONSENT}"):
        with library.Index.in_memory() as index:
            library.run(index, [replace(each, body=each.body + addition) for each in articles])
            results.append(library.evaluate(index, CORPUS / "gold.csv").measures[0].f1)

    clean, with_consent = results
    assert abs(clean - with_consent) <= 0.01


WORDS = st.lists(st.sampled_from("abcdef"), max_size=40).map(" ".join)


@given(WORDS, st.lists(WORDS, max_size=3))
def test_the_mask_of_furniture_is_that_of_its_runs(text, passages):
    words = text.split()
    runs = [
        tuple(passage.split()[start : start + 8])
        for passage in passages
        for start in range(max(len(passage.split()) - 7, 1))
        if passage
    ]
    expected = np.zeros(len(words), bool)
    for run in runs:
        for start in range(len(words) - len(run) + 1):
            if tuple(words[start : start + len(run)]) == run:
                expected[start : start + len(run)] = True

    furniture = furniture_of(passages)

    assert furniture_mask(stream([text]), furniture).tolist() == expected.tolist()
    left = [word for word, gone in zip(words, expected, strict=True) if not gone]
    assert without_furniture(text, furniture).split() == left


def test_a_report_under_headlines_that_do_not_mention_it_stays_a_copy(twicetold, folder):
    text = " ".join(REPORTS[:1] * 1 + REPORTS[3:4]) + " The ferry Ada sank with twelve on board."
    titles = ("Fresh setback for travellers", "Green groups demand answers", "Mayor in trouble")
    records = [
        article(id=str(n), outlet=f"Paper {n}", title=title, body=f"{text} {text}")
        for n, title in enumerate(titles)
    ]
    write_lines(folder / "feed.jsonl", *records)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select articles from copy_groups") == [(3,)]


def test_a_single_word_is_no_furniture_of_other_texts(twicetold, folder):
    stubs = [
        article(id=str(n), title=f"{title} {n}{n}{n}{n}", body="Video")
        for n, title in enumerate(TITLES * 20)
    ]
    report = article(id="report", title=TITLES[0], body="A video of the wall was shown on Tuesday.")
    write_lines(folder / "feed.jsonl", *stubs, report)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select words from articles where key = 'report'") == [(9,)]


def test_the_title_of_a_removed_article_is_no_example(twicetold, folder):
    write_lines(folder / "feed.jsonl", *pages("{consent}", titles=TITLES[:2]))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("furniture", "news.db", "--add", CONSENT)

    twicetold("remove", "news.db", "Gazette-0")

    assert TITLES[0].encode() not in (folder / "news.db").read_bytes()
