"""Accidents: a run is killed, another one writes, the disk is full. The next run puts it right."""

import random
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library

sys.path.insert(0, str(Path(__file__).with_name("torn")))
import disk

KILLED = Path(__file__).with_name("killed.py")
NIGHTS = sorted(path for path in CORPUS.iterdir() if path.is_dir())
EPISODE = ("--granularity", "episode")
REUTERS = "https://www.reuters.example/world/reuters-abudhabi-0205-2026-02-05"


@pytest.fixture(scope="module")
def three_nights(tmp_path_factory):
    """The file of an index of three nights; not to be changed."""
    path = tmp_path_factory.mktemp("nights") / "news.db"
    with library.Index.open(path, create=True) as index:
        for night in NIGHTS[:3]:
            library.run(index, library.read_articles(night))
    return path


@pytest.fixture
def news(three_nights, folder):
    """A copy of it, to be changed."""
    shutil.copy(three_nights, folder / "news.db")
    return folder / "news.db"


@pytest.fixture(scope="module")
def with_log(three_nights, tmp_path_factory):
    """The bytes of an index and of its write-ahead log, as a killed run leaves them."""
    path = tmp_path_factory.mktemp("log") / "news.db"
    shutil.copy(three_nights, path)
    with library.Index.open(path) as index:
        library.run(index, library.read_articles([str(NIGHTS[3])]))
        return path.read_bytes(), path.with_name("news.db-wal").read_bytes()


def left_behind(index, *command):
    """Copies of an index on which a command was killed, each a moment later; the last one ended."""
    subprocess.run([sys.executable, KILLED, index, *map(str, command)], check=True)
    copies = [p for p in index.parent.glob(f"{index.name}.*") if p.suffix[1:].isdecimal()]
    return sorted(copies, key=lambda path: int(path.suffix[1:]))


def shape(path):
    """Everything that must be the same in the end, whichever command was killed."""
    return [
        select(path, sql)
        for sql in (
            "select key, story_id, copy_group_id, pending from articles order by key",
            "select one.key, other.key, kind, probability from links"
            " join articles as one on one.id = a join articles as other on other.id = b"
            " order by 1, 2",
            "select id, title, articles, outlets, cohesion, settled from stories order by id",
            "select one.key, other.key, verdict from decisions join articles as one on one.id = a"
            " join articles as other on other.id = b",
            "select event, story_id, other_story_id, sum(articles) from story_events"
            " where event <> 'settled' group by 1, 2, 3 order by 1, 2, 3",
        )
    ]


def checked(twicetold, path):
    return twicetold("check", path).exit_code


@pytest.mark.slow
@pytest.mark.parametrize(
    "command",
    [
        ("run", NIGHTS[3]),
        ("cluster",),
        ("rebuild", *EPISODE),
        ("remove", REUTERS),
        ("prune", "--before", "2026-02-03"),
        ("same", "1", "30"),
    ],
    ids=lambda command: command[0],
)
def test_repeating_a_command_that_was_killed_at_any_moment_completes_it(twicetold, news, command):
    if command[0] in ("remove", "cluster", "prune"):
        twicetold("ingest" if command[0] == "cluster" else "run", news, NIGHTS[3], NIGHTS[4])
    name, *words = command

    *copies, whole = left_behind(news, *command)

    assert len(copies) >= 4  # a run is entered and, later, done: two transactions at least
    wanted = shape(whole)
    for path in copies:
        again = twicetold(name, path, *words)
        assert again.exit_code == 0 or "no article" in again.stderr
        assert shape(path) == wanted
    assert [checked(twicetold, path) for path in copies[::3]] == [0] * len(copies[::3])


@pytest.mark.slow
def test_a_new_index_exists_or_not_wherever_its_first_run_is_killed(twicetold, folder):
    *copies, whole = left_behind(folder / "new.db", "run", NIGHTS[0])

    for path in copies:
        assert twicetold("run", path, NIGHTS[0]).exit_code == 0
        assert shape(path) == shape(whole)


@pytest.mark.slow
def test_new_settings_and_their_stories_are_saved_together(twicetold, news):
    *copies, whole = left_behind(news, "rebuild", *EPISODE)
    twicetold("run", whole, NIGHTS[3])
    twicetold("run", news, NIGHTS[3])
    assert shape(whole) != shape(news)

    for path in copies:
        twicetold("run", path, NIGHTS[3])

    assert all(shape(path) in (shape(whole), shape(news)) for path in copies)


@pytest.mark.slow
def test_the_next_run_erases_what_a_killed_removal_left_in_the_file(twicetold, folder):
    secret = article(id="secret", title="Quibblesworth is named", body="A zymurgical past. " * 9)
    write_lines(folder / "feed.jsonl", article(), secret)
    write_lines(folder / "next.jsonl", article(id="next", outlet="CNA"))
    twicetold("run", "news.db", "feed.jsonl")
    with closing(sqlite3.connect("news.db")) as db:  # leave room that is free, not overwritten
        db.execute("pragma secure_delete = off")  # some builds of SQLite have it on
        often = f"json_each('{list(range(900))}')"
        db.execute(f"create table other as select articles.* from articles, {often}")
        db.execute("drop table other")

    *copies, _ = left_behind(folder / "news.db", "remove", "secret")

    gone = [path for path in copies if select(path, "select count(*) from articles") == [(1,)]]
    assert gone
    for path in gone:
        twicetold("run", path, "next.jsonl")
        left = path.read_bytes().lower()
        assert [word for word in (b"quibblesworth", b"zymurgical") if word in left] == []
        assert not path.with_name(f"{path.name}-wal").exists()


