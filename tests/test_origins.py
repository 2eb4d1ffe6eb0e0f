"""Who was first? Credits decide, then the clock; a copy is never shown as the source of a text."""

import json

import pytest
from newsroom import article, select, write_lines

BODY = (
    "The ferry Ada sank in heavy seas off the harbour of Merrow early on Tuesday and all twelve"
    " people on board were taken off by the lifeboat within an hour, the coastguard said. The ship"
    " had left Aldous at five in the morning with nine passengers, and its engine failed when a"
    " wave broke a window of the wheelhouse, according to the harbour master."
)


def report(outlet, published, body=BODY):
    return article(
        id=f"{outlet} {published}",
        outlet=outlet,
        title="Ferry sinks",
        body=body,
        published=published,
    )


def shown(twicetold, folder, *records):
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-06T12:00:00Z")
    assert twicetold("check", "news.db").exit_code == 0
    reports = json.loads(twicetold("show", "news.db", "1", "--json").stdout)["reports"]
    return twicetold("show", "news.db", "1").stdout, {each["outlet"]: each for each in reports}


PAIRS = "select outlet, copying_outlet, hours from outlet_pairs order by 2"


@pytest.mark.parametrize("day", ["2026-02-03", "2026-02-02T08:00:00Z", None])
def test_a_text_that_credits_an_agency_is_its_copy_whatever_the_clock_says(twicetold, folder, day):
    card, reports = shown(
        twicetold,
        folder,
        report("Aldous Post", day, f"MERROW (Reuters) - {BODY}"),
        report("Reuters", "2026-02-03T09:12:00Z"),
    )

    assert reports["Reuters"]["copy_of"] is None
    assert reports["Aldous Post"]["copy_of"] == reports["Reuters"]["article"]
    assert "is from Reuters's #2; 100% of #2 is in it; its credit names the source\n" in card
    assert [row[:2] for row in select("news.db", PAIRS)] == [("Reuters", "Aldous Post")]


@pytest.mark.parametrize("order", [1, -1])
def test_the_text_of_an_agency_that_is_not_here_is_no_outlets(twicetold, folder, order):
    records = [
        report("Tarn Gazette", "2026-02-03T09:00:00Z", f"MERROW (AP) — {BODY}"),
        report("Post", "2026-02-03T10:00:00Z", f"By IDA LORNE, Associated Press\n{BODY}"),
        report("Star", "2026-02-03T11:00:00Z"),
    ]

    card, reports = shown(twicetold, folder, *records[::order])

    assert "agency credited  AP\n" in card
    assert "from Tarn Gazette" not in card
    assert card.count("AP's own article is not here") == 3
    assert {each["agency"] for each in reports.values()} == {"AP"}
    assert {row[:2] for row in select("news.db", PAIRS)} <= {("AP", "Post"), ("AP", "Star")}


@pytest.mark.parametrize(
    ("first", "second", "evidence", "words"),
    [
        ("2026-02-03T09:00:00Z", "2026-02-03T13:10:00Z", "hour", "first by 4 hours"),
        ("2026-02-03T09:00:00Z", "2026-02-03T09:25:00Z", "hour", "first by 25 minutes"),
        ("2026-02-03", "2026-02-04T13:00:00Z", "day", "first by 1 day"),
        ("2026-02-03", "2026-02-05", "day", "first by 2 days"),
        ("2026-02-03T09:00:00Z", "2026-02-03", "undecided", "undecided: both on 3 February"),
        ("2026-02-03T09:00:00Z", "2026-02-03T09:00:00Z", "undecided", "both on 3 February"),
        ("2026-02-03T09:00:00Z", None, "undecided", "undecided: one has no time"),
    ],
)
def test_the_card_says_how_sure_it_is(twicetold, folder, first, second, evidence, words):
    card, reports = shown(twicetold, folder, report("A", first), report("B", second))

    assert reports["B"]["copy_of"] == reports["A"]["article"]
    assert (reports["A"]["evidence"], reports["B"]["evidence"]) == (None, evidence)
    assert words in card


def test_a_removed_origin_leaves_the_evidence_of_the_others(twicetold, folder):
    shown(
        twicetold,
        folder,
        report("Reuters", "2026-02-03T09:12:00Z"),
        report("Post", "2026-02-03T10:00:00Z", f"MERROW (Reuters) - {BODY}"),
        report("Star", "2026-02-03T11:00:00Z"),
    )

    twicetold("remove", "news.db", "1")

    reports = json.loads(twicetold("show", "news.db", "1", "--json").stdout)["reports"]
    assert {each["agency"] for each in reports} == {"Reuters"}
    assert twicetold("check", "news.db").exit_code == 0
