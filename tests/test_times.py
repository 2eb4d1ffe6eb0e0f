"""Times as sources write them: each is read as the one moment that it means, or not at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from newsroom import article, select, write_lines

import twicetold as library

EVENING = "2026-02-05T20:28:28Z"
READ = {
    "2026-02-05T20:28:28Z": EVENING,
    "2026-02-05 21:28:28+01:00": EVENING,
    "20260205T202828Z": EVENING,
    "2026-02-05 20:28:28 UTC": EVENING,
    "2026-02-05T20:28:28.123456789Z": EVENING,
    "2026-02-05T21:28:28[Europe/Paris]": EVENING,
    "2026-02-05T17:28:28-03:00[America/Sao_Paulo]": EVENING,
    "2026/2/5 20:28:28": EVENING,
    "20260205202828": EVENING,
    "1770323308": EVENING,
    "1770323308.5": EVENING,
    "1770323308000": EVENING,
    "1770323308000.0": EVENING,
    "1770323308000000": EVENING,
    "Thu, 05 Feb 2026 20:28:28 GMT": EVENING,
    "Thu, 05 Feb 2026 15:28:28 EST": EVENING,
    "Thu, 5 Feb 2026 21:28:28 CET": EVENING,
    "Thu, 05 Feb 2026 21:28:28 MEZ": EVENING,
    "Fri, 06 Feb 2026 01:58:28 +05:30": EVENING,
    "Thu, 05 Feb 2026 13:28:28 GMT-07:00": EVENING,
    "Thu, 05 Feb 2026 21:28:28 Europe/Brussels": EVENING,
    "Thurs, 05 Feb 2026 20:28:28 +0000": EVENING,
    "Thu Feb  5 20:28:28 +0000 2026": EVENING,
    "Thu Feb 05 2026 21:28:28 GMT+0100 (Central European Standard Time)": EVENING,
    "Thu, Feb 5 2026 08:28:28 PM": EVENING,
    "Thursday, February 5, 2026 - 8:28:28 p.m.": EVENING,
    "Thu, 5th Feb 2026 20:28:28 GMT": EVENING,
    "Do, 05 Feb 2026 21:28:28 +0100": EVENING,
    "jeu., 05 févr. 2026 21:28:28 +0100": EVENING,
    "Qui, 05 Fev 2026 17:28:28 -0300": EVENING,
    "giovedì 5 febbraio 2026 20:28:28": EVENING,
    "jueves, 5 de febrero de 2026, 20:28:28": EVENING,
    "Чт, 05 фев 2026 23:28:28 +0300": EVENING,
    "5.2.2026 20:28:28": EVENING,
    "2005-11-09T12:35:7+01:00": "2005-11-09T11:35:07Z",
    "Tue, 16 Sept 2025 15:53:56 +0300": "2025-09-16T12:53:56Z",
    "5 février 2026 à 14h30": "2026-02-05T14:30:00Z",
    "5. Februar 2026, 14:30 Uhr": "2026-02-05T14:30:00Z",
    "3 February 2026": "2026-02-03",
    "February 4, 2026 Wednesday": "2026-02-04",
    "05.02.2026": "2026-02-05",
    "13/1/2026": "2026-01-13",
    "26 Sep 2022 GMT": "2022-09-26",
    "2026-02-05": "2026-02-05",
    "2026-W06-4": "2026-02-05",
    "20260205": "2026-02-05",
    "2026年2月5日": "2026-02-05",
    "2026-02-05T00:00:00": "2026-02-05",
}
UNREAD = [
    "05/02/2026 10:00",  # of two countries
    "Thu, 05 Feb 2026 12:44:00 XYZ",
    "Thu, 05 Feb 2026 12:44:00 IST",  # of three
    "2026-02-05T16:20:00-05:00Z",
    "2026-02-05T00:00:00+15:00",
    "2026-13-05",
    "Feb 30 2026",
    "February 2026",
    "10:30",
    "yesterday",
    "2 hours ago",
    "1970-01-01T00:00:00Z",
    "0",
    "0001-01-01T00:00:00Z",
    "Mon, 01 Jan 0001 00:00:00 +0000",
    "99999999999999999999",
]


@pytest.mark.parametrize(("text", "stored"), READ.items())
def test_a_time_is_read_as_it_is_meant(twicetold, folder, text, stored):
    write_lines(folder / "feed.jsonl", article(published=text))

    result = twicetold("ingest", "news.db", "feed.jsonl", "--now", "2026-02-06T12:00:00Z")

    assert (result.exit_code, result.stderr) == (0, "")
    assert select("news.db", "select published from articles") == [(stored,)]


@pytest.mark.parametrize("text", UNREAD)
def test_what_may_mean_several_times_or_none_is_told(twicetold, folder, text):
    write_lines(folder / "feed.jsonl", article(published=text))

    result = twicetold("ingest", "news.db", "feed.jsonl", "--now", "2026-02-06T12:00:00Z")

    assert (result.exit_code, result.stderr) == (0, f"stored without a time: 1, first: '{text}'\n")
    assert select("news.db", "select published from articles") == [(None,)]


@given(
    moment=st.datetimes(datetime(1971, 1, 1), datetime(2090, 1, 1)),
    minutes=st.sampled_from([-12 * 60, -5 * 60, -210, 0, 60, 330, 345, 9 * 60, 14 * 60]),
    form=st.sampled_from(
        [
            "%Y-%m-%dT%H:%M:%S%z",
            "%a, %d %b %Y %H:%M:%S %z",
            "%d %B %Y %I:%M:%S %p %z",
            "%B %d, %Y %H:%M:%S %z",
        ]
    ),
)
def test_a_time_with_its_zone_comes_back(moment, minutes, form):
    moment = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    read = library.Article(outlet="Post", title="Talks", published=moment.strftime(form)).published

    assert read == moment


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("2026-02-05T10:30:00", "2026-02-05T09:30:00Z"),
        ("5 février 2026 à 10h30", "2026-02-05T09:30:00Z"),
        ("2026-07-05 10:30", "2026-07-05T08:30:00Z"),
        ("2026-02-05T10:30:00Z", "2026-02-05T10:30:00Z"),
        ("2026-02-05", "2026-02-05"),
        ("1770323308", EVENING),
    ],
)
def test_times_without_a_zone_can_be_those_of_a_place(twicetold, folder, text, stored):
    write_lines(folder / "feed.jsonl", article(published=text))

    twicetold(
        "ingest", "news.db", "feed.jsonl", "--timezone", "Europe/Paris", "--now", "2026-08-01"
    )

    assert select("news.db", "select published from articles") == [(stored,)]


@pytest.mark.parametrize("name", ["Mars/Phobos", "", "../../etc/passwd", "x" * 5000, "a\0b"])
def test_an_unknown_timezone_is_an_error(twicetold, folder, name):
    write_lines(folder / "feed.jsonl", article())

    result = twicetold("run", "news.db", "feed.jsonl", "--timezone", name)

    assert result.exit_code == 1
    assert result.stderr.startswith("timezone '")
    assert result.stderr.endswith("' is not known (write it as Europe/Paris)\n")


def test_a_datetime_without_a_zone_is_utc():
    read = library.Article(outlet="Post", title="Talks", published=datetime(2026, 2, 5, 10, 30))

    assert read.published == datetime(2026, 2, 5, 10, 30, tzinfo=UTC)
