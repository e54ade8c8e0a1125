"""Files that several threads or processes read, change and write back: writes that come from an old reading."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.run_model import RunModel
from engine.findings.mistakes import listed
from engine.frame import Finding
from engine.frame.finding import LostWrite
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

MOST = 1 << 21  # records that are looked through, once: some ten milliseconds
STEPS = 100_000  # of files that several write
_KINDS = (Kind.FILE_OPENED, Kind.FILE_READ_DONE)
REPLACES = 1  # value of FILE_OPENED


@dataclass
class _File:
    """What is known of a file's contents; a version is what one write has left."""

    version: int = 0
    writer: int = 0  # lane
    updated: bool = False  # that write put back what its thread had read before
    seen: dict[int, int] = field(default_factory=dict)  # lane -> the version that it has read and not written back
    lost: list[tuple[int, int, int, int]] = field(default_factory=list)  # time, place, lane, whose write was lost

    def read(self, lane: int) -> None:
        self.seen[lane] = self.version

    def replaced(self, lane: int, time: int, place: int) -> None:
        """It is opened anew: what it held is gone."""
        known = self.seen.pop(lane, None)
        if known is not None and known < self.version and self.writer != lane and self.updated:
            self.lost.append((time, place, lane, self.writer))
        self.version, self.writer, self.updated = self.version + 1, lane, known is not None


class LostWrites:
    """Looks once, when the program has ended."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._found is None:
            if model.run_facts.outcome is None:
                return ()
            files = any(thing.type == "file" for thing in model.run_facts.things.values())
            self._found = tuple(_lost(model)) if files and 0 < len(model.trace) < MOST else ()
        return self._found


def _lost(model: RunModel) -> Iterator[LostWrite]:
    facts = model.run_facts
    rows = np.concatenate([chunk[np.isin(chunk["kind"], _KINDS)] for chunk in model.trace.chunks()])
    writes = rows[(rows["kind"] == Kind.FILE_OPENED) & (rows["value"] == REPLACES)]
    writers: defaultdict[str, set[int]] = defaultdict(set)  # by name: each process has an id of its own for a file
    for thing, lane in np.unique(writes[["object", "thread"]]).tolist():
        writers[facts.thing_name(thing)].add(lane)
    shared = {name for name, lanes in writers.items() if len(lanes) > 1}
    things = {thing.id: thing.name for thing in facts.things.values() if thing.type == "file" and thing.name in shared}
    for name, file in _followed(rows[np.isin(rows["object"], list(things))][:STEPS], things).items():
        if file.lost:
            objects = tuple(thing for thing, called in things.items() if called == name)
            yield _finding(model, name, objects, file)


def _followed(rows: Array, things: dict[int, str]) -> dict[str, _File]:
    found: defaultdict[str, _File] = defaultdict(_File)
    fields = (rows[name].tolist() for name in ("time", "place", "thread", "object", "kind", "value"))
    for time, place, lane, thing, kind, value in zip(*fields, strict=True):
        file = found[things[thing]]
        if kind == Kind.FILE_READ_DONE and value > 0:
            file.read(lane)
        elif kind == Kind.FILE_OPENED and value == REPLACES:
            file.replaced(lane, time, place)
    return found


def _finding(model: RunModel, name: str, objects: tuple[int, ...], file: _File) -> LostWrite:
    facts = model.run_facts
    time, place, lane, other = file.lost[0]
    lanes = tuple(dict.fromkeys(one for _, _, *both in file.lost for one in both))
    return LostWrite(
        thread=facts.thread_name(lane),
        threads=lanes,
        objects=objects,
        **facts.where(place),
        time=time / SECOND,
        name=name,
        other=facts.thread_name(other),
        who=listed([facts.thread_name(one) for one in lanes]),
        count=len(file.lost),
    )
