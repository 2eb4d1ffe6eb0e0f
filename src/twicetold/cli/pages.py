"""Commands that show whole texts: two side by side, an index as web pages or as tables."""

import sys
from pathlib import Path

import click

import twicetold

from ..report import content_cards, formats
from ..report.export import FORMATS
from .group import cli
from .options import INDEX_FILE, TimePrefix, output_options
from .reporting import show_progress, tell_pending


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@click.option("--since", type=TimePrefix(), default="", help="With a report at or after this time.")
@click.option(
    "--stories",
    type=click.IntRange(0),
    default=0,
    help="At most this many, the most widely reported; 0: all.",
)
@click.option(
    "--min-outlets",
    type=click.IntRange(1),
    default=2,
    show_default=True,
    help="Reported by at least this many outlets.",
)
@click.option(
    "--title", default="Stories", show_default=True, help="The heading of the front page."
)
@output_options
def report(
    db: Path,
    folder: Path,
    since: str,
    stories: int,
    min_outlets: int,
    title: str,
    output: formats.Output,
) -> None:
    """Write the stories of DB as web pages into the folder OUT, to open from disk, mail or serve.

    Each story has a page: key points with the outlets that report them, where reports differ, a
    time line, the reports by text and why each belongs, who does not report it, who is quoted. Each
    copy is shown beside its source. There are pages for days, outlets and languages, charts, a
    search, a JSON file for each story (as of `show --full --json`), and feeds: stories.atom, and
    for each outlet what others took over from it. The same command again writes only what changed.
    No page needs a server or a network, and only the search needs a script.

    \b
        twicetold report news.db pages/
        twicetold report news.db pages/ --since 2026-02-05 --title 'This week'
    """
    with twicetold.Index.open(db) as index:
        counts = twicetold.write_report(
            index,
            folder,
            since=since,
            limit=stories,
            min_outlets=min_outlets,
            title=title,
            progress=show_progress,
        )
        formats.write_answer(counts, [counts], content_cards.report_card, output, sys.stdout)
        tell_pending(index)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("folder", metavar="OUT", type=click.Path(path_type=Path))
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    default="jsonl",
    show_default=True,
    help="JSON lines, CSV, Parquet (the extra 'parquet'), or ninjs: the articles as a wire.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="In CSV, no apostrophe before what a spreadsheet would run: for programs.",
)
def export(db: Path, folder: Path, format: str, raw: bool) -> None:
    """Write the tables of DB into the folder OUT, for other programs: one file for each table.

    articles (with their texts), versions (their older texts), stories, copies, links, outlets and
    decisions; and the feeds as OPML. `article`, `story` and `copy_group` are numbers that join
    them. The same command again replaces the files. `twicetold run NEW.db OUT/` reads articles,
    versions, outlets and decisions back, and finds the same stories and copies.

    \b
        twicetold export news.db tables/
        twicetold export news.db tables/ --format parquet
    """
    with twicetold.Index.open(db) as index:
        written = twicetold.export(index, folder, format=format, raw=raw, progress=show_progress)
        formats.write_rows(written, formats.Output(), sys.stdout)
        tell_pending(index)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@output_options
def diff(db: Path, a: str, b: str, output: formats.Output) -> None:
    """Show two articles of DB with what the other one lacks marked.

    A and B are ids, keys or urls of articles; the earlier one is shown first. [-Words-] are not in
    the later one, {+words+} not in the earlier one. In JSON, `parts` gives the shared and the other
    passages with their places in both texts, in characters.

    \b
        twicetold diff news.db 17 42
        twicetold diff news.db 17 42 --json
    """
    with twicetold.Index.open(db) as index:
        answer = twicetold.diff(index, a, b)
    formats.write_answer(answer, answer.parts, content_cards.diff_card, output, sys.stdout)
