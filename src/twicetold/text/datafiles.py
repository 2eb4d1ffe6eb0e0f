"""The text files in `twicetold/data`, gzipped or not, as lines and as regular expressions."""

import gzip
from importlib.resources import files


def read_lines(name: str) -> list[str]:
    """Return the lines of a data file, 'names.txt.gz'; none if there is no such file."""
    path = files("twicetold") / "data" / name
    if not path.is_file():
        return []
    raw = path.read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode().splitlines()


def read_pattern(name: str) -> str:
    """Return one regular expression that matches any line of a data file; '#' is a comment."""
    lines = [line for line in read_lines(name) if line and not line.startswith("#")]
    return "|".join(f"(?:{line})" for line in lines)
