"""A process of the program that is not the stage's own: how it comes to report, and how it says that it ends."""

from __future__ import annotations

import _thread
import atexit
import functools
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Union

from engine.protocol import process_messages as talk
from engine.protocol.messages import FarewellFact, ProcessEndFact, ProcessEnding
from engine.protocol.records import BLOCK, BLOCK_PRIVATE, Kind, what
from engine.stage.boxes import Box
from engine.stage.control.program_clock import adopt
from engine.stage.outcome import exception_report
from engine.stage.own_pipe import Lost
from engine.stage.private_descriptors import PrivateDescriptors
from engine.stage.run_services import RunServices

if TYPE_CHECKING:
    import socket
    from multiprocessing.process import BaseProcess

PIECE = 1 << 16  # bytes that one read of the connection may bring
REACH = 2.0  # seconds in which the stage has to answer
LAST = -1000  # multiprocessing calls what has the lowest number last, when a process ends

NoteOfAnother = Union[talk.OpensNote, talk.ExpectNote, talk.EndedNote]  # what a process says of one that it starts
_ENDED = what(Kind.THREAD_ENDED)
_DIED = what(Kind.THREAD_DIED)
_FORKED = what(Kind.FORKED)


def next_line(receive: Callable[[int], bytes], rest: bytes = b"", most: int = sys.maxsize) -> tuple[bytes, bytes]:
    """A line of a connection where `rest` has been read, no longer than `most`, and what came behind it.

    Raises OSError when the other end is gone.
    """
    while b"\n" not in rest and len(rest) < most:
        piece = receive(PIECE)
        if not piece:
            raise OSError("the other end is gone")
        rest += piece
    line, _, rest = rest.partition(b"\n")
    return line, rest


def waiting_for(link: socket.socket) -> Callable[[float], object]:
    """Waits so many seconds at most until there is something to read. It has no descriptor of its own."""
    import select  # noqa: PLC0415  # most programs do not need it

    if not hasattr(select, "poll"):  # on Windows
        return lambda seconds: select.select([link], [], [], seconds)[0]
    poll = select.poll()
    poll.register(link, select.POLLIN)
    return lambda seconds: poll.poll(seconds * 1000)


class Wire:
    """The connection of this process to the stage. Raises OSError when there is none."""

    def __init__(self, port: int, call: talk.Call, private: PrivateDescriptors | None = None) -> None:
        """`private`: of a process that reports, what is its stage's part."""
        import socket  # noqa: PLC0415  # most programs do not need it

        link = socket.socket()  # create_connection would look up the name first, which loads much
        try:
            link.settimeout(REACH)
            link.connect(("127.0.0.1", port))
        except OSError:
            link.close()
            raise
        self.private = PrivateDescriptors() if private is None else private
        self.link = self.private.away(link)
        self._guard = _thread.RLock()  # a finaliser may say something while its thread does
        self._rest = b""
        self._ended = False
        self.link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link.sendall(talk.CALLS.line(call))
        self._wait = waiting_for(self.link)

    def answer(self) -> talk.Reply | None:
        """The next line from the stage, None for one that makes no sense. Raises OSError when it does not come."""
        line, self._rest = next_line(self.link.recv, self._rest)
        return talk.REPLIES.read(line)

    def stay(self) -> None:
        """From here on it takes as long as the stage takes."""
        self.link.settimeout(None)

    def write(self, data: bytes) -> None:
        """Sends whole blocks."""
        with self._guard:
            self._look()
            self.link.sendall(data)

    def _look(self) -> None:
        """Raises OSError where the program has closed it: the number may be that of a file of its own."""
        if not self.private.is_whole(self.link):
            raise Lost

    def tell(self, note: talk.Note) -> None:
        """Says something to the stage that is no part of the record."""
        data = talk.NOTES.line(note)
        with suppress(OSError):  # the stage is gone, and soon this process, too
            self.write(BLOCK.pack(BLOCK_PRIVATE, len(data)) + data)

    def listen(self, context: RunServices, seconds: float) -> None:
        """Carries out what the stage says within so many seconds: what the sender does between two looks."""
        if self._ended:
            time.sleep(seconds)
            return
        try:
            self._look()
            if b"\n" in self._rest or self._wait(seconds):
                self.carry_out(context, self.answer())
        except (OSError, ValueError):
            self._ended = True

    def carry_out(self, context: RunServices, order: talk.Reply | None) -> None:
        """Does what the stage says, and says so if that was an order."""
        if order is None or isinstance(order, talk.SlotReply):
            return
        if order.clock is not None:
            adopt(context.clock, order.clock)
        if isinstance(order, talk.WelcomeReply):
            context.stillness.say_to(order.pid, lambda since, threads: self.tell(talk.StillNote(since, threads)))
        for name, on in order.switches.items():
            context.switches.set(name, on)
        if isinstance(order, talk.SteerReply):
            if order.flush:
                context.channel.flush()
            self.tell(talk.HeardNote(order.number))

    def close(self) -> None:
        """Lets go of it, in this process alone."""
        self.private.let_go(self.link)


