"""gz, zst and zip, bounded: what a small file may grow to, and how fast, is limited before any of it is used."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from analysis.reading.records import Broken

__all__ = [
    "LARGEST_DIRECTORY",
    "LARGEST_EXPANSION",
    "LARGEST_RATIO",
    "MOST_MEMBERS",
    "UNCHECKED",
    "Budget",
    "bounded",
    "gunzip",
    "open_zip",
    "unzstd",
]

LARGEST_EXPANSION = 64 << 30
"""Bytes that one compressed file may grow to. It is streamed, so this bounds time, not memory: ten million articles."""
LARGEST_RATIO = 250
"""How many times its compressed size. News text shrinks 3 to 5 times, tables full of repeats 50; bombs 1,000."""
UNCHECKED = 64 << 20
"""Bytes before the ratio is looked at: so much of anything is harmless, and small files may be regular."""
MOST_MEMBERS = 100_000
"""Members of one zip file: beyond it the list of names alone takes hundreds of megabytes."""
LARGEST_DIRECTORY = 16 << 20
"""Bytes of that list, looked at before it is read."""
_LARGEST_WINDOW = 128 << 20  # what the zstd tool itself accepts without being asked
_STEP = 1024  # compressed bytes at a time: a block of 4 bytes may stand for 128 KiB in Zstandard, so at most 32 MiB
_TAIL = 65_557 + 20
_BUFFER = 1 << 18


@dataclass(slots=True)
class Budget:
    """What of a compressed file was read, and what came out of it; shared by all members of an archive."""

    taken: int = 0
    given: int = 0

    def spend(self, count: int) -> None:
        """Count bytes that came out, and stop where they are too many."""
        self.given += count
        if self.given > LARGEST_EXPANSION:
            raise Broken(f"grows beyond {LARGEST_EXPANSION >> 30} GiB when it is expanded; split it")
        if self.given > UNCHECKED and self.given > LARGEST_RATIO * max(self.taken, 1):
            raise Broken(
                f"grows more than {LARGEST_RATIO} times when it is expanded; expand it yourself if it is sound"
            )


class _Counted(io.RawIOBase):
    """The compressed side: counts what is taken."""

    def __init__(self, file: BinaryIO, budget: Budget) -> None:
        self._file, self._budget = file, budget

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._budget.taken += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Expanded(io.RawIOBase):
    """The expanded side: counts what is given, and turns every error of a decoder into a reason."""

    def __init__(self, read: Callable[[int], bytes], budget: Budget, kind: str) -> None:
        self._read, self._budget, self._kind = read, budget, kind

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            data = self._read(len(buffer))
        except Broken:
            raise
        except EOFError as error:
            raise Broken(f"is cut off: the {self._kind} data end too early") from error
        except Exception as error:  # OSError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, zstandard.ZstdError
            raise Broken(f"is not sound {self._kind} data: {_line(error)}") from error
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)


def bounded(read: Callable[[int], bytes], budget: Budget, kind: str) -> BinaryIO:
    """Return a stream over `read(size)` that keeps to `budget` and raises nothing but `Broken`."""
    return cast(BinaryIO, io.BufferedReader(_Expanded(read, budget, kind), _BUFFER))


def gunzip(file: BinaryIO) -> BinaryIO:
    """Return the expanded bytes of a gzip file, of one member or many."""
    budget = Budget()
    inner = gzip.GzipFile(fileobj=cast(Any, _Counted(file, budget)), mode="rb")
    return bounded(inner.read1, budget, "gzip")


def unzstd(file: BinaryIO) -> BinaryIO:
    """Return the expanded bytes of a Zstandard file, of one frame or many; one that stops in a frame is cut off."""
    budget = Budget()
    return bounded(_Frames(_Counted(file, budget)).read, budget, "zstd")


class _Frames:
    def __init__(self, file: _Counted) -> None:
        import zstandard

        self._file = file
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_LARGEST_WINDOW)
        self._frame: Any = None
        self._rest = b""
        self._ready = memoryview(b"")

    def read(self, size: int) -> bytes:
        while not self._ready:
            data = self._rest or self._file.read(_STEP)
            self._rest = b""
            if not data:
                if self._frame is not None:
                    raise EOFError
                return b""
            self._frame = self._frame or self._decompressor.decompressobj()
            self._ready = memoryview(self._frame.decompress(data))
            if self._frame.eof:
                self._rest = self._frame.unused_data
                self._frame = None
        taken, self._ready = self._ready[:size], self._ready[size:]
        return bytes(taken)


def open_zip(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip file once its list of members is known to be of sane length.

    Raises
    ------
    Broken
        Where it is none, is cut off, or lists too much.
    """
    try:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - _TAIL))
        directory = _directory_size(file.read(_TAIL))
        if directory > LARGEST_DIRECTORY:
            raise Broken(f"lists more members than can be held ({directory:,} bytes of names); unpack it")
        file.seek(0)
        archive = zipfile.ZipFile(file)
    except Broken:
        raise
    except Exception as error:  # zipfile raises a dozen kinds of error on bytes that are no zip file
        raise Broken(f"is not a whole zip file: {_line(error)}") from error
    if len(archive.filelist) > MOST_MEMBERS:
        raise Broken(f"holds {len(archive.filelist):,} members, more than {MOST_MEMBERS:,}; unpack it")
    return archive


def _directory_size(tail: bytes) -> int:
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + 22 > len(tail):
        return 0
    size: int = struct.unpack_from("<L", tail, at + 12)[0]
    wide = tail.rfind(b"PK\x06\x06", 0, at)
    if wide >= 0 and wide + 48 <= len(tail):
        size = max(size if size != 0xFFFFFFFF else 0, struct.unpack_from("<Q", tail, wide + 40)[0])
    return size


def _line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
