"""Commands that run on Apache Spark."""

import functools
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import twicetold

from ..report import formats, run_cards
from ..sources.tables_of_spark import SparkTables
from .group import cli, tell
from .options import (
    INDEX_FILE,
    Command,
    TimePrefix,
    decorate,
    now_option,
    output_options,
    quiet_option,
    scoring_options,
)
from .reporting import Reporter, log_option, tell_lacking
from .source_options import Records, record_options

if TYPE_CHECKING:
    from ..spark import Result, RunRecord


@cli.group()
def spark() -> None:
    """When one machine is not enough: the same stages on Apache Spark.

    \b
        twicetold spark run out/ archive.parquet
        twicetold import-parquet news.db out/ --since 2026-02

    See docs/spark.md: when it pays, and how to run it on a cluster.
    """


_RUN_HELP = """Find the copies and stories of an archive on Apache Spark; write tables to OUT.

OUT is a folder of Parquet tables with the names of those of an index; what an earlier run wrote
there is replaced. A SOURCE is a Parquet file, a folder or a pattern of them, lines of JSON (.jsonl,
.jsonl.gz), or table:NAME, a table in the engine's catalog. Stories, links and probabilities are the
same as `twicetold run` gives for these articles. Exit code 3 means that records were rejected.

\b
    twicetold spark run out/ 'archive/*.parquet'
    twicetold spark run out/ news.jsonl --master 'local[2]'
    twicetold spark run s3a://bucket/out s3a://bucket/news --remote sc://cluster:15002
    twicetold import-parquet news.db out/ --since 2026-02

Without --master and --remote it runs on this machine, or where spark-submit says. It needs the
extra 'spark' and Java 17 or later; --remote needs no Java.
"""


_ADD_HELP = """Add the articles of new days to OUT, which `twicetold spark run` wrote.

The result is that of all days at once. What depends on an article, or on the days before it, is
computed for the new days alone: the cost follows the day. Articles may come late: those of the last
days in OUT, which are active, are taken; earlier ones are rejected, unless they are there already.

\b
    twicetold spark add out/ 2026-02-09.parquet
"""
_ENGINE_OPTIONS = (
    click.option(
        "--index",
        "db",
        type=INDEX_FILE,
        help="An index whose decisions, named furniture and outlets count here, too.",
    ),
    click.option("--cores", type=click.IntRange(1), help="How many tasks the engine does at once."),
    click.option("--conf", multiple=True, metavar="NAME=VALUE", help="A setting of Spark."),
    click.option("--remote", default="", help="A Spark Connect server: sc://host:15002."),
    click.option("--master", default="", help="Where to run: 'local[2]', yarn, spark://host:7077."),
)


class Engine(NamedTuple):
    """Where to run, and what people said."""

    master: str
    remote: str
    conf: dict[str, str]
    cores: int | None
    db: Path | None


def engine_options(command: Command) -> Command:
    """Add where to run, as one argument `engine`."""

    @functools.wraps(command)
    def packed(
        *,
        master: str,
        remote: str,
        conf: tuple[str, ...],
        cores: int | None,
        db: Path | None,
        **others: Any,
    ) -> Any:
        if master and remote:
            raise click.UsageError("--remote and --master exclude each other")
        for each in conf:
            if "=" not in each:
                raise click.BadParameter(f"'{each}' is not NAME=VALUE", param_hint="--conf")
        options = dict(each.partition("=")[::2] for each in conf)
        return command(engine=Engine(master, remote, options, cores, db), **others)

    return decorate(packed, _ENGINE_OPTIONS)  # type: ignore[no-any-return]


@spark.command("run", help=_RUN_HELP)
@click.argument("out")
@record_options
@engine_options
@scoring_options
@now_option
@log_option
@quiet_option
@output_options
def run(
    out: str,
    records: Records,
    engine: Engine,
    changes: dict[str, Any],
    now: datetime | None,
    reporter: Reporter,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Run all stages on all articles."""
    from ..spark import run as run_on_spark

    settings = twicetold.Settings()._replace(**changes)
    work = functools.partial(run_on_spark, settings=settings)
    _run_and_print(work, out, records, engine, now, reporter, None if quiet else output)


@spark.command("add", help=_ADD_HELP)
@click.argument("out")
@record_options
@engine_options
@now_option
@log_option
@quiet_option
@output_options
def add(
    out: str,
    records: Records,
    engine: Engine,
    now: datetime | None,
    reporter: Reporter,
    quiet: bool,
    output: formats.Output,
) -> None:
    """Add new days."""
    from ..spark import add_days

    _run_and_print(add_days, out, records, engine, now, reporter, None if quiet else output)


def _run_and_print(
    work: "Callable[..., Result]",
    out: str,
    records: Records,
    engine: Engine,
    now: datetime | None,
    reporter: Reporter,
    output: formats.Output | None,
) -> None:
    """Open a session, do the work, and print what it gave."""
    from ..spark import NO_MANUAL_TABLES, ManualTables, open_session, open_sources, plain_errors

    manual = NO_MANUAL_TABLES
    if engine.db is not None:
        with twicetold.Index.open(engine.db) as index:
            manual = ManualTables.of_index(index)
    with open_session(engine.master, engine.remote, engine.conf) as session, plain_errors():
        result = work(
            session,
            open_sources(session, list(records.paths)),
            out,
            manual=manual,
            defaults=records.defaults,
            now=now,
            cores=engine.cores,
            progress=reporter.progress if reporter.is_json or output is None else _tell_stages,
        )
    _report(result, reporter, output)


def _report(result: "Result", reporter: Reporter, output: formats.Output | None) -> None:
    """Tell what was rejected, and print counts."""
    record = result.record
    for rejection in result.rejected:
        reporter.rejections(rejection)
    reporter.rejections.count = record.rejected  # `rejected` has the first
    for field, (articles, value) in sorted(record.unread.items()):
        tell_lacking(field, articles, value)
    reporter.log("done", **record._asdict())
    if output is not None:
        formats.write_answer(record, [record], _card, output, sys.stdout)
    reporter.rejections.exit_if_any()


def _card(record: "RunRecord") -> str:
    counts = record.links, record.copy_groups, record.stories
    return run_cards.spark_card(record.new, record.rejected, record.articles, *counts)


_IMPORT_HELP = """Make an index of a part of what spark run wrote to OUT.

DB is an ordinary index, for every command that looks: stories, show, why, report, inspect.
Articles and stories keep their numbers. What lies outside of the part does not count: a story is
shown by its reports in the part. OUT is a folder on this machine. It needs the extra 'parquet', and
no Spark. The same command run twice changes nothing; another part is added to the same DB.

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
@click.option("--story", type=int, help="All articles of the days of this story.")
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
    SparkTables(out)  # raises for any other folder, before an index is made
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
