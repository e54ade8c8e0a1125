"""Pure: threads that had nothing to do when the end of the program cut them off."""

from collections.abc import Collection

import numpy as np

from engine.analysis.record_semantics import IS_GLANCE
from engine.analysis.trace import Trace, words_of
from engine.protocol.records import Flag, Kind

MOST = 1 << 20  # records that are looked through, from the end: it takes a few milliseconds, once for each lane
_WITHOUT_WORK = (Kind.QUEUE_WANT_GET, Kind.INPUT_WANT)
_CALLED = {  # a wait with no time-out, and how it ends: who was called by a thing before waits to be called again
    Kind.EVENT_WAIT: Kind.EVENT_PASSED,
    Kind.CONDITION_WAIT: Kind.CONDITION_WOKEN,
}


def idle(lanes: Collection[int], trace: Trace) -> frozenset[int]:
    """Those of the lanes of which the last act was to wait for an item of a queue, or for a line that nobody typed.

    Or for somebody who connects or sends first; or, with no time-out, for an event or a condition that has called them
    before. Of what no facade watches the stage says it when it cuts a lane off.
    """
    found, wanted, seen = set[int](), set(lanes), 0
    for chunk in reversed(trace.chunks()):
        if not wanted or seen > MOST:
            break
        seen += len(chunk)
        kinds = chunk["kind"]
        told = chunk["thread"][(kinds == Kind.THREAD_CUT) & (chunk["value"] == 1)].tolist()
        found.update(wanted.intersection(told))
        wanted.difference_update(told)
        acts = np.flatnonzero(np.isin(chunk["thread"], list(wanted)) & (kinds != Kind.THREAD_CUT))
        acts = acts[~IS_GLANCE[words_of(chunk[acts])]]
        threads, last = np.unique(chunk["thread"][acts][::-1], return_index=True)  # of each the last one
        of_each = kinds[acts][::-1][last]
        found.update(threads[np.isin(of_each, _WITHOUT_WORK)].tolist())
        for row in acts[::-1][last[np.isin(of_each, list(_CALLED))]].tolist():
            if _waits_again(chunk[row], trace):
                found.add(int(chunk["thread"][row]))
        for row in acts[::-1][last[of_each == Kind.NET_WANT]].tolist():
            if _is_asked_first(chunk[row], trace):
                found.add(int(chunk["thread"][row]))
        wanted -= set(threads.tolist())
    return frozenset(found)


def _waits_again(wait: np.void, trace: Trace) -> bool:
    """Whether a thread that waits with no time-out has waited for the same thing before, and was called."""
    if wait["flags"] & Flag.TIMED or len(trace) > MOST:
        return False
    ends = _CALLED[Kind(int(wait["kind"]))]
    return any(
        ((chunk["kind"] == ends) & (chunk["thread"] == wait["thread"]) & (chunk["object"] == wait["object"])).any()
        for chunk in trace.chunks()
    )


def _is_asked_first(wait: np.void, trace: Trace) -> bool:
    """Whether a thread waits for somebody who connects, or who was the first to send there: it has asked nobody."""
    if wait["value"] != 0 or len(trace) > MOST:
        return False
    for chunk in trace.chunks():
        mine = (chunk["kind"] == Kind.NET_WANT) & (chunk["thread"] == wait["thread"])
        values = chunk["value"][mine & (chunk["object"] == wait["object"])]
        if len(values):
            return bool(values[0] == 0)
    return False
