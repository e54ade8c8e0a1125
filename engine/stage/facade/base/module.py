"""Facades of a module (some names of its own, everything else the real module's) and of a built-in function."""

from __future__ import annotations

import importlib
import operator
import sys
import types
from collections.abc import Callable, Mapping
from typing import SupportsIndex

from engine.stage import cpython
from engine.stage.processes import pickling


def _show_as(kind: type, real: type) -> None:
    """What says the name of its type, as an error does, says that of the real thing."""
    kind.__name__, kind.__qualname__, kind.__module__ = real.__name__, real.__qualname__, real.__module__


class FacadeModule(types.ModuleType):
    """Looks and behaves like the real module; what the program sets on it stays in the facade."""

    def __init__(self, real: types.ModuleType, own: Mapping[str, object]) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__["_stage_real"] = real
        for name in ("__file__", "__path__", "__package__", "__spec__", "__loader__", "__all__"):
            if hasattr(real, name):
                self.__dict__[name] = getattr(real, name)
        self.__dict__.setdefault("__all__", [name for name in vars(real) if name[0] != "_"])  # for `import *`
        self.__dict__.update(own)

    def __init_subclass__(cls) -> None:
        _show_as(cls, types.ModuleType)

    def __getattr__(self, name: str) -> object:
        real = self.__dict__["_stage_real"]
        try:
            found = getattr(real, name)
        except AttributeError:
            found = sys.modules.get(f"{real.__name__}.{name}")
            if found is None:
                raise
        if not isinstance(found, types.ModuleType) or found.__name__ != f"{real.__name__}.{name}":
            return found
        inside = self.__dict__.get("_stage_inside")  # finds the facade of a module inside this one, if it has one
        return (inside and inside(name)) or found

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """For cloudpickle, which takes modules along with functions; pickle itself refuses them, as outside."""
        if "cloudpickle" not in str(cpython.frame_at(1).f_globals.get("__name__")):
            return self._stage_real.__reduce_ex__(protocol)
        return pickling.part(self) or (importlib.import_module, (self.__name__,))

    def __dir__(self) -> list[str]:
        return sorted(set(dir(self._stage_real)) | set(self.__dict__))


class FacadeFunction:
    """Calls `call` and looks like the built-in function `real`.

    A Python function would become a method where a program keeps it in a class (`clock = time.perf_counter`), and
    could not be pickled for a process pool; this is no descriptor, and is pickled as the real function.
    """

    def __init_subclass__(cls) -> None:
        _show_as(cls, types.BuiltinFunctionType)

    def __new__(cls, real: Callable[..., object], call: Callable[..., object]) -> FacadeFunction:
        del call
        plain = cls is FacadeFunction and isinstance(real, types.FunctionType)
        return super().__new__(_FacadePlainFunction if plain else cls)

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


class _FacadePlainFunction(FacadeFunction):
    """The same in place of a function written in Python."""


_show_as(FacadeModule, types.ModuleType)
_show_as(FacadeFunction, types.BuiltinFunctionType)
_show_as(_FacadePlainFunction, types.FunctionType)
