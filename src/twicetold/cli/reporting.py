"""How commands report what they do: progress and rejections on stderr, counts on stdout."""

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import twicetold

from ..article import Rejection
from ..report import cards
from ..report.formats import Output, write_answer
from .options import Command, Sources

if TYPE_CHECKING:
    from ..progress import Progress

REJECTED = 3  # exit code: done, but some articles were rejected
_SHOWN_REJECTIONS = 20


class Reporter(NamedTuple):
    """How a run reports its progress and its rejections."""

    progress: "Progress"
    rejections: "Rejections"
    log: Callable[..., None]  # of an event with its fields


def log_option(command: Command) -> Command:
    """Add the form of messages, as one argument `reporter`."""

    @functools.wraps(command)
    def packed(*, log_format: str, **others: Any) -> Any:
        if log_format == "json":
            rejections = Rejections(lambda rejection: _log("rejected", **rejection._asdict()))
            reporter = Reporter(_log_stage, rejections, _log)
        else:
            reporter = Reporter(show_progress, Rejections(), lambda event, **fields: None)
        return command(reporter=reporter, **others)

    option = click.option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        help="json: stages, rejections and the end as JSON, one event on each line of stderr.",
    )
    return option(packed)  # type: ignore[return-value]


class Rejections:
    """Counts rejections, and shows the first ones on stderr."""

    def __init__(self, log: Callable[[Rejection], None] | None = None) -> None:
        self.count = 0
        self.log = log

    def __call__(self, rejection: Rejection) -> None:
        """Count and show one rejection."""
        self.count += 1
        if self.log is not None:
            self.log(rejection)
        elif self.count <= _SHOWN_REJECTIONS:
            click.echo(str(rejection), err=True)

    def exit_if_any(self) -> None:
        """Exit with code 3 if there were rejections, after showing how many were not shown."""
        if self.count > _SHOWN_REJECTIONS and self.log is None:
            click.echo(f"{self.count - _SHOWN_REJECTIONS:,} more rejected", err=True)
        if self.count:
            sys.exit(REJECTED)


@contextmanager
def show_progress(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on stderr, on a terminal only, from the first report of progress on."""
    update: Callable[[int], None] | None = None
    with ExitStack() as bars:

        def advance(done: int) -> None:
            nonlocal update
            if update is None:
                bar = click.progressbar(length=size, label=stage, file=sys.stderr)
                update = bars.enter_context(bar).update
            update(done)

        yield advance if size > 1 and sys.stderr.isatty() else lambda done: None


def read_sources(
    sources: Sources, progress: "Progress" = show_progress
) -> Iterator["twicetold.Article | twicetold.Rejection"]:
    """Return the articles and rejections of the sources."""
    return twicetold.read_articles(
        sources.paths,
        format=sources.format,
        outlet=sources.outlet,
        lang=sources.lang,
        columns=sources.columns,
        progress=progress,
    )


def print_counts(counts: "twicetold.Counts", output: Output, *, clustered: bool) -> None:
    """Print what a run did."""
    card = cards.run_card(counts, clustered=clustered)
    write_answer(counts, [counts], lambda: card, output, sys.stdout)


def _log(event: str, **fields: object) -> None:
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    click.echo(json.dumps({"at": at, "event": event, **fields}, ensure_ascii=False), err=True)


@contextmanager
def _log_stage(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """Log a stage when it ends, with its size and its seconds."""
    start = perf_counter()
    yield lambda done: None
    _log("stage", stage=stage, size=size, seconds=round(perf_counter() - start, 3))
