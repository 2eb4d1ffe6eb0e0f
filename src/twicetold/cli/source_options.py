"""The options that say which sources to read, and how, as one argument `sources`."""

import functools
import re
from typing import Any, NamedTuple

import click

from ..columns import COLUMN_NAMES
from ..records import Defaults
from ..sources import FORMATS, LARGEST_UNPACKED
from .options import Command, decorate


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


class Records(NamedTuple):
    """Sources of rows, and how to read them."""

    paths: tuple[str, ...]
    defaults: Defaults


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
_RECORD_OPTIONS = (
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
)
_SOURCES = click.argument("sources", nargs=-1, required=True, metavar="SOURCE...")
_FILE_OPTIONS = (
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
        "--format",
        type=click.Choice(FORMATS),
        help="Format of the files, if their names do not say.",
    ),
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

    options = (*_FILE_OPTIONS, *_RECORD_OPTIONS, _SOURCES)
    return decorate(packed, options)  # type: ignore[no-any-return]


def record_options(command: Command) -> Command:
    """Add sources of rows and how to read these, as one argument `records`."""

    @functools.wraps(command)
    def packed(
        *,
        sources: tuple[str, ...],
        map: tuple[tuple[str, str], ...],
        outlet: str,
        lang: str,
        date_format: str,
        timezone: str,
        **others: Any,
    ) -> Any:
        from ..jobs.reading import record_defaults  # only for this option

        defaults = record_defaults(dict(map), outlet, lang, date_format, timezone)
        return command(records=Records(sources, defaults), **others)

    return decorate(packed, (*_RECORD_OPTIONS, _SOURCES))  # type: ignore[no-any-return]
