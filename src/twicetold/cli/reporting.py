"""How commands report what they do: progress and rejections on stderr, counts on stdout."""

import functools
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

import click

import twicetold

from ..article import Rejection
from ..report import run_cards
from ..report.formats import Output, count, write_answer, write_rows
from .group import JSON_LOG, log_event, tell
from .options import Command
from .source_options import Sources

if TYPE_CHECKING:
    from ..progress import Progress

REJECTED = 3  # exit code: done, but some articles were rejected
_SHOWN_REJECTIONS = 20
_SHOWN_FILES = 5
_LOGGED = ("source", "line", "field", "reason", "excerpt", "stage")
_FIELDS = {
    "published": "a time",
    "updated": "a time of update",
    "lang": "a language",
    "id": "an id",
}


class Reporter(NamedTuple):
    """How a run reports its progress and its rejections."""

    progress: "Progress"
    rejections: "Rejections"
    log: Callable[..., None]  # of an event with its fields
    is_json: bool = False


def log_option(command: Command) -> Command:
    """Add the form of messages, as one argument `reporter`."""

    @functools.wraps(command)
    def packed(*, log_format: str, **others: Any) -> Any:
        if log_format == "json":
            click.get_current_context().meta[JSON_LOG] = True
            rejections = Rejections(lambda rejection: log_event("rejected", **_logged(rejection)))
            reporter = Reporter(_log_stage, rejections, log_event, is_json=True)
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
        self.count = self.shown = 0
        self.log = log

    def __call__(self, rejection: Rejection) -> None:
        """Count and show one rejection."""
        self.count += 1
        if self.log is not None:
            self.log(rejection)
        elif self.count <= _SHOWN_REJECTIONS or not rejection.line:  # a whole file
            self.shown += 1
            tell(str(rejection))

    def exit_if_any(self) -> None:
        """Exit with code 3 if there were rejections, after showing how many were not shown."""
        if self.count > self.shown and self.log is None:
            tell(f"{self.count - self.shown:,} more rejected")
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
    sources: Sources, progress: "Progress" = show_progress, zones: Mapping[str, str] | None = None
) -> Iterator["twicetold.Article | twicetold.Rejection"]:
    """Return the articles and rejections of the sources; tell which files are passed over.

    `zones` are time zones of outlets, looked up when a record is read.
    """
    return twicetold.read_articles(
        sources.paths,
        format=sources.format,
        outlet=sources.outlet,
        lang=sources.lang,
        columns=sources.columns,
        date_format=sources.date_format,
        timezone=sources.timezone,
        zones=zones,
        encoding=sources.encoding,
        max_size=sources.max_size,
        progress=progress,
        on_passed_over=_tell_passed_over,
    )


def print_counts(
    counts: "twicetold.Counts", output: Output, *, clustered: bool, dry_run: bool = False
) -> None:
    """Print what a run did."""
    card = partial(run_cards.run_card, clustered=clustered, dry_run=dry_run)
    write_answer(counts, [counts], card, output, sys.stdout)


def tell_unread(index: "twicetold.Index", counts: "twicetold.Counts") -> None:
    """Tell which fields the articles of the last run were stored without, and other texts."""
    if not counts.incomplete + counts.updated:
        return
    for field, articles, value in twicetold.unread_fields(index):
        tell_lacking(field, articles, value)


def tell_lacking(field: str, articles: int, value: str) -> None:
    """Tell which field articles were stored without, or that they seem to be others."""
    what = f"stored without {_FIELDS.get(field, f'a {field}')}"
    if field == "text":
        what = "replaced by a text with nothing in common"
    tell(f"{what}: {articles:,}, first: '{value}'")


def tell_pending(index: "twicetold.Index") -> None:
    """Tell how many articles are stored and not clustered: no story has them yet."""
    number = twicetold.pending(index)
    if number:
        are = "is" if number == 1 else "are"
        hint = f"twicetold cluster {index.place}"
        tell(f"{count(number, 'article')} {are} pending, in no story yet ({hint})")


def _tell_passed_over(files: list[str]) -> None:
    names = ", ".join(os.path.basename(name) for name in files[:_SHOWN_FILES])
    more = f" and {len(files) - _SHOWN_FILES:,} more" if len(files) > _SHOWN_FILES else ""
    message = f"passed over {count(len(files), 'file')}: {names}{more}"
    if click.get_current_context().meta.get(JSON_LOG):
        log_event("passed over", files=files)
    else:
        tell(message)


def _logged(rejection: Rejection) -> dict[str, object]:
    """Return the fields of a rejection that a log has."""
    return {name: getattr(rejection, name) for name in _LOGGED}


@contextmanager
def _log_stage(stage: str, size: int) -> Iterator[Callable[[int], None]]:
    """Log a stage when it ends, with its size and its seconds."""
    start = perf_counter()
    yield lambda done: None
    log_event("stage", stage=stage, size=size, seconds=round(perf_counter() - start, 3))


def one_more(limit: int) -> int:
    """Return how many rows to read so that `write_first` can tell if there are more; 0: all."""
    return limit + 1 if limit > 0 else 0


def write_first(rows: Sequence[Any], limit: int, output: Output) -> None:
    """Write at most `limit` rows, 0: all; tell if there are more."""
    write_rows(rows[:limit] if limit > 0 else rows, output, sys.stdout)
    if not rows and output.format == "table" and sys.stderr.isatty():
        tell("nothing found")
    if len(rows) > limit > 0:
        tell(f"only the first {limit:,}: --limit 0 lists all")
