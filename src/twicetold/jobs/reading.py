"""Read sources, whatever they are. Start reading at `read_articles`."""

from collections.abc import Iterable, Iterator, Mapping
from os import PathLike, fspath

from .. import sources
from ..article import Article, Rejection, checked
from ..columns import COLUMN_NAMES
from ..errors import ArgumentError, ArticleError
from ..progress import OnPassedOver, Progress, ignore_passed_over, no_progress
from ..records import Defaults
from ..sources.encodings import is_encoding
from ..times import argument_zone

Path = str | PathLike[str]


def read_articles(
    paths: Path | Iterable[Path],
    *,
    format: str = "",
    outlet: str = "",
    lang: str = "",
    columns: Mapping[str, str] | None = None,
    date_format: str = "",
    timezone: str = "UTC",
    zones: Mapping[str, str] | None = None,
    encoding: str = "",
    max_size: int = sources.LARGEST_UNPACKED,
    progress: Progress = no_progress,
    on_passed_over: OnPassedOver = ignore_passed_over,
) -> Iterator[Article | Rejection]:
    """Return the articles of files, folders, globs and '-', and the rejected records, in order.

    `outlet` and `lang` are for articles that name none; `columns` maps our fields to the names in
    the files: {'title': 'headline'}. `date_format` is how the files write their times, as in
    `datetime.strptime`, and `timezone` the place whose local times they are if they name no zone:
    'Europe/Paris'; `zones` are those of single outlets, by name or host, looked up when a record is
    read. `encoding` is that of files that are not UTF-8: 'cp1252'. A compressed file is
    read up to `max_size` bytes of what it unpacks to. `on_passed_over` hears which files of folders
    have no known format. Raises SourceError at once if a source does not exist or has no known
    format, ArgumentError for an unknown format, field, language, timezone or encoding.
    """
    defaults = record_defaults(columns or {}, outlet, lang, date_format, timezone, encoding)
    defaults = defaults._replace(zones={} if zones is None else zones)
    found = sources.find_files(_path_list(paths), format)
    if found.passed_over:
        on_passed_over(found.passed_over)
    return _read(found.files, defaults, max_size, progress, on_passed_over)


def record_defaults(
    columns: Mapping[str, str],
    outlet: str = "",
    lang: str = "",
    date_format: str = "",
    timezone: str = "UTC",
    encoding: str = "",
) -> Defaults:
    """Return how to read records. Raises ArgumentError for what is not known."""
    for field in columns:
        if field not in COLUMN_NAMES:
            names = ", ".join(COLUMN_NAMES)
            raise ArgumentError("columns", f"'{field}' is not a field", hint=f"one of {names}")
    try:
        code = str(checked(lang, "lang"))
    except ArticleError as error:
        raise ArgumentError("lang", error.finding, hint=error.hint) from None
    if encoding and not is_encoding(encoding):
        raise ArgumentError("encoding", f"'{encoding[:40]}' is not known", hint="such as cp1252")
    zone = argument_zone(timezone)
    return Defaults(
        columns, outlet, code, date_format=date_format, timezone=zone, encoding=encoding
    )


def _path_list(paths: Path | Iterable[Path]) -> list[str]:
    if isinstance(paths, str | PathLike):
        return [fspath(paths)]
    try:
        return [fspath(path) for path in paths]
    except TypeError:
        raise ArgumentError(
            "paths", f"{str(paths)[:40]!r} is not a path or a list of paths"
        ) from None


def _read(
    files: list[sources.File],
    defaults: Defaults,
    max_size: int,
    progress: Progress,
    on_passed_over: OnPassedOver,
) -> Iterator[Article | Rejection]:
    with progress("reading", sum(file.size for file in files)) as advance:
        for file in files:
            done = 0
            for item, position in sources.read_file(file, defaults, max_size, on_passed_over):
                yield item
                if position > done:
                    advance(position - done)
                    done = position
            advance(file.size - done)
