"""Files that commands write: backups, metrics, weights. Only what is ours is replaced."""

import os
import sqlite3
import threading
from contextlib import closing

import pytest
from newsroom import CORPUS, article, select, write_lines

import twicetold as library


@pytest.fixture
def news(twicetold, folder):
    """An index of one article."""
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")
    return folder / "news.db"


def test_a_backup_is_the_same_index_and_replaces_an_older_one(twicetold, news, folder):
    assert twicetold("backup", news, "copy.db").exit_code == 0
    write_lines(folder / "more.jsonl", article(id="b", title="Talks end"))
    twicetold("run", news, "more.jsonl")

    result = twicetold("backup", news, "copy.db")

    assert result.stdout.endswith(" bytes copied to copy.db and checked\n")
    assert select("copy.db", "select title from articles order by id") == [
        ("Talks on the harbour resume",),
        ("Talks end",),
    ]
    assert twicetold("check", "copy.db").exit_code == 0
    assert sorted(os.listdir(folder)) == [
        "copy.db",
        "feed.jsonl",
        "more.jsonl",
        "news.db",
    ]


def test_a_backup_during_a_run_is_of_one_state(folder):
    with library.Index.open("news.db", create=True) as index:
        run = threading.Thread(target=library.run, args=(index, library.read_articles(CORPUS)))
        sizes = []
    with library.Index.open("news.db") as reader:

        def work():
            with library.Index.open("news.db") as index:
                library.run(index, library.read_articles(CORPUS))

        run = threading.Thread(target=work)
        run.start()
        while run.is_alive():
            library.backup(reader, "copy.db")
            sizes.append(select("copy.db", "select count(*) from articles")[0][0])
        run.join()
    with library.Index.open("copy.db") as copy:
        assert not [row for row in library.check(copy) if row.broken]
    assert sizes == sorted(sizes)


def other_database(path):
    with closing(sqlite3.connect(path)) as db:
        db.executescript("create table a(b)")


OTHERS = {
    "text.txt": lambda path: path.write_text("not ours"),
    "other.db": other_database,
    "index.db": lambda path: library.Index.open(path, create=True).close(),
    "folder": lambda path: path.mkdir(),
    "pipe": lambda path: os.mkfifo(path),
    "missing/x": lambda path: None,
}


@pytest.mark.parametrize("name", [*OTHERS, "news.db", "link.db", "news.db-wal"])
@pytest.mark.parametrize("command", ["backup", "metrics", "calibrate"])
def test_a_file_that_is_not_ours_is_not_replaced(twicetold, news, folder, name, command):
    if name in OTHERS:
        OTHERS[name](folder / name)
    elif name == "link.db":
        (folder / name).symlink_to("news.db")
    elif name == "news.db-wal":
        (folder / name).write_bytes(b"log")
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}

    words = {
        "backup": ["backup", "news.db", name],
        "metrics": ["run", "news.db", "feed.jsonl", "--metrics", name],
        "calibrate": ["calibrate", "news.db", CORPUS / "gold.csv", name],
    }[command]
    result = twicetold(*words)

    assert result.exit_code in (1, 2)
    assert "bug" not in result.stderr
    after = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    before.pop("news.db-wal", None)  # SQLite itself deletes a log that is none
    assert {name: after.get(name) for name in before} == before


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
@pytest.mark.parametrize("name", ["news.db", "link.db"])
def test_a_file_that_sqlite_may_need_is_no_output(twicetold, news, folder, name, suffix):
    (folder / "link.db").symlink_to("news.db")

    for command in (
        ["sample", name, "-o"],
        ["backup", name],
        ["calibrate", name, CORPUS / "gold.csv"],
    ):
        result = twicetold(*command, f"news.db{suffix}")
        assert result.exit_code == 1
        assert "belongs to the index" in result.stderr
    assert not (folder / f"news.db{suffix}").exists()


def test_an_older_state_does_not_replace_a_newer_index(twicetold, news, folder):
    twicetold("backup", "news.db", "old.db")
    write_lines(folder / "next.jsonl", article(id="next", title="Talks end"))
    twicetold("run", "news.db", "next.jsonl")
    before = (folder / "news.db").read_bytes()

    result = twicetold("backup", "old.db", "news.db")

    assert result.exit_code == 1
    assert result.stderr.startswith("news.db: is not an older copy of this index")
    assert (folder / "news.db").read_bytes() == before
    assert twicetold("backup", "news.db", "old.db").exit_code == 0


def test_nothing_is_written_through_a_link_with_the_name_of_a_temporary_file(
    twicetold, folder, news
):
    (folder / "victim").write_text("precious")
    (folder / f"news.prom.{os.getpid()}").symlink_to("victim")

    assert twicetold("run", "news.db", "feed.jsonl", "--metrics", "news.prom").exit_code == 0

    assert (folder / "victim").read_text() == "precious"
    assert sorted(path.name for path in folder.glob("news.prom*")) == [
        "news.prom",
        f"news.prom.{os.getpid()}",
    ]


def test_metrics_and_weights_replace_older_ones(twicetold, news, folder):
    for _ in range(2):
        assert twicetold("run", news, "feed.jsonl", "--metrics", "news.prom").exit_code == 0

    assert (folder / "news.prom").read_text().startswith("# HELP twicetold_run_finished_seconds")
