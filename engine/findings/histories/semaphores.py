"""Pure: semaphores that came to let in more than they were made for, because somebody released them too often."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from engine.analysis.run_model import RunModel
from engine.findings.histories.account import Account, accounts
from engine.findings.standing.standstill import QUIET
from engine.frame import Finding
from engine.frame.finding import SemaphoreGrew
from engine.protocol.records import Kind
from engine.protocol.units import SECOND

_CHANGES = (Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_RELEASED)


class GrownSemaphores:
    """Looks once when the program's last line has run, and once each time that nothing moves."""

    def __init__(self) -> None:
        self._looked: tuple[bool, int] = (False, -1)  # whether the last line had run; acts of the model
        self._found: Sequence[Finding] = ()

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that were found at the last look."""
        done, quiet = model.spans.lives.main_done is not None, model.last - model.spans.last_act >= QUIET
        over = done and not self._looked[0]
        if over or (quiet and self._looked[1] != model.acts):
            self._looked = done, model.acts
            self._found = tuple(_grown(model)) if model.whole else ()
        return self._found


def _grown(model: RunModel) -> Iterator[Finding]:
    facts = model.run_facts
    things = {number for number, one in facts.things.items() if one.type == "Semaphore" and facts.sizes.get(number)}
    for thing, account in accounts(model.trace, things).items():
        if not account.let_through:
            yield from _too_often(thing, account, model)


def _too_often(thing: int, account: Account, model: RunModel) -> Iterator[Finding]:
    """Who acquires it as well as releases it, and did the latter more often, so that it grew.

    Who only releases it gives a signal, or adds to what there is.
    """
    facts, initial = model.run_facts, model.run_facts.sizes[thing]
    changes = account.of(*_CHANGES)
    if not len(changes) or len({facts.thread(lane).process for lane in changes.counts()}) > 1:
        return  # between processes the numbers are those of a moment
    values = changes.column("value")
    most = int(values.max())
    if most <= initial:
        return
    steps = np.diff(values, prepend=initial)
    asked = account.of(Kind.SEMAPHORE_GOT, Kind.SEMAPHORE_GAVE_UP, Kind.SEMAPHORE_WANT).counts()
    lanes = changes.column("thread")
    for lane in asked:
        own = steps[lanes == lane]
        acquired, released = -int(own[own < 0].sum()), int(own[own > 0].sum())
        if released > acquired:
            row = changes.by(lane).of(Kind.SEMAPHORE_RELEASED).row(-1)
            yield SemaphoreGrew(
                thread=facts.thread_name(lane),
                threads=(lane,),
                objects=(thing,),
                **facts.where(row.place),
                time=row.time / SECOND,
                thing=facts.thing_name(thing),
                acquired=acquired,
                released=released,
                most=most,
                initial=initial,
            )
