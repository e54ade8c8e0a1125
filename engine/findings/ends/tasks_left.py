"""Finds tasks that a pool of `multiprocessing` left undone at its end: nobody had waited for them."""

from collections.abc import Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import TasksLeft
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_ASKS = (Kind.RESULT_WANT, Kind.RESULT_GOT, Kind.RESULT_GAVE_UP, Kind.RESULT_RAISED, Kind.RESULT_SEEN)


class TasksLeftRule:
    """Looks once, when the run has come to its own end."""

    def __init__(self) -> None:
        self._looked = False
        self._found: list[Finding] = []

    def find(self, model: RunModel) -> Sequence[Finding]:
        """Nothing before the end: a pool may go on for as long as the program does."""
        facts = model.run_facts
        if not self._looked and facts.outcome is not None and facts.tasks and model.whole:
            self._looked = True
            self._found = _look(model)
        return self._found


def _look(model: RunModel) -> list[Finding]:
    """A pool of processes has no name in the facts; other pools wait for their tasks at the end, or cancel them."""
    facts, pools = model.run_facts, model.pools
    left = {task for task in facts.tasks if task not in facts.pools and task not in pools.ended}
    if not left or facts.farewell is not None:
        return []
    at: tuple[int, int, int] | None = None  # of the first: its place, its lane, its time
    first = 0
    for records in model.trace.since(0):
        kinds, things = records["kind"], records["object"]
        asked = things[np.isin(kinds, _ASKS)]
        if len(asked) and (not asked.all() or not left.isdisjoint(asked.tolist())):
            return []
        rows = np.flatnonzero(kinds == Kind.TASK_SUBMITTED) if at is None else np.array([], np.intp)
        row = next((row for row in rows.tolist() if int(things[row]) in left), None)
        if row is not None:
            first = int(things[row])
            at = int(records["place"][row]), int(records["thread"][row]), int(records["time"][row])
    if at is None:
        return []
    place, lane, time = at
    found = TasksLeft(
        threads=(lane,) if lane else (),
        **facts.where(place),
        time=time / SECOND,
        number=len(left),
        task=facts.task_name(first),
        lesson="thread_pool",
    )
    return [found]
