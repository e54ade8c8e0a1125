"""Who did what, where and when: turns a call of a facade into one record."""

from __future__ import annotations

import _thread
import struct
import threading
import time
from collections.abc import Callable, Container, Mapping
from types import FrameType
from typing import Any

from engine.protocol import places
from engine.protocol.messages import FileFact, LaneKind, TaskFact, ThingFact, ThreadFact
from engine.protocol.mistakes import WriteFact
from engine.protocol.program_text import AssignedNames
from engine.protocol.records import MAIN_THREAD, RECORD, UNKNOWN_VALUE, Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import Clock
from engine.stage.recording.channel import Channel
from engine.stage.recording.cpu_time import CpuTimeMeter
from engine.stage.recording.ids import OWN, Ids
from engine.stage.recording.write_lines import write_lines

DEEPEST = 60  # frames that are looked through for one of the program's own
TWO63 = 2**63
LONGEST_QUEUE = 2**31 - 1  # a larger size is as good as none
CALLERS = 4  # that are asked for the name of what a function returns
ITSELF = -1  # a task whose result is waited for as that task's own
LONGEST_NAME = 200  # characters of a thread's name that are kept

_RUNNING = what(Kind.THREAD_RUNNING)
_ENDED = what(Kind.THREAD_ENDED)
_SAMPLE = what(Kind.SAMPLE)
_get_ident = _thread.get_ident
_get_frame = cpython.frame_at
_perf = time.perf_counter_ns


def nearest(frame: FrameType | None, files: Container[str]) -> FrameType | None:
    """This frame or the nearest above it that is the program's, or None."""
    left = DEEPEST
    while frame is not None and left:
        if frame.f_code.co_filename in files:
            return frame
        frame = frame.f_back
        left -= 1
    return None


def name_for(frame: FrameType | None, type_: str, names: Mapping[str, AssignedNames]) -> str:
    """What the text calls an object that is made here; one that is returned has its name from whoever called."""
    for _ in range(CALLERS):
        frame = nearest(frame, names)
        if frame is None:
            break
        known, line = names[frame.f_code.co_filename], frame.f_lineno or 0
        found = known.next_name(line, type_)
        if found or line not in known.returned:
            return found
        frame = frame.f_back
    return ""


class RunningThreads(dict[int, int]):
    """Identity of a running thread -> its id. It remembers who had an identity before: messages of Python name them."""

    def __init__(self, first: dict[int, int]) -> None:
        super().__init__(first)
        self._had = dict(first)  # identity -> id, 0 where several threads had it, one after another

    def __setitem__(self, ident: int, number: int) -> None:
        if self._had.setdefault(ident, number) != number:
            self._had[ident] = 0
        super().__setitem__(ident, number)

    def lend(self, ident: int, number: int) -> None:
        """What this thread does is told of another lane, that of a task."""
        super().__setitem__(ident, number)

    def clear(self) -> None:
        super().clear()
        self._had.clear()

    def who(self, ident: int) -> int:
        """The only thread that ever had this identity, else the calling one if it has it; 0: nobody knows."""
        return self._had.get(ident, 0) or (self.get(ident, 0) if ident == _get_ident() else 0)


