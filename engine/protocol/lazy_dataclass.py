"""A frozen dataclass that costs a start almost nothing, for what crosses the pipe and what the window draws.

Each method that `dataclasses` writes is compiled when the class is made: 0.5 to 0.9 ms a class, and a stage has
some forty before it says anything, a window two hundred before its first frame. Here the methods are shared, the one
that has to be written, `__init__`, is written when some of a class were made, and fields are found when somebody asks.
"""

from __future__ import annotations

import dataclasses
import sys
import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

__all__ = ["lazy_dataclass", "make_init", "shortened", "values_of"]

FEW = 3  # instances of a class that are made without an `__init__` of its own

if TYPE_CHECKING:
    from dataclasses import dataclass as lazy_dataclass
else:

    def lazy_dataclass(frozen, kw_only=False):
        """As `dataclasses.dataclass`; always frozen, and what a default factory makes is shared by all instances."""
        assert frozen
        return _keyword_only if kw_only else _made


def values_of(instance: Any) -> dict[str, Any]:
    """The fields and their values; `__dict__` has no field that is as by default."""
    return {name: getattr(instance, name) for name in instance.__dataclass_fields__}


def shortened(value: Any, longest: int) -> Any:
    """The same with texts of so many characters at most, without their middles; and of a sequence its beginning."""
    if type(value) is str and len(value) > longest:
        return f"{value[: longest // 2]} ... {value[len(value) - longest // 2 :]}"
    if isinstance(value, tuple):
        return tuple([shortened(one, longest) for one in value[: longest // 16]])
    if isinstance(value, Mapping):
        some = list(value.items())[: longest // 16]
        return {shortened(name, longest // 16): shortened(one, longest // 16) for name, one in some}
    if hasattr(value, "__dataclass_fields__"):
        return dataclasses.replace(value, **{n: shortened(one, longest) for n, one in values_of(value).items()})
    return value


def make_init(kind: Any, first: list[str]) -> None:
    """Gives a class its `__init__`, which begins with these lines of code: what they set comes first in `__dict__`.

    It is written when the class turns out to be made often: to compile it takes as long as to make 200 instances.
    """
    made = 0

    def init(self: Any, *args: Any, **more: Any) -> None:
        nonlocal made
        made += 1
        if first or made > FEW or not _set(self, kind, args, more):
            _write_init(kind, first)
            self.__init__(*args, **more)

    kind.__init__ = init


def _set(instance: Any, kind: Any, args: tuple[Any, ...], more: dict[str, Any]) -> bool:
    """Sets the fields of an instance; False where that is for the written `__init__`, which says what is wrong."""
    known = dataclasses.fields(kind)
    if args and any(getattr(one, "kw_only", False) for one in known):
        return False
    names = [one.name for one in known]
    given = dict(zip(names, args))
    if len(args) > len(names) or any(name in given or name not in names for name in more):
        return False
    given.update(more)
    if not all(name in given or hasattr(kind, name) for name in names):
        return False
    fields = instance.__dict__
    for name in names:
        if name in given and not (hasattr(kind, name) and given[name] is getattr(kind, name)):
            fields[name] = given[name]
    return True


class _Later:
    """Something about a class that is worked out when it is asked for: most classes are never made in one process."""

    def __init__(self, kind: Any, name: str, options: dict[str, bool]) -> None:
        self._kind, self._name, self._options = kind, name, options

    def __get__(self, _instance: object, _owner: object) -> Any:
        _work_out(self._kind, self._options)
        return vars(self._kind)[self._name]


def _made(kind: Any, **options: bool) -> Any:
    kind.__setattr__ = kind.__delattr__ = _refuse
    kind.__eq__, kind.__hash__, kind.__repr__ = _equal, _hash, _repr
    make_init(kind, [])
    if any(isinstance(one, dataclasses.Field) for one in vars(kind).values()):
        _work_out(kind, options)  # their defaults are attributes of the class
    else:
        for name in ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__compared__"):
            setattr(kind, name, _Later(kind, name, options))
    return kind


def _work_out(kind: Any, options: dict[str, bool]) -> None:
    """Lets the library find the fields. Two threads may do so at once: they find the same."""
    if sys.version_info >= (3, 10):
        options = {**options, "match_args": False}  # the library leaves what is there as it is
    needed = {"dataclasses": dataclasses, kind.__module__: types.ModuleType(kind.__module__)}
    lacking = {name: module for name, module in needed.items() if name not in sys.modules}
    sys.modules.update(lacking)  # a program on the stage may clear them
    dataclasses.dataclass(init=False, repr=False, eq=False, **options)(kind)
    for name in lacking:
        del sys.modules[name]
    known = dataclasses.fields(kind)
    for one in known:
        if one.default_factory is not dataclasses.MISSING:
            setattr(kind, one.name, one.default_factory())  # nobody changes it
    positional = tuple(one.name for one in known if not getattr(one, "kw_only", False))
    compared = tuple(one.name for one in known if one.compare)
    for name, worked_out in (("__match_args__", positional), ("__compared__", compared)):
        setattr(kind, name, worked_out)


def _keyword_only(kind: Any) -> Any:
    return _made(kind, kw_only=True)


def _refuse(self: Any, name: str, *_: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot change {name} of {self!r}")


def _compared(self: Any) -> tuple[Any, ...]:
    return tuple([getattr(self, name) for name in self.__compared__])


def _equal(self: Any, other: object) -> bool:
    return type(other) is type(self) and _compared(self) == _compared(other)


def _hash(self: Any) -> int:
    return hash(_compared(self))


def _repr(self: Any) -> str:
    return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values_of(self).items())})"


def _write_init(kind: type, first: list[str]) -> None:
    """As a frozen dataclass sets its fields, an instance costs three times what a dict does."""
    space: dict[str, Any] = {}
    positional: list[str] = ["self"]
    named: list[str] = []
    lines = ["    fields = self.__dict__", *first]
    for one in dataclasses.fields(kind):
        parameters = named if getattr(one, "kw_only", False) else positional
        if hasattr(kind, one.name):
            space[f"default_{one.name}"] = getattr(kind, one.name)
            parameters.append(f"{one.name}=default_{one.name}")
            lines.append(f"    if {one.name} is not default_{one.name}: fields[{one.name!r}] = {one.name}")
        else:
            parameters.append(one.name)
            lines.append(f"    fields[{one.name!r}] = {one.name}")
    signature = ", ".join([*positional, *(["*", *named] if named else [])])
    exec("\n".join([f"def __init__({signature}):", *lines]), space)
    kind.__init__ = space["__init__"]  # type: ignore[misc]  # with the parameters that mypy knows
