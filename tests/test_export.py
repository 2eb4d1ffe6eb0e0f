"""The tables of an index as files: each format is read by another program."""

import csv
import json
import shutil
import sys

import duckdb
import pandas as pd
import polars as pl
import pytest
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.fetching.feed_lists import ListedFeed, read_feed_list
from twicetold.index import feeds

NAMES = ["articles", "versions", "stories", "copies", "links", "outlets", "decisions"]
READERS = {
    "jsonl": lambda path: pd.read_json(path, lines=True, dtype=False),
    "csv": pd.read_csv,
    "parquet": pd.read_parquet,
}


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_each_table_is_a_file(twicetold, folder, sample, form):
    result = twicetold("export", sample, "tables", "--format", form)

    rows = [line.split() for line in result.stdout.splitlines()[2:]]
    assert [name for name, *_ in rows] == NAMES
    assert sorted(path.name for path in (folder / "tables").iterdir()) == sorted(
        ["export.json", *(f"{name}.{form}" for name in NAMES)]
    )
    for _, file, number, size in rows:
        assert (folder / file).stat().st_size == int(size)
        if int(number):
            assert len(READERS[form](folder / file)) == int(number)
    copies = READERS[form](folder / "tables" / f"copies.{form}")
    assert sorted(zip(copies["article"], copies["copy"], strict=True)) == sorted(
        select(sample, "select article, copy from copies")
    )


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_the_articles_are_read_back_as_they_were(twicetold, folder, sample, form):
    twicetold("export", sample, "tables", "--format", form, "--raw")

    twicetold("run", "back.db", f"tables/articles.{form}")

    sql = "select key, name, title, body, published, story_id, copy_group_id from articles"
    sql += " join outlets on outlets.id = outlet_id order by key"
    assert select("back.db", sql) == select(sample, sql)


def test_the_same_export_again_replaces_the_files_and_another_format_the_other_files(
    twicetold, folder, sample
):
    twicetold("export", sample, "tables")
    before = (folder / "tables" / "articles.jsonl").read_bytes()

    twicetold("export", sample, "tables")
    same = (folder / "tables" / "articles.jsonl").read_bytes()
    twicetold("export", sample, "tables", "--format", "csv")

    assert same == before
    assert not list((folder / "tables").glob("*.jsonl"))


def test_a_folder_of_other_files_is_refused(twicetold, folder, sample):
    (folder / "mine").mkdir()
    (folder / "mine" / "thesis.txt").write_text("all of it")

    result = twicetold("export", sample, "mine")

    assert result.exit_code == 1
    assert result.stderr == (
        "mine: holds files that are no export (give a new folder; nothing was changed)\n"
    )
    assert [path.name for path in (folder / "mine").iterdir()] == ["thesis.txt"]


def test_an_export_does_not_replace_its_index(twicetold, folder, sample):
    twicetold("export", sample, "tables", "--format", "csv")
    shutil.copy(sample, "tables/articles.jsonl")

    result = twicetold("export", "tables/articles.jsonl", "tables")

    assert result.exit_code == 1
    assert result.stderr == ("tables/articles.jsonl: belongs to the index (give a new file name)\n")
    assert select("tables/articles.jsonl", "select count(*) from articles") == [(153,)]


def test_a_spreadsheet_runs_no_cell_unless_raw(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(title="=1+1"))
    twicetold("run", "news.db", "feed.jsonl")

    titles = []
    for options in ([], ["--raw"]):
        twicetold("export", "news.db", "tables", "--format", "csv", *options)
        with (folder / "tables" / "articles.csv").open(encoding="utf-8", newline="") as file:
            titles += [row["title"] for row in csv.DictReader(file)]

    assert titles == ["'=1+1", "=1+1"]


def test_manual_decisions_and_outlets_are_exported(twicetold, folder, sample):
    shutil.copy(sample, "news.db")
    twicetold("different", "news.db", "95", "88", "--by", "desk")
    twicetold("export", "news.db", "tables")

    lines = (folder / "tables" / "decisions.jsonl").read_text("utf-8").splitlines()
    (decision,) = map(json.loads, lines)
    outlets = pd.read_json(folder / "tables" / "outlets.jsonl", lines=True)

    assert (decision["verdict"], decision["by"]) == ("different", "desk")
    assert dict(zip(outlets["outlet"], outlets["articles"], strict=True))["Le Monde"] == 28


def test_duckdb_reads_the_parquet_files(twicetold, folder, sample):
    twicetold("export", sample, "tables", "--format", "parquet")

    rows = duckdb.sql(
        "select copying_outlet, count(*) from 'tables/copies.parquet'"
        " where outlet = 'Reuters' group by all order by 2 desc"
    ).fetchall()

    expected = select(
        sample,
        "select copying_outlet, count(*) from copies where outlet = 'Reuters'"
        " group by 1 order by 2 desc",
    )
    assert rows == expected


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
def test_lists_are_data_frames(sample, frame):
    with library.Index.open(sample) as index:
        stories = frame(library.stories(index, limit=0))
        articles = frame(library.articles(index, limit=0))
        copies = frame(library.list_copies(index, limit=0))

    assert list(stories.columns) == list(library.StoryRow._fields)
    assert len(articles) == 153
    assert set(copies["outlet"]) == {"Reuters"}


def test_parquet_without_its_extra_names_it_and_writes_nothing(
    twicetold, folder, sample, monkeypatch
):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)

    result = twicetold("export", sample, "tables", "--format", "parquet")

    assert result.stderr == "parquet: needs pyarrow (pip install 'twicetold[parquet]')\n"
    assert not (folder / "tables").exists()


def test_an_unknown_format_is_an_error(sample, tmp_path):
    with library.Index.open(sample) as index, pytest.raises(library.ArgumentError) as error:
        library.export(index, tmp_path / "tables", format="xlsx")

    assert str(error.value) == "format 'xlsx' is not one of jsonl, csv, parquet, ninjs"
    assert not (tmp_path / "tables").exists()


def test_articles_are_written_as_a_wire_and_read_back(twicetold, folder, sample):
    twicetold("export", sample, "wire", "--format", "ninjs")

    result = twicetold("run", "back.db", "wire")

    assert sorted(path.name for path in (folder / "wire").iterdir()) == [
        "articles.ninjs.jsonl",
        "export.json",
    ]
    assert result.stdout.startswith("153 articles stored")
    sql = "select key, name, title, body, lang, published, byline, story_id from articles"
    sql += " join outlets on outlets.id = outlet_id order by key"
    assert select("back.db", sql) == select(sample, sql)


def test_feeds_are_written_as_a_list_that_feed_readers_take(twicetold, folder):
    with library.Index.open("news.db", create=True) as index, index.transaction() as db:
        for url, title in (
            ("https://post.example/a?b=1&c=2", "Post <one>"),
            ("https://x.test", ""),
        ):
            feeds.add(db, url, title, "2026-02-03T00:00:00Z")

    result = twicetold("export", "news.db", "tables")

    assert "feeds.opml" in result.stdout
    assert read_feed_list("tables/feeds.opml") == [
        ListedFeed("https://post.example/a?b=1&c=2", "Post <one>"),
        ListedFeed("https://x.test", "https://x.test"),
    ]