def test_a_removal_warns_if_a_reader_still_has_the_old_file_open(twicetold, news):
    with library.Index.open(news) as reader, reader.snapshot():
        reader.connection.execute("select count(*) from articles").fetchone()
        held = twicetold("remove", news, "1", "--wait", "0")
        before = library.story(reader, 1)

    assert held.exit_code == 4
    assert held.stderr == (
        f"{news}: the article is removed, but a reader still holds the old file"
        " (its text is erased when that reader ends)\n"
    )
    assert before.story.articles >= 1
    assert select(news, "select count(*) from articles where id = 1") == [(0,)]


def test_a_second_writer_waits_or_fails_and_readers_continue(twicetold, news):
    before = twicetold("stories", news, "--json").stdout, twicetold("show", news, 1).stdout
    search = ("stories", news, "--search", "talks", "--json")
    answer = twicetold(*search).stdout

    with closing(sqlite3.connect(news)) as other:
        other.execute("pragma journal_mode = wal")
        other.execute("begin immediate")
        other.execute("delete from links")
        other.execute("update stories set title = 'half done'")
        for command in (("run", news, NIGHTS[3]), ("rebuild", news), ("check", news)):
            result = twicetold(*command, "--wait", "0")
            assert result.exit_code == 4
            assert result.stderr.startswith(f"{news}: another run is writing to it")
        during = twicetold("stories", news, "--json").stdout, twicetold("show", news, 1).stdout
        assert (during, twicetold(*search).stdout) == (before, answer)

    assert twicetold("run", news, NIGHTS[3], "--wait", "0").exit_code == 0
    assert checked(twicetold, news) == 0


def test_a_run_waits_for_another_run(twicetold, news):
    with closing(sqlite3.connect(news, check_same_thread=False)) as other:
        other.execute("begin immediate")
        end = threading.Timer(0.5, other.rollback)
        end.start()
        result = twicetold("run", news, NIGHTS[3], "--wait", "600")
        end.join()

    assert result.exit_code == 0
    assert re.match(r"\d+ articles stored, ", result.stdout)
    assert result.stderr == ""


def test_an_answer_is_of_one_moment_whatever_a_run_writes_meanwhile(twicetold, news):
    with library.Index.open(news) as reader, reader.snapshot():
        before = library.stories(reader, limit=0)
        twicetold("run", news, NIGHTS[3])

        assert library.stories(reader, limit=0) == before
        assert [library.story(reader, row.story).story for row in before] == before


def test_four_processes_that_create_an_index_at_once_create_one(folder):
    write_lines(folder / "feed.jsonl", article())
    command = [sys.executable, "-m", "twicetold", "run", "news.db", "feed.jsonl", "--wait", "600"]

    runs = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(4)]

    assert [(run.communicate()[1], run.returncode) for run in runs] == [("", 0)] * 4
    assert select("news.db", "select key, story_id from articles") == [("talks-1", 1)]


@pytest.mark.parametrize("flipped", ["index", "log"])
@pytest.mark.parametrize("size", [1, 16_384])
@pytest.mark.parametrize("seed", range(2))
def test_flipped_bytes_end_in_a_clear_error_or_in_an_answer(
    twicetold, folder, with_log, flipped, size, seed
):
    chance = random.Random(seed)
    index, log = (bytearray(part) for part in with_log)
    spoilt = index if flipped == "index" else log
    place = chance.randrange(len(spoilt)) // size * size
    spoilt[place : place + size] = bytes(byte ^ 0xFF for byte in spoilt[place : place + size])

    for command, *words in (
        ("run", NIGHTS[4]),
        ("stories",),
        ("stories", "--search", "talks"),
        ("show", 1),
        ("check",),
        ("match", NIGHTS[3] / "cna.rss"),
        ("why", 1, 2),
        ("history", 1),
    ):
        (folder / "news.db-shm").unlink(missing_ok=True)
        (folder / "news.db").write_bytes(index)
        (folder / "news.db-wal").write_bytes(log)
        result = twicetold(command, "news.db", *words)
        assert result.exit_code in ((0, 1) if command == "check" else (0,)) or (
            result.exit_code == 5 and result.stderr.startswith("news.db: is ")
        )


def test_a_header_with_any_byte_flipped_is_reported_or_read(twicetold, news):
    sound = news.read_bytes()

    for place in range(100):
        news.write_bytes(sound[:place] + bytes([sound[place] ^ 0x37]) + sound[place + 1 :])
        result = twicetold("stories", news)
        assert result.exit_code == 0 or (
            result.exit_code in (1, 5) and result.stderr.startswith(f"{news}: ")
        )


@pytest.mark.parametrize(
    ("change", "spoilt"),
    [
        (
            "update articles set key = 'late', published = '2026-02-31T10:00:00Z' where id = 7",
            "the time of late",
        ),
        ("update runs set settings = '{' where id = 3", "run 3"),
        ("update runs set settings = '{}'", "the settings of its last run"),
    ],
)
def test_a_value_that_can_not_be_read_is_called_damage(twicetold, news, change, spoilt):
    with closing(sqlite3.connect(news)) as db, db:
        db.execute(change)

    result = twicetold("rebuild", news)

    assert result.exit_code == 5
    assert result.stderr == (
        f"{news}: is damaged: {spoilt} can't be read (restore it from a backup)\n"
    )


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("cc"), reason="needs a C compiler to make calls fail")
@pytest.mark.parametrize("kind", disk.KINDS)
def test_the_run_after_a_torn_disk_ends_where_an_undisturbed_one_does(tmp_path, kind):
    library = disk.compiled(tmp_path)

    problems = list(disk.failures(library, tmp_path, kind, 3))

    assert len(problems) == 3
    assert [problem for problem in problems if problem] == []
