"""What all facades of one run share."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType
from typing import TYPE_CHECKING, TypeVar, cast

from engine.protocol.messages import FarewellFact
from engine.stage import cpython
from engine.stage.boxes import Box
from engine.stage.control.program_clock import Clock
from engine.stage.control.switches import Switches
from engine.stage.hidden_locks.task_locks import TaskLocks
from engine.stage.hidden_locks.watcher import HiddenLocks
from engine.stage.private_descriptors import PrivateDescriptors
from engine.stage.recording.channel import Channel
from engine.stage.recording.reporter import Reporter
from engine.stage.recording.sampler import Sampler
from engine.stage.recording.watched_values import WatchedValues
from engine.stage.stillness.blocked import BlockedThreads
from engine.stage.stillness.watch import StillWatch
from engine.stage.stillness.whole_program import WholeProgram

if TYPE_CHECKING:
    from engine.stage.processes.child_process import ProcessSlots


RESERVE = 8 << 20  # bytes that nobody touches before the end: the system gives no memory for them


@dataclass
class RunServices:
    """One run on the stage: its time, its records, its switches."""

    channel: Channel
    clock: Clock
    reporter: Reporter
    switches: Switches
    watched: WatchedValues
    task_locks: TaskLocks
    stillness: WholeProgram
    reserve: list[bytes] = field(
        default_factory=lambda: [bytes(RESERVE)]
    )  # memory for the end of a program that took all
    folder: str = ""  # of the program: modules beside it are imported as part of it
    modules: dict[str, ModuleType] = field(default_factory=dict)  # name -> its facade, made at the first import
    builtins: dict[str, object] = field(default_factory=dict)  # what the program has in place of some builtins
    private: PrivateDescriptors = field(default_factory=PrivateDescriptors)  # that the program has no part in
    made: dict[object, object] = field(default_factory=dict)  # see `one_per_run`
    after_fork: list[Callable[[], object]] = field(default_factory=list)  # in a forked child: lets go of locks
    boxes: list[Box] = field(default_factory=list)  # what Python keeps for ever: emptied when the run is over
    kept_back: list[Callable[[], object]] = field(default_factory=list)  # reports what is kept back, before an end
    last_looks: list[Callable[[], object]] = field(default_factory=list)  # what is told when all of it has ended
    complain: Callable[[str], object] = lambda text: print(text, end="", file=sys.stderr)  # tracebacks
    farewell: Callable[[FarewellFact], None] = lambda _farewell: None  # the program is about to end its own process
    # what sends idle workers home at the end: Python's own end calls it, where the program has the process to itself
    at_end: Callable[[Callable[[], object]], object] = cpython.before_threads_end
    hub: ProcessSlots | None = None  # through which other processes of the program are watched
    away: bool = False  # this is another process than the stage's own
    rejoin: Callable[[RunServices], bool] = lambda _context: False  # in a forked child: it reports by a way of its own
    finalizes: bool = False  # Python's own end comes last in this process
    forked: bool = False  # this is a child that the program forked, and nobody hears what it reports

    def fork(self) -> None:
        """In a forked child: it goes on reporting as another process.

        When that cannot be, only what it prints is heard, because it goes to the stage's own standard output.
        """
        self.finalizes = False
        self.clock.fork()
        self.channel.fork()
        self.reporter.fork()
        self.switches.fork()
        self.watched.fork()
        self.stillness.fork()
        for let_go in self.after_fork:
            let_go()
        if not self.rejoin(self):
            self.forked = True
            self.channel.forget()


_Made = TypeVar("_Made")


def one_per_run(make: Callable[[RunServices], _Made]) -> Callable[[RunServices], _Made]:
    """`make` as a question that gets the same answer throughout a run: what it made when it was first asked."""

    @functools.wraps(make)
    def the_one(context: RunServices) -> _Made:
        found = context.made.get(make)
        if found is None:  # of two threads that ask at once, both get what one of them made
            found = context.made.setdefault(make, make(context))
        return cast("_Made", found)  # a call costs what two looks into a dictionary cost

    return the_one


def make_services(write: Callable[[bytes], object], record_cap: int | None = None) -> RunServices:
    """A fresh context whose channel writes blocks to `write(bytes)`."""
    clock = Clock()
    channel = Channel(write, clock.now) if record_cap is None else Channel(write, clock.now, record_cap)
    reporter = Reporter(channel, clock)
    watched = WatchedValues(reporter)
    hidden = HiddenLocks(reporter)
    stillness = WholeProgram(StillWatch(reporter), channel.facts.append)
    look = BlockedThreads(reporter).look
    channel.look = Sampler(reporter, watched, hidden, see=stillness.look, look=look).look
    channel.crowd = clock.set_crowded
    channel.held_back = lambda: clock.held_back
    services = (channel, clock, reporter, Switches(reporter), watched, hidden.tasks, stillness)
    return RunServices(*services, after_fork=[hidden.forget])
