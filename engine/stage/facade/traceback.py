"""The facade of `traceback`: what a program prints of an exception is what it prints outside, without our lines."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable

from engine.stage.facade.base.module import FacadeFunction, FacadeModule
from engine.stage.outcome import exception_report
from engine.stage.run_services import RunServices

_CURRENT: dict[str, Callable[..., object]] = {  # of the exception that is being handled, and the same of a given one
    "print_exc": traceback.print_exception,
    "format_exc": traceback.format_exception,
}
_GIVEN = ("print_exception", "format_exception")


def make(context: RunServices) -> FacadeModule:
    """The facade of `traceback`; the classes and what walks over frames are the real ones."""
    del context
    own = {name: _cleaning(getattr(traceback, name)) for name in _GIVEN}
    own.update((name, _of_the_current(getattr(traceback, name), given)) for name, given in _CURRENT.items())
    return FacadeModule(traceback, own)


def _of_the_current(real: Callable[..., object], given: Callable[..., object]) -> FacadeFunction:
    """Up to 3.10 the interpreter keeps the traceback of what is handled beside the exception, and it stays as it is."""

    def call(*args: object, **kwargs: object) -> object:
        error = sys.exc_info()[1]
        if error is None:
            return real(*args, **kwargs)
        exception_report.clean(error)
        told = given(type(error), error, error.__traceback__, *args, **kwargs)
        return "".join(told) if isinstance(told, list) else told

    return FacadeFunction(real, call)


def _cleaning(real: Callable[..., object]) -> FacadeFunction:
    def call(*args: object, **kwargs: object) -> object:
        for error in (*args, *kwargs.values()):
            if isinstance(error, BaseException):
                exception_report.clean(error)
        if len(args) >= 3 and isinstance(args[1], BaseException):
            args = (*args[:2], args[2] and args[1].__traceback__, *args[3:])
        return real(*args, **kwargs)

    return FacadeFunction(real, call)
