"""Pure: threads and tasks that failed, threads that nobody joined or that the end of the program cut off."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from engine.analysis.run_facts import RunFacts
from engine.analysis.tasks import Failure, TaskBuilder
from engine.analysis.thread_lifecycle import Life
from engine.findings.alike import likeness
from engine.frame import Finding, Lane, LaneKind, State
from engine.frame.finding import CutOff, More, NotJoined, TaskFailed, ThreadDied
from engine.protocol.messages import ExceptionFact
from engine.protocol.records import MAIN_THREAD
from engine.protocol.units import SECOND

MOST = 20  # findings of one kind that are told one by one


def exceptions(lanes: Iterable[Lane], deaths: Mapping[int, ExceptionFact]) -> list[Finding]:
    """Exceptions that ended a thread. One that went on from task to task is told where it came to in the end.

    Nor is one told that a task handed on to who waited for it, as that one caught it, or died of another one. Only
    a group that ended something does not say what was in it.
    """
    passed_on = {death.after for death in deaths.values()}
    if not any(death.type.endswith("ExceptionGroup") and not death.handed_on for death in deaths.values()):
        passed_on.update(lane for lane, death in deaths.items() if death.handed_on)
    found = [
        ThreadDied(
            thread=lane.name,
            threads=(lane.id,),
            line=lane.error_line or 0,
            file=lane.error_file,
            time=lane.ended or 0.0,
            error=lane.error,
            task=lane.kind is LaneKind.TASK,
        )
        for lane in lanes
        if lane.error is not None and not (lane.kind is LaneKind.TASK and lane.id in passed_on)
    ]
    return shortened(found)


def not_joined(
    lanes: Iterable[Lane],
    lives: Mapping[int, Life],
    main_done: int | None,
    run_facts: RunFacts,
    awaited: Callable[[Mapping[int, Life]], Collection[int]] = lambda _lives: (),
) -> list[Finding]:
    """Threads that the program waited for nowhere; `main_done` (ns) is when its last line had run.

    Not daemons, timers, or what was not there by then, nor what the program ended itself, or was told by is_alive()
    or enumerate() that it has ended (Kind.THREAD_EXCUSED), nor what `awaited` names. Those that were still at
    work stand first.
    """
    if main_done is None:
        return []
    missed = {
        lane.id: (lane, life)
        for lane in lanes
        if not (lane.id == MAIN_THREAD or lane.daemon or lane.joined)
        and not run_facts.thread(lane.id).timer  # who starts one wants it to go off by itself
        and (life := lives.get(lane.id, Life())).started
        and life.final is not State.CUT
        and (life.created is None or life.created <= main_done)
    }
    for known in awaited({number: life for number, (_, life) in missed.items()}):
        del missed[known]
    found: list[NotJoined] = [
        NotJoined(
            thread=lane.name,
            threads=(lane.id,),
            **run_facts.where(life.ran_out_at or life.created_at),
            time=(main_done if life.ended is None else max(main_done, life.ended)) / SECOND,
            ran_out=life.ran_out,
            went_on=life.ended is None or life.ended > main_done,
            process=lane.kind is LaneKind.PROCESS,
        )
        for lane, life in missed.values()
    ]
    found.sort(key=lambda one: not one.went_on)
    return shortened(found)


def cut_off(
    lanes: Iterable[Lane],
    lives: Mapping[int, Life],
    main_done: int | None,
    run_facts: RunFacts,
    idle: Callable[[Collection[int]], Collection[int]] = lambda _lanes: (),
) -> list[Finding]:
    """Daemon threads and processes that the end of the program cut off, not those that it ended itself.

    Nor those of which `idle` says that they had nothing to do: that is what daemons are for.
    A process that is no daemon is waited for at the end; what cut it off is the program's own doing. A child that was
    forked, or whose parent did not wait, outlives the program: `process_ends` says so.
    """
    cut = [
        lane
        for lane in lanes
        if (life := lives.get(lane.id)) is not None  # of thousands of lanes
        and life.final is State.CUT
        and not life.excused
        and (lane.kind is not LaneKind.PROCESS or (lane.daemon and _ended_after(lane, main_done)))
        and lane.id not in run_facts.process_ends
        and not (run_facts.thread(lane.id).timer and _waited(lane))  # it has not gone off
    ]
    had_nothing_to_do = idle([lane.id for lane in cut]) if cut else ()
    found = [
        CutOff(
            thread=lane.name,
            threads=(lane.id,),
            **run_facts.where(lane.place),
            time=lane.ended or 0.0,
            process=lane.kind is LaneKind.PROCESS,
        )
        for lane in cut
        if lane.id not in had_nothing_to_do
    ]
    return shortened(found)


def _waited(lane: Lane) -> bool:
    """Whether it waited when it was cut off."""
    return len(lane.spans) > 1 and lane.spans.states[-2] == State.WAIT_EVENT


def _ended_after(lane: Lane, main_done: int | None) -> bool:
    return main_done is not None and (lane.ended or 0.0) * SECOND >= main_done


def unseen(tasks: TaskBuilder, run_facts: RunFacts) -> list[Finding]:
    """Tasks that raised, and whose result nobody asked for up to the end of the program.

    Where a pool of processes broke, all that was open fails with it: who saw one of them has seen it. An exit in a pool
    of multiprocessing reaches nobody: that is a finding of its own.
    """
    lost = {fact.task for fact in run_facts.exits if fact.task in run_facts.groups}
    broken_seen = any(tasks.failures[task].lane == 0 for task in tasks.asked & tasks.failures.keys())
    failures = (
        failure
        for task, failure in tasks.failures.items()
        if task not in tasks.asked and task not in lost and not (broken_seen and failure.lane == 0)
    )
    return shortened([_failed(failure, run_facts) for failure in sorted(failures, key=lambda failure: failure.time)])


def _failed(failure: Failure, run_facts: RunFacts) -> TaskFailed:
    said = run_facts.texts.get(failure.text)
    return TaskFailed(
        thread=run_facts.thread_name(failure.lane) if failure.lane else "",
        threads=(failure.lane,) if failure.lane else (),
        **run_facts.where(failure.place),
        time=failure.time / SECOND,
        task=run_facts.task_name(failure.task),
        error=said.text if said is not None else "",
    )


def shortened(found: Sequence[Finding]) -> list[Finding]:
    """At most MOST findings of a kind, and one that counts the rest."""
    rest = found[MOST:]
    if not rest:
        return [*found]
    threads = tuple(number for finding in rest for number in finding.threads)
    alike = set(map(likeness, rest))
    same = alike.pop() if len(alike) == 1 else ()
    return [*found[:MOST], More(threads=threads, time=rest[0].time, kind=rest[0].kind, count=len(rest), alike=same)]
