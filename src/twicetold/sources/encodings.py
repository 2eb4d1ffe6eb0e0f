"""Files in other encodings than UTF-8, read as if they were in UTF-8.

Start reading at `in_utf_8`.
"""

import codecs
import io
import re
from io import BufferedReader

_MARKS = {  # the first bytes of a file, longest first
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
    b"<\0\0\0": "utf-32-le",  # feeds without a mark
    b"\0\0\0<": "utf-32-be",
    b"<\0?\0": "utf-16-le",
    b"\0<\0?": "utf-16-be",
}
_CHUNK = 1 << 16  # bytes
# what a feed says of its encoding, which is another one now
_DECLARED = re.compile(r"""(<\?xml[^>]{0,100}?)\s+encoding\s*=\s*["'][^"'>]{0,40}["']""")


def is_encoding(name: str) -> bool:
    """Whether an encoding is known, and one of text."""
    try:
        return codecs.lookup(name)._is_text_encoding
    except (LookupError, ValueError):
        return False


def in_utf_8(file: BufferedReader, encoding: str) -> BufferedReader:
    """Return a file as UTF-8, given its encoding; '': UTF-8, or what its first bytes say."""
    start = file.peek(4)[:4]
    found = next((name for mark, name in _MARKS.items() if start.startswith(mark)), "")
    name = found or encoding
    if not name or codecs.lookup(name).name == "utf-8":
        return file
    return BufferedReader(_Transcoded(file, name), _CHUNK)


class _Transcoded(io.RawIOBase):
    """The bytes of a text in another encoding, in UTF-8; what is broken becomes U+FFFD."""

    def __init__(self, file: BufferedReader, encoding: str) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._left = b""
        self._is_first = True

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]
        """Read into a buffer; return how many bytes."""
        while not self._left:
            chunk = self._file.read(_CHUNK)
            text = self._decoder.decode(chunk, final=not chunk)
            if self._is_first:
                text = _DECLARED.sub(r"\1", text, count=1)
            self._is_first = False
            self._left = text.encode("utf-8", "replace")
            if not chunk:
                break
        size = min(len(buffer), len(self._left))
        buffer[:size], self._left = self._left[:size], self._left[size:]
        return size
