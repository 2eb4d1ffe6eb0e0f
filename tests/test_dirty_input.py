"""What strangers wrote: no record, no file and no folder ends a run."""

import gzip
import json
import os
import socket
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import TALKS_RESUME, article, select, write_lines

import twicetold as library

DAYS = [f"{day:02d}/02/2026 09:30" for day in range(1, 29)]


@pytest.mark.parametrize(
    ("field", "value", "shown", "name"),
    [
        ("published", "24 Qqq 2018", "24 Qqq 2018", "a time"),
        ("published", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "a time"),
        ("published", "Mon, 01 Jan 0001 00:00:00 GMT", "Mon, 01 Jan 0001 00:00:00 GMT", "a time"),
        ("published", [1], "list", "a time"),
        ("published", "\ud800", "\ufffd", "a time"),
        ("updated", "0026-02-05", "0026-02-05", "a time of update"),
        ("lang", "x" * 250, "x" * 120, "a language"),
        ("lang", "../../etc", "../../etc", "a language"),
        ("url", {"href": "x"}, "dict", "a url"),
        ("byline", [{"x": 1}], "list", "a byline"),
    ],
)
def test_a_side_field_that_cannot_be_read_costs_the_field_and_not_the_article(
    twicetold, folder, field, value, shown, name
):
    record = article(**{field: value})
    (folder / "feed.jsonl").write_text(json.dumps(record))

    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.exit_code == 0
    assert result.stderr == f"stored without {name}: 1, first: '{shown}'\n"
    assert select("news.db", "select title from articles") == [(record["title"],)]
    assert select("news.db", "select incomplete from runs") == [(1,)]
    assert select("news.db", "select field, articles, value from unread_fields") == [
        (field, 1, shown)
    ]


def test_a_file_whose_times_are_not_understood_is_refused(twicetold, folder):
    records = [article(id=f"a{day}", published=day) for day in DAYS]
    write_lines(folder / "archive.jsonl", *records)

    refused = twicetold("run", "news.db", "archive.jsonl")
    read = twicetold("run", "news.db", "archive.jsonl", "--date-format", "%d/%m/%Y %H:%M")

    assert refused.exit_code == 3
    assert refused.stderr == (
        "archive.jsonl: published in column 'published': 11 of 28 times can't be read, the first"
        " '01/02/2026 09:30' (say how they are written: --date-format '%d.%m.%Y %H:%M')\n"
    )
    assert read.stdout.startswith("28 articles stored, 0 updated, 0 unchanged, 0 rejected\n")
    assert select("news.db", "select min(published), max(published) from articles") == [
        ("2026-02-01T09:30:00Z", "2026-02-28T09:30:00Z")
    ]


@pytest.mark.parametrize(("wrong", "stored"), [(4, 20), (5, 0)])
def test_a_fifth_of_the_times_may_be_wrong(twicetold, folder, wrong, stored):
    times = ["soon"] * wrong + [TALKS_RESUME["published"]] * (20 - wrong)
    write_lines(
        folder / "a.jsonl", *(article(id=f"a{n}", published=t) for n, t in enumerate(times))
    )

    twicetold("ingest", "news.db", "a.jsonl")

    assert select("news.db", "select count(*) from articles") == [(stored,)]


def test_a_folder_of_all_sorts_of_things_is_read_as_far_as_it_can_be(twicetold, folder):
    feeds = folder / "feeds"
    feeds.mkdir()
    write_lines(feeds / "good.jsonl", TALKS_RESUME)
    (feeds / "crawl.cdx").write_bytes(b"com,example")
    (feeds / "README.md").write_text("about the feeds")
    os.mkfifo(feeds / "pipe.jsonl")
    (feeds / "nothing.jsonl").symlink_to("no such file")
    (feeds / "self.jsonl").symlink_to("self.jsonl")
    for name in ("again", "once_more"):
        (feeds / name).symlink_to(".", target_is_directory=True)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(feeds / "socket.jsonl"))

        result = twicetold("run", "news.db", "feeds")

    assert result.exit_code == 3
    assert result.stderr.splitlines() == [
        "passed over 1 file: crawl.cdx",
        "feeds/nothing.jsonl: file is a link to nothing",
        "feeds/pipe.jsonl: file is a named pipe, not a file",
        "feeds/self.jsonl: file is a link to nothing",
        "feeds/socket.jsonl: file is a socket, not a file",
    ]
    assert select("news.db", "select count(*) from articles") == [(1,)]
    assert twicetold("run", "news.db", "feeds/**/*.jsonl").exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="file names are bytes on Linux")
