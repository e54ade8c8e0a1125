"""A process of the program that is not the stage's own: how it comes to report, and how it says that it ends."""

from __future__ import annotations

import _thread
import atexit
import os
import sys
import threading
import time
from typing import Any

from engine.protocol.messages import FarewellFact, ProcessEndFact, ProcessEnding
from engine.protocol.process_messages import (
    CALLS,
    NOTES,
    REPLIES,
    Call,
    EndedNote,
    ExpectNote,
    GoodbyeNote,
    HeardNote,
    HereNote,
    JoinCall,
    Note,
    OpensNote,
    Reply,
    Slot,
    SlotCall,
    SlotReply,
    WelcomeReply,
)
from engine.protocol.records import BLOCK, BLOCK_PRIVATE, Kind, what
from engine.stage.control.program_clock import adopt
from engine.stage.outcome import exception_report
from engine.stage.processes.process_slots import ProcessSlot, ProcessSlots
from engine.stage.run_services import RunServices

PIECE = 1 << 16  # bytes that one read of the connection may bring
REACH = 2.0  # seconds in which the stage has to answer
LAST = -1000  # multiprocessing calls what has the lowest number last, when a process ends

_ENDED = what(Kind.THREAD_ENDED)
_DIED = what(Kind.THREAD_DIED)


class Wire:
    """The connection of this process to the stage. Raises OSError when there is none."""

    def __init__(self, port: int, call: Call) -> None:
        import selectors  # noqa: PLC0415  # most programs need neither
        import socket  # noqa: PLC0415

        self._link = socket.socket()  # create_connection would look up the name first, which loads much
        try:
            self._link.settimeout(REACH)
            self._link.connect(("127.0.0.1", port))
        except OSError:
            self._link.close()
            raise
        self._guard = _thread.RLock()  # a finaliser may say something while its thread does
        self._rest = b""
        self._context: RunServices | None = None
        self._ended = False
        self._link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._link.sendall(CALLS.line(call))
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._link, selectors.EVENT_READ)

    def answer(self) -> Reply | None:
        """The next line from the stage, None for one that makes no sense. Raises OSError when it does not come."""
        while b"\n" not in self._rest:
            piece = self._link.recv(PIECE)
            if not piece:
                raise OSError("the stage is gone")
            self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return REPLIES.read(line)

    def serve(self, context: RunServices) -> None:
        """From here on orders of the stage are carried out whenever `listen` is called."""
        self._link.settimeout(None)
        self._context = context

    def write(self, data: bytes) -> None:
        """Sends whole blocks."""
        with self._guard:
            self._link.sendall(data)

    def tell(self, note: Note) -> None:
        """Says something to the stage that is no part of the record."""
        data = NOTES.line(note)
        try:
            self.write(BLOCK.pack(BLOCK_PRIVATE, len(data)) + data)
        except OSError:
            pass  # the stage is gone, and soon this process, too

    def listen(self, seconds: float) -> None:
        """Carries out what the stage says within so many seconds: what the sender does between two looks."""
        if self._ended:
            time.sleep(seconds)
        elif b"\n" in self._rest or self._selector.select(seconds):
            try:
                self._carry_out(self.answer())
            except OSError:
                self._ended = True

    def _carry_out(self, order: Reply | None) -> None:
        context = self._context
        assert context is not None  # nobody listens before
        if order is None or isinstance(order, SlotReply):
            return
        if order.clock is not None:
            adopt(context.clock, order.clock)
        for name, on in order.switches.items():
            context.switches.set(name, on)
        if isinstance(order, WelcomeReply):
            return
        if order.flush:
            context.channel.flush()
        self.tell(HeardNote(order.number))

    def close(self) -> None:
        """Lets go of it, in this process alone."""
        self._selector.close()
        self._link.close()


