"""The parts of these pages that are made from the program itself.

`cog -r docs/*.md` calls these functions from the pages and writes their results into them;
`cog --check docs/*.md` says whether a page is out of date. Start reading at `answer`: it runs the
SQL block above it on an index of the sample corpus.
"""

import ast
import atexit
import inspect
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click
from click.testing import CliRunner

import twicetold
from twicetold.cli import cli
from twicetold.clustering.meanings import MEANINGS
from twicetold.columns import COLUMN_NAMES
from twicetold.index.descriptions import Description, descriptions
from twicetold.index.questions import Question
from twicetold.index.questions import questions as questions_of_package
from twicetold.plugins.functions import FUNCTIONS

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "sample_corpus"
WIDTH = 100  # of a terminal
TYPED = (
    "twicetold ",
    "printf ",
    "sqlite-utils query news.db ",
)  # blocks of sh that begin so are run
LEFT_OUT = ("Quick start", "Tests")  # sections that install the package first
_JSON_NAMES = {"int": "integer", "str": "text", "float": "number", "bool": "true or false"}


class Block(NamedTuple):
    """A fenced block of a page."""

    section: str  # the nearest heading before it
    language: str  # 'sh', 'sql', 'text', …
    text: str
    line: int  # of its fence
    printed: str | None  # the text block directly after it: its output


def blocks(page: str) -> list[Block]:
    """Return the fenced blocks of a page, in order, without cog's own comments."""
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


def _command_names() -> list[str]:
    """Return the names of all commands, and of theirs: 'outlets', 'outlets list'."""
    names = []
    for name, command in sorted(cli.commands.items()):
        own = sorted(command.commands) if isinstance(command, click.Group) else []
        names += [name, *(f"{name} {each}" for each in own)]
    return names


def commands() -> str:
    """Return the help of the program and of each of its commands."""
    parts = []
    for name in ["", *_command_names()]:
        words = name.split()
        result = CliRunner().invoke(
            cli, [*words, "--help"], prog_name="twicetold", terminal_width=WIDTH
        )
        parts.append(f"## {' '.join(['twicetold', *words])}\n\n{_fenced(result.output)}")
    return "\n".join(parts)


def tables() -> str:
    """Return each table with its columns, in the words of the schema."""
    parts = [each for each in descriptions() if not each.is_view]
    return "\n".join(
        f"### {each.name}\n\n{_remark(each)}{_table(_columns(each))}" for each in parts
    )


def views() -> str:
    """Return each view with its columns and its statement."""
    return "\n".join(
        f"### {each.name}\n\n{_remark(each)}Columns: "
        + ", ".join(f"`{column.name}`" for column in each.columns)
        + f".\n\n```sql\n{each.sql}\n```\n"
        for each in descriptions()
        if each.is_view
    )


def counts() -> str:
    """Return the counts of a run, in the words of the table `runs`."""
    (runs,) = (each for each in descriptions() if each.name == "runs")
    meanings = {column.name: column.meaning for column in runs.columns}
    rows = [(name, "integer", meanings[name]) for name in twicetold.Counts._fields]
    return _table(rows, ("field", "value", ""))


def fields(kind: type) -> str:
    """Return the fields of a NamedTuple as in JSON, with the comments beside them."""
    rows = []
    for line in inspect.getsource(kind).splitlines():
        if found := re.fullmatch(r"    (\w+): ([^=#]+?)(?: = [^#]+?)?(?:  # (.*))?", line):
            comment = (found[3] or "").replace("None", "null")
            rows.append((found[1], _json_name(found[2]), comment))
    return _table(rows, ("field", "value", ""))


def column_names() -> str:
    """Return our fields, and the names that are read for them."""
    rows = [(field, ", ".join(f"`{n}`" for n in names)) for field, names in COLUMN_NAMES.items()]
    return _table(rows, ("field", "read from"))


def features() -> str:
    """Return the features of the model, with their meanings."""
    return _table(MEANINGS.items(), ("feature", "meaning"))


