"""Pure: whether a run has come to a stand, so that nobody need wait for its end."""

from engine.frame import WAITING, FindingKind, Frame, Lane, State
from engine.protocol.units import SECOND

LONG = 1.0  # seconds without a change, longer than the waits with a time-out that programs of a course repeat
_FOR_EVER = WAITING - {State.WAIT_LOOP, State.WAIT_AWAIT, State.WAIT_NETWORK, State.WAIT_RESULT}
_NEVER_ENDS = frozenset({FindingKind.DEADLOCK, FindingKind.STUCK})


def stands_still(frame: Frame) -> bool:
    """A deadlock or a standstill was found, and every thread that lives has waited for something for a while."""
    if not any(one.kind in _NEVER_ENDS for one in frame.findings):
        return False
    return all(_waits(lane, frame.now) for lane in frame.lanes if lane.began is not None and lane.ended is None)


def _waits(lane: Lane, now: float) -> bool:
    spans = lane.spans
    return len(spans) > 0 and spans.states[-1] in _FOR_EVER and now - spans.starts[-1] / SECOND > LONG
