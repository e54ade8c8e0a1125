"""Pure: for what of asyncio a task waits, as the record of its `await` says."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np

from engine.analysis.record_semantics import WAITS
from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.histories.account import last_of
from engine.frame import State
from engine.protocol.records import Kind

_AWAITS = np.array([State.WAIT_AWAIT], np.uint8)
MOST = 200  # tasks of which it is found out


def awaited(model: RunModel, lanes: Collection[int]) -> Iterator[Wait]:
    """The waits of those of these tasks that wait for an event, a queue or the like, as if they were threads."""
    waits = [one for one in model.spans.waits(_AWAITS) if one.lane in lanes and one.object][:MOST]
    for wait in waits:
        found = last_of(model.trace, wait.lane, Kind.AWAIT)
        if found is not None and found[1] == wait.object and found[0].value in WAITS:
            kind = Kind(found[0].value)
            yield wait._replace(state=WAITS[kind], kind=kind)
