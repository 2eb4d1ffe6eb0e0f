"""Keeping an index in order: checks, takedowns, pruning."""

import sys
from pathlib import Path

import click

import twicetold

from ..report import cards as card
from ..report import formats
from .group import cli
from .options import INDEX_FILE, Since, output_options, progress, wait_option


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--repair", is_flag=True, help="Mend what is safe to mend.")
@wait_option
@output_options
def check(db: Path, repair: bool, wait: int, output: formats.Output) -> None:
    """Check that DB is sound: SQLite's own tests, and what must hold in every index.

    Counts are made again, and signatures from the texts. --repair mends counts, copy groups,
    signatures and the text search; an article whose story is in doubt waits for the next run.
    Ends with 1 when something is left that is wrong.

    \b
        twicetold check news.db
        twicetold check news.db --repair
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        found = twicetold.check(index, repair=repair, stage=progress)
    formats.write(found, output, sys.stdout)
    if any(row.broken and not row.repaired for row in found):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article")
@click.option("--note", default="", help="Why, to be kept with the tombstone.")
@wait_option
@output_options
def remove(db: Path, article: str, note: str, wait: int, output: formats.Output) -> None:
    """Take an ARTICLE of DB down: its text, versions, signature and search entries.

    ARTICLE is its id, key or url. Stories and copy groups become what they would be without it; a
    tombstone, a hash of its key, keeps it from coming back with the next feed.

    \b
        twicetold remove news.db https://example.org/2026/02/a-name --note 'court order 12/26'
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        done = twicetold.remove(index, article, note=note, stage=progress)
    told = card.removed(done)
    formats.write_answer(done, [done], lambda: told, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--before",
    type=Since(),
    required=True,
    help="Stories last heard of before this UTC time: 2025-01-01",
)
@click.option(
    "--keep-signatures", is_flag=True, help="Only the texts go; later copies are still recognised."
)
@wait_option
@output_options
def prune(db: Path, before: str, keep_signatures: bool, wait: int, output: formats.Output) -> None:
    """Delete old, settled stories from DB with their articles, and give their room back.

    Whole stories go; one that was heard of since stays as it is. Copies of what is gone are not
    recognised any more, and a source that still has it brings it back.

    With --keep-signatures only their texts go, older versions too: titles, times, addresses,
    stories, links and signatures stay. A later copy is recognised by its signature alone, if it is
    nearly whole; a source that still has the text does not bring it back.

    \b
        twicetold prune news.db --before 2025-01-01
        twicetold prune news.db --before 2026-01-01 --keep-signatures
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        gone = twicetold.prune(index, before, keep_signatures=keep_signatures)
    told = card.pruned(gone, texts_alone=keep_signatures)
    formats.write_answer(gone, [gone], lambda: told, output, sys.stdout)