def library() -> str:
    """Return each public name with its signature and its description, functions first."""
    stub = Path(twicetold.__file__).with_name("__init__.pyi")
    names = [
        alias.name
        for node in ast.parse(stub.read_text("utf-8")).body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    ]
    values = {name: getattr(twicetold, name) for name in sorted(names, key=str.lower)}
    kinds = {
        "Functions": [n for n, value in values.items() if inspect.isfunction(value)],
        "Classes": [
            n for n, value in values.items() if inspect.isclass(value) and not _is_error(value)
        ],
        "Exceptions": [n for n, value in values.items() if _is_error(value)],
    }
    return "\n".join(
        f"## {kind}\n\n" + "\n".join(_entry(name, values[name]) for name in members)
        for kind, members in kinds.items()
    )


def rooms() -> str:
    """Return the rooms of the package and their imports, as a Mermaid diagram.

    An arrow is left out where a longer way leads to the same room.
    """
    needs = room_imports()
    arrows = [
        f"    {room} --> {other}"
        for room in sorted(needs)
        for other in sorted(needs[room])
        if not any(other in _reachable(needs, between) for between in needs[room] - {other})
    ]
    return "```mermaid\nflowchart TD\n" + "\n".join(arrows) + "\n```\n"


def room_imports() -> dict[str, set[str]]:
    """Return which rooms and top-level modules each room imports, anywhere in its modules."""
    package = Path(twicetold.__file__).parent
    needs: dict[str, set[str]] = {}
    for path in sorted(package.rglob("*.py")):
        parts = path.relative_to(package).with_suffix("").parts
        if parts[0].startswith("__"):
            continue
        room = needs.setdefault(parts[0], set())
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == len(parts):
                modules = [node.module] if node.module else [alias.name for alias in node.names]
                room.update(module.split(".")[0] for module in modules)
    return {room: others - {room} for room, others in needs.items()}


def answer(page: str, line: int) -> str:
    """Return the rows that the last SQL block above a line selects from the sample corpus."""
    above = [b for b in blocks(Path(page).read_text("utf-8")) if b.line < line]
    sql = next(block.text for block in reversed(above) if block.language == "sql")
    return _fenced(query(_sample(), sql))


def questions() -> str:
    """Return each question with its SQL, the answer of the sample corpus, and a remark."""
    return "\n".join(map(_answered, questions_of_package()))


def functions() -> str:
    """Return the SQL functions with their arguments and what they return."""
    rows = []
    for call, function in FUNCTIONS.items():
        words = inspect.cleandoc(function.__doc__ or "").replace("\n\n", " ").replace("\n", " ")
        rows.append((call, words))
    return _table(rows, ("function", "returns"))


def printed(page: str, line: int) -> str:
    """Return the output of the last command block above a line of a page."""
    above = [done for block, done in typed(Path(page).resolve()) if block.line < line]
    return _fenced(above[-1].stdout)


@cache
def typed(page: Path) -> list[tuple[Block, "subprocess.CompletedProcess[str]"]]:
    """Run the command blocks of a page in order, in a folder with the sample corpus."""
    folder = _fresh_folder()
    shutil.copytree(CORPUS, folder / "sample_corpus")
    chosen = [block for block in blocks(page.read_text("utf-8")) if _is_typed(block)]
    return [(block, _type(block, folder)) for block in chosen]


def query(index: Path, sql: str) -> str:
    """Return the output of `sqlite-utils query INDEX SQL --fmt simple`."""
    from sqlite_utils.cli import cli as sqlite_utils

    result = CliRunner(catch_exceptions=False).invoke(
        sqlite_utils, ["query", str(index), sql, "--fmt", "simple"]
    )
    return result.output


def _reachable(needs: dict[str, set[str]], room: str) -> set[str]:
    """Return the rooms that a room imports, directly or through others."""
    found: set[str] = set()
    todo = [room]
    while todo:
        new = needs.get(todo.pop(), set()) - found
        found |= new
        todo += new
    return found


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, Exception)


