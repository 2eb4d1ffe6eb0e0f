"""The command line: each command parses, calls one function of the library, and prints.

`options` has the options that commands share, `reporting` what they print beside their answer, and
`group` the one place where errors become messages.
"""

from . import (
    coverage,
    fetching,
    judging,
    lists,
    maintenance,
    outlets,
    pages,
    passages,
    reading,
    serving,
    spark,
    statistics,
    writing,
)
from .group import cli

__all__ = [
    "cli",
    "coverage",
    "fetching",
    "judging",
    "lists",
    "maintenance",
    "outlets",
    "pages",
    "passages",
    "reading",
    "serving",
    "spark",
    "statistics",
    "writing",
]
