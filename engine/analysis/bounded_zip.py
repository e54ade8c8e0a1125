"""Reads a zip archive that anybody may have made: no more memory is taken than its members really need."""

from __future__ import annotations

import codecs
import io
import json
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

PIECE = 1 << 20  # bytes that are read at one go, of the file and of a member; its directory has to fit into that
LONGEST_ITEM = 2 << 20  # characters of one item of a list, which is decoded as a whole
MOST_IN_PIECE = 1_000_000  # values of JSON in a piece and the item before it
PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # LZMA may ask for 4 GB before it says a byte
ENCRYPTED = 0x1
WORTH_A_LOOK, MOST_PACKED = 32 << 20, 200  # bytes; to one: what is made to look large is packed 1,000 to one
SEPARATORS = re.compile(r"[ \t\r\n,]*")
# What the library raises of bytes that are no archive, and of JSON that is none.
NONSENSE = (
    zipfile.BadZipFile, LookupError, ValueError, TypeError, EOFError, zlib.error, struct.error, ArithmeticError,
    RuntimeError, MemoryError,
)  # fmt: skip


class TooMuch(Exception):
    """A member is larger than it may be."""


class _Pieces(io.RawIOBase):
    """A file that is never read but in pieces, however much somebody asks for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        data = self._file.read(PIECE + 1 if size is None or size < 0 else min(size, PIECE + 1))
        if len(data) > PIECE:
            raise zipfile.BadZipFile(size)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


class BoundedArchive:
    """An archive that is open. Everything raises one of NONSENSE, TooMuch or OSError, and nothing else."""

    def __init__(self, path: str | Path) -> None:
        # without O_NONBLOCK it would wait for whoever writes into a pipe
        file = open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)), "rb")  # noqa: SIM115 - close() closes it
        try:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise zipfile.BadZipFile(path)
            self._zip = zipfile.ZipFile(_Pieces(file))
        except BaseException:
            file.close()
            raise
        self._file = file

    def close(self) -> None:
        """Lets go of the file."""
        self._zip.close()
        self._file.close()

    def has(self, name: str) -> bool:
        """Whether there is such a member."""
        return name in self._zip.namelist()

    def size(self, name: str) -> int:
        """How many bytes a member promises to have, and it has no more than these."""
        return self._zip.getinfo(name).file_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """What is in a member, a piece at a time; its last piece comes only when its sum is right."""
        info = self._zip.getinfo(name)
        if info.compress_type not in PLAIN or info.flag_bits & ENCRYPTED:
            raise zipfile.BadZipFile(name)
        if info.file_size > WORTH_A_LOOK and info.file_size > info.compress_size * MOST_PACKED:
            raise TooMuch(name)
        with self._zip.open(info) as member:
            while piece := member.read(PIECE):
                yield piece

    def json(self, name: str, most: int, most_values: int) -> Any:
        """What a member says in JSON, in so many bytes at most; an empty list of three bytes takes more than sixty."""
        if self.size(name) > most:
            raise TooMuch(name)
        data = b"".join(self.pieces(name))
        if sum(data.count(sign) for sign in (b",", b"[", b"{")) > most_values:
            raise TooMuch(name)
        return json.loads(data)

    def items(self, name: str) -> Iterator[dict[str, Any]]:
        """The objects of a list in JSON, one after the other."""
        reader, scan = codecs.getincrementaldecoder("utf-8")(), json.JSONDecoder().raw_decode
        text, at, opened = "", 0, False
        for piece in self.pieces(name):
            text, at = text[at:] + reader.decode(piece), 0
            if len(text) > LONGEST_ITEM + PIECE or text.count("[") + text.count("{") + text.count(",") > MOST_IN_PIECE:
                raise ValueError(name)
            while True:
                begin = SEPARATORS.match(text, at).end()  # type: ignore[union-attr]  # nothing at all will do
                sign = text[begin : begin + 1]
                if not opened and sign == "[":
                    opened, at = True, begin + 1
                    continue
                if not opened or sign != "{":
                    break
                try:
                    found, at = scan(text, begin)
                except json.JSONDecodeError:
                    break  # the rest of it comes with the next piece
                yield found
        reader.decode(b"", final=True)
        if not opened or text[at:].strip(" \t\r\n,") != "]":
            raise ValueError(name)
