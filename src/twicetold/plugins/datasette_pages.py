"""Pages in Datasette: stories, articles and pairs by the templates of the report, and charts.

They stand at the addresses of Datasette's own rows: /news/stories/43, /news/articles/81. Each reads
the index by the library, in a thread. Start reading at `routes`.
"""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from importlib.metadata import version
from typing import Any
from urllib.parse import quote, urlencode

from ..errors import NotFoundError, TwicetoldError
from ..index import Index, articles
from ..queries import coverage
from ..queries.diff import diff
from ..queries.full_article import full_article
from ..queries.statistics import statistics
from ..queries.story import full_story
from ..report.formats import as_json
from ..report.pages import Renderer
from ..report.safe_text import printable_values

# what a page shows; who may not see these, may not see it
_READ_TABLES = ("stories", "articles", "links")

STYLE = "/-/twicetold.css"
_STYLE = """
.rows-and-columns td.col-title, .rows-and-columns td.type-str.col-title { min-width: 22em; }
td.col-published, td.col-first_published, td.col-last_published { white-space: nowrap; }
.twicetold input { display: inline-block; float: none; width: auto; margin-right: .5em; }
/* enough contrast */
form input[type=submit], form button, form button[type=button] { color: #fff; background: #0b57a4;
  border-color: #0b57a4; }
.twicetold label { width: auto; }
.twicetold input[type=search] { width: 22em; }
.twicetold li { margin-bottom: .3em; }
"""

# what a screen reader needs, where Datasette 0.65 has none
SCRIPT = """
document.documentElement.lang = document.documentElement.lang || "en";
const nameFields = () => document.querySelectorAll("select, textarea, input").forEach(field => {
  if (field.labels && !field.labels.length && !field.ariaLabel && !/hidden|submit/.test(field.type))
    field.ariaLabel = field.name.replaceAll("_", " ").trim() || "SQL";
});
nameFields();
addEventListener("load", nameFields);
"""

Answer = tuple[str, Any]  # the page, and what it was made from


class Addresses:
    """Where pages are in Datasette; `root` is the address of the database, '/news'."""

    def __init__(self, root: str, title: str) -> None:
        self.root, self.title = root, title
        self.version = version("twicetold")
        self.feed = ""
        self.made_from = f"the database {title}"
        self.nav: Sequence[tuple[str, str]] = (
            (title, root),
            ("Stories", f"{root}/story_overview"),
            ("Reports", f"{root}/story_reports"),
            ("Copies", f"{root}/copies"),
            ("In numbers", f"{root}/-/numbers"),
        )

    def story_page(self, number: int) -> str:
        """Return the page of a story: its row in Datasette."""
        return f"{self.root}/stories/{number}"

    def has_story(self, number: int) -> bool:
        """Every story has a page."""
        return True

    def json_page(self, number: int) -> str:
        """Return the JSON of a story, as of `twicetold show --full --json`."""
        return f"{self.root}/-/story/{number}.json"

    def pair_page(self, one: int, other: int) -> str:
        """Return the page of two articles side by side."""
        return f"{self.root}/-/pair/{one}/{other}"

    def article_page(self, article: int) -> str:
        """Return the page of an article: its row in Datasette."""
        return f"{self.root}/articles/{article}"

    def outlet_page(self, name: str) -> str:
        """Return the reports of an outlet, as Datasette lists them."""
        given = urlencode({"outlet": name, "_sort_desc": "published"}, quote_via=quote)
        return f"{self.root}/story_reports?{given}"


def style_route() -> tuple[str, Callable[..., Any]]:
    """Return the address of the style of Datasette's own pages, and what answers it."""

    async def view() -> Any:
        from datasette.utils.asgi import Response

        return Response(_STYLE, content_type="text/css; charset=utf-8")

    return f"^{STYLE}$", view


def routes(name: str, path: str) -> list[tuple[str, Callable[..., Any]]]:
    """Return the addresses of the pages of one database, and what shows them."""
    root = f"/{_tilde_encoded(name)}"
    shown: list[tuple[str, Callable[..., Answer]]] = [
        (r"/stories/(?P<story>\d{1,18})", _story),
        (r"/-/story/(?P<story>\d{1,18})", _story),
        (r"/articles/(?P<article>\d{1,18})", _article),
        (r"/-/article/(?P<article>\d{1,18})", _article),
        (r"/-/pair/(?P<one>\d{1,18})/(?P<other>\d{1,18})", _pair),
        (r"/-/numbers", _numbers),
    ]
    return [(_pattern(root, address), _view(name, path, read)) for address, read in shown]


def _pattern(root: str, address: str) -> str:
    """Return the pattern of an address; those with /-/ have JSON, too, others are rows."""
    form = r"(?P<form>\.json)?" if address.startswith("/-/") else ""
    return f"^{re.escape(root)}{address}{form}$"


def _view(name: str, path: str, read: Callable[..., Answer]) -> Callable[..., Any]:
    """Return a view of Datasette that shows one kind of page of a database."""

    async def view(datasette: Any, request: Any) -> Any:
        from datasette.utils.asgi import NotFound, Response

        if request.method not in ("GET", "HEAD"):
            return Response.text("only GET and HEAD are allowed", status=405)
        await check_permission(datasette, request.actor, name)
        given = dict(request.url_vars)
        form = given.pop("form", None)
        root = datasette.urls.database(name)
        numbers = {key: int(value) for key, value in given.items()}
        try:
            page, record = await asyncio.to_thread(_read, path, read, numbers, root, name)
        except NotFoundError as error:
            raise NotFound(error.finding) from None
        except TwicetoldError as error:
            return Response.text(error.finding, status=400)
        if form:
            body = json.dumps(as_json(record), ensure_ascii=False, indent=1)
            return Response(body, content_type="application/json; charset=utf-8")
        return Response.html(page)

    return view


def _read(
    path: str, read: Callable[..., Answer], numbers: dict[str, int], root: str, name: str
) -> Answer:
    with Index.open_to_read(path) as index:
        return read(index, Renderer(Addresses(root, name)), **numbers)


def _story(index: Index, pages: Renderer, story: int) -> Answer:
    full = full_story(index, story)
    missing = {
        kind: each.missing
        for kind in coverage.kinds(index)
        for each in coverage.coverage(index, full.story.story, by=kind)
    }
    return pages.story(printable_values(full), printable_values(missing)), full


def _article(index: Index, pages: Renderer, article: int) -> Answer:
    full = full_article(index, article)
    return pages.article(full), full


def _pair(index: Index, pages: Renderer, one: int, other: int) -> Answer:
    answer = diff(index, one, other)
    stories = {articles.story_of(index.connection, each) for each in (one, other)}
    number = stories.pop() if len(stories) == 1 else None
    return pages.pair(printable_values(answer), number), answer


def _numbers(index: Index, pages: Renderer) -> Answer:
    numbers = statistics(index)
    return pages.numbers(printable_values(numbers)), numbers


async def check_permission(datasette: Any, actor: Any, database: str) -> None:
    """Raise Forbidden if Datasette's rules hide the tables that our pages and questions show."""
    if hasattr(datasette, "ensure_permissions"):  # before 1.0
        for table in _READ_TABLES:
            await datasette.ensure_permissions(
                actor,
                [("view-table", (database, table)), ("view-database", database), "view-instance"],
            )
        return
    from datasette.resources import TableResource

    for table in _READ_TABLES:
        resource = TableResource(database=database, table=table)
        await datasette.ensure_permission(action="view-table", resource=resource, actor=actor)


def _tilde_encoded(name: str) -> str:
    from datasette.utils import tilde_encode

    return str(tilde_encode(name))
