"""Pure: locks that a thread or a process had when it ended, and for which others wait."""

from collections.abc import Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import Wait
from engine.findings.ends.threads import shortened
from engine.findings.locks.holding import called
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding, LaneKind, State
from engine.frame.finding import ForEver, KeptLock
from engine.protocol.units import SECOND

_FOR_LOCKS = np.array([State.WAIT_LOCK], np.uint8)
_OWNED = frozenset({"RLock", "Condition"})  # that nobody but its holder can give back


class KeptLocks:
    """Looks at threads that wait for a lock whose holder has ended; what was found stays until somebody has it."""

    def __init__(self) -> None:
        self._found: dict[int, tuple[int, Finding]] = {}  # by lock: its holder

    def find(self, model: RunModel) -> Sequence[Finding]:
        if not model.whole:
            return ()
        self._found = {lock: one for lock, one in self._found.items() if model.locks.holder(lock) == one[0]}
        waits: dict[int, list[Wait]] = {}
        for wait in model.spans.waits(_FOR_LOCKS):
            if not wait.timed and model.last - wait.since >= QUIET and _is_kept(wait.object, model):
                waits.setdefault(wait.object, []).append(wait)
        for lock, its in waits.items():
            self._found[lock] = model.locks.holder(lock), _finding(lock, its, model)
        return shortened([found for _, found in self._found.values()])


def _is_kept(lock: int, model: RunModel) -> bool:
    """Whether its holder has ended, and nobody is left who could give it back in its place."""
    holder, thing = model.locks.holder(lock), model.run_facts.things.get(lock)
    life = model.spans.life(holder)
    if not holder or life.ended is None or model.last - life.ended < QUIET:
        return False
    process = model.run_facts.thread(holder).kind is LaneKind.PROCESS
    if process and lock not in model.run_facts.shared_things:
        return False  # that process had a copy of it
    owned = thing is not None and thing.type in _OWNED
    return process or owned or life.final is State.DIED or _nobody_moves(model)


def _nobody_moves(model: RunModel) -> bool:
    """Whether each thread that lives waits, with no time-out: a plain lock may be given back by any other thread."""
    waiting = {wait.lane for wait in model.spans.waits() if not wait.timed and model.last - wait.since >= QUIET}
    return all(lane in waiting for lane in model.spans.alive())


def _finding(lock: int, waits: Sequence[Wait], model: RunModel) -> KeptLock:
    facts, holder = model.run_facts, model.locks.holder(lock)
    life, thing = model.spans.life(holder), called(facts, lock)
    death, end = facts.deaths.get(holder), facts.process_ends.get(holder)
    place = death.place if death is not None else end.place if end is not None else 0
    died = facts.where(place)
    return KeptLock(
        thread=facts.thread_name(holder),
        threads=(holder, *(wait.lane for wait in waits)),
        objects=(lock,),
        **facts.where(model.locks.locks[lock].place),
        time=(life.ended or 0) / SECOND,
        form="died" if life.final is State.DIED else "ended",
        thing=thing,
        died_at=died["line"],
        died_in=died["file"],
        waiters=tuple(ForEver(facts.thread_name(wait.lane), thing, **facts.where(wait.place)) for wait in waits),
    )
