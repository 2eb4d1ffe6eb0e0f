"""`versions`: what an article said before."""

import json
from itertools import permutations

import pytest
from newsroom import article, select, write_lines

FIRST = article(title="Talks resume", body="Envoys met on Tuesday, and 12 people watched.")
SECOND = FIRST | {
    "title": "CORRECTED: Talks resume",
    "body": "Envoys met on Monday and 12 people watched. They will meet again.",
    "updated": "2026-02-03T12:00:00Z",
}


def test_changes_are_shown_word_by_word(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-03T13:00:00Z")

    assert twicetold("versions", "news.db", "talks-1").stdout == (
        "version 1, until 2026-02-03 13:00 UTC: Talks resume\n"
        "  1 of 10 words removed, 6 added\n"
        "  … {+CORRECTED:+} Talks resume Envoys …\n"
        "  … Envoys met on [-Tuesday,-] {+Monday+} and 12 people …\n"
        "  … 12 people watched. {+They will meet again.+} …\n"
    )


def test_the_same_as_json(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST, SECOND)
    twicetold("run", "news.db", "feed.jsonl")

    (message,) = json.loads(twicetold("versions", "news.db", "1", "--json").stdout)

    assert (message["version"], message["removed"], message["added"]) == (1, 1, 6)
    assert message["edits"][1] == {
        "before": "Envoys met on",
        "removed": "Tuesday,",
        "added": "Monday",
        "after": "and 12 people",
    }


def test_what_never_changed_has_no_older_text(twicetold, folder):
    write_lines(folder / "feed.jsonl", FIRST)
    twicetold("run", "news.db", "feed.jsonl")

    assert twicetold("versions", "news.db", "talks-1").stdout == "no older text is stored\n"


@pytest.mark.parametrize("order", [1, -1])
def test_the_first_time_of_publication_stays_whatever_the_feed_says_later(twicetold, folder, order):
    times = [f"2026-02-{day:02}T10:00:00Z" for day in (3, 4, 5)]
    for night, time in enumerate(times[::order]):
        write_lines(folder / f"{night}.jsonl", article(published=time))
        twicetold("run", "news.db", f"{night}.jsonl")

    assert select("news.db", "select published, updated from articles") == [(times[0], None)]
    assert select("news.db", "select count(*) from versions") == [(0,)]


@pytest.mark.parametrize("order", [1, -1])
def test_a_new_text_with_a_new_time_of_publication_is_an_update(twicetold, folder, order):
    first = article(published="2026-02-03T10:00:00Z")
    second = article(published="2026-02-04T10:00:00Z", title="Talks on the harbour end")
    for night, record in enumerate([first, second][::order]):
        write_lines(folder / f"{night}.jsonl", record)
        twicetold("run", "news.db", f"{night}.jsonl")

    assert select("news.db", "select title, published, updated from articles") == [
        ("Talks on the harbour end", "2026-02-03T10:00:00Z", "2026-02-04T10:00:00Z")
    ]
    assert select("news.db", "select title from versions") == [("Talks on the harbour resume",)]
    assert twicetold("check", "news.db").exit_code == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_texts_are_shown_in_the_order_of_their_times_whichever_was_read_first(
    twicetold, folder, order
):
    texts = [
        article(title="Talks on the harbour"),
        article(title="Talks on the new harbour", published="2026-02-04T10:00:00Z"),
        article(title="Talks on the harbour end", updated="2026-02-05T10:00:00Z"),
    ]
    for number in order:
        write_lines(folder / f"{number}.jsonl", texts[number])
        twicetold("run", "news.db", f"{number}.jsonl")

    first, second = json.loads(twicetold("versions", "news.db", "talks-1", "--json").stdout)

    assert (first["title"], first["updated"]) == ("Talks on the harbour", "2026-02-03T09:00:00Z")
    assert (second["title"], second["updated"]) == (
        "Talks on the new harbour",
        "2026-02-04T10:00:00Z",
    )
    assert [edit["added"] for edit in first["edits"]] == ["new"]
    assert [edit["removed"] for edit in second["edits"]] == ["new", ""]
    assert select("news.db", "select title, published, updated from articles") == [
        ("Talks on the harbour end", "2026-02-03T09:00:00Z", "2026-02-05T10:00:00Z")
    ]


@pytest.mark.parametrize("order", [1, -1])
def test_the_time_of_an_older_update_is_not_that_of_a_newer_text(twicetold, folder, order):
    undated = article(published=None, updated="2026-02-03T10:00:00Z")
    newer = article(title="Talks on the harbour end", published="2026-02-04T10:00:00Z")
    for night, record in enumerate([undated, newer][::order]):
        write_lines(folder / f"{night}.jsonl", record)
        twicetold("run", "news.db", f"{night}.jsonl")

    assert select("news.db", "select title, published, updated from articles") == [
        ("Talks on the harbour end", "2026-02-04T10:00:00Z", None)
    ]


def test_an_older_text_moves_an_article_before_its_copy(twicetold, folder):
    body = article()["body"] * 3
    write_lines(
        folder / "feed.jsonl",
        article(id="a", body=body, published="2026-02-04T10:00:00Z"),
        article(id="copy", outlet="CNA", body=body, published="2026-02-03T08:00:00Z"),
        article(id="other", title="A bell", body="A bell from 1611 was found below the pier."),
    )
    older = article(id="a", body=f"{body} No more is known.", published="2026-02-02T07:00:00Z")
    write_lines(folder / "older.jsonl", older)
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("run", "news.db", "older.jsonl")

    assert result.exit_code == 0
    assert select("news.db", "select outlet, copying_outlet from copies") == [("Reuters", "CNA")]
    assert twicetold("check", "news.db").exit_code == 0
