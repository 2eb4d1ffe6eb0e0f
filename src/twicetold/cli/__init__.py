"""The command line: each command parses, calls one function of the library, and prints.

What commands share is in `options`, the one door at which errors become a sentence among it.
"""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import twicetold

from ..report import card, formats
from ..report.metrics import write_metrics
from .options import (
    INDEX_FILE,
    CommandLine,
    Job,
    Rejected,
    Since,
    Sources,
    cluster_options,
    job_options,
    now_option,
    output_options,
    progress,
    source_options,
)

if TYPE_CHECKING:
    from ..runs import Stage


@click.group(
    cls=CommandLine,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "max_content_width": 100,
        "auto_envvar_prefix": "TWICETOLD",
    },
)
@click.version_option(twicetold.__version__, prog_name="twicetold")
@click.option("--debug", is_flag=True, help="Show a traceback where an error ends the command.")
def cli(debug: bool) -> None:
    """Which of these articles tell the same story, and who copied whom?

    \b
        twicetold run news.db sample_corpus/     read, find copies and stories
        twicetold stories news.db                the most widely reported ones
        twicetold show news.db 1                 one story: outlets, times, copies
        twicetold why news.db 17 42              the evidence about two articles

    Options can be set by the environment: TWICETOLD_RUN_LANG=en.
    """


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
    items = (item for item in _read(sources, job.stage) if _recent(item, since))
    opened = twicetold.Index.open(db, create=True) if not dry_run else twicetold.Index.rehearsal(db)
    with opened as index:
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
    _tell(done, output, clustered=True)
    job.rejected.end()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@source_options
@now_option
@click.option("--dry-run", is_flag=True, help="Read and check, store nothing.")
@output_options
def ingest(
    db: Path,
    sources: Sources,
    now: datetime | None,
    dry_run: bool,
    output: formats.Output,
) -> None:
    """Read new articles into the index DB; they wait there for `twicetold cluster`.

    \b
        twicetold ingest news.db tuesday.jsonl
        twicetold ingest news.db export.csv --map title=titre --map body=texte --lang fr
    """
    items, rejected = _read(sources), Rejected()
    with twicetold.Index.in_memory() if dry_run else twicetold.Index.open(db, create=True) as index:
        done = twicetold.ingest(
            index, items, strict=sources.strict, now=now, stage=progress, rejected=rejected
        )
    _tell(done, output, clustered=False)
    rejected.end()


@cli.command()
@click.argument("db", type=INDEX_FILE)
@cluster_options
@now_option
@output_options
def cluster(db: Path, given: dict[str, Any], now: datetime | None, output: formats.Output) -> None:
    """Find copies and stories among the articles of DB that wait.

    \b
        twicetold cluster news.db
    """
    with twicetold.Index.open(db) as index:
        done = twicetold.cluster(index, settings=_asked(index, given), now=now, stage=progress)
    _tell(done, output, clustered=True)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@cluster_options
@now_option
@output_options
def rebuild(db: Path, given: dict[str, Any], now: datetime | None, output: formats.Output) -> None:
    """Find copies and stories of all articles of DB anew, perhaps with other settings.

    Without any it goes by those that DB has, and gives what is there already. Stories keep the
    numbers under which most of their articles stood.

    \b
        twicetold rebuild news.db --granularity episode
    """
    with twicetold.Index.open(db) as index:
        done = twicetold.rebuild(index, settings=_asked(index, given), now=now, stage=progress)
    _tell(done, output, clustered=True)


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

    STORY is its number, as `twicetold stories` lists it. Below stand the other events of a running
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
    items, rejected = _read(sources), Rejected()
    with twicetold.Index.open(db) as index:
        found = twicetold.match(index, items, strict=sources.strict, now=now, rejected=rejected)
    if not quiet:
        formats.write(found, output, sys.stdout)
    rejected.end()
    if quiet and not all(row.known or row.copy_of or row.story for row in found):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE, required=False)
