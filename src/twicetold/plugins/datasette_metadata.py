"""What Datasette is told about an index: words, facets, what is hidden, questions.

It is in the form of Datasette's own metadata file. Start reading at `metadata_of`.
"""

import html
import re
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ..errors import TwicetoldError
from ..index import Index
from ..index.descriptions import Description, descriptions
from ..index.questions import Question, questions, typical_values

# what people look at; the other tables are machinery, which "show hidden" lists
_SHOWN: dict[str, dict[str, Any]] = {
    "stories": {
        "facets": ["languages", "outlets"],
        "sort_desc": "outlets",
        "label_column": "title",
    },
    "articles": {
        "facets": ["outlet_id", "lang"],
        "sort_desc": "published",
        "label_column": "title",
        "size": 50,
    },
    "outlets": {"label_column": "name"},
    "links": {"facets": ["kind"], "size": 50},
    "copy_groups": {"facets": ["agency"]},
    "decisions": {},
    "versions": {},
    "runs": {"sort_desc": "id"},
    "rejections": {"facets": ["field", "stage"]},
    "furniture": {},
    "story_overview": {"facets": ["languages", "outlets", {"date": "first_published"}]},
    "story_reports": {
        "facets": ["outlet", "lang", {"date": "published"}],
        "fts_table": "articles_fts",
        "fts_pk": "article",
        "sort_desc": "published",
        "size": 50,
    },
    "copies": {"facets": ["outlet", "copying_outlet"], "size": 50},
    "outlet_pairs": {},
    "threads": {},
    "stale_copies": {},
    "changes": {"facets": ["event"]},
    "nightly": {},
}
_ABOUT = (
    "<p>News reports, grouped by the event that they report. A <em>story</em> is all reports of one"
    " event; a <em>copy</em> took over another report's text.</p>"
)


def is_current_index(path: str | Path) -> bool:
    """Whether a file is an index of this version, so that its pages can be shown."""
    try:
        Index.open_to_read(path).close()
    except (TwicetoldError, sqlite3.Error):
        return False
    return True


def metadata_of(root: str) -> dict[str, Any]:
    """Return the words and facets of a database; `root` is its address, '/news'."""
    return {
        "description_html": f'<div class="twicetold">{_ABOUT}{_links(root)}</div>',
        "tables": {each.name: _table(each) for each in descriptions()},
    }


def queries_of(path: str | Path) -> dict[str, Any]:
    """Return the questions as queries of Datasette, each with values of the index in a file."""
    with Index.open_to_read(path) as index:
        examples = typical_values(index.connection)
    return {each.name: _query(each, examples) for each in questions()}


def _table(described: Description) -> dict[str, Any]:
    columns = {each.name: each.meaning for each in described.columns if each.meaning}
    given = _SHOWN.get(described.name, {"hidden": True})
    return {"description": described.meaning, "columns": columns} | given


def _query(question: Question, examples: dict[str, str]) -> dict[str, Any]:
    """Return a question as a query of Datasette, with a link to an answer from this index."""
    remark = _as_html(question.remark)
    values = {name: examples.get(name, value) for name, value in question.examples.items()}
    if values:
        words = ", ".join(f"{name} {value}" for name, value in values.items())
        remark += f'<p>For example: <a href="?{html.escape(urlencode(values))}">'
        remark += f"{html.escape(words)}</a></p>"
    shown = {"title": question.title, "description_html": remark}
    return {**shown, "sql": question.sql, "hide_sql": True}


def _as_html(remark: str) -> str:
    """Return sentences in Markdown as HTML."""
    text = re.sub("`(.+?)`", r"<code>\1</code>", html.escape(remark))
    return f"<p>{text}</p>" if text else ""


def _links(root: str) -> str:
    """Return the ways into an index, as HTML."""
    ways = [
        (f"{root}/story_overview", "Stories, the most widely reported first"),
        (f"{root}/story_reports", "Reports, with a search"),
        (f"{root}/copies", "Copies, and how much of them is copied"),
        (f"{root}/outlet_pairs", "Who copies whom"),
        (f"{root}/-/numbers", "In numbers: outlets side by side, stories by day"),
    ]
    items = "".join(f'<li><a href="{html.escape(href)}">{text}</a></li>' for href, text in ways)
    search = (
        f'<form action="{html.escape(root)}/story_reports"><label>Search reports '
        '<input type="search" name="_search"></label>'
        ' <input type="submit" value="Search"></form>'
    )
    return f"<ul>{items}</ul>{search}"
