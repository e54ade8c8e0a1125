"""Where other processes of the program report: the stage hands on what they send, and tells them what was ordered."""

from __future__ import annotations

import _thread
import contextlib
import dataclasses
import os
import signal
import time
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.protocol import process_messages as talk
from engine.protocol import records
from engine.protocol.messages import ProcessEndFact, ProcessEnding, RunOrder, assert_never
from engine.protocol.records import AWAY, BLOCK, Kind, what
from engine.stage import cpython
from engine.stage.control.program_clock import share
from engine.stage.own_signals import without_signals
from engine.stage.processes.child_process import PIECE, NoteOfAnother, ProcessSlots, next_line

if TYPE_CHECKING:
    import socket
    from multiprocessing.process import BaseProcess

    from engine.stage.run_services import RunServices

THREADS = 32  # ids that a process gets for threads beside its main one; further ones share the last
MOST = records.LAST_PROCESS
GREETING = 10.0  # seconds that a process has to say who it is
LAST_PID = 2**31 - 1  # of any system: C has no more bits for it
LAST_CODE = 2**32 - 1  # exit status of a process; those of Windows have 32 bits
MOST_PRIVATE = 1 << 20  # bytes of what a process says to the stage alone: a line or two for each of its threads
LONGEST = {**records.MOST, records.BLOCK_AWAY: 0, records.BLOCK_PRIVATE: MOST_PRIVATE}
LAST_WORDS = 0.3  # seconds in which the status of a process that ended is looked for
STEP = 0.002  # seconds between two looks

_ENDED = what(Kind.THREAD_ENDED)
_ENDINGS = (0, _ENDED, what(Kind.THREAD_CUT), what(Kind.THREAD_DIED))


def wrapped(number: int, how: int, data: bytes = b"") -> bytes:
    """A block of the stage's stream that holds blocks of another process, or says that it begins or ends."""
    return BLOCK.pack(records.BLOCK_AWAY, AWAY.size + len(data)) + AWAY.pack(number, how) + data


class HubConnection:
    """What the stage knows of one other process."""

    def __init__(self, slot: talk.Slot) -> None:
        self.slot = slot
        self.pid = 0
        self.link: socket.socket | None = None  # its connection while there is one
        self.process: weakref.ref[BaseProcess] | None = None  # the program's Process object
        self.popen: object = None  # what that has the exit status from, also when the program has let go of it
        self.daemon = False  # that object said so: the end of the program ends the process
        self.code: int | None = None  # its exit status, if the program knows it
        self.seen = False  # it has a lane of its own making
        self.ended = False  # how it ended is told
        self.ending = 0  # what it means for its lane that the program ends it by a signal
        self.sent_home = False  # whatever signal a library ends it by
        self.heard = 0  # the number of the last order that it answered to


