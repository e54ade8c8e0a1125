"""Builds small arrays of records for tests, one line a record."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.trace import DTYPE, Records
from engine.findings.detector import Detector
from engine.frame import Finding
from engine.protocol.messages import Fact, FileFact, ThingFact, ThreadFact
from engine.protocol.records import UNKNOWN_VALUE, Kind

MS = 1_000_000
PROGRAM = 1 << 20  # places in the program's own file


def record(
    time: int, thread: int, kind: Kind, thing: int = 0, value: int = 0, *, flags: int = 0, line: int = 0
) -> tuple[int, ...]:
    """One record; time in milliseconds."""
    return (time * MS, value, thing, PROGRAM | line if line else 0, thread, kind, flags)


def records(*rows: tuple[int, ...]) -> Records:
    """Records as an array."""
    return np.array(list(rows), DTYPE)


def got(time: int, thread: int, lock: int, *, flags: int = 0, line: int = 0) -> tuple[int, ...]:
    return record(time, thread, Kind.LOCK_GOT, lock, 0, flags=flags, line=line)


def released(
    time: int, thread: int, lock: int, value: int = UNKNOWN_VALUE, *, flags: int = 0, line: int = 0
) -> tuple[int, ...]:
    return record(time, thread, Kind.LOCK_RELEASED, lock, value, flags=flags, line=line)


def want(time: int, thread: int, lock: int, *, flags: int = 0, line: int = 0) -> tuple[int, ...]:
    return record(time, thread, Kind.LOCK_WANT, lock, 0, flags=flags, line=line)


def running(time: int, *threads: int) -> list[tuple[int, ...]]:
    """The first moments of threads."""
    return [record(time, thread, Kind.THREAD_RUNNING, thread) for thread in threads]


def named(threads: dict[int, str], things: dict[int, tuple[str, str]] | None = None) -> list[Fact]:
    """Facts: names of threads, and types and names of things that can be switched."""
    facts: list[Fact] = [
        FileFact(1, path="/x/program.py"),
        *(ThreadFact(id_, name=name, daemon=False, process="") for id_, name in threads.items()),
    ]
    for id_, (type_, name) in (things or {}).items():
        facts.append(ThingFact(id_, type=type_, name=name, place=PROGRAM | 3, switch=True, size=0))
    return facts


def split(array: Records, cuts: Iterable[int]) -> list[Records]:
    """The array in parts, cut at these rows."""
    ends = sorted({min(cut, len(array)) for cut in cuts} | {0, len(array)})
    return [array[start:stop] for start, stop in zip(ends[:-1], ends[1:], strict=True)]


_DETECTORS: WeakKeyDictionary[RunModel, Detector] = WeakKeyDictionary()


def findings_of(model: RunModel) -> tuple[Finding, ...]:
    """What is worth saying of a run, by a detector that is the model's own, as a session's is."""
    return _DETECTORS.setdefault(model, Detector()).find(model)
