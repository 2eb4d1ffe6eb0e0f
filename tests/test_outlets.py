"""Outlets: which names are one paper, and what people or a file say about them."""

import json
from itertools import permutations

import pytest
from newsroom import article, select, write_lines

from twicetold.outlet_names import name_key, paper_name

FEED = """<rss version="2.0"><channel><title>{title}</title><item><title>{headline}</title>
<link>https://www.weekly.example/{page}</link><guid isPermaLink="false">{page}</guid>
<pubDate>Wed, 04 Feb 2026 10:00:00 GMT</pubDate><description>{text}</description></item>
</channel></rss>"""
TEXT = (
    "Teachers in the valley walked out on Wednesday in a dispute over pay, and closed 31 schools."
)
LOCAL_TIME = {"published": "2026-02-03 09:00"}


def write_feed(path, title, page="strike", headline="Teachers walk out"):
    path.write_text(FEED.format(title=title, page=page, headline=headline, text=TEXT))
    return path.name


def outlets(index="news.db"):
    return [name for (name,) in select(index, "select name from outlets order by name")]


@pytest.mark.parametrize(
    ("name", "host", "paper"),
    [
        ("World news | The Guardian", "www.theguardian.com", "The Guardian"),
        ("WEEKLY ONLINE | Education", "www.weekly.example", "WEEKLY ONLINE"),
        ("Le Monde.fr - Actualités et Infos en France", "www.lemonde.fr", "Le Monde"),
        ("New York Times - News", "rss.nytimes.com", "New York Times"),
        ("BBC News - Home", "feeds.bbc.co.uk", "BBC News"),
        ("Top stories - Google News", "news.google.com", "Google News"),
        ("A-B Tech", "abtech.example", "A-B Tech"),
        ("Opinion | Travel", "gazette.example", "Opinion | Travel"),
        ("Gazette", "", "Gazette"),
    ],
)
def test_the_host_says_which_part_of_a_name_is_the_paper(name, host, paper):
    assert paper_name(name, host) == paper


@pytest.mark.parametrize(
    "names",
    [
        ("The Guardian", "Guardian", "theguardian.com", "the guardian"),
        ("Le Monde", "lemonde.fr", "LE MONDE"),
        ("BBC", "www.bbc.co.uk", "bbc.com"),
        ("A.P.", "AP"),
    ],
)
def test_names_that_say_the_same_have_one_key(names):
    assert len({name_key(name) for name in names}) == 1


def test_blogs_of_one_host_are_not_one_outlet():
    assert name_key("anna.blogspot.com") != name_key("ben.blogspot.com")


def test_one_article_in_two_section_feeds_is_one_article_of_one_outlet(twicetold, folder):
    home = write_feed(folder / "home.rss", "WEEKLY ONLINE | Home")
    schools = write_feed(folder / "schools.rss", "WEEKLY ONLINE | Education")
    local = write_feed(folder / "local.rss", "WEEKLY ONLINE | Local", "pay", "Strike over pay")

    first = twicetold("run", "news.db", home, schools, local)
    again = twicetold("run", "news.db", schools, local, home)

    assert (first.exit_code, first.stdout.splitlines()[0]) == (
        0,
        "2 articles stored, 0 updated, 1 unchanged, 0 rejected",
    )
    assert again.stdout == (
        "0 articles stored, 0 updated, 3 unchanged, 0 rejected\nnothing new to cluster\n"
    )
    assert select("news.db", "select outlets, articles from stories") == [(1, 2)]
    assert outlets() == ["WEEKLY ONLINE"]


def test_a_paper_is_shown_by_the_best_of_its_names_whichever_came_first(twicetold, folder):
    names = ("newgazette.example", "New Gazette", "The New Gazette")
    for number, order in enumerate(permutations(names)):
        for place, name in enumerate(order):
            record = article(id=name, outlet=name)
            write_lines(folder / f"{place}.jsonl", record)
            twicetold("run", f"{number}.db", f"{place}.jsonl", "--now", "2026-02-03T20:00:00Z")

        assert outlets(f"{number}.db") == ["The New Gazette"]
        assert select(f"{number}.db", "select outlets, articles from stories") == [(1, 3)]


