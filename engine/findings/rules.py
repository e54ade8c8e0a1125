"""What is worth saying about a run: one sentence each, with threads, line and time. Pure functions of what is known."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.analysis.holders import Clash, Lock
from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import Wait
from engine.analysis.thread_lifecycle import Life
from engine.analysis.values import Tally
from engine.frame import Finding, FindingKind, Lane, LaneKind, State
from engine.protocol.messages import ExceptionFact
from engine.protocol.places import line_of
from engine.protocol.records import MAIN_THREAD, Kind
from engine.protocol.units import SECOND as NS

QUIET = 300_000_000  # nanoseconds that all must have waited before nobody is expected to come any more
LONG = 0.05  # seconds that others waited, and ...
LONG_SHARE = 0.1  # ... share of the run, from which on a holder is worth a sentence
MOST = 20  # findings of one kind that are told one by one
_MISSING_FILE = re.compile(r"No such file or directory: '(.+?)'")


@dataclass(frozen=True)
class Names:
    """How threads and things are called in sentences."""

    thread: Callable[[int], str]
    thing: Callable[[int], str]
    type: Callable[[int], str]

    @staticmethod
    def of(run_facts: RunFacts) -> "Names":
        """The names that the facts give."""

        def type_of(thing: int) -> str:
            found = run_facts.things.get(thing)
            return found.type.lower() if found is not None else ""

        return Names(run_facts.thread_name, run_facts.thing_name, type_of)

    def full(self, thing: int) -> str:
        """Such as "event file_ready"; a lock is called by its name alone, as its name mostly says it."""
        kind = self.type(thing)
        return f"{kind} {self.thing(thing)}" if kind and "lock" not in kind else self.thing(thing)


def lost_updates(tally: Tally, name: str, threads: Sequence[int], time: int, names: Names) -> list[Finding]:
    """Updates of the watched value that were lost. `threads` lost one, `time` (ns) is when the first was."""
    if not tally.lost:
        return []
    were = "was" if tally.lost == 1 else "were"
    text = (
        f"{tally.lost:,} of {tally.updates:,} updates of {name} {were} lost: "
        f"{tally.value:,} instead of {tally.expected:,}."
    )
    return [
        Finding(
            FindingKind.LOST_UPDATE,
            text,
            names.thread(threads[0]) if threads else "",
            line_of(tally.first_loss_place),
            time / NS,
            tuple(sorted(set(threads))),
        )
    ]


def exceptions(lanes: Iterable[Lane], deaths: Mapping[int, ExceptionFact]) -> list[Finding]:
    """Exceptions that ended a thread. One that went on from task to task is told where it came to in the end."""
    found = []
    passed_on = {death.after for death in deaths.values()}
    for lane in lanes:
        if lane.error is None or (lane.kind is LaneKind.TASK and lane.id in passed_on):
            continue
        death = deaths.get(lane.id)
        line = lane.error_line or 0
        found.append(
            Finding(
                FindingKind.EXCEPTION,
                _death_sentence(lane, death, line),
                lane.name,
                line,
                lane.ended or 0.0,
                (lane.id,),
                detail=death.traceback if death is not None else "",
            )
        )
    return shortened(found, "more threads died of an exception")


def _death_sentence(lane: Lane, death: ExceptionFact | None, line: int) -> str:
    where = f" in line {line}" if line else ""
    if death is not None and death.type == "FileNotFoundError":
        missing = _MISSING_FILE.search(death.message or "")
        if missing is not None:
            return f"{lane.name} needed the file {missing[1]}{where}, but it was not there (FileNotFoundError)."
    return f"{lane.name} died{where}: {lane.error}"


def not_joined(lanes: Iterable[Lane], lives: Mapping[int, Life], main_done: int | None) -> list[Finding]:
    """Threads that the program waited for nowhere; `main_done` (ns) is when its last line had run."""
    if main_done is None:
        return []
    found = []
    for lane in lanes:
        life = lives.get(lane.id, Life())
        if lane.id == MAIN_THREAD or lane.daemon or lane.joined or not life.started or life.final is State.CUT:
            continue
        text = f"{lane.name} {_unjoined(life, life.ended is None or life.ended > main_done)}"
        time = (main_done if life.ended is None else max(main_done, life.ended)) / NS
        line = line_of(life.ran_out_at or life.created_at)
        found.append(Finding(FindingKind.NOT_JOINED, text, lane.name, line, time, (lane.id,)))
    return shortened(found, "more threads were never joined")


def _unjoined(life: Life, went_on: bool) -> str:
    """ "was never joined ...". `went_on`: it had not ended when the program's last line had run."""
    if life.ran_out:
        return "was joined with a time-out that ran out: it was still running" + (
            ", also when the program's last line had run." if went_on else ", and nobody waited for it again."
        )
    return "was never joined: the program's last line ran " + (
        "before it had ended." if went_on else "without having waited for it."
    )


