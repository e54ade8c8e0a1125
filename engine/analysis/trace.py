"""The records of a run in columns: growing, saved to a file, loaded again."""

import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.analysis.bounded_zip import NONSENSE, BoundedArchive, TooMuch
from engine.analysis.room import affordable, affordable_facts, memory
from engine.environment.output_file import replacing
from engine.protocol.messages import FACTS, Fact
from engine.protocol.records import RECORD

DTYPE = np.dtype(
    [
        ("time", "<i8"),
        ("value", "<i8"),
        ("object", "<u4"),
        ("place", "<u4"),
        ("thread", "<u2"),
        ("kind", "u1"),
        ("flags", "u1"),
    ]
)
assert DTYPE.itemsize == RECORD.size
CHUNK = 1 << 18  # records in one piece of memory: 7 MB
FORMAT = "thread-theatre-run"
VERSION = 2  # the facts of wire version 2
HEADER, FACTS_FILE, RECORDS, ABOUT = "header.json", "facts.json", "records.bin", "about.json"

LONGEST_HEADER = 1 << 16  # bytes
LONGEST_ABOUT = 64 << 20  # bytes: the program's texts, and a number for each fact
MOST_VALUES = 3_000_000  # of JSON in these two: the bytes of a small file may stand for very many
MOST_KINDS, LONGEST_KIND = 50, 60  # kinds of facts that are named where they cannot be read; characters

NOTHING: Mapping[str, Any] = MappingProxyType({})

Records = NDArray[np.void]


class TraceError(OSError):
    """A file of a run cannot be written or read; the message says why, for the presenter."""


