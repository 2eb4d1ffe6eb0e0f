"""Commands that only read: stories, evidence, history."""

import sys
from datetime import datetime
from pathlib import Path

import click

import twicetold

from ..report import cards as card
from ..report import formats
from .group import cli
from .options import (
    INDEX_FILE,
    Rejected,
    Since,
    Sources,
    now_option,
    output_options,
    read,
    source_options,
)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--since", type=Since(), default="", help="Last reported at or after this UTC time: 2026-02-05"
)
@click.option(
    "--until",
    type=Since(),
    default="",
    help="First reported at or before it; a day is meant whole.",
)
@click.option("--outlet", default="", help="With a report by this outlet.")
@click.option("--lang", default="", help="With a report in this language: fr")
@click.option("--min-outlets", default=1, help="Reported by at least so many outlets.")
@click.option("--search", default="", help="Words in titles or texts, as SQLite's FTS5 reads them.")
@click.option("--limit", default=50, show_default=True, help="At most so many; 0: all.")
@output_options
def stories(
    db: Path,
    since: str,
    until: str,
    outlet: str,
    lang: str,
    min_outlets: int,
    search: str,
    limit: int,
    output: formats.Output,
) -> None:
    """List the stories of DB, the most widely reported first.

    \b
        twicetold stories news.db --since 2026-02-05 --min-outlets 3
        twicetold stories news.db --search '"abu dhabi" dialogue' --json
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.stories(
            index,
            since=since,
            until=until,
            outlet=outlet,
            lang=lang,
            min_outlets=min_outlets,
            search=search,
            limit=limit + 1 if limit > 0 else 0,
        )
    formats.write(found[:limit] if limit > 0 else found, output, sys.stdout)
    if len(found) > limit > 0:
        click.echo(f"only the first {limit:,}: --limit 0 lists all", err=True)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("story", type=int)
@output_options
def show(db: Path, story: int, output: formats.Output) -> None:
    """Show one story of DB: headline, times, outlets, reports, and who copied whom.

    STORY is its number, as `twicetold stories` lists it. A report that was changed tells how many
    older texts it had; see them with twicetold versions. Below stand the other events of a running
    affair, what came before and what came of it: stories whose linked reports share names.

    \b
        twicetold show news.db 12
        twicetold show news.db 12 --json
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.story(index, story)
    formats.write_answer(found, found.reports, lambda: card.story(found), output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@output_options
def why(db: Path, a: str, b: str | None, output: formats.Output) -> None:
    """Show the evidence for and against A and B being one story, feature by feature.

    A and B are ids, keys or urls of articles. With A alone, the number of a story: the weakest
    link that it hangs on, how firmly each of its reports belongs to it, the loosest first, and
    how firmly the others hold together without it.

    \b
        twicetold why news.db 17 42
        twicetold why news.db 12
    """
    with twicetold.Index.open(db) as index:
        if b is None:
            if not a.isdecimal():
                raise click.UsageError(f"'{a}' is not the number of a story; for a pair give B too")
            held = twicetold.hold(index, int(a))
            formats.write_answer(held, held.reports, lambda: card.hold(held), output, sys.stdout)
            return
        found = twicetold.why(index, a, b)
    rows = found.contributions
    formats.write_answer(found, rows, lambda: card.evidence(found), output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@now_option
@click.option("-q", "--quiet", is_flag=True, help="Print nothing: exit 0 if all is known, else 1.")
@output_options
def match(
    db: Path,
    sources: Sources,
    now: datetime | None,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Tell to which stories of DB new articles belong, and what they copy; store nothing.

    \b
        twicetold match news.db draft.json
        twicetold match news.db draft.json -q && echo "we had that"
    """
    items, rejected = read(sources), Rejected()
    with twicetold.Index.open(db) as index:
        found = twicetold.match(index, items, strict=sources.strict, now=now, rejected=rejected)
    if not quiet:
        formats.write(found, output, sys.stdout)
    rejected.end()
    if quiet and not all(row.known or row.copy_of or row.story for row in found):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("story", type=int, required=False)
@output_options
def history(db: Path, story: int | None, output: formats.Output) -> None:
    """Tell what became of a STORY of DB, run by run; without one, what the last run changed.

    A story is created; grows by articles that had no story; gets articles of another (moved);
    takes in another whole (merged: its number then leads here) or is cut out of it (split); and
    settles when it is too old for new articles to reshape it.

    \b
        twicetold history news.db 12
        twicetold history news.db --json
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.history(index, story)
    formats.write(found, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article")
@output_options
def versions(db: Path, article: str, output: formats.Output) -> None:
    """Show the older texts of an ARTICLE of DB, and word by word what changed.

    ARTICLE is its id, key or url. [-words-] went, {+words+} came.

    \b
        twicetold versions news.db 95
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.versions(index, article)
    formats.write_answer(found, found, lambda: card.versions(found), output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article", required=False, default="")
@output_options
def stale(db: Path, article: str, output: formats.Output) -> None:
    """List the copies in DB that still carry what their origin has corrected since.

    With ARTICLE, an id, key or url, only those of it. `carried` is the share of the text taken out
    that a copy still has, by the last run. See what was changed with twicetold versions; the view
    stale_copies says the same in SQL.

    \b
        twicetold stale news.db
        twicetold stale news.db 95 --json
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.stale(index, article)
    formats.write(found, output, sys.stdout)
