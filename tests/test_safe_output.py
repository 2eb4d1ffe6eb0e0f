"""What strangers wrote reaches terminals, spreadsheets and logs as text and as nothing else."""

import csv
import io
import json
import os
import re
import subprocess
import sys

import pytest
from newsroom import article, write_lines

import twicetold as library

UNSAFE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029]"
)
FORGED = "Talks\n  2026-02-05 forged line\r\x1b[2J\x9b31m\x1b]0;x\x07\u202eelbisivni\u2066\u2028end"
FORMULA = '=HYPERLINK("http://x.example","a")'


@pytest.fixture
def hostile(twicetold, folder):
    """An index of two copies, an update and a rejection that try to write to the terminal."""
    first = article(id=f"a{FORGED}", outlet=f"A{FORGED}", title=FORGED)
    copy = article(id="b", outlet=FORMULA, title=FORMULA, byline=FORGED)
    update = first | {"body": f"{first['body']} And on.", "updated": "2026-02-04T09:00:00Z"}
    write_lines(folder / "feed.jsonl", first, copy, update, article(id=FORGED, title="", body=""))
    return twicetold("run", "news.db", "feed.jsonl", "--log-format", "json")


@pytest.mark.parametrize("form", [[], ["--json"], ["--nl"], ["--csv"], ["--tsv"]])
def test_no_control_character_reaches_the_terminal(twicetold, hostile, form):
    commands = [
        ["stories", "news.db"],
        ["show", "news.db", "1"],
        ["show", "news.db", "1", "--full"],
        ["show", "news.db", "1", "--digest"],
        ["diff", "news.db", "1", "2"],
        ["articles", "news.db"],
        ["copies", "news.db"],
        ["coverage", "news.db", "1"],
        ["coverage", "news.db", "--shares", "--min-outlets", "1"],
        ["statistics", "news.db", "outlet_pairs"],
        ["outlets", "news.db"],
        ["why", "news.db", "1", "2"],
        ["why", "news.db", "1"],
        ["versions", "news.db", "1"],
        ["history", "news.db"],
        ["rejections", "news.db"],
        ["check", "news.db"],
        ["match", "news.db", "feed.jsonl"],
        ["sample", "news.db", "--near", "3"],
        ["same", "news.db", "1", "2", "--by", FORGED, "--note", FORGED],
        ["decisions", "news.db"],
    ]

    for command in commands:
        end = twicetold(*command, *form)
        text = end.stdout + end.stderr
        allowed = text.replace("\t", "") if form == ["--tsv"] else text
        assert UNSAFE.findall(allowed) == [], command
        assert "\n  2026-02-05 forged" not in text
        if form == ["--json"]:
            json.loads(end.stdout)
    assert UNSAFE.findall(twicetold("statistics", "news.db").stdout) == []
    assert UNSAFE.findall(hostile.stdout + hostile.stderr) == []


def test_an_error_does_not_repeat_control_characters(twicetold, folder):
    result = twicetold("run", "news.db", "no\x1b[2Jfile")

    assert result.stderr == "no\\x1b[2Jfile: no such file or folder\n"


FORGED_WORD = "x\x1b[2J\u202e\x9b"


@pytest.mark.parametrize(
    "words",
    [
        [FORGED_WORD],
        [f"--{FORGED_WORD}"],
        ["stories", "news.db", FORGED_WORD],
        ["stories", "news.db", f"--{FORGED_WORD}"],
        ["run", "news.db", "feed.jsonl", "--map", FORGED_WORD],
        ["run", "news.db", "feed.jsonl", "--max-size", FORGED_WORD],
        ["run", "news.db", "feed.jsonl", "--granularity", FORGED_WORD],
        ["run", "news.db", "feed.jsonl", "--now", FORGED_WORD],
        ["prune", "news.db", "--before", FORGED_WORD],
        ["why", "news.db", FORGED_WORD],
        ["sample", "news.db", "-o", f"{FORGED_WORD}.csv"],
    ],
)
def test_a_message_repeats_a_word_of_the_command_line_as_escapes(twicetold, folder, words):
    write_lines(folder / "feed.jsonl", article(), article(id="b", outlet="CNA"))
    twicetold("run", "news.db", "feed.jsonl")

    result = twicetold(*words)

    assert UNSAFE.findall(result.stderr + result.stdout) == []
    assert "x\\x1b[2J" in result.stderr


