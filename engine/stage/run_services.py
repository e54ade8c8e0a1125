"""What all facades of one run share."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from engine.protocol.messages import FarewellFact
from engine.stage.control.program_clock import Clock
from engine.stage.control.switches import Switches
from engine.stage.processes.process_slots import ProcessSlots
from engine.stage.recording.channel import Channel
from engine.stage.recording.reporter import Reporter
from engine.stage.recording.sampler import Sampler


def _to_stderr(text: str) -> None:
    """Where Python writes the traceback of a thread that died."""
    sys.stderr.write(text)


def _no_farewell(farewell: FarewellFact) -> None:
    """Nobody is told."""


def _nowhere(context: RunServices) -> bool:
    """There is no other way."""
    del context
    return False


@dataclass
class RunServices:
    """One run on the stage: its time, its records, its switches."""

    channel: Channel
    clock: Clock
    reporter: Reporter
    switches: Switches
    folder: str = ""  # of the program: modules beside it are imported as part of it
    facades: dict[str, Any] = field(default_factory=dict)  # module name -> its facade, made at the first import
    complain: Callable[[str], object] = _to_stderr  # tracebacks
    farewell: Callable[[FarewellFact], None] = _no_farewell  # the program is about to end its own process
    # what sends idle workers home at the end: Python's own end calls it, where the program has the process to itself
    at_end: Callable[[Callable[[], object]], object] = threading._register_atexit  # type: ignore[attr-defined]
    hub: ProcessSlots | None = None  # through which other processes of the program are watched
    away: bool = False  # this is another process than the stage's own
    rejoin: Callable[[RunServices], bool] = _nowhere  # in a forked child: makes it report by a way of its own
    forked: bool = False  # this is a child that the program forked, and nobody hears what it reports

    def fork(self) -> None:
        """In a forked child: it goes on reporting as another process.

        When that cannot be, only what it prints is heard, because it goes to the stage's own standard output.
        """
        self.clock.fork()
        self.channel.fork()
        self.reporter.fork()
        self.switches.fork()
        for part in (*self.facades.get("(streams)", ()), *filter(None, [self.facades.get("(files)")])):
            part.fork()
        if not self.rejoin(self):
            self.forked = True
            self.channel.forget()


def make_services(write: Any, record_cap: int | None = None) -> RunServices:
    """A fresh context whose channel writes blocks to `write(bytes)`."""
    clock = Clock()
    channel = Channel(write, clock.now) if record_cap is None else Channel(write, clock.now, record_cap)
    reporter = Reporter(channel, clock)
    channel.look = Sampler(reporter).look
    channel.crowd = clock.set_crowded
    channel.held_back = lambda: clock.held_back
    return RunServices(channel, clock, reporter, Switches(reporter))
