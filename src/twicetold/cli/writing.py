"""Commands that read articles into an index and cluster them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import twicetold

from ..report import formats
from ..report.outputs import METRICS, check_output
from ..report.prometheus import write_metrics
from ..sources import is_export
from ..times import utc_text
from .group import cli
from .options import (
    INDEX_FILE,
    TimePrefix,
    now_option,
    output_options,
    quiet_option,
    settings_options,
    wait_option,
)
from .reporting import (
    Rejections,
    Reporter,
    log_option,
    print_counts,
    read_sources,
    show_progress,
    tell_unread,
)
from .source_options import Sources, source_options

outlets_option = click.option(
    "--outlets",
    type=INDEX_FILE,
    help="File about outlets, TOML or CSV: names, owner, agency, time zone, groups. Remembered.",
)
_RUN_HELP = """Read new articles into the index DB, then find copies and stories: the nightly job.

A SOURCE is a file, a folder, a zip or tar, a glob in quotes, a table as
'sqlite:posts.db?table=posts', or - for standard input. Formats: JSON lines, JSON, CSV, TSV; RSS,
Atom; NewsML-G2, NITF, ninjs, IPTC 7901; web pages, WARC, WACZ; Parquet, Arrow, Excel; what
twicetold export wrote. All may be compressed. DB is made if it does not exist. The same command
run twice changes nothing the second time.

\b
    twicetold run news.db sample_corpus/
    twicetold run news.db 'feeds/*.rss' --lang en
    twicetold run news.db archive.zip crawl.warc.gz --lang fr

twicetold fetch does the same with feeds from the network.

--granularity, --model and --embedder belong to the index: give them when it is made, and leave
them out from then on. To change them, see twicetold rebuild.

The exit code is 3 if something was rejected that no earlier run had rejected; `twicetold
rejections` lists it with reasons.
"""


@cli.command(help=_RUN_HELP)
@click.argument("db", type=INDEX_FILE)
@source_options
@outlets_option
@settings_options
@now_option
@click.option(
    "--since", type=TimePrefix(), default="", help="Skip articles published before this UTC time."
)
@click.option("--dry-run", is_flag=True, help="Show what would be done; change nothing.")
@click.option(
    "--metrics",
    type=INDEX_FILE,
    help="Write a file for Prometheus: counts, seconds, and the size of the index.",
)
@wait_option
@log_option
@quiet_option
@output_options
def run(
    db: Path,
    sources: Sources,
    outlets: Path | None,
    changes: dict[str, Any],
    now: datetime | None,
    since: str,
    dry_run: bool,
    metrics: Path | None,
    reporter: Reporter,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Store new articles, then cluster them."""
    exports = list(filter(is_export, sources.paths))
    described, zones = _described(outlets, exports), dict[str, str]()
    articles = read_sources(sources, reporter.progress, zones)
    recent = (item for item in articles if not _is_older(item, since))
    if metrics is not None:
        check_output(metrics, METRICS, str(db))
    with twicetold.Index.rehearsal(db) if dry_run else _open_or_create(db, wait) as index:
        _use_outlets(index, described, zones)
        counts = twicetold.run(
            index,
            recent,
            decisions=[each for path in exports for each in twicetold.read_decisions(path)],
            settings=_changed_settings(index, changes),
            strict=sources.strict,
            now=now,
            progress=reporter.progress,
            on_rejected=reporter.rejections,
        )
        tell_unread(index, counts)
        if metrics is not None:
            write_metrics(index, metrics)
    reporter.log("done", **counts._asdict())
    if not quiet:
        print_counts(counts, output, clustered=True, dry_run=dry_run)
    reporter.rejections.exit_if_any()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@outlets_option
@now_option
@click.option("--dry-run", is_flag=True, help="Read and check, store nothing.")
@wait_option
@quiet_option
@output_options
def ingest(
    db: Path,
    sources: Sources,
    outlets: Path | None,
    now: datetime | None,
    dry_run: bool,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Read new articles into the index DB; `twicetold cluster` then finds copies and stories.

    \b
        twicetold ingest news.db tuesday.jsonl
        twicetold ingest news.db export.csv --map title=titre --map body=texte --lang fr
    """
    described = _described(outlets, list(filter(is_export, sources.paths)))
    zones = dict[str, str]()
    items, rejections = read_sources(sources, zones=zones), Rejections()
    with twicetold.Index.rehearsal(db) if dry_run else _open_or_create(db, wait) as index:
        _use_outlets(index, described, zones)
        counts = twicetold.ingest(
            index,
            items,
            strict=sources.strict,
            now=now,
            progress=show_progress,
            on_rejected=rejections,
        )
        tell_unread(index, counts)
    if not quiet:
        print_counts(counts, output, clustered=False, dry_run=dry_run)
    rejections.exit_if_any()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@settings_options
@now_option
@wait_option
@quiet_option
@output_options
def cluster(
    db: Path,
    changes: dict[str, Any],
    now: datetime | None,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Find copies and stories among the articles of DB that are not clustered yet.

    \b
        twicetold cluster news.db
    """
    _cluster(twicetold.cluster, db, changes, now, quiet, wait, output)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@settings_options
@now_option
@wait_option
@quiet_option
@output_options
def rebuild(
    db: Path,
    changes: dict[str, Any],
    now: datetime | None,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Find copies and stories of all articles of DB again, with the same or other settings.

    Without options it uses the settings of DB, and finds the same stories as before. A
    story keeps its number if it keeps most of its articles; in a large DB a few stories, and all
    copy groups, may get new numbers.

    \b
        twicetold rebuild news.db --granularity episode
    """
    _cluster(twicetold.rebuild, db, changes, now, quiet, wait, output)


def _cluster(
    clustering: Callable[..., "twicetold.Counts"],
    db: Path,
    changes: dict[str, Any],
    now: datetime | None,
    quiet: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Cluster the pending articles of an index, or all, and print what was done."""
    rejections = Rejections()
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        counts = clustering(
            index,
            settings=_changed_settings(index, changes),
            now=now,
            progress=show_progress,
            on_rejected=rejections,
        )
    if not quiet:
        print_counts(counts, output, clustered=True)
    rejections.exit_if_any()


def _described(path: Path | None, exports: list[str]) -> "list[twicetold.Outlet]":
    """Return what a file says about outlets, else what exports say that are read back."""
    if path is not None:
        return twicetold.read_outlets(path)
    return [outlet for export in exports for outlet in twicetold.read_outlets(export)]


def _use_outlets(
    index: "twicetold.Index", described: "list[twicetold.Outlet]", zones: dict[str, str]
) -> None:
    """Store what a file says about outlets; add their time zones to `zones`."""
    if described:
        twicetold.use_outlets(index, described)
    zones.update(twicetold.outlet_zones(index))


def _open_or_create(db: Path, wait: int) -> "twicetold.Index":
    return twicetold.Index.open(db, create=True, wait_seconds=wait)


def _changed_settings(
    index: "twicetold.Index", changes: dict[str, Any]
) -> "twicetold.Settings | None":
    """Return the index's settings with `changes` applied; None if there are no changes."""
    from ..index.settings import settings_to_rebuild  # 0.3 s, only where articles are clustered

    return settings_to_rebuild(index)._replace(**changes) if changes else None


def _is_older(item: "twicetold.Article | twicetold.Rejection", since: str) -> bool:
    """Whether an article was published before a time; False for undated ones and rejections."""
    published = utc_text(getattr(item, "published", None))
    # a day is older if it ends before the time
    return published is not None and published < since[: len(published)]
