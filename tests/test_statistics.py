"""An index in numbers, for a terminal, as JSON and CSV, and as charts in the report."""

import json

import pytest
from newsroom import article, select, write_lines


@pytest.fixture
def numbers(twicetold, sample):
    """The numbers of the sample corpus."""
    result = twicetold("statistics", str(sample), "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_every_link_article_and_story_is_counted_once(sample, numbers):
    ((links,),) = select(sample, "select count(*) from links where kind = 'story'")
    ((articles,),) = select(sample, "select count(*) from articles")
    ((stories, several),) = select(sample, "select count(*), sum(outlets > 1) from stories")
    ((copies,),) = select(sample, "select sum(copies) from story_overview")

    assert sum(bin["pairs"] for bin in numbers["probabilities"]) == links
    assert sum(period["articles"] for period in numbers["periods"]) == articles
    assert sum(period["stories"] for period in numbers["periods"]) == stories
    assert sum(period["several"] for period in numbers["periods"]) == several
    assert sum(bin["copies"] for bin in numbers["lags"]) == copies


def test_pairs_of_outlets_agree_with_the_view(sample, numbers):
    copies = {(row["outlet"], row["other"]): row["copies"] for row in numbers["outlet_pairs"]}
    view = select(sample, "select copying_outlet, outlet, copies from outlet_pairs")

    assert {pair: number for pair, number in copies.items() if number} == {
        (copying, outlet): number for copying, outlet, number in view
    }
    shared = {(row["outlet"], row["other"]): row["stories"] for row in numbers["outlet_pairs"]}
    assert all(shared[a, b] == shared[b, a] for a, b in shared)


def test_days_without_articles_are_counted_and_long_times_by_month(twicetold, folder):
    for name, last, first_period in (
        ("days", "2026-02-09", "2026-02-03"),
        ("weeks", "2026-06-09", "2026-02-02"),
        ("months", "2028-02-09", "2026-02"),
    ):
        late = article(id="b", title="Harvest fails", body="Frost took the buds.", published=last)
        write_lines(folder / "feed.jsonl", article(), late)
        twicetold("run", f"{name}.db", "feed.jsonl", "--now", "2028-03-01T00:00:00Z")

        result = twicetold("statistics", f"{name}.db", "periods", "--json")

        periods = json.loads(result.stdout)
        assert periods[0]["period"] == first_period
        assert [p["articles"] for p in periods] == [1, *[0] * (len(periods) - 2), 1]


def test_a_part_of_the_time_is_counted(twicetold, sample):
    result = twicetold(
        "statistics",
        str(sample),
        "periods",
        "--since",
        "2026-02-04",
        "--until",
        "2026-02-05",
        "--csv",
    )

    assert result.stdout.splitlines() == [
        "period,articles,stories,several",
        "2026-02-04,24,12,8",
        "2026-02-05,32,17,8",
    ]


def test_one_wrong_date_does_not_make_a_table_of_a_thousand_years(twicetold, folder):
    early = article(id="b", title="Harvest fails", body="Frost took.", published="1000-01-01")
    write_lines(folder / "feed.jsonl", article(), early)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-04T00:00:00Z")

    answer = twicetold("statistics", "news.db", "periods", "--csv").stdout.splitlines()

    assert answer[1:] == ["1000,1,1,0", "2026,1,1,0"]


def test_a_copy_of_exactly_one_hour_later_is_in_the_bin_that_begins_there(twicetold, folder):
    records = []
    for hour in range(12):
        text = f"Notice {hour}: " + " ".join(f"word{hour}x{n}" for n in range(60))
        for outlet, later in (("AP", 0), ("CNA", 1)):
            time = f"2026-02-03T{hour + later:02}:17:23Z"
            records.append(
                article(
                    id=f"{outlet}{hour}", outlet=outlet, title=f"N{hour}", body=text, published=time
                )
            )
    write_lines(folder / "feed.jsonl", *records)
    twicetold("run", "news.db", "feed.jsonl", "--now", "2026-02-04T00:00:00Z")

    lags = json.loads(twicetold("statistics", "news.db", "lags", "--json").stdout)

    assert [(bin["low"], bin["copies"]) for bin in lags if bin["copies"]] == [(1.0, 12)]


def test_the_terminal_shows_four_tables(twicetold, sample):
    text = twicetold("statistics", str(sample)).stdout

    headings = [
        "How sure it is that two reports tell one event",
        "Stories by the time of their first report",
        "What outlets have in common",
        "How long after its source a copy appears",
    ]
    assert [line for line in text.splitlines() if line in headings] == headings
    assert twicetold("statistics", str(sample), "--csv").exit_code == 2


def test_an_index_without_articles_has_numbers(twicetold, folder):
    write_lines(folder / "feed.jsonl")
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("statistics", "news.db", "--json")

    assert json.loads(result.stdout)["periods"] == []
    assert twicetold("report", "news.db", "pages").exit_code == 0
    assert "Nothing to show" in (folder / "pages" / "numbers.html").read_text()


def test_the_report_draws_each_chart_with_its_numbers(twicetold, sample, folder):
    twicetold("report", str(sample), "pages")

    page = (folder / "pages" / "numbers.html").read_text()

    assert page.count("<svg ") == page.count("<table>") == 4
    assert '<td>Reuters</td><td>CNA</td><td class="number">30</td>' in page
