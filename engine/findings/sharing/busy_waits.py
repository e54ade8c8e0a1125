"""Threads that used a processor while they only asked again and again whether what they wait for is there."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.run_model import RunModel
from engine.analysis.trace import CHUNK
from engine.findings.mistakes import listed
from engine.frame import Finding, Lane
from engine.frame.finding import BusyWait
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.places import PROGRAM, start_of
from engine.protocol.records import Kind
from engine.protocol.units import SECOND
from engine.static_analysis.busy_loops import BusyLoop, busy_loops

ENOUGH = 3 * SECOND // 100  # of processor time, from which on it is worth a sentence
LONGEST = 200_000  # characters of a text that is read for it
_CURES = {  # what is asked -> what waits in its place
    "is_alive": "cure-busy-wait-join",
    "isAlive": "cure-busy-wait-join",
    "active_count": "cure-busy-wait-join",
    "empty": "cure-busy-wait-get",
    "qsize": "cure-busy-wait-get",
    "get_nowait": "cure-busy-wait-get",
    "is_set": "cure-busy-wait-event",
    "done": "cure-busy-wait-result",
    "running": "cure-busy-wait-result",
    "ready": "cure-busy-wait-result",
}


@lazy_dataclass(frozen=True)
class _Stretch:
    """A thread was in a loop from when to when, nanoseconds; 0: it still is."""

    lane: int
    loop: BusyLoop
    begin: int
    end: int = 0


class BusyWaits:
    """Follows, of each thread that was seen in such a loop, when it came in and when it left."""

    def __init__(self) -> None:
        self._loops: tuple[BusyLoop, ...] | None = None  # None: nobody has needed them yet
        self._at: dict[int, BusyLoop] = {}  # place -> its loop
        self._rows = 0  # records that were looked at
        self._over: list[_Stretch] = []
        self._inside: dict[int, _Stretch] = {}  # by lane
        self._known: set[int] = set()  # lanes that were in one

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._loops is None:
            if not any(lane.cpu is not None and lane.cpu.used[-1] >= ENOUGH for lane in model.lanes()):
                return ()
            text = model.texts.get("", "")
            self._loops = busy_loops(text) if len(text) < LONGEST else ()
            own = start_of(PROGRAM)
            self._at = {own | line: loop for loop in self._loops for line in range(loop.first, loop.last + 1)}
        if not self._at:
            return ()
        if self._rows < len(model.trace):
            self._follow(model)
        return [*self._findings(model)] if self._known else ()

    def _follow(self, model: RunModel) -> None:
        """Takes in the records that have come since."""
        first, skip = divmod(self._rows, CHUNK)
        chunks = model.trace.chunks()[first:]
        self._rows = len(model.trace)
        for number, chunk in enumerate(chunks):
            records = chunk[skip:] if number == 0 else chunk
            inside = np.isin(records["place"], list(self._at))
            self._known.update(records["thread"][inside & (records["kind"] == Kind.LINE)].tolist())
            if self._known:
                mine = np.isin(records["thread"], list(self._known)) & (records["place"] != 0)
                self._walk(records[mine])

    def _walk(self, records: Array) -> None:
        fields = (records[name].tolist() for name in ("time", "thread", "place"))
        for time, lane, place in zip(*fields, strict=True):
            loop, known = self._at.get(place), self._inside.get(lane)
            if known is not None and loop is not known.loop:
                self._over.append(_Stretch(lane, known.loop, known.begin, time))
                del self._inside[lane]
            if loop is not None and lane not in self._inside:
                self._inside[lane] = _Stretch(lane, loop, time)

    def _findings(self, model: RunModel) -> Iterator[BusyWait]:
        lanes = {lane.id: lane for lane in model.lanes() if lane.id in self._known}
        groups: defaultdict[BusyLoop, list[tuple[_Stretch, int, int]]] = defaultdict(list)
        for one in (*self._over, *self._inside.values()):
            lane = lanes.get(one.lane)
            if lane is not None and lane.cpu is not None:
                ended = model.last if lane.ended is None else int(lane.ended * SECOND)
                end = one.end or ended
                groups[one.loop].append((one, end - one.begin, _used(lane, one.begin, end)))
        for loop, stretches in groups.items():
            if sum(used for _, _, used in stretches) >= ENOUGH:
                yield _finding(loop, stretches, lanes)


def _used(lane: Lane, begin: int, end: int) -> int:
    """Processor time that a lane had between two moments, nanoseconds."""
    assert lane.cpu is not None
    at = np.interp((begin, end), lane.cpu.times, lane.cpu.used)
    return int(at[1] - at[0])


def _finding(loop: BusyLoop, stretches: list[tuple[_Stretch, int, int]], lanes: dict[int, Lane]) -> BusyWait:
    ids = tuple(dict.fromkeys(one.lane for one, _, _ in stretches))
    begin = min(one.begin for one, _, _ in stretches)
    ends = [one.end for one, _, _ in stretches]
    return BusyWait(
        thread=lanes[ids[0]].name,
        threads=ids,
        line=loop.first,
        time=begin / SECOND,
        until=max(ends) / SECOND if all(ends) else 0.0,
        who=listed([lanes[number].name for number in ids]),
        asks=loop.asks,
        seconds=round(sum(lasted for _, lasted, _ in stretches) / SECOND, 2),
        used=round(sum(used for _, _, used in stretches) / SECOND, 2),
        cure=next((cure for word, cure in _CURES.items() if word in loop.calls), ""),
    )
