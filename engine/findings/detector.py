"""Finds what is worth saying while a run goes on, and looks again only at what may have changed."""

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.spans import FOR_RESULTS, Wait
from engine.findings import missing, result, rules, task_findings
from engine.frame import Finding, Losses
from engine.protocol.units import SECOND as NS


class Detector:
    """Keeps the findings of each kind until something may have changed them."""

    def __init__(self, wrong: str = "") -> None:
        """`wrong`: the scenario's sentence for a wrong result."""
        self._wrong = wrong
        self._acts = 0  # of the model, at the last look
        self._shown: tuple[Finding, ...] = ()
        self._waits: list[Wait] = []
        self._deadlocks: list[Finding] = []
        self._lives: list[Finding] = []
        self._looked_at: tuple[object, ...] = ()
        self._losers: tuple[int, ...] = ()
        self._losers_of: Losses | None = None

    def find(self, model: RunModel) -> tuple[Finding, ...]:
        """All findings, the gravest first; the same tuple as long as they are equal."""
        names = rules.Names.of(model.run_facts)
        first = model.locks.first_clash if model.whole else None
        waits = self._of_waits(model, names)
        told = {thing for finding in self._deadlocks for thing in finding.objects}
        found = (
            *rules.two_holders(model.locks.clashes, first, names),
            *self._of_lives(model),
            *self._of_updates(model, names),
            *self._of_tasks(model, names),
            *waits,
            *(one for one in rules.held_long(model.locks.locks, model.last, names) if not told & {*one.objects}),
        )
        found = (
            *missing.findings(model.run_facts.missing, model.run_facts.interpreter),
            *found,
            *result.wrong_result(model.run_facts.outcome, self._wrong, found, model.last / NS),
        )
        if found != self._shown:
            self._shown = found
        return self._shown

    def _of_lives(self, model: RunModel) -> list[Finding]:
        """Exceptions, threads not joined, daemons cut off."""
        done = model.spans.lives.main_done
        lanes = model.lanes()
        state = (lanes, done)
        if len(self._looked_at) != len(state) or any(a is not b for a, b in zip(state, self._looked_at, strict=True)):
            self._looked_at = state
            lives, workers = model.spans.lives.by_lane, model.pools.workers  # which their pool sends home
            self._lives = [
                *rules.exceptions(lanes, model.run_facts.deaths),
                *rules.not_joined([lane for lane in lanes if lane.id not in workers], lives, done),
                *rules.cut_off(lanes, lives, done),
            ]
        return self._lives

    def _of_tasks(self, model: RunModel, names: rules.Names) -> list[Finding]:
        """Failures that nobody saw, once the program's last line has run; pools that wait for themselves."""
        tasks = model.pools
        found = []
        if tasks.failures and model.spans.lives.main_done is not None:
            found = task_findings.unseen(tasks, model.run_facts, names)
        if tasks.workers and model.whole:
            found += task_findings.starved(model.spans.waits(FOR_RESULTS), tasks, model.run_facts, model.last, names)
        return found

    def _of_updates(self, model: RunModel, names: rules.Names) -> list[Finding]:
        losses = model.losses
        if not len(losses.times):
            return []
        if losses is not self._losers_of:
            self._losers_of = losses
            others = np.unique(losses.threads).tolist()
            first = int(losses.threads[0])
            self._losers = (first, *(thread for thread in others if thread != first))
        return rules.lost_updates(model.tally, model.watch, self._losers, int(losses.times[0]), names)

    def _of_waits(self, model: RunModel, names: rules.Names) -> list[Finding]:
        """Deadlock, or a standstill without a cycle."""
        if self._acts != model.acts and model.whole:
            self._acts = model.acts
            self._waits = model.spans.waits()
            self._deadlocks = rules.deadlocks(self._waits, model.locks.holder, names)
        quiet = model.last - model.spans.last_act >= rules.QUIET
        if self._deadlocks or not self._waits or not model.whole or not quiet:
            return self._deadlocks
        still = rules.Standstill(self._waits, model.spans.alive(), model.last, model.spans.last_act)
        return rules.stuck(still, model.locks.holder, names)
