"""Coverage: which outlets, or groups of outlets, do not report a story that others do."""

import json

import pytest
from newsroom import article, select, write_lines

FERRY = {
    "title": "Ferry sinks off Sulawesi",
    "body": "A ferry with 80 people on board sank off Sulawesi on Tuesday, the coast guard said. "
    "Divers searched for the missing until nightfall, and boats from the harbour took part.",
}
HARVEST = {
    "title": "Winegrowers fear a poor harvest",
    "body": "Frost has taken a third of the buds in Burgundy, growers told their union on Monday.",
}
OUTLETS = """
["Le Monde"]
country = "France"
leaning = "left"
[Figaro]
country = "France"
[CNA]
Country = "Singapore"
"""


@pytest.fixture
def week(twicetold, folder):
    """Talks by four outlets; a ferry by one; Figaro only publishes three weeks later."""
    (folder / "outlets.toml").write_text(OUTLETS)
    talks = [article(id=f"talks-{name}", outlet=name) for name in ("AP", "Reuters", "CNA", "NZZ")]
    ferry = article(id="ferry", outlet="Le Monde", **FERRY)
    late = article(id="late", outlet="Figaro", published="2026-02-24T09:00:00Z", **HARVEST)
    write_lines(folder / "feed.jsonl", *talks, ferry, late)
    result = twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")
    assert result.exit_code == 0, result.stderr
    return folder


def rows(result):
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_an_outlet_misses_what_others_report_while_it_publishes(twicetold, week):
    (row,) = rows(twicetold("coverage", "news.db", "--json"))

    assert row["reported_by"] == ["AP", "CNA", "NZZ", "Reuters"]
    assert row["missing"] == ["Le Monde"]  # and not Figaro, which published nothing then


def test_one_story_is_shown_whoever_reports_it(twicetold, week):
    ((story,),) = select("news.db", "select story_id from articles where key = 'ferry'")

    (row,) = rows(twicetold("coverage", "news.db", str(story), "--json"))

    assert (row["reported_by"], row["missing"]) == (["Le Monde"], ["AP", "CNA", "NZZ", "Reuters"])


def test_groups_of_a_file_are_compared(twicetold, week):
    (row,) = rows(twicetold("coverage", "news.db", "--by", "country", "--json"))
    shares = rows(twicetold("coverage", "news.db", "--by", "country", "--shares", "--json"))

    assert (row["reported_by"], row["missing"]) == (["Singapore"], ["France"])
    assert shares == [
        {"name": "Singapore", "reported": 1, "missed": 0, "share": 1.0, "alone": 0},
        {"name": "France", "reported": 0, "missed": 1, "share": 0.0, "alone": 0},
    ]


def test_a_group_reports_alone_if_all_outlets_of_a_story_are_in_it(twicetold, week):
    groups = "".join(f'["{name}"]\nbloc = "one"\n' for name in ("AP", "Reuters", "CNA", "NZZ"))
    (week / "blocs.toml").write_text(groups)
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "blocs.toml")

    (row,) = rows(twicetold("coverage", "news.db", "--by", "bloc", "--shares", "--json"))

    assert (row["name"], row["reported"], row["alone"]) == ("one", 1, 1)


def test_of_two_groups_that_differ_in_case_the_one_that_is_written_so_is_meant(twicetold, week):
    (week / "case.toml").write_text('["Le Monde"]\nbloc = "east"\n["CNA"]\nbloc = "EAST"\n')
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "case.toml")

    for name, missed in (("east", 1), ("EAST", 0)):
        answer = rows(twicetold("coverage", "news.db", "--by", "bloc", "--missing", name, "--json"))
        assert len(answer) == missed


def test_stories_that_one_outlet_misses(twicetold, week):
    assert len(rows(twicetold("coverage", "news.db", "--missing", "Le Monde", "--json"))) == 1
    assert rows(twicetold("coverage", "news.db", "--missing", "CNA", "--json")) == []
    france = ("--by", "country", "--missing", "france")
    assert len(rows(twicetold("coverage", "news.db", *france, "--json"))) == 1


