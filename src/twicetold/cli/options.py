"""What commands share: types of values, and blocks of options.

A command gets each block of options as one argument: `output` is an `Output`; `sources`, see
`source_options`, a `Sources`.
"""

import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

import twicetold

from ..errors import ArgumentError
from ..index import WAIT_SECONDS
from ..report.formats import Output
from ..times import argument_prefix, argument_time, time_ago

INDEX_FILE = click.Path(dir_okay=True, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


class UTCTime(click.ParamType[datetime]):
    """A UTC time."""

    name = "TIME"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the time. Fails if it cannot be read."""
        try:
            return argument_time(str(value), "time")
        except ArgumentError as error:
            self.fail(f"{error.finding} ({error.hint})")


class TimePrefix(click.ParamType[str]):
    """A UTC time, or a day, month or year, as text that compares with stored times.

    It may be counted from now: 'today', 'yesterday', '12h', '7d', '4w'.
    """

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return '2026-02-05T20:00:00Z' or '2026-02-05'. Fails if it cannot be read."""
        try:
            return argument_prefix(time_ago(str(value)) or str(value), "time")
        except ArgumentError as error:
            self.fail(f"{error.finding} ({error.hint})")


class Granularity(click.ParamType[dict[str, Any]]):
    """'event', 'episode', or a probability, as fields of Settings."""

    name = "event|episode|0..1"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dict[str, Any]:
        """Return fields of Settings. Fails if it is neither a name nor between 0 and 1."""
        from ..index.settings import GRANULARITIES  # 0.3 s, only for this option

        if value in GRANULARITIES:
            return GRANULARITIES[value]
        try:
            cut = float(value)
        except ValueError:
            cut = -1.0
        if not 0 < cut < 1:
            self.fail(f"'{value}' is neither {' nor '.join(GRANULARITIES)} nor between 0 and 1")
        return {"cut": cut}


_SCORING_OPTIONS = (
    click.option(
        "--granularity",
        type=Granularity(),
        help="How much belongs to a story: one event (the default); an episode: all reports of"
        " an affair, whenever they came, within 30 days of another; or the mean probability at"
        " which clusters are merged.",
    ),
    click.option("--model", type=INDEX_FILE, help="Own weights, see twicetold calibrate."),
)
_EMBEDDER_OPTION = click.option(
    "--embedder",
    type=click.Choice(["use"]),
    help="Also compare reports of two languages by meaning, slowly. use: Google's"
    " Universal Sentence Encoder, in the extra 'multilingual'.",
)


def scoring_options(command: Command) -> Command:
    """Add the options that change how pairs are scored, as one argument `changes` of Settings."""

    @functools.wraps(command)
    def packed(*, model: Path | None, granularity: dict[str, Any] | None, **others: Any) -> Any:
        changes = dict(granularity or {})
        if model is not None:
            changes["models"] = twicetold.load_models(model)
        return command(changes=changes, **others)

    return decorate(packed, _SCORING_OPTIONS)  # type: ignore[no-any-return]


def settings_options(command: Command) -> Command:
    """Add the options that change settings, as one argument `changes`: fields of Settings."""

    @functools.wraps(command)
    def packed(*, changes: dict[str, Any], embedder: str | None, **others: Any) -> Any:
        if embedder is not None:
            changes["embedder"] = embedder
        return command(changes=changes, **others)

    return scoring_options(decorate(packed, [_EMBEDDER_OPTION]))  # type: ignore[no-any-return]


now_option = click.option(
    "--now", type=UTCTime(), help="Use this as the present time: 2026-02-05T14:30:00Z"
)


limit_option = click.option(
    "--limit",
    type=click.IntRange(0, 10**9),
    default=50,
    show_default=True,
    help="At most this many; 0: all.",
)


quiet_option = click.option(
    "-q", "--quiet", is_flag=True, help="Print no counts; only what goes wrong, on stderr."
)


wait_option = click.option(
    "--wait",
    type=click.IntRange(0, 1_000_000),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another run that is writing.",
)


def output_options(command: Command) -> Command:
    """Add the forms of output, as one argument `output`."""

    @functools.wraps(command)
    def packed(
        *, json: bool, nl: bool, csv: bool, tsv: bool, no_headers: bool, raw: bool, **others: Any
    ) -> Any:
        formats = {"json": json, "nl": nl, "csv": csv, "tsv": tsv}
        chosen = [form for form, wanted in formats.items() if wanted]
        if len(chosen) > 1:
            raise click.UsageError(f"--{chosen[0]} and --{chosen[1]}: choose one form of output")
        output = Output(chosen[0] if chosen else "table", not no_headers, raw)
        return command(output=output, **others)

    options = (
        click.option(
            "--raw",
            is_flag=True,
            help="Cells of CSV and TSV as they are stored, for programs, not for spreadsheets.",
        ),
        click.option("--no-headers", is_flag=True, help="Leave out the header."),
        click.option("--tsv", is_flag=True, help="Tab-separated values, else as --csv."),
        click.option(
            "--csv",
            is_flag=True,
            help="CSV with a header; an apostrophe before what a spreadsheet would run.",
        ),
        click.option("--nl", is_flag=True, help="JSON lines: one object on each line."),
        click.option("--json", is_flag=True, help="One JSON value."),
    )
    return decorate(packed, options)  # type: ignore[no-any-return]


def decorate(command: Any, options: Iterable[Callable[[Any], Any]]) -> Any:
    """Add options to a command; the last one is shown first."""
    for option in options:
        command = option(command)
    return command