def test_an_article_without_an_id_is_the_same_under_the_name_that_its_outlet_got_later(
    twicetold, folder
):
    record = article(id=None, outlet="Gazette")
    write_lines(folder / "a.jsonl", record)
    write_lines(folder / "b.jsonl", article(id="b", outlet="The Gazette"))
    twicetold("run", "news.db", "a.jsonl")
    twicetold("run", "news.db", "b.jsonl")
    assert outlets() == ["The Gazette"]

    again = twicetold("run", "news.db", "a.jsonl")

    assert again.stdout.startswith("0 articles stored, 0 updated, 1 unchanged")


def test_outlets_are_merged_for_good_and_parted_again(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a", outlet="Los Angeles Times"),
        article(id="b", outlet="LA Times"),
    )
    twicetold("run", "news.db", "feed.jsonl")
    assert select("news.db", "select outlets from stories") == [(2,)]

    result = twicetold("outlets", "merge", "news.db", "LA Times", "--into", "Los Angeles Times")

    assert result.exit_code == 0
    assert select("news.db", "select outlets from stories") == [(1,)]
    write_lines(folder / "more.jsonl", article(id="c", outlet="LA Times"))
    twicetold("run", "news.db", "more.jsonl")
    (row,) = json.loads(twicetold("outlets", "news.db", "--json").stdout)
    assert (row["outlet"], row["articles"], row["names"]) == (
        "Los Angeles Times",
        3,
        ["LA Times"],
    )
    assert twicetold("check", "news.db").exit_code == 0
    twicetold("outlets", "undo", "news.db", "LA Times")
    assert select(
        "news.db",
        "select name, count(*) from articles join outlets on outlets.id = outlet_id group by name",
    ) == [("LA Times", 2), ("Los Angeles Times", 1)]
    assert select("news.db", "select outlets from stories") == [(2,)]
    assert twicetold("check", "news.db").exit_code == 0


def test_an_outlet_is_renamed_and_found_by_all_its_names(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(id="a", outlet="CNA"))
    twicetold("run", "news.db", "feed.jsonl")

    twicetold("outlets", "rename", "news.db", "CNA", "Channel NewsAsia")

    assert twicetold("run", "news.db", "feed.jsonl").stdout.startswith("0 articles stored")
    for name in ("CNA", "Channel NewsAsia"):
        assert (
            len(json.loads(twicetold("stories", "news.db", "--outlet", name, "--json").stdout)) == 1
        )
    twicetold("outlets", "undo", "news.db", "Channel NewsAsia")
    assert outlets() == ["CNA"]


def test_two_papers_of_one_name_are_parted(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a", outlet="The Times"),
        article(id="b", outlet="Times"),
    )
    twicetold("run", "news.db", "feed.jsonl")
    assert outlets() == ["The Times"]

    twicetold("outlets", "undo", "news.db", "Times")
    twicetold("run", "news.db", "feed.jsonl")

    assert outlets() == ["The Times", "Times"]
    assert select("news.db", "select count(*) from articles") == [(2,)]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ("stories", "news.db", "--outlet", "Reuter"),
            "no outlet 'Reuter' (did you mean Reuters?)",
        ),
        (
            ("outlets", "merge", "news.db", "Reuter", "--into", "CNA"),
            "no outlet 'CNA' (list them: twicetold outlets news.db)",
        ),
        (
            ("outlets", "undo", "news.db", "Reuters"),
            "nothing was said of the outlet 'Reuters'",
        ),
    ],
)
def test_an_outlet_that_is_not_there_is_an_error_that_names_the_nearest(
    twicetold, folder, words, message
):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold(*words)

    assert (result.exit_code, result.stderr) == (1, f"news.db: {message}\n")


TOML = """
["The Tarn Gazette"]
names = ["tarngazette.example", "TG Online"]
timezone = "Europe/Paris"
owner = "Tarn Group"

["Tarn Post"]
owner = "Tarn Group"

["Tarn Press Agency"]
names = ["TPA"]
agency = true
"""
CSV = """outlet,names,owner,agency,timezone
The Tarn Gazette,tarngazette.example; TG Online,Tarn Group,,Europe/Paris
Tarn Post,,Tarn Group,,
Tarn Press Agency,TPA,,yes,
"""


