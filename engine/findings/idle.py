"""Pure: threads that had nothing to do when the end of the program cut them off."""

from collections.abc import Collection

import numpy as np

from engine.analysis.record_semantics import IS_GLANCE
from engine.analysis.trace import Trace, words_of
from engine.protocol.records import Kind

MOST = 1 << 20  # records that are looked through, from the end: it takes a few milliseconds, once for each lane
_WITHOUT_WORK = (Kind.QUEUE_WANT_GET, Kind.INPUT_WANT)


def idle(lanes: Collection[int], trace: Trace) -> frozenset[int]:
    """Those of the lanes of which the last act was to wait for an item of a queue, or for a line that nobody typed."""
    found, wanted, seen = set[int](), set(lanes), 0
    for chunk in reversed(trace.chunks()):
        if not wanted or seen > MOST:
            break
        seen += len(chunk)
        kinds = chunk["kind"]
        acts = np.flatnonzero(np.isin(chunk["thread"], list(wanted)) & (kinds != Kind.THREAD_CUT))
        acts = acts[~IS_GLANCE[words_of(chunk[acts])]]
        threads, last = np.unique(chunk["thread"][acts][::-1], return_index=True)  # of each the last one
        of_each = kinds[acts][::-1][last]
        found.update(threads[np.isin(of_each, _WITHOUT_WORK)].tolist())
        wanted -= set(threads.tolist())
    return frozenset(found)
