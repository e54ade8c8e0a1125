"""What tests of facades share beside stage_kit: modules by name, threads with a result, exceptions to compare."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from engine.protocol.messages import TextFact, ThingFact
from engine.protocol.records import Kind
from engine.stage.facade import registry
from tests.engine.stage_kit import PATIENCE, Record, Run, until

_LIVES = ("THREAD", "JOIN", "MAIN")


class Stage(Run):
    """A run of which only what its facades report is looked at, not the lives of its threads."""

    def module(self, name: str) -> Any:
        """The facade of a module."""
        return registry.facade(self.context, name)

    def run(self, text: str) -> dict[str, Any]:
        """Runs a program's text, which must come to its end; returns its namespace."""
        self.program(text)
        assert self.outcome.ended == "finished", self.outcome
        return self.names

    def records(self, *kinds: Kind) -> list[Record]:
        """As in a Run, without those of threads' lives."""
        return [record for record in super().records(*kinds) if not record.kind.name.startswith(_LIVES)]

    def texts(self, *kinds: Kind) -> list[str]:
        """The texts of records of these kinds, in the order of the records."""
        known = {fact.id: fact.text for fact in self.facts(TextFact)}
        return [known[record.value] for record in self.records(*kinds)]

    def things(self) -> dict[int, str]:
        """Names of things by their ids."""
        return {fact.id: fact.name for fact in self.facts(ThingFact)}

    def wait_for(self, kind: Kind, count: int = 1) -> None:
        """Returns when so many records of a kind are there."""
        until(lambda: self.has(kind, count))


class Working(threading.Thread):
    """A thread that keeps what its function returned or raised; `result` joins it."""

    def __init__(self, work: Callable[..., Any], *args: Any) -> None:
        super().__init__()
        self._work, self._given = work, args
        self._answer: Any = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._answer = self._work(*self._given)
        except BaseException as error:
            self.error = error

    def result(self) -> Any:
        """What the function returned. Raises what it raised."""
        self.join(PATIENCE)
        assert not self.is_alive(), "the thread still runs"
        if self.error is not None:
            raise self.error
        return self._answer


def raised(call: Callable[..., Any], *args: Any, **kwargs: Any) -> tuple[type, str]:
    """Type and message of what a call raises."""
    try:
        call(*args, **kwargs)
    except BaseException as error:
        return type(error), str(error)
    raise AssertionError("nothing was raised")
