"""What the frames of a thread say of its wait: the line of the program, the function that it is in, a facade's wait."""

from __future__ import annotations

import linecache
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import CodeType, FrameType

from engine.protocol.still_facts import WaitCause
from engine.stage.control.program_clock import Clock
from engine.stage.outcome import exception_report

DEEPEST = 200  # frames that are looked through
LONGEST = 40  # characters of a call that are told

_ATTEMPT = Clock.attempt.__code__
_SLEEPS = frozenset((Clock.sleep.__code__, Clock._doze.__code__, Clock.moment.__code__))
_ENGINE = os.path.join(exception_report.OWN, "")
_FORKED = os.path.join("multiprocessing", "process.py")  # what stands below its beginning is its parent's past
_INPUT = "standard_input.py"
_LOOP = "asyncio_module.py"
_OF_THE_STAGE = ("channel.py", "boxes.py", "process_hub.py")  # where its own threads begin
_CAUSES = {  # file of the library, function -> what who is in it waits for; the innermost one counts
    ("frozen", "acquire"): WaitCause.IMPORT,
    ("_base.py", "result"): WaitCause.FUTURE,
    ("_base.py", "exception"): WaitCause.FUTURE,
    ("pool.py", "get"): WaitCause.FUTURE,
    ("pool.py", "wait"): WaitCause.FUTURE,
    ("queue.py", "get"): WaitCause.QUEUE,
    ("queue.py", "put"): WaitCause.QUEUE,
    ("queue.py", "join"): WaitCause.QUEUE,
    ("queues.py", "get"): WaitCause.QUEUE,
    ("threading.py", "join"): WaitCause.THREAD,
    ("threading.py", "_shutdown"): WaitCause.THREAD,
    ("popen_fork.py", "wait"): WaitCause.PROCESS,
    ("subprocess.py", "wait"): WaitCause.PROCESS,
    ("subprocess.py", "communicate"): WaitCause.PROCESS,
}
_IDLE = frozenset((("managers.py", "serve_forever"),))  # servers that look each second whether they should end


@dataclass(frozen=True)
class Stack:
    """What a thread does, by its frames."""

    cause: WaitCause | None = None  # SLEEP ends by itself; None: they do not say
    timed: bool = False  # a facade's wait that has a time-out
    own: bool = False  # a thread of the stage, or a server of a library that only looks whether it should end
    place: int = 0  # of the program's innermost frame
    call: str = ""  # the function that the program has called
    selector: tuple[int, ...] | None = None  # the descriptors that an event loop waits at

    @property
    def is_watched(self) -> bool:
        """Whether a facade has said that it waits."""
        return self.timed or self.selector is not None or self.cause in (WaitCause.WATCHED, WaitCause.SLEEP)


def frames_from(top: FrameType) -> Iterator[FrameType]:
    """A frame and those that called it."""
    frame: FrameType | None = top
    for _ in range(DEEPEST):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def read(top: FrameType, files: Mapping[str, int], main: bool) -> Stack:
    """What a thread does whose innermost frame is `top`; `main`: it is the main thread."""
    cause: WaitCause | None = None
    timed, program, inside, selector, last = False, None, None, None, top
    for frame in frames_from(top):
        last, code = frame, frame.f_code
        if code.co_name == "_bootstrap" and code.co_filename.endswith(_FORKED):
            break
        if code.co_filename in files:
            program = frame
            break
        if code.co_filename.startswith(_ENGINE):
            found = _of_engine(frame, code)
            if found is WaitCause.SLEEP:
                return Stack(found)
            if code is _ATTEMPT:
                timed = timed or found is None
            elif found is WaitCause.LOOP:
                selector = _registered(frame)
            cause = found or cause
        else:
            frozen = code.co_filename.startswith("<frozen")
            called = "frozen" if frozen else os.path.basename(code.co_filename), code.co_name
            if called in _IDLE:
                return Stack(own=True)
            if not frozen:
                inside = frame
            if cause is None:
                cause = _CAUSES.get(called)
    if program is None and not main and os.path.basename(last.f_code.co_filename) in _OF_THE_STAGE and _is_ours(last):
        return Stack(own=True)
    place = 0 if program is None else files[program.f_code.co_filename] | (program.f_lineno or 0)
    return Stack(cause, timed, False, place, _called(program, inside), selector)


def _is_ours(frame: FrameType) -> bool:
    return frame.f_code.co_filename.startswith(_ENGINE)


def _of_engine(frame: FrameType, code: CodeType) -> WaitCause | None:
    """What a frame of the engine says: of `Clock.attempt` None where it has a time-out."""
    if code is _ATTEMPT:
        return WaitCause.WATCHED if frame.f_locals.get("until", 0) is None else None
    if code in _SLEEPS or code.co_filename.endswith(_INPUT):
        return WaitCause.SLEEP
    if code.co_name == "select_" and code.co_filename.endswith(_LOOP):
        return WaitCause.LOOP
    return None


def _registered(frame: FrameType) -> tuple[int, ...] | None:
    """The descriptors that the selector of an event loop looks at, which waits in this frame; None: nobody says."""
    registered = getattr(frame.f_locals.get("waiter"), "get_map", None)
    return None if registered is None else tuple(registered())


def _called(program: FrameType | None, inside: FrameType | None) -> str:
    """The function that the program has called: by its name in a library, or as the program's text has it."""
    if program is None:
        return ""
    text = _call_in_text(program)
    name = "" if inside is None else inside.f_code.co_name
    return text or ("" if name.startswith("<") else name)


def _call_in_text(frame: FrameType) -> str:
    """Such as "os.read": what stands in the text before the brackets; from Python 3.11 on it is known where."""
    positions = getattr(frame.f_code, "co_positions", None)
    if positions is None or frame.f_lasti < 0:
        return ""
    where = next((one for at, one in enumerate(positions()) if at == frame.f_lasti // 2), None)
    if where is None or None in where or where[0] != where[1]:
        return ""
    line, _, begin, end = where
    written = linecache.getline(frame.f_code.co_filename, line).encode()[begin:end].decode("utf-8", "replace")
    name = _before_brackets(written)
    return name if len(name) <= LONGEST and name.replace(".", "").replace("_", "").isalnum() else ""


def _before_brackets(call: str) -> str:
    """The name that is called: "result" of "pool.submit(f).result()"; "" where it is no call."""
    if not call.endswith(")"):
        return ""
    depth = 0
    for at in range(len(call) - 1, -1, -1):
        depth += {")": 1, "(": -1}.get(call[at], 0)
        if not depth:
            return call[:at].rpartition(")")[2].strip().lstrip(".")
    return ""
