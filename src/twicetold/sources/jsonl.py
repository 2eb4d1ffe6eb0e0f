"""JSON lines: one article a line. A line that is not an article becomes a Rejection."""

import json
from collections.abc import Iterator
from io import BufferedReader

from ..article import Article, Rejection, excerpt
from ..records import Defaults, broken_record
from .json_shapes import item_of_row

LONGEST_LINE = 1 << 25  # bytes; fits the longest text allowed, escaped
BOM = b"\xef\xbb\xbf"


def read_jsonl(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the lines, holding one line at a time."""
    for number, line in enumerate(read_lines(file), start=1):
        if number == 1:
            line = line.removeprefix(BOM)
        if line.strip():
            yield read_line(line, source, number, defaults)


def read_lines(file: BufferedReader) -> Iterator[bytes]:
    """Yield the lines of a file; of a line over `LONGEST_LINE`, just enough to see that."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(line) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line


def read_line(line: bytes, source: str, number: int, defaults: Defaults) -> Article | Rejection:
    """Return the article of one line, or its rejection."""
    if len(line) > LONGEST_LINE:
        reason = f"is longer than {LONGEST_LINE:,} bytes"
        return broken_record(source, number, "line", reason, line)
    try:
        row = json.loads(line)
    except UnicodeDecodeError as error:
        return broken_record(source, number, "line", f"is not UTF-8: {error.reason}", line)
    except (ValueError, RecursionError) as error:  # not JSON, or nested too deeply
        return broken_record(source, number, "line", f"is not JSON: {error}", line)
    return item_of_row(row, defaults, source, number, lambda: excerpt(line))