def test_a_file_name_that_is_not_utf8_is_spelled_out(folder):
    name = os.fsencode(folder) + b"/caf\xe9.jsonl"
    with open(name, "w") as file:
        file.write("{")

    command = [sys.executable, "-m", "twicetold", "run", "news.db", name]
    done = subprocess.run(command, capture_output=True, text=True)

    assert done.returncode == 3
    assert "caf\\udce9.jsonl:1: line is not JSON" in done.stderr
    assert select("news.db", "select count(*) from rejections where source like '%udce9%'") == [
        (1,)
    ]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.rss"])
def test_a_file_that_unpacks_to_too_much_is_rejected(twicetold, folder, name):
    record = b'{"title":"t"}\n' if name == "a.jsonl" else b"title\n"
    (folder / f"{name}.gz").write_bytes(gzip.compress(record * 200_000))

    result = twicetold("ingest", "news.db", f"{name}.gz", "--max-size", "1M")

    assert result.exit_code == 3
    sentence = f"{name}.gz: file unpacks to more than 1 MB (allow more: --max-size 5G)"
    assert sentence in result.stderr.splitlines()


def test_a_file_of_next_to_no_articles_is_not_read_to_its_end(twicetold, folder):
    (folder / "a.jsonl").write_bytes(b"{}\n" * 300_000)

    result = twicetold("ingest", "news.db", "a.jsonl")

    assert result.stdout == "0 articles stored, 0 updated, 0 unchanged, 100,002 rejected\n"
    sentence = "a.jsonl: file has 100,000 records that are no articles; the rest is not read"
    assert sentence in result.stderr.splitlines()
    assert select("news.db", "select count(*) from rejections") == [(2,)]


def test_what_was_rejected_before_is_no_news(twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME, "{", "{", article(id="b", title="", body=""))
    (folder / "empty.jsonl").touch()

    first = twicetold("run", "news.db", "feed.jsonl", "empty.jsonl")
    second = twicetold("run", "news.db", "feed.jsonl", "empty.jsonl")
    write_lines(folder / "feed.jsonl", TALKS_RESUME, "{", "[1]")
    third = twicetold("run", "news.db", "feed.jsonl")
    strict = twicetold("run", "news.db", "empty.jsonl", "--strict")

    assert [end.exit_code for end in (first, second, third, strict)] == [3, 0, 3, 1]
    assert second.stderr == ""
    assert second.stdout.splitlines()[0].endswith("1 unchanged, 4 rejected (none of them new)")
    assert third.stdout.splitlines()[0].endswith("1 unchanged, 2 rejected (1 of them new)")
    rows = json.loads(twicetold("rejections", "news.db", "--json").stdout)
    assert [(row["reason"][:16], row["times"]) for row in rows] == [
        ("is not JSON: Exp", 5),
        ("is not an object", 1),
        ("and body are emp", 2),
        ("is empty", 2),
    ]


def test_one_run_adds_a_limited_number_of_rejections_and_prune_deletes_old_ones(twicetold, folder):
    write_lines(folder / "feed.jsonl", *(f"{{{number}" for number in range(1_200)))
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-05")

    assert select("news.db", "select count(*), (select rejected from runs) from rejections") == [
        (1_000, 1_200)
    ]
    for _ in range(2):  # those that are only counted are known, too
        assert twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-05").exit_code == 0
    assert twicetold("ingest", "news.db", "feed.jsonl", "--dry-run").exit_code == 0
    assert select("news.db", "select count(*), sum(times) from rejections") == [(1_000, 3_600)]
    twicetold("prune", "news.db", "--before", "2026-03-01")
    assert select("news.db", "select count(*) from rejections") == [(0,)]


RECORDS = st.dictionaries(
    st.sampled_from([*library.Article.__dataclass_fields__, "date", "link", "x", ""]),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=5,
    ),
)


@given(st.lists(RECORDS, max_size=5))
def test_any_record_is_stored_or_rejected(records):
    with library.Index.in_memory() as index:
        items = [item_of(record) for record in records]
        counts = library.run(index, items)

        assert counts.quarantined == 0
        stored = counts.stored + counts.updated + counts.unchanged
        assert stored + counts.rejected == len(records)
        assert not [row for row in library.check(index) if row.broken]


def item_of(record):
    try:
        return library.Article.from_dict({"outlet": "Gazette"} | record)
    except library.ArticleError as error:
        return library.Rejection("feed.jsonl", 1, error.field, error.reason)
