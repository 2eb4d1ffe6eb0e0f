"""Pages that report no one event: round-ups by their titles, and standing pages."""

import pytest
from newsroom import article, select, write_lines

from twicetold.text.headlines import is_correction, is_standing_page

HEADS = ("Letters to the editor", "In pictures", "Obituaries", "Corrections and clarifications")


@pytest.mark.parametrize(
    "title",
    [
        *HEADS,
        "Horoscope for Tuesday, February 3, 2026",
        "Météo du mardi 3 février",
        "Leserbriefe",
        "Cartas al director",
        "Almanacco del 3 febbraio",
        "Previsão do tempo",
        "ON THIS DAY: February 3",
    ],
)
def test_the_title_of_a_standing_page_is_known_with_its_date(title):
    assert is_standing_page(title)


@pytest.mark.parametrize(
    "title",
    [
        "Weather shuts the northern bridge",
        "Letters from the front sold for a million",
        "Horoscope writer dies at 91",
        "Tuesday",
        "",
    ],
)
def test_the_title_of_a_report_is_none(title):
    assert not is_standing_page(title)


def test_standing_pages_of_several_papers_and_days_are_no_story(twicetold, folder):
    pages = [
        article(
            id=f"{outlet}-{day}-{head}",
            outlet=outlet,
            title=head,
            body=f"A reader of the {outlet} wrote about buses and bridges on day {day}.",
            published=f"2026-02-0{day}T06:00:00Z",
        )
        for outlet in ("Gazette", "Post", "Times")
        for day in (3, 4)
        for head in HEADS
    ]
    write_lines(folder / "feed.jsonl", *pages)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select max(outlets) from stories") == [(1,)]


def test_copies_of_a_standing_page_are_found_and_two_days_stay_apart(twicetold, folder):
    pages = [
        article(
            id=f"{outlet}-{day}",
            outlet=outlet,
            title=f"Horoscope for February {day}, 2026",
            body=f"{words} {words.upper()} An old plan deserves another look, and a letter asks for"
            " a quick answer. Keep your temper with a colleague, and lend nobody any money.",
            published=f"2026-02-0{day}T06:00:00Z",
        )
        for outlet in ("Gazette", "Post")
        for day, words in (
            (3, "Aries will be asked to lead, and should say yes before the evening comes."),
            (4, "Leo rests tonight while Virgo travels to the sea with somebody from school."),
        )
    ]
    write_lines(folder / "feed.jsonl", *pages)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select outlets, articles from stories") == [(2, 2), (2, 2)]
    assert select("news.db", "select articles from copy_groups") == [(2,), (2,)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("CORRECTED-Ferry sinks off Merrow", True),
        ("CORRECTED: Ferry sinks", True),
        ("Correction: Ferry sinks", True),
        ("(CORRECTED) Ferry sinks", True),
        ("Corrections officers strike", False),
        ("Corrected figures show growth", False),
    ],
)
def test_a_slug_says_that_an_article_corrects_another(title, expected):
    assert is_correction(title) == expected


ITEMS = {
    "Ferry sinks off Merrow, twelve saved": "A ferry sank off Merrow on Tuesday and all twelve"
    " people aboard were saved within an hour by the lifeboat, the coastguard said. Its engine had"
    " failed when a wave broke a window of the wheelhouse.",
    "Teachers close schools in Lorne": "Teachers in the Lorne valley walked out on Tuesday in a"
    " dispute over pay and closed thirty-one of thirty-four schools. The union asks for nine per"
    " cent over two years; the district has offered five.",
    "Market of Tolu closed after fever": "Health officials closed the market of Tolu on Tuesday"
    " after six traders fell ill with a fever that doctors think was carried by bats. Samples were"
    " flown to the capital, where they are looked at.",
}


def test_a_digest_of_whole_reports_joins_them_neither_now_nor_later(twicetold, folder):
    items = [
        article(
            id=title.split()[0],
            outlet="AP",
            title=title,
            body=body,
            published="2026-02-03T08:00:00Z",
        )
        for title, body in ITEMS.items()
    ]
    digests = [
        article(
            id=outlet,
            outlet=outlet,
            title=title,
            body="\n\n".join(bodies),
            published="2026-02-03T18:00:00Z",
        )
        for outlet, title, bodies in (
            ("Karst Daily", "Across the country on Tuesday", list(ITEMS.values())),
            ("Norland Star", "What else happened", list(ITEMS.values())[::-1]),
        )
    ]
    write_lines(folder / "1.jsonl", *digests, items[0])
    write_lines(folder / "2.jsonl", *items[1:])

    twicetold("run", "news.db", "1.jsonl")
    twicetold("run", "news.db", "2.jsonl")

    stories = "select group_concat(key, ' ') from (select * from articles order by key)"
    stories += " group by story_id order by 1"
    apart = [("Ferry",), ("Karst Daily Norland Star",), ("Market",), ("Teachers",)]
    assert select("news.db", stories) == apart
    assert select("news.db", stories.replace("story_id", "copy_group_id")) == [
        ("Ferry Market Teachers",),
        ("Karst Daily Norland Star",),
    ]
    copied = "select count(*) from links where kind = 'copy'"
    assert select("news.db", copied) == [(7,)]
    twicetold("check", "news.db")


def test_an_update_that_holds_two_reports_of_its_event_is_no_digest(twicetold, folder):
    first = ITEMS["Ferry sinks off Merrow, twelve saved"]
    second = (
        "The ferry that sank off Merrow on Tuesday had failed an inspection, the coastguard said."
        " A window of its wheelhouse had been broken for weeks, and its engine was not its own."
        " All twelve people aboard were saved by the lifeboat within an hour of the wave."
    )
    reports = [
        article(
            id=f"{number}",
            outlet=outlet,
            title=f"Ferry sinks off Merrow, twelve saved: {number}",
            body=body,
            published=f"2026-02-03T{8 + number:02}:00:00Z",
        )
        for number, (outlet, body) in enumerate(
            [("AP", first), ("Herald", second), ("Times", f"{first}\n\n{second}")]
        )
    ]
    write_lines(folder / "feed.jsonl", *reports)

    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select count(distinct story_id) from articles") == [(1,)]
    assert select("news.db", "select count(distinct copy_group_id) from articles") == [(1,)]
