"""Settings belong to the index: given once, stored, and changed only by `rebuild`."""

import json

from newsroom import CORPUS, article, select, write_lines

import twicetold as library

STORIES = "select key, story_id from articles order by key"
LINKS = (
    "select one.key, other.key, kind, probability, jaccard, cosine_lead from links"
    " join articles as one on one.id = a join articles as other on other.id = b order by 1, 2"
)


def test_rebuilding_gives_what_is_there_already(twicetold, folder):
    for night in sorted(CORPUS.glob("2026-*")):
        twicetold("run", "news.db", night)
    before = select("news.db", STORIES), select("news.db", LINKS)

    result = twicetold("rebuild", "news.db")

    assert result.exit_code == 0
    assert (select("news.db", STORIES), select("news.db", LINKS)) == before
    assert twicetold("check", "news.db").exit_code == 0


def test_settings_are_given_once_and_stored(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl", "--granularity", "0.4")

    twicetold("run", "news.db", "feed.jsonl")
    twicetold("run", "news.db", "feed.jsonl", "--granularity", "0.4")

    cuts = [
        json.loads(stored)["cut"] for (stored,) in select("news.db", "select settings from runs")
    ]
    assert cuts == [0.4, 0.4, 0.4]


def test_other_settings_than_those_of_the_index_are_refused_with_the_way_out(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("run", "news.db", "feed.jsonl", "--granularity", "episode")

    assert result.exit_code == 1
    assert result.stderr == (
        "news.db: was clustered with --granularity event, not --granularity episode (leave it"
        " out, or cluster everything again: twicetold rebuild news.db --granularity episode)\n"
    )


def test_rebuilding_changes_the_given_settings_and_keeps_the_rest(twicetold, folder):
    body = "Envoys spoke on Tuesday in Merrow about dredging and about who is to pay for it all."
    write_lines(folder / "feed.jsonl", article(id="a"), article(id="b", outlet="CNA", body=body))
    twicetold("run", "news.db", "feed.jsonl", "--embedder", "use", "--granularity", "0.99999")
    apart = dict(select("news.db", STORIES))

    twicetold("rebuild", "news.db", "--granularity", "event")

    together = dict(select("news.db", STORIES))
    assert len(set(apart.values())) == 2
    assert set(together.values()) == {min(apart.values())}
    with library.Index.open("news.db") as index:
        stored = library.settings_of(index)
    assert (stored.cut, stored.embedder) == (library.Settings().cut, "use")


def test_what_only_stores_or_deletes_does_not_settle_the_settings(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(id="a"))
    twicetold("ingest", "news.db", "feed.jsonl")
    twicetold("prune", "news.db", "--before", "2020-01-01")

    result = twicetold("run", "news.db", "feed.jsonl", "--granularity", "episode")

    assert (result.exit_code, result.stderr) == (0, "")
