"""Commands that read feeds from the network, and show how they are doing."""

import sys
from datetime import datetime
from pathlib import Path

import click

import twicetold

from ..report import formats, run_cards
from .group import cli
from .options import INDEX_FILE, now_option, output_options, quiet_option, wait_option
from .reporting import Reporter, log_option, tell_unread

_FETCH_HELP = """Read feeds from the network into DB, then find copies and stories, as run does.

A FEED is a url or an OPML file, a list of feeds as feed readers export it. DB remembers its
feeds: without FEED, all of them are read. No other command opens a connection to another machine,
but for `spark` on a cluster.

\b
    twicetold fetch news.db feeds.opml
    twicetold fetch news.db --pages --user-agent 'Gazette archive (desk@gazette.example)'

It asks politely: only for what is new (ETag, Last-Modified), one request at a time to a host,
with a second between two, nothing that robots.txt forbids, and less often after a failure or
as a server asks (Retry-After). A feed that has moved for good is remembered where it is now. A
request may take a minute and 20 MB. Private addresses are not asked, also not after a redirect.

A feed that fails is listed by `twicetold rejections` and `twicetold feeds`; the exit code is 3
if one fails that did not fail before in the same way.
"""


@cli.command(help=_FETCH_HELP)
@click.argument("db", type=INDEX_FILE)
@click.argument("feeds", nargs=-1, metavar="[FEED...]")
@click.option("--pages", is_flag=True, help="Also read the pages of new articles: full texts.")
@click.option(
    "--user-agent",
    default="",
    help="Who asks, with an address: 'Gazette archive (desk@gazette.example)'.",
)
@click.option("--allow-private", is_flag=True, help="Also ask machines of private networks.")
@now_option
@wait_option
@log_option
@quiet_option
@output_options
def fetch(
    db: Path,
    feeds: tuple[str, ...],
    pages: bool,
    user_agent: str,
    allow_private: bool,
    now: datetime | None,
    reporter: Reporter,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Read feeds, then cluster."""
    twicetold.check_fetch(feeds, pages=pages)
    with twicetold.Index.open(db, create=bool(feeds), wait_seconds=wait) as index:
        fetched = twicetold.fetch(
            index,
            feeds,
            pages=pages,
            user_agent=user_agent,
            allow_private=allow_private,
            now=now,
            progress=reporter.progress,
            on_rejected=reporter.rejections,
        )
        tell_unread(index, fetched.counts)
    reporter.log("done", **{**fetched._asdict(), "counts": fetched.counts._asdict()})
    if not quiet:
        formats.write_answer(fetched, [fetched.counts], run_cards.fetch_card, output, sys.stdout)
    reporter.rejections.exit_if_any()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--forget", metavar="URL", help="Delete this feed; its articles stay.")
@output_options
def feeds(db: Path, forget: str | None, output: formats.Output) -> None:
    """List the feeds of DB: when each was last read, why it failed, and what comes from it.

    Failing feeds come first. `articles_a_day` counts the seven days before a feed was last read,
    `in_stories` its articles in stories of several outlets. `not_before` is when a failing feed is
    tried again.

    \b
        twicetold feeds news.db
        twicetold feeds news.db --forget https://example.org/feed
    """
    if forget is not None:
        with twicetold.Index.open(db) as index:
            twicetold.forget_feed(index, forget)
        return
    with twicetold.Index.open(db) as index:
        rows = twicetold.feeds(index)
    formats.write_rows(rows, output, sys.stdout)
