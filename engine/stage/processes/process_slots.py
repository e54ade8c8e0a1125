"""Which process reports under which number: handed out before it starts, by whoever starts it."""

from __future__ import annotations

import _thread
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Union

from engine.protocol.process_messages import EndedNote, ExpectNote, OpensNote, Slot

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

NoteOfAnother = Union[OpensNote, ExpectNote, EndedNote]  # what a process says of one that it starts


class ProcessSlots:
    """Which slot the process gets that the calling thread is about to start, and where it has to report."""

    def __init__(self, port: int, token: str) -> None:
        self.port = port  # 0: nobody listens yet
        self.token = token
        self._next: dict[int, Slot] = {}  # thread -> the slot of the process it starts
        self._forking: dict[int, Slot | None] = {}  # the same between the two sides of a fork

    def open(self) -> bool:
        """Makes sure that somebody listens. False when that cannot be."""
        return bool(self.port)

    def reserve(self) -> Slot | None:
        """A new slot, None when there are no more."""
        raise NotImplementedError

    def adopt(self, slot: Slot, process: BaseProcess) -> None:
        """The program has an object for the process of this slot."""

    def send_home(self, pid: int) -> None:
        """A library is about to end this process, a worker that it started: that is no accident."""

    def seat_of(self, pid: int) -> Slot | None:
        """What this process reports under, None when it is not watched from here."""
        del pid
        return None

    def note(self, note: NoteOfAnother) -> None:
        """What is known here of a process that the program starts or ends."""
        raise NotImplementedError

    @contextmanager
    def seating(self, slot: Slot | None) -> Iterator[None]:
        """Whatever process the calling thread starts meanwhile takes this slot."""
        me = _thread.get_ident()
        if slot is not None:
            self._next[me] = slot
        try:
            yield
        finally:
            self._next.pop(me, None)

    def next_slot(self) -> Slot | None:
        """The slot of the process that the calling thread starts now."""
        return self._next.pop(_thread.get_ident(), None) or self.reserve()

    def prepare(self) -> None:
        """The calling thread forks now."""
        slot = self._forking[_thread.get_ident()] = self.next_slot()
        if slot is not None:
            self.note(OpensNote(slot.number))

    def forked(self) -> Slot | None:
        """It has forked; in the child, what it reports under."""
        return self._forking.pop(_thread.get_ident(), None)

    def fork(self) -> None:
        """In a forked child: lets go of what is its parent's."""
        self._next.clear()
        self._forking.clear()
