"""`history`: how a story changed night by night, under a number that stays valid."""

import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import CORPUS, article, select, write_lines

from twicetold.index.story_events import Move, events_of

IDS = st.integers(1, 6)


@pytest.fixture
def nights(twicetold):
    """An index of the sample corpus, played night by night."""
    for night in sorted(CORPUS.glob("2026-*")):
        twicetold("run", "news.db", night, "--now", f"{night.name}T23:59:00Z")
    return "news.db"


def test_a_story_is_created_and_grows(twicetold, nights):
    ((story, reports),) = select(
        nights, "select id, articles from stories where title like 'At least 12 dead%'"
    )

    answer = json.loads(twicetold("history", nights, story, "--json").stdout)

    message = [(row["at"][:10], row["event"], row["articles"]) for row in answer]
    assert [(day, event) for day, event, _ in message] == [
        ("2026-02-02", "created"),
        ("2026-02-03", "grown"),
        ("2026-02-08", "settled"),
    ]
    assert sum(articles for _, event, articles in message if event != "settled") == reports
    assert {row["title"] for row in answer} == {
        "At least 12 dead, 31 missing after ferry sinks off Indonesia's Sulawesi"
    }


def test_a_story_settles_when_it_is_too_old_to_be_reshaped(twicetold, nights):
    sql = "select event, at from story_events join stories on stories.id = story_id where title = ?"
    title = "'Salt Harbor' sweeps Golden Reel awards with five prizes"

    assert select(nights, f"{sql} order by story_events.id", title) == [
        ("created", "2026-02-02T23:59:00Z"),
        ("settled", "2026-02-07T23:59:00Z"),
    ]
    assert select(nights, "select settled from stories where title = ?", title) == [(1,)]


def test_without_a_story_the_last_run_is_shown(twicetold, nights):
    answer = json.loads(twicetold("history", nights, "--json").stdout)

    ((run, created),) = select(nights, "select max(id), new_stories from runs")
    assert {row["run"] for row in answer} == {run}
    assert Counter(row["event"] for row in answer)["created"] == created
    assert twicetold("run", nights, CORPUS).exit_code == 0  # nothing new
    assert twicetold("history", nights, "--json").stdout == "[]\n"


def test_the_number_of_a_merged_story_leads_to_the_one_it_is_in_now(twicetold, folder):
    talks = article(id="a")
    other = article(id="c", outlet="CNA", title="Chess players choose a goat", body="A goat.")
    write_lines(folder / "feed.jsonl", talks, other)
    twicetold("run", "news.db", "feed.jsonl")
    stories = dict(select("news.db", "select key, story_id from articles"))
    copied = other | {"title": talks["title"], "body": talks["body"], "updated": "2026-02-04"}
    write_lines(folder / "feed.jsonl", copied)

    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.stdout.endswith("0 new stories, 1 story grew, 1 story merged\n")
    assert (
        twicetold("show", "news.db", stories["a"]).stdout
        == twicetold("show", "news.db", stories["c"]).stdout
    )
    message = json.loads(twicetold("history", "news.db", stories["c"], "--json").stdout)
    assert [row["event"] for row in message] == ["created", "created", "merged"]


@given(
    moves=st.dictionaries(st.integers(1, 20), st.tuples(st.none() | IDS, st.integers(1, 9))),
    gone=st.sets(IDS),
)
def test_each_article_that_came_into_a_story_is_in_one_event(moves, gone):
    first_new = 7
    into = {now for _, now in moves.values()}
    standing = set(range(1, first_new)) - (gone - into)
    rows = [Move(id, *move) for id, move in sorted(moves.items()) if move[0] != move[1]]

    answer = events_of(rows, standing, lambda id: id >= first_new)

    came = Counter(row.now for row in rows)
    message: Counter[int] = Counter()
    for event in answer:
        if event.event != "split":  # its articles are those of 'created'
            message[event.story] += event.articles
    merged_into_new = [e for e in answer if e.event == "merged" and e.story >= first_new]
    for event in merged_into_new:
        message[event.story] -= event.articles
    moved_into_new = [e for e in answer if e.event == "moved" and e.story >= first_new]
    for event in moved_into_new:
        message[event.story] -= event.articles
    assert +message == +came


def test_a_story_that_never_existed_is_an_error(twicetold, nights):
    result = twicetold("history", nights, 9999)

    assert result.exit_code == 1
    assert result.stderr == "news.db: no story 9999 (list them: twicetold stories news.db)\n"
