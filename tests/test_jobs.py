"""For jobs: logs that programs read, metrics, rehearsals."""

import json

from newsroom import CORPUS, article, select, write_lines


def test_each_event_of_a_run_is_a_line_of_json(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(), article(id="b", title="", body=""))

    result = twicetold("run", "news.db", "feed.jsonl", "--log-format", "json")

    assert result.exit_code == 3
    message = [json.loads(line) for line in result.stderr.splitlines()]
    assert {row["stage"] for row in message if row["event"] == "stage"} >= {"signatures", "stories"}
    (rejected,) = (row for row in message if row["event"] == "rejected")
    assert (rejected["source"], rejected["line"]) == ("feed.jsonl", 2)
    assert message[-1]["event"] == "done"
    assert (message[-1]["stored"], message[-1]["rejected"]) == (1, 1)
    assert all(row["at"].endswith("Z") for row in message)


def test_metrics_are_those_of_the_run_and_of_the_index(twicetold, folder):
    twicetold("run", "news.db", CORPUS)
    write_lines(folder / "feed.jsonl", article())

    now = ("--now", "2026-02-09T03:00:00Z")
    twicetold("run", "news.db", "feed.jsonl", "--metrics", "twicetold.prom", *now)

    lines = (folder / "twicetold.prom").read_text().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values['twicetold_run_stored{index="news.db"}'] == "1"
    assert values['twicetold_articles{index="news.db"}'] == "154"
    ((stories,),) = select("news.db", "select count(*) from stories")
    assert values['twicetold_stories{index="news.db"}'] == str(stories)
    assert float(values['twicetold_run_finished_seconds{index="news.db"}']) == 1770606000
    assert float(values['twicetold_run_stage_seconds{index="news.db",stage="storing"}']) >= 0
    named = {line.split()[2] for line in lines if line.startswith("# TYPE")}
    assert {name.partition("{")[0] for name in values} == named
    assert [path.name for path in folder.glob("twicetold.prom*")] == ["twicetold.prom"]


def test_a_dry_run_shows_what_would_be_done_and_changes_nothing(twicetold, folder):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")
    before = select("news.db", "select * from runs"), (folder / "news.db").read_bytes()
    write_lines(folder / "feed.jsonl", article(), article(id="b", outlet="CNA"))

    dry = twicetold("run", "news.db", "feed.jsonl", "--dry-run")
    assert (select("news.db", "select * from runs"), (folder / "news.db").read_bytes()) == before

    counts, clustering = twicetold("run", "news.db", "feed.jsonl").stdout.splitlines()
    assert counts == "1 article stored, 0 updated, 1 unchanged, 0 rejected"
    assert dry.stdout.splitlines() == [
        "would store 1 article, update 0; 1 unchanged, 0 rejected",
        clustering,
    ]
    assert twicetold("run", "other.db", "feed.jsonl", "--dry-run").exit_code == 0
    assert not (folder / "other.db").exists()


def test_what_was_published_before_a_time_is_passed_over(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="old", published="2026-02-02T23:00:00Z"),
        article(id="new"),
        article(id="undated", published=None),
    )

    twicetold("run", "news.db", "feed.jsonl", "--since", "2026-02-03")

    assert select("news.db", "select key from articles order by key") == [("new",), ("undated",)]
