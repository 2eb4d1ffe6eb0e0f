"""JSON lines: one article a line. A line that is not an article becomes a Rejection."""

import json
from collections.abc import Iterator
from io import BufferedReader

from ..article import Article, Defaults, Rejection, article_from, excerpt
from ..errors import ArticleError

LONGEST_LINE = 1 << 25  # bytes; fits the longest text allowed, escaped
_BOM = b"\xef\xbb\xbf"


def read_jsonl(
    file: BufferedReader, *, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of the lines, holding one line at a time."""
    for number, line in enumerate(_lines(file), start=1):
        if number == 1:
            line = line.removeprefix(_BOM)
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            reason = f"is longer than {LONGEST_LINE:,} bytes"
            yield Rejection(source, number, "line", reason, excerpt(line))
            continue
        try:
            yield article_from(json.loads(line), defaults, source, number)
        except ArticleError as error:
            yield Rejection(source, number, error.field, error.reason, excerpt(line))
        except UnicodeDecodeError as error:
            yield Rejection(source, number, "line", f"is not UTF-8: {error.reason}", excerpt(line))
        except (ValueError, RecursionError) as error:  # not JSON, or nested too deeply
            yield Rejection(source, number, "line", f"is not JSON: {error}", excerpt(line))


def _lines(file: BufferedReader) -> Iterator[bytes]:
    """Yield the lines of a file; of a line that is too long, just enough to see that."""
    while line := file.readline(LONGEST_LINE + 1):
        rest = line
        while len(line) > LONGEST_LINE and rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
        yield line
