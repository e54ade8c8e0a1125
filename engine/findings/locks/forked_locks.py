"""Locks of threading that a fork has copied: between processes they protect nothing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.analysis.holders import Clash
from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import CopiedLock
from engine.protocol.units import SECOND


def is_copied(clash: Clash, facts: RunFacts) -> bool:
    """Whether two processes had a lock at once that is no lock of multiprocessing: each has a copy of it."""
    one, other = (facts.thread(lane).process for lane in (clash.thread, clash.holder))
    return one != other and clash.object not in facts.shared_things


class ForkedLockRule:
    """Says it at the end: until then a second thread of a process may use the lock, for which it is good."""

    def __init__(self) -> None:
        self._told: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        if self._told is None and model.run_facts.outcome is not None:
            clash = model.locks.first_clash if model.whole else None
            self._told = () if clash is None else (*_found(clash, model),)
        return self._told or ()


def _found(clash: Clash, model: RunModel) -> Sequence[Finding]:
    facts = model.run_facts
    name = facts.thing_name(clash.object)
    if not is_copied(clash, facts) or "." in name:  # an object's own lock may be there for threads
        return ()
    _, lanes = model.locks.locks[clash.object].steps.views()
    users = [lane for lane in np.unique(lanes).tolist() if lane]
    if len({facts.thread(lane).process for lane in users}) < len(users):
        return ()
    return [
        CopiedLock(
            thread=facts.thread_name(clash.thread),
            threads=(clash.thread, clash.holder),
            objects=(clash.object,),
            **facts.where(clash.place),
            time=clash.time / SECOND,
            name=name,
            holder=facts.thread_name(clash.holder),
        )
    ]
