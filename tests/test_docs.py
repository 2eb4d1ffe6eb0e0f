"""What is documented is what is there: generated parts, commands and questions as they are typed.

Each page is worked through in a folder of its own in which the sample corpus lies. Of what is
printed, every line is compared.
"""

import importlib
import re
import sys
from pathlib import Path

import click
import pytest

from twicetold.cli import cli
from twicetold.index.questions import questions

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])

sys.path.append(str(ROOT / "docs"))
generate = importlib.import_module("generate")


def blocks(page):
    return [block for block in generate.blocks(page.read_text("utf-8")) if block.language]


def lines(text):
    return [line.rstrip() for line in text.rstrip().splitlines()]


@pytest.mark.slow
def test_generated_parts_are_up_to_date(capsys):
    cogapp = pytest.importorskip("cogapp", reason="is in the extra 'dev'")
    generated = [page for page in PAGES if "[[[cog" in page.read_text("utf-8")]

    exit_code = cogapp.Cog().main(["cog", "--check", "--diff", *map(str, generated)])

    assert [page.name for page in generated] == [
        "architecture.md",
        "cli.md",
        "formats.md",
        "library.md",
        "schema.md",
        "sql.md",
    ]
    assert exit_code == 0, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_typed_in_order_print_what_is_shown_below_them(page):
    for block, done in generate.typed(page):
        assert done.returncode == 0, f"{page.name}:{block.line}: {done.stdout}"
        if block.printed is not None:
            assert lines(done.stdout) == lines(block.printed), f"{page.name}:{block.line}"


QUESTIONS = [
    (page.name, block)
    for page in PAGES
    for block in blocks(page)
    if block.language == "sql" and not block.text.startswith("create ")
]


@pytest.mark.parametrize(
    ("page", "block"), QUESTIONS, ids=[f"{name}:{b.line}" for name, b in QUESTIONS]
)
def test_each_sql_question_gives_the_answer_shown_below_it(page, block, sample):
    index = generate.nightly_sample() if page == "sql.md" else sample

    assert lines(generate.query(index, block.text)) == lines(block.printed or "")


def test_all_questions_are_answered():
    answered = [name for name, block in QUESTIONS if block.printed]

    assert answered.count("sql.md") == len(questions()) >= 20


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_help_of_a_command_has_an_example(name):
    page = (ROOT / "docs" / "cli.md").read_text("utf-8")

    assert re.search(rf"^ +twicetold {name} ", cli.commands[name].help or "", re.M)
    assert f"\n## twicetold {name}\n" in page


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_the_environment_calls_an_option_as_the_command_line_does(name):
    options = [one for one in cli.commands[name].params if isinstance(one, click.Option)]

    assert [option.name for option in options] == [
        max(option.opts, key=len).removeprefix("--").replace("-", "_") for option in options
    ]


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target, anchor in re.findall(r"\]\(([\w./]*)#?([\w-]*)\)", page.read_text("utf-8")):
            there = (page.parent / target) if target else page
            assert there.exists(), f"{page.name}: {target}"
            headings = re.findall(r"^#+ (.+)$", there.read_text("utf-8"), re.M) if anchor else []
            slugs = [heading.lower().replace(" ", "-").replace(",", "") for heading in headings]
            assert not anchor or anchor in slugs, f"{page.name}: {target}#{anchor}"
