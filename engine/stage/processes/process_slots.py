"""Which process reports under which number: handed out before it starts, by whoever starts it."""

from __future__ import annotations

import _thread
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess


class ProcessSlot(NamedTuple):
    """What a process reports under: its number, and the ids of its threads from `lane`, its main one, to `last`."""

    number: int
    lane: int
    last: int


class ProcessSlots:
    """Which slot the process gets that the calling thread is about to start, and where it has to report."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port  # 0: nobody listens yet
        self.token = token
        self._next: dict[int, ProcessSlot] = {}  # thread -> the slot of the process it starts
        self._forking: dict[int, ProcessSlot | None] = {}  # the same between the two sides of a fork

    def open(self) -> bool:
        """Makes sure that somebody listens. False when that cannot be."""
        return bool(self.port)

    def reserve(self) -> ProcessSlot | None:
        """A new slot, None when there are no more."""
        raise NotImplementedError

    def adopt(self, slot: ProcessSlot, process: BaseProcess) -> None:
        """The program has an object for the process of this slot."""

    def expect(self, number: int, word: int) -> None:
        """The program ends the process by a signal: `word` is what its lane then says."""

    def send_home(self, pid: int) -> None:
        """A library is about to end this process, a worker that it started: that is no accident."""

    def seat_of(self, pid: int) -> ProcessSlot | None:
        """What this process reports under, None when it is not watched from here."""
        del pid
        return None

    def opens(self, number: int) -> None:
        """From here on the window waits for what this process reports: it may come late."""

    def ended(self, slot: ProcessSlot, code: int) -> None:
        """The program knows the exit status of a process; that matters when it has never reported."""

    @contextmanager
    def seating(self, slot: ProcessSlot | None) -> Iterator[None]:
        """Whatever process the calling thread starts meanwhile takes this slot."""
        me = _thread.get_ident()
        if slot is not None:
            self._next[me] = slot
        try:
            yield
        finally:
            self._next.pop(me, None)

    def next_slot(self) -> ProcessSlot | None:
        """The slot of the process that the calling thread starts now."""
        return self._next.pop(_thread.get_ident(), None) or self.reserve()

    def prepare(self) -> None:
        """The calling thread forks now."""
        slot = self._forking[_thread.get_ident()] = self.next_slot()
        if slot is not None:
            self.opens(slot.number)

    def forked(self) -> ProcessSlot | None:
        """It has forked; in the child, what it reports under."""
        return self._forking.pop(_thread.get_ident(), None)

    def fork(self) -> None:
        """In a forked child: lets go of what is its parent's."""
        self._next.clear()
        self._forking.clear()
