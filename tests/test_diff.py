"""`diff`: two articles side by side."""

import json

from newsroom import article, select, write_lines

WIRE = "A ferry sank off Merrow on Tuesday and all twelve people on board were saved, police said."
LOCAL = "A ferry sank off Merrow on Monday and all twelve people on board were saved, police said."


def two_articles(folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="wire", outlet="AP", title="Ferry sinks", body=f"{WIRE}\n\nIt was old."),
        article(
            id="local",
            outlet="Post",
            title="Our ferry is gone",
            body=f"{LOCAL}\n\nWe shall miss it.",
            published="2026-02-03T12:00:00Z",
        ),
    )


def test_what_the_other_article_lacks_is_marked(twicetold, folder):
    two_articles(folder)
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("diff", "news.db", "local", "wire")

    assert (
        result.stdout
        == """\
A  2026-02-03 09:00  AP [en]  #1: 16 of 22 words shared

  [-Ferry sinks-]

  A ferry sank off Merrow on [-Tuesday-] and all twelve people on board were saved, police said.

  [-It was old.-]

B  2026-02-03 12:00  Post [en]  #2: 16 of 25 words shared

  {+Our ferry is gone+}

  A ferry sank off Merrow on {+Monday+} and all twelve people on board were saved, police said.

  {+We shall miss it.+}
"""
    )


def test_json_gives_the_places_of_all_parts_in_both_texts(twicetold, folder):
    two_articles(folder)
    twicetold("run", "news.db", "feed.jsonl")

    answer = json.loads(twicetold("diff", "news.db", "wire", "local", "--json").stdout)

    one = f"Ferry sinks\n\n{WIRE}\n\nIt was old."
    other = f"Our ferry is gone\n\n{LOCAL}\n\nWe shall miss it."
    shared = [part for part in answer["parts"] if part["kind"] == "shared"]
    assert [one[part["a_start"] : part["a_end"]] for part in shared] == [
        "A ferry sank off Merrow on",
        "and all twelve people on board were saved, police said",
    ]
    for part in shared:
        assert one[part["a_start"] : part["a_end"]] == other[part["b_start"] : part["b_end"]]
    alone = [other[p["b_start"] : p["b_end"]] for p in answer["parts"] if p["kind"] == "only_b"]
    assert alone[:2] == ["Our ferry is gone", "Monday"]


def test_an_article_is_not_compared_with_itself(twicetold, folder):
    two_articles(folder)
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold("diff", "news.db", 1, "wire")

    assert (result.exit_code, result.stderr) == (
        1,
        "news.db: '1' and 'wire' are the same article (name two different ones)\n",
    )


def test_a_text_that_obeys_no_terminal_is_shown_as_it_is_written(twicetold, folder):
    hostile = f"{WIRE} \x1b[2J\u202egnp.exe"
    write_lines(
        folder / "feed.jsonl",
        article(id="a", body=hostile),
        article(id="b", outlet="Post", body=hostile + " And more."),
    )
    twicetold("run", "news.db", "feed.jsonl")

    for command in (("diff", "news.db", "a", "b"), ("show", "news.db", 1, "--full")):
        shown = twicetold(*command).stdout
        assert "\x1b" not in shown
        assert "\u202e" not in shown


def test_places_are_in_the_characters_of_the_texts_as_they_are(twicetold, folder):
    write_lines(
        folder / "feed.jsonl",
        article(id="a", body=WIRE),
        article(id="b", outlet="Post", body=f"İçişleri İzmir İğdır.\r\n\r\n{WIRE}"),
    )
    twicetold("run", "news.db", "feed.jsonl")

    answer = json.loads(twicetold("diff", "news.db", "a", "b", "--json").stdout)
    card = twicetold("diff", "news.db", "a", "b").stdout

    texts = select("news.db", "select title || char(10, 10) || body from articles order by id")
    (_, last) = [part for part in answer["parts"] if part["kind"] == "shared"]
    assert texts[0][0][last["a_start"] : last["a_end"]] == WIRE[:-1]
    assert texts[1][0][last["b_start"] : last["b_end"]] == WIRE[:-1]
    assert "\\r" not in card


def test_a_refrain_that_both_have_twice_is_shared_twice(twicetold, folder):
    refrain = "The crowd sang the old harbour hymn again and again."
    for outlet, words in (("AP", ("Alpha", "Bravo")), ("Post", ("Gamma", "Delta"))):
        body = f"{refrain} {words[0]}. {refrain} {words[1]}."
        write_lines(
            folder / f"{outlet}.jsonl",
            article(id=outlet, outlet=outlet, title="Vigil at the harbour tonight", body=body),
        )
        twicetold("run", "news.db", f"{outlet}.jsonl")

    answer = json.loads(twicetold("diff", "news.db", "AP", "Post", "--json").stdout)

    alone = [part["text"] for part in answer["parts"] if part["kind"] != "shared"]
    assert alone == ["Alpha.", "Bravo.", "Gamma.", "Delta."]
