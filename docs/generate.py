"""The parts of these pages that are made from the program itself.

`cog -r docs/*.md` calls these functions from the pages and writes what they give into them anew;
`cog --check docs/*.md` tells whether a page is out of date. Start reading at `answer`: it puts
the question that stands above it to an index of the sample corpus.
"""

import atexit
import inspect
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from click.testing import CliRunner

import twicetold
from twicetold.article import NAMES
from twicetold.cli import cli

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "sample_corpus"
WIDTH = 100  # of a terminal
TYPED = ("twicetold ", "printf ")  # how a block of sh begins that is typed, not only read
LEFT_OUT = ("Quick start", "Tests")  # sections that install the package first
_JSON_NAMES = {"int": "integer", "str": "text", "float": "number", "bool": "true or false"}


class Block(NamedTuple):
    """A fenced block of a page."""

    section: str  # the heading above it
    language: str  # 'sh', 'sql', 'text', …
    text: str
    line: int  # of its fence
    printed: str | None  # the text block right below it: what it prints


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order; cog's own comments between two of them are no text."""
    bare = re.sub(
        r"<!-- \[\[\[.*?\]\]\] -->", lambda cog: "\n" * cog[0].count("\n"), page, flags=re.S
    )
    found: list[Block] = []
    section, end = "", -1
    for part in re.finditer(r"^## ([^\n]+)$|^```(\w*)\n(.*?)^```$", bare, re.M | re.S):
        if part[1]:
            section = part[1]
            continue
        text = part[3]
        if part[2] == "text" and found and not bare[end : part.start()].strip():
            found[-1] = found[-1]._replace(printed=text)
        line = bare.count("\n", 0, part.start()) + 1
        found.append(Block(section, part[2], text, line, None))
        end = part.end()
    return found


def commands() -> str:
    """The help of the program and of each of its commands."""
    told = []
    for name in ["", *sorted(cli.commands)]:
        words = [name] if name else []
        result = CliRunner().invoke(
            cli, [*words, "--help"], prog_name="twicetold", terminal_width=WIDTH
        )
        told.append(f"## {' '.join(['twicetold', *words])}\n\n{_fenced(result.output)}")
    return "\n".join(told)


def tables() -> str:
    """Each table with its columns, in the words of the schema."""
    with twicetold.Index.in_memory() as index:
        db = index.connection
        names = _names(db, "table")
        return "\n".join(
            f"### {name}\n\n{_remark(_statement(db, name))}{_table(_columns(db, name))}"
            for name in names
        )


def views() -> str:
    """Each view with its columns and the statement that makes it."""
    with twicetold.Index.in_memory() as index:
        db = index.connection
        return "\n".join(
            f"### {name}\n\n{_remark(_statement(db, name))}Columns: "
            + ", ".join(f"`{row[1]}`" for row in db.execute(f"pragma table_info({name})"))
            + f".\n\n```sql\n{_statement(db, name)}\n```\n"
            for name in _names(db, "view")
        )


def counts() -> str:
    """What a run tells of itself, in the words of the table `runs`."""
    with twicetold.Index.in_memory() as index:
        columns = {row[0]: row for row in _columns(index.connection, "runs")}
    rows = [(name, "integer", columns[name][2]) for name in twicetold.Counts._fields]
    return _table(rows, ("field", "value", ""))


def fields(kind: type) -> str:
    """The fields of a NamedTuple as JSON has them, with the comments beside them."""
    rows = []
    for line in inspect.getsource(kind).splitlines():
        if found := re.fullmatch(r"    (\w+): ([^=#]+?)(?: = [^#]+?)?(?:  # (.*))?", line):
            said = (found[3] or "").replace("None:", "null:")
            rows.append((found[1], _json_name(found[2]), said))
    return _table(rows, ("field", "value", ""))


def names() -> str:
    """Our fields, and what others call them."""
    rows = [(field, ", ".join(f"`{name}`" for name in NAMES[field])) for field in NAMES]
    return _table(rows, ("field", "read from"))


def answer(page: str, line: int) -> str:
    """What the last SQL block above a line of a page selects from the sample corpus."""
    above = [b for b in blocks(Path(page).read_text("utf-8")) if b.line < line]
    sql = next(block.text for block in reversed(above) if block.language == "sql")
    return _fenced(query(_sample(), sql))


def printed(page: str, line: int) -> str:
    """What the last typed block above a line of a page prints."""
    above = [done for block, done in typed(Path(page).resolve()) if block.line < line]
    return _fenced(above[-1].stdout)


