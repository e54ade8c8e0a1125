"""One run in the current process, for tests of the stage: its facades, its records and its facts."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.protocol.messages import (
    FACTS,
    Ending,
    ExceptionFact,
    Fact,
    OutcomeFact,
    RunOrder,
    ThingFact,
    ThreadFact,
)
from engine.protocol.records import BLOCK, BLOCK_FACTS, MAIN_THREAD, RECORD, Flag, Kind
from engine.stage.facade import registry
from engine.stage.program import Program
from engine.stage.run_services import make_services

Said = TypeVar("Said")

PATIENCE = 20.0  # seconds; far more than anything here takes, so that reaching it is a failure


@dataclass(frozen=True)
class Record:
    """One record, unpacked."""

    time: int
    value: int
    thing: int
    line: int
    thread: int
    kind: Kind
    flags: Flag


def unpack(data: bytes) -> tuple[list[Record], list[Fact]]:
    """The records and the facts in what a channel wrote."""
    records: list[Record] = []
    facts: list[Fact] = []
    at = 0
    while at < len(data):
        block, size = BLOCK.unpack_from(data, at)
        payload = bytes(data[at + BLOCK.size : at + BLOCK.size + size])
        at += BLOCK.size + size
        if block == BLOCK_FACTS:
            unpacked = FACTS.unpack(payload)
            assert (unpacked.unknown, unpacked.garbage) == (0, 0)
            facts += unpacked.messages
            continue
        for when, value, thing, place, what in RECORD.iter_unpack(payload):
            kind, flags = Kind(what >> 16 & 0xFF), Flag(what >> 24)
            records.append(Record(when, value, thing, place & 0xFFFFF, what & 0xFFFF, kind, flags))
    return records, facts


def until(true: Callable[[], Any]) -> None:
    """Waits until something that another thread brings about is so."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.001)


class Run:
    """A fresh context whose facades tests may use directly, or let a program's text use."""

    def __init__(self) -> None:
        self._written = bytearray()
        self.complaints: list[str] = []
        self.context = make_services(self._written.extend)
        self.context.complain = self.complaints.append
        self.outcome = OutcomeFact(Ending.FINISHED)
        self.names: dict[str, Any] = {}

    @property
    def threading(self) -> Any:
        """The facade of `threading`."""
        return registry.facade(self.context, "threading")

    def program(self, text: str, **order: Any) -> Run:
        """Runs a program's text to its end. Returns itself."""
        program = Program(self.context, RunOrder(text, "program.py", **order), alone=False)
        self.context.complain = self.complaints.append
        self.outcome = program.run()
        self.names = program.module.__dict__
        return self

    def switch(self, name: str, on: bool) -> None:
        """Turns a switch, as the window does."""
        self.context.switches.set(name, on)

    def has(self, kind: Kind, count: int = 1) -> bool:
        """Whether so many records of this kind are there, sent or not."""
        return len(self.records(kind)) >= count

    def records(self, *kinds: Kind) -> list[Record]:
        """All records so far, or those of some kinds; heartbeats and samples are left out."""
        self.context.channel.flush()
        dull = (Kind.TICK, Kind.LINE, Kind.SAMPLE, Kind.CPU)
        found = [record for record in unpack(self._written)[0] if record.kind not in dull]
        return [record for record in found if record.kind in kinds] if kinds else found

    def facts(self, kind: type[Said]) -> list[Said]:
        """All facts of one kind so far."""
        self.context.channel.flush()
        return [found for found in unpack(self._written)[1] if isinstance(found, kind)]

    @property
    def died_of(self) -> ExceptionFact:
        """What ended the main thread."""
        return next(fact for fact in self.facts(ExceptionFact) if fact.thread == MAIN_THREAD)

    def story(self, thing: str = "") -> list[str]:
        """Kinds and flags in words, such as "LOCK_GOT OFF"; of one thing, or of all but threads' lives."""
        number = next((found.id for found in self.facts(ThingFact) if found.name == thing), None)
        assert number is not None or not thing, f"there is no {thing}: {self.facts(ThingFact)}"
        return [
            " ".join([record.kind.name, *(flag.name or "" for flag in Flag if flag in record.flags)])
            for record in self.records()
            if (record.thing == number if thing else not record.kind.name.startswith(("THREAD", "JOIN", "MAIN")))
        ]

    def lane(self, name: str) -> int:
        """The id of the thread of this name."""
        if name == "MainThread":
            return MAIN_THREAD
        return next(fact.id for fact in self.facts(ThreadFact) if fact.name == name)

    def make(self, expression: str) -> Any:
        """What a program makes with `it = expression`, such as "threading.Lock()": a thing named "it"."""
        return self.program(f"import threading\nit = {expression}\n").names["it"]

    def start(self, function: Callable[[], Any]) -> Any:
        """A thread of the facade that runs the function."""
        thread = self.threading.Thread(target=function)
        thread.start()
        return thread


def raised(function: Callable[[], Any]) -> tuple[type[BaseException], str]:
    """What a call raises: the type and the words."""
    try:
        function()
    except Exception as error:
        return type(error), str(error)
    raise AssertionError("nothing was raised")
