"""Compressed files read piece by piece, with a bound on what they unpack to.

Imports only `errors` and the standard library.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from typing import Any, Protocol

from isg_audit.errors import Fault, ModelError

PIECE = 2**16
"""Bytes read at once."""

LZMA_MEMORY = 256 * 2**20
"""Bytes that an LZMA dictionary may take; a header can ask for 4 GiB."""


class Seekless(Protocol):
    """What is read from: an open file, a `BytesIO`, a mapped file."""

    def read(self, size: int = ..., /) -> bytes: ...  # noqa: D102


def packing_of(start: bytes) -> str:
    """How a file that starts like this is compressed, in one word; empty if it is not.

    A zlib header has two bytes whose number divides by 31, and few other files do.
    """
    if start.startswith(b"\x1f\x8b"):
        return "gzip"
    if start.startswith(b"BZh"):
        return "bz2"
    if start.startswith(b"\xfd7zXZ\x00"):
        return "xz"
    if start.startswith(b"\x5d\x00\x00"):
        return "lzma"
    if start.startswith(b"\x04\x22\x4d\x18"):
        return "lz4"
    if start[:1] == b"\x78" and len(start) > 1 and int.from_bytes(start[:2], "big") % 31 == 0:
        return "zlib"
    return ""


class Rewindable(Seekless, Protocol):
    """What can be read again from its beginning."""

    def seek(self, place: int, /) -> object: ...  # noqa: D102


class Unpacked:
    """The content of a file, unpacked while it is read; never more than `most` bytes.

    Args:
        file: what is read, at its beginning.
        packing: see `packing_of`.
        most: bytes that may come out.
        name: of the file, for messages.

    Raises (when read):
        ModelError: it is damaged, unpacks to more than `most`, or is packed with lz4.
    """

    def __init__(self, file: Seekless, packing: str, most: int, name: str) -> None:
        self._file, self._packing, self._most, self._name = file, packing, most, name
        self._unpacker = _unpacker(packing, name)
        self._ready = bytearray()
        self._at = 0
        self._ended = False
        self.given = 0

    def tell(self) -> int:
        """How many bytes were read."""
        return self.given

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        while len(self._ready) - self._at < size and not self._ended:
            self._more()
        piece = bytes(self._ready[self._at : self._at + size])
        self._advance(len(piece))
        return piece

    def readline(self) -> bytes:
        """The next bytes up to and with a line feed, at most `PIECE` of them."""
        while (
            (end := self._ready.find(b"\n", self._at)) < 0
            and not self._ended
            and len(self._ready) - self._at < PIECE
        ):
            self._more()
        stop = end + 1 if end >= 0 else min(len(self._ready), self._at + PIECE)
        piece = bytes(self._ready[self._at : stop])
        self._advance(len(piece))
        return piece

    def skip(self, size: int) -> int:
        """Pass over `size` bytes; how many there were."""
        left = size
        while left > 0 and (piece := self.read(min(left, PIECE))):
            left -= len(piece)
        return size - left

    def _advance(self, read: int) -> None:
        self.given += read
        self._at += read
        if self._at > PIECE:
            del self._ready[: self._at]
            self._at = 0

    def _more(self) -> None:
        raw = self._next()
        self._ready += raw
        if self.given + len(self._ready) - self._at > self._most:
            said = f"unpacks to more than {self._most / 2**30:.3g} GiB."
            raise ModelError(Fault(self._name, said, "It was not read on."))

    def _next(self) -> bytes:
        if self._unpacker is None:
            raw = self._file.read(PIECE)
            self._ended = not raw
            return raw
        try:
            return self._unpack()
        except (zlib.error, OSError, lzma.LZMAError, EOFError, ValueError) as error:
            said = f"is damaged: it is packed with {self._packing}, which does not unpack"
            raise ModelError(Fault(self._name, f"{said} ({error}).")) from error

    def _unpack(self) -> bytes:
        """One piece; packed bytes that zlib leaves for later are handed to it again."""
        unpacker: Any = self._unpacker
        left = getattr(unpacker, "unconsumed_tail", b"")
        wants = getattr(unpacker, "needs_input", not left)
        packed = left or (self._file.read(PIECE) if wants else b"")
        if wants and not packed:
            raise EOFError("it ends too early")
        out: bytes = unpacker.decompress(packed, PIECE)
        self._ended = unpacker.eof
        return out


def _unpacker(packing: str, name: str) -> object:
    if packing in {"gzip", "zlib"}:
        return zlib.decompressobj(47)
    if packing == "bz2":
        return bz2.BZ2Decompressor()
    if packing in {"xz", "lzma"}:
        return lzma.LZMADecompressor(memlimit=LZMA_MEMORY)
    if packing == "lz4":
        advice = "Write it again without compression."
        raise ModelError(Fault(name, "is packed with lz4, which is not read.", advice))
    return None
