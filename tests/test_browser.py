"""The report in a real browser: from the front page to a story, a pair of texts and an outlet."""

import pytest
from newsroom import MODEL_STORY, article, problems, write_lines

pytestmark = pytest.mark.slow


def test_a_reader_clicks_from_the_front_page_to_a_story_to_both_texts_and_to_an_outlet(
    browser, site
):
    browser.get(f"file://{site}/index.html")
    assert browser.title == "A week of news – A week of news"
    assert problems(browser) == []

    browser.find_element("link text", MODEL_STORY).click()
    assert browser.find_element("tag name", "h1").text == MODEL_STORY
    assert "Key points" in browser.find_element("tag name", "main").text
    assert problems(browser) == []

    browser.find_element("link text", "side by side").click()
    assert browser.find_element("tag name", "h1").text == "Reuters and CNA, side by side"
    assert browser.find_elements("tag name", "mark")
    assert problems(browser) == []

    browser.back()
    browser.find_element("link text", "Le Monde").click()
    assert browser.find_element("tag name", "h1").text == "Le Monde"
    assert problems(browser) == []


def test_the_search_finds_stories_from_disk(browser, site):
    browser.get(f"file://{site}/search.html")
    browser.find_element("id", "words").send_keys("dialogue russia")

    shown = [each for each in browser.find_elements("css selector", "li") if each.is_displayed()]

    assert [each.find_element("tag name", "a").text for each in shown] == [MODEL_STORY]
    assert problems(browser) == []


def test_day_outlet_and_language_narrow_the_list_together(browser, site):
    from selenium.webdriver.support.select import Select

    browser.get(f"file://{site}/search.html")
    Select(browser.find_element("id", "day")).select_by_visible_text("2026-02-05")
    Select(browser.find_element("id", "lang")).select_by_visible_text("fr")
    Select(browser.find_element("id", "outlet")).select_by_visible_text("LATIMES")
    browser.find_element("id", "words").send_keys("etats-unis dialogue")  # of a French title

    shown = [each for each in browser.find_elements("css selector", "li") if each.is_displayed()]

    assert [each.find_element("tag name", "a").text for each in shown] == [MODEL_STORY]
    assert browser.find_element("id", "found").text.startswith("1 of ")
    assert problems(browser) == []


HOSTILE = (
    '</title><script>document.title = "run"</script>"><img src=x onerror="document.title=1">'
    "\u202egnp.exe {{ 7 * 7 }} <svg onload=alert(1)>"
)


def test_hostile_titles_outlets_and_urls_run_nothing_on_any_page(browser, twicetold, folder):
    body = f"A ferry sank off Merrow, and “{HOSTILE} we go,” said Ada Lane of the coastguard. " * 3
    records = [
        article(id=outlet, outlet=f"{outlet} {HOSTILE}", title=HOSTILE, body=body, url=url)
        for outlet, url in (("AP", "javascript:alert(1)"), ("CNA", "https://a.example/?x=%22"))
    ]
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("report", "news.db", "pages", "--title", HOSTILE)

    written = sorted((folder / "pages").glob("*.html"))
    for page in written:
        browser.get(f"file://{page}")
        assert browser.title.endswith("7 * 7 }} <svg onload=alert(1)>"), page.name
        assert not browser.find_elements("css selector", "img, [onload], [onerror]"), page.name
        assert not browser.find_elements("css selector", "a[href^=javascript]"), page.name
        assert problems(browser) == [], page.name
    assert {page.name.split("-")[0] for page in written} >= {"story", "outlet", "pair", "day"}


def test_the_charts_and_what_they_show_have_no_serious_fault(browser, site):
    browser.get(f"file://{site}/numbers.html")
    browser.find_element("css selector", "summary").click()

    assert browser.find_element("css selector", "details table").is_displayed()
    assert problems(browser) == []


def test_a_phone_shows_a_story_without_scrolling_sideways(browser, site):
    browser.set_window_size(375, 800)
    browser.get(f"file://{site}/index.html")
    browser.find_element("link text", MODEL_STORY).click()

    width = browser.execute_script("return document.documentElement.scrollWidth")

    assert width <= browser.execute_script("return window.innerWidth")
