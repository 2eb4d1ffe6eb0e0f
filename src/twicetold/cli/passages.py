"""The command about passages that report nothing: furniture."""

import sys
from pathlib import Path

import click

import twicetold

from ..report import formats
from .group import cli, tell
from .options import INDEX_FILE, output_options, wait_option
from .reporting import show_progress


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--add", metavar="PASSAGE", help="Say that PASSAGE is furniture.")
@click.option("--text", metavar="PASSAGE", help="Say that a listed PASSAGE is text of reports.")
@click.option("--undo", metavar="PASSAGE", help="Undo a manual entry for PASSAGE.")
@click.option("--by", default="", help="Who says so.")
@click.option("--note", default="", help="Why.")
@wait_option
@output_options
def furniture(
    db: Path,
    add: str | None,
    text: str | None,
    undo: str | None,
    by: str,
    note: str,
    wait: int,
    output: formats.Output,
) -> None:
    """List the passages of bodies that report nothing: consent walls, stubs, boxes, footers.

    A passage is furniture if it stands under several titles that have nothing in common and share
    no words with it. Articles are compared without their furniture; one that has nothing else is a
    headline. --add names a passage by hand, and --text marks a listed passage as article text
    again: its first words are enough. The articles that can still change are clustered
    again; settled stories change by `twicetold rebuild`.

    \b
        twicetold furniture news.db
        twicetold furniture news.db --add 'Sign up for our daily newsletter' --by desk
        twicetold furniture news.db --text 'The terms of the truce'
    """
    if sum(option is not None for option in (add, text, undo)) > 1:
        raise click.UsageError("--add, --text and --undo are three commands: give one")
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        if add is not None or text is not None:
            passage, is_text = (add, False) if add is not None else (text, True)
            twicetold.name_furniture(
                index, passage or "", is_text=is_text, by=by, note=note, progress=show_progress
            )
        elif undo is not None:
            twicetold.unname_furniture(index, undo, progress=show_progress)
        rows = twicetold.furniture(index)
    formats.write_rows(rows, output, sys.stdout)
    if not rows:
        tell("no passage is furniture")