@click.option("--worst", default=10, show_default=True, help="List so many of the worst stories.")
@output_options
def evaluate(db: Path, labels: Path | None, worst: int, output: formats.Output) -> None:
    """Compare the stories of DB with what people say in LABELS, and list where they differ most.

    LABELS is CSV or JSON lines: a row an article, with its key (or id, url) and its story (or
    label), or a row a pair, with a, b and same. Measures are those of the field: BCubed, pairs,
    adjusted Rand, V (with homogeneity and completeness).

    Without LABELS, how much of what is linked is chance: articles weeks apart, read as if of the
    same days, report no common event; as often as they are taken for one, so are others.

    \b
        twicetold evaluate news.db sample_corpus/gold.csv
        twicetold evaluate news.db pairs.csv --json
        twicetold evaluate archive.db
    """
    told = twicetold.read_labels(labels) if labels else None
    with twicetold.Index.open(db) as index:
        if told is None:
            noise = twicetold.noise(index, stage=progress)
            formats.write_answer(noise, noise, lambda: card.noise(noise), output, sys.stdout)
            return
        found = twicetold.agreement(index, told, worst=worst)
    rows = found.measures
    formats.write_answer(found, rows, lambda: card.evaluation(found), output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("labels", type=INDEX_FILE)
@click.argument("out", type=INDEX_FILE)
@output_options
def calibrate(db: Path, labels: Path, out: Path, output: formats.Output) -> None:
    """Learn weights for news like yours from LABELS of articles in DB, and write them to OUT.

    They start from the package's, and are drawn back to these where labels say little. What is
    gained is told by stories held out: the mean squared error (Brier) of the probabilities, and
    how many of the pairs scored near a probability are one story. `run --model OUT` takes them.

    \b
        twicetold calibrate news.db labels.csv ours.json
        twicetold run tomorrow.db feeds/ --model ours.json
    """
    told = twicetold.read_labels(labels)
    with twicetold.Index.open(db) as index:
        found = twicetold.calibrate(index, told)
    out.write_text(json.dumps(found.weights(str(labels)), indent=2) + "\n", encoding="utf-8")
    gains = found.gains()
    rows = [row for gain in gains.values() if gain for row in gain.reliability]
    formats.write_answer(gains, rows, lambda: card.calibration(gains), output, sys.stdout)


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
@click.option("--repair", is_flag=True, help="Mend what is safe to mend.")
@output_options
def check(db: Path, repair: bool, output: formats.Output) -> None:
    """Check that DB is sound: SQLite's own tests, and what must hold in every index.

    Counts are made again, and signatures from the texts. --repair mends counts, copy groups,
    signatures and the text search; an article whose story is in doubt waits for the next run.
    Ends with 1 when something is left that is wrong.

    \b
        twicetold check news.db
        twicetold check news.db --repair
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.check(index, repair=repair, stage=progress)
    formats.write(found, output, sys.stdout)
    if any(row.broken and not row.repaired for row in found):
        sys.exit(1)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.argument("article")
@click.option("--note", default="", help="Why, to be kept with the tombstone.")
@output_options
def remove(db: Path, article: str, note: str, output: formats.Output) -> None:
    """Take an ARTICLE of DB down: its text, versions, signature and search entries.

    ARTICLE is its id, key or url. Stories and copy groups become what they would be without it; a
    tombstone, a hash of its key, keeps it from coming back with the next feed.

    \b
        twicetold remove news.db https://example.org/2026/02/a-name --note 'court order 12/26'
    """
    with twicetold.Index.open(db) as index:
        done = twicetold.remove(index, article, note=note, stage=progress)
    told = card.removed(done)
    formats.write_answer(done, [done], lambda: told, output, sys.stdout)


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
    that a copy still has. See what was changed with twicetold versions.

    \b
        twicetold stale news.db
        twicetold stale news.db 95 --json
    """
    with twicetold.Index.open(db) as index:
        found = twicetold.stale(index, article)
    formats.write(found, output, sys.stdout)


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option(
    "--before",
    type=Since(),
    required=True,
    help="Stories last heard of before this UTC time: 2025-01-01",
)
@output_options
def prune(db: Path, before: str, output: formats.Output) -> None:
    """Delete old, settled stories from DB with their articles, and give their room back.

    Whole stories go; one that was heard of since stays as it is. Copies of what is gone are not
    recognised any more, and a source that still has it brings it back.

    \b
        twicetold prune news.db --before 2025-01-01
    """
    with twicetold.Index.open(db) as index:
        gone = twicetold.prune(index, before)
    told = f"{gone.articles:,} articles of {gone.stories:,} stories deleted"
    told += f", {gone.bytes:,} bytes freed\n"
    formats.write_answer(gone, [gone], lambda: told, output, sys.stdout)


def _decision(verdict: str, says: str) -> None:
    """The command for a verdict: `same` or `different`."""

    @cli.command(
        verdict,
        help=f"""Say that A and B {says}, whatever their texts are like.

    A and B are ids, keys or urls of articles. It is obeyed at once and by every later run; what
    contradicts other decisions, or copies, is refused with the chain that does. A later word on
    the same pair takes the place of an earlier one.

    \b
        twicetold {verdict} news.db 17 42 --by desk --note 'two strikes, one day'
    """,
    )
    @click.argument("db", type=INDEX_FILE)
    @click.argument("a", metavar="A")
    @click.argument("b", metavar="B")
    @click.option("--by", default="", help="Who says so.")
    @click.option("--note", default="", help="Why.")
    @output_options
    def command(db: Path, a: str, b: str, by: str, note: str, output: formats.Output) -> None:
        with twicetold.Index.open(db) as index:
            done = twicetold.decide(index, a, b, verdict, by=by, note=note, stage=progress)
        _tell(done, output, clustered=True)


_decision("same", "are one story")
_decision("different", "are two stories")


@cli.command()
@click.argument("db", type=INDEX_FILE)
@click.option("--add", type=INDEX_FILE, help="Take over those of a CSV file first.")
@output_options
def decisions(db: Path, add: Path | None, output: formats.Output) -> None:
    """List what people decided on pairs of articles of DB, as `twicetold calibrate` takes it.

    \b
        twicetold decisions news.db --csv > decided.csv
        twicetold decisions other.db --add decided.csv
        twicetold calibrate news.db decided.csv ours.json
    """
    said = twicetold.read_decisions(add) if add else []
    with twicetold.Index.open(db) as index:
        if said:
            twicetold.decide_all(index, said, stage=progress)
        found = twicetold.decided(index)
    formats.write(found, output, sys.stdout)


def _asked(index: "twicetold.Index", given: dict[str, Any]) -> "twicetold.Settings | None":
    """Those of the index, but for what is given; None: nothing is."""
    return twicetold.settings_of(index)._replace(**given) if given else None


def _read(
    sources: Sources, stage: "Stage" = progress
) -> Iterator["twicetold.Article | twicetold.Rejection"]:
    return twicetold.read(
        sources.paths, format=sources.format, defaults=sources.defaults, stage=stage
    )


def _recent(item: "twicetold.Article | twicetold.Rejection", since: str) -> bool:
    """Whether an article is not from before a time; undated ones and rejections are not."""
    published = getattr(item, "published", None)
    return published is None or f"{published:%Y-%m-%dT%H:%M:%SZ}" >= since


def _tell(done: "twicetold.Counts", output: formats.Output, *, clustered: bool) -> None:
    told = card.done(done, clustered=clustered)
    formats.write_answer(done, [done], lambda: told, output, sys.stdout)
