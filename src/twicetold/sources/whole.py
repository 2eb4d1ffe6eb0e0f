"""Files that must be held whole, JSON and feeds."""

from io import BufferedReader

from .compression import TooLargeError

LARGEST_JSON = 200_000_000  # bytes
LARGEST_FEED = 50_000_000  # bytes; feedparser takes several times as much


def read_whole(file: BufferedReader, largest: int) -> bytes:
    """Return all bytes of a file, at most `largest`. Raises TooLargeError."""
    raw = file.read(largest + 1)
    if len(raw) > largest:
        size = f"{largest / 1e6:,.0f}"
        raise TooLargeError(f"has more than {size} MB (split it, or write it as JSON lines)")
    return raw