def _entry(name: str, value: object) -> str:
    """Return the heading, the signature and the description of a public name."""
    text = inspect.cleandoc(getattr(value, "__doc__", "") or "")
    if inspect.isfunction(value):
        parameters = inspect.signature(value).parameters.values()
        listed = ", ".join(_parameter(parameter) for parameter in parameters)
        return f"### {name}\n\n`{name}({listed})`\n\n{text}\n"
    methods = _methods(value) if name == "Index" else ""
    columns = fields(value) if hasattr(value, "_fields") else ""  # type: ignore[arg-type]
    return f"### {name}\n\n{text}\n" + (f"\n{columns}" if columns else "") + methods


def _parameter(parameter: inspect.Parameter) -> str:
    default = parameter.default
    if default is inspect.Parameter.empty:
        return parameter.name
    if inspect.isfunction(default):
        return f"{parameter.name}=…"
    return f"{parameter.name}={default!r}"


def _methods(value: object) -> str:
    """Return the public methods of a class, each with the first line of its description."""
    rows = []
    for name, member in vars(value).items():
        function = getattr(member, "__func__", getattr(member, "fget", member))
        if not name.startswith("_") and inspect.isfunction(function):
            rows.append(
                (name, inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " "))
            )
    return "\n" + _table(rows, ("method", "what it does"))


def _is_typed(block: Block) -> bool:
    if block.section in LEFT_OUT:
        return False
    return block.language == "python" or (block.language == "sh" and block.text.startswith(TYPED))


def _type(block: Block, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a block in a folder; `stdout` has everything that a terminal would show."""
    as_shell = ["sh", "-ec"] if block.language == "sh" else [sys.executable, "-W", "error", "-c"]
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("TWICETOLD")}
    return subprocess.run(
        [*as_shell, block.text],
        cwd=folder,
        env=clean | {"PATH": path, "PYTHONIOENCODING": "utf-8", "COLUMNS": str(WIDTH)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )


@cache
def _sample() -> Path:
    path = _fresh_folder() / "news.db"
    with twicetold.Index.open(path, create=True) as index:
        twicetold.run(index, twicetold.read_articles(CORPUS))
    return path


def _answered(question: Question) -> str:
    short = question.sql.replace("limit 100", "limit 5").replace("limit 20", "limit 5")
    sql = re.sub(r":(\w+)", lambda name: _literal(question.examples[name[1]]), short)
    answer = _fenced(query(nightly_sample(), sql))
    sentences = "\n".join(filter(None, (question.remark, question.reads)))
    remark = f"\n{sentences}\n" if sentences else ""
    return f"## {question.title}\n\n```sql\n{sql}\n```\n\n{answer}{remark}"


@cache
def nightly_sample() -> Path:
    """Return an index of the sample corpus, made by a run for each night."""
    path = _fresh_folder() / "news.db"
    with twicetold.Index.open(path, create=True) as index:
        for day in sorted(path for path in CORPUS.iterdir() if path.is_dir()):
            twicetold.run(index, twicetold.read_articles(day), now=f"{day.name}T23:59:59Z")
    return path


def _literal(value: str) -> str:
    return value if value.isdecimal() else f"'{value}'"


def _fresh_folder() -> Path:
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder)
    return Path(folder)


def _remark(described: Description) -> str:
    return f"{described.meaning}\n\n" if described.meaning else ""


def _columns(described: Description) -> list[tuple[str, str, str]]:
    """Return name, type and meaning of each column."""
    rows = []
    for column in described.columns:
        other = column.references
        means = [f"of [{other}](#{other})"] if other else []
        means += ["primary key"] if column.is_key else []
        means += [column.meaning] if column.meaning else []
        type_ = f"{column.type}{' or null' if column.may_be_null else ''}"
        rows.append((column.name, type_, "; ".join(means)))
    return rows


def _json_name(annotation: str) -> str:
    inside = re.fullmatch(r"(?:list|tuple)\[(?:\w+\.)?(\w+)(?:, \.\.\.)?\]", annotation)
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
