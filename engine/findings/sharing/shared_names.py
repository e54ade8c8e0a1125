"""Names that several threads change with no lock in common: the text says which, the run which threads ran it."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal

import numpy as np

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.findings.mistakes import listed
from engine.frame import Finding, Interpreter, Lane, LaneKind, State
from engine.frame.finding import Occurrence, SharedName
from engine.protocol.records import MAIN_THREAD, Kind
from engine.protocol.units import SECOND
from engine.static_analysis.suspicion import Certainty, Doubt, Suspicion, SuspicionKind

LONGEST = 30_000  # characters: reading takes 0.1 s there, in which nothing is drawn, once at the end of a run
SAFE_FROM = (3, 10)  # from here on CPython with the GIL changes threads at calls and at the ends of loops alone
FORMS: dict[SuspicionKind, Literal["change", "check", "lock"]] = {
    SuspicionKind.CHECK_THEN_ACT: "check",
    SuspicionKind.READ_MODIFY_WRITE: "change",
    SuspicionKind.NO_COMMON_LOCK: "lock",
    SuspicionKind.OWN_LOCK: "lock",
}


class SharedNames:
    """Looks once, when the program has ended: whether updates were lost cannot be seen, so there is no hurry."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        outcome = model.run_facts.outcome
        if outcome is None or not model.texts.get(""):
            return ()
        if self._found is None:
            told = outcome.right is not None or len(model.values.losses.times) > 0  # the scenario says it better
            self._found = () if told or len(model.texts[""]) > LONGEST else tuple(_found(model))
        return self._found


def _found(model: RunModel) -> Iterator[Finding]:
    from engine.static_analysis.analysis import suspicions  # noqa: PLC0415 - the start does not wait for it

    lanes = [lane for lane in model.lanes() if lane.began is not None]
    if len(lanes) < 2:
        return
    safe = _is_safe(model.run_facts.interpreter or Interpreter())
    named: defaultdict[str, list[tuple[Suspicion, list[Lane]]]] = defaultdict(list)
    for one in suspicions(model.texts[""], model.off, _alike(lanes, model.run_facts)):
        if one.kind not in FORMS or one.certainty < Certainty.LIKELY:
            continue
        if (one.doubt is Doubt.INTERPRETER and safe) or any(runner.task for runner in one.runners):
            continue
        ran = _together(_who_ran(one, lanes, model), model)
        if len(ran) > 1:
            named[one.name].append((one, ran))
    for all_ in named.values():  # of one name the worst is told, with the lines of all that is like it
        kind = min((one.kind for one, _ in all_), key=list(FORMS).index)
        yield _finding([pair for pair in all_ if pair[0].kind is kind], model.run_facts)


def _is_safe(python: Interpreter) -> bool:
    """Whether nothing comes between reading and writing of one statement that calls nothing."""
    version = tuple(int(part) for part in python.version.split(".")[:2] if part.isdigit())
    return python.gil and version >= SAFE_FROM


def _alike(lanes: list[Lane], facts: RunFacts) -> set[str]:
    """Functions that two threads, or two tasks of a pool, called with the same arguments."""
    calls = [facts.thread(lane.id).calls for lane in lanes] + [*facts.tasks.values()]
    counts = Counter(call for call in calls if call.endswith(")") and not call.endswith("()"))
    return {call.partition("(")[0] for call, count in counts.items() if count > 1 and _is_plain(call)}


def _is_plain(call: str) -> bool:
    """Whether its arguments are written out, so that the same words mean the same."""
    try:
        ast.literal_eval(f"({call.partition('(')[2][:-1]},)")
    except (ValueError, SyntaxError):
        return False
    return True


def _who_ran(one: Suspicion, lanes: list[Lane], model: RunModel) -> list[Lane]:
    """The threads that ran the functions which it is about."""
    facts, names = model.run_facts, {runner.function for runner in one.runners}
    tasks = model.pools.tasks
    workers = {
        int(lane)
        for task, lane in zip(tasks.ids.tolist(), tasks.lanes.tolist(), strict=True)
        if facts.task_name(task).partition("(")[0] in {name.rpartition(".")[2] for name in names}
    }
    return [
        lane
        for lane in lanes
        if lane.id in workers
        or (lane.id == MAIN_THREAD and "" in names)
        or (lane.kind is not LaneKind.TASK and facts.thread(lane.id).calls.partition("(")[0] in names - {""})
    ]


def _together(lanes: list[Lane], model: RunModel) -> list[Lane]:
    """Those of them of which another one ran at the same time, and has not made it: that may be its last act."""
    makers = _makers(model)
    line = {lane.id: {lane.id, *_above(lane.id, makers)} for lane in lanes}

    def meets(one: Lane, other: Lane) -> bool:
        apart = one.id not in line[other.id] and other.id not in line[one.id]
        return apart and _began(one, model) < _ended(other) and _began(other, model) < _ended(one)

    return [lane for lane in lanes if any(meets(lane, other) for other in lanes)]


def _above(lane: int, makers: dict[int, int]) -> Iterator[int]:
    """Who made it, who made that one, and so on."""
    while lane in makers:
        lane = makers[lane]
        yield lane


def _makers(model: RunModel) -> dict[int, int]:
    """Which thread made which, beside the main one, which goes on."""
    found: dict[int, int] = {}
    for chunk in model.trace.chunks():
        made = chunk[(chunk["kind"] == Kind.THREAD_CREATED) & (chunk["thread"] != MAIN_THREAD)]
        found.update(zip(made["object"].tolist(), made["thread"].tolist(), strict=True))
    return found


def _began(lane: Lane, model: RunModel) -> float:
    """When its function began, seconds: that of a timer does when it has waited."""
    if model.run_facts.thread(lane.id).timer:
        waits = np.flatnonzero(lane.spans.states == State.WAIT_EVENT)
        if not len(waits) or waits[0] + 1 >= len(lane.spans.starts):
            return float("inf")
        return int(lane.spans.starts[waits[0] + 1]) / SECOND
    return lane.began or 0.0


def _ended(lane: Lane) -> float:
    return float("inf") if lane.ended is None else lane.ended


def _finding(all_: list[tuple[Suspicion, list[Lane]]], facts: RunFacts) -> SharedName:
    one = all_[0][0]
    ran = list({lane.id: lane for _, some in all_ for lane in some}.values())
    ran.sort(key=lambda lane: (lane.id == MAIN_THREAD, lane.id))
    lines = sorted({line for other, _ in all_ for line in other.own_lines})
    return SharedName(
        form=FORMS[one.kind],
        thread=ran[0].name,
        threads=tuple(lane.id for lane in ran),
        objects=tuple(
            thing.id for thing in facts.things.values() if thing.type == "file" and repr(thing.name) == one.name
        ),
        line=one.line,
        time=max(lane.began or 0.0 for lane in ran),
        occurrences=tuple(Occurrence(line=line) for line in lines),
        name=one.name,
        who=listed([facts.thread_name(lane.id) for lane in ran]),
        lines=", ".join(map(str, lines)),
        count=len(ran),
    )
