"""Pure: whether somebody beside the threads of a circle could end one of its waits."""

from collections.abc import Iterable, Sequence

from engine.findings.circles.moments import GONE, Edge, Moments
from engine.frame import ENDS_BY_ITSELF, WAITING, State

_IDLE = GONE | {State.ABSENT, State.CREATED, State.WAIT_TASK}


def needs_others(moments: Moments, edges: Iterable[Edge]) -> bool:
    """Whether another thread might end one of these waits: of a queue, a semaphore, a lock that is a signal.

    Who waits for a plain lock that it has itself may mean that another thread shall give it back.
    """
    return any(one.soft or (one.taken >= 0 and _may_be_signal(moments, one)) for one in edges)


def _may_be_signal(moments: Moments, edge: Edge) -> bool:
    return edge.blocker == edge.lane or moments.history.handed_on(edge.thing)


def all_stand(moments: Moments, edges: Sequence[Edge], time: int) -> bool:
    """Whether nobody but these threads could do anything from a time on: all others wait for ever, or are gone.

    At a queue anybody might come who goes on one day: there the others wait for the end of a thread, at most. Who asks
    a queue with a time-out goes on by itself, as it was written to.
    """
    known = {one.lane for one in edges}
    queues = [one for one in edges if one.state is State.WAIT_QUEUE]
    if any(one.blocker == one.lane or moments.is_timed(one.lane, time) for one in queues):
        return False
    others = [lane for lane in moments.lanes() if lane not in known]
    if queues and any(moments.state(lane, time) not in _IDLE | {State.WAIT_JOIN} for lane in others):
        return False
    return all(_stands(moments, lane, time) for lane in others)


def _stands(moments: Moments, lane: int, time: int) -> bool:
    state = moments.state(lane, time)
    if state in _IDLE:
        return True
    if state not in WAITING or state in ENDS_BY_ITSELF - {State.WAIT_RESULT}:
        return False
    return not moments.is_timed(lane, time)
