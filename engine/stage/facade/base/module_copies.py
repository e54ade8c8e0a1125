"""Copies of a library's own code in which some names mean our own: it does what it always did, with our classes."""

from __future__ import annotations

import builtins
import importlib.util
import types
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

if TYPE_CHECKING:
    from importlib.abc import InspectLoader


def module_copy(name: str, imports: Mapping[str, object] | None = None, **names: object) -> Any:
    """The module executed once more, beside the real one. Its names are what its text says, and no type knows them.

    It is given those of `imports` where it imports modules of these names; `names` are set in it afterwards.
    """

    def import_(wanted: str, *args: Any, **kwargs: Any) -> object:
        real = builtins.__import__(wanted, *args, **kwargs)
        return imports.get(wanted, real) if imports is not None else real

    spec = importlib.util.find_spec(name)
    assert spec is not None  # it was imported
    code = cast("InspectLoader", spec.loader).get_code(name)  # an archive's has it, too: an embedded Python is in one
    assert code is not None  # it is Python's
    copy = importlib.util.module_from_spec(spec)
    vars(copy)["__builtins__"] = {**vars(builtins), "__import__": import_}
    exec(code, vars(copy))
    vars(copy).update(names)
    return copy


_Function = TypeVar("_Function", bound=Callable[..., object])


def rebound(function: _Function, space: dict[str, object]) -> _Function:
    """The same function of Python's with other globals."""
    assert isinstance(function, types.FunctionType)
    copy = types.FunctionType(function.__code__, space, function.__name__, function.__defaults__, function.__closure__)
    for name in ("__kwdefaults__", "__doc__", "__qualname__", "__module__", "__annotations__"):
        setattr(copy, name, getattr(function, name))
    return cast("_Function", copy)


def functions_of(real: types.ModuleType, **names: object) -> dict[str, Any]:
    """The globals of a module in which its functions see one another and `names`, and its state is a copy's own."""
    space = dict(vars(real))
    for name, value in vars(real).items():
        if isinstance(value, types.FunctionType) and value.__globals__ is vars(real):
            space[name] = rebound(value, space)
    space.update(names)
    return space
