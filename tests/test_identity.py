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


COUNTERS = ["1", "1.0", "row1", "item-1", "-1", "(1)", "No 1", "1/2026"]
UNRELATED = {
    "texts": [{"title": title, "body": body} for title, body in TEXTS[:2]],
    "headlines alone": [{"title": body, "body": None} for _, body in TEXTS[:2]],
    "texts without a title": [{"title": None, "body": body} for _, body in TEXTS[:2]],
    "a title that returns": [{"title": "News in brief", "body": body} for _, body in TEXTS[:2]],
    "Chinese": [
        {"title": "北京暴雨", "body": "北京暴雨造成严重水灾，当地政府已经疏散居民。"},
        {"title": "法国选举", "body": "法国总统选举第二轮投票结束，现任总统获胜。"},
    ],
}


@pytest.mark.parametrize("id", COUNTERS)
@pytest.mark.parametrize("texts", UNRELATED.values(), ids=UNRELATED)
def test_a_counter_as_id_replaces_no_unrelated_text(twicetold, folder, texts, id):
    for night, text in enumerate(texts):
        write_lines(folder / f"{night}.jsonl", article(id=id, published=None, **text))
        result = twicetold("ingest", "news.db", f"{night}.jsonl")

    assert result.stdout.startswith("1 article stored, 0 updated")
    assert "stored without an id: 1" in result.stderr


def test_a_pruned_text_is_not_replaced_by_an_unrelated_one(twicetold, folder):
    for night, (title, body) in enumerate(TEXTS[:2]):
        time = f"2026-02-{3 + 9 * night:02}T09:00:00Z"
        write_lines(
            folder / f"{night}.jsonl", article(id="1", title=title, body=body, published=time)
        )
    write_lines(folder / "later.jsonl", article(id="z", published="2026-02-11T09:00:00Z"))
    twicetold("run", "news.db", "0.jsonl", "later.jsonl", "--now", "2026-02-12")
    twicetold("prune", "news.db", "--before", "2026-02-10", "--keep-signatures")
    assert select("news.db", "select count(*) from articles where pruned is not null") == [(1,)]

    result = twicetold("run", "news.db", "1.jsonl", "--now", "2026-02-12")

    assert result.stdout.startswith("1 article stored, 0 updated")


def test_an_update_with_nothing_in_common_is_told(twicetold, folder):
    for night, (title, body) in enumerate(TEXTS[:2]):
        text = article(id=None, url=URL, title=title, body=body, published=f"2026-02-0{3 + night}")
        write_lines(folder / f"{night}.jsonl", text)
    twicetold("run", "news.db", "0.jsonl")

    result = twicetold("run", "news.db", "1.jsonl")

    assert result.stdout.startswith("0 articles stored, 1 updated")
    assert result.stderr == f"replaced by a text with nothing in common: 1, first: '{URL}'\n"


@pytest.mark.parametrize("first", ["A", "B"])
def test_a_url_that_two_outlets_give_is_refused_to_none(twicetold, folder, first):
    records = [article(id=None, url=URL, outlet=name, title=f"Of {name}") for name in ("A", "B")]
    ordered = records if first == "A" else records[::-1]
    for night, record in enumerate([*ordered, *ordered]):
        write_lines(folder / f"{night}.jsonl", record)

    ends = [twicetold("run", "news.db", f"{night}.jsonl") for night in range(4)]

    assert [end.exit_code for end in ends] == [0] * 4
    assert sorted(select("news.db", KEYS)) == [(f"B|{URL}", "B", "Of B"), (URL, "A", "Of A")]


def test_an_article_keeps_its_key_when_the_other_outlets_is_gone(twicetold, folder):
    old = article(id=None, url=URL, outlet="A", published="2025-01-01T10:00:00Z")
    title, body = TEXTS[1]
    new = article(id=URL, outlet="B", title=title, body=body, published="2025-06-01T10:00:00Z")
    for name, record in {"a": old, "b": new}.items():
        write_lines(folder / f"{name}.jsonl", record)
    twicetold("run", "news.db", "a.jsonl", "b.jsonl", "--now", "2025-06-02")
    twicetold("prune", "news.db", "--before", "2025-03-01")
    assert [key for key, *_ in select("news.db", KEYS)] == [f"B|{URL}"]

    ends = [twicetold("run", "news.db", f"{each}.jsonl", "--now", "2025-06-02") for each in "ba"]

    assert [end.exit_code for end in ends] == [0, 0]
    assert [end.stdout[:10] for end in ends] == ["0 articles", "1 article "]
    assert sorted(key for key, *_ in select("news.db", KEYS)) == [f"B|{URL}", URL]


