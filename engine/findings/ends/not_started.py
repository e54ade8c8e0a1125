"""Processes that start() could not start, where that ended the thread that wanted to start them."""

from collections.abc import Sequence

from engine.analysis.run_model import RunModel
from engine.frame import Finding
from engine.frame.finding import NotStarted
from engine.protocol.process_facts import NotStartedFact
from engine.protocol.units import SECOND


class NotStartedRule:
    """A program that catches what start() raises knows it, and nothing is said."""

    def __init__(self) -> None:
        self._seen = (0, 0)  # facts
        self._told: tuple[Finding, ...] = ()

    def find(self, model: RunModel) -> Sequence[Finding]:
        facts = model.run_facts
        seen = len(facts.processes), len(facts.deaths)
        if seen != self._seen:
            self._seen = seen
            self._told = tuple(
                NotStarted(
                    thread=facts.thread_name(one.thread),
                    threads=(one.thread, one.by),
                    **facts.where(one.place),
                    time=one.time / SECOND,
                    error=one.error,
                )
                for one in facts.processes
                if isinstance(one, NotStartedFact)
                and (death := facts.deaths.get(one.by)) is not None
                and death.place == one.place  # another one may have been caught, and be of the same words
                and (death.message or "") in one.error
            )
        return self._told