class ProcessSlots:
    """Which slot the process gets that the calling thread is about to start, and where it has to report."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port  # 0: nobody listens yet
        self.token = token
        self.expected: set[int] = set()  # processes, by their numbers, that the program ends itself
        self._next: dict[int, talk.Slot] = {}  # thread -> the slot of the process it starts
        self._forking: dict[int, talk.Slot | None] = {}  # the same between the two sides of a fork

    def open(self) -> bool:
        """Makes sure that somebody listens. False when that cannot be."""
        return bool(self.port)

    def reserve(self) -> talk.Slot | None:
        """A new slot, None when there are no more."""
        raise NotImplementedError

    def adopt(self, slot: talk.Slot, process: BaseProcess) -> None:
        """The program has an object for the process of this slot."""

    def begun(self, slot: talk.Slot, popen: object) -> None:
        """That process was started; `popen` is what has its exit status. Held until it has ended, no longer."""

    def send_home(self, pid: int) -> None:
        """A library is about to end this process, a worker that it started: that is no accident."""

    def seat_of(self, pid: int) -> talk.Slot | None:
        """What this process reports under, None when it is not watched from here."""
        del pid
        return None

    def note(self, note: NoteOfAnother) -> None:
        """What is known here of a process that the program starts or ends."""
        raise NotImplementedError

    @contextmanager
    def seating(self, slot: talk.Slot | None) -> Iterator[None]:
        """Whatever process the calling thread starts meanwhile takes this slot."""
        me = _thread.get_ident()
        if slot is not None:
            self._next[me] = slot
        try:
            yield
        finally:
            self._next.pop(me, None)

    def next_slot(self) -> talk.Slot | None:
        """The slot of the process that the calling thread starts now."""
        return self._next.pop(_thread.get_ident(), None) or self.reserve()

    def prepare(self) -> talk.Slot | None:
        """The calling thread forks now. Returns what the child reports under."""
        slot = self._forking[_thread.get_ident()] = self.next_slot()
        if slot is not None:
            self.note(talk.OpensNote(slot.number))
        return slot

    def forked(self) -> talk.Slot | None:
        """It has forked; in the child, what it reports under."""
        return self._forking.pop(_thread.get_ident(), None)

    def fork(self) -> None:
        """In a forked child: lets go of what is its parent's."""
        self._next.clear()
        self._forking.clear()


class WatchedProcess(ProcessSlots):
    """What a process has in place of the stage's relay: it can start processes that are watched, too."""

    def __init__(self, slot: talk.Slot, port: int, token: str, wire: Wire) -> None:
        super().__init__(port, token)
        self.slot = slot
        self.wire = wire

    def reserve(self) -> talk.Slot | None:
        try:
            wire = Wire(self.port, talk.SlotCall(self.token))
            reply = wire.answer()
            wire.close()
        except OSError:
            return None
        return reply.slot if isinstance(reply, talk.SlotReply) else None

    def note(self, note: NoteOfAnother) -> None:
        self.wire.tell(note)

    def fork(self) -> None:
        super().fork()
        self.wire.close()


def rejoin(context: RunServices) -> bool:
    """In a forked child: it reports by a connection of its own. False when that cannot be."""
    hub = context.hub
    if hub is None:
        return False
    slot = hub.forked()
    hub.fork()
    if slot is None:
        return False
    try:
        wire = Wire(hub.port, talk.JoinCall(hub.token, os.getpid(), slot.number, fork=True), context.private)
    except OSError:
        return False
    join(context, WatchedProcess(slot, hub.port, hub.token, wire))
    return True


