"""Who has put into a queue, taken from it or holds a semaphore: what can be known of things that anybody may act on."""

from __future__ import annotations

import numpy as np

from engine.analysis.trace import Trace
from engine.protocol.records import Flag, Kind

_PUT, _GOT, _DONE = Kind.QUEUE_PUT, Kind.QUEUE_GOT, Kind.QUEUE_TASK_DONE
ENDED_BY = {  # a wait at a queue -> what others did that would end it
    Kind.QUEUE_WANT_PUT: (_GOT,),
    Kind.QUEUE_WANT_GET: (_PUT,),
    Kind.QUEUE_WANT_JOIN: (_DONE, _GOT),
}
_OF_QUEUES = np.array([_PUT, _GOT, _DONE], np.uint8)


class History:
    """Looks through the records when somebody asks, and later at those that are new."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._read = 0  # records
        self._handed_on: set[int] = set()  # locks that a thread gave back which another one had taken
        self._did: dict[tuple[int, int], set[int]] = {}  # queue, kind of record -> lanes

    def only_one(self, queue: int, want: Kind) -> int:
        """The lane that alone has ever done at a queue what ends such a wait; 0: several have, or none."""
        self._read_on()
        for kind in ENDED_BY.get(want, ()):
            lanes = self._did.get((queue, kind), set())
            if lanes:
                return next(iter(lanes)) if len(lanes) == 1 else 0
        return 0

    def handed_on(self, lock: int) -> bool:
        """Whether a lock was ever given back by another thread than the one that had taken it, as a signal is given."""
        self._read_on()
        return lock in self._handed_on

    def holder(self, semaphore: int, time: int) -> tuple[int, int]:
        """The only lane that has a semaphore at a time, and since when; 0 where somebody else ever released it."""
        has: dict[int, list[int]] = {}
        for chunk in self._trace.chunks():
            rows = chunk[(chunk["object"] == semaphore) & (chunk["time"] <= time)]
            for kind, lane, when, flags in zip(*(rows[name].tolist() for name in _FIELDS), strict=True):
                if kind == Kind.SEMAPHORE_GOT and not flags & Flag.OFF:
                    has.setdefault(lane, []).append(when)
                elif kind == Kind.SEMAPHORE_RELEASED and not flags & Flag.OFF:
                    if not has.get(lane):
                        return 0, 0
                    has[lane].pop()
        holding = {lane: times for lane, times in has.items() if times}
        if len(holding) != 1:
            return 0, 0
        lane, times = holding.popitem()
        return lane, times[-1]

    def _read_on(self) -> None:
        behind = self._read
        for chunk in self._trace.chunks():
            if behind < len(chunk):
                new = chunk[max(0, behind) :]
                given = (new["kind"] == Kind.LOCK_RELEASED) & (new["flags"] & int(Flag.FOREIGN) != 0)
                self._handed_on.update(new["object"][given].tolist())
                new = new[np.isin(new["kind"], _OF_QUEUES) & (new["flags"] & int(Flag.FAILED) == 0)]
                acts = zip(new["object"].tolist(), new["kind"].tolist(), new["thread"].tolist(), strict=True)
                for thing, kind, lane in set(acts):
                    self._did.setdefault((thing, kind), set()).add(lane)
            behind -= len(chunk)
        self._read = len(self._trace)


_FIELDS = ("kind", "thread", "time", "flags")
