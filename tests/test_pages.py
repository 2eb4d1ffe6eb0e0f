"""Web pages: files of HTML, and WARC and WACZ archives of them."""

import gzip
import hashlib
import json
import sys
import uuid
import zipfile
from datetime import UTC, date, datetime

import pytest
from newsroom import select

import twicetold as library

SENTENCES = [
    "Envoys of both sides met again on Tuesday to talk about the harbour of Merrow and its debts.",
    "They had last spoken in spring, when the talks broke down over who pays for the dredging.",
    "The town has to clear the channel before the ferries return in June, the mayor said.",
    "Fishermen fear that the dredgers will drive away the herring, on which half the quay lives.",
]
BODY = "\n\n".join(SENTENCES)
JSON_LD = {
    **{"@context": "https://schema.org", "@type": "NewsArticle"},
    **{"headline": "Talks on the harbour resume", "inLanguage": "en-GB"},
    **{"datePublished": "2026-02-03T10:00:00+01:00", "dateModified": "2026-02-03T12:00:00+01:00"},
    **{"publisher": {"@type": "Organization", "name": "The Merrow Gazette"}},
    "author": [{"@type": "Person", "name": "Ida Lorne"}],
    "mainEntityOfPage": {"@id": "https://gazette.example/harbour"},
}
METAS = """<meta property="og:type" content="article"><meta property="og:site_name"
content="The Merrow Gazette"><meta property="og:title" content="Talks on the harbour resume">
<meta property="article:published_time" content="2026-02-03T09:00:00Z"><meta name="author"
content="Ida Lorne"><link rel="canonical" href="https://gazette.example/harbour">"""


def page(head="", body=None, lang="en", kind="article"):
    """A page with what is around a report: navigation, a consent wall, related links, a footer."""
    text = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES) if body is None else body
    links = "".join(
        f'<li><a href="/{n}">Another report of the day, number {n}</a></li>' for n in range(9)
    )
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8"><title>Talks on'
        f" the harbour resume | The Merrow Gazette</title>{head}</head><body>"
        f"<nav><ul>{links}</ul></nav>"
        '<div class="cookie-consent">We and our 1,204 partners store cookies. Accept all.</div>'
        f"<{kind}><h1>Talks on the harbour resume</h1>{text}</{kind}>"
        f'<aside class="related"><h2>Read more</h2><ul>{links}</ul></aside>'
        "<footer>© The Merrow Gazette. All rights reserved.</footer></body></html>"
    )


def json_ld(**fields):
    return f'<script type="application/ld+json">{json.dumps(JSON_LD | fields)}</script>'


def read(path="page.html", **options):
    return list(library.read_articles(path, **options))


def write(folder, content, name="page.html"):
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize("head", [json_ld(), METAS], ids=["JSON-LD", "meta tags"])
def test_a_page_gives_what_it_says_of_itself_and_its_text(folder, head):
    write(folder, page(head))

    (article,) = read()

    assert (article.title, article.body) == ("Talks on the harbour resume", BODY)
    assert (article.outlet, article.lang, article.byline) == (
        "The Merrow Gazette",
        "en",
        "Ida Lorne",
    )
    assert article.published == datetime(2026, 2, 3, 9, 0, tzinfo=UTC)
    assert article.url == "https://gazette.example/harbour"


def test_a_page_that_says_nothing_of_itself_is_read_by_its_layout(folder):
    write(folder, page('<meta name="date" content="2026-02-03">'))

    (article,) = read(outlet="The Merrow Gazette")

    assert (article.title, article.body) == ("Talks on the harbour resume", BODY)
    assert article.published == date(2026, 2, 3)


@pytest.mark.parametrize(
    ("head", "kind", "body", "reason"),
    [
        (
            '<script type="application/ld+json">{"@type": "CollectionPage"}</script>',
            "main",
            None,
            "is a section front, not an article",
        ),
        (
            '<link rel="canonical" href="https://gazette.example/">',
            "main",
            None,
            "is a section front, not an article",
        ),
        (
            '<script type="application/ld+json">{"@type": "ImageGallery"}</script>',
            "main",
            "<p>Ten pictures.</p>",
            "is a gallery, not an article",
        ),
        ("", "main", "<p>Loading…</p>", "is a section front, not an article"),
        (
            "",
            "main",
            "".join(f'<p><a href="/{n}">{s}</a></p>' for n, s in enumerate(SENTENCES)),
            "is a section front, not an article",
        ),
    ],
)
def test_what_is_no_article_is_told_apart_and_is_no_news(
    twicetold, folder, head, kind, body, reason
):
    write(folder, page(head, body, kind=kind))

    result = twicetold("ingest", "news.db", "page.html", "--outlet", "Gazette")

    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        result.stdout
        == "0 articles stored, 0 updated, 0 unchanged, 1 rejected (none of them new)\n"
    )
    assert select("news.db", "select source, field, reason from rejections") == [
        ("page.html", "page", reason)
    ]


