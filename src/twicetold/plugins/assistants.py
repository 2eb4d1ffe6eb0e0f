"""An index for assistants and scripts, by the Model Context Protocol. Start at `serve_mcp`.

All tools read only. Each answers with the JSON that the command line prints with --json.
"""

import functools
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..article import Article
from ..errors import TwicetoldError, missing_extra
from ..index import Index
from ..index.descriptions import descriptions
from ..index.questions import questions as all_questions
from ..queries import lists
from ..queries.full_article import full_article
from ..queries.match import match as match_article
from ..queries.story import full_story
from ..queries.story import story as read_story
from ..queries.why import why as explain
from ..report.formats import as_json
from .limited_sql import answer_sql

if TYPE_CHECKING:
    from mcp.server import MCPServer

_MOST_ROWS = 200
_MOST_SECONDS = 5.0
_ABOUT = """News reports, grouped by the event that they report. A story is all reports of one
event; a copy took over another report's text. Numbers of stories and articles come from `stories`,
`articles` and `copies`. Times are UTC. Stories and copies were found by a program, which can be
wrong: `why` shows the evidence, and `certainty` says which stories may be more than one event."""


def serve_mcp(path: str | Path) -> None:
    """Answer an assistant on stdin and stdout, by the Model Context Protocol, until it leaves.

    Raises NoIndexError, and TwicetoldError if the extra 'mcp' is missing.
    """
    with Index.open(path):  # an older one is brought up to date
        pass
    mcp_server(path).run("stdio")


def mcp_server(path: str | Path) -> "MCPServer":
    """Return the server of an index, with its tools. Raises TwicetoldError without the extra."""
    try:
        from mcp.server import MCPServer
        from mcp.server.mcpserver.exceptions import ToolError
        from mcp.types import ToolAnnotations
    except ImportError as error:
        raise missing_extra("mcp", "the Model Context Protocol", "mcp") from error
    server = MCPServer("twicetold", instructions=_ABOUT, version=version("twicetold"))
    reads = ToolAnnotations(read_only_hint=True, open_world_hint=False)
    for tool in Tools(Path(path)).all():
        server.tool(annotations=reads)(_telling(tool, ToolError))
    return server


def _telling(tool: Callable[..., Any], error_class: type[Exception]) -> Callable[..., Any]:
    """Return a tool whose errors reach the assistant as sentences."""

    @functools.wraps(tool)
    def telling(**given: Any) -> Any:
        try:
            return tool(**given)
        except TwicetoldError as error:
            raise error_class(str(error)) from None

    return telling


class Tools:
    """The tools of an index; their docstrings are what an assistant reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def all(self) -> list[Callable[..., Any]]:
        """Return all tools."""
        return [
            self.stories,
            self.articles,
            self.copies,
            self.story,
            self.article,
            self.why,
            self.match,
            self.questions,
            self.tables,
            self.sql,
        ]

    def stories(
        self,
        search: str = "",
        since: str = "",
        until: str = "",
        outlet: str = "",
        lang: str = "",
        min_outlets: int = 1,
        sort: str = "",
        limit: int = 20,
    ) -> list[dict[str, Any]]:
        """List stories, the most widely reported first; with `search`, the most relevant.

        `search` is words: all must occur; "in quotes" is a phrase, OR and -word work. `since` and
        `until` are days or times, '2026-02-05'. `sort` is outlets, newest, oldest, articles or
        uncertain.
        """
        with Index.open_to_read(self.path) as index:
            rows = lists.stories(
                index,
                search=search,
                since=since,
                until=until,
                outlet=outlet,
                lang=lang,
                min_outlets=min_outlets,
                sort=sort,
                limit=_bounded(limit),
            )
        return [as_json(row) for row in rows]

    def articles(
        self,
        search: str = "",
        since: str = "",
        until: str = "",
        outlet: str = "",
        lang: str = "",
        sort: str = "",
        limit: int = 20,
    ) -> list[dict[str, Any]]:
        """List articles without their texts, the newest first; with `search`, the most relevant.

        The arguments are those of `stories`; `sort` is newest, oldest, words or outlet.
        """
        with Index.open_to_read(self.path) as index:
            rows = lists.articles(
                index,
                search=search,
                since=since,
                until=until,
                outlet=outlet,
                lang=lang,
                sort=sort,
                limit=_bounded(limit),
            )
        return [as_json(row) for row in rows]

    def copies(
        self, outlet: str = "", by: str = "", since: str = "", sort: str = "", limit: int = 20
    ) -> list[dict[str, Any]]:
        """List who took over whose text: `outlet` is the source, `by` the copying outlet.

        `sort` is newest, oldest, share (the most text first) or hours (the fastest first).
        """
        with Index.open_to_read(self.path) as index:
            rows = lists.list_copies(
                index, outlet=outlet, by=by, since=since, sort=sort, limit=_bounded(limit)
            )
        return [as_json(row) for row in rows]

    def story(self, story: int, full: bool = False) -> dict[str, Any]:
        """Show one story: key points with the outlets that report them, differences, reports.

        With `full`, also what single outlets report, quotations and copied passages.
        """
        with Index.open_to_read(self.path) as index:
            answer = as_json((full_story if full else read_story)(index, story))
        return dict(answer)

    def article(self, article: int) -> dict[str, Any]:
        """Show one article with its text, its source if it is a copy, and articles like it."""
        with Index.open_to_read(self.path) as index:
            return dict(as_json(full_article(index, article)))

    def why(self, a: int, b: int) -> dict[str, Any]:
        """Show the evidence for and against two articles reporting one event, by feature."""
        with Index.open_to_read(self.path) as index:
            return dict(as_json(explain(index, a, b)))

    def match(self, title: str, body: str = "", day: str = "") -> dict[str, Any]:
        """Find the story that a new text belongs to, and the article that it copies; store nothing.

        It is compared with the news of `day`, '2026-02-05'; without it, with today's.
        """
        draft = Article(outlet="-", title=title, body=body)
        with Index.open_to_read(self.path) as index:
            return dict(as_json(match_article(index, draft, now=day or None)[0]))

    def questions(self) -> list[dict[str, str]]:
        """List questions with the SQL that answers them, to be changed and given to `sql`."""
        return [
            {
                "question": each.title,
                "sql": each.sql,
                "remark": each.remark,
                "reads": each.reads,
            }
            for each in all_questions()
        ]

    def tables(self) -> list[dict[str, Any]]:
        """Describe the tables and views of the index for `sql`, with their columns."""
        return [
            {
                "name": each.name,
                "meaning": each.meaning,
                "columns": {column.name: column.meaning for column in each.columns},
            }
            for each in descriptions()
        ]

    def sql(self, query: str) -> dict[str, Any]:
        """Answer one select statement: at most 200 rows, within 5 seconds, long texts cut.

        `tables` describes what there is; most questions begin with the views story_overview,
        story_reports and copies.
        """
        return answer_sql(self.path, query, _MOST_ROWS, _MOST_SECONDS)


def _bounded(limit: int) -> int:
    return min(max(limit, 1), _MOST_ROWS)
