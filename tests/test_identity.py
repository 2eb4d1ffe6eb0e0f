"""Which article is meant: ids, keys and urls are not confused, and no outlet takes another's."""

import pytest
from newsroom import article, select, write_lines

KEYS = "select key, outlets.name, title from articles join outlets on outlets.id = outlet_id"
URL = "https://bbc.example/news/1"


def test_a_number_is_an_id_and_a_key_of_digits_is_addressed_as_such(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(id="a"), article(id="b", title="B"), article(id="1"))
    write_lines(folder / "more.jsonl", article(id="77", title="Seventy-seven"))
    twicetold("run", "news.db", "feed.jsonl", "more.jsonl")

    by_id = twicetold("remove", "news.db", "1")
    unknown = twicetold("remove", "news.db", "77")
    by_key = twicetold("remove", "news.db", "key:77")

    assert [end.exit_code for end in (by_id, unknown, by_key)] == [0, 1, 0]
    assert unknown.stderr == (
        "news.db: no article '77' (77 is the key of another article: write key:77)\n"
    )
    assert select("news.db", "select key from articles order by key") == [("1",), ("b",)]


@pytest.mark.parametrize("number", ["9" * 20, "9" * 5000])
@pytest.mark.parametrize("command", ["remove", "versions", "stale", "why", "show", "history"])
def test_a_number_that_is_too_large_is_no_article(twicetold, folder, number, command):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold(command, "news.db", number, *(["1"] if command == "why" else []))

    assert result.exit_code in (1, 2)
    assert "bug" not in result.stderr


@pytest.mark.parametrize("order", [("squatter", "owner"), ("owner", "squatter")])
def test_an_id_that_is_another_outlets_url_does_not_take_its_place(twicetold, folder, order):
    records = {
        "squatter": article(id=URL, outlet="Squatter", title="Squatted"),
        "owner": article(id=None, url=URL, outlet="BBC", title="The real report"),
    }
    write_lines(folder / "feed.jsonl", *(records[name] for name in order))

    first = twicetold("run", "news.db", "feed.jsonl")
    again = twicetold("run", "news.db", "feed.jsonl")

    assert first.stdout.startswith("2 articles stored, 0 updated, 0 unchanged, 0 rejected\n")
    assert again.stdout.startswith("0 articles stored, 0 updated, 2 unchanged, 0 rejected\n")
    assert sorted(select("news.db", KEYS)) == [
        (f"Squatter|{URL}", "Squatter", "Squatted"),
        (URL, "BBC", "The real report"),
    ]


@pytest.mark.parametrize("url", ["#a", "/", "", "?", "https://a.example/", "https://a.example"])
def test_a_url_that_names_no_page_is_no_key(twicetold, folder, url):
    titles = ["First of all", "Second thing", "Third"]
    write_lines(folder / "feed.jsonl", *(article(id=None, url=url, title=each) for each in titles))

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select title from articles order by title") == [
        (title,) for title in titles
    ]


TEXTS = [
    ("Ferry sails late", "The ferry Ada left the harbour of Merrow four hours behind schedule."),
    ("Bank keeps rate", "Policymakers voted unanimously to leave borrowing costs where they are."),
    ("Striker scores twice", "United won the derby thanks to goals from their Danish forward."),
]


def test_row_numbers_as_ids_replace_nothing_and_are_reported(twicetold, folder):
    for night in range(3):
        texts = TEXTS[night:] + TEXTS[:night]
        rows = [
            article(
                id=str(n), title=f"{title} {night}", body=body, published=f"2026-02-0{3 + night}"
            )
            for n, (title, body) in enumerate(texts, start=1)
        ]
        write_lines(folder / f"{night}.jsonl", *rows)

    ends = [twicetold("run", "news.db", f"{night}.jsonl") for night in (0, 1, 2, 2)]

    assert [end.stdout.splitlines()[0] for end in ends] == [
        "3 articles stored, 0 updated, 0 unchanged, 0 rejected",
        "3 articles stored, 0 updated, 0 unchanged, 0 rejected",
        "3 articles stored, 0 updated, 0 unchanged, 0 rejected",
        "0 articles stored, 0 updated, 3 unchanged, 0 rejected",
    ]
    assert ends[1].stderr == (
        "stored without an id: 3, first: '1, which was that of another text'\n"
    )
    assert select("news.db", "select count(*), count(distinct title) from articles") == [(9, 9)]
    assert select("news.db", "select count(*) from versions") == [(0,)]


def test_an_update_under_a_number_is_still_an_update(twicetold, folder):
    title, body = TEXTS[0]
    write_lines(folder / "a.jsonl", article(id="1", title=title, body=body))
    later = article(id="1", title="Ferry still late", body=f"{body} It was seen off Merrow.")
    write_lines(folder / "b.jsonl", later)

    twicetold("run", "news.db", "a.jsonl")
    result = twicetold("run", "news.db", "b.jsonl")

    assert result.stdout.startswith("0 articles stored, 1 updated")
