"""The commands about outlets: their list, and which names are one outlet."""

import sys
from pathlib import Path

import click

import twicetold

from ..report import formats, run_cards
from .group import Command, cli
from .options import INDEX_FILE, output_options, wait_option
from .reporting import show_progress


class Outlets(click.Group):
    """A group whose own command is `list`: `twicetold outlets DB` lists."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse words; those that begin with no command are for `list`."""
        if "--help" in args[:1] or "-h" in args[:1] or (args[:1] and args[0] in self.commands):
            return super().parse_args(ctx, args)
        return super().parse_args(ctx, ["list", *args])


@cli.group(cls=Outlets)
def outlets() -> None:
    """List the outlets of DB, or say which of them are one.

    Sources write an outlet in many ways. Names that say the same are one outlet by themselves: 'The
    Guardian', 'Guardian', 'theguardian.com', and the feed 'World news | The Guardian' of that host.
    Other names are made one by hand, or by a file: `twicetold run --outlets FILE`.

    \b
        twicetold outlets news.db
        twicetold outlets merge news.db 'LA Times' --into 'Los Angeles Times'
        twicetold outlets rename news.db CNA 'Channel NewsAsia'
        twicetold outlets undo news.db 'LA Times'
    """


@outlets.command("list")
@click.argument("db", type=INDEX_FILE)
@output_options
def list_(db: Path, output: formats.Output) -> None:
    """List the outlets of DB, those with most articles first.

    \b
        twicetold outlets news.db --csv
    """
    with twicetold.Index.open(db) as index:
        formats.write_rows(twicetold.outlets(index), output, sys.stdout)


@outlets.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--into", required=True, metavar="NAME", help="The outlet to merge them into.")
@wait_option
@output_options
def merge(db: Path, names: tuple[str, ...], into: str, wait: int, output: formats.Output) -> None:
    """Merge outlets of DB into one, now and in every later run.

    Stories count it once. The articles that can still change are clustered again.

    \b
        twicetold outlets merge news.db 'LA Times' LATIMES --into 'Los Angeles Times'
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        counts = twicetold.merge_outlets(index, names, into, progress=show_progress)
    formats.write_answer(counts, [counts], run_cards.clustered_card, output, sys.stdout)


@outlets.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("outlet", metavar="NAME")
@click.argument("name", metavar="NEW")
@wait_option
def rename(db: Path, outlet: str, name: str, wait: int) -> None:
    """Give an outlet of DB another name; sources may go on calling it as before.

    \b
        twicetold outlets rename news.db CNA 'Channel NewsAsia'
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        twicetold.rename_outlet(index, outlet, name)


@outlets.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("name", metavar="NAME")
@wait_option
@output_options
def undo(db: Path, name: str, wait: int, output: formats.Output) -> None:
    """Undo a merge, or a new name.

    \b
        twicetold outlets undo news.db 'LA Times'
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        counts = twicetold.undo_outlet(index, name, progress=show_progress)
    formats.write_answer(counts, [counts], run_cards.clustered_card, output, sys.stdout)
