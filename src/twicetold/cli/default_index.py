"""DB can be left out of a command if the environment variable TWICETOLD_DB names an index."""

import os
from pathlib import Path

import click

VARIABLE = "TWICETOLD_DB"
_SQLITE = b"SQLite format 3\x00"
_SUFFIXES = (".db", ".sqlite", ".sqlite3")


def with_default_index(command: click.Command, ctx: click.Context, args: list[str]) -> list[str]:
    """Return the words of a command, with the default index first if they begin with no index.

    A word is an index if it names a SQLite file, or ends like the name of one.
    """
    default = os.environ.get(VARIABLE)
    takes_index = any(parameter.name == "db" for parameter in command.params)
    if not default or not takes_index or "--help" in args or "-h" in args:
        return args
    try:
        values, _, _ = command.make_parser(ctx).parse_args(list(args))
    except click.UsageError:  # which the real parsing reports
        return args
    first = values.get("db")
    return args if isinstance(first, str) and _is_index(first) else [default, *args]


def _is_index(name: str) -> bool:
    if name.endswith(_SUFFIXES):
        return True
    try:
        with Path(name).open("rb") as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except OSError:
        return False
