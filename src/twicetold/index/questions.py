"""Questions that people ask an index, each with its SQL: one file of `questions/` for each."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_FOLDER = files("twicetold") / "index" / "questions"


class Question(NamedTuple):
    """A question, what to know about its answer, and the SQL that answers it."""

    name: str  # 'who_copies'
    title: str  # 'Who copies whom, and how fast?'
    remark: str  # sentences in Markdown; '' if none
    sql: str  # with parameters such as :outlet
    examples: dict[str, str]  # a value for each parameter, about the sample corpus


@cache
def questions() -> tuple[Question, ...]:
    """Return all questions, in the order in which people come to ask them."""
    names = sorted(file.name for file in _FOLDER.iterdir() if file.name.endswith(".sql"))
    return tuple(_read(name[3:-4], (_FOLDER / name).read_text("utf-8")) for name in names)


def _read(name: str, text: str) -> Question:
    """Return the question of a file: comments, of which ':name value' are parameters, then SQL."""
    lines = text.splitlines()
    comments = [line.removeprefix("--").strip() for line in lines if line.startswith("--")]
    sql = "\n".join(line for line in lines if not line.startswith("--"))
    examples = dict(re.fullmatch(r":(\w+) (.+)", c).groups() for c in comments if c[:1] == ":")  # type: ignore[union-attr, misc]
    remark = "\n".join(c for c in comments[1:] if c[:1] != ":").strip()
    return Question(name, comments[0], remark, sql, examples)
