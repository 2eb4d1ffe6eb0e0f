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