class ProcessHub(ProcessSlots):
    """The stage's side. Listens on this machine only, and not before the program needs it; a token keeps others out.

    One thread for each process reads whole blocks and hands the bytes on as they are.
    """

    def __init__(self, context: RunServices) -> None:
        super().__init__(0, os.urandom(16).hex())
        self.order: RunOrder | None = None  # what is run, for processes that read the program anew
        self._context = context
        self._listener: socket.socket | None = None
        self._guard = _thread.RLock()
        self._wards: dict[int, HubConnection] = {}
        self._speaking: set[socket.socket] = set()  # connections from which something may still come
        self._orders = 0
        self._over = False  # the program has ended, and with it the time in which others can end well

    def open(self) -> bool:
        with self._guard:
            if self._listener is None:
                import select  # noqa: F401, PLC0415  # forked children need it, and have it then
                import socket  # noqa: PLC0415  # most programs need neither

                try:
                    self._listener = self._context.private.away(socket.create_server(("127.0.0.1", 0), backlog=128))
                except OSError:
                    return False
                self.port = self._listener.getsockname()[1]
                with without_signals():  # nor do those that it starts
                    _thread.start_new_thread(self._accept, (self._listener,))
        return True

    def fork(self) -> None:
        super().fork()  # what is open here is the parent's, which would not see the other end close
        cpython.reset_lock(self._guard)
        for one in (self._listener, *(ward.link for ward in self._wards.values())):
            if one is not None:
                self._context.private.let_go(one)
        self._wards.clear()
        self._speaking.clear()

    def reserve(self) -> talk.Slot | None:
        with self._guard:
            if len(self._wards) >= MOST or not self.open():
                return None
            number = len(self._wards) + 1
            first, last = self._context.reporter.ids.reserve(1 + THREADS)
            ward = self._wards[number] = HubConnection(talk.Slot(number, first, last))
        return ward.slot

    def adopt(self, slot: talk.Slot, process: BaseProcess) -> None:
        """The program has an object for the process of this slot."""
        ward = self._wards[slot.number]
        ward.process, ward.daemon = weakref.ref(process), bool(process.daemon)

    def begun(self, slot: talk.Slot, popen: object) -> None:
        with self._guard:
            ward = self._wards[slot.number]
            if not ward.ended:
                ward.popen = popen

    def seat_of(self, pid: int) -> talk.Slot | None:
        with self._guard:
            return next((ward.slot for ward in self._wards.values() if ward.pid == pid), None)

    def send_home(self, pid: int) -> None:
        with self._guard:
            for ward in self._wards.values():
                if ward.pid == pid:
                    ward.ending, ward.sent_home = _ENDED, True

    def note(self, note: NoteOfAnother) -> None:
        ward = self._wards.get(note.slot)
        if ward is None:  # whoever says so has it from nobody
            return
        if isinstance(note, talk.OpensNote):
            self._context.channel.hub(wrapped(note.slot, records.AWAY_OPENS))
        elif isinstance(note, talk.ExpectNote):
            ward.ending = note.word if note.word in _ENDINGS else 0
        elif isinstance(note, talk.EndedNote):
            ward.code = min(max(note.code, -LAST_CODE), LAST_CODE)
            if ward.link is None or note.code < 0:  # whom a signal ended has said nothing of it
                self._close(ward)
        else:
            assert_never(note)

    # orders

    def tell(self, order: talk.SteerReply, patience: float = 0.0) -> None:
        """Hands an order on to every process, and waits so many seconds at most until all have carried it out."""
        with self._guard:
            self._orders += 1
            number = self._orders
            asked = [ward for ward in self._wards.values() if ward.link is not None]
            for link in [ward.link for ward in asked]:  # its reader lets go of it whenever the other end closes
                _reply(link, dataclasses.replace(order, number=number))
        until = time.monotonic() + patience
        while time.monotonic() < until and any(ward.link and ward.heard < number for ward in asked):
            time.sleep(STEP / 2)

    def drain(self, patience: float) -> None:
        """Waits so many seconds at most until every process has ended or said good-bye; the others are cut off."""
        if self._listener is None:
            return
        until = time.monotonic() + patience
        import socket  # noqa: PLC0415  # there is a listener, so it is loaded

        # All who have called up to now are served in turn, and this is a call, too.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), patience) as link:
            link.sendall(talk.CALLS.line(talk.TurnCall(self.token)))
            link.recv(1)
        while time.monotonic() < until and self._speaking:
            time.sleep(STEP)
        with self._guard:
            self._over = True
            for ward in self._wards.values():
                self._cut_off(ward)

    def _cut_off(self, ward: HubConnection) -> None:
        """It goes on without the program, until the host ends what is left. Called under the guard."""
        if self._over and ward.seen and not ward.ended:
            ward.ended = True
            if not ward.daemon:  # nothing ends it: a child that was forked is no daemon
                self._context.channel.facts.append(ProcessEndFact(ward.slot.lane, ProcessEnding.OUTLIVED))
            self._context.reporter.report_for(ward.slot.lane, what(Kind.THREAD_CUT))

    # connections

    def _accept(self, listener: socket.socket) -> None:
        private = self._context.private
        with contextlib.suppress(OSError):  # it was closed
            while private.is_whole(listener):
                link = private.away(listener.accept()[0])
                self._speaking.add(link)
                try:
                    _thread.start_new_thread(self._serve, (link,))
                except RuntimeError:  # the system has no more threads
                    self._speaking.discard(link)
                    private.let_go(link)

    def _serve(self, link: socket.socket) -> None:
        """One connection, from who is there to its end."""
        with contextlib.ExitStack() as leaving:
            leaving.callback(self._speaking.discard, link)
            leaving.callback(self._context.private.let_go, link)
            try:
                first, rest = next_line(_in_time(link), most=PIECE)
                link.settimeout(None)
            except OSError:
                return
            call = talk.CALLS.read(first)
            if isinstance(call, talk.JoinCall) and not 0 < call.pid <= LAST_PID:
                return
            if call is None or call.token != self.token or isinstance(call, talk.TurnCall):
                return
            if isinstance(call, talk.SlotCall):
                _reply(link, talk.SlotReply(self.reserve()))
                return
            ward = self._seat_down(call, link)
            if ward is None:
                return
            with contextlib.suppress(OSError):  # it was killed
                self._listen(ward, link, rest)
            self._gone(ward)

    def _seat_down(self, call: talk.JoinCall, link: socket.socket) -> HubConnection | None:
        with self._guard:
            ward = self._wards.get(call.slot or 0)
            if ward is None or ward.link is not None or ward.pid:
                slot = self.reserve()
                if slot is None:
                    return None
                ward = self._wards[slot.number]
            ward.pid = call.pid
            context = self._context
            state = talk.WelcomeReply(share(context.clock), context.switches.wanted(), pid=os.getpid())
            context.stillness.joined(call.pid)
            if not call.fork:
                self.note(talk.OpensNote(ward.slot.number))
                files = dict(context.reporter.ids.files)
                state = dataclasses.replace(state, slot=ward.slot, order=self.order, files=files)
            _reply(link, state)
            ward.link = link
        return ward

    def _listen(self, ward: HubConnection, link: socket.socket, rest: bytes) -> None:
        """Hands on whole blocks until the connection ends."""
        buffer, broken = bytearray(rest), False
        while True:
            done = 0
            blocks = bytearray()
            while len(buffer) - done >= BLOCK.size:
                kind, size = BLOCK.unpack_from(buffer, done)
                if not 0 < size <= LONGEST.get(kind, 0):
                    broken = True
                    break
                end = done + BLOCK.size + size
                if end > len(buffer):
                    break
                if kind == records.BLOCK_PRIVATE:
                    self._hear(ward, talk.NOTES.read(bytes(buffer[done + BLOCK.size : end])))
                else:
                    blocks += buffer[done:end]
                done = end
            if blocks:
                self._context.channel.hub(wrapped(ward.slot.number, records.AWAY_BLOCKS, bytes(blocks)))
            if broken:
                self._context.channel.hub(wrapped(ward.slot.number, records.AWAY_BROKEN))
                self._speaking.discard(link)
                while self._context.private.is_whole(link) and link.recv(PIECE):
                    pass  # read and thrown away, so that the process never waits
                return
            del buffer[:done]
            piece = link.recv(PIECE) if self._context.private.is_whole(link) else b""
            if not piece:
                return
            buffer += piece

    def _hear(self, ward: HubConnection, note: talk.Note | None) -> None:
        if isinstance(note, talk.HeardNote):
            ward.heard = note.number
        elif isinstance(note, talk.HereNote):
            with self._guard:
                ward.seen = True
                self._cut_off(ward)
        elif isinstance(note, talk.StillNote):
            self._context.stillness.take(ward.pid, note.since, note.threads)
        elif isinstance(note, talk.GoodbyeNote):
            ward.ended = True
            if not note.more:
                self._speaking.discard(ward.link)
        elif note is not None:
            self.note(note)

    def _gone(self, ward: HubConnection) -> None:
        """The connection ended; if that was without a good-bye, somebody has to say how the process ended."""
        if not ward.ended and (ward.seen or ward.process is not None):
            until = time.monotonic() + LAST_WORDS
            while ward.code is None and time.monotonic() < until:
                code = _status(ward.pid, ward.popen or _popen_of(ward))
                if code is not None:
                    ward.code = code
                else:
                    time.sleep(STEP)
            self._close(ward)
        ward.link = ward.popen = None
        self._context.stillness.left(ward.pid)
        self._context.channel.hub(wrapped(ward.slot.number, records.AWAY_CLOSES))

    def _close(self, ward: HubConnection) -> None:
        """Says for a process that it has ended."""
        with self._guard:
            ward.popen = None
            if ward.ended:
                return
            ward.ended = True
        reporter, code = self._context.reporter, ward.code
        word = ward.ending or (what(Kind.THREAD_CUT) if ward.pid in self.expected else 0)
        if not word and code == -signal.SIGTERM:  # multiprocessing sends it at the end of a program, and so do pools
            word = _ENDED if ward.process is None else what(Kind.THREAD_CUT) if ward.daemon else 0
        if ward.sent_home or (word and (code is None or code < 0 or code == 1)):  # 1: what Windows makes of it
            reporter.report_for(ward.slot.lane, word)
        elif code == 0 or (code is None and ward.process is None):  # a library took its status: that was its worker
            reporter.report_for(ward.slot.lane, _ENDED)
        else:
            how = ProcessEnding.SILENT if code is None else ProcessEnding.STATUS if code > 0 else ProcessEnding.SIGNAL
            self._context.channel.facts.append(ProcessEndFact(ward.slot.lane, how, abs(code or 0)))
            reporter.report_for(ward.slot.lane, what(Kind.THREAD_DIED))


