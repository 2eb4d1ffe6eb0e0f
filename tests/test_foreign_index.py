"""The file of a stranger, or of a folder where nothing can be written, is opened with care."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library


@pytest.fixture
def news(twicetold, folder):
    """An index of two articles."""
    write_lines(folder / "feed.jsonl", article(), article(id="b", outlet="CNA"))
    twicetold("run", "news.db", "feed.jsonl")
    return folder / "news.db"


def tampered(path, script):
    """The index, changed by a stranger."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)


PARTS = {
    "a trigger on our table": (
        "create trigger spy after update on articles begin delete from stories; end",
        "trigger spy (drop trigger spy)",
    ),
    "a view under our name": (
        "drop view copies; create view copies as select * from articles",
        "view copies (restore it from a backup)",
    ),
    "a table in place of a view": (
        "drop view nightly; create table nightly (run)",
        "no view nightly (restore it from a backup)",
    ),
    "our trigger with other work": (
        "drop trigger articles_fts_delete; create trigger articles_fts_delete after delete on"
        " articles begin delete from stories; end",
        "trigger articles_fts_delete (restore it from a backup)",
    ),
    "a table that refers to ours": (
        "create table mine (a integer references articles(id) on delete cascade)",
        "table mine (drop table mine)",
    ),
    "a table that refers to what is not there": (
        "create table mine (a integer references Articles(missing))",
        "table mine (drop table mine)",
    ),
    "a unique index of ours": (
        "create unique index mine on runs(command) where id > 9",
        "index mine (drop index mine)",
    ),
    "an index of an expression": (
        "create index mine on articles(length(zeroblob(2000000000))) where id > 9",
        "index mine (drop index mine)",
    ),
    "a table that is gone": ("drop table quarantine", "no table quarantine (restore it"),
}


@pytest.mark.parametrize(("script", "finding"), PARTS.values(), ids=PARTS)
def test_a_schema_that_is_not_ours_is_refused(twicetold, news, script, finding):
    tampered(news, script)

    for command in (
        ["stories", news],
        ["run", news, "feed.jsonl"],
        ["run", news, "feed.jsonl", "--dry-run"],
    ):
        result = twicetold(*command)
        assert result.exit_code == 5
        assert f"{news}: is not as twicetold made it: {finding}" in result.stderr
    assert select(news, "select count(*) from stories") == [(1,)]


def test_own_tables_views_and_indexes_are_welcome(twicetold, news):
    tampered(
        news,
        "create table mine (a); create view my_view as select title from articles;"
        " create index mine_by_a on mine(a); create index titles on articles(title);"
        " create trigger mine_too after insert on mine begin select 1; end",
    )

    assert twicetold("run", news, "feed.jsonl").exit_code == 0


SETTINGS = {
    "cut": ["-1", "1.5", "null", "'high'", "1e999"],
    "active_days": ["0", "-5", "1000000", "2.5", "'5'"],
    "timeless": ["7", "'yes'"],
    "models": ["null", "[]", "'x'"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in SETTINGS.items() for value in values]
)
def test_absurd_settings_are_refused(twicetold, news, name, value):
    json_value = value.replace("'", '"')
    tampered(
        news,
        f"update runs set settings = json_set(settings, '$.{name}', json('{json_value}'))"
        if value != "1e999"
        else "update runs set settings = replace(settings, '\"cut\": 0.3', '\"cut\": Infinity')",
    )

    result = twicetold("run", news, "feed.jsonl")

    assert result.exit_code == 5
    assert result.stderr.startswith(f"{news}: is damaged: ")


DAMAGE = {
    "an id out of range": "pragma foreign_keys = off;"
    " update articles set id = 9223372036854775807 where id = 2",
    "a story id out of range": "update sqlite_sequence set seq = 9223372036854775807",
    "no secret": "delete from secrets; insert into tombstones values ('a', 'b', 'c')",
    "a long secret": "update secrets set value = zeroblob(99)",
    "a far time": "update articles set published = '9999-12-31', pending = 1",
    "an outlet that is gone": "pragma foreign_keys = off; delete from outlets",
    "a link with itself": "pragma foreign_keys = off; update links set a = b",
    "a deep setting": "update runs set settings = printf('{\"models\":%s%s}',"
    " replace(hex(zeroblob(495)), '0', '['), replace(hex(zeroblob(495)), '0', ']'))",
    "an absurd weight": "update runs set settings ="
    " json_set(settings, '$.models.prior.intercept', 1e308)",
    "a setting of another type": "update runs set settings ="
    " json_set(json_remove(settings, '$.models.one_language.weights.days'), '$.cut', json('[1]'))",
    "no software": "update runs set software = 'zz', settings ="
    " json_remove(settings, '$.models.one_language.weights.days')",
    "an absurd prior": "update priors set dated_share = -9e999, undated_share = 9e999",
    "a link that is more than certain": "update links set probability = 9e999",
    "an older schema than it has": "pragma user_version = 3",
    "no text search": "update articles_fts_config set v = 99 where k = 'version'",
}


