"""What commands share: types of values, blocks of options, and errors as messages.

A command gets each block of options as one argument: `sources` is a `Sources`, `output` an
`Output`.
"""

import functools
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

import twicetold

from ..article import COLUMN_NAMES
from ..errors import ArgumentError
from ..index import WAIT_SECONDS
from ..report.formats import Output
from ..sources import FORMATS
from ..times import argument_prefix, argument_time

INDEX_FILE = click.Path(dir_okay=True, path_type=Path)
Command = TypeVar("Command", bound=Callable[..., Any])


class ColumnName(click.ParamType[tuple[str, str]]):
    """FIELD=COLUMN: a field of ours, and its column in a file."""

    name = "FIELD=COLUMN"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return field and column. Fails for a field that articles do not have."""
        field, sign, column = str(value).partition("=")
        if field not in COLUMN_NAMES or not sign:
            self.fail(f"'{value}' is not FIELD=COLUMN with a field among {', '.join(COLUMN_NAMES)}")
        return field, column


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
    """A UTC time, or a day, month or year, as text that compares with stored times."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return '2026-02-05T20:00:00Z' or '2026-02-05'. Fails if it cannot be read."""
        try:
            return argument_prefix(str(value), "time")
        except ArgumentError as error:
            self.fail(f"{error.finding} ({error.hint})")


class Sources(NamedTuple):
    """The sources of a command, and how to read them."""

    paths: tuple[str, ...]
    format: str
    columns: dict[str, str]
    outlet: str
    lang: str
    strict: bool


_SOURCE_OPTIONS = (
    click.option("--strict", is_flag=True, help="Stop at the first rejected article."),
    click.option(
        "--lang",
        default="",
        help="Language of articles that name none: en, fr, …; default: by their text.",
    ),
    click.option("--outlet", default="", help="Outlet of articles that name none."),
    click.option(
        "--map",
        multiple=True,
        type=ColumnName(),
        help="Column of a field, as title=headline; 'id=' does not read the id.",
    ),
    click.option(
        "--format",
        type=click.Choice(FORMATS),
        help="Format of the files, if their names do not say.",
    ),
    click.argument("sources", nargs=-1, required=True, metavar="SOURCE..."),
)


def source_options(command: Command) -> Command:
    """Add the sources and how to read them, as one argument `sources`."""

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
        wanted = Sources(sources, format or "", dict(map), outlet, lang, strict)
        return command(sources=wanted, **others)

    return _decorate(packed, _SOURCE_OPTIONS)  # type: ignore[no-any-return]


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


_SETTINGS_OPTIONS = (
    click.option(
        "--granularity",
        type=Granularity(),
        help="How much belongs to a story: one event (the default); an episode: all reports of"
        " an affair, whenever they came, within 30 days of another; or the mean probability at"
        " which clusters are merged.",
    ),
    click.option(
        "--embedder",
        type=click.Choice(["use"]),
        help="Also compare reports of two languages by meaning, slowly. use: Google's"
        " Universal Sentence Encoder, in the extra 'multilingual'.",
    ),
    click.option("--model", type=INDEX_FILE, help="Own weights, see twicetold calibrate."),
)


def settings_options(command: Command) -> Command:
    """Add the options that change settings, as one argument `changes`: fields of Settings."""

    @functools.wraps(command)
    def packed(
        *,
        model: Path | None,
        granularity: dict[str, Any] | None,
        embedder: str | None,
        **others: Any,
    ) -> Any:
        changes = dict(granularity or {})
        if embedder is not None:
            changes["embedder"] = embedder
        if model is not None:
            changes["models"] = twicetold.load_models(model)
        return command(changes=changes, **others)

    return _decorate(packed, _SETTINGS_OPTIONS)  # type: ignore[no-any-return]


now_option = click.option(
    "--now", type=UTCTime(), help="Use this as the present time: 2026-02-05T14:30:00Z"
)


wait_option = click.option(
    "--wait",
    type=click.IntRange(min=0),
    default=WAIT_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for another run that is writing.",
)


def output_options(command: Command) -> Command:
    """Add the forms of output, as one argument `output`."""

    @functools.wraps(command)
    def packed(
        *, json: bool, nl: bool, csv: bool, tsv: bool, no_headers: bool, **others: Any
    ) -> Any:
        formats = {"json": json, "nl": nl, "csv": csv, "tsv": tsv}
        chosen = [form for form, wanted in formats.items() if wanted]
        if len(chosen) > 1:
            raise click.UsageError(f"--{chosen[0]} and --{chosen[1]}: choose one form of output")
        return command(output=Output(chosen[0] if chosen else "table", not no_headers), **others)

    options = (
        click.option("--no-headers", is_flag=True, help="Leave out the header."),
        click.option("--tsv", is_flag=True, help="Tab-separated values with a header."),
        click.option("--csv", is_flag=True, help="CSV with a header."),
        click.option("--nl", is_flag=True, help="JSON lines: one object on each line."),
        click.option("--json", is_flag=True, help="One JSON value."),
    )
    return _decorate(packed, options)  # type: ignore[no-any-return]


def _decorate(command: Any, options: Iterable[Callable[[Any], Any]]) -> Any:
    for option in options:
        command = option(command)
    return command
