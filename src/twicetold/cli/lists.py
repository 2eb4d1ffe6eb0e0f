"""Commands that list stories, articles and copies, with the same filters."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

import twicetold

from ..report.formats import Output
from .group import cli
from .options import INDEX_FILE, Command, TimePrefix, decorate, limit_option, output_options
from .reporting import one_more, tell_pending, write_first

_FILTERS = ("since", "until", "outlet", "by", "lang", "min_outlets", "max_outlets", "search")


def _list_options(*orders: str, since: str, until: str, lang: str) -> Callable[[Command], Command]:
    """Add the filters, as one argument `which`, with what three of them mean for this list."""

    def decorated(command: Command) -> Command:
        @functools.wraps(command)
        def packed(*, sort: str | None, **others: Any) -> Any:
            which = {name: others.pop(name) for name in _FILTERS if name in others}
            return command(which={**which, "sort": sort or ""}, **others)

        options = (
            limit_option,
            click.option(
                "--sort",
                type=click.Choice([*orders, "relevance"]),
                help=f"What comes first; by default {orders[0]}, with --search relevance.",
            ),
            click.option(
                "--max-outlets",
                type=click.IntRange(0, 10**9),
                default=0,
                help="Of stories that at most this many outlets report; 0: any number.",
            ),
            click.option(
                "--min-outlets",
                type=click.IntRange(0, 10**9),
                default=1,
                help="Of stories that at least this many outlets report.",
            ),
            click.option("--search", default="", help="Words in titles or texts, see above."),
            click.option("--lang", default="", help=lang),
            click.option("--until", type=TimePrefix(), default="", help=until),
            click.option("--since", type=TimePrefix(), default="", help=since),
        )
        return decorate(packed, options)  # type: ignore[no-any-return]

    return decorated


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--outlet", default="", help="With a report by this outlet.")
@_list_options(
    "outlets",
    "newest",
    "oldest",
    "articles",
    "uncertain",
    since="With a report at or after this UTC time: 2026-02-05",
    until="With a report at or before this UTC time; a day counts to its end.",
    lang="With a report in this language: fr",
)
@output_options
def stories(db: Path, which: dict[str, Any], limit: int, output: Output) -> None:
    """List the stories of DB, the most widely reported first; with --search, the most relevant.

    The words of a search must all occur in one report. "Abu Dhabi" in quotes and abu-dhabi are
    phrases, zelensk* is the beginning of a word; write OR between alternatives, - before a word
    that must not occur, title: before one that must be in the title.

    \b
        twicetold stories news.db --since 2026-02-05 --min-outlets 3
        twicetold stories news.db --search '"abu dhabi" dialogue' --json
    """
    with twicetold.Index.open(db) as index:
        write_first(twicetold.stories(index, **which, limit=one_more(limit)), limit, output)
        tell_pending(index)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--outlet", default="", help="Of this outlet.")
@_list_options(
    "newest",
    "oldest",
    "words",
    "outlet",
    since="Published at or after this UTC time: 2026-02-05",
    until="Published at or before this UTC time; a day counts to its end.",
    lang="In this language: fr",
)
@output_options
def articles(db: Path, which: dict[str, Any], limit: int, output: Output) -> None:
    """List the articles of DB, the newest first; with --search, the most relevant.

    Each with its story, and with the outlet or agency whose text it took over. --search is as in
    `twicetold stories`. An article of which `undated` is true gave no time: its time is when it was
    first seen.

    \b
        twicetold articles news.db --outlet 'Le Monde' --since 2026-02-05
        twicetold articles news.db --search "putin's envoy" --max-outlets 1
    """
    with twicetold.Index.open(db) as index:
        write_first(twicetold.articles(index, **which, limit=one_more(limit)), limit, output)
        tell_pending(index)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--outlet", default="", help="Whose text it is: an outlet or an agency.")
@click.option("--by", default="", metavar="OUTLET", help="Who took it over.")
@_list_options(
    "newest",
    "oldest",
    "share",
    "hours",
    since="Copies published at or after this UTC time.",
    until="Copies published at or before this UTC time.",
    lang="Copies in this language.",
)
@output_options
def copies(db: Path, which: dict[str, Any], limit: int, output: Output) -> None:
    """List the copies of DB: whose text, who took it over, how much of it and after how many hours.

    A row is a pair of articles that share text: `article` is the source, `copy` has its text, and
    `share of copy` is how much of the copy's text that is. `evidence` is what says that the source
    was first: a credit in the texts, the hour, the day; if it is 'undecided', nothing does. In a
    group of several copies each pair has a row. --search is as in `twicetold stories`, and looks at
    the copy.

    \b
        twicetold copies news.db --outlet Reuters --sort hours
        twicetold copies news.db --by CNA --since 2026-02-05 --csv
    """
    with twicetold.Index.open(db) as index:
        write_first(twicetold.list_copies(index, **which, limit=one_more(limit)), limit, output)
        tell_pending(index)
