"""What an exception is, whatever its class has made of its attributes: Python's own functions are asked."""

from __future__ import annotations

from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any

from engine.stage.outcome import own_frames

DEEPEST = 100_000  # frames of a traceback that are looked through

_of_type: Any = type.__dict__
_name, _qualname, _module = (_of_type[name].__get__ for name in ("__name__", "__qualname__", "__module__"))
_of_error: Any = BaseException.__dict__
_args, _quiet = (_of_error[name].__get__ for name in ("args", "__suppress_context__"))


def name_of(kind: type) -> str:
    """Such as "ValueError"."""
    return str(_name(kind))


def full_name(kind: type) -> tuple[str, str]:
    """The module of a class and its name there."""
    module = _module(kind)
    return module if type(module) is str else "", str(_qualname(kind))


def trace_of(error: BaseException) -> TracebackType | None:
    """Where it was raised and what it passed."""
    found: TracebackType | None = own_frames.trace_of(error)
    return found


def args_of(error: BaseException) -> tuple[object, ...]:
    """What it was made with."""
    found: tuple[object, ...] = _args(error)
    return found


def led_to(error: BaseException) -> tuple[BaseException | None, BaseException | None]:
    """Its cause, and what was being handled where that is told."""
    return own_frames.cause_of(error), None if _quiet(error) else own_frames.context_of(error)


def frames_of(error: BaseException) -> Iterator[tuple[FrameType, int]]:
    """The frames that it passed, the outermost first, with their lines."""
    trace = trace_of(error)
    for _ in range(DEEPEST):
        if trace is None:
            return
        yield trace.tb_frame, trace.tb_lineno or 0
        trace = trace.tb_next


def text_of(error: BaseException) -> str:
    """A traceback as Python prints it, without the lines' text and the frames of the engine."""
    lines = [
        f'  File "{frame.f_code.co_filename}", line {line}, in {frame.f_code.co_name}\n'
        for frame, line in frames_of(error)
        if not frame.f_code.co_filename.startswith(own_frames.OWN)
    ]
    module, name = full_name(type(error))
    named = name if module in ("builtins", "__main__", "") else f"{module}.{name}"
    said = message_of(error)
    end = f"{named}: <exception str() failed>" if said is None else f"{named}: {said}" if said else named
    return "".join(["Traceback (most recent call last):\n" if lines else "", *lines, f"{end}\n"])


def message_of(error: BaseException) -> str | None:
    """What it says by its own function, None where that fails, by whatever it raises."""
    try:
        return str.__str__(str(error))
    except BaseException:
        return None
