"""The command line as a whole: help, forms of output, exit codes, pipes and interruptions."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest
from newsroom import CORPUS, TALKS_RESUME, article, select, write_lines

from twicetold.cli import cli

COMMAND = [sys.executable, "-m", "twicetold"]


@pytest.mark.parametrize("name", ["", *sorted(cli.commands)])
def test_help_of_every_command_teaches_by_example(twicetold, name):
    result = twicetold(*([name] if name else []), "--help")

    assert result.exit_code == 0
    assert f"\n      twicetold {name}".rstrip() in result.stdout.replace(
        "\n    twice", "\n      twice"
    )


def test_the_version_is_shown(twicetold):
    assert twicetold("--version").stdout == "twicetold, version 0.1.0\n"


def test_the_same_rows_in_every_form(twicetold, sample):
    forms = {
        form: twicetold("stories", sample, "--limit", "3", f"--{form}").stdout
        for form in ("json", "nl", "csv", "tsv")
    }

    rows = json.loads(forms["json"])
    assert [json.loads(line) for line in forms["nl"].splitlines()] == rows
    assert forms["csv"].splitlines()[0].split(",") == list(rows[0])
    assert forms["tsv"].splitlines()[1].split("\t") == [str(value) for value in rows[0].values()]


def test_the_counts_of_a_run_are_printed_as_json(twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME, article(id="talks-2", outlet="CNA"))

    result = twicetold("run", "news.db", "feed.jsonl", "--json")

    assert json.loads(result.stdout) == {
        "stored": 2,
        "updated": 0,
        "unchanged": 0,
        "rejected": 0,
        "newly_rejected": 0,
        "incomplete": 0,
        "quarantined": 0,
        "links": 1,
        "new_stories": 1,
        "grown_stories": 0,
        "merged_stories": 0,
        "split_stories": 0,
        "overruled_decisions": 0,
    }


def test_the_table_of_runs_has_counts_settings_and_versions(sample):
    ((command, finished, seconds, settings, software),) = select(
        sample, "select command, finished, seconds, settings, software from runs"
    )

    assert (command, finished > "2026") == ("run", True)
    assert {"signatures", "storing", "vectors", "stories"} <= json.loads(seconds).keys()
    stored = json.loads(settings)
    assert (stored["cut"], stored["active_days"]) == (0.3, 5)
    assert stored["models"]["one_language"]["weights"].keys() >= {"root_cosine_title", "days"}
    versions = json.loads(software)
    assert {"twicetold", "numpy", "scipy", "python", "unicode"} <= versions.keys()
    assert not {"scikit-learn", "datasketch"} & versions.keys()  # no story depends on them


def test_ingest_then_cluster_is_run(twicetold, folder, sample):
    twicetold("ingest", "news.db", CORPUS)
    assert select("news.db", "select count(*) from articles where pending") == [(153,)]

    result = twicetold("cluster", "news.db")

    assert result.exit_code == 0
    sql = "select key, story_id, copy_group_id from articles order by key"
    assert select("news.db", sql) == select(sample, sql)


def test_an_option_can_come_from_the_environment(twicetold, folder, monkeypatch):
    monkeypatch.setenv("TWICETOLD_INGEST_LANG", "fr")
    write_lines(folder / "feed.jsonl", article(lang=None))

    twicetold("ingest", "news.db", "feed.jsonl")

    assert select("news.db", "select lang from articles") == [("fr",)]


def test_a_traceback_is_shown_only_with_debug(folder):
    plain = subprocess.run([*COMMAND, "stories", "x.db"], capture_output=True, text=True)
    debug = subprocess.run([*COMMAND, "--debug", "stories", "x.db"], capture_output=True, text=True)

    assert plain.stderr == "x.db: no such index (make it: twicetold run x.db …)\n"
    assert debug.stderr.startswith("Traceback (most recent call last):")


def test_a_reader_that_stops_reading_is_no_error(sample):
    command = [*COMMAND, "stories", str(sample), "--limit", "0", "--json"]

    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        message = process.stderr.read()

    assert (process.returncode, message) == (0, b"")


def test_an_interrupted_run_ends_with_130_and_keeps_what_was_stored(folder):
    os.mkfifo(folder / "pipe.jsonl")
    twice = subprocess.Popen(
        [*COMMAND, "run", "news.db", "pipe.jsonl"],
        stderr=subprocess.PIPE,
        text=True,
        # what a shell starts in the background ignores the signal, and hands that on
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )

    with open(folder / "pipe.jsonl", "w") as pipe:
        pipe.write(json.dumps(TALKS_RESUME) + "\n")
        pipe.flush()
        time.sleep(0.3)  # the pipe is open: the run is at work
        twice.send_signal(signal.SIGINT)
        _, message = twice.communicate(timeout=30)

    assert (twice.returncode, message) == (130, "interrupted; everything stored so far is safe\n")
    assert select("news.db", "pragma integrity_check") == [("ok",)]