def test_of_a_cut_headline_the_whole_one_is_read(folder):
    write(folder, page(json_ld(headline="Talks on the harb…")))

    assert read()[0].title == "Talks on the harbour resume"


def test_the_url_of_another_site_is_not_that_of_the_page(folder):
    write(folder, page(json_ld() + '<link rel="canonical" href="https://other.example/1">'))
    saved = page(json_ld()).replace(
        "<!DOCTYPE html>",
        "<!DOCTYPE html><!-- saved from url=(0031)https://gazette.example/saved -->",
    )
    write(
        folder,
        saved.replace("</head>", '<link rel="canonical" href="https://x.test/1"></head>'),
        "saved.html",
    )

    assert read()[0].url == "https://other.example/1"
    assert read("saved.html")[0].url == "https://gazette.example/harbour"


def test_the_wrong_language_of_a_page_gives_way_to_its_text(folder):
    french = (
        "<p>Les émissaires des deux parties se sont retrouvés mardi pour parler du port de Merrow"
        " et de ses dettes, après des mois de silence entre les deux rives du chenal.</p>" * 3
    )
    write(folder, page(json_ld(inLanguage="en-US"), french, lang="en-US"))

    assert read()[0].lang == "fr"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("iso-8859-1", "iso-8859-1"),
        ("cp1252", "latin-1"),
        ("utf-8", ""),
        ("utf-16", ""),
        ("koi8-r", "koi8-r"),
    ],
)
def test_the_encoding_of_a_page_is_as_it_says_or_as_it_looks(folder, encoding, declared):
    word = "Порт" if encoding == "koi8-r" else "Häfen"
    content = page(json_ld(), f"<p>{word}: {BODY}</p>").replace("utf-8", declared or "utf-8")
    write(folder, content.encode(encoding))

    assert read()[0].body.startswith(f"{word}: Envoys")


def test_a_paywalled_page_gives_what_it_shows_or_the_whole_text_if_it_has_it(folder):
    teaser = f"<p>{SENTENCES[0]}</p><div class='paywall'>Subscribe to read on.</div>"
    write(folder, page(json_ld(isAccessibleForFree=False), teaser))
    write(folder, page(json_ld(articleBody=BODY), teaser), "whole.html")

    assert SENTENCES[0] in read()[0].body
    assert SENTENCES[1] not in read()[0].body
    assert read("whole.html")[0].body == BODY


def test_a_page_too_large_or_with_too_many_tags_is_told(folder):
    write(folder, b"<html>" + b"x" * 10_000_001)
    write(folder, b"<html>" + b"<p>" * 100_001, "tags.html")

    assert [str(item) for item in read(".")] == [
        "page.html: page has more than 10 MB",
        "tags.html: page has more than 100,000 tags",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "<html>" + "<div>" * 50_000,
        "<html" * 9_000,
        "<html>\0\x01",
        "<html><script type='application/ld+json'>" + "[" * 100_000,
    ],
)
def test_a_hostile_page_is_no_article(folder, content):
    write(folder, content)

    (item,) = read()

    assert isinstance(item, library.Rejection)


def test_a_zip_of_pages_is_read(folder):
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("site/harbour.html", page(json_ld()))
        archive.writestr("site/style.css", "p {}")

    (article,) = read("pages.zip")

    assert (article.title, article.source) == (
        "Talks on the harbour resume",
        "pages.zip/site/harbour.html",
    )


