"""Copy an index to another file while it is in use, and check the copy."""

from pathlib import Path

from ..index import Index, database, require_index


def backup(index: Index, path: Path | str) -> int:
    """Copy an index to a file, which may be an older copy of the same index; return its bytes.

    Runs may go on meanwhile; the copy is of one state. It replaces the older one only when it is
    complete and sound. Raises TwicetoldError if the file is another one, or cannot be written.
    """
    require_index(index)
    return database.backup(index.connection, index.place, Path(path))
