"""Commands that only read: stories, evidence, history."""

import sys
from datetime import datetime
from pathlib import Path

import click

import twicetold

from ..clustering.meanings import MEANINGS
from ..report import cards, content_cards, formats
from ..report.formats import count
from ..report.safe_text import printable_values
from ..times import utc_now
from .group import cli, tell
from .options import (
    INDEX_FILE,
    limit_option,
    now_option,
    output_options,
)
from .reporting import Rejections, one_more, read_sources, tell_pending, write_first
from .source_options import Sources, source_options

_LONGEST_NUMBER = 18  # digits

_WHY_HELP = f"""Show the evidence for and against A and B being one story, feature by feature.

A and B are ids, keys or urls of articles. Without B, A is the number of a story, and its reports
are shown, those that belong least firmly first: their links, and how cohesive the others are
without them. The first lines name the weakest link that holds the story together.

\b
    twicetold why news.db 17 42
    twicetold why news.db 12

A feature's log-odds are its value, less the mean of all pairs that the weights were learned from,
times its weight: above 0 it speaks for one story, below 0 against it. With the intercept they add
up to the sum; a sum of 0 is a probability of one half. If the texts show a copy or a template, they
decide, and not the sum.

{
    '''

'''.join(f"{name}: {meaning}" for name, meaning in MEANINGS.items())
}
"""


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("story", type=int)
@click.option(
    "--full",
    is_flag=True,
    help="Also what several outlets report, what one alone reports, quotations, copied passages.",
)
@click.option("--digest", is_flag=True, help="Only a few short paragraphs, to mail or to post.")
@output_options
def show(db: Path, story: int, full: bool, digest: bool, output: formats.Output) -> None:
    """Show one story of DB: key points, where reports differ, outlets, and who copied whom.

    STORY is its number in `twicetold stories`. Each key point is a sentence of one report, with the
    outlets that report it in any words, as far as words tell. Copies count once: independent
    reports are those of different publishers, and a copy counts for its source. A report whose text
    was changed shows how many older texts it has; `twicetold versions` shows them. Last come the
    other events of the same affair, before and after: stories whose linked reports share names (in
    JSON: `thread`). CSV has the reports, with --full the statements, with --digest the paragraphs;
    JSON has all.

    \b
        twicetold show news.db 12
        twicetold show news.db 12 --full
        twicetold show news.db 12 --digest
        twicetold show news.db 12 --json
    """
    if full and digest:
        raise click.UsageError("--full and --digest exclude each other")
    with twicetold.Index.open(db) as index:
        if full:
            whole = twicetold.full_story(index, story)
            formats.write_answer(whole, whole.statements, cards.full_story_card, output, sys.stdout)
        elif digest:
            short = twicetold.story(index, story)
            text = content_cards.digest_text(printable_values(short))
            formats.write_answer(short.digest, short.digest, lambda _: text, output, sys.stdout)
        else:
            short = twicetold.story(index, story)
            formats.write_answer(short, short.reports, cards.story_card, output, sys.stdout)
        tell_pending(index)


@cli.command(help=_WHY_HELP)
@click.argument("db", type=INDEX_FILE)
@click.argument("a", metavar="A")
@click.argument("b", metavar="[B]", required=False)
@output_options
def why(db: Path, a: str, b: str | None, output: formats.Output) -> None:
    """Show the evidence about two articles, or what holds a story together."""
    with twicetold.Index.open(db) as index:
        if b is None:
            if not a.isdecimal() or len(a) > _LONGEST_NUMBER:
                raise click.UsageError(f"'{a}' is not the number of a story; for a pair give B too")
            cohesion = twicetold.cohesion(index, int(a))
            formats.write_answer(
                cohesion, cohesion.reports, cards.cohesion_card, output, sys.stdout
            )
            return
        evidence = twicetold.why(index, a, b)
    formats.write_answer(evidence, evidence.contributions, cards.why_card, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@now_option
@click.option(
    "-q", "--quiet", is_flag=True, help="Print nothing: exit 0 if every article is known, else 1."
)
@output_options
def match(
    db: Path,
    sources: Sources,
    now: datetime | None,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Show which stories of DB new articles belong to, and what they copy; store nothing.

    An article without a time is compared with the stories that are open now; --now names another
    time.

    \b
        twicetold match news.db draft.json
        twicetold match news.db draft.json -q && echo "we had that"
    """
    from ..queries.match import last_day  # 0.3 s, only for this command

    items, rejections = read_sources(sources), Rejections()
    with twicetold.Index.open(db) as index:
        rows = twicetold.match(index, items, strict=sources.strict, now=now, on_rejected=rejections)
        undated = sum(row.undated for row in rows)
        newest = last_day(index, now or utc_now()) if undated else ""
    if newest and not quiet:
        few = count(undated, "article")
        hint = f"compare with its last days: --now {newest}"
        tell(f"{db} has no news after {newest}: {few} without a time can't match ({hint})")
    if not quiet:
        formats.write_rows(rows, output, sys.stdout)
    rejections.exit_if_any()
    if quiet and not all(row.known or row.copy_of or row.story for row in rows):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("story", type=int, required=False)
@output_options
def history(db: Path, story: int | None, output: formats.Output) -> None:
    """Show how a STORY of DB changed, run by run; without STORY, what the last run changed.

    A story is created. It grows by articles that had no story. It gets articles of another story
    (moved), or all of them (merged: the other's number then leads to it), or is made of articles of
    another (split). It settles when it is too old for new articles to change it.

    \b
        twicetold history news.db 12
        twicetold history news.db --json
    """
    with twicetold.Index.open(db) as index:
        rows = twicetold.history(index, story)
    formats.write_rows(rows, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article")
@output_options
def versions(db: Path, article: str, output: formats.Output) -> None:
    """Show the older texts of an ARTICLE of DB, and word by word what changed.

    The oldest text comes first; the numbers are in the order in which they became older texts.

    ARTICLE is its id, key or url. [-words-] were removed, {+words+} were added.

    \b
        twicetold versions news.db 95
    """
    with twicetold.Index.open(db) as index:
        rows = twicetold.versions(index, article)
    formats.write_answer(rows, rows, cards.versions_card, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@limit_option
@output_options
def rejections(db: Path, limit: int, output: formats.Output) -> None:
    """List the rejected records of DB with their reasons, the latest first.

    Each record is listed once, with how often it was read, when first and when last. `twicetold
    prune` deletes records that no recent run has read.

    \b
        twicetold rejections news.db
        twicetold rejections news.db --limit 0 --csv > rejected.csv
    """
    with twicetold.Index.open(db) as index:
        rows = twicetold.rejections(index, limit=one_more(limit))
    write_first(rows, limit, output)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article", required=False, default="")
@output_options
def stale(db: Path, article: str, output: formats.Output) -> None:
    """List the copies in DB that still carry what their origin has corrected.

    With ARTICLE, an id, key or url, only the copies of that article. `carried` is the share of the
    removed text that a copy still has, as of the last run. `twicetold versions` shows what was
    changed; the view stale_copies lists the same in SQL.

    \b
        twicetold stale news.db
        twicetold stale news.db 95 --json
    """
    with twicetold.Index.open(db) as index:
        rows = twicetold.stale_copies(index, article)
    formats.write_rows(rows, output, sys.stdout)
