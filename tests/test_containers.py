"""Compressed files and archives of files."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile

import pytest
import zstandard
from newsroom import TALKS_RESUME, article, select, write_lines

import twicetold as library

LINES = b"".join(
    json.dumps(article(id=f"talks-{number}", title=f"Talks, day {number}")).encode() + b"\n"
    for number in range(3)
)
COMPRESSED = {
    "gz": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zst": zstandard.compress,
}


def zipped(files, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in files.items():
            # with no time of its own: the names of tests are made of it
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return stream.getvalue()


def tarred(files):
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return stream.getvalue()


def outcomes(path, **options):
    items = library.read_articles([path], **options)
    return [str(i) if isinstance(i, library.Rejection) else i.title for i in items]


TITLES = ["Talks, day 0", "Talks, day 1", "Talks, day 2"]


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_a_compressed_file_is_read_whatever_its_name(folder, suffix):
    (folder / f"post.jsonl.{suffix}").write_bytes(COMPRESSED[suffix](LINES))
    (folder / "blob").write_bytes(COMPRESSED[suffix](LINES))

    assert outcomes(f"post.jsonl.{suffix}") == outcomes("blob") == TITLES


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_files_compressed_one_after_the_other_are_one_file(folder, suffix):
    compressed = COMPRESSED[suffix]
    (folder / f"post.jsonl.{suffix}").write_bytes(compressed(LINES[:50]) + compressed(LINES[50:]))

    assert outcomes(f"post.jsonl.{suffix}") == TITLES


@pytest.mark.parametrize(
    ("suffix", "kind"), [("gz", "gzip"), ("bz2", "bzip2"), ("xz", "xz"), ("zst", "zstd")]
)
def test_a_compressed_file_that_is_cut_off_gives_what_it_has_and_says_so(folder, suffix, kind):
    whole = COMPRESSED[suffix](LINES * 5_000)
    (folder / f"post.jsonl.{suffix}").write_bytes(whole[: len(whole) // 2])

    *first, last = outcomes(f"post.jsonl.{suffix}")

    assert first[:3] == TITLES
    # zstd does not tell that a frame is not whole: the last line is not
    assert last.startswith(f"post.jsonl.{suffix}: file is damaged {kind}") or kind == "zstd"


@pytest.mark.parametrize("suffix", COMPRESSED)
def test_what_a_file_unpacks_to_is_bounded(folder, suffix):
    (folder / f"bomb.jsonl.{suffix}").write_bytes(COMPRESSED[suffix](b" " * 30_000_000))

    assert outcomes(f"bomb.jsonl.{suffix}", max_size=1_000_000) == [
        f"bomb.jsonl.{suffix}: file unpacks to more than 1 MB (allow more: --max-size 5G)"
    ]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("night.zip", zipped),
        ("night.tar", tarred),
        ("night.tgz", lambda files: gzip.compress(tarred(files))),
        ("night.tar.zst", lambda files: zstandard.compress(tarred(files))),
        ("night", zipped),
        ("night", lambda files: lzma.compress(tarred(files))),
    ],
)
def test_an_archive_is_read_as_a_folder_is(folder, name, packed):
    files = {
        "feeds/Post.jsonl": LINES,
        "feeds/inner.zip": zipped({"again.jsonl.bz2": bz2.compress(LINES)}),
        "feeds/picture.png": b"\x89PNG",
        "feeds/.hidden.jsonl": LINES,
        "__MACOSX/feeds/._Post.jsonl": b"\0",
        "gold.csv": b"key,story,copy_group\n",
        "broken.jsonl": b"{}\n",
    }
    (folder / name).write_bytes(packed(files))
    passed_over = []

    titles = outcomes(name, on_passed_over=passed_over.extend)

    assert titles == [
        *TITLES,
        *TITLES,
        f"{name}/broken.jsonl:1: title and body are empty (map a column: --map body=COLUMN)",
    ]
    assert passed_over == [f"{name}/feeds/picture.png"]


def test_the_outlet_of_a_file_in_an_archive_is_the_name_of_that_file(twicetold, folder):
    lines = json.dumps({"title": "Talks", "text": "They talk."}).encode()
    (folder / "night.zip").write_bytes(zipped({"feeds/post.jsonl": lines}))

    twicetold("ingest", "news.db", "night.zip")

    assert select("news.db", "select name from outlets") == [("post",)]


def test_archives_in_archives_in_archives_are_not_opened(folder):
    inner = zipped({"two.zip": zipped({"one.jsonl": LINES})})
    (folder / "three.zip").write_bytes(zipped({"two.tar": tarred({"inner.zip": inner})}))

    assert outcomes("three.zip") == [
        "three.zip/two.tar/inner.zip: file is an archive in an archive in an archive"
    ]


def test_all_files_of_an_archive_share_its_limit(folder):
    files = {f"{number}.jsonl": b" " * 400_000 for number in range(5)}
    (folder / "bomb.zip").write_bytes(zipped(files))

    assert outcomes("bomb.zip", max_size=1_000_000) == [
        "bomb.zip/2.jsonl: file unpacks to more than 1 MB (allow more: --max-size 5G)"
    ]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.zip", zipped({"a.jsonl": LINES})[:-10], "file is damaged zip: File is not a zip file"),
        ("a.zip", b"PK\x03\x04 and no more", "file is damaged zip: File is not a zip file"),
        ("a.tar", tarred({"a.jsonl": LINES})[:700], "file is damaged tar: unexpected end of data"),
        (
            "a.tar",
            b"no tar" * 100,
            "file is damaged tar: it is cut off, or has a broken header: invalid header",
        ),
    ],
)
def test_a_damaged_archive_is_told(folder, name, content, reason):
    (folder / name).write_bytes(content)

    assert outcomes(name)[-1] == f"{name}: {reason}"


def test_a_name_in_a_tar_cannot_fill_the_memory(folder):
    header = tarfile.TarInfo("long")
    header.type, header.size = tarfile.XHDTYPE, 2_000_000
    (folder / "a.tar").write_bytes(header.tobuf() + b"x" * 2_000_000)

    assert outcomes("a.tar") == ["a.tar: file is damaged tar: a name of 2,000,000 bytes"]


def test_an_archive_on_standard_input_is_read(twicetold):
    result = twicetold("ingest", "news.db", "-", input=zipped({"post.jsonl": LINES}))

    assert (result.exit_code, result.stdout) == (
        0,
        "3 articles stored, 0 updated, 0 unchanged, 0 rejected\n",
    )


def test_a_bad_file_in_an_archive_costs_no_other(twicetold, folder):
    files = {"a.jsonl.gz": b"\x1f\x8b no", "b.csv": b"id\n1\n", "c.jsonl": LINES}
    (folder / "night.zip").write_bytes(zipped(files))

    result = twicetold("ingest", "news.db", "night.zip")

    assert result.exit_code == 3
    assert result.stdout == "3 articles stored, 0 updated, 0 unchanged, 2 rejected\n"


def test_the_extra_for_zstd_is_named_where_it_is_missing(twicetold, folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "zstandard", None)
    (folder / "post.jsonl.zst").write_bytes(COMPRESSED["zst"](LINES))
    write_lines(folder / "other.jsonl", TALKS_RESUME)

    result = twicetold("ingest", "news.db", "post.jsonl.zst", "other.jsonl")

    assert result.exit_code == 3
    assert result.stderr == (
        "post.jsonl.zst: file needs zstandard (pip install 'twicetold[zstd]')\n"
    )


def test_a_tar_that_is_cut_off_between_files_is_told(folder):
    whole = tarred({"a.jsonl": LINES, "b.jsonl": LINES})
    (folder / "a.tar").write_bytes(whole[: 512 + -(-len(LINES) // 512) * 512])

    assert outcomes("a.tar") == [
        *TITLES,
        "a.tar: file is damaged tar: it is cut off, or has a broken header: empty header",
    ]


def test_a_file_that_cannot_be_unpacked_costs_no_other_of_its_zip(folder):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.jsonl", LINES, zipfile.ZIP_BZIP2)
        archive.writestr("b.jsonl", LINES)
    (folder / "a.zip").write_bytes(stream.getvalue())

    assert outcomes("a.zip") == [
        "a.zip/a.jsonl: file is damaged zip: packed by method 12",
        *TITLES,
    ]


def test_a_database_in_an_archive_is_passed_over(folder):
    (folder / "a.zip").write_bytes(zipped({"a.jsonl": LINES, "b.db": b"SQLite format 3\0"}))
    passed_over = []

    assert outcomes("a.zip", on_passed_over=passed_over.extend) == TITLES
    assert passed_over == ["a.zip/b.db"]


def test_a_database_on_standard_input_is_refused(twicetold):
    result = twicetold("ingest", "news.db", "-", input=b"SQLite format 3\0")

    assert result.stderr == (
        "-: file is a SQLite file, which is read where it is: sqlite:FILE?table=NAME\n"
    )


@pytest.mark.parametrize("start", [b"<!---->" * 400 + b"x", b"<!--" * 900, b"<html><p>Hello"])
def test_what_the_first_bytes_say_is_found_quickly(folder, start):
    (folder / "blob").write_bytes(start)

    assert outcomes("blob")  # in no time
