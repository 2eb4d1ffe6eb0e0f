"""Indexes of older programs: migrations bring them up to date, one after the other."""

import gzip
import json
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from newsroom import CORPUS, select

import twicetold as library
from twicetold.errors import NoIndexError, OldModelError
from twicetold.index import schema

OLD = sorted((Path(__file__).parent / "cases").glob("schema_*.db.gz"))
MIGRATE = (
    "import sqlite3, pathlib; from twicetold.index import schema;"
    "schema.prepare(sqlite3.connect('news.db', timeout=600, isolation_level=None), 'news.db',"
    " create=False, migrations=pathlib.Path('migrations'))"
)
# one that would not end in a lifetime
ENDLESS = (
    "create table half (n integer);\n"
    "insert into half with recursive c (n) as (select 1 union all select n + 1 from c"
    " where n < 1000000000000) select max(n) from c;\n"
)


@pytest.fixture
def migrations(folder):
    """Those that there are, and one more that would be seen if it were taken twice."""
    (folder / "migrations").mkdir()
    for file in schema.MIGRATIONS.iterdir():
        shutil.copy(file, folder / "migrations")
    newest = schema.read_migrations()[-1].version
    script = "create table tally (n integer);\ninsert into tally values (1);  -- once\n"
    (folder / "migrations" / f"{newest + 1:03}_tally.sql").write_text(script)
    return folder / "migrations"


@pytest.fixture
def old(sample, folder):
    """An index that knows nothing of that one."""
    shutil.copy(sample, folder / "news.db")
    return folder / "news.db"


def claim(migrations, name="news.db"):
    with closing(sqlite3.connect(name, isolation_level=None, uri=True)) as db:
        schema.prepare(db, name, create=False, migrations=migrations)


def version():
    return select("news.db", "pragma user_version")[0][0]


def test_an_older_index_takes_what_is_new_once_and_keeps_what_it_has(old, migrations):
    articles, before = select(old, "select * from articles"), version()

    claim(migrations)
    claim(migrations)

    assert version() == before + 1
    assert select(old, "select n from tally") == [(1,)]
    assert select(old, "select * from articles") == articles


def test_of_several_processes_that_open_it_one_migrates_and_the_others_wait(old, migrations):
    runs = [subprocess.Popen([sys.executable, "-c", MIGRATE]) for _ in range(4)]

    assert [run.wait() for run in runs] == [0] * 4
    assert select(old, "select n from tally") == [(1,)]


def test_a_killed_migration_is_rolled_back_and_the_next_one_completes_it(old, migrations):
    before = version()
    endless = migrations / f"{before + 2:03}_half.sql"
    endless.write_text(ENDLESS)

    with subprocess.Popen([sys.executable, "-c", MIGRATE]) as run:
        while run.poll() is None and not (version() == before + 1 and locked(old)):
            time.sleep(0.01)
        run.kill()

    assert run.returncode == -signal.SIGKILL
    assert version() == before + 1
    assert select(old, "select name from sqlite_master where name = 'half'") == []
    endless.write_text("create table half (n integer);\n")
    claim(migrations)
    assert version() == before + 2
    assert select(old, "select n from tally") == [(1,)]


def locked(path):
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as db:
        try:
            db.execute("begin immediate")
        except sqlite3.OperationalError:
            return True
        return False


def test_an_older_read_only_index_is_an_error(old, migrations):
    before = version()

    with pytest.raises(NoIndexError) as message:
        claim(migrations, "file:news.db?mode=ro")

    assert str(message.value) == (
        f"file:news.db?mode=ro: schema {before} is older than {before + 1}, and it can't be written"
        " to (copy it to a writable disk: opening it there brings it up to date)"
    )
    assert version() == before


@pytest.mark.skipif(not shutil.which("unshare"), reason="makes a disk that can't be written to")
def test_an_index_on_a_disk_that_can_only_be_read_is_read(twicetold, old):
    script = """
        mount -t tmpfs none disk && cp news.db disk/ && mount -o remount,ro disk || exit 99
        "$0" -m twicetold stories disk/news.db --limit 0 --json || exit 98
        "$0" -m twicetold cluster disk/news.db
    """
    Path("disk").mkdir()
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script, sys.executable]

    end = subprocess.run(command, capture_output=True, text=True)
    if end.returncode == 99 or "unshare" in end.stderr:
        pytest.skip(f"no right to make a disk here: {end.stderr}")

    assert end.stdout == twicetold("stories", "news.db", "--limit", "0", "--json").stdout
    assert end.stderr == (
        "disk/news.db: can't be changed: attempt to write a readonly database"
        " (copy it to a writable disk)\n"
    )


