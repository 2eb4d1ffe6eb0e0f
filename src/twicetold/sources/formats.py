"""The formats of files: their names, their suffixes, and what a file's first bytes say.

Start reading at `FORMATS`; the reader of each is in `readers`.
"""

import re
from pathlib import PurePath

from .compression import without_suffix

SUFFIXES: dict[str, tuple[str, ...]] = {  # of the names of files, compressed or not
    "jsonl": (".jsonl", ".ndjson"),
    "json": (".json",),
    "csv": (".csv",),
    "tsv": (".tsv",),
    "feed": (".rss", ".atom"),
    "xml": (".xml", ".nitf"),  # by its root element: a feed, NewsML-G2, NITF
    "iptc7901": (".iptc",),
    "page": (".html", ".htm", ".xhtml"),
    "warc": (".warc",),
    "wacz": (".wacz",),
    "parquet": (".parquet", ".pq"),
    "arrow": (".arrow", ".feather", ".arrows"),
    "excel": (".xlsx", ".xlsm", ".xls", ".ods"),
    "sqlite": (".db", ".sqlite", ".sqlite3"),
    "zip": (".zip",),
    "tar": (".tar", ".tgz", ".tbz2", ".txz", ".tzst"),
}
FORMATS = tuple(SUFFIXES)
TEXT_FORMATS = ("jsonl", "json", "csv", "tsv", "feed", "xml")  # the encoding of a file may be any
NEED_SEEKING = ("parquet", "arrow", "excel")  # read back and forth
CONTAINERS = ("zip", "tar", "wacz")
NOT_IN_FOLDERS = ("sqlite",)  # which a folder holds for other reasons: an index may be among them
_BY_SUFFIX = {suffix: name for name, suffixes in SUFFIXES.items() for suffix in suffixes}
_MARKS = (  # the first bytes of a file
    (b"WARC/", "warc"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "arrow"),
    (b"SQLite format 3\0", "sqlite"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
)
# the first file of a workbook, which is a zip
_EXCEL = re.compile(
    rb"PK\x03\x04.{26}(?:\[Content_Types\]\.xml|_rels/|docProps/|xl/"
    rb"|mimetypeapplication/vnd\.oasis\.opendocument\.spreadsheet)",
    re.DOTALL,
)
_PAGE = re.compile(rb"<(?:!doctype\s+html|html\b)", re.IGNORECASE)
_TAR = 257  # where a tar says that it is one
SNIFFED_BYTES = 4096  # bytes


def format_by_name(name: str) -> str:
    """Return the format that a file's suffix names, '' if none."""
    return _BY_SUFFIX.get(PurePath(without_suffix(name) or "-").suffix.lower(), "")


def format_by_content(start: bytes) -> str:
    """Return the format that the first bytes of a file suggest, once decompressed; '' if none."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return name
    if start.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "excel" if _EXCEL.match(start) else "zip"
    if start[_TAR : _TAR + 5] == b"ustar":
        return "tar"
    if start.startswith(b"\x01") and b"\x02" in start:  # start of heading, start of text
        return "iptc7901"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if _PAGE.match(_without_comments(text)):
        return "page"
    return {b"{": "jsonl", b"[": "json", b"<": "xml"}.get(text[:1], "")


def _without_comments(text: bytes) -> bytes:
    """Return the beginning of a page without the comments before its first tag."""
    while text.startswith(b"<!--"):
        text = text.partition(b"-->")[2].lstrip()
    return text
