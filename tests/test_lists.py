"""Stories, articles and copies in lists: filters, orders, searches as people type them."""

import json
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import MODEL_STORY, article, select, write_lines
from wcwidth import wcswidth

import twicetold as library
from twicetold.search_words import fts_query

REUTERS = "CORRECTED: US, Russia agree to resume high-level military dialogue after Abu Dhabi talks"


def titles(result):
    assert result.stderr in ("", "only the first 50: --limit 0 lists all\n")
    return [row["title"] for row in json.loads(result.stdout)]


@pytest.mark.parametrize(
    "search",
    [
        "abu-dhabi dialogue",
        '"Abu Dhabi" dialogue military resume',
        "“abu dhabi” military dialogue",
        "Abou-Dhabi militaire",
        "grynkewich's stuttgart",
        "grynkew* STUTTGART",
        'title:"military dialogue"',
        "muscateers OR grynkewich stuttgart",
        "grynkewich stuttgart -muscat",
        "grynkewich NOT norway",
        '"military dialogue',  # a quotation left open
        "(grynkewich) & stuttgart?!",
    ],
)
def test_a_search_takes_words_as_people_type_them(twicetold, sample, search):
    assert titles(twicetold("stories", sample, "--json", "--search", search))[0] == MODEL_STORY


@pytest.mark.parametrize("search", ["grynkewich -nato -dhabi -allies", "grynkewich title:muscat"])
def test_a_search_can_leave_out_words(twicetold, sample, search):
    assert titles(twicetold("stories", sample, "--json", "--search", search)) == []


def test_a_search_without_a_word_is_an_error(twicetold, sample):
    result = twicetold("stories", sample, "--search", '"- *')

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "search '\"- *' has no word to look for\n"


def test_a_quotation_with_an_apostrophe_is_found_as_it_was_typed(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(title="Putin’s envoy in Abu Dhabi"))
    twicetold("run", "news.db", "feed.jsonl")

    for search in ('"Putin\'s envoy"', "“putin’s envoy”", "putin's", "title: putin", "(envoy*)"):
        assert titles(twicetold("stories", "news.db", "--search", search, "--json")), search


def test_a_search_too_long_to_be_answered_soon_is_an_error(sample):
    with library.Index.open(sample) as index:
        with pytest.raises(library.ArgumentError, match="longer than 1,000 characters"):
            library.stories(index, search="the " * 1_000)
        assert library.stories(index, search="the " * 200)


@pytest.mark.parametrize(
    "given",
    [
        {"limit": 2**63},
        {"min_outlets": "3"},
        {"search": 5},
        {"lang": ["fr"]},
        {"outlet": 7},
        {"sort": None},
    ],
)
@pytest.mark.parametrize("name", ["stories", "articles", "list_copies"])
def test_a_wrong_argument_is_an_argument_error(sample, name, given):
    with library.Index.open(sample) as index, pytest.raises(library.ArgumentError):
        getattr(library, name)(index, **given)


@pytest.mark.parametrize("name", ["stories", "articles", "list_copies"])
def test_a_language_is_given_by_name_or_code_and_is_no_pattern(sample, name):
    with library.Index.open(sample) as index:
        listed = [getattr(library, name)(index, lang=lang) for lang in ("en", "EN", "English")]
        with pytest.raises(library.ArgumentError, match="lang 'e%'"):
            getattr(library, name)(index, lang="e%")

    assert listed[0] == listed[1] == listed[2] != []


@given(st.text() | st.text('"-*:() ^+ANDORTtileé’“\ud800', max_size=30))
def test_no_search_is_an_error_of_fts5(text):
    db = sqlite3.connect(":memory:")
    db.execute("create virtual table texts using fts5(title, body)")
    try:
        query = fts_query(text)
    except library.ArgumentError:
        return

    assert db.execute("select * from texts where texts match ?", (query,)).fetchall() == []
    db.close()


