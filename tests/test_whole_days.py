"""A source that names a day without an hour: the day is stored, and never read as its midnight."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article, select, write_lines

import twicetold as library
from twicetold.hours import hours_apart, hours_since_1970
from twicetold.times import utc_text

DAY = date(2026, 2, 3)
MIDNIGHT = datetime(2026, 2, 3)  # without a zone
HOUR = "2026-02-03T09:00:00Z"
BODY = article()["body"]


@pytest.mark.parametrize(
    "written",
    [
        "2026-02-03",
        "20260203",
        "2026-02-03 00:00:00",
        "2026-02-03T00:00",
        DAY,
        datetime(2026, 2, 3),
    ],
)
def test_a_day_and_a_midnight_without_a_zone_are_days(written):
    assert library.Article(outlet="AP", title="Talks", published=written).published == DAY


def test_a_midnight_with_a_zone_is_a_time():
    item = library.Article(outlet="AP", title="Talks", published="2026-02-03T00:00:00Z")  # type: ignore[arg-type]

    assert item.published == datetime(2026, 2, 3, tzinfo=UTC)


def test_tables_show_the_day_alone(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(published="2026-02-03"))
    twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select published from articles") == [("2026-02-03",)]
    assert select("news.db", "select first_published from stories") == [("2026-02-03",)]
    assert '"published": "2026-02-03"' in twicetold("show", "news.db", "1", "--json").stdout
    assert "first published  2026-02-03, Reuters\n" in twicetold("show", "news.db", "1").stdout
    assert twicetold("check", "news.db").exit_code == 0


def test_a_copy_with_a_day_alone_is_not_the_origin_of_a_wire_text_with_an_hour(twicetold, folder):
    wire = article(id="wire", published=HOUR)
    reprint = article(id="reprint", outlet="Merrow Post", published="2026-02-03")
    write_lines(folder / "feed.jsonl", reprint, wire)
    twicetold("run", "news.db", "feed.jsonl")
    origin = "select key from copy_groups join articles on articles.id = origin_article_id"

    assert select("news.db", origin) == [("wire",)]
    assert (
        "first published  2026-02-03 09:00 UTC, Reuters\n" in twicetold("show", "news.db", 1).stdout
    )
    assert select("news.db", "select hours from copies") == [(None,)]


@pytest.mark.parametrize(
    "times", [("2026-02-03T09:00:00Z", "2026-02-03"), ("2026-02-03", "2026-02-03T09:00:00Z")]
)
def test_the_hour_stays_whichever_of_the_two_came_first(twicetold, folder, times):
    for number, time in enumerate(times):
        write_lines(folder / "feed.jsonl", article(published=time, body=f"{BODY} Part {number}."))
        twicetold("run", "news.db", "feed.jsonl")

    stored = select("news.db", "select published, body from articles")
    assert stored == [(HOUR, f"{BODY} Part 1.")]


@pytest.mark.parametrize(("since", "stored"), [("2026-02-03T15:00:00Z", 1), ("2026-02-04", 0)])
def test_a_day_is_passed_over_once_it_has_ended(twicetold, folder, since, stored):
    write_lines(folder / "feed.jsonl", article(published="2026-02-03"))

    twicetold("run", "news.db", "feed.jsonl", "--since", since)

    assert len(select("news.db", "select id from articles")) == stored


@pytest.mark.parametrize(("since", "listed"), [("2026-02-03T15:00:00Z", 1), ("2026-02-04", 0)])
def test_a_list_since_an_hour_has_the_stories_of_its_day(twicetold, folder, since, listed):
    write_lines(folder / "feed.jsonl", article(published="2026-02-03"))
    twicetold("run", "news.db", "feed.jsonl")

    rows = json.loads(twicetold("stories", "news.db", "--since", since, "--json").stdout)
    assert len(rows) == listed
    with library.Index.open("news.db") as index:
        assert len(list(index.articles(since=since))) == listed


def test_an_hour_that_is_read_later_is_stored(twicetold, folder):
    for published in ("2026-02-03", HOUR, "2026-02-03"):
        write_lines(folder / "feed.jsonl", article(published=published))
        twicetold("run", "news.db", "feed.jsonl")

    assert select("news.db", "select published from articles") == [(HOUR,)]


times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


@given(times, times)
def test_two_articles_of_which_one_has_a_day_are_compared_by_days(a, b):
    texts = [utc_text(a.replace(microsecond=0)), utc_text(b.date())]
    hour, whole_day = hours_since_1970(texts)

    apart = hours_apart(hour, whole_day, [0], [1])[0]
    assert timedelta(hours=apart) == b.date() - a.date()
