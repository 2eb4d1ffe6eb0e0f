"""JSON and CSV of known tools are read by their own keys, whatever shape they have."""

import gzip
import json

import pytest
from newsroom import article, select, write_lines

BODY = (
    "Envoys of both sides met again on Tuesday to talk about the harbour of Merrow. They had last"
    " spoken in spring, when the talks broke down over who pays for dredging."
)
HTML = f'<p>{BODY[:78]}</p>\n<p class="x">{BODY[79:]}</p>'
URL = "https://post.example/talks"
ROW = {"title": "Talks", "text": BODY, "url": URL, "date": 1770112800000, "outlet": "Post"}
# name of a tool -> what it writes
JSON = {
    "news-please": {
        **{"title": "Talks", "maintext": BODY, "source_domain": "Post", "url": URL},
        **{"date_publish": "2026-02-03 10:00:00", "language": "en", "authors": ["Ida Lorne"]},
    },
    "trafilatura": {
        **{"title": "Talks", "raw_text": "x", "text": BODY, "source": URL, "id": None},
        **{"source-hostname": "Post", "hostname": "post.example", "date": "2026-02-03T10:00:00Z"},
        **{"author": "Ida Lorne", "language": None},
    },
    "newspaper4k": {
        **{"title": "Talks", "text": BODY, "url": URL, "publish_date": "2026-02-03T10:00:00+00:00"},
        **{"authors": ["Ida Lorne"], "site_name": "Post", "meta_lang": "en"},
    },
    "NewsAPI": {
        "status": "ok",
        "articles": [
            {
                **{"source": {"id": None, "name": "Post"}, "author": "Ida Lorne", "title": "Talks"},
                **{"description": "x", "url": URL, "publishedAt": "2026-02-03T10:00:00Z"},
                **{"content": BODY},
            }
        ],
    },
    "Event Registry": {
        "articles": {
            "results": [
                {
                    **{"uri": "8012", "url": URL, "title": "Talks", "body": BODY, "lang": "eng"},
                    **{"dateTimePub": "2026-02-03T10:00:00Z", "date": "2026-02-04"},
                    **{"source": {"uri": "post.example", "title": "Post"}},
                    **{"authors": [{"name": "Ida Lorne"}]},
                }
            ]
        }
    },
    "The Guardian": {
        "response": {
            "results": [
                {
                    **{"id": "world/talks", "webTitle": "Talks", "webUrl": URL},
                    **{"webPublicationDate": "2026-02-03T10:00:00Z", "publication": "Post"},
                    **{"fields": {"bodyText": BODY, "byline": "Ida Lorne"}},
                }
            ]
        }
    },
    "GDELT": {
        "articles": [
            {
                **{"url": URL, "title": "Talks", "seendate": "20260203T100000Z", "domain": "Post"},
                **{"language": "English", "text": BODY, "author": "Ida Lorne"},
            }
        ]
    },
    "Media Cloud": {
        **{"id": "a1", "title": "Talks", "media_name": "Post", "url": URL, "language": "en"},
        **{"publish_date": "2026-02-03 10:00:00", "text": BODY, "author": "Ida Lorne"},
    },
    "WordPress": [
        {
            **{"id": 7, "date": "2026-02-03T11:00:00", "date_gmt": "2026-02-03T10:00:00"},
            **{"link": URL, "title": {"rendered": "Talks"}, "content": {"rendered": HTML}},
            **{"site_name": "Post", "author": "Ida Lorne"},
        }
    ],
    "JSON Feed": {
        **{"version": "https://jsonfeed.org/version/1.1", "title": "Post", "language": "en-GB"},
        "items": [
            {
                **{"id": "g1", "url": URL, "title": "Talks", "content_html": HTML},
                **{"date_published": "2026-02-03T11:00:00+01:00"},
                **{"authors": [{"name": "Ida Lorne"}]},
            }
        ],
    },
    "JSON-LD": {
        **{"@type": "NewsArticle", "headline": "Talks", "articleBody": BODY, "inLanguage": "en"},
        **{"datePublished": "2026-02-03T10:00:00Z", "author": [{"name": "Ida Lorne"}]},
        **{"publisher": {"name": "Post"}, "mainEntityOfPage": {"@id": URL}},
    },
    "ninjs": {
        **{"uri": "urn:newsml:post.example:1", "copyrightholder": "Post", "language": "en"},
        **{"versioncreated": "2026-02-03T10:00:00Z", "byline": "Ida Lorne"},
        **{"headlines": [{"role": "main", "value": "Talks"}], "bodies": [{"value": HTML}]},
    },
    "pandas, records": [{**ROW, "author": float("nan")}],
    "pandas, split": {"columns": [*ROW], "index": [0], "data": [[*ROW.values()]]},
    "pandas, columns": {name: {"0": value, "1": None} for name, value in ROW.items()},
    "pandas, index": {"0": ROW, "1": ROW},
}


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_json_of_a_known_tool_is_read_by_its_keys(twicetold, folder, content):
    (folder / "export.json").write_text(json.dumps(content, indent=1))

    result = twicetold("ingest", "news.db", "export.json", "--now", "2026-02-06")

    sql = (
        "select name, title, body, published from articles"
        " join outlets on outlets.id = outlet_id where title <> ''"
    )
    rows = [(*row[:2], " ".join(row[2].split()), row[3]) for row in select("news.db", sql)]
    assert rows == [("Post", "Talks", BODY, "2026-02-03T10:00:00Z")]
    assert "without" not in result.stderr
    assert select("news.db", "select distinct lang from articles") == [("en",)]


