"""Bodies of answers: unpacked under a limit, so that a small bomb stays small."""

from __future__ import annotations

import zlib

from analysis.fetching.model import Fault

__all__ = ["Unpacker", "gunzip"]

_GZIP_MAGIC = b"\x1f\x8b"
_STEP = 65_536


class Unpacker:
    r"""Collects a body piece by piece, unpacks it and refuses more than `largest` bytes.

    Parameters
    ----------
    encoding
        The Content-Encoding: gzip, deflate, or none.
    largest
        Bytes after decompression.
    clip
        Whether a longer body is cut off there instead of refused.

    Examples
    --------
    >>> unpacker = Unpacker("", largest=10)
    >>> unpacker.feed(b"Hello"), unpacker.finish()
    (None, b'Hello')
    """

    def __init__(self, encoding: str, *, largest: int, clip: bool = False) -> None:
        self._kind = encoding.strip().lower().removeprefix("x-")
        if self._kind not in {"", "identity", "gzip", "deflate"}:
            raise Fault(f"is packed in a way that was not asked for ({encoding[:40]})")
        self._largest = largest
        self._clip = clip
        self._parts: list[bytes] = []
        self._size = 0
        self._inflate: zlib._Decompress | None = None
        self._given = 0

    @property
    def full(self) -> bool:
        """Whether a clipped body has reached its limit."""
        return self._clip and self._size >= self._largest

    def feed(self, data: bytes) -> None:
        """Take the next piece of the body as it came over the wire."""
        self._given += len(data)
        if self._kind in {"", "identity"}:
            self._add(data)
            return
        while data and not self.full:
            if self._inflate is None:
                self._inflate = zlib.decompressobj(self._window(data))
            try:
                self._add(self._inflate.decompress(data, _STEP))
            except zlib.error as error:
                raise Fault("is not packed as it says", passing=True) from error
            if self._inflate.eof:
                data = self._inflate.unused_data
                # A further member begins with its mark; what else follows is padding.
                self._inflate = None if data.startswith(_GZIP_MAGIC) else self._inflate
                data = data if self._inflate is None else b""
            else:
                data = self._inflate.unconsumed_tail

    def finish(self) -> bytes:
        """Return the whole body."""
        packed = self._kind not in {"", "identity"} and self._given > 0
        if packed and not self.full and (self._inflate is None or not self._inflate.eof):
            raise Fault("ends before its end", passing=True)
        return b"".join(self._parts)

    def _window(self, data: bytes) -> int:
        if self._kind == "gzip":
            return 16 + zlib.MAX_WBITS
        # "deflate" should be a zlib stream; some servers send the bare one.
        zlib_head = data[0] & 0x0F == 8 and (len(data) < 2 or (data[0] * 256 + data[1]) % 31 == 0)
        return zlib.MAX_WBITS if zlib_head else -zlib.MAX_WBITS

    def _add(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._largest:
            if not self._clip:
                raise Fault(f"is larger than {self._largest:,} bytes")
            data = data[: len(data) - (self._size - self._largest)]
        self._parts.append(data)


def gunzip(data: bytes, *, largest: int) -> bytes:
    """Return `data` unpacked where it is a gzip file (sitemap.xml.gz), else as it is.

    Raises
    ------
    Fault
        Where it is damaged, or larger than `largest` bytes.
    """
    for _ in range(2):
        if not data.startswith(_GZIP_MAGIC):
            break
        unpacker = Unpacker("gzip", largest=largest)
        unpacker.feed(data)
        data = unpacker.finish()
    return data
