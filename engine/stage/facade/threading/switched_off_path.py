"""The quick way through a Lock that is switched off: a loop that does nothing else must not be slowed by it."""

from __future__ import annotations

import _thread
import time
from types import FrameType

from engine.protocol.records import RECORD, UNKNOWN_VALUE
from engine.stage.facade.threading.switched_lock import LOCK, SwitchedMutex
from engine.stage.run_services import RunServices

_GOT_OFF, _RELEASED_OFF = LOCK.got_off, LOCK.released_off

_perf = time.perf_counter_ns
_get_ident = _thread.get_ident


class SwitchedOffPath:
    """Lets threads of the program through that hold nothing; whoever is unusual goes the slow way."""

    __slots__ = ("_append", "_clock", "_files", "_reporter", "_threads")

    def __init__(self, context: RunServices) -> None:
        self._append = context.channel.records.append
        self._clock = context.clock
        self._reporter = context.reporter
        self._threads = context.reporter.threads
        self._files = context.reporter.files

    def acquire(self, lock: SwitchedMutex, frame: FrameType) -> bool:
        """Lets the calling thread through. False when it has to go the slow way."""
        me = self._threads.get(_get_ident())
        file = self._files.get(frame.f_code.co_filename)
        if me is None or file is None or lock._stage_holder in (me, -me):
            return False
        below = lock._stage_passes.below
        below[me] = below.get(me, 0) + 1
        clock = self._clock
        now = _perf() - clock.origin if clock.plain else clock.moment()
        self._append(RECORD.pack(now, 0, lock._stage_thing, file | (frame.f_lineno or 0), _GOT_OFF + me))
        return True

    def release(self, lock: SwitchedMutex, me: int | None, frame: FrameType) -> bool:
        """Takes back a pass of the calling thread. False when it has to go the slow way."""
        below = lock._stage_passes.below
        passes = below.get(me, 0) if me is not None else 0
        file = self._files.get(frame.f_code.co_filename)
        if me is None or not passes or file is None or lock._stage_holder == -me:
            return False
        if passes == 1:
            del below[me]
        else:
            below[me] = passes - 1
        value = self._reporter.watched() if lock._stage_counted else UNKNOWN_VALUE
        clock = self._clock
        now = _perf() - clock.origin if clock.plain else clock.moment()
        self._append(RECORD.pack(now, value, lock._stage_thing, file | (frame.f_lineno or 0), _RELEASED_OFF + me))
        return True