@cache
def typed(page: Path) -> list[tuple[Block, "subprocess.CompletedProcess[str]"]]:
    """What becomes of the blocks of a page, typed in order where the sample corpus lies."""
    folder = _fresh_folder()
    shutil.copytree(CORPUS, folder / "sample_corpus")
    chosen = [block for block in blocks(page.read_text("utf-8")) if _is_typed(block)]
    return [(block, _type(block, folder)) for block in chosen]


def query(index: Path, sql: str) -> str:
    """What `sqlite-utils query INDEX SQL --fmt simple` prints."""
    from sqlite_utils.cli import cli as sqlite_utils

    result = CliRunner(catch_exceptions=False).invoke(
        sqlite_utils, ["query", str(index), sql, "--fmt", "simple"]
    )
    return result.output


def _is_typed(block: Block) -> bool:
    if block.section in LEFT_OUT:
        return False
    return block.language == "python" or (block.language == "sh" and block.text.startswith(TYPED))


def _type(block: Block, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a block in a folder; what a terminal would show is `stdout`."""
    as_shell = ["sh", "-ec"] if block.language == "sh" else [sys.executable, "-W", "error", "-c"]
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWICETOLD")}
    return subprocess.run(
        [*as_shell, block.text],
        cwd=folder,
        env=clean | {"PATH": path, "PYTHONIOENCODING": "utf-8"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


@cache
def _sample() -> Path:
    path = _fresh_folder() / "news.db"
    with twicetold.Index.open(path, create=True) as index:
        twicetold.run(index, twicetold.read([str(CORPUS)]))
    return path


def _fresh_folder() -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


def _names(db: sqlite3.Connection, kind: str) -> list[str]:
    sql = (
        "select name from sqlite_master where type = ? and name not like 'articles_fts%'"
        " order by rowid"  # as the migrations make them
    )
    return [row[0] for row in db.execute(sql, (kind,))]


def _statement(db: sqlite3.Connection, name: str) -> str:
    sql = "select sql from sqlite_master where name = ?"
    return str(db.execute(sql, (name,)).fetchone()[0]).replace("CREATE VIEW", "create view")


def _columns(db: sqlite3.Connection, table: str) -> list[tuple[str, str, str]]:
    """Name, type and meaning of each column."""
    others = {row[3]: row[2] for row in db.execute(f"pragma foreign_key_list({table})")}
    said = _comments(_statement(db, table))
    rows = []
    for _, name, kind, not_null, _, key in db.execute(f"pragma table_info({table})"):
        told = f"{kind.lower()}{'' if not_null or key or not kind else ' or null'}"
        means = [f"of [{others[name]}](#{others[name]})"] if name in others else []
        means += ["primary key"] if key else []
        means += [said[name]] if said.get(name) else []
        rows.append((name, told, "; ".join(means)))
    return rows


def _comments(statement: str) -> dict[str, str]:
    """The comments beside each column of a create statement, by the name of the column."""
    said: dict[str, str] = {}
    column = ""
    for line in statement.splitlines()[1:]:
        if line.startswith("    --"):  # of the table as a whole
            continue
        if found := re.match(r"    (\w+) +(?:integer|text|real|blob)\b", line):
            column = found[1]
        comment = line.partition("-- ")[2]
        said[column] = f"{said.get(column, '')} {comment}".strip()
    return said


def _remark(statement: str) -> str:
    """The comment with which a create statement begins, as a paragraph."""
    found = re.match(r".*\n((?: *-- .*\n)+)", statement)
    if not found:
        return ""
    words = " ".join(line.strip().removeprefix("-- ") for line in found[1].splitlines())
    words = re.sub(r"(?:^|(?<=\? ))\w", lambda first: first[0].upper(), words)
    return f"{words}{'' if words[-1] in '.?' else '.'}\n\n"


def _json_name(annotation: str) -> str:
    inside = re.fullmatch(r"list\[(?:\w+\.)?(\w+)\]", annotation)
    if inside:
        return f"list of {_JSON_NAMES.get(inside[1], f'`{inside[1]}`')}"
    parts = annotation.replace("None", "null").split(" | ")
    known = [_JSON_NAMES.get(part, part if part == "null" else f"`{part}`") for part in parts]
    return " or ".join(known)


def _table(
    rows: Iterable[Sequence[str]], head: Sequence[str] = ("column", "type", "meaning")
) -> str:
    def lines() -> Iterator[str]:
        yield "| " + " | ".join(head) + " |"
        yield "|" + "---|" * len(head)
        for name, *others in rows:
            cells = [f"`{name}`", *(other.replace("|", "\\|") for other in others)]
            yield "| " + " | ".join(cells) + " |"

    return "".join(f"{line.replace('|  |', '| |')}\n" for line in lines())


def _fenced(text: str) -> str:
    lines = [line.rstrip() for line in text.rstrip("\n").splitlines()]
    return "```text\n" + "".join(f"{line}\n" for line in lines) + "```\n"
