"""Commands that maintain an index: check, remove, prune, backup."""

import sys
from functools import partial
from pathlib import Path

import click

import twicetold

from ..report import formats, run_cards
from ..report.safe_text import printable
from .group import cli
from .options import INDEX_FILE, TimePrefix, output_options, wait_option
from .reporting import show_progress


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--repair", is_flag=True, help="Repair what is safe to repair.")
@wait_option
@output_options
def check(db: Path, repair: bool, wait: int, output: formats.Output) -> None:
    """Check that DB is sound: SQLite's own tests, and the rules that hold in every index.

    Counts are compared with the articles, signatures with the texts. --repair repairs counts, copy
    groups, signatures and the text search; an article whose story is in doubt is clustered again by
    the next run. Furniture that was learned after its stories were settled is told; it is no
    damage. The exit code is 1 if something is still broken.

    \b
        twicetold check news.db
        twicetold check news.db --repair
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        rows = twicetold.check(index, repair=repair, progress=show_progress)
    formats.write_rows(rows, output, sys.stdout)
    if any(row.is_damage for row in rows):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article")
@click.option("--note", default="", help="Why; stored with the tombstone.")
@wait_option
@output_options
def remove(db: Path, article: str, note: str, wait: int, output: formats.Output) -> None:
    """Remove an ARTICLE from DB: its text, versions, signature and words in the text search.

    ARTICLE is its id, key or url. Stories and copy groups become what they would be without it. A
    tombstone, a hash of its key, keeps it from coming back with the next feed.

    \b
        twicetold remove news.db https://example.org/2026/02/a-name --note 'court order 12/26'
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        counts = twicetold.remove(index, article, note=note, progress=show_progress)
    formats.write_answer(counts, [counts], run_cards.removed_card, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--before",
    type=TimePrefix(),
    required=True,
    help="Delete stories last published before this UTC time: 2025-01-01, 30d (days ago)",
)
@click.option(
    "--keep-signatures", is_flag=True, help="Delete only texts; recognise later copies of them."
)
@wait_option
@output_options
def prune(db: Path, before: str, keep_signatures: bool, wait: int, output: formats.Output) -> None:
    """Delete old, settled stories from DB with their articles, and shrink the file.

    Whole stories are deleted; a story with a later report stays whole. Later copies of deleted
    articles are not recognised, and a source that still has the articles brings them back. Rejected
    records that no later run has read are deleted, too.

    With --keep-signatures only texts and older texts are deleted: titles, times, urls, stories,
    links and signatures stay. A later copy is recognised by its signature if it is nearly whole; a
    source that still has the text does not bring it back.

    \b
        twicetold prune news.db --before 2025-01-01
        twicetold prune news.db --before 2026-01-01 --keep-signatures
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        pruned = twicetold.prune(index, before, keep_signatures=keep_signatures)
    card = partial(run_cards.pruned_card, texts_only=keep_signatures)
    formats.write_answer(pruned, [pruned], card, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("to", type=INDEX_FILE, metavar="TO")
def backup(db: Path, to: Path) -> None:
    """Copy DB to the file TO, also while a run is writing; TO is replaced when the copy is sound.

    TO is a new file, or an older copy of DB. Copying the file itself can give a broken copy: the
    latest changes are in the write-ahead log beside it.

    \b
        twicetold backup news.db /backup/news.db
    """
    with twicetold.Index.open(db) as index:
        size = twicetold.backup(index, to)
    click.echo(f"{size:,} bytes copied to {printable(str(to))} and checked")
