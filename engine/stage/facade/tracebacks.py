"""The facade of `traceback`: what a program prints of an exception holds its own lines, none of the engine's."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from typing import Any

from engine.stage import death
from engine.stage.context import Context
from engine.stage.facade.function import FacadeFunction
from engine.stage.facade.module import FacadeModule

_CURRENT = ("print_exc", "format_exc")  # of the exception that is being handled
_GIVEN = ("print_exception", "format_exception")


def make(context: Context) -> FacadeModule:
    """The facade of `traceback`; the classes and what walks over frames are the real ones."""
    del context
    return FacadeModule(traceback, {name: _cleaning(getattr(traceback, name)) for name in (*_CURRENT, *_GIVEN)})


def _cleaning(real: Callable[..., Any]) -> FacadeFunction:
    def call(*args: Any, **kwargs: Any) -> Any:
        for error in (sys.exc_info()[1], *args, *kwargs.values()):
            if isinstance(error, BaseException):
                death.clean(error)
        if len(args) >= 3 and isinstance(args[1], BaseException):
            args = (*args[:2], args[2] and args[1].__traceback__, *args[3:])
        return real(*args, **kwargs)

    return FacadeFunction(real, call)