def test_a_map_reaches_into_objects(twicetold, folder):
    record = {"head": {"line": "Talks"}, "meta": {"paper": {"name": "Post"}}, "parts": ["a", "b"]}
    write_lines(folder / "feed.jsonl", record)
    maps = ["title=head.line", "outlet=meta.paper.name", "body=parts"]

    twicetold(
        "ingest", "news.db", "feed.jsonl", *(word for each in maps for word in ("--map", each))
    )

    sql = "select title, name, body from articles join outlets on outlets.id = outlet_id"
    assert select("news.db", sql) == [("Talks", "Post", "a\n\nb")]


def test_a_mapped_column_that_no_record_has_is_an_error_with_the_columns_there_are(
    twicetold, folder
):
    write_lines(folder / "feed.jsonl", {"outlet": "A", "title": "Talks", "main": BODY})

    result = twicetold("ingest", "news.db", "feed.jsonl", "--map", "body=main_text")

    assert result.exit_code == 3
    assert result.stderr == (
        "feed.jsonl: body has no column 'main_text' in any record;"
        " the first has outlet, title, main\n"
    )
    assert select("news.db", "select count(*) from articles") == [(0,)]


def test_a_mapped_column_may_be_missing_in_some_records(twicetold, folder):
    records = [{"outlet": "A", "title": "Talks", "main": BODY}, {"outlet": "A", "title": "Bells"}]
    write_lines(folder / "feed.jsonl", *records)

    result = twicetold("ingest", "news.db", "feed.jsonl", "--map", "body=main")

    assert (result.exit_code, result.stderr) == (0, "")
    assert select("news.db", "select title, body from articles") == [("Talks", BODY), ("Bells", "")]


TABLES = {
    "Zotero": (
        "utf-8",
        "Item Type,Title,Publication Title,Url,Date,Abstract Note\nx,{},{},{},{},{}\n",
    ),
    "Excel with its delimiter": (
        "utf-8-sig",
        "sep=;\nTitle;Outlet;Link;Date;Text\n{};{};{};{};{}\n",
    ),
    "Excel's Unicode text": ("utf-16", "title\toutlet\turl\tpublished\tbody\n{}\t{}\t{}\t{}\t{}\n"),
    "capitals": ("utf-8", "TITLE|SOURCE|URL|Published At|Content\n{}|{}|{}|{}|{}\n"),
}


@pytest.mark.parametrize(("encoding", "table"), TABLES.values(), ids=TABLES)
def test_tables_as_programs_export_them(twicetold, folder, encoding, table):
    text = table.format("Fähre", "Post", URL, "2026-02-03", "Sie sank.")
    (folder / "export.csv").write_bytes(text.encode(encoding))

    twicetold("ingest", "news.db", "export.csv", "--now", "2026-02-06")

    sql = (
        "select title, name, url, published, body from articles"
        " join outlets on outlets.id = outlet_id"
    )
    assert select("news.db", sql) == [("Fähre", "Post", URL, "2026-02-03", "Sie sank.")]


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_an_encoding_can_be_named(twicetold, folder, pack):
    text = "title,outlet\nFähre – “sank”,Post\n"
    (folder / "export.csv").write_bytes(pack(text.encode("cp1252")))

    hinted = twicetold("ingest", "news.db", "export.csv", "--format", "csv")
    twicetold("ingest", "news.db", "export.csv", "--format", "csv", "--encoding", "cp1252")
    unknown = twicetold("ingest", "news.db", "export.csv", "--encoding", "hex")

    assert "line is not UTF-8 (say what it is: --encoding cp1252)\n" in hinted.stderr
    assert select("news.db", "select title from articles") == [("Fähre – “sank”",)]
    assert (unknown.exit_code, unknown.stderr) == (
        1,
        "encoding 'hex' is not known (such as cp1252)\n",
    )


FEED = (
    '<?xml version="1.0" encoding="utf-16"?><rss version="2.0"><channel><title>Post</title>'
    "<item><title>Fähre</title><description>Sie sank.</description></item>"
    "<item><title>Glocke</title><description>Sie läutet.</description></item></channel></rss>"
)


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_a_feed_of_two_or_four_bytes_a_character(twicetold, folder, encoding):
    (folder / "feed.rss").write_bytes(FEED.encode(encoding))

    result = twicetold("ingest", "news.db", "feed.rss")

    assert result.stdout.startswith("2 articles stored")
    assert select("news.db", "select title from articles") == [("Fähre",), ("Glocke",)]


