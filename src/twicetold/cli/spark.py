"""Commands that run on Apache Spark."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import twicetold

from ..report import formats, run_cards
from .group import cli, tell
from .options import (
    INDEX_FILE,
    TimePrefix,
    now_option,
    output_options,
    quiet_option,
    settings_options,
)
from .reporting import Reporter, log_option
from .source_options import Records, record_options


@cli.group()
def spark() -> None:
    """Past one machine: the same stages on Apache Spark.

    \b
        twicetold spark run out/ archive.parquet
        twicetold import-parquet news.db out/ --since 2026-02

    See docs/spark.md: when it pays, and how to run it on a cluster.
    """


_RUN_HELP = """Find the copies and stories of an archive on Apache Spark; write tables to OUT.

A SOURCE is a Parquet file or folder, lines of JSON (.jsonl, .jsonl.gz), or table:NAME, a table
that the engine knows. OUT is a folder of Parquet tables with the names of those of an index;
what an earlier run wrote there is replaced. The stories, links and probabilities are those that
`twicetold run` gives for the same articles.

\b
    twicetold spark run out/ 'archive/*.parquet'
    twicetold spark run out/ news.jsonl --master 'local[2]'
    twicetold spark run s3a://bucket/out s3a://bucket/news --remote sc://cluster:15002
    twicetold import-parquet news.db out/ --since 2026-02

Without --master and --remote it runs on this machine, or where spark-submit says. It needs the
extra 'spark' and Java 17 or later; --remote needs no Java.
"""


@spark.command("run", help=_RUN_HELP)
@click.argument("out")
@record_options
@click.option("--master", default="", help="Where to run: 'local[2]', yarn, spark://host:7077.")
@click.option("--remote", default="", help="A Spark Connect server: sc://host:15002.")
@click.option("--conf", multiple=True, metavar="NAME=VALUE", help="A setting of Spark.")
@click.option("--cores", type=click.IntRange(1), help="How many tasks the engine does at once.")
@click.option(
    "--index",
    "db",
    type=INDEX_FILE,
    help="An index whose decisions, named furniture and outlets count here, too.",
)
@settings_options
@now_option
@log_option
@quiet_option
@output_options
def run(
    out: str,
    records: Records,
    master: str,
    remote: str,
    conf: tuple[str, ...],
    cores: int | None,
    db: Path | None,
    changes: dict[str, Any],
    now: datetime | None,
    reporter: Reporter,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Run all stages."""
    from ..spark import NO_TABLES, SmallTables, open_session, open_sources
    from ..spark import run as run_on_spark

    small = NO_TABLES
    if db is not None:
        with twicetold.Index.open(db) as index:
            small = SmallTables.of_index(index)
    options = dict(each.partition("=")[::2] for each in conf)
    with open_session(master, remote, options) as session:
        result = run_on_spark(
            session,
            open_sources(session, list(records.paths)),
            out,
            twicetold.Settings()._replace(**changes),
            small=small,
            defaults=records.defaults,
            now=now,
            cores=cores,
            progress=_tell_stages if sys.stderr.isatty() else reporter.progress,
        )
    record = result.record
    reporter.log("done", **record._asdict())
    if not quiet:
        formats.write_answer(record, [record], run_cards.spark_card, output, sys.stdout)


_IMPORT_HELP = """Make an index of a part of what spark run wrote to OUT.

DB is an ordinary index, for every command that looks: stories, show, why, report, inspect.
Articles and stories keep their numbers. What lies outside of the part does not count: a story is
shown by its reports in the part. It needs the extra 'parquet', and no Spark. The same command run
twice changes nothing; another part is added to the same DB.

\b
    twicetold import-parquet news.db out/ --since 2026-02 --until 2026-02
    twicetold import-parquet post.db out/ --outlet 'The Post'
    twicetold import-parquet story.db out/ --story 88051132186657
"""


@cli.command("import-parquet", help=_IMPORT_HELP)
@click.argument("db", type=INDEX_FILE)
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--since", type=TimePrefix(), default="", help="From this UTC day or month on.")
@click.option("--until", type=TimePrefix(), default="", help="To this day or month, included.")
@click.option("--outlet", default="", help="Only articles of this outlet.")
@click.option("--story", type=int, help="The days of the story with this number.")
@now_option
@quiet_option
@output_options
def import_parquet(
    db: Path,
    out: Path,
    since: str,
    until: str,
    outlet: str,
    story: int | None,
    now: datetime | None,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Import a part."""
    with twicetold.Index.open(db, create=True) as index:
        answer = twicetold.import_parquet(
            index, out, since=since, until=until, outlet=outlet, story=story, now=now
        )
    if not quiet:
        formats.write_answer(answer, [answer], run_cards.import_card, output, sys.stdout)


@contextmanager
def _tell_stages(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """Tell which stage is at work: a stage may take hours."""
    tell(f"{stage} …")
    yield lambda done: None
