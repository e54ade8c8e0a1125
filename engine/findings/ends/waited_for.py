"""Pure: the findings about what Python waits for at the end of a program."""

import enum
from collections.abc import Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.thread_lifecycle import Life, ThreadLifecycles
from engine.findings.ends.lineages import Lineage
from engine.frame.finding import KeptAlive
from engine.frame.finding.kept_alive import KeptForm
from engine.protocol.messages import LaneKind
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND

NAMED = 3  # that are told by name


class Sort(enum.Enum):
    """What it is that Python waits for."""

    THREAD = "thread"
    PROCESS = "process"
    POOL = "pool"
    WORKERS = "workers"  # of a pool of processes
    TIMER = "timer"  # that has not gone off
    REPEATS = "repeats"  # a timer with a run() of the program's own
    AGAIN = "again"  # a thread or timer that starts the next one
    RAN_OUT = "ran-out"  # a thread of which a join had a time-out
    INTERRUPTED = "interrupted"  # a thread of which an exception ended the join


_FORMS: dict[Sort, tuple[KeptForm, KeptForm, KeptForm, KeptForm]] = {  # one, several; the same when it is over
    Sort.THREAD: ("thread", "threads", "thread-over", "threads-over"),
    Sort.PROCESS: ("process", "processes", "process-over", "processes-over"),
    Sort.POOL: ("pool", "pool", "pool-over", "pool-over"),
    Sort.WORKERS: ("workers", "workers", "workers-over", "workers-over"),
    Sort.TIMER: ("timer", "timer", "timer", "timer"),
    Sort.REPEATS: ("timer-repeats", "timer-repeats", "timer-repeats", "timer-repeats"),
    Sort.RAN_OUT: ("ran-out", "ran-out", "ran-out-over", "ran-out-over"),
}
_CURES = {
    Sort.PROCESS: "cure-kept-alive-process",
    Sort.POOL: "cure-kept-alive-pool",
    Sort.WORKERS: "cure-kept-alive-pool",
    Sort.TIMER: "cure-kept-alive-timer",
    Sort.REPEATS: "cure-kept-alive-timer",
    Sort.RAN_OUT: "cure-kept-alive-join",
}
_LESSONS = {Sort.POOL: "thread_pool", Sort.WORKERS: "thread_pool", Sort.RAN_OUT: "join"}


def kept(
    sort: Sort, lanes: Sequence[int], *, number: int, place: int, waited: int, done: int, pool: str, facts: RunFacts
) -> KeptAlive:
    """Python waits for these lanes; with `waited` nanoseconds it has waited so long, from `done` on."""
    return KeptAlive(
        form=_FORMS[sort][(len(lanes) > 1) + 2 * (waited > 0)],
        thread=facts.thread_name(lanes[0]) if len(lanes) == 1 else "",
        threads=tuple(lanes),
        **facts.where(place),
        time=done / SECOND,
        until=(done + waited) / SECOND if waited else 0.0,
        names=pool or _names(lanes, facts),
        number=number,
        seconds=waited / SECOND,
        cure=_CURES.get(sort, ""),
        lesson=_LESSONS.get(sort, "daemon"),
    )


def again(lanes: Sequence[int], lineage: Lineage | None, facts: RunFacts, lives: ThreadLifecycles) -> KeptAlive:
    """A thread or timer that starts its successor before it ends; `lanes` are those of the lineage that live."""
    latest = facts.thread(lanes[-1])
    chain = lineage.lanes if lineage is not None else lanes
    return KeptAlive(
        form="timer-again" if latest.timer else "again",
        threads=tuple(chain),
        **facts.where(lineage.place if lineage is not None else 0),
        time=(lives.main_done or 0) / SECOND,
        names=_names(lanes, facts),
        number=len(chain),
        cure="cure-kept-alive-timer" if latest.timer else "cure-kept-alive-again",
        lesson="daemon",
    )


def alone(done: int, facts: RunFacts) -> KeptAlive:
    """Nobody whom the stage knows is left, and Python's own end does not come to an end."""
    return KeptAlive(
        form="alone",
        thread=facts.thread_name(MAIN_THREAD),
        threads=(MAIN_THREAD,),
        time=done / SECOND,
        names=facts.thread_name(MAIN_THREAD),
        cure="cure-kept-alive-alone",
    )


def broken_off(lane: int, life: Life, form: KeptForm, waited: int, facts: RunFacts) -> KeptAlive:
    """An exception ended the wait for this thread, which went on."""
    off = life.broken_off
    if off is None:
        raise ValueError("its join was not broken off")
    if form != "interrupted-cut" and facts.thread(lane).kind is LaneKind.THREAD and _forgets(facts):
        form = "interrupted-forgotten"
    text = facts.texts.get(off.text)
    return KeptAlive(
        form=form,
        thread=facts.thread_name(lane),
        threads=(lane,),
        **facts.where(off.place),
        time=off.time / SECOND,
        until=(life.ended or 0) / SECOND if waited else 0.0,
        names=facts.thread_name(lane),
        seconds=waited / SECOND,
        waiter=facts.thread_name(off.lane),
        error=text.text if text is not None else "",
        cure="cure-kept-alive-interrupted",
        lesson="join",
    )


def _forgets(facts: RunFacts) -> bool:
    """Whether this Python takes a thread for ended when a join of it is broken off, as it did before 3.13."""
    version = facts.interpreter.version if facts.interpreter is not None else ""
    numbers = [int(part) for part in version.split(".")[:2] if part.isdigit()]
    return bool(numbers) and numbers < [3, 13]


def _names(lanes: Sequence[int], facts: RunFacts) -> str:
    return ", ".join(map(facts.thread_name, lanes[:NAMED])) + (", ..." if len(lanes) > NAMED else "")
