"""What can be read, and what happens to files that are broken as files usually are."""

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from newsroom import CORPUS, TALKS_RESUME, article, select, write_lines

import twicetold as library
from twicetold.sources import FORMATS

NINE = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>The Merrow Gazette</title><language>en-gb</language>
<item><title>Ferry &amp; tide</title><link>https://gazette.example/ferry</link>
<guid isPermaLink="false">g-1</guid><pubDate>Tue, 03 Feb 2026 10:00:00 +0100</pubDate>
<description>Short.</description>
<content:encoded><![CDATA[<p>The ferry &ldquo;Ada&rdquo; sailed.</p>
<p>It was late.</p>]]></content:encoded>
</item>
<item><title>Second</title><guid isPermaLink="false">g-2</guid>
<description>More.</description></item>
</channel></rss>"""


def read(*paths: Path, **options: object) -> list[library.Article | library.Rejection]:
    return list(library.read_articles(paths, **options))  # type: ignore[arg-type]


def outcomes(items: list[library.Article | library.Rejection]) -> list[str]:
    return [str(i) if isinstance(i, library.Rejection) else i.title for i in items]


def test_a_feed_gives_full_texts_with_their_paragraphs(folder):
    (folder / "gazette.rss").write_text(RSS, encoding="utf-8")

    first, second = read(folder / "gazette.rss")

    assert first == library.Article(
        id="g-1",
        outlet="The Merrow Gazette",
        title="Ferry & tide",
        body="The ferry “Ada” sailed.\n\nIt was late.",
        lang="en",
        published=NINE,
        url="https://gazette.example/ferry",
    )
    assert (second.id, second.title, second.body, second.published) == (
        "g-2",
        "Second",
        "More.",
        None,
    )


def test_other_peoples_columns_are_mapped(folder):
    (folder / "export.csv").write_text(
        "\ufefftitre;texte;quand\nMarée haute;«Oui», dit-il.;2026-02-03 08:30\n", encoding="utf-8"
    )
    columns = {"title": "titre", "body": "texte", "published": "quand"}

    (answer,) = read(folder / "export.csv", columns=columns, outlet="Le Port", lang="fr")

    assert answer == library.Article(
        outlet="Le Port",
        title="Marée haute",
        body="«Oui», dit-il.",
        lang="fr",
        published=datetime(2026, 2, 3, 8, 30, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", json.dumps(TALKS_RESUME) + "\n"),
        ("a.json", json.dumps([TALKS_RESUME])),
        ("b.json", json.dumps({"status": "ok", "articles": [TALKS_RESUME]})),
        ("c.json", json.dumps(TALKS_RESUME)),
        ("d.json", f"{json.dumps(TALKS_RESUME)}\n\n{json.dumps(article(id='2'))}\n"),
        ("no_suffix", json.dumps(TALKS_RESUME)),
        ("bom.jsonl", "\ufeff" + json.dumps(TALKS_RESUME)),
        (
            "a.csv",
            ",".join(TALKS_RESUME) + "\n" + ",".join(f'"{v}"' for v in TALKS_RESUME.values()),
        ),
        ("a.tsv", "\t".join(TALKS_RESUME) + "\n" + "\t".join(TALKS_RESUME.values())),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_an_article_is_the_same_from_every_format(folder, name, text, packed):
    path = folder / (f"{name}.gz" if packed else name)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())

    first = read(path)[0]

    assert (first.id, first.outlet, first.title) == ("talks-1", "Reuters", TALKS_RESUME["title"])
    assert (first.body, first.published) == (
        TALKS_RESUME["body"],
        NINE,
    )


def test_a_folder_is_read_whole_and_a_glob_in_part(folder):
    write_lines(folder / "b.jsonl", article(title="B"))
    write_lines(folder / ".hidden.jsonl", article(title="hidden"))
    (folder / "below").mkdir()
    write_lines(folder / "below" / "a.jsonl", article(title="A"))
    (folder / "gold.csv").write_text("key,story,copy_group\nx,S1,\n")
    (folder / "notes.txt").write_text("not an article")

    assert outcomes(read(folder)) == ["B", "A"]
    assert outcomes(read(folder / "*.jsonl")) == ["B"]


def test_a_field_mapped_to_nothing_is_not_read(folder):
    (folder / "export.csv").write_text("id,title\n1,Tide\n")

    (answer,) = read(folder / "export.csv", columns={"id": ""})

    assert (answer.id, answer.title) == ("", "Tide")


def test_standard_input_is_a_source(twicetold, folder):
    result = twicetold("ingest", "news.db", "-", input=json.dumps(TALKS_RESUME))

    assert result.stdout == "1 article stored, 0 updated, 0 unchanged, 0 rejected\n"
    assert select("news.db", "select key from articles") == [("talks-1",)]


@pytest.mark.parametrize(
    ("fields", "outlet"),
    [
        ({}, "Reuters"),
        ({"outlet": None, "url": "https://www.cna.example/x"}, "cna.example"),
        ({"outlet": None}, "feed"),
    ],
)
def test_the_outlet_is_the_articles_own_else_its_sites_else_the_files(folder, fields, outlet):
    path = write_lines(folder / "feed.jsonl", article(**fields))

    assert read(path)[0].outlet == outlet


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-02-03T10:00:00+01:00", NINE),
        ("2026-02-03 09:00", NINE),
        ("2026-02-03", date(2026, 2, 3)),
        ("Tue, 03 Feb 2026 09:00:00 GMT", NINE),
        ("03 Feb 2026 09:00:00 GMT", NINE),
        (1770109200, NINE),
        ("", None),
    ],
)
def test_times_are_understood_as_feeds_and_exports_write_them(folder, written, meant):
    path = write_lines(folder / "feed.jsonl", article(published=written))

    assert read(path)[0].published == meant


REJECTED = {
    "empty.jsonl": (b"", ["empty.jsonl: file is empty"]),
    "broken.jsonl": (
        b'{"title":"first"}\n{"title":"seco\n{"title":"third"}\n',
        ["first", "broken.jsonl:2: line is not JSON: Invalid control character at", "third"],
    ),
    "field.jsonl": (
        b'{"title":"x","date":"5 Feb 26"}\n[1]\n{"title":7}\n',
        [
            "x",
            "field.jsonl:2: line is not an object but list",
            "field.jsonl:3: title '7' is not text",
        ],
    ),
    "latin1.jsonl": (
        b'{"title":"caf\xe9"}\n{"title":"tea"}\n',
        ["latin1.jsonl:1: line is not UTF-8: invalid continuation byte", "tea"],
    ),
    "long.jsonl": (
        b'{"title":"before"}\n{"title":"' + b"a " * 25_000_000 + b'"}\n{"title":"after"}\n',
        ["before", "long.jsonl:2: line is longer than 33,554,432 bytes", "after"],
    ),
    "deep.jsonl": (
        b"[" * 100_000 + b'\n{"title":"flat"}\n',
        ["deep.jsonl:1: line is not JSON: maximum recursion depth exceeded", "flat"],
    ),
    "binary.json": (bytes(range(128, 256)), ["binary.json: file is not JSON: 'utf-8' codec can't"]),
    "binary.rss": (bytes(range(256)), ["binary.rss: file is not an RSS or Atom feed"]),
    "binary.csv": (bytes(range(128, 256)) * 9, ["binary.csv:1: line is not UTF-8"]),
    "columns.csv": (
        b"titre,texte\nA,B\n",
        ["columns.csv:1: title has no column among titre, texte (name it: --map title=titre)"],
    ),
    "rows.csv": (
        b'title,body\none,1\ntwo\nthree,"3\n3"\nfo\xe9r,4\n',
        [
            "one",
            "rows.csv:3: line has 1 fields where the header has 2",
            "three",
            "rows.csv:6: line is not UTF-8",
        ],
    ),
    "half.rss": (
        RSS.encode()[:-70],
        ["Ferry & tide", "half.rss:2: entry is cut off: the feed ends before its closing tag"],
    ),
    "half.jsonl.gz": (
        gzip.compress(b'{"title":"x"}\n' * 9)[:-6],
        [
            *["x"] * 9,
            "half.jsonl.gz: file is damaged gzip: Compressed file ended before the end-of-stream",
        ],
    ),
}


@pytest.mark.parametrize("name", REJECTED)
def test_what_is_broken_is_rejected_with_its_place_and_the_rest_is_read(folder, name):
    data, expected = REJECTED[name]
    (folder / name).write_bytes(data)

    answer = outcomes(read(name))

    assert [a[: len(b)] for a, b in zip(answer, expected, strict=True)] == expected


def test_a_map_to_a_missing_column_is_an_error(twicetold, folder):
    (folder / "export.csv").write_text("title,texte\nA,B\n")

    result = twicetold("ingest", "news.db", "export.csv", "--map", "body=text")

    assert result.exit_code == 3
    assert result.stderr == "export.csv:1: body has no column 'text' among title, texte\n"


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["nothing.jsonl"], 1, "nothing.jsonl: no such file or folder\n"),
        (["blob"], 1, f"blob: no known format (name it: --format {'|'.join(FORMATS)})\n"),
        (["blob", "--map", "tytle=x"], 2, None),
        ([], 2, None),
    ],
)
def test_a_missing_source_ends_the_run_before_anything_is_stored(
    twicetold, folder, arguments, code, sentence
):
    (folder / "blob").write_bytes(b"\x00\x01\x02")

    result = twicetold("run", "news.db", *arguments)

    assert result.exit_code == code
    if sentence:
        assert result.stderr == sentence
    assert not (folder / "news.db").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="takes rights away as Linux does")
def test_a_folder_or_file_without_permission_is_an_error(folder):
    locked, feed = folder / "locked", folder / "open" / "feed.jsonl"
    locked.mkdir(mode=0o000)
    feed.parent.mkdir()
    write_lines(feed, TALKS_RESUME).chmod(0o000)
    as_nobody_special = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    command = [*(as_nobody_special if os.geteuid() == 0 else []), sys.executable, "-m", "twicetold"]

    ends = [
        subprocess.run([*command, "run", "news.db", name], capture_output=True, text=True)
        for name in ("locked", "open")
    ]

    assert [end.stderr for end in ends] == [
        "locked: can't be read: Permission denied\n",
        "open/feed.jsonl: file can't be read: Permission denied\n",
    ]
    assert [end.returncode for end in ends] == [1, 3]


def test_every_file_of_the_sample_corpus_is_read_without_a_rejection():
    answer = read(CORPUS)

    assert [item for item in answer if isinstance(item, library.Rejection)] == []
    assert {item.outlet for item in answer} == {"Reuters", "CNA", "LATIMES", "Le Monde"}
