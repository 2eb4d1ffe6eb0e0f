"""Files that commands write: only over one that the same command wrote, and all or nothing."""

from pathlib import Path

from ..errors import TwicetoldError
from ..index.database import belongs_to_index
from ..replacing import replacing

METRICS = b"# HELP twicetold_"  # how a file of metrics begins
MODEL = b'{\n  "provenance":'  # how a file of weights begins


def check_not_index(path: Path, index: str) -> None:
    """Raise TwicetoldError for the file of an index, or one of SQLite beside it."""
    if belongs_to_index(path, index):
        raise TwicetoldError(str(path), "belongs to the index", hint="give a new file name")


def check_output(path: Path, beginning: bytes, index: str) -> None:
    """Raise TwicetoldError if a file cannot be written: its folder is missing, or it is another's.

    `beginning` is how files of this kind begin; an empty file is as good as none. `index` is the
    file of the index: neither it nor a file of SQLite beside it is an output.
    """
    place = str(path)
    check_not_index(path, index)
    if not path.parent.is_dir():
        raise TwicetoldError(place, f"there is no folder {path.parent}")
    if not path.exists():
        return
    if not path.is_file():
        raise TwicetoldError(place, "is not a file")
    try:
        with path.open("rb") as file:
            start = file.read(len(beginning))
    except OSError as error:
        raise TwicetoldError(place, f"can't be read: {error.strerror}") from None
    if start not in (b"", beginning):
        hint = "give a new file name; nothing was changed"
        raise TwicetoldError(place, "is not a file that this command wrote", hint=hint)


def write_output(path: Path, text: str, beginning: bytes, index: str) -> None:
    """Write a file beside its place and rename it: readers see the old or the new file.

    Raises TwicetoldError as `check_output` does, and if the disk is full.
    """
    check_output(path, beginning, index)
    try:
        with replacing(path) as new:
            new.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise TwicetoldError(str(path), f"can't be written: {error.strerror}") from None
