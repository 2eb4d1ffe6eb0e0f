"""The file: who may open it, what happens to it when things go wrong, and who else can read it."""

import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import datasketch
import pytest
from newsroom import CORPUS, TALKS_RESUME, select, write_lines

import twicetold as library
from twicetold.copies.shingles import shingles
from twicetold.errors import LockedError, NoIndexError, NotFoundError
from twicetold.jobs.run_records import begin_run
from twicetold.text.cleaning import own_words
from twicetold.text.tokens import stream


def test_an_index_that_is_not_there_is_made_by_run_alone(twicetold, folder):
    result = twicetold("stories", "news.db")

    assert result.exit_code == 5
    assert result.stderr == "news.db: no such index (make it: twicetold run news.db …)\n"
    assert not (folder / "news.db").exists()


def test_a_strangers_database_is_left_as_it_is(twicetold, folder):
    with closing(sqlite3.connect("photos.db")) as db:
        db.execute("create table photos (id integer primary key)")
    before = (folder / "photos.db").read_bytes()
    write_lines(folder / "feed.jsonl", TALKS_RESUME)

    result = twicetold("run", "photos.db", "feed.jsonl")

    assert result.exit_code == 5
    assert result.stderr == (
        "photos.db: is a SQLite file but not a twicetold index"
        " (give a new file name; nothing was changed)\n"
    )
    assert (folder / "photos.db").read_bytes() == before


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "notes.txt",
            "notes.txt: is not a SQLite file (give a new file name; nothing was changed)",
        ),
        (".", ".: is a folder, not an index"),
    ],
)
def test_a_file_that_is_not_a_database_is_an_error(twicetold, folder, name, sentence):
    (folder / "notes.txt").write_text("Remember the milk, and to back up the index.\n" * 20)

    result = twicetold("stories", name)

    assert (result.exit_code, result.stderr) == (5, f"{sentence}\n")


def test_a_newer_index_is_refused(twicetold, folder):
    library.Index.open("news.db", create=True).close()
    with closing(sqlite3.connect("news.db")) as db:
        db.execute("pragma user_version = 99")

    result = twicetold("stories", "news.db")

    assert result.exit_code == 5
    assert result.stderr == (
        "news.db: schema 99 is newer than 14, the newest this twicetold knows"
        " (upgrade twicetold; nothing was changed)\n"
    )


@pytest.mark.parametrize("place", range(100, 90_000, 8_861))
def test_a_damaged_index_is_called_damaged_or_still_answers(twicetold, folder, sample, place):
    data = bytearray(sample.read_bytes())
    for offset in range(place, len(data), 5_003):
        data[offset] ^= 0xFF
    (folder / "news.db").write_bytes(data)

    results = [
        twicetold("stories", "news.db"),
        twicetold("stories", "news.db", "--search", "dialogue"),
        twicetold("run", "news.db", CORPUS),
    ]

    for result in results:
        assert result.exit_code in (0, 5)
        if result.exit_code:
            assert result.stderr.startswith("news.db: is ")


def test_a_second_writer_names_the_run_that_is_writing(folder):
    now = datetime(2026, 2, 3, 3, tzinfo=UTC)
    with (
        library.Index.open("news.db", create=True) as first,
        library.Index.open("news.db", wait_seconds=0.1) as second,
    ):
        with first.transaction(), pytest.raises(LockedError) as unnamed, second.transaction():
            pass
        begin_run(first, "rebuild", library.Settings(), now)
        with first.transaction(), pytest.raises(LockedError) as named, second.transaction():
            pass

    message = "news.db: another run is writing to it{} (try again later, or wait for it:"
    message += " --wait 600)"
    assert str(unnamed.value) == message.format("")
    assert str(named.value) == message.format(
        ": rebuild, started 2026-02-03T03:00:00Z, has not finished"
    )
    assert named.value.exit_code == 4


