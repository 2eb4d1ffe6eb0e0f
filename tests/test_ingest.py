"""Reading articles into an index: what is stored, what is rejected, and what a second run does."""

import pytest
from newsroom import TALKS_RESUME, article, select, write_lines

import twicetold as library


def test_an_article_without_title_and_body_is_rejected_and_the_others_are_kept(twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME, article(id="talks-2", title=" ", body=None))

    result = twicetold("ingest", "news.db", "feed.jsonl")

    assert result.exit_code == 3  # done, but some articles were rejected
    assert result.stdout == "1 article stored, 0 updated, 0 unchanged, 1 rejected\n"
    assert result.stderr == (
        "feed.jsonl:2: title and body are empty (map a column: --map body=COLUMN)\n"
    )
    assert select("news.db", "select title from articles") == [("Talks on the harbour resume",)]
    assert select("news.db", "select source, line, field, reason from rejections") == [
        ("feed.jsonl", 2, "title", "and body are empty (map a column: --map body=COLUMN)")
    ]


def test_strict_ends_at_the_first_rejected_article(twicetold, folder):
    write_lines(folder / "feed.jsonl", "{", TALKS_RESUME)

    result = twicetold("ingest", "news.db", "feed.jsonl", "--strict")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith("feed.jsonl:1: line is not JSON:")
    assert select("news.db", "select count(*) from articles") == [(0,)]


def test_the_same_file_again_changes_nothing(twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME, article(id="talks-2", title="Talks go on"))
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("run", "news.db", "feed.jsonl")

    assert result.exit_code == 0
    assert result.stdout == (
        "0 articles stored, 0 updated, 2 unchanged, 0 rejected\nnothing new to cluster\n"
    )


def test_a_later_text_under_the_same_url_is_a_version(twicetold, folder):
    first = article(id=None, url="https://a.example/talks?utm_source=x#top", title="Talks resume")
    later = first | {"title": "Talks resume, then stall", "updated": "2026-02-03T11:00:00Z"}
    later["url"] = "https://A.example/talks/"
    write_lines(folder / "morning.jsonl", first)
    write_lines(folder / "noon.jsonl", later)

    twicetold("run", "news.db", "morning.jsonl")
    result = twicetold("run", "news.db", "noon.jsonl", "morning.jsonl")

    assert result.stdout.splitlines()[0] == (
        "0 articles stored, 1 updated, 1 unchanged, 0 rejected"
    )
    assert select("news.db", "select key, title, updated from articles") == [
        ("https://a.example/talks", "Talks resume, then stall", "2026-02-03T11:00:00Z")
    ]
    assert select("news.db", "select version, title from versions") == [(1, "Talks resume")]


@pytest.mark.parametrize("order", [("old", "new"), ("new", "old")])
def test_the_text_with_the_latest_time_is_the_articles_own_whatever_came_first(
    twicetold, folder, order
):
    write_lines(folder / "old.jsonl", article(title="Old", updated="2026-02-03T10:00:00Z"))
    write_lines(folder / "new.jsonl", article(title="New", updated="2026-02-03T12:00:00Z"))

    for name in order:
        twicetold("ingest", "news.db", f"{name}.jsonl")

    assert select("news.db", "select title from articles") == [("New",)]
    assert select("news.db", "select title from versions") == [("Old",)]


def test_a_dry_run_reads_and_stores_nothing(twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME, "[]")

    result = twicetold("ingest", "news.db", "feed.jsonl", "--dry-run")

    assert result.exit_code == 3
    assert result.stdout == "would store 1 article, update 0; 0 unchanged, 1 rejected\n"
    assert not (folder / "news.db").exists()


@pytest.mark.parametrize("field", ["published", "updated"])
def test_a_report_from_the_future_is_rejected(twicetold, folder, field):
    write_lines(folder / "feed.jsonl", article(**{field: "2062-02-05T10:00:00Z"}))

    result = twicetold("ingest", "news.db", "feed.jsonl", "--now", "2026-02-05")

    assert result.exit_code == 3
    assert result.stderr == (
        f"feed.jsonl:1: {field} '2062-02-05T10:00:00Z' is more than two days ahead\n"
    )


@pytest.mark.parametrize("order", [1, -1])
def test_what_only_the_older_text_tells_is_known_whatever_came_first(twicetold, folder, order):
    times = {"published": "2026-02-05T17:05:00Z", "updated": None}
    old = article(title="Old", url="https://a.example/talks", byline="Jane Doe", **times)
    new = article(title="New", url="", published=None, updated="2026-02-06T09:48:00Z")
    write_lines(folder / "feed.jsonl", *[old, new][::order])

    twicetold("run", "news.db", "feed.jsonl")

    assert select(
        "news.db", "select title, published, updated, first_seen, url, byline from articles"
    ) == [
        (
            *("New", "2026-02-05T17:05:00Z", "2026-02-06T09:48:00Z", None),
            *("https://a.example/talks", "Jane Doe"),
        )
    ]
    assert select("news.db", "select * from former_urls") == []


@pytest.mark.parametrize("order", [1, -1])
def test_an_id_belongs_to_its_outlet(twicetold, folder, order):
    records = [TALKS_RESUME, article(outlet="CNA", title="Other news")]
    write_lines(folder / "feed.jsonl", *records[::order])

    results = [twicetold("ingest", "news.db", "feed.jsonl") for _ in range(2)]

    assert [result.stdout.splitlines()[0] for result in results] == [
        "2 articles stored, 0 updated, 0 unchanged, 0 rejected",
        "0 articles stored, 0 updated, 2 unchanged, 0 rejected",
    ]
    assert select(
        "news.db",
        "select key, name, title from articles join outlets on outlets.id = outlet_id order by key",
    ) == [
        ("Reuters|talks-1", "Reuters", "Talks on the harbour resume"),
        ("talks-1", "CNA", "Other news"),
    ]


def test_strict_does_not_read_beyond_the_first_rejected_article(folder):
    read = []

    def items():
        for number in range(3):
            read.append(number)
            yield library.Rejection("feed.jsonl", number, "title", "and body are empty", "")

    with library.Index.in_memory() as index, pytest.raises(library.RejectedError):
        library.ingest(index, items(), strict=True)

    assert read == [0]
