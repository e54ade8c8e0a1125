"""Copies of a library's own code in which some names mean our own: it does what it always did, with our classes."""

from __future__ import annotations

import importlib.util
import types
from typing import Any


def module_copy(real: types.ModuleType, **names: Any) -> types.ModuleType:
    """The module executed once more, beside the real one; `names` are then set in it."""
    spec = importlib.util.find_spec(real.__name__)
    assert spec is not None  # it was imported
    assert spec.loader is not None
    copy = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(copy)
    vars(copy).update(names)
    return copy


def rebound(function: types.FunctionType, space: dict[str, Any]) -> types.FunctionType:
    """The same function with other globals."""
    copy = types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)
    for name in ("__kwdefaults__", "__doc__", "__qualname__", "__module__", "__annotations__"):
        setattr(copy, name, getattr(function, name))
    return copy


def functions_of(real: types.ModuleType, **names: Any) -> dict[str, Any]:
    """The globals of a module in which its functions see one another and `names`, and its state is a copy's own."""
    space = dict(vars(real))
    for name, value in vars(real).items():
        if isinstance(value, types.FunctionType) and value.__globals__ is vars(real):
            space[name] = rebound(value, space)
    space.update(names)
    return space