def join(context: RunServices, away: WatchedProcess) -> None:
    """From here on the context is that of this process, which reports to the stage."""
    wire, slot, reporter, parent = away.wire, away.slot, context.reporter, context.reporter.process
    context.hub, context.away = away, True
    context.farewell = lambda farewell: _farewell(context, farewell)
    context.channel.move(wire.write, functools.partial(wire.listen, context), slot.number)
    reporter.move(slot.number, slot.lane, slot.last, threading.main_thread().ident or 0)
    reporter.arrived = lambda: _arrive(wire, slot, parent)
    wire.stay()
    context.channel.start()


def prepare_end(context: RunServices, end: Callable[[RunServices], object]) -> None:
    """From here on the end of this process, and of those that it forks, is told; `end` is called at that of Python."""
    if hasattr(os, "register_at_fork"):
        watch_forks(context)
    atexit.register(end, context)
    context.finalizes = True
    _finish_with(context)
    _tell_multiprocessing(context)


def _arrive(wire: Wire, slot: talk.Slot, parent: str) -> str:
    """Tells the stage that there is a lane now. Returns the name of this process, which is not its parent's."""
    wire.tell(talk.HereNote())
    module = sys.modules.get("multiprocessing.process")
    name = module.current_process().name if module is not None else ""
    return name if name not in ("", "MainProcess", parent) else f"Fork-{slot.number}"


_SEEN: list[int] = []  # contexts of which multiprocessing tells their forked children


def watch_forks(context: RunServices) -> None:
    """From here on every child that is forked is a process of this context."""

    def before() -> None:
        _tell_multiprocessing(context)
        slot = context.hub.prepare() if context.hub is not None else None
        if slot is not None and _thread.get_ident() in context.reporter.threads:
            context.reporter.report(_FORKED, slot.lane)

    def after() -> None:
        if context.hub is not None:
            context.hub.forked()

    boxes = Box(before), Box(after), Box(context.fork)
    context.boxes += boxes
    os.register_at_fork(before=boxes[0], after_in_parent=boxes[1], after_in_child=boxes[2])


def _tell_multiprocessing(context: RunServices) -> None:
    """A process of multiprocessing leaves without Python's own end: it has an end of its own."""
    util: Any = sys.modules.get("multiprocessing.util")
    if util is not None and id(context) not in _SEEN:
        _SEEN.append(id(context))
        util.register_after_fork(context, _finish_with)


def _finish_with(context: RunServices) -> None:
    util: Any = sys.modules.get("multiprocessing.util")
    if util is not None:
        util.Finalize(None, last_words, (context,), exitpriority=LAST)


def last_words(context: RunServices, error: BaseException | None = None) -> Callable[[bytes], object] | None:
    """The process ends: its lane does, and the stage is told. It may be an exception that ended it.

    Where Python's own end comes behind it, the program may still say something, and the end of the connection is the
    good-bye: returns what sends that.
    """
    hub, reporter = context.hub, context.reporter
    if not isinstance(hub, WatchedProcess) or context.forked:
        return None
    for report in context.kept_back:
        report()
    if not reporter.newcomer and not reporter.ended:
        error = error or sys.exc_info()[1]
        reporter.ended = True
        if error is None or issubclass(type(error), SystemExit):
            reporter.report_for(reporter.ids.main, _ENDED)
        else:
            died = exception_report.fact(reporter, reporter.ids.main, error)
            context.channel.facts.append(died)
            text = context.channel.text(exception_report.one_line(error), error=True)
            reporter.report_for(reporter.ids.main, _DIED, 0, text, died.place)
    reporter.ended = True  # also of one that has said nothing: what it says yet is said at its end
    context.channel.flush()
    hub.wire.tell(talk.GoodbyeNote(context.finalizes))
    return hub.wire.link.sendall if context.finalizes else None


def _farewell(context: RunServices, farewell: FarewellFact) -> None:
    """A process ends itself, which is how a forked child usually ends."""
    reporter = context.reporter
    reporter.me()
    if not reporter.ended:
        reporter.ended = True
        lane, place = reporter.ids.main, farewell.place
        fact = ProcessEndFact(lane, ProcessEnding.CALL, farewell.status or 0, farewell.call, place)
        context.channel.facts.append(fact)  # with status 0 that is no death, but a worker's call may be lost with it
        reporter.report_for(lane, _ENDED if farewell.status == 0 else _DIED, 0, 0, place)
    last_words(context)