@pytest.fixture(params=OLD, ids=lambda path: path.name)
def stored(request, folder):
    """The index of a released program; `schemas.py` makes such files."""
    (folder / "news.db").write_bytes(gzip.decompress(request.param.read_bytes()))
    return folder / "news.db"


def test_an_index_of_a_released_program_has_the_schema_of_a_new_one(twicetold, stored):
    twicetold("stories", stored)
    library.Index.open("new.db", create=True).close()

    tables = "select type, name, tbl_name, sql from sqlite_master order by type, name"
    assert select(stored, tables) == select("new.db", tables)
    assert select(stored, "pragma user_version") == select("new.db", "pragma user_version")


def has_old_model(path):
    with library.Index.open(path) as index:
        try:
            library.settings_of(index)
        except OldModelError:
            return True
    return False


def test_an_index_of_another_model_says_who_made_it_and_is_brought_up_to_date(twicetold, folder):
    old = folder / "news.db"
    old.write_bytes(gzip.decompress(OLD[0].read_bytes()))
    kept = "select key, id from articles order by id", "select a, b, verdict from decisions"
    before = [select(old, sql) for sql in kept]
    refused = [twicetold(*words) for words in (("run", old, CORPUS), ("why", old, "1", "2"))]
    rebuilt = twicetold("rebuild", old)

    assert [(result.exit_code, result.stderr) for result in refused] == [
        (
            1,
            f"{old}: was clustered by twicetold 0.1.0, whose model has other features"
            f" (cluster everything again: twicetold rebuild {old})\n",
        )
    ] * 2
    assert rebuilt.exit_code == 0
    assert [select(old, sql) for sql in kept] == before
    ((settings,),) = select(old, "select settings from runs order by id desc limit 1")
    assert json.loads(settings)["cut"] == 0.3  # the default then was another number
    assert not has_old_model(old)


def test_an_index_of_a_released_program_answers_everything(twicetold, stored):
    def told(*words):
        result = twicetold(*words, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)

    if has_old_model(stored):
        twicetold("rebuild", stored)
    stories = told("stories", stored, "--limit", "0")
    assert told("stories", stored, "--search", "ferry")
    shown = [told("show", stored, row["story"]) for row in stories]
    reports = [report for one in shown for report in one["reports"]]
    assert len(reports) == sum(row["articles"] for row in stories) == 10
    assert any(report["copy_of"] for report in reports)
    ferry = next(r for r in reports if r["title"].startswith("CORRECTED"))["article"]
    assert len(told("versions", stored, ferry)) == 1
    (decision,) = told("decisions", stored)
    assert told("why", stored, decision["a"], decision["b"])["one_story"] is False
    assert told("why", stored, stories[0]["story"])["reports"]
    assert told("history", stored, stories[0]["story"])
    assert told("match", stored, CORPUS / "2026-02-02" / "cna.rss")
    assert not [row for row in told("check", stored) if row["broken"]]
    assert select(stored, "select count(distinct removed) from tombstones") == [(1,)]
    assert select(stored, "select count(*) from rejections") == [(1,)]


def test_an_index_of_a_released_version_continues_its_nightly_runs(twicetold, stored):
    before = select(stored, "select key, id from articles order by id")
    if has_old_model(stored):
        twicetold("rebuild", stored)

    again = twicetold("run", stored, CORPUS)

    assert again.exit_code == 0
    assert ", 1 rejected (none of them new)\n" in again.stdout  # it was removed, which is no news
    assert select(stored, "select key, id from articles order by id")[: len(before)] == before
    assert select(stored, "select count(*), count(story_id) from articles") == [(152, 152)]
    assert twicetold("rebuild", stored).exit_code == 0
    assert twicetold("check", stored).exit_code == 0
