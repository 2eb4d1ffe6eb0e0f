"""What commands share: types of values, blocks of options, and errors as messages.

A command gets each block of options as one argument: `sources` is a `Sources`, `output` an
`Output`.
"""

import functools
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

import twicetold

from ..columns import COLUMN_NAMES
from ..errors import ArgumentError
from ..index import WAIT_SECONDS
from ..report.formats import Output
from ..sources import FORMATS, LARGEST_UNPACKED
from ..times import argument_prefix, argument_time, time_ago

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


class Sources(NamedTuple):
    """The sources of a command, and how to read them."""

    paths: tuple[str, ...]
    format: str
    columns: dict[str, str]
    outlet: str
    lang: str
    date_format: str
    timezone: str
    encoding: str
    max_size: int
    strict: bool


class Size(click.ParamType[int]):
    """A number of bytes: 200M, 5G."""

    name = "SIZE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return bytes. Fails for anything but a number with or without k, M or G."""
        if isinstance(value, int):
            return value
        match = re.fullmatch(r"(\d{1,12})([kMG]?)", str(value))
        if match is None:
            self.fail(f"'{value}' is not a size such as 200M or 5G")
        return int(match[1]) * _UNITS[match[2]]


_UNITS = {"": 1, "k": 10**3, "M": 10**6, "G": 10**9}
_SOURCE_OPTIONS = (
    click.option(
        "--strict",
        is_flag=True,
        help="Stop at the first record that is rejected, whatever the reason.",
    ),
    click.option(
        "--max-size",
        type=Size(),
        default=LARGEST_UNPACKED,
        show_default="500M",
        help="Most that a compressed file may unpack to. A JSON file may have 200M, a feed 50M.",
    ),
    click.option(
        "--encoding",
        default="",
        help="Encoding of files that are not UTF-8: cp1252 (Excel on Windows), latin-1.",
    ),
    click.option(
        "--timezone",
        default="UTC",
        show_default=True,
        help="Where the files' times without a zone are local times: Europe/Paris.",
    ),
    click.option(
        "--date-format",
        default="",
        help="How the files write times: '%d.%m.%Y %H:%M' (see Python's strptime).",
    ),
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
        date_format: str,
        timezone: str,
        encoding: str,
        max_size: int,
        strict: bool,
        **others: Any,
    ) -> Any:
        reading = (dict(map), outlet, lang, date_format, timezone, encoding, max_size, strict)
        wanted = Sources(sources, format or "", *reading)
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
    return _decorate(packed, options)  # type: ignore[no-any-return]


def _decorate(command: Any, options: Iterable[Callable[[Any], Any]]) -> Any:
    for option in options:
        command = option(command)
    return command
