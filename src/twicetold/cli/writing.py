"""Reading and clustering: the commands of a nightly job."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import twicetold

from ..report import formats
from ..report.prometheus import write_metrics
from .group import cli
from .options import (
    INDEX_FILE,
    Job,
    Rejected,
    Since,
    Sources,
    cluster_options,
    job_options,
    now_option,
    output_options,
    progress,
    read,
    source_options,
    tell,
    wait_option,
)

if TYPE_CHECKING:
    pass


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@cluster_options
@now_option
@click.option(
    "--since", type=Since(), default="", help="Pass over articles published before this UTC time."
)
@click.option("--dry-run", is_flag=True, help="Tell what would be done; change nothing.")
@click.option(
    "--metrics",
    type=INDEX_FILE,
    help="Write a file for Prometheus: counts, seconds, and what the index holds.",
)
@wait_option
@job_options
@output_options
def run(
    db: Path,
    sources: Sources,
    given: dict[str, Any],
    now: datetime | None,
    since: str,
    dry_run: bool,
    metrics: Path | None,
    job: Job,
    wait: int,
    output: formats.Output,
) -> None:
    """Read new articles into the index DB, then find their copies and stories.

    A SOURCE is a file, a folder, a glob in quotes, or - for standard input: JSON lines, JSON,
    CSV, TSV, RSS or Atom, as it is or gzipped. DB is made if it is not there. The nightly job:
    the same command twice changes nothing the second time.

    \b
        twicetold run news.db sample_corpus/
        twicetold run news.db 'feeds/*.rss' --lang en
        curl https://example.org/feed | twicetold run news.db - --format feed

    --granularity, --model and --embedder belong to the index: say them once, when it is made, and
    leave them out from then on. To change them, see twicetold rebuild.

    Ends with 3 when articles were rejected; they are in the table rejections, with the reason.
    """
    items = (item for item in read(sources, job.stage) if _recent(item, since))
    with twicetold.Index.rehearsal(db) if dry_run else _open(db, wait) as index:
        done = twicetold.run(
            index,
            items,
            settings=_asked(index, given),
            strict=sources.strict,
            now=now,
            stage=job.stage,
            rejected=job.rejected,
        )
        if metrics is not None:
            write_metrics(index, metrics)
    job.log("done", **done._asdict())
    tell(done, output, clustered=True)
    job.rejected.end()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@now_option
@click.option("--dry-run", is_flag=True, help="Read and check, store nothing.")
@wait_option
@output_options
def ingest(
    db: Path,
    sources: Sources,
    now: datetime | None,
    dry_run: bool,
    wait: int,
    output: formats.Output,
) -> None:
    """Read new articles into the index DB; they wait there for `twicetold cluster`.

    \b
        twicetold ingest news.db tuesday.jsonl
        twicetold ingest news.db export.csv --map title=titre --map body=texte --lang fr
    """
    items, rejected = read(sources), Rejected()
    with twicetold.Index.in_memory() if dry_run else _open(db, wait) as index:
        done = twicetold.ingest(
            index, items, strict=sources.strict, now=now, stage=progress, rejected=rejected
        )
    tell(done, output, clustered=False)
    rejected.end()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@cluster_options
@now_option
@wait_option
@output_options
def cluster(
    db: Path, given: dict[str, Any], now: datetime | None, wait: int, output: formats.Output
) -> None:
    """Find copies and stories among the articles of DB that wait.

    \b
        twicetold cluster news.db
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        done = twicetold.cluster(index, settings=_asked(index, given), now=now, stage=progress)
    tell(done, output, clustered=True)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@cluster_options
@now_option
@wait_option
@output_options
def rebuild(
    db: Path, given: dict[str, Any], now: datetime | None, wait: int, output: formats.Output
) -> None:
    """Find copies and stories of all articles of DB anew, perhaps with other settings.

    Without any it goes by those that DB has, and gives what is there already. Stories keep the
    numbers under which most of their articles stood, nearly all of them in a large DB; copy groups
    may get new ones.

    \b
        twicetold rebuild news.db --granularity episode
    """
    with twicetold.Index.open(db, wait_seconds=wait) as index:
        done = twicetold.rebuild(index, settings=_asked(index, given), now=now, stage=progress)
    tell(done, output, clustered=True)


def _open(db: Path, wait: int) -> "twicetold.Index":
    return twicetold.Index.open(db, create=True, wait_seconds=wait)


def _asked(index: "twicetold.Index", given: dict[str, Any]) -> "twicetold.Settings | None":
    """Those of the index, but for what is given; None: nothing is."""
    return twicetold.settings_of(index)._replace(**given) if given else None


def _recent(item: "twicetold.Article | twicetold.Rejection", since: str) -> bool:
    """Whether an article is not from before a time; undated ones and rejections are not."""
    published = getattr(item, "published", None)
    return published is None or f"{published:%Y-%m-%dT%H:%M:%SZ}" >= since
