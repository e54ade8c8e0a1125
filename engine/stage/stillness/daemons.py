"""Daemons that the end of the program cuts off: whether they had nothing to do, and waited to be asked or told."""

from __future__ import annotations

import enum
import linecache
import os
import re
import stat
import time
from collections.abc import Collection, Mapping
from types import FrameType

from engine.stage import cpython
from engine.stage.stillness import stacks

_LOOP = ("asyncio_module.py", "select_")  # of a facade: a loop waits; `timeout` is None where it has no timer
_SERVER = (("selectors.py", "select"), ("socketserver.py", "serve_forever"))  # the first, called by the second
_WAITS = frozenset((  # what a line of the program calls
    ("selectors.py", "select"), ("connection.py", "accept"), ("signal.py", "sigwait"), ("files.py", "read"),
))  # fmt: skip
_TAKES = frozenset((("connection.py", "recv"), ("connection.py", "recv_bytes")))
_READS = "file_objects.py"  # of a facade
_FUNCTION = "module.py"  # of a facade: between a line and the function that it calls
_SOCKETS = "sockets.py"  # of a facade, whose records say what it waits for
_IN_C = re.compile(r"\b(?:select|poll|epoll|kqueue|control|sigwaitinfo|sigtimedwait|pause)\(")
_ASKS = frozenset(("send", "send_bytes"))  # who does this, too, may wait for an answer


LONGEST = 0.02  # real seconds for which one is looked at that does something: who has just answered waits again soon
BETWEEN = 0.002  # real seconds between two looks


class Rest(enum.Enum):
    """What is known of a thread by its frames."""

    IDLE = enum.auto()  # it waits for what somebody may or may not send
    WATCHED = enum.auto()  # it waits in what is watched: the records say for what
    ASKS = enum.auto()  # it is at a watched socket, perhaps for a moment
    NONE = enum.auto()  # it does something, which may be over in a moment


def idle(idents: Collection[int], files: Mapping[str, int]) -> frozenset[int]:
    """Those of the threads, by identity, that wait for what somebody may or may not send; `files`: the program's own.

    Where only a watched socket or queue tells it, the records have it.
    """
    if not idents:
        return frozenset()
    passing, deadline = {Rest.NONE, Rest.ASKS}, time.monotonic() + LONGEST
    while True:
        frames = cpython.frames_of_threads()
        rests = {ident: rest_of(top, files) for ident, top in frames.items() if ident in idents}
        del frames
        if passing.isdisjoint(rests.values()) or time.monotonic() > deadline:
            return frozenset(ident for ident, rest in rests.items() if rest is Rest.IDLE)
        passing = {Rest.NONE}
        time.sleep(BETWEEN)


def rest_of(top: FrameType, files: Mapping[str, int]) -> Rest:
    """What the thread with this innermost frame does; `files`: the program's own."""
    called: tuple[str, str] | None = None  # by the frame that is looked at; None: a function of C
    for frame in stacks.frames_from(top):
        if frame.f_code.co_filename in files:
            if _waits(frame, called):
                return Rest.IDLE
            break
        if os.path.basename(frame.f_code.co_filename) == _FUNCTION:
            continue
        inner, called = called, (os.path.basename(frame.f_code.co_filename), frame.f_code.co_name)
        if called == _LOOP:
            return Rest.IDLE if frame.f_locals.get("timeout", 0) is None else Rest.WATCHED
        if (inner, called) == _SERVER:
            return Rest.IDLE
        if called[0] == _SOCKETS:
            return Rest.ASKS
        if called[0] == _READS and "self" in frame.f_locals:
            return Rest.IDLE if _is_no_file(frame.f_locals["self"]) else Rest.NONE
    return Rest.WATCHED if stacks.read(top, files, False).is_watched else Rest.NONE


def _waits(program: FrameType, called: tuple[str, str] | None) -> bool:
    """Of the program's own frame, and what that has called."""
    if called is None:
        return bool(_IN_C.search(linecache.getline(program.f_code.co_filename, program.f_lineno or 0)))
    return called in _WAITS or (called in _TAKES and _ASKS.isdisjoint(program.f_code.co_names))


def _is_no_file(file: object) -> bool:
    """Whether what is read is a pipe, a socket or a terminal, where one waits until somebody writes."""
    try:
        mode = os.fstat(file.fileno()).st_mode  # type: ignore[attr-defined]  # it is a file of a facade
    except (AttributeError, OSError, ValueError):
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or stat.S_ISBLK(mode))
