"""Files that must be held whole, JSON and feeds; and limits to what any file may unpack to."""

import io
from io import BufferedReader

LARGEST_JSON = 200_000_000  # bytes
LARGEST_FEED = 50_000_000  # bytes; feedparser takes several times as much
LARGEST_UNPACKED = 500_000_000  # bytes that a compressed file may unpack to, unless --max-size says


class TooLargeError(Exception):
    """A file is larger than its limit; the text says how large it may be, and what to do."""


class LimitedReader(io.RawIOBase):
    """The bytes of a stream, up to a limit; reading beyond it raises TooLargeError."""

    def __init__(self, stream: io.BufferedIOBase, limit: int) -> None:
        self._stream, self._limit, self._bytes = stream, limit, 0

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read into a buffer; return the number of bytes, 0 at the end."""
        count = self._stream.readinto(buffer)
        self._bytes += count
        if self._bytes > self._limit:
            size = f"{self._limit / 1e6:,.0f}"
            raise TooLargeError(f"unpacks to more than {size} MB (allow more: --max-size 5G)")
        return count


def read_whole(file: BufferedReader, largest: int) -> bytes:
    """Return all bytes of a file, at most `largest`. Raises TooLargeError."""
    raw = file.read(largest + 1)
    if len(raw) > largest:
        size = f"{largest / 1e6:,.0f}"
        raise TooLargeError(f"has more than {size} MB (split it, or write it as JSON lines)")
    return raw
