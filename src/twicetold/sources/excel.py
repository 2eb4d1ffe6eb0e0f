"""Workbooks of Excel and LibreOffice: each sheet whose header names a title or a text."""

import re
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any, BinaryIO, NamedTuple

from ..article import Article, Rejection
from ..errors import missing_extra
from ..records import Defaults, read_record, row_excerpt
from .compression import Budget, DamagedError, TooLargeError, damage
from .header import header_problem, is_of_articles
from .whole import LARGEST_JSON

_CHUNK = 1 << 20
_MOST_CELLS = 20_000_000  # of a sheet, with the empty ones; each takes 24 bytes and more
_LONGEST_MARK = 100  # bytes of XML that may be cut by a piece of the file
_CELL = re.compile(rb'<c r="([A-Z]{1,9})([0-9]{1,12})"')
_REPEATED = re.compile(rb'number-(?:rows|columns)-repeated="([0-9]{1,12})"')
_ABOVE_HEADER = 20  # rows: a title, a date, empty ones


def read_excel(file: BinaryIO, *, source: str, defaults: Defaults) -> Iterator[Article | Rejection]:
    """Yield articles and rejections in the order of sheets and rows; a line is the row's number.

    A workbook is held whole. Raises DamagedError, TooLargeError, and TwicetoldError if the extra is
    missing.
    """
    try:
        import python_calamine
    except ImportError as error:
        raise missing_extra(source, "python-calamine", "excel") from error
    with damage("workbook"):
        _check_size(file)
        book = python_calamine.load_workbook(file)
        sheets = [(name, _rows(book.get_sheet_by_name(name))) for name in book.sheet_names]
    headers = [(name, rows, _header(rows, defaults)) for name, rows in sheets]
    read = [each for each in headers if each[2] is not None]
    if not read:
        reason = f"has no column for titles or texts in the first {_ABOVE_HEADER} rows of a sheet"
        yield Rejection(source, 0, "file", f"{reason} (name it: --map title=COLUMN)")
    for name, rows, place in read:
        sheet = source if len(sheets) == 1 else f"{source}/{name}"
        yield from _articles(rows, place or 0, sheet, defaults)


def _articles(
    rows: list[list[Any]], header: int, source: str, defaults: Defaults
) -> Iterator[Article | Rejection]:
    names = [str(cell).strip() for cell in rows[header]]
    if problem := header_problem(names, defaults.columns):
        yield Rejection(source, 0, *problem)
        return
    for number, cells in enumerate(rows[header + 1 :], start=header + 2):
        row = {name: _value(cell) for name, cell in zip(names, cells, strict=False) if cell != ""}
        if row:
            yield read_record(row, defaults, source, number, partial(row_excerpt, row))


def _rows(sheet: Any) -> list[list[Any]]:
    return list(sheet.to_python(skip_empty_area=False))


def _header(rows: list[list[Any]], defaults: Defaults) -> int | None:
    """Return the place of the first row that names a title or a text; None if there is none."""
    for place, row in enumerate(rows[:_ABOVE_HEADER]):
        if is_of_articles((str(cell).strip() for cell in row), defaults.columns):
            return place
    return None


def _value(cell: Any) -> Any:
    """Return a cell: Excel has no whole numbers, and days are midnights."""
    if isinstance(cell, float) and cell.is_integer():
        return int(cell)
    if isinstance(cell, datetime) and cell.time() == datetime.min.time():
        return cell.date()
    return cell


def _check_size(file: BinaryIO) -> None:
    """Raise TooLargeError for a workbook that would fill the memory.

    calamine holds a sheet as a whole rectangle, up to its last cell, with each shared text in each
    of its cells.
    """
    budget = Budget(LARGEST_JSON)
    too_large = f"has more than {LARGEST_JSON / 1e6:,.0f} MB or {_MOST_CELLS:,} cells"
    try:
        if not zipfile.is_zipfile(file):  # .xls has at most 65,536 rows of 256 cells
            file.seek(0)
            while chunk := file.read(_CHUNK):
                budget.spend(len(chunk))
            return
        with zipfile.ZipFile(file) as archive:
            sizes = [_size(archive, info, budget) for info in archive.infolist()]
        cells = max((size.cells for size in sizes), default=0)
        longest = max((size.longest_text for size in sizes), default=0)
        texts = sum(size.shared_texts for size in sizes)
        if cells > _MOST_CELLS or texts * longest > 5 * LARGEST_JSON:
            raise TooLargeError("")
    except TooLargeError:
        raise TooLargeError(f"{too_large} (write it as CSV)") from None
    finally:
        file.seek(0)


class _Size(NamedTuple):
    """How large a part of a workbook is."""

    cells: int = 0  # of the rectangle around them
    longest_text: int = 0  # bytes of a shared text
    shared_texts: int = 0  # cells that refer to one


def _size(archive: zipfile.ZipFile, info: zipfile.ZipInfo, budget: Budget) -> _Size:
    """Return the size of a part, read piece by piece. Raises TooLargeError, DamagedError."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise DamagedError(f"is a damaged workbook: packed by method {info.compress_type}")
    rows = columns = repeated = longest = run = shared = 0
    with archive.open(info) as part:
        rest = b""
        while chunk := part.read(_CHUNK):
            budget.spend(len(chunk))
            piece = rest + chunk
            for column, row in _CELL.findall(piece):
                rows, columns = max(rows, int(row)), max(columns, _number(column))
            repeated += sum(int(number) for number in _REPEATED.findall(piece))
            shared += piece.count(b't="s"')
            texts = piece.split(b"</si>")
            run = max([run + len(texts[0]), *map(len, texts[1:])])
            longest = max(longest, run)
            run = len(texts[-1])
            rest = chunk[-_LONGEST_MARK:]
    is_shared = info.filename.endswith("sharedStrings.xml")
    return _Size(rows * columns + repeated, longest if is_shared else 0, shared)


def _number(column: bytes) -> int:
    """Return the number of a column: 27 for 'AA'."""
    number = 0
    for letter in column:
        number = 26 * number + letter - 64
    return number