def test_a_table_and_csv_name_the_outlets(twicetold, week):
    assert "Le Monde" in twicetold("coverage", "news.db").stdout
    csv = twicetold("coverage", "news.db", "--csv").stdout.splitlines()
    assert csv[0] == "story,outlets,first_published,title,reported_by,missing"
    assert csv[1].endswith(",AP; CNA; NZZ; Reuters,Le Monde")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            ["--by", "planet"],
            "by 'planet' is no kind of group (there are outlet, country, leaning;",
        ),
        (["--missing", "Le Mond"], "news.db: no outlet 'Le Mond' (did you mean Le Monde?"),
        (["--by", "country", "--missing", "Spain"], "news.db: no country 'Spain' (there are "),
        (["--shares", "1"], "--shares is about all stories"),
        (["999"], "news.db: no story 999"),
        (["1", "--missing", "CNA"], "--missing is about all stories"),
    ],
)
def test_what_is_not_there_is_said(twicetold, week, options, message):
    result = twicetold("coverage", "news.db", *options)

    assert result.exit_code != 0
    assert message in result.stderr


def test_groups_follow_the_file_and_the_list_of_outlets_can_be_given_back(twicetold, week):
    listed = twicetold("outlets", "news.db", "--csv").stdout
    (week / "listed.csv").write_text(listed)
    (week / "other.toml").write_text('["Le Monde"]\nleaning = "center"\n')
    groups = "select kind, outlet_groups.name from outlet_groups join outlets on id = outlet_id"
    of_le_monde = f"{groups} where outlets.name = 'Le Monde' order by 1"

    assert select("news.db", of_le_monde) == [("country", "France"), ("leaning", "left")]
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "other.toml")
    assert select("news.db", of_le_monde) == [("leaning", "center")]
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "listed.csv")
    assert select("news.db", of_le_monde) == [("country", "France"), ("leaning", "left")]
    assert twicetold("outlets", "news.db", "--csv").stdout == listed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["Post"]\nzone = "Europe/Paris"', "Post: zone is no field; did you mean timezone?"),
        ('["Post"]\n"=x" = "y"', "Post: '=x=y' names no group"),
        ('["Post"]\ncountry = 7', "Post: country is not text"),
        ('["Post"]\ncountry = "a;b"', "Post: country 'a;b' has a semicolon"),
        ('["Post"]\noutlet = "X"', "Post: outlet 'outlet=X' names no group"),
        ('["Post"]\nowner = "X"\n["POST"]\nowner = "Y"', "outlet 'Post' is described twice"),
        ('["Post"]\nowners = "X"', "Post: owners is no field; did you mean owner?"),
    ],
)
def test_a_misspelt_field_is_no_group(twicetold, folder, text, message):
    (folder / "outlets.toml").write_text(text)
    write_lines(folder / "feed.jsonl", article())

    result = twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")

    assert result.exit_code == 1
    assert message in result.stderr
    assert not (folder / "news.db").exists()


def test_the_names_of_groups_are_cleaned_as_those_of_outlets(twicetold, folder):
    (folder / "outlets.toml").write_text(
        '["Reuters"]\npower = " a\\nb\\u001b[31m "\nowner = "  "\n'
    )
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")
    listed = twicetold("outlets", "news.db", "--csv").stdout
    (folder / "listed.csv").write_text(listed)
    twicetold("run", "news.db", "feed.jsonl", "--outlets", "listed.csv")

    assert select("news.db", "select kind, name from outlet_groups") == [("power", "a b\ufffd[31m")]
    assert select("news.db", "select owner from outlets") == [("",)]
    assert twicetold("outlets", "news.db", "--csv").stdout == listed


def test_columns_of_a_csv_file_are_groups(twicetold, folder):
    (folder / "outlets.csv").write_text("outlet,Country,leaning\nReuters,UK,\nCNA,Singapore,left\n")
    write_lines(folder / "feed.jsonl", article(), article(id="b", outlet="CNA"))

    twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.csv")

    assert select("news.db", "select kind, name from outlet_groups order by 1, 2") == [
        ("country", "Singapore"),
        ("country", "UK"),
        ("leaning", "left"),
    ]