@pytest.mark.parametrize(
    "junk", ["<b>Warning</b>: x in y.php", "<script>a()</script>", "<!-- x -->"]
)
def test_what_follows_the_closing_tag_of_a_feed_costs_nothing(twicetold, folder, junk):
    (folder / "feed.rss").write_text(FEED.replace("utf-16", "utf-8") + junk)

    assert twicetold("ingest", "news.db", "feed.rss").stdout.startswith("2 articles stored")


def test_the_last_bracket_of_a_feed_may_be_missing(twicetold, folder):
    (folder / "feed.rss").write_text(FEED.replace("utf-16", "utf-8").removesuffix(">") + "\n")

    assert twicetold("ingest", "news.db", "feed.rss").stdout.startswith("2 articles stored")


def test_the_language_of_a_feed_is_that_of_its_texts(twicetold, folder):
    text = "Le ferry Ada a coulé mardi à l'aube devant le port de Merrow avec douze personnes. " * 2
    feed = FEED.replace("utf-16", "utf-8").replace("Sie sank.", text).replace("Sie läutet.", text)
    feed = feed.replace("</title><item>", "</title><language>en-US</language><item>", 1)
    (folder / "feed.rss").write_text(feed)

    twicetold("ingest", "news.db", "feed.rss")

    assert select("news.db", "select distinct lang from articles") == [("fr",)]


@pytest.mark.parametrize(
    ("name", "code"),
    [("English", "en"), ("eng", "en"), ("fre", "fr"), ("en-GB", "en"), ("GERMAN", "de")],
)
def test_a_language_by_any_name_is_its_code(twicetold, folder, name, code):
    write_lines(folder / "feed.jsonl", article(lang=name))

    twicetold("ingest", "news.db", "feed.jsonl")

    assert select("news.db", "select lang from articles") == [(code,)]


SAME = {
    "entities": BODY.replace("harbour", "harb&#111;ur").replace(" of ", "&nbsp;of "),
    "markup": HTML,
    "soft hyphens": BODY.replace("dredging", "dred\u00adging"),
    "zero-width spaces": BODY.replace("harbour", "har\u200bbour"),
    "full width": BODY.replace("Merrow", "Ｍｅｒｒｏｗ"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_the_form_of_characters_hides_no_copy(twicetold, folder, text):
    write_lines(folder / "feed.jsonl", article(body=text))

    twicetold("ingest", "news.db", "feed.jsonl")

    ((body,),) = select("news.db", "select body from articles")
    assert " ".join(body.split()) == BODY


PLAIN = ["Phillips <P> and Brent <BR> rose.", "a < b > c", "List<String> & Co", "R&D; AT&T"]


@pytest.mark.parametrize("text", PLAIN)
def test_a_sign_of_a_share_is_no_markup(twicetold, folder, text):
    write_lines(folder / "feed.jsonl", article(title=text, body=f"{text}\n{text}"))

    twicetold("ingest", "news.db", "feed.jsonl")

    assert select("news.db", "select title, body from articles") == [(text, f"{text}\n{text}")]


def test_accents_are_composed(twicetold, folder):
    write_lines(folder / "feed.jsonl", article(title="Arre\u0302te\u0301", body="a < b and c & d"))

    twicetold("ingest", "news.db", "feed.jsonl")

    assert select("news.db", "select title, body from articles") == [
        ("Arrêté", "a < b and c & d"),
    ]


def test_a_news_search_names_the_outlet_and_lists_other_reports(twicetold, folder):
    listed = "".join(
        f"&lt;li&gt;&lt;a href='https://n.example/{n}'&gt;{title}&lt;/a&gt; Paper {n}&lt;/li&gt;"
        for n, title in enumerate(["Ferry sinks off Merrow", "All aboard rescued from the ferry"])
    )
    items = "".join(
        f"<item><title>{title} - {outlet}</title><description>{listed}</description>"
        f"<source url='https://x.example'>{outlet}</source></item>"
        for title, outlet in (("Ferry sinks off Merrow", "Post"), ("Captain speaks", "Star"))
    )
    (folder / "feed.rss").write_text(
        f"<rss version='2.0'><channel><title>Search</title>{items}</channel></rss>"
    )

    twicetold("run", "news.db", "feed.rss")

    sql = "select title, name, body from articles join outlets on outlets.id = outlet_id"
    assert select("news.db", sql) == [
        ("Ferry sinks off Merrow", "Post", ""),
        ("Captain speaks", "Star", ""),
    ]
    assert select("news.db", "select count(*) from copy_groups") == [(0,)]


def test_a_column_source_is_the_outlet_in_any_case(twicetold, folder):
    (folder / "a.csv").write_text(
        "Title,Body,Published At,Source\n"
        "Bridge reopens,The bridge reopened.,2026-02-03T09:00:00Z,Lisse Courier\n"
        "Tour called off,The tour was called off.,2026-02-03T09:00:00Z,Lisse Courier\n"
    )

    twicetold("run", "news.db", "a.csv")

    rows = select("news.db", "select name, title, url from articles join outlets on outlet_id = 1")
    assert rows == [
        ("Lisse Courier", "Bridge reopens", ""),
        ("Lisse Courier", "Tour called off", ""),
    ]
