"""Messages whose sender or receiver waited for the GIL to go on: neither for the other one, nor for a processor."""

from __future__ import annotations

import _thread
import sys
import time
from dataclasses import dataclass, field

from engine.protocol.late_message import LateMessageFact
from engine.stage import cpython
from engine.stage.run_services import RunServices

MOST = 500  # that are told
LONG = 0.8  # of a switch interval: who waits for the GIL of one that computes goes on after one, at the earliest
BLOCKED = 0.3  # of one, that is left without what it waited for a processor meanwhile
STALE = 1_000_000  # nanoseconds; what a thread waited for a processor is read anew then; reading takes 0.015 ms
DELAYS = "/proc/thread-self/schedstat"  # of Linux: time on a processor, time waited for one, how often
LITTLE = 64  # bytes that were sent and are not received: nobody has to wait for room (each may be a message of 1 kB)
SHORT = 4096  # bytes of a message that always finds room then

_now = time.perf_counter_ns
_me = _thread.get_ident


@dataclass
class _Ends:
    """What threads did with a connection, by their identities; each writes its own entry alone."""

    sent_at: dict[int, int] = field(default_factory=dict)
    sends: dict[int, bool] = field(default_factory=dict)  # whether it is at it
    sent: dict[int, int] = field(default_factory=dict)  # bytes
    received: dict[int, int] = field(default_factory=dict)  # bytes that came from who sends on it


class LateMessages:
    """Those between two threads of this process, of one run."""

    def __init__(self, context: RunServices) -> None:
        self._context = context
        self._ends: dict[int, _Ends] = {}  # by connection, as its sender calls it
        self._delays: dict[int, tuple[int, int]] = {}  # thread -> when that was read, what it had waited by then
        self._told = 0
        context.after_fork.append(self._ends.clear)  # what the parent's threads do is not seen here
        self.known = sys.platform == "linux" and cpython.has_gil() and _delay() is not None

    def begins(self, sends: int = 0) -> int:
        """The calling thread is about to receive, or to send on this connection. Returns when, in real nanoseconds."""
        me, now = _me(), _now()
        if now - self._delays.get(me, (-STALE, 0))[0] >= STALE:
            self._delays[me] = now, _delay() or 0
            now = _now()
        if sends:
            self._of(sends).sent_at[me] = now
            self._of(sends).sends[me] = True
        return now

    def sent(self, began: int, thing: int, size: int) -> None:
        """It has sent so many bytes."""
        me, ends = _me(), self._of(thing)
        if self._is_long(began) and size <= SHORT:
            other = self._other(ends.received, me)
            if other is not None and not set(ends.sent) - {me, other}:
                waiting = ends.sent.get(me, 0) - ends.received.get(other, 0)
                if waiting <= LITTLE:
                    self._tell(began, thing, other)
        ends.sent[me] = ends.sent.get(me, 0) + size
        ends.sends[me] = False

    def received(self, began: int, thing: int, whence: int, size: int) -> None:
        """It has received so many bytes; `whence` is the connection as the other end calls it, 0: it is elsewhere."""
        if not whence:
            return
        me, ends = _me(), self._of(whence)
        before = ends.received.get(me, 0)
        ends.received[me] = before + size
        if size and self._is_long(began):
            other = self._other(ends.sent_at, me)
            if other is None:
                return
            sent_at, there = ends.sent_at[other], ends.sends.get(other) or ends.sent.get(other, 0) > before
            if sent_at >= began or there:  # else it may be of somebody elsewhere
                self._tell(max(began, sent_at), thing, other)

    def _of(self, thing: int) -> _Ends:
        return self._ends.get(thing) or self._ends.setdefault(thing, _Ends())

    def _is_long(self, began: int) -> bool:
        return _now() - began >= _intervals(LONG) and self._told < MOST

    def _other(self, threads: dict[int, int], me: int) -> int | None:
        """The one other thread; None where there are more."""
        others = [ident for ident in list(threads) if ident != me]
        return others[0] if len(others) == 1 else None

    def _tell(self, since: int, thing: int, other: int) -> None:
        """The calling thread could have gone on since then, had it had the GIL, and a processor."""
        now, me, delay = _now(), _me(), _delay() or 0
        waited = now - since - (delay - self._delays[me][1])
        self._delays[me] = now, delay
        if waited >= _intervals(BLOCKED):
            self._told += 1
            reporter = self._context.reporter
            by, time = reporter.threads.get(other, 0), self._context.clock.now()
            reporter.channel.facts.append(LateMessageFact(reporter.me(), by, thing, time, waited))


def _intervals(share: float) -> float:
    return sys.getswitchinterval() * share * 1e9


def _delay() -> int | None:
    """Nanoseconds that the calling thread was ready to run and had no processor; None: nobody says."""
    try:
        with open(DELAYS, "rb", buffering=0) as file:
            had, waited = map(int, file.read().split()[:2])
    except (OSError, ValueError):
        return None
    return waited if had else None  # where the kernel does not count, all is 0
