"""Write a file beside its place and rename it, so that readers see the old or the new file."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SUFFIXES = ("", "-journal", "-wal", "-shm")  # of files that SQLite writes


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a new empty file, which takes the place of `path` at the end; on any error it goes.

    Its name can't be guessed, so that nobody can put a link there before. Raises OSError.
    """
    handle, name = tempfile.mkstemp(prefix=f"{path.name[:100]}.", dir=path.parent)
    os.close(handle)
    new = Path(name)
    try:
        yield new
        new.chmod(_mode(path))
        new.replace(path)
    finally:
        for suffix in _SUFFIXES:
            Path(f"{name}{suffix}").unlink(missing_ok=True)


def _mode(path: Path) -> int:
    """Return the mode of a file; of a new one, what the umask allows."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
