"""Who did what, where and when: turns a call of a facade into one record."""

from __future__ import annotations

import _thread
import struct
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any

from engine.records import LAST_THREAD, MAIN_THREAD, RECORD, UNKNOWN_VALUE, Kind, what
from engine.stage.channel import Channel
from engine.stage.clock import Clock
from engine.stage.source import Names

FILE_SHIFT = 20  # place = file << 20 | line
DEEPEST = 60  # frames that are looked through for one of the program's own
TWO63 = 2**63
LONGEST_NAME = 200  # characters of a thread's name that are kept
LOOK_PERIOD = 30_000_000  # nanoseconds between two looks at the threads' lines
LOOK_SHARE = 50  # looking takes at most one part in so many of the stage's time, also with 2,000 threads

_RUNNING = what(Kind.THREAD_RUNNING)
_LINE = what(Kind.LINE)
_SAMPLE = what(Kind.SAMPLE)
_get_ident = _thread.get_ident
_get_frame = sys._getframe
_perf = time.perf_counter_ns


class Reporter:
    """What every facade reports through.

    A report packs 28 bytes and appends them, besides reading the clock and the line; it takes no lock of ours, so
    the number of a record, its place in the channel, is given at the event itself.
    """

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self.channel = channel
        self.clock = clock
        self.threads: dict[int, int] = {_get_ident(): MAIN_THREAD}  # identity of a running thread -> its id
        self.files: dict[str, int] = {}  # a file of the program -> file id << 20
        self.names: dict[str, Names] = {}  # a file of the program -> what its text says of names
        self.namespace: dict[str, Any] = {}  # the program's globals
        self.watch = ""  # the shared name whose value goes with each release of `counted_by`
        self.counted_by = ""
        self.process = ""  # the name of the process this is, "" in the program's own
        self._tasks = 0
        self._things = 0
        self._threads = MAIN_THREAD
        self._guard = _thread.RLock()  # a finaliser may make a lock or open a file while this thread declares one
        self._places: dict[int, int] = {}  # thread -> place, as last sampled
        self._next_look = 0  # real nanoseconds
        self._last_sample: int | None = None
        self._watch_thing = 0
        self._seen_first = False  # the watched value, before any thread was started
        self.report = self._make_report()

    def _make_report(self) -> Callable[..., None]:
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
        number = len(self.files) + 1
        self.names[path] = Names(text)
        self.channel.facts.append({"fact": "file", "id": number, "path": path})
        self.files[path] = number << FILE_SHIFT

    def caller(self, depth: int = 2) -> FrameType | None:
        """The nearest frame of the program above the caller, or None."""
        frame: FrameType | None = _get_frame(depth)
        left = DEEPEST
        while frame is not None and left:
            if frame.f_code.co_filename in self.files:
                return frame
            frame = frame.f_back
            left -= 1
        return None

    def place_of(self, frame: FrameType | None) -> int:
        """file << 20 | line of a frame of the program, 0 for any other."""
        file = None if frame is None else self.files.get(frame.f_code.co_filename)
        return 0 if file is None or frame is None else file | (frame.f_lineno or 0)

    def new_thing(self, type_: str, name: str = "", size: int = 0, switch: bool = True) -> tuple[int, str]:
        """Declares a lock, queue, file ... made by the calling program line. Returns its id and its name.

        Without a name it gets that of the variable it is being assigned to, else "Lock 2" or the like.
        """
        frame = self.caller(3)
        with self._guard:
            self._things += 1
            number = self._things
            if not name:
                name = self._name_for(type_, frame) or f"{type_} {number}"
        self.channel.facts.append(
            {"fact": "thing", "id": number, "type": type_, "name": name, "place": self.place_of(frame),
             "switch": switch, "size": size}
        )  # fmt: skip
        return number, name

    def _name_for(self, type_: str, frame: FrameType | None) -> str:
        if frame is None:
            return ""
        return self.names[frame.f_code.co_filename].next_name(frame.f_lineno or 0, type_)

    def new_thread(self, name: str, daemon: bool, kind: str = "thread") -> int:
        """Declares a thread. Returns its id; threads beyond the last lane share it."""
        with self._guard:
            self._threads = min(self._threads + 1, LAST_THREAD)
            number = self._threads
        self.declare_thread(number, name, daemon, kind)
        return number

    def declare_thread(self, number: int, name: str, daemon: bool, kind: str = "thread") -> None:
        """Says (again) what a thread is called; `kind` is "thread", "process" or "task" (of asyncio)."""
        fact = {"fact": "thread", "id": number, "name": name[:LONGEST_NAME], "daemon": daemon,
                "process": self.process, "kind": kind}  # fmt: skip
        self.channel.facts.append(fact)

    def new_task(self, name: str, place: int = 0) -> int:
        """Declares a task of a pool, such as "root(10)". Returns its id."""
        with self._guard:
            self._tasks += 1
            number = self._tasks
        self.channel.facts.append({"fact": "task", "id": number, "name": name[:LONGEST_NAME], "place": place})
        return number

    def me(self) -> int:
        """The id of the calling thread."""
        ident = _get_ident()
        number = self.threads.get(ident)
        return self._stranger(ident) if number is None else number

    def _stranger(self, ident: int) -> int:
        """A thread that no facade made (of a library, of C code) gets a lane when it first does something."""
        number = self.new_thread(f"library thread {ident % 10_000}", True)
        self.threads[ident] = number
        self.report_for(number, _RUNNING)
        return number

    def watched(self) -> int:
        """The watched value now, or UNKNOWN_VALUE when it is no whole number of 63 bits."""
        value = self.namespace.get(self.watch)
        if type(value) is int and -TWO63 < value < TWO63:
            return value
        return UNKNOWN_VALUE

    def fork(self) -> None:
        """In a forked child: the lock is free, whoever held it, and there is one thread."""
        self._guard._at_fork_reinit()  # type: ignore[attr-defined]  # as threading does
        ident = _get_ident()
        number = self.threads.get(ident, MAIN_THREAD)
        self.threads.clear()
        self.threads[ident] = number

    def look(self) -> None:
        """Samples, from the sender's thread, the watched value and, less often, at which line each thread is."""
        if self.watch:
            self._sample()
        began = _perf()
        if began >= self._next_look:
            self._look_at_lines()
            cost = _perf() - began
            self._next_look = began + max(LOOK_PERIOD, LOOK_SHARE * cost)

    def _look_at_lines(self) -> None:
        now = self.clock.now()
        for ident, top in sys._current_frames().items():
            number = self.threads.get(ident)
            if number is None:
                continue
            frame: FrameType | None = top
            left = DEEPEST
            while frame is not None and left and frame.f_code.co_filename not in self.files:
                frame = frame.f_back
                left -= 1
            place = self.place_of(frame) if left else 0
            if place and self._places.get(number) != place:
                self._places[number] = place
                self.channel.records.append(RECORD.pack(now, 0, 0, place, _LINE + number))

    def see_value(self, last: bool = False) -> None:
        """The main thread looks at the watched value: before the first thread starts, and after the last has ended.

        At no time between: another thread may have written, and not yet reported that it did.
        """
        if not self.watch or (self._seen_first and not last):
            return
        self._seen_first = True
        value = self.watched()
        if value != UNKNOWN_VALUE:
            self._report_value(value, _SAMPLE + MAIN_THREAD)

    def _sample(self) -> None:
        value = self.watched()
        if value not in (UNKNOWN_VALUE, self._last_sample):
            self._last_sample = value
            self._report_value(value, _SAMPLE)

    def _report_value(self, value: int, word: int) -> None:
        if not self._watch_thing:
            self._watch_thing = self.new_thing("value", self.watch, switch=False)[0]
        self.channel.records.append(RECORD.pack(self.clock.now(), value, self._watch_thing, 0, word))
