"""Questions that people ask an index, each with its SQL: one file of `questions/` for each."""

import re
from functools import cache
from importlib.resources import files
from sqlite3 import Connection
from typing import NamedTuple

_FOLDER = files("twicetold") / "index" / "questions"


class Question(NamedTuple):
    """A question, what to know about its answer, and the SQL that answers it."""

    name: str  # 'who_copies'
    title: str  # 'Who copies whom, and how fast?'
    remark: str  # sentences in Markdown; '' if none
    reads: str  # how much it reads, if that is a whole table or so: 'Reads all copies.'
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
    words = "\n".join(c for c in comments[1:] if c[:1] != ":").strip()
    remark, reads, much = words.partition("Reads ")
    return Question(name, comments[0], remark.strip(), reads + much, sql, examples)


def typical_values(db: Connection) -> dict[str, str]:
    """Return values of an index for the parameters of questions; none if it has no story."""
    row = db.execute(
        "select story, lead_article_id, stories.title, substr(stories.first_published, 1, 10),"
        " coalesce("
        "  (select name from copy_groups join articles as origin on origin.id = origin_article_id"
        "   join outlets on outlets.id = outlet_id"
        "   group by name order by count(*) desc, name limit 1),"
        "  (select name from articles join outlets on outlets.id = outlet_id"
        "   where story_id = story order by name limit 1)),"
        " (select max(id) from runs where finished is not null)"
        " from story_overview join stories on stories.id = story limit 1"
    ).fetchone()
    if row is None:
        return {}
    story, article, title, day, outlet, run = map(str, row)
    words = max(re.findall(r"\w+", title) or [title], key=len)
    return {
        "story": story,
        "article": article,
        "text": title,
        "day": day,
        "outlet": outlet,
        "run": run,
        "words": words,
    }
