"""Takes the engine's frames out of tracebacks. It reaches nothing of the engine, and may stand in `sys` to the end."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_attributes: Any = BaseException.__dict__  # of C: what a class of the program's puts in their place is not asked
trace_of, cause_of, context_of = (_attributes[f"__{name}__"].__get__ for name in ("traceback", "cause", "context"))
put_trace = _attributes["__traceback__"].__set__
OWN = __file__[: __file__.rindex("stage")]  # with a separator at its end; a name that is found here begins no other one


def clean(error: BaseException | None) -> None:
    """Takes the engine's frames out of an exception and of those that led to it or are in its group."""
    waiting, seen = [error], set()
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        put_trace(one, without_ours(trace_of(one)))
        waiting += [cause_of(one), context_of(one)]
        try:
            inner = getattr(one, "exceptions", ())  # of an exception group
        except BaseException:  # a property of the program's
            continue
        waiting += [part for part in inner if issubclass(type(part), BaseException)] if isinstance(inner, tuple) else []


def without_ours(trace: TracebackType | None) -> TracebackType | None:
    """The traceback without the engine's frames."""
    frames = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(OWN):
            frames.append((trace.tb_frame, trace.tb_lasti, trace.tb_lineno))
        trace = trace.tb_next
    rest = None
    for frame, instruction, line in reversed(frames):
        rest = TracebackType(rest, frame, instruction, line or 0)
    return rest


class Hook:
    """A hook of `sys` that looks like the real one, and is told of no frame of the engine."""

    def __init__(self, real: Callable[..., object], cleaned: Callable[..., tuple[Any, ...]] = tuple) -> None:
        self.__wrapped__ = real
        self.__name__: str = real.__name__
        self.__qualname__: str = real.__qualname__
        self.__doc__ = real.__doc__
        self._cleaned = cleaned

    def __call__(self, *args: Any) -> object:
        return self.__wrapped__(*self._cleaned(*args))

    def __repr__(self) -> str:
        return repr(self.__wrapped__)


def of_exception(*args: Any) -> tuple[Any, ...]:
    """What sys.excepthook is given. What makes no sense is left as it is: the real one says so."""
    if len(args) != 3 or not issubclass(type(args[1]), BaseException):
        return args
    clean(args[1])
    return (*args[:2], without_ours(args[2]) if isinstance(args[2], TracebackType) else args[2])


def of_unraisable(*args: Any) -> tuple[Any, ...]:
    """What sys.unraisablehook is given."""
    if len(args) != 1 or not isinstance(getattr(args[0], "exc_traceback", None), TracebackType):
        return args
    told = args[0]
    clean(told.exc_value)
    return (type(told)((*told[:2], without_ours(told.exc_traceback), *told[3:])),)


Hook.__name__, Hook.__qualname__, Hook.__module__ = len.__class__.__name__, len.__class__.__name__, "builtins"