def test_the_most_relevant_story_comes_first_unless_another_order_is_wanted(twicetold, folder):
    long = "The harbour council of Merrow also heard about eels. " * 9
    write_lines(
        folder / "feed.jsonl",
        article(id="1", title="Council hears about dredging", body=f"{long} An eel was shown."),
        article(id="2", title="Eel season opens", body="Eel traps are out.", outlet="Other"),
        article(id="3", title="Rates stay", body="The bank left rates as they are."),
    )
    twicetold("run", "news.db", "feed.jsonl")

    found = titles(twicetold("stories", "news.db", "--search", "eel", "--json"))
    oldest = titles(
        twicetold("stories", "news.db", "--search", "eel", "--json", "--sort", "oldest")
    )

    assert found == ["Eel season opens", "Council hears about dredging"]
    assert oldest == ["Council hears about dredging", "Eel season opens"]


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("outlets", lambda row: (-row["outlets"], -(row["cohesion"] or -1))),
        ("newest", lambda row: [-ord(sign) for sign in row["last_published"]]),
        ("oldest", lambda row: row["first_published"]),
        ("articles", lambda row: -row["articles"]),
        ("uncertain", lambda row: (row["cohesion"] is None, row["cohesion"] or 0)),
    ],
)
def test_stories_are_sorted(twicetold, sample, sort, key):
    listed = json.loads(twicetold("stories", sample, "--sort", sort, "--json").stdout)

    assert [key(row) for row in listed] == sorted(key(row) for row in listed)
    assert len(listed) == 50


def test_stories_of_few_outlets_can_be_listed(twicetold, sample):
    listed = json.loads(
        twicetold("stories", sample, "--max-outlets", "1", "--limit", "0", "--json").stdout
    )

    ((number,),) = select(sample, "select count(*) from stories where outlets = 1")
    assert {row["outlets"] for row in listed} == {1}
    assert len(listed) == number


def test_articles_are_listed_with_their_source_and_their_story(twicetold, sample):
    options = ("--search", "dialogue", "--outlet", "CNA", "--since", "2026-02-05", "--json")
    result = twicetold("articles", sample, *options, "--limit", "1")

    ((id, story, url, key),) = select(
        sample,
        "select id, story_id, url, key from articles where title like 'US, Russia agree to resume"
        " high-level military dialogue%' and title like '%CNA'",
    )
    assert json.loads(result.stdout) == [
        {
            "article": id,
            "published": "2026-02-05T19:20:00Z",
            "undated": False,
            "outlet": "CNA",
            "lang": "en",
            "words": 320,
            "copied_from": "Reuters",
            "percent_copied": 97,
            "story": story,
            "title": f"{MODEL_STORY} - CNA",
            "url": url,
            "key": key,
        }
    ]


@pytest.mark.parametrize(
    ("options", "condition"),
    [
        (["--outlet", "Le Monde"], "name = 'Le Monde'"),
        (["--lang", "fr"], "lang = 'fr'"),
        (["--since", "2026-02-05", "--until", "2026-02-05"], "published like '2026-02-05%'"),
        (["--max-outlets", "1"], "story_id in (select id from stories where outlets = 1)"),
        (["--min-outlets", "4"], "story_id in (select id from stories where outlets = 4)"),
        (["--sort", "words"], "1"),
    ],
)
def test_articles_are_filtered(twicetold, sample, options, condition):
    result = twicetold("articles", sample, *options, "--limit", "0", "--json")

    expected = select(
        sample,
        "select articles.id from articles join outlets on outlets.id = outlet_id"
        f" where {condition}",
    )
    listed = json.loads(result.stdout)
    assert sorted(row["article"] for row in listed) == sorted(id for (id,) in expected)
    if "--sort" in options:
        assert [row["words"] for row in listed] == sorted(
            (row["words"] for row in listed), reverse=True
        )


def test_articles_without_a_time_or_a_story_are_listed(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(published=None))
    twicetold("ingest", "news.db", "feed.jsonl", "--now", "2026-02-04T00:00:00Z")

    (row,) = json.loads(twicetold("articles", "news.db", "--json").stdout)

    assert (row["undated"], row["published"], row["story"]) == (True, "2026-02-04T00:00:00Z", None)


def test_copies_are_listed_by_source_and_by_copying_outlet(twicetold, sample):
    result = twicetold("copies", sample, "--outlet", "Reuters", "--by", "CNA", "--sort", "hours")
    rows = json.loads(
        twicetold(
            "copies", sample, "--outlet", "Reuters", "--by", "CNA", "--sort", "hours", "--json"
        ).stdout
    )

    assert result.stdout.splitlines()[0].split("  ")[0] == "article"
    ((number,),) = select(
        sample,
        "select count(*) from copies where outlet = 'Reuters' and copying_outlet = 'CNA'",
    )
    assert len(rows) == number
    assert [row["hours"] for row in rows] == sorted(row["hours"] for row in rows)
    assert all(row["share_of_copy"] > 0.5 for row in rows)
    ((exact,),) = select(
        sample,
        "select max(a_in_b, b_in_a) from links where ? in (a, b) and ? in (a, b)",
        rows[0]["article"],
        rows[0]["copy"],
    )
    assert exact == max(rows[0]["share_of_copy"], rows[0]["share_of_original"])


