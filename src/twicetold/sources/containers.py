"""Archives of files: zip, tar, and WACZ, which is a zip around WARC files.

A container is read as a folder would be: what has a known suffix, without hidden files and label
files. Start reading at `members`.
"""

import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import SEEK_END, BufferedReader, BytesIO
from typing import Any, BinaryIO, NamedTuple, cast

from ..manifests import EXPORT
from .compression import Budget, DamagedError, TooLargeError, Unpacked, damage

_IN_MEMORY = 10_000_000  # bytes of a file that cannot be searched, before it is put on a disk
_CHUNK = 1 << 20
_LARGEST_DIRECTORY = 50_000_000  # bytes in a zip: some 600,000 files, 400 MB of memory
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_NOTHING: Any = BufferedReader(BytesIO())  # the stream of a file that cannot be opened
_LARGEST_NOTE = 1_000_000  # bytes of a long name, or of further attributes, in a tar
_LONGEST_END = 1 << 17  # bytes behind the directory of a zip, with its comment
_END = struct.Struct("<4s8xL")  # of a zip: mark, bytes of the directory
_END_64 = struct.Struct("<4s36xQ")


class Member(NamedTuple):
    """A file inside an archive; its stream is read before the next member is asked for."""

    name: str
    stream: BufferedReader
    problem: str = ""  # why it can't be read


def members(stream: BinaryIO, format: str, budget: Budget) -> Iterator[Member]:
    """Yield the files of an archive in their order, without folders and hidden files.

    Raises DamagedError, TooLargeError if the files unpack to more than the budget.
    """
    return _of_tar(stream) if format == "tar" else _of_zip(stream, format, budget)


@contextmanager
def seekable(stream: BinaryIO, budget: Budget) -> Iterator[BinaryIO]:
    """Open a stream in which one can go back and forth; at need, a copy in a temporary file."""
    if stream.seekable():
        yield stream
        return
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as copy:
        while chunk := stream.read(_CHUNK):
            budget.spend(len(chunk))
            copy.write(chunk)
        copy.seek(0)
        yield cast("BinaryIO", copy)


def _of_zip(stream: BinaryIO, format: str, budget: Budget) -> Iterator[Member]:
    """Yield the files of a zip; of WACZ only WARC files, since its lists of pages have no texts."""
    with seekable(stream, budget) as file:
        with damage("zip"):
            _check_directory(file)
            archive = zipfile.ZipFile(file)
        # its manifest says at once that a zip is an export
        for info in sorted(archive.infolist(), key=lambda each: not each.filename.endswith(EXPORT)):
            name = info.filename
            if name.endswith("/") or is_hidden(name):
                continue
            if format == "wacz" and not name.startswith("archive/"):
                continue
            try:
                with damage("zip"):
                    if info.compress_type not in _METHODS:  # others unpack without a limit
                        raise NotImplementedError(f"packed by method {info.compress_type}")
                    member = cast("BinaryIO", archive.open(info))
            except DamagedError as error:
                yield Member(name, _NOTHING, str(error))
                continue
            yield Member(name, _stream(member, "zip", budget))


def _of_tar(stream: BinaryIO) -> Iterator[Member]:
    with damage("tar"):
        archive = tarfile.open(fileobj=stream, mode="r|", tarinfo=_TarInfo)  # noqa: SIM115
    while True:
        with damage("tar"):
            info = archive.next()
            archive.members = []  # type: ignore[attr-defined]  # which grows with every file
            is_file = info is not None and info.isreg() and not info.issparse()
            member = archive.extractfile(info) if info is not None and is_file else None
        if info is None:
            return
        if member is not None and not is_hidden(info.name):
            yield Member(info.name, _stream(cast("BinaryIO", member), "tar", Budget()))


def is_hidden(name: str) -> bool:
    """Whether a file in an archive, or a folder around it, is hidden, or what macOS adds."""
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _stream(member: BinaryIO, kind: str, budget: Budget) -> BufferedReader:
    return BufferedReader(Unpacked(member, kind, budget), _CHUNK >> 4)


_NOTES = (  # kinds of headers that hold names and attributes
    *(tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK),
    *(tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE),
)


class _TarInfo(tarfile.TarInfo):
    """A header of a tar, whose name and attributes are not read if they would fill the memory.

    tarfile takes a broken header for the end of the archive, and says nothing.
    """

    @classmethod
    def fromtarfile(cls, tar: tarfile.TarFile) -> "_TarInfo":
        """Return the next header. Raises tarfile.ReadError for a broken or missing one."""
        try:
            return super().fromtarfile(tar)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]  # the mark of its end
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(f"it is cut off, or has a broken header: {error}") from None

    def _proc_member(self, tar: tarfile.TarFile) -> tarfile.TarInfo:
        if self.type in _NOTES and self.size > _LARGEST_NOTE:
            raise tarfile.ReadError(f"a name of {self.size:,} bytes")
        return super()._proc_member(tar)  # type: ignore[misc,no-any-return]


def _check_directory(file: BinaryIO) -> None:
    """Raise TooLargeError for a zip with more files than memory should hold.

    Source: PKWARE, .ZIP File Format Specification 6.3.10, sections 4.3.14 to 4.3.16.
    """
    size = file.seek(0, SEEK_END)
    file.seek(max(0, size - _LONGEST_END))
    end = file.read()
    file.seek(0)
    place = end.rfind(b"PK\x05\x06")
    if place < 0 or len(end) - place < _END.size:
        return  # zipfile says what is wrong
    _, bytes_of_directory = _END.unpack_from(end, place)
    place_64 = end.rfind(b"PK\x06\x06", 0, place)
    if place_64 >= 0 and place - place_64 >= _END_64.size:
        _, bytes_of_directory = _END_64.unpack_from(end, place_64)
    if bytes_of_directory > _LARGEST_DIRECTORY:
        raise TooLargeError("has too many files (split it, or unpack it into a folder)")