@pytest.mark.parametrize(("name", "text"), [("outlets.toml", TOML), ("outlets.csv", CSV)])
def test_a_file_about_outlets_is_obeyed_and_remembered(twicetold, folder, name, text):
    (folder / name).write_text(text)
    body = article()["body"]
    write_lines(
        folder / "feed.jsonl",
        article(id="a", outlet="TG Online", body=body, **LOCAL_TIME),
        article(id="b", outlet="Tarn Post", body=f"MERROW (TPA) - {body}", **LOCAL_TIME),
    )
    write_lines(folder / "more.jsonl", article(id="c", outlet="Tarn Gazette", **LOCAL_TIME))

    twicetold("run", "news.db", "feed.jsonl", "--outlets", name)
    twicetold("run", "news.db", "more.jsonl")

    assert select(
        "news.db",
        "select articles.key, name, published, credit from articles"
        " join outlets on outlets.id = outlet_id order by 1",
    ) == [
        ("a", "The Tarn Gazette", "2026-02-03T08:00:00Z", ""),
        ("b", "Tarn Post", "2026-02-03T09:00:00Z", "Tarn Press Agency"),
        ("c", "The Tarn Gazette", "2026-02-03T08:00:00Z", ""),
    ]
    assert select("news.db", "select outlets, publishers from story_overview") == [(2, 1)]
    assert "2 outlets · 1 different text · 1 publisher" in twicetold("show", "news.db", "1").stdout
    assert select("news.db", "select distinct outlet from copies") == [("Tarn Press Agency",)]


def test_a_list_of_outlets_is_a_file_about_them(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(id="a"), article(id="b", outlet="Tarn Post"))
    twicetold("run", "news.db", "feed.jsonl")
    listed = twicetold("outlets", "news.db", "--csv").stdout
    (folder / "outlets.csv").write_text(
        listed.replace("Tarn Post,1,,,", "Tarn Post,1,,Tarn Group,")
    )

    result = twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.csv")

    assert result.exit_code == 0
    assert select("news.db", "select name, owner from outlets order by 1") == [
        ("Reuters", ""),
        ("Tarn Post", "Tarn Group"),
    ]


def test_a_file_may_name_an_outlet_by_what_was_a_name_of_another(twicetold, folder):
    (folder / "cna.toml").write_text('["CNA"]\nowner = "Mediacorp"\n')
    write_lines(folder / "feed.jsonl", article(outlet="CNA"))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("outlets", "rename", "news.db", "CNA", "Channel NewsAsia")

    write_lines(folder / "more.jsonl", article(id="b", outlet="CNA"))
    twicetold("run", "news.db", "more.jsonl", "--outlets", "cna.toml")

    counts = "select name, owner, (select count(*) from articles where outlet_id = outlets.id)"
    assert select("news.db", f"{counts} from outlets where name = 'CNA'") == [
        ("CNA", "Mediacorp", 2)
    ]
    assert twicetold("check", "news.db").exit_code == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('["Post"]\ntimezone = "Mars/Olympus"', "outlets.toml: Post: timezone 'Mars/Olympus' is"),
        ('["Post"]\nnames = "P"', "outlets.toml: Post: names is not a list of names"),
        ("Post = 7", 'outlets.toml: Post: is not a table (write ["Post"] above its fields)'),
        ("[Post", "outlets.toml: can't be read: "),
    ],
)
def test_a_wrong_file_about_outlets_is_an_error_and_nothing_is_made(
    twicetold, folder, text, message
):
    (folder / "outlets.toml").write_text(text)
    write_lines(folder / "feed.jsonl", article())

    result = twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")

    assert result.exit_code == 1
    assert result.stderr.startswith(message)
    assert not (folder / "news.db").exists()


def test_a_removed_article_does_not_come_back_under_another_name_of_its_outlet(twicetold, folder):
    record = article(id=None, outlet="Gazette", url="https://gazette.example/a")
    write_lines(folder / "feed.jsonl", record, article(id="b", outlet="The Gazette"))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("remove", "news.db", "https://gazette.example/a")

    for outlet in ("Gazette", "The Gazette", "gazette.example"):
        write_lines(folder / "again.jsonl", record | {"outlet": outlet})
        twicetold("run", "news.db", "again.jsonl")

    assert select("news.db", "select key from articles") == [("b",)]


def test_hosts_of_several_owners_are_outlets_of_their_own_in_any_order(twicetold, folder):
    names = ("thestar.example", "thestar.com.my", "The Star")
    for number, order in enumerate(permutations(names)):
        for place, name in enumerate(order):
            write_lines(folder / f"{place}.jsonl", article(id=name, outlet=name))
            twicetold("run", f"{number}.db", f"{place}.jsonl", "--now", "2026-02-03T20:00:00Z")

        assert outlets(f"{number}.db") == ["The Star", "thestar.com.my", "thestar.example"]
        assert twicetold("check", f"{number}.db").exit_code == 0