def test_copies_are_searched_and_filtered_as_articles_are(twicetold, sample):
    options = (
        "--search",
        "dialogue",
        "--lang",
        "en",
        "--since",
        "2026-02-05",
        "--min-outlets",
        "3",
    )
    rows = json.loads(twicetold("copies", sample, *options, "--json").stdout)

    expected = select(
        sample,
        "select article, copy from copies join articles_fts on articles_fts.rowid = copy"
        " where articles_fts match 'dialogue' and copies.published >= '2026-02-05'",
    )
    assert sorted((row["article"], row["copy"]) for row in rows) == sorted(expected)
    assert len(expected) > 1


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (["copies", "--outlet", "Reuter"], "no outlet 'Reuter' (did you mean Reuters?)"),
        (["copies", "--by", "Reuter"], "no outlet 'Reuter' (did you mean Reuters?)"),
        (["articles", "--outlet", "Reuter"], "no outlet 'Reuter' (did you mean Reuters?)"),
    ],
)
def test_an_unknown_outlet_is_an_error(twicetold, sample, command, message):
    name, *options = command
    result = twicetold(name, sample, *options)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == f"{sample}: {message}\n"


@pytest.mark.parametrize("name", ["le monde", "LeMonde", "LE  MONDE"])
def test_an_outlet_is_found_whatever_its_case_and_blanks(twicetold, sample, name):
    result = twicetold("articles", sample, "--outlet", name, "--limit", "0", "--json")

    assert {row["outlet"] for row in json.loads(result.stdout)} == {"Le Monde"}


def test_copies_say_whether_it_is_sure_who_was_first(twicetold, folder):
    records = [article(id=day, outlet=day, published=f"2026-02-0{day}") for day in "3344"]
    records = [one | {"id": f"{n}", "outlet": f"Outlet {n}"} for n, one in enumerate(records)]
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl")

    rows = json.loads(twicetold("copies", "news.db", "--sort", "oldest", "--json").stdout)
    pairs = select("news.db", "select sum(copies), sum(undecided) from outlet_pairs")

    assert {row["evidence"] for row in rows} == {"undecided", "day"}
    assert pairs == [(3, 1)]


def test_an_order_by_relevance_needs_a_search(twicetold, sample):
    result = twicetold("articles", sample, "--sort", "relevance")

    assert result.exit_code == 1
    assert result.stderr == (
        "sort 'relevance' is not one of newest, oldest, words, outlet (relevance needs a search)\n"
    )


@pytest.mark.parametrize("command", ["stories", "articles", "copies", "stale", "coverage"])
def test_tables_fit_a_terminal_of_eighty_columns(twicetold, sample, monkeypatch, command):
    monkeypatch.setenv("COLUMNS", "80")

    lines = twicetold(command, sample).stdout.splitlines()

    assert max(map(len, lines)) <= 80
    assert "title" in lines[0]


@pytest.mark.parametrize("width", [60, 80, 120])
def test_wide_characters_take_two_columns(twicetold, folder, monkeypatch, width):
    title = "中国国家主席习近平在北京会见俄罗斯总统普京并就双边关系交换意见" * 3
    write_lines(
        folder / "feed.jsonl",
        article(id="1", outlet="新华社", title=title, lang="zh", body=""),
        article(id="2", title="E\u0301lections a\u0300 Paris et ailleurs " * 9),
    )
    twicetold("run", "news.db", "feed.jsonl")
    monkeypatch.setenv("COLUMNS", str(width))

    lines = twicetold("articles", "news.db").stdout.splitlines()

    widths = [wcswidth(line) for line in lines]
    assert max(widths) <= width
    assert min(widths[2:]) >= width - 2  # a title ends before a character that would not fit


def test_agencies_without_an_article_are_listed_as_sources(twicetold, folder):
    body = "MERROW, Feb 3 (AFP) - " + article()["body"] + " The ferry ran late all week long."
    write_lines(
        folder / "feed.jsonl",
        article(id="1", outlet="Post", body=body),
        article(id="2", outlet="Gazette", body=body, published="2026-02-03T11:00:00Z"),
    )
    twicetold("run", "news.db", "feed.jsonl")

    rows = json.loads(twicetold("copies", "news.db", "--outlet", "AFP", "--json").stdout)

    assert [(row["outlet"], row["copying_outlet"]) for row in rows] == [("AFP", "Gazette")]
