"""A facade of a built-in function."""

from __future__ import annotations

import operator
from collections.abc import Callable

from engine.stage.processes import pickling


class FacadeFunction:
    """Calls `call` and looks like the built-in function `real`.

    A Python function would become a method where a program keeps it in a class (`clock = time.perf_counter`), and
    could not be pickled for a process pool; this is no descriptor, and is pickled as the real function.
    """

    def __init__(self, real: Callable[..., object], call: Callable[..., object]) -> None:
        self._call = call
        self.__wrapped__ = real
        self.__name__: str = getattr(real, "__name__", "")
        self.__qualname__: str = getattr(real, "__qualname__", self.__name__)
        self.__module__: str = getattr(real, "__module__", "") or ""
        self.__doc__ = real.__doc__

    def __call__(self, *args: object, **kwargs: object) -> object:
        return self._call(*args, **kwargs)

    def __repr__(self) -> str:
        return repr(self.__wrapped__)

    def __reduce__(self) -> tuple[object, ...]:
        # Another process has a function of its own, the real one or one that reports.
        return pickling.part(self) or (operator.getitem, ((self.__wrapped__,), 0))

    def __copy__(self) -> FacadeFunction:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> FacadeFunction:
        return self