def test_a_key_of_several_outlets_is_given_with_its_outlet(twicetold, folder):
    records = [article(id="x", outlet=name, title=f"{name} on {name}") for name in ("CNA", "Post")]
    write_lines(folder / "feed.jsonl", *records, article(id="y"))
    twicetold("run", "news.db", "feed.jsonl")

    refused = twicetold("remove", "news.db", "x")

    assert refused.exit_code == 1
    assert refused.stderr == (
        "news.db: 2 outlets have an article 'x' (#1 is of CNA, #2 is of Post)\n"
    )
    twicetold("different", "news.db", "CNA|x", "y", "--by", "desk")
    (folder / "decided.csv").write_text(twicetold("decisions", "news.db", "--csv").stdout)
    assert twicetold("decisions", "news.db", "--add", "decided.csv").exit_code == 0
    assert twicetold("remove", "news.db", "Post|x").exit_code == 0
    assert select("news.db", "select title from articles order by id") == [
        ("CNA on CNA",),
        ("Talks on the harbour resume",),
    ]


SAME_PAGE = [
    "http://bbc.example/news/1",
    "https://www.bbc.example/news/1/",
    "https://m.bbc.example/news/1",
    "https://bbc.example/news/1/amp",
    "https://bbc.example:443/news/1?amp=1",
    "https://bbc.example/news/1#top",
    "https://bbc.example/news/1?utm_source=x&utm_medium=y",
    "https://bbc.example/news/1?at_medium=RSS&at_campaign=KARANGA",
    "https://bbc.example/news/1?CMP=share_btn_url",
    "https://bbc.example/news/1?partner=rss&emc=rss",
    "https://bbc.example/news/1?ocid=socialflow_twitter",
    "https://bbc.example/news/1?msclkid=ab",
    "https://bbc.example/news/1?feedType=RSS&feedName=topNews",
]
OTHER_PAGE = [
    "https://bbc.example/news/11",
    "https://bbc.example/news/1?id=7",
    "https://bbc.example/news/1?p=12",
    "https://bbc.example/news/1?articleId=rss",
    "https://bbc.example/news/1?slug=social-housing",
    "https://bbc.example/news/1?page=2",
    "https://amp.bbc.example/news/2",
]


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize("field", ["url", "id"])
@pytest.mark.parametrize("url", SAME_PAGE)
def test_urls_of_one_page_are_one_article(twicetold, folder, url, field, order):
    records = [article(**{"id": None, field: each}, title="Talks") for each in (URL, url)][::order]
    write_lines(folder / "feed.jsonl", records[0])
    write_lines(folder / "next.jsonl", records[1] | {"title": "Talks go on", "published": None})
    twicetold("ingest", "news.db", "feed.jsonl")
    twicetold("ingest", "news.db", "next.jsonl")

    assert len(select("news.db", KEYS)) == 1
    assert select("news.db", "select key from articles") == [(URL,)]


@pytest.mark.parametrize("url", OTHER_PAGE)
def test_a_parameter_that_may_name_the_article_is_kept(twicetold, folder, url):
    write_lines(folder / "feed.jsonl", *(article(id=None, url=each) for each in (URL, url)))

    twicetold("ingest", "news.db", "feed.jsonl")

    assert len(select("news.db", KEYS)) == 2


def test_an_id_that_all_items_share_gives_way_to_their_links(twicetold, folder):
    items = [
        article(id="N/A", url=f"https://council.example/{n}", title=title, body=body)
        for n, (title, body) in enumerate(TEXTS)
    ]
    write_lines(folder / "feed.jsonl", *items)

    ends = [twicetold("run", "news.db", "feed.jsonl") for _ in range(2)]

    assert [end.stdout.splitlines()[0] for end in ends] == [
        "3 articles stored, 0 updated, 0 unchanged, 0 rejected",
        "0 articles stored, 0 updated, 3 unchanged, 0 rejected",
    ]


def test_an_id_with_a_counter_behind_it_is_that_of_the_page(twicetold, folder):
    for n in (0, 2):
        write_lines(folder / f"{n}.jsonl", article(id=f"{URL}#{n}", title=f"Talks, day {n}"))
        result = twicetold("run", "news.db", f"{n}.jsonl")

    assert result.stdout.startswith("0 articles stored, 1 updated")