def cut_off(lanes: Iterable[Lane], lives: Mapping[int, Life], main_done: int | None = None) -> list[Finding]:
    """Daemon threads and processes that the end of the program cut off, not those that it ended itself before."""
    found = [
        Finding(
            FindingKind.CUT_OFF,
            f"The end of the program cut off {lane.name}, a daemon {_sort(lane)}.",
            lane.name,
            line_of(lane.place),
            lane.ended or 0.0,
            (lane.id,),
        )
        for lane in lanes
        if (life := lives.get(lane.id)) is not None  # of thousands of lanes
        and life.final is State.CUT
        and (lane.kind is not LaneKind.PROCESS or (main_done is not None and (lane.ended or 0.0) * NS >= main_done))
    ]
    return shortened(found, "more daemon threads were cut off")


def _sort(lane: Lane) -> str:
    return "process" if lane.kind is LaneKind.PROCESS else "thread"


def shortened(found: list[Finding], more: str) -> list[Finding]:
    """At most MOST findings of a kind, and one that counts the rest."""
    if len(found) <= MOST:
        return found
    rest = found[MOST:]
    threads = tuple(number for finding in rest for number in finding.threads)
    last = Finding(found[0].kind, f"{len(rest):,} {more}.", "", 0, rest[0].time, threads)
    return [*found[:MOST], last]


def deadlocks(waits: Iterable[Wait], holder: Callable[[int], int], names: Names) -> list[Finding]:
    """Cycles of threads of which each waits, with no time-out, for what the next one holds or for its end."""
    held_up = [(wait, _blocker(wait, holder)) for wait in waits if not wait.timed]
    by_lane = {wait.lane: wait for wait, blocker in held_up if blocker}  # of thousands that wait mostly few
    after = {wait.lane: blocker for wait, blocker in held_up if blocker}
    seen: set[int] = set()
    found = []
    for start in after:
        path: list[int] = []
        lane = start
        while lane in after and lane not in seen:
            seen.add(lane)
            path.append(lane)
            lane = after[lane]
        if lane in path:
            found.append(_cycle([by_lane[number] for number in path[path.index(lane) :]], names))
    return found


def _blocker(wait: Wait, holder: Callable[[int], int]) -> int:
    """The thread that must act before this wait can end; 0 when that is nobody in particular."""
    if wait.state is State.WAIT_LOCK:
        return holder(wait.object)
    return wait.object if wait.state is State.WAIT_JOIN else 0


def _cycle(waits: list[Wait], names: Names) -> Finding:
    least = min(range(len(waits)), key=lambda number: waits[number].lane)
    waits = waits[least:] + waits[:least]
    clauses = [_clause(wait, waits[number - 1], names) for number, wait in enumerate(waits)]
    last = max(waits, key=lambda wait: wait.since)
    locks = tuple(wait.object for wait in waits if wait.state is State.WAIT_LOCK)
    lines = (
        f"{clause}, line {line_of(wait.place)}" if line_of(wait.place) else clause
        for clause, wait in zip(clauses, waits, strict=True)
    )
    return Finding(
        FindingKind.DEADLOCK,
        "; ".join(clauses) + ".",
        names.thread(last.lane) if len(waits) == 1 else "",
        line_of(last.place),
        last.since / NS,
        tuple(wait.lane for wait in waits),
        locks,
        "\n".join(lines),
    )


def _clause(wait: Wait, waiter: Wait, names: Names) -> str:
    """ "Left holds a and waits for b"; `waiter` is the one that waits for this thread."""
    name = names.thread(wait.lane)
    if wait.state is State.WAIT_JOIN:
        own = "itself" if wait.object == wait.lane else names.thread(wait.object)
        goal = f"waits for {own} to end"
    else:
        goal = f"waits for {names.thing(wait.object)}"
    if waiter is wait:
        return f"{name} {goal}" + (", which it holds itself" if wait.state is State.WAIT_LOCK else "")
    holds = f"holds {names.thing(waiter.object)} and " if waiter.state is State.WAIT_LOCK else ""
    return f"{name} {holds}{goal}"


