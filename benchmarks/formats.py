"""How fast is each format read, beside the library that it is read by?

    python benchmarks/formats.py [ARTICLES]

Articles of the sample corpus, again and again under other ids, are written in each format and read
into Article records, in one process. `library alone` reads the same file without making records of
it. Medians of three rounds.
"""

import csv
import gzip
import html
import io
import json
import logging
import sqlite3
import statistics
import sys
import tarfile
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pyarrow
import pyarrow.feather
import pyarrow.parquet
import python_calamine
import trafilatura
import zstandard
from lxml import etree
from tabulate import tabulate
from warcio.archiveiterator import ArchiveIterator

import twicetold
from twicetold.report.wire_formats import ninjs_item
from twicetold.times import utc_text

ARTICLES = 3_000
ROUNDS = 3
CORPUS = Path(__file__).parent.parent / "sample_corpus"
SLOW = ("pages in a zip", "WARC")  # a tenth of the articles is enough

Articles = Sequence[twicetold.Article]
Row = dict[str, Any]


def main(number: int) -> None:
    """Print a row for each format."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    articles = some_articles(number)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, (suffix, write, alone) in FORMATS.items():
            chosen = articles[: number // 10] if name in SLOW else articles
            path = Path(folder) / f"news{suffix}"
            write(path, chosen)
            ours = median(partial(read, path), len(chosen))
            theirs = median(partial(alone, path), len(chosen))
            row = {"format": name, "articles a second": ours, "library alone": theirs}
            rows.append({**row, "MB": path.stat().st_size / 1e6})
    print(tabulate(rows, headers="keys", floatfmt=(".0f", ",.0f", ",.0f", ".1f")))


def some_articles(number: int) -> list[twicetold.Article]:
    """Return articles of the sample corpus, each with an id of its own."""
    found = [
        item for item in twicetold.read_articles(CORPUS) if isinstance(item, twicetold.Article)
    ]
    return [replace(found[n % len(found)], id=f"a{n}") for n in range(number)]


def read(path: Path) -> None:
    """Read a file; all of it has to be articles."""
    for item in twicetold.read_articles(path):
        if isinstance(item, twicetold.Rejection):
            raise SystemExit(str(item))


def median(reads: Callable[[], object], number: int) -> float:
    """Return the median of articles a second."""
    speeds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        reads()
        speeds.append(number / (time.perf_counter() - start))
    return statistics.median(speeds)


def record(article: twicetold.Article) -> Row:
    """Return an article as a row of a table."""
    names = ("id", "outlet", "title", "body", "lang", "url", "byline")
    return {**{n: getattr(article, n) for n in names}, "published": utc_text(article.published)}


def lines(articles: Iterable[twicetold.Article]) -> bytes:
    """Return articles as JSON lines."""
    return b"".join(json.dumps(record(each)).encode() + b"\n" for each in articles)


def write_csv(path: Path, articles: Articles) -> None:
    """Write a CSV file."""
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(record(articles[0])))
        writer.writeheader()
        writer.writerows(map(record, articles))


def table(articles: Articles) -> pyarrow.Table:
    """Return articles as a table of Arrow."""
    return pyarrow.Table.from_pylist([record(each) for each in articles])


def write_excel(path: Path, articles: Articles) -> None:
    """Write a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(list(record(articles[0])))
    for article in articles:
        sheet.append(list(record(article).values()))
    book.save(path)


def write_sqlite(path: Path, articles: Articles) -> None:
    """Write a table of SQLite, in place of an older one."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    with connection:
        names = list(record(articles[0]))
        connection.execute(f"create table posts ({', '.join(names)})")
        marks = ", ".join("?" for _ in names)
        values = [tuple(record(each).values()) for each in articles]
        connection.executemany(f"insert into posts values ({marks})", values)
    connection.close()


def write_tar(path: Path, articles: Articles) -> None:
    """Write a tar, compressed with zstd."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        content = lines(articles)
        info = tarfile.TarInfo("news.jsonl")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    path.write_bytes(zstandard.compress(packed.getvalue()))


def write_zip(path: Path, files: dict[str, bytes]) -> None:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)


def paragraphs(article: twicetold.Article) -> str:
    """Return a body as HTML."""
    return "".join(f"<p>{html.escape(each)}</p>" for each in article.body.split("\n\n"))


def page(article: twicetold.Article) -> bytes:
    """Return an article as a web page."""
    links = "".join(f'<li><a href="/{n}">Another report</a></li>' for n in range(20))
    return (
        f'<html lang="{article.lang}"><head><title>{html.escape(article.title)}</title>'
        f'<meta property="og:site_name" content="{article.outlet}">'
        f'<meta property="article:published_time" content="{utc_text(article.published)}"></head>'
        f"<body><nav><ul>{links}</ul></nav><article><h1>{html.escape(article.title)}</h1>"
        f"{paragraphs(article)}</article></body></html>"
    ).encode()


def write_warc(path: Path, articles: Articles) -> None:
    """Write a WARC file, each record compressed by itself."""
    with path.open("wb") as file:
        for number, article in enumerate(articles):
            block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
            block += page(article)
            head = (
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2026-02-08T00:00:00Z\r\n"
                f"WARC-Record-ID: <urn:x:{number}>\r\nWARC-Target-URI: https://a.example/{number}\r\n"
                f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}"
            )
            file.write(gzip.compress(f"{head}\r\n\r\n".encode() + block + b"\r\n\r\n", 6))


def feed(articles: Articles) -> str:
    """Return articles as RSS."""
    items = "".join(
        f"<item><title>{html.escape(each.title)}</title><guid>{each.id}</guid><pubDate>"
        f"{utc_text(each.published)}</pubDate><description>{html.escape(paragraphs(each))}"
        "</description></item>"
        for each in articles
    )
    return f"<rss version='2.0'><channel><title>Post</title>{items}</channel></rss>"


