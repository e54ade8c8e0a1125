"""Finds what is worth saying while a run goes on, and looks again only at what may have changed."""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.spans import FOR_RESULTS, Wait
from engine.analysis.thread_lifecycle import Life
from engine.findings import errors, missing, result
from engine.findings.circles.detection import Circles
from engine.findings.concise import concise
from engine.findings.ends import awaited, by_connection, threads
from engine.findings.ends.idle import idle
from engine.findings.histories.explaining import Histories
from engine.findings.histories.superseded import without_weaker
from engine.findings.locks import holding as locks
from engine.findings.rules import RULES
from engine.findings.standing import standstill
from engine.findings.standing.stillness import told_once
from engine.frame import Finding, Lane, Losses
from engine.frame.finding import WAITS_FOR_EVER, LostUpdate
from engine.protocol.units import SECOND


class Detector:
    """Keeps the findings of each kind until something may have changed them."""

    def __init__(self, wrong: str = "", below: str = "") -> None:
        """The scenario's sentences for a wrong result: in full, and where the two numbers stand above it."""
        self._wrong = (wrong, below)
        self._acts = 0  # of the model, at the last look
        self._shown: tuple[Finding, ...] = ()
        self._all: tuple[tuple[Finding, ...], int] = ((), 0)  # what was found; acts, if it stands still
        self._waits: list[Wait] = []
        self._circles = Circles()
        self._histories = Histories()
        self._lives: list[Finding] = []
        self._deaths: list[Finding] = []
        self._errors = errors.ErrorReader()
        self._imports: list[Finding] = []
        self._imports_of: tuple[object, ...] = ()
        self._lives_of: tuple[tuple[Lane, ...] | None, int | None] = (None, None)  # lanes, when the last line had run
        self._awaited: dict[
            tuple[int, bool], bool
        ] = {}  # lanes that nobody joined -> whether the program waited all the same
        self._idle: dict[int, bool] = {}  # lanes that were cut off -> whether they had nothing to do
        self._rules = [make() for make in RULES]
        self._losers: tuple[int, ...] = ()
        self._losers_of: Losses | None = None

    def find(self, model: RunModel) -> tuple[Finding, ...]:
        """All findings, the gravest first; the same tuple as long as they are equal."""
        facts = model.run_facts
        first = model.locks.first_clash if model.whole else None
        found = (
            *locks.two_holders(model.locks.clashes, first, facts),
            *self._of_deaths(model),
            *self._lives,
            *self._of_updates(model),
            *self._of_tasks(model),
            *self._of_waits(model),
            *locks.held_long(model.locks.locks, model.last, facts),
            *self._of_imports(facts),
            *(one for rule in self._rules for one in rule.find(model)),
        )
        if facts.outcome:
            found = (*found, *result.wrong_result(facts.outcome, self._wrong, found, model.last / SECOND))
        stands = model.acts if any(one.kind in WAITS_FOR_EVER for one in found) else 0
        if (found, stands) != self._all:
            self._all = found, stands
            better = self._histories.explained(told_once(found), model)
            told = concise(without_weaker(better))
            self._shown = told if told != self._shown else self._shown
        return self._shown

    def _of_imports(self, facts: RunFacts) -> list[Finding]:
        """What is not there; names like it are looked for once, which takes milliseconds each."""
        known = (len(facts.told), len(facts.files), facts.interpreter)
        if known != self._imports_of:
            self._imports_of = known
            self._imports = [missing.finding(fact, facts) for fact in missing.once(facts.told)]
        return self._imports

    def _of_deaths(self, model: RunModel) -> list[Finding]:
        """Exceptions, and what those mean that people know; looks anew at threads not joined and daemons cut off."""
        lanes, done, facts = model.lanes(), model.spans.lives.main_done, model.run_facts
        if lanes is not self._lives_of[0] or done != self._lives_of[1]:
            self._lives_of = lanes, done
            lives, workers = model.spans.lives.by_lane, model.pools.workers  # which their pool sends home
            self._deaths = threads.exceptions(lanes, facts.deaths)
            self._lives = [
                *threads.not_joined(
                    [lane for lane in lanes if lane.id not in workers],
                    lives,
                    done,
                    facts,
                    lambda missed: self._awaited_of(model, missed, done or 0),
                ),
                *threads.cut_off(lanes, lives, done, facts, lambda cut: self._idle_of(model, cut)),
            ]
        return [*self._deaths, *self._errors.find(model)]

    def _awaited_of(self, model: RunModel, missed: Mapping[int, Life], done: int) -> Collection[int]:
        """Each lane is asked for when the last line has run, and again when it has ended: what it did last is known."""
        asked = {(lane, life.final is not None) for lane, life in missed.items()}
        new = asked - self._awaited.keys()
        if new:
            known = awaited.awaited({lane for lane, _ in new}, model.trace, done) | self._received(model, new)
            self._awaited.update((key, key[0] in known) for key in new)
        return [key[0] for key in asked if self._awaited[key]]

    @staticmethod
    def _received(model: RunModel, asked: Iterable[tuple[int, bool]]) -> frozenset[int]:
        """Those whose last message the program has received, as the text of their functions has it."""
        text, calls = model.texts.get("", ""), {lane: model.run_facts.thread(lane).calls for lane, _ in asked}
        sent = {name for name in {*calls.values()} if by_connection.received(text, name.partition("(")[0])}
        return frozenset(lane for lane, name in calls.items() if name in sent)

    def _idle_of(self, model: RunModel, cut: Collection[int]) -> Collection[int]:
        """Each lane is asked for once: it does nothing any more."""
        new = set(cut) - self._idle.keys()
        if new:
            known = idle(new, model.trace)
            self._idle.update((lane, lane in known) for lane in new)
        return [lane for lane in cut if self._idle[lane]]

    def _of_tasks(self, model: RunModel) -> list[Finding]:
        """Failures that nobody saw, once the program's last line has run; pools that wait for themselves."""
        pools, found = model.pools, list[Finding]()
        if pools.failures and model.spans.lives.main_done is not None:
            found += threads.unseen(pools, model.run_facts)
        if pools.workers and model.whole:
            found += standstill.starved(model.spans.waits(FOR_RESULTS), pools, model.run_facts, model.last)
        return found

    def _of_updates(self, model: RunModel) -> Iterable[LostUpdate]:
        losses = model.values.losses
        if not len(losses.times):
            return ()
        if losses is not self._losers_of:
            self._losers_of = losses
            self._losers = tuple(np.unique(losses.threads).tolist())
        return result.lost_updates(model.values.tally, model.watch, losses, self._losers, model.run_facts)

    def _of_waits(self, model: RunModel) -> Sequence[Finding]:
        """Deadlocks, or a standstill without one."""
        deadlocks = self._circles.find(model)
        if self._acts != model.acts and model.whole:
            self._acts = model.acts
            self._waits = model.spans.waits()
        quiet = model.last - model.spans.last_act >= standstill.QUIET
        stand = any(not one.freed for one in deadlocks)
        facts = model.run_facts
        may_come = facts.tells_stillness and facts.still is None  # a library's thread, a signal, another process
        if stand or not self._waits or not model.whole or not quiet or may_come:
            return deadlocks
        stuck = standstill.stuck(self._waits, model.spans.alive(), model.locks.holder, facts)
        return [*deadlocks, *stuck]