def test_words_that_are_not_utf_8_are_no_traceback(folder):
    write_lines(folder / "feed.jsonl", article(), article(id="b", title=None, body=None))
    program = [sys.executable, "-m", "twicetold", "run"]
    for words in (["news.db", "--map", b"title=\xff"], [b"n\xff.db", "--metrics", b"m\xff.prom"]):
        result = subprocess.run([*program, *words, "feed.jsonl"], capture_output=True)
        assert result.returncode == 3
        assert b"bug" not in result.stderr
    assert (folder / os.fsdecode(b"m\xff.prom")).read_text().startswith("# HELP")


def test_a_spreadsheet_runs_no_cell_and_a_program_gets_the_text(twicetold, hostile):
    safe = list(csv.DictReader(io.StringIO(twicetold("show", "news.db", "1", "--csv").stdout)))
    raw = list(
        csv.DictReader(io.StringIO(twicetold("show", "news.db", "1", "--csv", "--raw").stdout))
    )

    assert [row["outlet"] for row in safe][1] == f"'{FORMULA}"
    assert [row["outlet"] for row in raw][1] == FORMULA
    assert FORGED.replace("\x1b", "\ufffd").replace("\x07", "\ufffd") in [
        row["title"] for row in raw
    ]


KEYS = ["2", "=2", "key:2", "x", "'=x", "''=x", "a\tb\u202ec\x9b", "a\rb"]
PAIRS = [
    ("key:2", "=2"),
    ("key:key:2", "x"),
    ("'=x", "''=x"),
    ("a b\ufffdc\ufffd", "a b"),  # nobody could type them as they came
]


def test_decisions_on_keys_like_numbers_and_formulas_come_back_from_csv(twicetold, folder):
    records = [article(id=key, outlet=f"O{key}") for key in KEYS]
    write_lines(folder / "feed.jsonl", *records)
    for index in ("one.db", "other.db"):
        twicetold("run", index, "feed.jsonl")
    for a, b in PAIRS:
        assert twicetold("same", "one.db", a, b).exit_code == 0

    (folder / "decided.csv").write_text(twicetold("decisions", "one.db", "--csv").stdout)
    result = twicetold("decisions", "other.db", "--add", "decided.csv", "--json")

    assert sorted((row["a"], row["b"]) for row in json.loads(result.stdout)) == sorted(PAIRS)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1"])
def test_a_terminal_that_is_not_unicode_shows_what_it_can(folder, encoding):
    record = article(title="Переговоры “продолжаются” 会谈")
    with library.Index.open("news.db", create=True) as index:
        library.run(index, library.Article.from_dict(record))

    def shown(*form):
        done = subprocess.run(
            [sys.executable, "-m", "twicetold", "stories", "news.db", *form],
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode(encoding)

    assert "??????????" in shown()
    assert json.loads(shown("--json"))[0]["title"] == record["title"]


@pytest.mark.parametrize("command", [["--help"], ["stories", "news.db"], ["run", "--help"]])
def test_a_full_stdout_is_a_message(folder, command):
    with library.Index.open("news.db", create=True) as index:
        library.run(index, library.Article.from_dict(article()))
    with open("/dev/full", "w") as full:
        words = [sys.executable, "-m", "twicetold", *command]
        done = subprocess.run(words, stdout=full, stderr=subprocess.PIPE, text=True)

    assert (done.returncode, done.stderr) == (1, "output: No space left on device\n")


def test_closed_standard_streams_are_no_traceback(folder):
    write_lines(folder / "feed.jsonl", article())
    command = f"{sys.executable} -m twicetold run news.db"

    ends = [
        subprocess.run(["sh", "-c", line], capture_output=True, text=True)
        for line in (f"{command} - <&-", f"{command} feed.jsonl >&-", f"{command} feed.jsonl 2>&-")
    ]

    assert [end.returncode for end in ends] == [3, 0, 0]
    assert ends[0].stderr == "-: file can't be read: standard input is closed\n"
