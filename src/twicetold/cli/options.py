"""What several commands share: kinds of values, the blocks of options, and the one error door.

A command gets each block as one argument: `sources` is a `Sources`, `output` an `Output`.
"""

import functools
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

import twicetold

from ..article import NAMES, Defaults, Rejection, moment
from ..errors import ArticleError, TwicetoldError
from ..index import WAIT_SECONDS
from ..report import cards as card
from ..report.formats import Output, write_answer
from ..sources import FORMATS

if TYPE_CHECKING:
    from ..jobs.runs import Stage

REJECTED = 3  # done, but some articles were rejected
_INTERRUPTED = 130
_SHOWN_REJECTIONS = 20

INDEX_FILE = click.Path(dir_okay=True, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


class CommandLine(click.Group):
    """Commands whose errors become a sentence and an exit code, here and nowhere else."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command. A traceback only with --debug, or where we have a bug."""
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()
        except TwicetoldError as error:
            if ctx.params["debug"]:
                raise
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("interrupted; what was stored before is safe", err=True)
            ctx.exit(_INTERRUPTED)
        except BrokenPipeError:  # whoever read our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)


class Columns(click.ParamType[tuple[str, str]]):
    """FIELD=COLUMN: a field of ours and what another calls it."""

    name = "FIELD=COLUMN"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The pair. Fails for a field that articles do not have."""
        field, sign, column = str(value).partition("=")
        if field not in NAMES or not sign:
            self.fail(f"'{value}' is not FIELD=COLUMN with a field among {', '.join(NAMES)}")
        return field, column


class Time(click.ParamType[datetime | None]):
    """A UTC time."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime | None:
        """The time. Fails for what is none."""
        try:
            return moment(str(value), "time")
        except ArticleError as error:
            self.fail(error.reason)


class Since(click.ParamType[str]):
    """A UTC time, or the day, month or year that it lies in, as the index writes them."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """'2026-02-05T20:00:00Z' or '2026-02-05'. Fails for what is neither."""
        text = str(value)
        part = re.fullmatch(r"\d{4}(-\d\d){0,2}", text)
        try:
            time = moment(f"{text}-01-01"[:10] if part else text, "time")
        except ArticleError as error:
            self.fail(error.reason)
        return text if part or time is None else f"{time:%Y-%m-%dT%H:%M:%SZ}"


class Sources(NamedTuple):
    """What is to be read, and how."""

    paths: tuple[str, ...]
    format: str
    defaults: Defaults
    strict: bool


def source_options(command: Command) -> Command:
    """The sources, and how they are to be read, as one argument `sources`."""

    @functools.wraps(command)
    def packed(
        *,
        sources: tuple[str, ...],
        format: str | None,
        map: tuple[tuple[str, str], ...],
        outlet: str,
        lang: str,
        strict: bool,
        **others: Any,
    ) -> Any:
        defaults = Defaults(dict(map), outlet, lang)
        return command(sources=Sources(sources, format or "", defaults, strict), **others)

    decorated: Any = packed
    for option in (
        click.option("--strict", is_flag=True, help="End at the first article rejected."),
        click.option(
            "--lang",
            default="",
            help="Language of articles that name none: en, fr, …; else their text tells.",
        ),
        click.option("--outlet", default="", help="Outlet of articles that name none."),
        click.option(
            "--map",
            multiple=True,
            type=Columns(),
            help="Other people's name for a field, as title=headline; 'id=' reads none.",
        ),
        click.option(
            "--format", type=click.Choice(FORMATS), help="Of files whose name does not tell."
        ),
        click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


class Granularity(click.ParamType[float]):
    """'event', 'episode', or a probability."""

    name = "event|episode|0..1"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """The cut. Fails for what is neither a name nor between 0 and 1."""
        from ..clustering.linkage import GRANULARITY

        try:
            cut = GRANULARITY[value] if value in GRANULARITY else float(value)
        except ValueError:
            cut = -1.0
        if not 0 < cut < 1:
            self.fail(f"'{value}' is neither {' nor '.join(GRANULARITY)} nor between 0 and 1")
        return cut


def cluster_options(command: Command) -> Command:
    """What is said of settings, as one argument `given`: fields of Settings."""

    @functools.wraps(command)
    def packed(
        *, model: Path | None, granularity: float | None, embedder: str | None, **others: Any
    ) -> Any:
        given: dict[str, Any] = {"cut": granularity, "embedder": embedder}
        given["models"] = twicetold.load_models(model) if model else None
        given = {name: value for name, value in given.items() if value is not None}
        return command(given=given, **others)

    decorated: Any = packed
    for option in (
        click.option(
            "--granularity",
            type=Granularity(),
            help="How far a story reaches: one event (a new index's), a whole episode of events, or"
            " the mean probability at which reports are held together.",
        ),
        click.option(
            "--embedder",
            type=click.Choice(["use"]),
            help="Compare reports of two languages by meaning as well, slowly. use: Google's"
            " Universal Sentence Encoder, in the extra 'multilingual'.",
        ),
        click.option(
            "--model", type=INDEX_FILE, help="Weights of your own: see twicetold calibrate."
        ),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


now_option = click.option(
    "--now", type=Time(), help="Take this for the present time, as 2026-02-05T14:30:00Z."
)


wait_option = click.option(
    "--wait",
    type=click.IntRange(min=0),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="Wait so long for another run to end its writing.",
)


def output_options(command: Command) -> Command:
    """The one block of options of every command that reads, as one argument `output`."""

    @functools.wraps(command)
    def packed(
        *, json: bool, nl: bool, csv: bool, tsv: bool, no_headers: bool, **others: Any
    ) -> Any:
        asked = {"json": json, "nl": nl, "csv": csv, "tsv": tsv}
        chosen = [form for form, wanted in asked.items() if wanted]
        if len(chosen) > 1:
            raise click.UsageError(f"--{chosen[0]} and --{chosen[1]}: choose one form of output")
        return command(output=Output(chosen[0] if chosen else "table", not no_headers), **others)

    decorated: Any = packed
    for option in (
        click.option("--no-headers", is_flag=True, help="Leave the header out."),
        click.option("--tsv", is_flag=True, help="Values set off by tabs."),
        click.option("--csv", is_flag=True, help="CSV with a header."),
        click.option("--nl", is_flag=True, help="JSON lines: one object a line."),
        click.option("--json", is_flag=True, help="One JSON value."),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


class Job(NamedTuple):
    """How a run tells of itself."""

    stage: "Stage"
    rejected: "Rejected"
    log: Callable[..., None]  # of an event with its fields


def job_options(command: Command) -> Command:
    """How a run tells of itself, as one argument `job`."""

    @functools.wraps(command)
    def packed(*, log_format: str, **others: Any) -> Any:
        if log_format == "json":
            job = Job(_logged_stage, Rejected(lambda r: _log("rejected", **r._asdict())), _log)
        else:
            job = Job(progress, Rejected(), lambda event, **fields: None)
        return command(job=job, **others)

    option = click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        help="json: one event a line on stderr, stages, rejections and the end, in place of words.",
    )
    return option(packed)  # type: ignore[return-value]


def _log(event: str, **fields: object) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    click.echo(json.dumps({"at": at, "event": event, **fields}, ensure_ascii=False), err=True)


@contextmanager
def _logged_stage(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """A stage that is logged when it ends, with its size and its seconds."""
    start = perf_counter()
    yield lambda done: None
    _log("stage", stage=stage, size=size, seconds=round(perf_counter() - start, 3))


class Rejected:
    """Told of each rejection; the first ones are passed on to stderr."""

    def __init__(self, log: Callable[[Rejection], None] | None = None) -> None:
        self.count = 0
        self.log = log

    def __call__(self, rejection: Rejection) -> None:
        """Hear of one."""
        self.count += 1
        if self.log is not None:
            self.log(rejection)
        elif self.count <= _SHOWN_REJECTIONS:
            click.echo(str(rejection), err=True)

    def end(self) -> None:
        """Say how many more there were, and end with the code that tells of it."""
        if self.count > _SHOWN_REJECTIONS and self.log is None:
            click.echo(f"{self.count - _SHOWN_REJECTIONS:,} more rejected", err=True)
        if self.count:
            sys.exit(REJECTED)


@contextmanager
def progress(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr from the moment when a stage tells how far it is, only on a terminal."""
    update: Callable[[int], None] | None = None
    with ExitStack() as shown:

        def advance(done: int) -> None:
            nonlocal update
            if update is None:
                bar = click.progressbar(length=size, label=stage, file=sys.stderr)
                update = shown.enter_context(bar).update
            update(done)

        yield advance if size > 1 and sys.stderr.isatty() else lambda done: None


def read(
    sources: Sources, stage: "Stage" = progress
) -> Iterator["twicetold.Article | twicetold.Rejection"]:
    """What the sources hold."""
    return twicetold.read(
        sources.paths, format=sources.format, defaults=sources.defaults, stage=stage
    )


def tell(done: "twicetold.Counts", output: Output, *, clustered: bool) -> None:
    """Say what a run did."""
    told = card.done(done, clustered=clustered)
    write_answer(done, [done], lambda: told, output, sys.stdout)