@pytest.mark.parametrize("script", DAMAGE.values(), ids=DAMAGE)
def test_absurd_values_are_damage_and_no_bug(twicetold, news, folder, script):
    tampered(news, script)
    write_lines(folder / "next.jsonl", article(id="c", outlet="Post", title="Talks end"))
    shutil.copy(news, "tampered.db")

    for words in (
        ["run", "next.jsonl"],
        ["rebuild"],
        ["why", "1"],
        ["remove", "1"],
        ["match", "next.jsonl"],
    ):
        shutil.copy("tampered.db", news)
        result = twicetold(words[0], news, *words[1:])
        assert "a bug of" not in result.stderr
        assert "Warning" not in result.stderr
        assert result.exit_code in (0, 1, 3, 5)


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", "1e308"])
def test_weights_that_are_no_numbers_are_refused(twicetold, news, folder, value):
    ((settings,),) = select(news, "select settings from runs")
    models = json.loads(settings)["models"]
    text = json.dumps(models).replace('"intercept": ', f'"intercept": {value}, "x": ')
    (folder / "model.json").write_text(text)

    result = twicetold("run", "other.db", "feed.jsonl", "--model", "model.json")

    assert result.exit_code == 1
    assert "is not a weights file" in result.stderr
    assert not (folder / "other.db").exists()


WITHOUT_RIGHTS = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="takes rights away as Linux does")


def run_without_rights(*words):
    """A command of somebody who has no more rights than the files give."""
    command = [*WITHOUT_RIGHTS, sys.executable, "-m", "twicetold", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.fixture
def locked(news, folder):
    """A folder in which nothing can be written, with an index in it."""
    place = folder / "locked"
    place.mkdir()
    shutil.copy(news, place / "news.db")
    yield place
    place.chmod(0o755)


@linux
def test_an_index_is_read_where_nothing_can_be_written(locked):
    locked.chmod(0o555)

    reading = run_without_rights("stories", locked / "news.db", "--json")
    writing = run_without_rights("run", locked / "news.db", CORPUS)

    assert (reading.returncode, len(json.loads(reading.stdout))) == (0, 1)
    assert writing.returncode == 1
    assert "can't be changed" in writing.stderr


@linux
@pytest.mark.parametrize("with_shared_memory", [False, True])
def test_changes_in_a_log_are_read_or_missed_aloud(folder, locked, with_shared_memory):
    write_lines(folder / "more.jsonl", article(id="c", title="Something else", body="Quite."))
    with library.Index.open("news.db") as index:
        library.run(index, library.read_articles("more.jsonl"))
        for suffix in ("", "-wal", "-shm") if with_shared_memory else ("", "-wal"):
            shutil.copy(f"news.db{suffix}", locked)
    locked.chmod(0o555)

    result = run_without_rights("stories", locked / "news.db", "--json")

    if with_shared_memory:
        assert len(json.loads(result.stdout)) == 2
    else:
        assert result.returncode == 5
        assert "has changes in a log that can't be read here" in result.stderr


@linux
def test_an_index_can_be_checked_where_nothing_can_be_written(locked):
    locked.chmod(0o555)

    result = run_without_rights("check", locked / "news.db", "--json")
    repairing = run_without_rights("check", locked / "news.db", "--repair")

    assert result.returncode == 0
    assert {row["broken"] for row in json.loads(result.stdout)} == {0}
    assert repairing.returncode == 1
    assert "can't be changed" in repairing.stderr


@linux
def test_a_change_that_was_broken_off_is_told_where_it_cannot_be_undone(folder, locked):
    with closing(sqlite3.connect(folder / "news.db", isolation_level=None)) as db:
        db.execute("pragma journal_mode = delete")
        db.execute("pragma cache_size = 1")
        db.execute("begin")
        db.execute("update articles set title = 'Half done'")
        for suffix in ("", "-journal"):
            shutil.copy(folder / f"news.db{suffix}", locked / f"news.db{suffix}")
    locked.chmod(0o555)

    result = run_without_rights("stories", locked / "news.db")

    assert result.returncode == 5
    assert "was half changed when a program ended" in result.stderr
