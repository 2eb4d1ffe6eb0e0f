"""`same` and `different`: manual decisions overrule the score."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from newsroom import CORPUS, MODEL_STORY, article, select, write_lines

import twicetold as library

GOAT = {"title": "A goat is elected", "body": "Chess players chose it on Monday, by a wide margin."}
BODY = "Envoys spoke on Tuesday in Merrow about dredging and about who is to pay for it all."


@pytest.fixture
def feed(twicetold, folder):
    """Two reports of one event, a copy of the first, and one of something else."""
    records = [
        article(id="a", body=article()["body"] * 3),
        article(id="b", outlet="CNA", body=BODY),
        article(id="copy", outlet="LATIMES", body=article()["body"] * 3),
        article(id="goat", **GOAT),
    ]
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl")
    return records


def stories():
    return dict(select("news.db", "select key, story_id from articles"))


def together(*keys):
    return len({stories()[key] for key in keys}) == 1


def test_articles_decided_to_be_the_same_are_one_story_from_then_on(twicetold, feed, folder):
    assert not together("a", "goat")

    result = twicetold("same", "news.db", "a", "goat", "--by", "desk", "--note", "the mayor")

    assert result.exit_code == 0
    assert together("a", "b", "copy", "goat")
    write_lines(folder / "more.jsonl", article(id="late", published="2026-02-20T09:00:00Z"))
    twicetold("run", "news.db", "more.jsonl")
    assert together("a", "goat")
    twicetold("rebuild", "news.db")
    assert together("a", "b", "copy", "goat")
    assert twicetold("check", "news.db").exit_code == 0


def test_articles_decided_to_be_different_are_never_one_story(twicetold, feed):
    assert together("a", "b", "copy")

    twicetold("different", "news.db", "a", "b")

    assert together("a", "copy")
    assert not together("a", "b")
    twicetold("rebuild", "news.db")
    assert not together("a", "b")


def test_a_later_copy_of_two_different_articles_stays_with_the_earlier_one(twicetold, folder):
    body = article()["body"] * 3
    other = "Divers of the harbour police found a bell from 1611 in the mud below the pier. " * 3
    bell = article(id="bell", title="A bell", body=other, published="2026-02-05T10:00:00Z")
    write_lines(folder / "feed.jsonl", article(id="a", body=body), bell)
    both = article(
        id="both", outlet="CNA", body=f"{body}\n\n{other}", published="2026-02-05T15:00:00Z"
    )
    write_lines(folder / "later.jsonl", both)
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("different", "news.db", "a", "bell")

    twicetold("run", "news.db", "later.jsonl")

    assert together("a", "both")
    assert not together("a", "bell")
    (message,) = json.loads(twicetold("decisions", "news.db", "--json").stdout)
    assert message["obeyed"] is True
    twicetold("undecide", "news.db", "a", "bell")
    assert together("a", "bell", "both")


def test_two_copies_of_one_text_are_two_stories_if_people_say_so(twicetold, feed):
    twicetold("different", "news.db", "a", "copy", "--note", "a consent text")

    for command in ("run", "rebuild"):
        twicetold(command, "news.db", *(["feed.jsonl"] if command == "run" else []))
        assert not together("a", "copy")
        assert select("news.db", "select * from copies") == []
    assert twicetold("check", "news.db").exit_code == 0
    twicetold("undecide", "news.db", "a", "copy")
    assert together("a", "copy")
    assert len(select("news.db", "select * from copies")) == 1


def test_a_decision_changes_a_settled_story_too(twicetold, feed, folder):
    write_lines(folder / "more.jsonl", article(id="late", published="2026-03-20T09:00:00Z", **GOAT))
    twicetold("run", "news.db", "more.jsonl")
    assert not together("late", "b")

    twicetold("same", "news.db", "late", "b")
    twicetold("different", "news.db", "goat", "a")

    assert together("late", "b", "a")
    assert not together("goat", "a")
    assert twicetold("check", "news.db").exit_code == 0


def test_what_contradicts_other_decisions_is_refused_with_the_chain(twicetold, feed):
    ids = dict(select("news.db", "select key, id from articles"))
    twicetold("same", "news.db", "a", "goat")
    twicetold("same", "news.db", "a", "b")
    before = stories()

    result = twicetold("different", "news.db", "b", "goat")

    assert result.exit_code == 1
    chain = f"#{ids['b']} = #{ids['a']} = #{ids['goat']}"
    assert result.stderr == (
        f"news.db: #{ids['b']} and #{ids['goat']} can't be two stories: {chain}"
        " (change the decision on one of these pairs first)\n"
    )
    assert stories() == before
    assert len(select("news.db", "select * from decisions")) == 2


def test_a_later_word_takes_the_place_of_an_earlier_one(twicetold, feed):
    twicetold("same", "news.db", "a", "goat")
    twicetold("different", "news.db", "goat", "a", "--note", "no, after all")

    assert not together("a", "goat")
    rows = json.loads(twicetold("decisions", "news.db", "--json").stdout)
    assert [(row["verdict"], row["note"]) for row in rows] == [("different", "no, after all")]


def test_decisions_are_carried_into_another_index_and_are_labels(twicetold, feed, folder):
    twicetold("same", "news.db", "a", "goat", "--by", "desk")
    message = twicetold("decisions", "news.db", "--csv").stdout
    (folder / "decided.csv").write_text(message)
    twicetold("run", "other.db", "feed.jsonl")

    twicetold("decisions", "other.db", "--add", "decided.csv")

    assert twicetold("decisions", "other.db", "--csv").stdout == message
    figures = twicetold("evaluate", "other.db", "decided.csv", "--csv").stdout
    assert figures == "measure,precision,recall,f1\nlabelled pairs,1.0,1.0,1.0\n"


def test_an_invalid_decision_is_an_error(twicetold, feed, folder):
    (folder / "decided.csv").write_text("a,b,verdict\na,b,maybe\n")

    result = twicetold("decisions", "news.db", "--add", "decided.csv")

    assert (result.exit_code, result.stderr) == (
        1,
        "decided.csv:2: verdict 'maybe' is neither same nor different\n",
    )


REPORTS = list(library.read_articles([str(CORPUS / "2026-02-05")]))
KEYS = st.integers(0, len(REPORTS) - 1)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(said=st.lists(st.tuples(KEYS, KEYS, st.sampled_from(["same", "different"])), max_size=5))
def test_accepted_decisions_hold_after_a_rebuild(said):
    with library.Index.in_memory() as index:
        library.run(index, iter(REPORTS))
        db = index.connection
        ids = [row[0] for row in db.execute("select id from articles order by id")]
        for a, b, verdict in said:
            try:
                getattr(library, verdict)(index, ids[a], ids[b])
            except library.TwicetoldError:
                continue
        for _ in range(2):
            wrong = db.execute(
                "select verdict from decisions join articles as x on x.id = a"
                " join articles as y on y.id = b"
                " where (verdict = 'same') <> (x.story_id = y.story_id)"
            ).fetchall()
            assert wrong == []
            library.rebuild(index)


def test_the_model_story_is_split_and_merged_by_decisions(twicetold, folder):
    twicetold("run", "news.db", CORPUS)
    ((story,),) = select("news.db", "select id from stories where title = ?", MODEL_STORY)
    twicetold("different", "news.db", "88", "81")
    assert select(
        "news.db", "select count(distinct story_id) from articles where id in (88, 81)"
    ) == [(2,)]

    twicetold("same", "news.db", "88", "81")

    assert select("news.db", "select articles, outlets from stories where id = ?", story) == [
        (7, 4)
    ]
