"""Finds what is worth saying while a run goes on, and looks again only at what may have changed."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.holders import HolderBuilder
from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import FOR_RESULTS, SpanBuilder, Wait
from engine.analysis.tasks import TaskBuilder
from engine.analysis.values import Tally
from engine.findings import missing, result, rules, task_findings
from engine.frame import Finding, Lane, Losses
from engine.protocol.units import SECOND as NS


@dataclass(frozen=True)
class Known:
    """What is known of a run at a moment. `now` in nanoseconds."""

    run_facts: RunFacts
    spans: SpanBuilder
    holders: HolderBuilder
    tally: Tally
    losses: Losses
    watch: str
    lanes: tuple[Lane, ...]
    now: int
    tasks: TaskBuilder
    whole: bool  # nothing was left out; else nobody can say who holds what
    wrong: str = ""  # the scenario's sentence for a wrong result


class Detector:
    """Keeps the findings of each kind until something may have changed them."""

    def __init__(self) -> None:
        self.acted = False  # threads did something since the last look
        self._shown: tuple[Finding, ...] = ()
        self._waits: list[Wait] = []
        self._deadlocks: list[Finding] = []
        self._lives: list[Finding] = []
        self._looked_at: tuple[object, ...] = ()
        self._losers: tuple[int, ...] = ()
        self._losers_of: Losses | None = None

    def find(self, known: Known) -> tuple[Finding, ...]:
        """All findings, the gravest first; the same tuple as long as they are equal."""
        names = rules.Names.of(known.run_facts)
        first = known.holders.first_clash if known.whole else None
        waits = self._of_waits(known, names)
        told = {thing for finding in self._deadlocks for thing in finding.objects}
        found = (
            *rules.two_holders(known.holders.clashes, first, names),
            *self._of_lives(known),
            *self._of_updates(known, names),
            *self._of_tasks(known, names),
            *waits,
            *(one for one in rules.held_long(known.holders.locks, known.now, names) if not told & {*one.objects}),
        )
        found = (
            *missing.findings(known.run_facts.missing, known.run_facts.interpreter),
            *found,
            *result.wrong_result(known.run_facts.outcome, known.wrong, found, known.now / NS),
        )
        if found != self._shown:
            self._shown = found
        return self._shown

    def _of_lives(self, known: Known) -> list[Finding]:
        """Exceptions, threads not joined, daemons cut off."""
        done = known.spans.lives.main_done
        state = (known.lanes, done)
        if len(self._looked_at) != len(state) or any(a is not b for a, b in zip(state, self._looked_at, strict=True)):
            self._looked_at = state
            lives, workers = known.spans.lives.by_lane, known.tasks.workers  # which their pool sends home
            self._lives = [
                *rules.exceptions(known.lanes, known.run_facts.deaths),
                *rules.not_joined([lane for lane in known.lanes if lane.id not in workers], lives, done),
                *rules.cut_off(known.lanes, lives, done),
            ]
        return self._lives

    def _of_tasks(self, known: Known, names: rules.Names) -> list[Finding]:
        """Failures that nobody saw, once the program's last line has run; pools that wait for themselves."""
        tasks = known.tasks
        found = []
        if tasks.failures and known.spans.lives.main_done is not None:
            found = task_findings.unseen(tasks, known.run_facts, names)
        if tasks.workers and known.whole:
            found += task_findings.starved(known.spans.waits(FOR_RESULTS), tasks, known.run_facts, known.now, names)
        return found

    def _of_updates(self, known: Known, names: rules.Names) -> list[Finding]:
        losses = known.losses
        if not len(losses.times):
            return []
        if losses is not self._losers_of:
            self._losers_of = losses
            others = np.unique(losses.threads).tolist()
            first = int(losses.threads[0])
            self._losers = (first, *(thread for thread in others if thread != first))
        return rules.lost_updates(known.tally, known.watch, self._losers, int(losses.times[0]), names)

    def _of_waits(self, known: Known, names: rules.Names) -> list[Finding]:
        """Deadlock, or a standstill without a cycle."""
        if self.acted and known.whole:
            self.acted = False
            self._waits = known.spans.waits()
            self._deadlocks = rules.deadlocks(self._waits, known.holders.holder, names)
        quiet = known.now - known.spans.last_act >= rules.QUIET
        if self._deadlocks or not self._waits or not known.whole or not quiet:
            return self._deadlocks
        still = rules.Standstill(self._waits, known.spans.alive(), known.now, known.spans.last_act)
        return rules.stuck(still, known.holders.holder, names)