@pytest.mark.skipif(not shutil.which("unshare"), reason="makes a small disk as Linux does")
def test_a_full_disk_loses_nothing_that_was_stored(twicetold, folder):
    script = """
        mount -t tmpfs -o size=2500k none small || exit 99
        "$0" -m twicetold run small/news.db "$1"/2026-02-02 || exit 98
        "$0" -m twicetold run small/news.db "$1"
        code=$?
        cp small/news.db* .
        exit $code
    """
    (folder / "small").mkdir()
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]

    end = subprocess.run([*command, sys.executable, CORPUS], capture_output=True, text=True)
    if end.returncode == 99 or "unshare" in end.stderr:
        pytest.skip(f"no right to make a small disk here: {end.stderr}")
    again = twicetold("run", "news.db", CORPUS)

    assert end.returncode == 1
    assert end.stderr == (
        "small/news.db: the disk is full"
        " (free some space and run again; everything stored so far is safe)\n"
    )
    assert again.exit_code == 0
    assert select("news.db", "pragma integrity_check") == [("ok",)]
    assert select("news.db", "select count(*), count(story_id) from articles") == [(153, 153)]
    assert select("news.db", "select count(*) from articles where id <= 17 and run_id = 1") == [
        (17,)
    ]


def test_a_run_that_fails_midway_leaves_no_half_clustering(index, monkeypatch):
    articles = [library.Article(**fields) for fields in (TALKS_RESUME | {"published": None},)]
    library.ingest(index, articles)

    def fail(*arguments: object) -> None:
        raise MemoryError

    with monkeypatch.context() as broken:
        broken.setattr("twicetold.index.stories.save", fail)
        with pytest.raises(MemoryError):
            library.cluster(index)

    assert library.cluster(index).new_stories == 1


def test_the_signature_of_an_article_is_a_minhash_of_datasketch(sample):
    with library.Index.open(sample) as index:
        key, body = index.connection.execute("select key, body from articles limit 1").fetchone()
        answer = index.minhash(key)

    runs = shingles(stream([own_words(body)], split_unspaced=True))
    expected = datasketch.MinHash(num_perm=128, seed=1, scheme="affine32", hashfunc=int)
    expected.update_batch((runs.hashes >> 32).tolist())
    assert answer.jaccard(expected) == 1.0


def test_a_missing_article_is_an_error(sample):
    with library.Index.open(sample) as index, pytest.raises(NotFoundError) as message:
        index.minhash("https://nowhere.example/1")

    assert str(message.value) == (
        f"{sample}: no article 'https://nowhere.example/1'"
        f" (find it: twicetold stories {sample} --search WORDS)"
    )


def test_a_library_user_gets_the_same_errors(folder):
    with pytest.raises(NoIndexError) as message:
        library.Index.open("news.db")

    assert (message.value.place, message.value.finding) == ("news.db", "no such index")


def test_foreign_keys_and_counts_hold_after_seven_nights(folder):
    with library.Index.open("news.db", create=True) as index:
        for night in sorted(path for path in CORPUS.iterdir() if path.is_dir()):
            library.run(index, library.read_articles(night))

    assert select("news.db", "pragma foreign_key_check") == []
    assert select("news.db", "pragma integrity_check") == [("ok",)]
    assert select("news.db", "select count(*) from articles where story_id is null") == [(0,)]
    assert (
        select(
            "news.db",
            "select stories.id from stories join articles on story_id = stories.id"
            " group by stories.id having count(*) <> stories.articles"
            " or count(distinct outlet_id) <> outlets",
        )
        == []
    )
    assert (
        select(
            "news.db",
            "select copy_groups.id from copy_groups join articles on copy_group_id = copy_groups.id"
            " group by copy_groups.id having count(*) <> copy_groups.articles"
            " or count(distinct story_id) <> 1",
        )
        == []
    )
    assert select("news.db", "select count(*) from links where a = b") == [(0,)]


def test_sqlite_utils_searches_the_articles(sample):
    command = [Path(sys.executable).with_name("sqlite-utils"), "search", sample, "articles"]

    end = subprocess.run(
        [*command, "grynkewich", "-c", "title", "--limit", "20"], capture_output=True, text=True
    )

    titles = [row["title"] for row in json.loads(end.stdout)]
    assert any(title.startswith("Les Etats-Unis et la Russie") for title in titles)