class WatchedProcess(ProcessSlots):
    """What a process has in place of the stage's relay: it can start processes that are watched, too."""

    def __init__(self, slot: ProcessSlot, port: int, token: str, wire: Wire) -> None:
        super().__init__(port, token)
        self.slot = slot
        self.wire = wire

    def reserve(self) -> ProcessSlot | None:
        try:
            wire = Wire(self.port, SlotCall(self.token))
            reply = wire.answer()
            wire.close()
        except OSError:
            return None
        return slot_of(reply.slot) if isinstance(reply, SlotReply) and reply.slot is not None else None

    def opens(self, number: int) -> None:
        self.wire.tell(OpensNote(number))

    def expect(self, number: int, word: int) -> None:
        self.wire.tell(ExpectNote(number, word))

    def ended(self, slot: ProcessSlot, code: int) -> None:
        self.wire.tell(EndedNote(slot.number, code))

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
        wire = Wire(hub.port, JoinCall(hub.token, os.getpid(), slot.number, fork=True))
    except OSError:
        return False
    before = context.reporter.process
    _settle(context, WatchedProcess(slot, hub.port, hub.token, wire), _thread.get_ident())
    context.reporter.arrived = lambda: _arrive(wire, slot, before)
    return True


def join(context: RunServices, slot: ProcessSlot, port: int, token: str, wire: Wire) -> None:
    """From here on this process, which was started afresh, reports to the stage with this port and token."""
    _settle(context, WatchedProcess(slot, port, token, wire), threading.main_thread().ident or 0)
    context.reporter.arrived = lambda: _arrive(wire, slot)


def prepare_end(context: RunServices) -> None:
    """From here on the end of this process, and of those that it forks, is told."""
    if hasattr(os, "register_at_fork"):
        watch_forks(context)
    atexit.register(last_words, context)
    _finish_with(context)
    _tell_multiprocessing(context)


def slot_of(slot: Slot) -> ProcessSlot:
    """What a message says of a process's place."""
    return ProcessSlot(slot.number, slot.lane, slot.last)


def _settle(context: RunServices, away: WatchedProcess, ident: int) -> None:
    """The context becomes that of the process with this slot, whose main thread is `ident`."""
    wire, slot = away.wire, away.slot
    context.hub, context.away = away, True
    context.farewell = lambda farewell: _farewell(context, farewell)
    context.channel.move(wire.write, wire.listen, slot.number)
    context.reporter.move(*slot, ident)
    wire.serve(context)
    context.channel.start()


def _arrive(wire: Wire, slot: ProcessSlot, before: str = "") -> str:
    """Tells the stage that there is a lane now. Returns the name of this process; `before` is its parent's."""
    wire.tell(HereNote())
    module = sys.modules.get("multiprocessing.process")
    name = module.current_process().name if module is not None else ""
    return name if name not in ("", "MainProcess", before) else f"Fork-{slot.number}"


# forks

_SEEN: list[int] = []  # contexts of which multiprocessing tells their forked children


def watch_forks(context: RunServices) -> None:
    """From here on every child that is forked is a process of this context."""

    def before() -> None:
        _tell_multiprocessing(context)
        if context.hub is not None:
            context.hub.prepare()

    def after() -> None:
        if context.hub is not None:
            context.hub.forked()

    os.register_at_fork(before=before, after_in_parent=after, after_in_child=context.fork)


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


def last_words(context: RunServices, error: BaseException | None = None) -> None:
    """The process ends: its lane does, and the stage is told. It may be an exception that ended it."""
    hub, reporter = context.hub, context.reporter
    if not isinstance(hub, WatchedProcess) or context.forked:
        return
    for report in context.kept_back:
        report()
    if not reporter.newcomer and not reporter.ended:
        error = error or sys.exc_info()[1]
        reporter.ended = True
        if error is None or isinstance(error, SystemExit):
            reporter.report_for(reporter.ids.main, _ENDED)
        else:
            died = exception_report.fact(reporter, reporter.ids.main, error)
            context.channel.facts.append(died)
            text = context.channel.text(exception_report.one_line(error), error=True)
            reporter.report_for(reporter.ids.main, _DIED, 0, text, died.place)
    context.channel.flush()
    hub.wire.tell(GoodbyeNote())


def _farewell(context: RunServices, farewell: FarewellFact) -> None:
    """A process ends itself, which is how a forked child usually ends."""
    reporter = context.reporter
    reporter.me()
    if not reporter.ended:
        reporter.ended = True
        lane, place = reporter.ids.main, farewell.place
        if farewell.status == 0:
            reporter.report_for(lane, _ENDED, 0, 0, place)
        else:
            fact = ProcessEndFact(lane, ProcessEnding.CALL, farewell.status or 0, farewell.call, place)
            context.channel.facts.append(fact)
            reporter.report_for(lane, _DIED, 0, 0, place)
    last_words(context)