class Trace:
    """All records of a run in the order in which they happened. Memory grows by chunks; nothing is copied twice."""

    def __init__(self) -> None:
        self._chunks: list[Records] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def append(self, records: Records) -> None:
        """Adds records, an array of DTYPE."""
        records = np.ascontiguousarray(records)
        done = 0
        while done < len(records):
            used = self._count % CHUNK
            if used == 0:
                self._chunks.append(np.empty(CHUNK, DTYPE))
            part = records[done : done + CHUNK - used]
            # as bytes: field by field it takes fifty times as long
            self._chunks[-1][used : used + len(part)].view(np.uint8)[:] = part.view(np.uint8)
            done += len(part)
            self._count += len(part)

    def chunks(self) -> list[Records]:
        """All records as views, in order, without a copy."""
        return [chunk[: self._count - number * CHUNK] for number, chunk in enumerate(self._chunks)]

    def since(self, row: int) -> Iterator[Records]:
        """The records from this one on as views, in order, without a copy."""
        for number in range(row // CHUNK, len(self._chunks)):
            begins = number * CHUNK
            yield self._chunks[number][max(0, row - begins) : self._count - begins]

    def save(self, path: str | Path, facts: Iterable[Fact], about: Mapping[str, Any] = NOTHING) -> None:
        """Writes the run to a file, whole or not at all; `about` is what JSON can hold. Raises TraceError."""
        try:
            with replacing(Path(path)) as file:
                self._write(file, list(facts), about)
        except (OSError, TypeError, ValueError, RuntimeError) as error:
            raise TraceError(f"cannot write {path}: {getattr(error, 'strerror', None) or error}") from error

    def _write(self, file: Any, facts: list[Fact], about: Mapping[str, Any]) -> None:
        header = {"format": FORMAT, "version": VERSION, "records": self._count}
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(HEADER, json.dumps(header))
            archive.writestr(FACTS_FILE, FACTS.pack(facts))
            archive.writestr(ABOUT, json.dumps(dict(about)))
            with archive.open(RECORDS, "w", force_zip64=True) as member:
                for chunk in self.chunks():
                    member.write(chunk.view(np.uint8).data)


class SavedRun(NamedTuple):
    """A run that was read from a file: see `engine.analysis.saved_file`."""

    trace: Trace
    facts: list[Fact]
    unread: Mapping[str, int]  # kinds of facts that an older version wrote and this one cannot read -> how many
    about: Mapping[str, Any] = NOTHING  # how it was run: see engine.session.replay


def load(path: str | Path) -> SavedRun:
    """Reads a saved run. Raises TraceError for what is no whole run of a known version, or too large for this machine.

    Anybody may have made the file: what it promises is held against what it is before memory is taken for it.
    """
    try:
        archive = BoundedArchive(path)
        try:
            count = _count_of(archive.json(HEADER, LONGEST_HEADER, MOST_VALUES), archive, path)
            facts, unread = _facts_of(archive, path)
            about = archive.json(ABOUT, LONGEST_ABOUT, MOST_VALUES) if archive.has(ABOUT) else {}
            trace = _read_records(archive, count, path)
        finally:
            archive.close()
    except TraceError:
        raise
    except OSError as error:
        raise TraceError(f"cannot read {path}: {error.strerror or error}") from error
    except TooMuch as error:
        raise TraceError(f"{path} is not opened: its {error} is larger than that of any run") from error
    except NONSENSE as error:
        raise TraceError(f"{path} is no saved run, or not all of it is there") from error
    return SavedRun(trace, facts, unread, about if isinstance(about, dict) else {})


def _facts_of(archive: BoundedArchive, path: str | Path) -> tuple[list[Fact], Mapping[str, int]]:
    """The facts that can be read, and how many there are of the kinds that cannot."""
    facts: list[Fact] = []
    unread: Counter[str] = Counter()
    most = affordable_facts(memory())
    for said in archive.items(FACTS_FILE):
        made = FACTS.unpack_all([said]).messages
        facts += made
        if not made:
            kind = str(said.get(FACTS.tag))[:LONGEST_KIND]
            unread[kind if kind in unread or len(unread) < MOST_KINDS else ""] += 1
        if len(facts) + unread.total() > most:
            raise TraceError(f"{path} holds more than {most} facts, and this machine keeps no more of a run")
    return facts, unread


def _count_of(header: Any, archive: BoundedArchive, path: str | Path) -> int:
    """How many records the header promises, and the file has room for."""
    if not isinstance(header, dict) or header.get("format") != FORMAT:
        raise TraceError(f"{path} is no saved run")
    version, count = header.get("version"), header.get("records")
    if type(version) is not int or type(count) is not int or count < 0:
        raise TraceError(f"{path} is no saved run: its header makes no sense")
    if version > VERSION:
        raise TraceError(f"{path} was saved by a newer Thread Theatre (format {version}, known is {VERSION})")
    size = archive.size(RECORDS)
    if size != count * DTYPE.itemsize:
        raise TraceError(f"{path} is not whole: it should hold {count} records")
    if count > (most := affordable(memory())):
        raise TraceError(f"{path} holds {count} records, and this machine keeps no more than {most} of a run")
    return count


def _read_records(archive: BoundedArchive, count: int, path: str | Path) -> Trace:
    trace, rest = Trace(), b""
    for piece in archive.pieces(RECORDS):
        records, over = records_of(rest + piece)
        rest = piece[len(piece) - over :]
        trace.append(records)
        if len(trace) > count:
            break
    if rest or len(trace) != count:
        raise TraceError(f"{path} is not whole: it should hold {count} records")
    return trace


def records_of(payload: bytes | bytearray | memoryview) -> tuple[Records, int]:
    """The whole records of a block's payload, without a copy, and how many bytes are left over."""
    count, rest = divmod(len(payload), DTYPE.itemsize)
    return np.frombuffer(payload, DTYPE, count), rest


def column(records: Records, name: str) -> NDArray[Any]:
    """A copy of one field of records, side by side in memory: all that follows is several times faster."""
    return records[name].copy()


def words_of(records: Records) -> NDArray[np.uint16]:
    """Where each record stands in a table: flags << 8 | kind."""
    words: NDArray[np.uint16] = column(records, "flags").astype(np.uint16) << 8 | column(records, "kind")
    return words
