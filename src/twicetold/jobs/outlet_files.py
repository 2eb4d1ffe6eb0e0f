"""Read files about outlets. Start reading at `read_outlets`."""

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..csv_cells import unguarded
from ..errors import ArgumentError, SourceError, TwicetoldError
from ..index.outlets import Outlet, parse_group, plain_name
from ..sources import is_export, table_rows
from ..times import argument_zone

_FIELDS = ("names", "owner", "agency", "timezone")  # of an outlet; others are kinds of groups
_MISSPELT = {
    **dict.fromkeys(("name", "names", "alias", "aliases"), "names"),
    **dict.fromkeys(("owner", "owners", "ownedby", "ownership"), "owner"),
    **dict.fromkeys(("agency", "agencies"), "agency"),
    **dict.fromkeys(("zone", "tz", "timezone", "timezones"), "timezone"),
}
_COUNTED = ("articles", "domain")  # columns of `twicetold outlets --csv`
_YES = ("yes", "true", "1")


def read_outlets(path: Path | str) -> list[Outlet]:
    """Return the outlets of a TOML or CSV file, or of a folder that `export` wrote.

    In TOML, a table for each outlet: `["The Guardian"]`, with `names` (a list; hosts among them),
    `owner`, `agency` (true, or the agency's name) and `timezone`, all of which may be left out. In
    CSV, the columns outlet, names (with semicolons between them), owner, agency and timezone. Any
    other field is a group that the outlet belongs to: `country = "France"`. Raises SourceError if
    the file cannot be read, TwicetoldError for a wrong field.
    """
    outlets = _described(Path(path))
    try:
        check_once(outlets)
    except ArgumentError as error:
        raise TwicetoldError(str(path), error.finding, field=error.field) from None
    return outlets


def _described(path: Path) -> list[Outlet]:
    if is_export(path):
        rows = enumerate(table_rows(path, "outlets"), start=1)
        return [_from_row(_filled(row), f"{path}/outlets:{line}") for line, row in rows]
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                return [_from_row(row, f"{path}:{line}") for line, row in _rows(file)]
        with path.open("rb") as toml:
            tables = tomllib.load(toml)
    except (OSError, UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError) as error:
        raise SourceError(str(path), f"can't be read: {error}") from None
    return [_from_table(name, table, f"{path}: {name}") for name, table in tables.items()]


def check_once(described: Sequence[Outlet]) -> None:
    """Raise ArgumentError if an outlet is described twice."""
    counts = Counter(outlet.outlet.casefold() for outlet in described)
    for outlet in described:
        if counts[outlet.outlet.casefold()] > 1:
            raise ArgumentError("outlet", f"'{outlet.outlet[:40]}' is described twice")


def _rows(file: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    reader = csv.DictReader(file)
    if "outlet" not in (reader.fieldnames or ()):
        there = ", ".join(reader.fieldnames or ())[:80]
        raise csv.Error(f"no column outlet among {there}")
    for row in reader:
        yield (
            reader.line_num,
            {name: unguarded(value) for name, value in row.items() if name and value},
        )


def _filled(row: Mapping[str, object]) -> dict[str, str]:
    """Return the cells of an exported row that have a text."""
    return {name: value for name, value in row.items() if isinstance(value, str) and value}


def _from_row(row: Mapping[str, str], place: str) -> Outlet:
    names = [name.strip() for name in row.get("names", "").split(";")]
    table: dict[str, object] = {
        name: value for name, value in row.items() if name not in ("outlet", "names", *_COUNTED)
    }
    agency = row.get("agency", "").strip().lower()
    if agency in (*_YES, "no", "false", "0"):
        table["agency"] = agency in _YES
    table["names"] = [name for name in names if name]
    listed = str(table.pop("groups", "")).split(";")  # as `twicetold outlets --csv` writes them
    for group in filter(None, map(str.strip, listed)):
        kind, sign, name = _group(group, "groups", place).partition("=")
        if sign:
            table[kind] = name
    return _from_table(row.get("outlet", ""), table, place)


def _from_table(name: str, table: object, place: str) -> Outlet:
    """Return what a file says about one outlet. Raises TwicetoldError."""
    if not name.strip():
        raise TwicetoldError(place, "is missing", field="outlet")
    if not isinstance(table, Mapping):
        raise TwicetoldError(place, "is not a table", hint=f'write ["{name}"] above its fields')
    names, agency = table.get("names", []), table.get("agency", False)
    if not isinstance(names, list) or not all(isinstance(each, str) for each in names):
        raise TwicetoldError(place, "is not a list of names", field="names")
    if not all(each.strip() for each in names):
        raise TwicetoldError(place, "has an empty name", field="names")
    if isinstance(agency, bool):
        agency = name if agency else ""
    texts = {name: value for name, value in table.items() if name not in ("names", "agency")}
    values = {"owner": "", "timezone": "", "agency": agency} | texts
    for field, value in values.items():
        if not isinstance(value, str):
            raise TwicetoldError(place, "is not text", field=field)
    groups = [f"{name}={values.pop(name)}" for name in texts if name not in _FIELDS]
    try:
        values["owner"] = plain_name(values["owner"], "owner")
    except ArgumentError as error:
        raise TwicetoldError(place, error.finding, field="owner") from None
    if values["timezone"]:
        try:
            argument_zone(values["timezone"])
        except ArgumentError as error:
            raise TwicetoldError(place, error.finding, field="timezone") from None
    checked = [_group(group, group.split("=")[0], place) for group in groups]
    return Outlet(name.strip(), names=tuple(names), groups=tuple(filter(None, checked)), **values)


def _group(group: str, field: str, place: str) -> str:
    """Return a group as it is stored, '' without a name. Raises TwicetoldError."""
    meant = _MISSPELT.get(re.sub(r"[\W_]", "", group.split("=")[0].lower()))
    if meant:
        raise TwicetoldError(place, f"is no field; did you mean {meant}?", field=field[:40])
    try:
        kind, name = parse_group(group)
    except ArgumentError as error:
        raise TwicetoldError(place, error.finding, field=field[:40], hint=error.hint) from None
    return f"{kind}={name}" if name else ""