def test_a_host_of_a_file_has_the_articles_that_name_no_outlet(twicetold, folder):
    (folder / "outlets.toml").write_text('["MSN"]\nnames = ["msn.example"]')
    write_lines(
        folder / "feed.jsonl",
        article(id="a", outlet=None, url="https://news.msn.example/a"),
        article(id="b", outlet="Tarn Post", url="https://msn.example/b"),
        article(id="c", outlet=None, url="https://tarnpost.example/c"),
    )

    twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")
    twicetold("run", "news.db", "feed.jsonl")

    assert select(
        "news.db",
        "select key, name from articles join outlets on outlets.id = outlet_id order by 1",
    ) == [("a", "MSN"), ("b", "Tarn Post"), ("c", "Tarn Post")]


def test_a_file_decides_which_outlet_a_name_is_and_keeps_two_apart(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a", outlet="The Guardian"),
        article(id="b", outlet="guardian.ng"),
    )
    (folder / "two.toml").write_text(
        '["The Guardian"]\n["Guardian Nigeria"]\nnames = ["guardian.ng"]'
    )
    twicetold("run", "news.db", "feed.jsonl")

    for _ in range(2):
        twicetold("run", "news.db", "feed.jsonl", "--outlets", "two.toml")
        assert select(
            "news.db",
            "select key, name from articles join outlets on outlets.id = outlet_id order by 1",
        ) == [("a", "The Guardian"), ("b", "Guardian Nigeria")]


def test_a_merge_of_outlets_with_one_id_changes_nothing_the_next_night(twicetold, folder):
    other = {"title": "A bell is found", "body": "Divers found a bell from 1611 below the pier."}
    write_lines(
        folder / "feed.jsonl",
        article(id="17", outlet="CNA"),
        article(id="17", outlet="LA Times", **other),
    )
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("outlets", "merge", "news.db", "CNA", "--into", "LA Times")

    again = twicetold("run", "news.db", "feed.jsonl")

    assert again.stdout.startswith("0 articles stored, 0 updated, 2 unchanged")


def test_undo_moves_the_articles_that_came_by_a_name_whatever_came_first(twicetold, folder):
    for number, order in enumerate(permutations(["Guardian", "The Guardian"])):
        for name in order:
            write_lines(folder / "feed.jsonl", article(id=name, outlet=name))
            twicetold("run", f"{number}.db", "feed.jsonl")

        twicetold("outlets", "undo", f"{number}.db", "Guardian")

        assert select(
            f"{number}.db",
            "select name, count(*) from articles join outlets on outlets.id = outlet_id group by 1",
        ) == [("Guardian", 1), ("The Guardian", 1)]


def test_agencies_of_the_package_keep_their_names_if_a_file_lists_them(twicetold, folder):
    write_lines(folder / "one.jsonl", article(id="a", outlet="AP"))
    twicetold("run", "news.db", "one.jsonl")
    (folder / "outlets.csv").write_text(twicetold("outlets", "news.db", "--csv").stdout)
    body = f"MERROW (Associated Press) - {article()['body']}"
    write_lines(folder / "two.jsonl", article(id="b", outlet="CNA", body=body))

    twicetold("run", "news.db", "two.jsonl", "--outlets", "outlets.csv")

    assert select("news.db", "select credit from articles where key = 'b'") == [("AP",)]


def test_a_removed_article_stays_out_though_its_outlet_is_gone(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(id="a", outlet="Gazette"), article(id="b"))
    twicetold("run", "news.db", "feed.jsonl")
    twicetold("remove", "news.db", "a")
    write_lines(folder / "again.jsonl", article(id="a", outlet="The Gazette"))

    twicetold("run", "news.db", "again.jsonl")

    assert select("news.db", "select key from articles") == [("b",)]


@pytest.mark.parametrize("name", ["", " ", "\n"])
def test_an_empty_name_is_no_outlet(twicetold, folder, name):
    write_lines(folder / "feed.jsonl", article())
    twicetold("run", "news.db", "feed.jsonl")
    (folder / "outlets.toml").write_text(f"[CNA]\nnames = [{json.dumps(name)}]")

    renamed = twicetold("outlets", "rename", "news.db", "Reuters", name)
    result = twicetold("run", "news.db", "feed.jsonl", "--outlets", "outlets.toml")

    assert (renamed.exit_code, renamed.stderr) == (1, "name is empty\n")
    assert result.stderr == "outlets.toml: CNA: names has an empty name\n"
