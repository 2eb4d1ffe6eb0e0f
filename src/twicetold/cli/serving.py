"""Commands that serve an index: to a web browser by Datasette, to an assistant by its protocol."""

import webbrowser
from pathlib import Path

import click

import twicetold

from .group import cli, tell
from .options import INDEX_FILE


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8001,
    show_default=True,
    help="Listen on this port of this machine; 0: any free one.",
)
@click.option("--open", "open", is_flag=True, help="Open it in the web browser.")
def inspect(db: Path, port: int, open: bool) -> None:
    """Show DB in the web browser: stories, articles side by side, questions in SQL.

    It is Datasette, which the extra 'datasette' installs, with pages of twicetold for stories,
    articles and pairs. Only programs on this machine reach it, and nothing can be changed by it.
    Ctrl-C ends it. `datasette news.db` shows the same, with all options of Datasette.

    \b
        twicetold inspect news.db --open
    """

    def ready(address: str) -> None:
        tell(f"{address} shows {db} (Ctrl-C ends it)")
        if open:
            webbrowser.open(address)

    twicetold.inspect(db, port=port, on_ready=ready)


@cli.command()
@click.argument("db", type=INDEX_FILE)
def mcp(db: Path) -> None:
    """Answer an assistant about DB, by the Model Context Protocol on stdin and stdout.

    An assistant starts this command by itself; its tools only read: stories, story, articles,
    article, copies, why, match, questions, tables, sql. Their answers are the JSON of the commands
    of these names; sql gives at most 200 rows. It needs the extra 'mcp'.

    \b
        twicetold mcp news.db
    """
    twicetold.serve_mcp(db)
