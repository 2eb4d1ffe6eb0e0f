"""What `export` writes is read back by `run`: articles, older texts, decisions, stories."""

import json
import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from newsroom import CORPUS, TALKS_RESUME, article, select, write_lines

import twicetold as library

FORMS = ["jsonl", "csv", "parquet"]
ARTICLES = (
    "select key, outlets.name, title, body, lang, published, updated, first_seen, url, byline,"
    " credit from articles join outlets on outlets.id = outlet_id order by key"
)
VERSIONS = (
    "select key, version, versions.title, versions.body, versions.updated, replaced from versions"
    " join articles on articles.id = article_id order by key, version"
)
DECISIONS = (
    "select one.key, other.key, verdict, by, at, note from decisions"
    " join articles as one on one.id = a join articles as other on other.id = b order by 1, 2"
)
OUTLETS = "select name, owner, agency_name, timezone from outlets order by name"


def groups(index, column):
    """The keys of the articles of each story or copy group."""
    rows = select(index, f"select {column}, key from articles where {column} is not null")
    sets = {}
    for group, key in rows:
        sets.setdefault(group, set()).add(key)
    return sorted(map(sorted, sets.values()))


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """Where the index of all tests is, after the first one made it."""
    return tmp_path_factory.mktemp("newsroom") / "news.db"


@pytest.fixture
def newsroom_index(twicetold, folder, made_once):
    """An index with corrected articles, decisions, outlets by hand, and undated articles."""
    if made_once.exists():
        return shutil.copy(made_once, "news.db")
    (folder / "outlets.toml").write_text('["Reuters"]\nagency = "Reuters"\nowner = "Thomson"\n')
    twicetold("run", "news.db", CORPUS, "--outlets", "outlets.toml", "--now", "2026-02-08")
    rows = [
        article(id="undated", published=None),
        article(
            id="=SUM(1)", title="'=quoted'", body="A body\n\nof two paragraphs, <b>not bold</b>."
        ),
    ]
    write_lines(folder / "more.jsonl", *rows)
    twicetold("run", "news.db", "more.jsonl", "--now", "2026-02-09")
    later = [
        article(id="undated", published=None, body=TALKS_RESUME["body"] + " They go on."),
        article(
            id="=SUM(1)",
            title="'=quoted'",
            body="A body\n\nof two newer paragraphs, <b>not bold</b>.",
            updated="2026-02-04T09:00:00Z",
        ),
    ]
    write_lines(folder / "later.jsonl", *later)
    twicetold("run", "news.db", "later.jsonl", "--now", "2026-02-10")
    twicetold("same", "news.db", "key:=SUM(1)", "key:undated", "--note", "by hand", "--by", "Ida")
    one, other = select("news.db", "select key from articles where story_id = 1 limit 2")
    twicetold("different", "news.db", f"key:{one[0]}", f"key:{other[0]}")
    shutil.copy("news.db", made_once)
    return "news.db"


@pytest.mark.parametrize("form", FORMS)
def test_an_export_gives_the_same_index(twicetold, newsroom_index, form):
    twicetold("export", newsroom_index, "out", "--format", form)

    result = twicetold("run", "back.db", "out", "--now", "2026-02-10")

    assert (result.exit_code, result.stderr) == (0, "")
    for sql in (ARTICLES, VERSIONS, DECISIONS, OUTLETS):
        assert select("back.db", sql) == select(newsroom_index, sql)
    for column in ("story_id", "copy_group_id"):
        assert groups("back.db", column) == groups(newsroom_index, column)


def test_the_same_export_read_twice_changes_nothing(twicetold, newsroom_index, folder):
    twicetold("export", newsroom_index, "out")
    twicetold("run", "back.db", "out", "--now", "2026-02-10")
    before = [select("back.db", sql) for sql in (ARTICLES, VERSIONS, DECISIONS)]

    result = twicetold("run", "back.db", "out", "--now", "2026-02-10")

    assert result.stdout.startswith("0 articles stored, 0 updated")
    assert [select("back.db", sql) for sql in (ARTICLES, VERSIONS, DECISIONS)] == before