def _reply(link: socket.socket | None, reply: talk.Reply) -> None:
    if link is not None:  # else it has just ended
        with contextlib.suppress(OSError):  # it ends now: its reader sees that
            link.sendall(talk.REPLIES.line(reply))


def _in_time(link: socket.socket) -> Callable[[int], bytes]:
    """Receives from it, all together for as long as a greeting takes at most: then it raises OSError."""
    until = time.monotonic() + GREETING

    def receive(most: int) -> bytes:
        link.settimeout(max(until - time.monotonic(), STEP))
        return link.recv(most)

    return receive


def _popen_of(ward: HubConnection) -> object:
    process = ward.process() if ward.process is not None else cpython.process_of(ward.pid)
    return getattr(process, "_popen", None)


def _status(pid: int, popen: object) -> int | None:
    """The exit status of a process as subprocess has it, without taking it from whoever waits for it; None: unknown."""
    code: int | None = getattr(popen, "returncode", None)
    if code is None and os.name == "nt" and popen is not None:
        code = popen.poll()  # type: ignore[attr-defined]  # it has one; on Windows nobody takes a status by looking
    if code is not None or not hasattr(os, "waitid") or not pid:
        return code
    try:
        found = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except OSError:  # no child of this process, or waited for already
        found = None
    return None if found is None else found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
