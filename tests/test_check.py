"""`check`: which rules does an index break, and which can be repaired?"""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from newsroom import CORPUS, select

SOUND = 14  # rules


@pytest.fixture
def copy(sample, folder):
    """The index of the sample corpus, to be damaged."""
    shutil.copy(sample, folder / "news.db")
    return folder / "news.db"


def damage(path, script):
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


def broken(twicetold, *options):
    result = twicetold("check", "news.db", "--json", *options)
    rows = json.loads(result.stdout)
    assert len(rows) == SOUND
    return result.exit_code, {row["rule"]: row["broken"] for row in rows if row["broken"]}


def test_an_index_as_a_run_left_it_is_sound(twicetold, copy):
    assert broken(twicetold) == (0, {})


@pytest.mark.parametrize(
    ("rule", "number", "script"),
    [
        (
            "signatures and buckets are those of the texts",
            2,
            "update signatures set minhash = zeroblob(512) where article_id = 95;"
            "delete from bands where article_id = 81",
        ),
        (
            "the text search has the words of the articles",
            1,
            "insert into articles_fts (articles_fts, rowid, title, body)"
            " select 'delete', id, title, body from articles where id = 95",
        ),
        ("every article has a story", 1, "update articles set story_id = null where id = 95"),
        (
            "stories count their articles and outlets",
            1,
            "update stories set articles = 70, outlets = 1 where id = 34",
        ),
        ("copy groups count their articles", 1, "update copy_groups set articles = 9 where id = 1"),
        (
            "copies are in one copy group",
            1,
            "update articles set copy_group_id = null where id ="
            " (select b from links where kind = 'copy' order by b limit 1)",
        ),
    ],
)
def test_every_broken_rule_is_named_and_repaired(twicetold, copy, rule, number, script):
    before = stories(copy)
    damage(copy, script)

    code, answer = broken(twicetold)
    assert code == 1
    assert answer[rule] == number
    assert select(copy, "pragma quick_check") == [("ok",)]

    assert broken(twicetold, "--repair")[0] == 0
    twicetold("cluster", "news.db")
    assert broken(twicetold) == (0, {})
    assert stories(copy) == before


@pytest.mark.parametrize(
    ("rule", "script"),
    [
        ("references lead to rows", "update articles set run_id = 99 where id = 95"),
        (
            "times, settings and probabilities can be read",
            "update links set probability = 9e999"
            " where (a, b) = (select a, b from links order by a, b limit 1)",
        ),
    ],
)
def test_what_cannot_be_repaired_is_left_and_reported(twicetold, copy, rule, script):
    damage(copy, script)

    code, answer = broken(twicetold, "--repair")

    assert (code, answer) == (1, {rule: 1})


def stories(path):
    return select(
        path,
        "select key, stories.articles, outlets, stories.title, copy_group_id is null from articles"
        " join stories on stories.id = story_id order by key",
    )


@pytest.mark.parametrize("stage", ["made", "stored"])
def test_a_run_that_is_killed_leaves_nothing_wrong_and_the_next_one_ends_its_work(
    twicetold, folder, sample, stage
):
    command = [sys.executable, "-m", "twicetold", "run", "news.db", CORPUS]
    reached = "select count(*) from articles" if stage == "stored" else "select 1"

    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as run:
        while run.poll() is None and not _asked("news.db", reached):
            pass
        run.kill()

    assert run.returncode == -signal.SIGKILL
    if stage == "stored":
        assert broken(twicetold) == (0, {})
    assert twicetold("run", "news.db", CORPUS).exit_code == 0
    assert broken(twicetold) == (0, {})
    assert stories("news.db") == stories(sample)


def _asked(path, sql):
    if not Path(path).exists():
        return 0
    try:
        return select(path, sql)[0][0]
    except sqlite3.OperationalError:  # no such table yet
        return 0
