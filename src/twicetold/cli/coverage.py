"""The command about who does not report a story."""

import sys
from pathlib import Path
from typing import Any

import click

import twicetold

from ..report import formats
from .group import cli
from .options import INDEX_FILE, TimePrefix, limit_option, output_options
from .reporting import one_more, tell_pending, write_first


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("story", type=int, required=False)
@click.option(
    "--by",
    default="outlet",
    show_default=True,
    metavar="KIND",
    help="Compare outlets, or groups of them: owner, or a further field of a file about outlets.",
)
@click.option("--missing", default="", metavar="NAME", help="Only what this one does not report.")
@click.option("--shares", is_flag=True, help="A row for each outlet or group, and no stories.")
@click.option("--since", type=TimePrefix(), default="", help="With a report at or after this time.")
@click.option("--until", type=TimePrefix(), default="", help="With a report at or before it.")
@click.option(
    "--min-outlets",
    type=click.IntRange(1, 10**9),
    default=2,
    show_default=True,
    help="Reported by at least this many outlets.",
)
@limit_option
@output_options
def coverage(
    db: Path,
    story: int | None,
    by: str,
    missing: str,
    shares: bool,
    since: str,
    until: str,
    min_outlets: int,
    limit: int,
    output: formats.Output,
) -> None:
    """List the stories of DB that some outlets do not report though others do.

    An outlet is missing only if it published between the day of the first report and the day after
    the last. With STORY, who reports this one, and who does not. Which groups an outlet belongs to,
    such as its country, is told by `twicetold run --outlets FILE`.

    \b
        twicetold coverage news.db --missing 'Le Monde'
        twicetold coverage news.db 43
        twicetold coverage news.db --shares
        twicetold coverage news.db --by country --min-outlets 3
    """
    if shares and (story is not None or missing):
        raise click.UsageError("--shares is about all stories: leave out STORY and --missing")
    if story is not None and missing:
        raise click.UsageError("--missing is about all stories: leave it or STORY out")
    which: dict[str, Any] = {"by": by, "since": since, "until": until, "min_outlets": min_outlets}
    with twicetold.Index.open(db) as index:
        if shares:
            formats.write_rows(twicetold.coverage_shares(index, **which), output, sys.stdout)
        else:
            rows = twicetold.coverage(index, story, missing=missing, limit=one_more(limit), **which)
            write_first(rows, limit, output)
        tell_pending(index)
