"""os.wait and os.waitpid as a program sees them: children are lanes, and waiting for one is seen."""

from __future__ import annotations

import os
from collections.abc import Callable

from engine.protocol.process_messages import EndedNote, ExpectNote, Slot
from engine.protocol.records import Kind, what
from engine.stage import cpython
from engine.stage.facade.base.binding import JOIN
from engine.stage.facade.base.module import FacadeFunction
from engine.stage.run_services import RunServices

_CUT = what(Kind.THREAD_CUT)
_EXCUSED = what(Kind.THREAD_EXCUSED)


def functions(context: RunServices) -> dict[str, FacadeFunction]:
    """Those of them that this system has, by name."""
    waits = _Waits(context)
    own: dict[str, Callable[..., object]] = {"wait": waits.wait, "waitpid": waits.waitpid}
    return {name: FacadeFunction(getattr(os, name), call) for name, call in own.items() if hasattr(os, name)}


def expect_end(context: RunServices, pid: int) -> None:
    """The program ends this process of its own by a signal: that is no accident, and nobody need wait for it."""
    hub = context.hub
    if hub is None or pid <= 0:
        return
    hub.expected.add(pid)  # it may not have said yet who it is
    made = getattr(cpython.process_of(pid), "_stage_slot", None)
    slot = hub.seat_of(pid) if made is None else Slot(*made)
    if slot is not None:
        hub.note(ExpectNote(slot.number, _CUT))
        context.reporter.report(_EXCUSED, slot.lane)


class _Waits:
    """Waiting for forked children."""

    def __init__(self, context: RunServices) -> None:
        self._context = context

    def wait(self, *args: object) -> tuple[int, int]:
        """For whichever ends first."""
        return self._watched(0, os.wait, args)

    def waitpid(self, *args: object) -> tuple[int, int]:
        """For one, or with os.WNOHANG for none."""
        slot = self._seat_of(args[0]) if args and isinstance(args[0], int) else None
        return self._watched(slot.lane if slot is not None and not any(args[1:]) else 0, os.waitpid, args)

    def _watched(self, lane: int, call: Callable[..., tuple[int, int]], args: tuple[object, ...]) -> tuple[int, int]:
        report, hub = self._context.reporter.report, self._context.hub
        if lane:
            report(JOIN.want, lane)
        slot = None
        try:
            pid, status = call(*args)
            slot = self._seat_of(pid)
        finally:
            if lane and slot is None:
                report(JOIN.gave_up, lane)
        if slot is not None and hub is not None:
            if os.WIFSIGNALED(status) or os.WIFEXITED(status):
                code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
                hub.note(EndedNote(slot.number, code))
            report(JOIN.got, slot.lane)
        return pid, status

    def _seat_of(self, pid: int) -> Slot | None:
        """What a child reports under, None for a child that is not watched."""
        hub = self._context.hub
        return None if hub is None or pid <= 0 else hub.seat_of(pid)
