"""Pure: threads that the program waited for in another way than by join: it took what they had to give."""

from collections.abc import Collection, Iterator

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.trace import Trace
from engine.protocol.records import MAIN_THREAD, Kind

MOST = 1 << 20  # records that are looked through: it takes a few milliseconds, once, when the last line has run

_GIVES = {  # what a thread does last, and what the program then does with the same object once it has waited
    Kind.QUEUE_PUT: Kind.QUEUE_GOT,
    Kind.EVENT_SET: Kind.EVENT_PASSED,
    Kind.SEMAPHORE_RELEASED: Kind.SEMAPHORE_GOT,
    Kind.CONDITION_NOTIFIED: Kind.CONDITION_WOKEN,
    Kind.BARRIER_PASSED: Kind.BARRIER_PASSED,
}
_AT_A_QUEUE = (Kind.QUEUE_GOT, Kind.QUEUE_WANT_GET, Kind.QUEUE_TASK_DONE)  # what a worker does there
_LOOKED_AT = {*_GIVES, *_GIVES.values(), *_AT_A_QUEUE, Kind.QUEUE_JOINED, Kind.NET_WANT, Kind.NET_GOT}
_WORKS = (  # a thread that does this after it has given what it had is still at work
    *(Kind.PRINT, Kind.SLEEP, Kind.THREAD_STARTED, Kind.INPUT_WANT, Kind.PART_BEGAN, Kind.NET_WANT, Kind.THREAD_DIED),
    *(Kind.FILE_OPEN, Kind.FILE_WRITE, Kind.FILE_READ, Kind.FILE_REMOVED, Kind.FILE_RENAMED),
)


def awaited(lanes: Collection[int], trace: Trace, main_done: int) -> frozenset[int]:
    """Those of the lanes whose last act the main thread waited for, before its last line had run (`main_done`, ns).

    Such is a worker at a queue whose join() returned when it had done its last work, or a thread whose last result the
    program has taken from a queue, or that sent something before the program received something. A thread that does
    something else afterwards, such as printing, is none: of that the program has not waited for the end. Nor is any,
    where more than MOST records were made.
    """
    if not lanes or len(trace) > MOST:
        return frozenset()
    chunks = trace.chunks()
    kinds, threads, objects, times, values = (np.concatenate([chunk[name] for chunk in chunks]) for name in _COLUMNS)
    before = times <= main_done
    rows = {kind: np.flatnonzero((kinds == kind) & before) for kind in _LOOKED_AT}
    works = np.flatnonzero(np.isin(kinds, _WORKS))
    rows[Kind.NET_WANT] = rows[Kind.NET_WANT][values[rows[Kind.NET_WANT]] == 1]  # where something was sent
    return frozenset(lane for lane in lanes if any(_last_acts(lane, rows, works, threads, objects)))


_COLUMNS = ("kind", "thread", "object", "time", "value")


def _last_acts(lane: int, rows: dict[Kind, Array], works: Array, threads: Array, objects: Array) -> Iterator[bool]:
    """For each way to give whether this lane did so last, and the main thread took it."""
    own = works[threads[works] == lane]
    worked = int(own[-1]) if len(own) else -1
    touched = np.concatenate([rows[kind][threads[rows[kind]] == lane] for kind in _AT_A_QUEUE])
    joined = rows[Kind.QUEUE_JOINED]
    joined = joined[(threads[joined] == MAIN_THREAD) & (joined > worked)]
    yield bool(np.isin(objects[joined], objects[touched]).any())
    for gives, takes in _GIVES.items():
        given = rows[gives][threads[rows[gives]] == lane]
        if not len(given) or given[-1] < worked:
            continue
        row, thing = int(given[-1]), int(objects[given[-1]])
        taken = _of(rows[takes], thing, objects)
        by_main = taken[threads[taken] == MAIN_THREAD]
        if gives is Kind.QUEUE_PUT:  # others may have put something before, and that was taken first
            put = _of(rows[gives], thing, objects)
            yield len(by_main) > 0 and len(taken) >= int(np.count_nonzero(put <= row))
        else:
            yield bool(len(by_main)) and int(by_main[-1]) > row
    sent = rows[Kind.NET_WANT][threads[rows[Kind.NET_WANT]] == lane]
    got = rows[Kind.NET_GOT][threads[rows[Kind.NET_GOT]] == MAIN_THREAD]  # which calls the connection differently
    yield bool(len(sent) and len(got)) and int(sent[-1]) >= worked and int(got[-1]) > int(sent[-1])


def _of(rows: Array, thing: int, objects: Array) -> Array:
    found: Array = rows[objects[rows] == thing]
    return found