def warc(*records, compressed=True):
    """A WARC of (kind, url, status, headers, payload), each record compressed by itself."""
    parts = []
    for kind, url, status, headers, payload in records:
        http = f"HTTP/1.1 {status}\r\n" + "".join(f"{n}: {v}\r\n" for n, v in headers) + "\r\n"
        block = http.encode() + (b"" if kind == "revisit" else payload)
        head = {
            **{"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": "2026-02-04T00:00:00Z"},
            **{"WARC-Record-ID": f"<urn:uuid:{uuid.uuid4()}>"},
            **{"Content-Type": "application/http; msgtype=response"},
            **{"WARC-Payload-Digest": f"sha1:{hashlib.sha1(payload).hexdigest()}"},
            **{"Content-Length": str(len(block))},
        }
        lines = "".join(f"{name}: {value}\r\n" for name, value in head.items())
        record = f"WARC/1.0\r\n{lines}\r\n".encode() + block + b"\r\n\r\n"
        parts.append(gzip.compress(record) if compressed else record)
    return b"".join(parts)


HTML = [("Content-Type", "text/html; charset=utf-8")]
PAGE = page('<meta property="og:site_name" content="The Merrow Gazette">')
CRAWL = (
    ("response", "https://gazette.example/gone", "404 Not Found", HTML, PAGE.encode()),
    ("response", "https://gazette.example/a.png", "200 OK", [("Content-Type", "image/png")], b"x"),
    ("response", "https://gazette.example/harbour", "200 OK", HTML, PAGE.encode()),
    ("response", "https://gazette.example/", "200 OK", HTML, page(kind="main").encode()),
    (
        "response",
        "https://gazette.example/packed",
        "200 OK",
        [*HTML, ("Content-Encoding", "gzip")],
        gzip.compress(PAGE.replace("Talks on", "More talks on").encode()),
    ),
)


@pytest.mark.parametrize("name", ["crawl.warc", "crawl.warc.gz"])
def test_of_a_web_archive_the_pages_that_were_there_are_read(folder, name):
    write(folder, warc(*CRAWL, compressed=name.endswith("gz")), name)

    one, front, packed = read(name)

    assert (one.title, one.body, one.url) == (
        "Talks on the harbour resume",
        BODY,
        "https://gazette.example/harbour",
    )
    assert (one.outlet, one.line) == ("The Merrow Gazette", 3)
    assert str(front) == f"{name}:4: page is a section front, not an article"
    assert packed.title == "More talks on the harbour resume"


def test_an_undated_page_was_first_seen_when_it_was_crawled(twicetold, folder):
    write(folder, warc(*CRAWL), "crawl.warc.gz")

    twicetold("ingest", "news.db", "crawl.warc.gz", "--now", "2026-03-01")

    assert select("news.db", "select distinct published, first_seen from articles") == [
        (None, "2026-02-04T00:00:00Z")
    ]


def test_a_revisit_at_another_url_is_the_page_seen_before(folder):
    revisits = [
        ("revisit", f"https://gazette.example/{name}", "200 OK", HTML, payload)
        for name, payload in (("other", CRAWL[2][4]), ("harbour", CRAWL[2][4]), ("new", b"?"))
    ]
    write(folder, warc(CRAWL[2], *revisits), "crawl.warc.gz")

    one, other = read("crawl.warc.gz")

    assert (other.title, other.url) == (one.title, "https://gazette.example/other")


def test_wacz_is_read_by_its_archives_alone(folder):
    with zipfile.ZipFile(folder / "crawl.wacz", "w") as archive:
        archive.writestr("archive/data.warc.gz", warc(*CRAWL))
        archive.writestr("pages/pages.jsonl", '{"title": "no article", "url": "https://x.test"}')
        archive.writestr("datapackage.json", "{}")

    titles = [item.title for item in read("crawl.wacz") if isinstance(item, library.Article)]

    assert titles == ["Talks on the harbour resume", "More talks on the harbour resume"]


def test_a_damaged_web_archive_gives_what_comes_before(folder):
    write(folder, warc(*CRAWL)[:-400], "crawl.warc.gz")

    *pages, last = read("crawl.warc.gz")

    assert pages[0].title == "Talks on the harbour resume"
    assert str(last).startswith("crawl.warc.gz: file is damaged gzip: ")


@pytest.mark.parametrize(
    ("module", "library_name", "extra"),
    [("trafilatura", "trafilatura", "pages"), ("warcio", "warcio", "warc")],
)
def test_a_missing_extra_is_named(folder, monkeypatch, module, library_name, extra):
    for name in [name for name in sys.modules if name.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    write(folder, warc(*CRAWL), "crawl.warc.gz")

    (item,) = read("crawl.warc.gz")

    assert (
        str(item) == f"crawl.warc.gz: file needs {library_name} (pip install 'twicetold[{extra}]')"
    )
