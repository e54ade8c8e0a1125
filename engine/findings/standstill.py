"""Pure: a run that has come to a stand without a cycle, and whether anybody need wait for its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.findings.locks import called
from engine.frame import WAITING, FindingKind, Frame, Lane, State
from engine.frame.finding import Stuck, Waiter
from engine.protocol.places import line_of
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

QUIET = 300_000_000  # nanoseconds that all must have waited before nobody is expected to come any more
LONG = 1.0  # seconds without a change, longer than the waits with a time-out that programs of a course repeat
_FOR_EVER = WAITING - {State.WAIT_LOOP, State.WAIT_AWAIT, State.WAIT_NETWORK, State.WAIT_RESULT}
_NEVER_ENDS = frozenset({FindingKind.DEADLOCK, FindingKind.STUCK})


@dataclass(frozen=True)
class Standstill:
    """Who lives and waits at a moment. Times in nanoseconds."""

    waits: Sequence[Wait]
    alive: Sequence[int]
    now: int
    last_act: int  # when a thread last did something


def stuck(still: Standstill, holder: Callable[[int], int], run_facts: RunFacts) -> list[Stuck]:
    """Every living thread waits, none of them with a time-out, and it has been so for a while."""
    if not still.alive or still.now - still.last_act < QUIET:
        return []
    by_lane = {wait.lane: wait for wait in still.waits}
    waits = [by_lane[lane] for lane in still.alive if lane in by_lane]
    if len(waits) < len(still.alive) or any(wait.timed for wait in waits):
        return []
    told = [wait for wait in waits if wait.state is not State.WAIT_JOIN] or waits
    return [
        Stuck(
            thread=run_facts.thread_name(told[0].lane),
            threads=tuple(wait.lane for wait in waits),
            objects=tuple(wait.object for wait in waits if wait.state is not State.WAIT_JOIN),
            line=line_of(told[0].place),
            time=max(wait.since for wait in waits) / SECOND,
            waiters=tuple(_waiter(wait, holder, run_facts) for wait in told),
        )
    ]


def _waiter(wait: Wait, holder: Callable[[int], int], run_facts: RunFacts) -> Waiter:
    joins, owner = wait.state is State.WAIT_JOIN, holder(wait.object) if wait.state is State.WAIT_LOCK else 0
    return Waiter(
        run_facts.thread_name(wait.lane),
        run_facts.thread_name(wait.object) if joins else called(run_facts, wait.object),
        wait.state,
        line_of(wait.place),
        act=Kind(wait.kind),
        owner=run_facts.thread_name(owner) if owner else "",
    )


def stands_still(frame: Frame) -> bool:
    """A deadlock or a standstill was found, and every thread that lives has waited for something for a while."""
    if not any(one.kind in _NEVER_ENDS for one in frame.result.findings):
        return False
    return all(
        _waits(lane, frame.run.now) for lane in frame.recording.lanes if lane.began is not None and lane.ended is None
    )


def _waits(lane: Lane, now: float) -> bool:
    spans = lane.spans
    return len(spans) > 0 and spans.states[-1] in _FOR_EVER and now - spans.starts[-1] / SECOND > LONG