@dataclass(frozen=True)
class Standstill:
    """Who lives and waits at a moment. Times in nanoseconds."""

    waits: Sequence[Wait]
    alive: Sequence[int]
    now: int
    last_act: int  # when a thread last did something


def stuck(still: Standstill, holder: Callable[[int], int], names: Names) -> list[Finding]:
    """Every living thread waits, none of them with a time-out, and it has been so for a while."""
    if not still.alive or still.now - still.last_act < QUIET:
        return []
    by_lane = {wait.lane: wait for wait in still.waits}
    waits = [by_lane[lane] for lane in still.alive if lane in by_lane]
    if len(waits) < len(still.alive) or any(wait.timed for wait in waits):
        return []
    told = [wait for wait in waits if wait.state is not State.WAIT_JOIN] or waits
    sentences = [_stuck_clause(wait, holder, names) for wait in told]
    first = told[0]
    return [
        Finding(
            FindingKind.STUCK,
            "; ".join(sentences[:3]) + (f"; and {len(told) - 3:,} more wait." if len(told) > 3 else "."),
            names.thread(first.lane),
            line_of(first.place),
            max(wait.since for wait in waits) / NS,
            tuple(wait.lane for wait in waits),
            tuple(wait.object for wait in waits if wait.state is not State.WAIT_JOIN),
            "\n".join(sentences),
        )
    ]


_NOBODY_LEFT = {
    Kind.EVENT_WAIT: "waits for {full}, and nobody is left to set it",
    Kind.SEMAPHORE_WANT: "waits for {full}, and nobody is left to release it",
    Kind.CONDITION_WAIT: "waits for {full}, and nobody is left to notify it",
    Kind.BARRIER_WAIT: "waits at {full}, and nobody else is left to come",
    Kind.QUEUE_WANT_GET: "waits for an item from {full}, and nobody is left to put one",
    Kind.QUEUE_WANT_PUT: "waits for room in {full}, and nobody is left to take an item out",
    Kind.QUEUE_WANT_JOIN: "waits until all tasks of {full} are done, and nobody is left to do them",
}


def _stuck_clause(wait: Wait, holder: Callable[[int], int], names: Names) -> str:
    name = names.thread(wait.lane)
    if wait.state is State.WAIT_JOIN:
        return f"{name} waits for {names.thread(wait.object)} to end"
    if wait.state is State.WAIT_LOCK:
        owner = holder(wait.object)
        held = f", which {names.thread(owner)} never gave back" if owner else ", and nobody is left to release it"
        return f"{name} waits for {names.full(wait.object)}{held}"
    words = _NOBODY_LEFT.get(Kind(wait.kind), "waits for {full}")
    return f"{name} {words.format(full=names.full(wait.object))}"


def held_long(locks: Mapping[int, Lock], now: int, names: Names) -> list[Finding]:
    """For each lock the holder for which others waited longest, if that is worth a sentence. `now` in nanoseconds."""
    found = []
    for thing, lock in locks.items():
        totals = dict(lock.contended)
        if lock.holder and lock.waiters > 0:
            totals[lock.holder] = totals.get(lock.holder, 0) + max(0, now - lock.time)
        if not totals:
            continue
        thread, lasted = max(totals.items(), key=lambda item: (item[1], -item[0]))
        if lasted < LONG * NS or lasted < LONG_SHARE * now:
            continue
        text = (
            f"{names.thread(thread)} held {names.full(thing)} for {_seconds(lasted)} in all while others waited for it."
        )
        place, time = lock.first.get(thread, (lock.place, lock.time))
        found.append(
            Finding(FindingKind.HELD_LONG, text, names.thread(thread), line_of(place), time / NS, (thread,), (thing,))
        )
    return found


def _seconds(lasted: int) -> str:
    """Two figures are enough; fewer changes also mean fewer redraws while the time grows."""
    seconds = lasted / NS
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.1f} s"


def two_holders(count: int, first: Clash | None, names: Names) -> list[Finding]:
    """Ours: a lock that seems to be held twice."""
    if first is None:
        return []
    text = f"The picture contradicts itself {count:,} times: {names.thing(first.object)} was got while it was held."
    return [
        Finding(
            FindingKind.TWO_HOLDERS,
            text,
            names.thread(first.thread),
            line_of(first.place),
            first.time / NS,
            (first.thread,),
            (first.object,),
        )
    ]
