"""A frozen dataclass that costs a start almost nothing, for what crosses the pipe and what the window draws.

Each method that `dataclasses` writes is compiled when the class is made: 0.5 to 0.9 ms a class, and a stage has
some forty before it says anything, a window ninety before its first frame. Here the methods are shared, and the one
that has to be written, `__init__`, is written when the first of its kind is made.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

__all__ = ["lazy_dataclass", "make_init", "values_of"]

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


def make_init(kind: Any, first: list[str]) -> None:
    """Gives a class its `__init__`, which begins with these lines of code: what they set comes first in `__dict__`."""

    def init(self: Any, *args: Any, **more: Any) -> None:
        _write_init(kind, first)
        self.__init__(*args, **more)

    kind.__init__ = init  # the first time; most kinds are never made in one process


def _made(kind: Any, **options: bool) -> Any:
    made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, **options)(kind)
    for one in dataclasses.fields(made):
        if one.default_factory is not dataclasses.MISSING:
            setattr(made, one.name, one.default_factory())  # nobody changes it
    made.__compared__ = tuple(one.name for one in dataclasses.fields(made) if one.compare)
    made.__setattr__ = made.__delattr__ = _refuse
    made.__eq__, made.__hash__, made.__repr__ = _equal, _hash, _repr
    make_init(made, [])
    return made


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