def test_an_export_in_a_folder_of_others_is_read_as_one(twicetold, newsroom_index, folder):
    twicetold("export", newsroom_index, "night/out")
    write_lines(folder / "night" / "more.jsonl", article(id="more"))

    result = twicetold("ingest", "back.db", "night")

    number = select(newsroom_index, "select count(*) from articles")[0][0]
    assert select("back.db", "select count(*) from articles") == [(number + 1,)]
    assert result.exit_code == 0


def test_a_pruned_article_is_not_read_back_as_a_headline(twicetold, newsroom_index):
    with closing(sqlite3.connect(newsroom_index)) as db, db:
        db.execute("update articles set body = '', pruned = '2026-02-11T00:00:00Z' where id = 5")
    twicetold("export", newsroom_index, "out")

    result = twicetold("ingest", "back.db", "out")

    assert "1 rejected (none of them new)" in result.stdout
    assert select("back.db", "select line, field, reason from rejections") == [
        (5, "body", "was pruned, so that it can't be read back")
    ]


def test_a_decision_on_an_article_that_is_gone_is_rejected(twicetold, newsroom_index, folder):
    twicetold("export", newsroom_index, "out")
    path = folder / "out" / "decisions.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[0]["a"] = "gone"
    write_lines(path, *rows)

    result = twicetold("run", "back.db", "out", "--now", "2026-02-10")

    assert result.exit_code == 3
    assert result.stderr.startswith("decisions:1: decision back.db: no article")
    assert len(select("back.db", DECISIONS)) == len(rows) - 1


def test_an_export_that_did_not_end_is_told(twicetold, newsroom_index, folder):
    twicetold("export", newsroom_index, "out")
    (folder / "out" / "export.json").write_text('{"kind": "twicetold export", "tables": {}}')

    result = twicetold("ingest", "back.db", "out")

    assert result.exit_code == 1
    assert result.stderr == "out: has no outlets (the export did not end: repeat it)\n"


def test_an_export_is_read_back_by_the_library(sample, folder):
    with library.Index.open(sample) as index:
        library.export(index, "out", format="parquet")
    with library.Index.open("back.db", create=True) as index:
        library.use_outlets(index, library.read_outlets("out"))
        library.run(index, library.read_articles("out"), decisions=library.read_decisions("out"))

    assert groups("back.db", "story_id") == groups(sample, "story_id")


def test_a_zipped_export_is_no_folder_of_news(twicetold, sample, folder):
    twicetold("export", sample, "out")
    shutil.make_archive("out", "zip", ".", "out")

    result = twicetold("ingest", "back.db", "out.zip")

    assert result.stdout.startswith("0 articles stored")
    assert result.stderr == (
        "out.zip/out/export.json: file is an export in an archive"
        " (unpack it, and give its folder)\n"
    )


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("articles", "[]"),
        ("articles", '{"article": "x", "title": "a"}'),
        ("articles", '{"article": 1e999}'),
        ("articles", "[" * 100_000),
        ("versions", '{"article": null}'),
        ("versions", '"x"'),
        ("decisions", '{"a": 1, "b": []}'),
        ("outlets", "[]"),
    ],
)
def test_an_export_that_was_edited_ends_in_words(twicetold, sample, folder, table, line):
    twicetold("export", sample, "out")
    path = folder / "out" / f"{table}.jsonl"
    path.write_text(line + "\n" + path.read_text())

    result = twicetold("run", "back.db", "out")

    assert result.exit_code in (1, 3) or table == "versions"
    assert "a bug of" not in result.stderr


def test_a_pipe_in_an_export_is_not_opened(twicetold, sample, folder):
    twicetold("export", sample, "out")
    (folder / "out" / "articles.jsonl").unlink()
    os.mkfifo(folder / "out" / "articles.jsonl")

    result = twicetold("ingest", "back.db", "out")

    assert "is a link or no file, which no export writes" in result.stderr