def newsml(articles: Articles) -> str:
    """Return articles as one message of NewsML-G2."""
    items = "".join(
        f'<newsItem guid="{each.id}" version="1"><itemMeta><itemClass qcode="ninat:text"/>'
        f'<provider literal="Post"/><versionCreated>{utc_text(each.published)}</versionCreated>'
        f"</itemMeta><contentMeta><headline>{html.escape(each.title)}</headline></contentMeta>"
        f"<contentSet><inlineXML><html xmlns='http://www.w3.org/1999/xhtml'><body>"
        f"{paragraphs(each)}</body></html></inlineXML></contentSet></newsItem>"
        for each in articles
    )
    return f'<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/">{items}</newsMessage>'


def nitf(articles: Articles) -> str:
    """Return articles as documents of NITF in one wrapper."""
    documents = "".join(
        f'<nitf><head><docdata><doc-id id-string="{each.id}" regsrc="Post"/>'
        f'<date.issue norm="{utc_text(each.published)}"/></docdata></head><body><body.head>'
        f"<hedline><hl1>{html.escape(each.title)}</hl1></hedline></body.head><body.content>"
        f"{paragraphs(each)}</body.content></body></nitf>"
        for each in articles
    )
    return f"<documents>{documents}</documents>"


def ninjs(articles: Articles) -> str:
    """Return articles as lines of ninjs."""
    none = dict.fromkeys(("updated", "first_seen", "article", "story", "copy_group"))
    rows = ({**none, **record(each), "words": 1} for each in articles)
    return "".join(json.dumps(ninjs_item(row)) + "\n" for row in rows)


def iptc7901(articles: Articles) -> bytes:
    """Return articles as messages of IPTC 7901."""
    messages = (
        f"\x01aaa{n % 1000:03} 4 i 211 abcde   post 061\r\n\r\nslug-{n}/\r\n\x02{each.title} =\r\n"
        f"\r\n{each.body}\r\n\x03030900 GMT Feb 26\r\n\x04"
        for n, each in enumerate(articles)
    )
    return "".join(messages).encode()


def parse_json_lines(path: Path) -> None:
    """Parse each line."""
    with path.open("rb") as file:
        for line in file:
            json.loads(line)


def parse_pages(path: Path) -> None:
    """Read the pages of a zip by trafilatura."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            trafilatura.bare_extraction(archive.read(name), with_metadata=True)


def parse_warc(path: Path) -> None:
    """Read the pages of a WARC by warcio and trafilatura."""
    with path.open("rb") as file:
        for each in ArchiveIterator(file):
            content = each.content_stream().read()
            trafilatura.bare_extraction(content, with_metadata=True)


def parse_tar(path: Path) -> None:
    """Unpack a tar and parse the lines in it."""
    with (
        path.open("rb") as file,
        zstandard.ZstdDecompressor().stream_reader(file) as stream,
        tarfile.open(fileobj=stream, mode="r|") as archive,
    ):
        for info in archive:
            member = archive.extractfile(info)
            for line in member or ():
                json.loads(line)


def parse_zip(path: Path) -> None:
    """Unpack a zip and parse the lines in it."""
    with zipfile.ZipFile(path) as archive, archive.open("news.jsonl") as file:
        for line in file:
            json.loads(line)


def parse_sqlite(path: Path) -> None:
    """Read all rows."""
    connection = sqlite3.connect(path)
    connection.execute("select * from posts").fetchall()
    connection.close()


Write = Callable[[Path, Articles], object]
FORMATS: dict[str, tuple[str, Write, Callable[[Path], object]]] = {
    "JSON lines": (".jsonl", lambda p, a: p.write_bytes(lines(a)), parse_json_lines),
    "CSV": (".csv", write_csv, lambda p: list(csv.DictReader(p.open()))),
    "RSS": (".rss", lambda p, a: p.write_text(feed(a)), lambda p: feedparser.parse(str(p))),
    "Parquet": (
        ".parquet",
        lambda p, a: pyarrow.parquet.write_table(table(a), p),
        lambda p: pyarrow.parquet.read_table(p).to_pylist(),
    ),
    "Arrow": (
        ".feather",
        lambda p, a: pyarrow.feather.write_feather(table(a), str(p)),
        lambda p: pyarrow.feather.read_table(p).to_pylist(),
    ),
    "Excel": (
        ".xlsx",
        write_excel,
        lambda p: python_calamine.load_workbook(str(p)).get_sheet_by_index(0).to_python(),
    ),
    "SQLite": (".db", write_sqlite, parse_sqlite),
    "zip": (".zip", lambda p, a: write_zip(p, {"news.jsonl": lines(a)}), parse_zip),
    "tar, zstd": (".tar.zst", write_tar, parse_tar),
    "pages in a zip": (
        ".pages.zip",
        lambda p, a: write_zip(p, {f"{n}.html": page(each) for n, each in enumerate(a)}),
        parse_pages,
    ),
    "WARC": (".warc.gz", write_warc, parse_warc),
    "NewsML-G2": (".newsml.xml", lambda p, a: p.write_text(newsml(a)), lambda p: etree.parse(p)),
    "NITF": (".nitf", lambda p, a: p.write_text(nitf(a)), lambda p: etree.parse(p)),
    "ninjs": (".ninjs.jsonl", lambda p, a: p.write_text(ninjs(a)), parse_json_lines),
    "IPTC 7901": (".iptc", lambda p, a: p.write_bytes(iptc7901(a)), lambda p: p.read_text()),
}


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ARTICLES)
