"""A facade of a module: some names of its own, everything else the real module's."""

from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Mapping
from typing import SupportsIndex

from engine.stage import cpython
from engine.stage.processes import pickling


def _nothing(name: str) -> None:
    """No module inside has a facade."""
    del name


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
        inside = self.__dict__.get("_stage_inside", _nothing)(name)  # a module inside this one
        return found if inside is None else inside

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[object, ...]:
        """For cloudpickle, which takes modules along with functions; pickle itself refuses them, as outside."""
        if "cloudpickle" not in str(cpython.frame_at(1).f_globals.get("__name__")):
            return self._stage_real.__reduce_ex__(protocol)
        return pickling.part(self) or (importlib.import_module, (self.__name__,))

    def __dir__(self) -> list[str]:
        return sorted(set(dir(self._stage_real)) | set(self.__dict__))
