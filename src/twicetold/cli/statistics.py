"""The command that shows an index in numbers."""

import sys
from pathlib import Path

import click

import twicetold

from ..report import formats, statistics_charts
from .group import cli
from .options import INDEX_FILE, TimePrefix, output_options

_TABLES = ("probabilities", "periods", "outlet_pairs", "lags")


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("what", type=click.Choice(_TABLES), required=False, metavar="[TABLE]")
@click.option("--since", type=TimePrefix(), default="", help="Published at or after this UTC time.")
@click.option("--until", type=TimePrefix(), default="", help="Published at or before it.")
@output_options
def statistics(db: Path, what: str | None, since: str, until: str, output: formats.Output) -> None:
    """Show DB in numbers: how sure links are, stories by day, outlets side by side, lags of copies.

    TABLE is one of probabilities, periods, outlet_pairs and lags, for which there is CSV, too.
    `twicetold report` draws the four as charts (numbers.html).

    \b
        twicetold statistics news.db
        twicetold statistics news.db lags --csv
    """
    with twicetold.Index.open(db) as index:
        answer = twicetold.statistics(index, since=since, until=until)
    if what is not None:
        formats.write_rows(getattr(answer, what), output, sys.stdout)
        return
    if output.format not in ("table", "json"):
        raise click.UsageError(f"--{output.format} needs a TABLE: {', '.join(_TABLES)}")
    formats.write_answer(answer, [], statistics_charts.statistics_card, output, sys.stdout)