class _End:
    """Kept by a thread alone that no facade made: Python lets go of it in that thread, as the thread's last act."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell

    def __del__(self) -> None:
        self._tell()


class Reporter:
    """What every facade reports through.

    A report packs 28 bytes and appends them, besides reading the clock and the line; it takes no lock of ours, so
    the number of a record, its place in the channel, is given at the event itself.
    """

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self.channel = channel
        self.clock = clock
        self.threads = RunningThreads({_get_ident(): MAIN_THREAD})
        self.files: dict[str, int] = {}  # a file of the program -> places.start_of(its id)
        self.names: dict[str, AssignedNames] = {}  # a file of the program -> what its text says of names
        self.texts: dict[str, str] = {}  # a file of the program -> its text
        self.namespace: dict[str, Any] = {}  # the program's globals
        self.watch = ""  # the shared name whose value goes with each release of `counted_by`
        self.counted_by = ""
        self.process = ""  # the name of the process this is, "" in the program's own
        self.ids = Ids()
        self.processor = CpuTimeMeter(channel, clock)
        self.arrived: Callable[[], str] = str  # asked for its name when another process first has something to say
        self.newcomer = 0  # identity of the main thread of another process, as long as it has said nothing
        self.ended = False  # another process has said that it ends
        self._guard = _thread.RLock()  # a finaliser may make a lock or open a file while this thread declares one
        self._of_thread = threading.local()
        self._last_sample: int | None = None
        self._watch_thing = 0
        self._seen_first = False  # the watched value, before any thread was started
        self.report = self.make_report()

    def make_report(self) -> Callable[..., None]:
        """The hot path as a closure: local names are the fastest there are."""
        append, pack = self.channel.records.append, RECORD.pack
        clock = self.clock
        threads = self.threads
        files = self.files
        stranger = self._stranger

        def report(word: int, thing: int = 0, value: int = 0) -> None:
            """One record of the calling thread: `word` is records.what(kind, flags)."""
            frame: FrameType | None = _get_frame(2)
            file = None
            depth = DEEPEST
            while frame is not None and depth:
                file = files.get(frame.f_code.co_filename)
                if file is not None:
                    break
                frame = frame.f_back
                depth -= 1
            place = 0 if file is None or frame is None else file | (frame.f_lineno or 0)
            ident = _get_ident()
            number = threads.get(ident)
            if number is None:
                number = stranger(ident)
            now = _perf() - clock.origin if clock.plain else clock.moment()
            try:
                append(pack(now, value, thing, place, word + number))
            except struct.error:  # a number beyond 64 bits, such as the length of a sleep
                append(pack(now, max(UNKNOWN_VALUE, min(value, TWO63 - 1)), thing, place, word + number))

        return report

    def report_for(self, thread: int, word: int, thing: int = 0, value: int = 0, place: int = 0) -> None:
        """One record in the name of thread number `thread`, 0 is the stage itself."""
        self.channel.records.append(RECORD.pack(self.clock.now(), value, thing, place, word + thread))

    def add_file(self, path: str, text: str) -> None:
        """From here on lines of this file are known and its objects get names."""
        number = self.ids.file(path)
        self.names[path] = AssignedNames(text)
        self.texts[path] = text
        self.channel.facts.append(FileFact(number, path))
        self.files[path] = start = places.start_of(number)
        if self.watch and self.counted_by:
            for line, write in write_lines(text, self.watch).items():
                self.channel.facts.append(WriteFact(start | line, start | write))

    def caller(self, depth: int = 2) -> FrameType | None:
        """The nearest frame of the program above the caller, or None."""
        return nearest(_get_frame(depth), self.files)

    def place_of(self, frame: FrameType | None) -> int:
        """Where a frame of the program stands, 0 for any other."""
        file = None if frame is None else self.files.get(frame.f_code.co_filename)
        return 0 if file is None or frame is None else file | (frame.f_lineno or 0)

    def new_thing(self, type_: str, name: str = "", size: int = 0, switch: bool = True) -> tuple[int, str]:
        """Declares a lock, queue, file ... made by the calling program line. Returns its id and its name.

        Without a name it gets that of the variable it is being assigned to, else "Lock 2" or the like.
        """
        frame = self.caller(3)
        with self._guard:
            number = self.ids.thing()
            if not name:
                name = name_for(frame, type_, self.names) or f"{type_} {number & OWN}"
        if size and not (type(size) is int and 0 < size <= LONGEST_QUEUE):  # it is the program's own word
            size = 0
        self.channel.facts.append(ThingFact(number, type_, name, self.place_of(frame), switch, size))
        return number, name

    def new_thread(
        self, name: str, daemon: bool, kind: LaneKind = LaneKind.THREAD, *, timer: bool = False, calls: str = ""
    ) -> int:
        """Declares a thread. Returns its id; threads beyond the last lane share it."""
        number = self.ids.thread()
        self.declare_thread(number, name, daemon, kind, timer=timer, calls=calls)
        return number

    def declare_thread(
        self,
        number: int,
        name: str,
        daemon: bool,
        kind: LaneKind = LaneKind.THREAD,
        *,
        timer: bool = False,
        calls: str = "",
    ) -> None:
        """Says (again) what a thread is called."""
        name, calls = name[:LONGEST_NAME], calls[:LONGEST_NAME]
        process = name if kind is LaneKind.PROCESS else self.process[:LONGEST_NAME]
        self.channel.facts.append(ThreadFact(number, name, bool(daemon), process, kind, timer, calls))

    def new_task(self, name: str, place: int = 0, pool: str = "", group: int = 0) -> int:
        """Declares a task of a pool, such as "root(10)". Returns its id. `group`: see `TaskFact`; ITSELF is one."""
        number = self.ids.task()
        group = number if group == ITSELF else group
        self.channel.facts.append(TaskFact(number, name[:LONGEST_NAME], place, pool[:LONGEST_NAME], group))
        return number

    def me(self) -> int:
        """The id of the calling thread."""
        ident = _get_ident()
        number = self.threads.get(ident)
        return self._stranger(ident) if number is None else number

    def _stranger(self, ident: int) -> int:
        """A thread that no facade made (of a library, of C code) gets a lane when it first does something."""
        if ident == self.newcomer:
            return self.introduce()
        known = cpython.threads_by_ident.get(ident)  # `threading` itself would make up the current one
        number = self.new_thread(f"library thread {ident % 10_000}" if known is None else known.name, True)
        self.threads[ident] = number
        self.report_for(number, _RUNNING)
        if ident == _get_ident():  # of a thread that the end of the process cuts off nothing is told
            self._of_thread.end = _End(lambda: self._forget(ident, number))
        return number

    def _forget(self, ident: int, number: int) -> None:
        """The calling thread, which no facade made, ends."""
        if self.threads.get(ident) == number:
            del self.threads[ident]  # the system gives the number to another thread soon
            self.report_for(number, _ENDED)

    def introduce(self, name: str = "", daemon: bool = True) -> int:
        """Another process shows itself: its main thread gets its lane. Returns the lane's id."""
        lane = self.ids.main
        ident, self.newcomer = self.newcomer, 0
        if ident:
            arrived = self.arrived()
            self.process = name or arrived
            self.declare_thread(lane, self.process, daemon, LaneKind.PROCESS)
            self.report_for(lane, _RUNNING)
            self.threads[ident] = lane
            if self.ended:
                self.report_for(lane, _ENDED)
        return lane

    def watched(self) -> int:
        """The watched value now, or UNKNOWN_VALUE when it is no whole number of 63 bits."""
        value = self.namespace.get(self.watch)
        if type(value) is int and -TWO63 < value < TWO63:
            return value
        return UNKNOWN_VALUE

    def fork(self) -> None:
        """In a forked child: the locks are free, whoever held them, and there is one thread."""
        cpython.reset_lock(self._guard, self.ids.guard)
        ident = _get_ident()
        number = self.threads.get(ident, self.ids.main)
        self.threads.clear()
        self.threads[ident] = number

    def move(self, number: int, lane: int, last: int, ident: int) -> None:
        """From here on this is process `number`, with threads `lane` to `last`; `ident` is its main thread's.

        It gets its lane when it first has something to say. The watched name is another value here.
        """
        self.ids.move(number, lane, last)
        self.watch = self.counted_by = ""
        self.threads.clear()
        self.processor.begin()
        self.newcomer, self.ended = ident, False

    def see_value(self, last: bool = False) -> None:
        """The main thread looks at the watched value: before the first thread starts, and after the last has ended.

        At no time between: another thread may have written, and not yet reported that it did.
        """
        if not self.watch or (self._seen_first and not last):
            return
        self._seen_first = True
        self.sample(MAIN_THREAD, always=True)

    def sample(self, thread: int = 0, always: bool = False) -> None:
        """Reports the watched value, of the stage's own accord if it has changed since it last did so."""
        value = self.watched()
        if value == UNKNOWN_VALUE or (value == self._last_sample and not always):
            return
        if not always:
            self._last_sample = value
        if not self._watch_thing:
            self._watch_thing = self.new_thing("value", self.watch, switch=False)[0]
        self.channel.records.append(RECORD.pack(self.clock.now(), value, self._watch_thing, 0, _SAMPLE + thread))
