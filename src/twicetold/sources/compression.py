"""Compressed files as the bytes that they hold. Start reading at `decompressed`.

What a file unpacks to has a limit, a `Budget`, because ten megabytes can unpack to ten gigabytes.
"""

import bz2
import gzip
import io
import lzma
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from typing import BinaryIO, cast

from ..errors import TwicetoldError, missing_extra

LARGEST_UNPACKED = 500_000_000  # bytes that a compressed file may unpack to, unless --max-size says
COMPRESSED_SUFFIXES = (".gz", ".bz2", ".xz", ".zst")
_LARGEST_DICTIONARY = 1 << 27  # bytes of memory that xz or zstd may take; `xz -9` takes 65 MB
_CHUNK = 1 << 16  # bytes


class TooLargeError(Exception):
    """A file is larger than its limit; the text says how large it may be, and what to do."""


class DamagedError(Exception):
    """A compressed file or an archive is damaged; the text says of which kind it is, and why."""


@contextmanager
def damage(kind: str) -> Iterator[None]:
    """Turn what a library raises on a damaged file into DamagedError, whatever that is.

    Libraries promise little for such files; one in Rust ends with a panic, which is no Exception.
    Use it around calls of the library alone. Errors of the disk, and our own, go on as they are.
    """
    try:
        yield
    except (DamagedError, TooLargeError, TwicetoldError):
        raise
    except BaseException as error:
        is_of_disk = isinstance(error, OSError) and bool(error.errno)
        is_panic = type(error).__name__ == "PanicException"
        if is_of_disk or not (isinstance(error, Exception) or is_panic):
            raise
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        raise DamagedError(f"is damaged {kind}: {reason}") from None


class Budget:
    """How many bytes a file may still unpack to, with all archives and files inside of it."""

    def __init__(self, largest: int = LARGEST_UNPACKED) -> None:
        self.largest = self._left = largest

    @property
    def is_spent(self) -> bool:
        """Whether nothing more may be unpacked."""
        return self._left < 0

    def spend(self, count: int) -> None:
        """Take bytes from the budget. Raises TooLargeError when it is used up."""
        self._left -= count
        if self._left < 0:
            size = f"{self.largest / 1e6:,.0f}"
            raise TooLargeError(f"unpacks to more than {size} MB (allow more: --max-size 5G)")


class Unpacked(io.RawIOBase):
    """The bytes that a stream unpacks to, taken from a budget.

    Reading raises TooLargeError when the budget is used up, DamagedError for a damaged stream.
    """

    def __init__(self, stream: BinaryIO, kind: str, budget: Budget) -> None:
        self._stream, self._kind, self._budget = stream, kind, budget

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Read into a buffer; return the number of bytes, 0 at the end."""
        with damage(self._kind):
            # `read` would lose what comes before the damage
            chunk = self._stream.read1(len(buffer))  # type: ignore[attr-defined]
        self._budget.spend(len(chunk))
        buffer[: len(chunk)] = chunk
        return len(chunk)


class _Xz(io.RawIOBase):
    """The bytes of an xz file, with a limit to the memory that its dictionary takes."""

    def __init__(self, file: BufferedReader) -> None:
        self._file = file
        self._decompressor = self._new()

    def _new(self) -> lzma.LZMADecompressor:
        return lzma.LZMADecompressor(memlimit=_LARGEST_DICTIONARY)

    def readable(self) -> bool:
        """Whether it can be read: always."""
        return True

    def read1(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end. Raises EOFError, lzma.LZMAError."""
        while True:
            if self._decompressor.eof:  # another stream may follow
                rest = self._decompressor.unused_data.lstrip(b"\0") or self._file.read(_CHUNK)
                if not rest.strip(b"\0"):
                    return b""
                self._decompressor = self._new()
            else:
                rest = self._file.read(_CHUNK) if self._decompressor.needs_input else b""
                if self._decompressor.needs_input and not rest:
                    raise EOFError("it is cut off")
            if chunk := self._decompressor.decompress(rest, size):
                return chunk


def decompressed(raw: BinaryIO, budget: Budget) -> BufferedReader:
    """Return a stream of a file's bytes, decompressed, if its first bytes say that it is packed.

    Reading raises TooLargeError beyond the budget, DamagedError; TwicetoldError at once if zstd
    needs an extra that is missing.
    """
    buffered = cast("BufferedReader", raw if hasattr(raw, "peek") else io.BufferedReader(raw))
    start = buffered.peek(10)[:10]
    for kind, (mark, opened) in _KINDS.items():
        if start.startswith(mark) and (kind != "bzip2" or start[4:10] == b"1AY&SY"):
            return io.BufferedReader(Unpacked(opened(buffered), kind, budget), _CHUNK)
    return buffered


def without_suffix(name: str) -> str:
    """Return the name of a file without the suffix of its compression."""
    for suffix in COMPRESSED_SUFFIXES:
        if name.lower().endswith(suffix):
            return name[: -len(suffix)]
    return name


def _zstd(file: BufferedReader) -> BinaryIO:
    try:
        import zstandard
    except ImportError as error:
        raise missing_extra("zstd", "zstandard", "zstd") from error
    opened = zstandard.ZstdDecompressor(max_window_size=_LARGEST_DICTIONARY)
    return cast("BinaryIO", opened.stream_reader(file, read_across_frames=True))


_KINDS: dict[str, tuple[bytes, Callable[[BufferedReader], BinaryIO]]] = {
    "gzip": (b"\x1f\x8b", lambda file: cast("BinaryIO", gzip.GzipFile(fileobj=file))),
    "bzip2": (b"BZh", lambda file: cast("BinaryIO", bz2.BZ2File(file))),
    "xz": (b"\xfd7zXZ\0", lambda file: cast("BinaryIO", _Xz(file))),
    "zstd": (b"\x28\xb5\x2f\xfd", _zstd),
}
