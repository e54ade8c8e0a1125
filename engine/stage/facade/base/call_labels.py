"""What a call is named: the function and its arguments in a few words. No code of the program runs for it."""

from __future__ import annotations

import decimal
import enum
import fractions
import functools
import itertools
import numbers
import os
import types
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

_Item = TypeVar("_Item")

LONGEST = 40  # characters of a name
HALF = LONGEST // 2
ITEMS = 3  # of a list, a dictionary ... that are shown
DEEPEST = 2  # lists within lists that are shown
LARGEST = 10**12  # whole numbers beyond it are not written out
MORE = "\N{HORIZONTAL ELLIPSIS}"

_PLAIN = frozenset({type(None), bool, float, complex, range, type(...)})
_AS_TEXT = frozenset({date, datetime, time, timedelta, decimal.Decimal, fractions.Fraction, uuid.UUID})
_CONSTANTS = frozenset({str, int, float, bool, type(None)})
_FUNCTIONS = (types.FunctionType, types.BuiltinFunctionType, types.MethodType, type, types.ModuleType)


def name_of(function: object, args: Sequence[object] = (), kwargs: Mapping[str, object] | None = None) -> str:
    """Such as "root(10)", at most LONGEST characters. Never raises."""
    try:
        while type(function) is functools.partial:
            args = (*function.args, *args)
            kwargs = {**function.keywords, **(kwargs or {})}
            function = function.func
        words = [_tried(value) for value in args[:ITEMS]]
        words += [f"{key}={_tried(value)}" for key, value in list((kwargs or {}).items())[:ITEMS]]
        if len(args) > ITEMS or len(kwargs or {}) > ITEMS:
            words.append(MORE)
        return _fitting(_function_name(function), ", ".join(words))
    except Exception:  # of a class with tricks of its own
        return _fitting(type(function).__name__, MORE)


def place_of(function: object, files: Mapping[str, int]) -> int:
    """Where a function of the program begins; 0 for any other. `files`: those of the program."""
    while type(function) is functools.partial:
        function = function.func
    code: object = getattr(getattr(function, "__func__", function), "__code__", None)
    if type(code) is not types.CodeType:
        return 0
    file = files.get(code.co_filename)
    return 0 if file is None else file | code.co_firstlineno


def written_as(function: object, files: Collection[str], args: object = (), kwargs: object = None) -> str:
    """A function of the program as its text has it, such as "work" or "Job.run"; "" for any other.

    With what it is given where that is nothing but numbers and short texts: "get('config')".
    """
    while type(function) is functools.partial:
        function, args = function.func, None
    function = getattr(function, "__func__", function)
    code, name = getattr(function, "__code__", None), getattr(function, "__qualname__", None)
    wrapped = getattr(function, "__wrapped__", None)
    if type(code) is types.CodeType and code.co_filename not in files and wrapped is not None:
        code = getattr(wrapped, "__code__", None)
    if type(code) is not types.CodeType or type(name) is not str or code.co_filename not in files:
        return ""
    name = name.rpartition(".<locals>.")[2]
    given = args if isinstance(args, (tuple, list)) and not kwargs else ()
    words = ", ".join(map(repr, given)) if all(type(one) in _CONSTANTS for one in given) else ""
    return f"{name}({words})" if words and len(words) <= LONGEST else name


def _function_name(function: object) -> str:
    name = getattr(function, "__name__", None)
    return name if isinstance(name, str) else type(function).__name__


def _fitting(name: str, words: str) -> str:
    name = name if len(name) <= HALF else f"{name[: HALF - 1]}{MORE}"
    room = LONGEST - len(name) - 2
    return f"{name}({words if len(words) <= room else words[: room - 1] + MORE})"


def _tried(value: object) -> str:
    """The same, also for a class with tricks of its own and for what another thread changes meanwhile."""
    try:
        return brief(value)
    except Exception:
        return type(value).__name__


def brief(value: object, depth: int = DEEPEST) -> str:
    """A few characters for a value.

    `repr` would run code of the program (which may print, wait for a lock or take long), and that of a table writes
    out the table: only types that are known to be quick are asked, of all others the type's name is told.
    `reprlib` goes by the name of a type, which a program may give to its own, and sorts what is in a set.
    """
    kind = type(value)
    if kind in _PLAIN:
        return repr(value)
    if kind in _AS_TEXT or (kind.__module__ == "numpy" and isinstance(value, numbers.Number)):
        return str(value)
    words = _WORDS.get(kind)
    return words(value, depth) if words is not None else _other(value, depth)


def _within(left: str, right: str) -> Callable[[Collection[object], int], str]:
    def words(value: Collection[object], depth: int) -> str:
        return left + _several([brief(item, depth - 1) for item in _first(value, depth)], len(value)) + right

    return words


def _mapping(value: dict[object, object], depth: int) -> str:
    pairs = [f"{brief(key, 0)}: {brief(value[key], depth - 1)}" for key in _first(value, depth)]
    return "{" + _several(pairs, len(value)) + "}"


_WORDS: dict[object, Callable[[Any, int], str]] = {
    int: lambda value, _depth: repr(value) if -LARGEST < value < LARGEST else f"int{MORE}",
    str: lambda value, _depth: repr(value if len(value) <= HALF else value[: HALF - 1] + MORE),
    bytes: lambda value, _depth: repr(value) if len(value) <= HALF else f"{value[: HALF - 1]!r}{MORE}",
    list: _within("[", "]"),
    tuple: lambda value, depth: _within("(", ",)" if len(value) == 1 else ")")(value, depth),
    set: _within("{", "}"),
    frozenset: _within("{", "}"),
    dict: _mapping,
}


def _other(value: object, depth: int) -> str:
    kind = type(value)
    if isinstance(value, _FUNCTIONS):
        return _function_name(value)
    if isinstance(value, enum.Enum):
        return f"{kind.__name__}.{value._name_}"
    if isinstance(value, os.PathLike) and kind.__module__.partition(".")[0] == "pathlib":
        return repr(os.path.basename(os.fspath(value)) or os.fspath(value))
    return f"{kind.__name__}{_fields(value, depth)}"


def _fields(value: object, depth: int) -> str:
    """What a named tuple or an object of a dataclass holds, in brackets; of any other object nothing."""
    kind = type(value)
    if isinstance(value, tuple) and "_fields" in vars(kind):
        return _within("(", ")")(value, depth)
    names = getattr(kind, "__dataclass_fields__", None)
    own = getattr(value, "__dict__", None)
    if type(names) is not dict or type(own) is not dict or depth <= 0:
        return ""
    shown = [brief(own[name], depth - 1) for name in list(names)[:ITEMS] if name in own]
    return f"({_several(shown, len(names))})"


def _first(values: Iterable[_Item], depth: int) -> list[_Item]:
    """The items that are shown; those of a subclass of tuple are taken as of a tuple."""
    if depth <= 0:
        return []
    items = tuple.__iter__(values) if isinstance(values, tuple) else iter(values)
    return list(itertools.islice(items, ITEMS))


def _several(words: list[str], count: int) -> str:
    return ", ".join([*words, MORE] if count > len(words) else words)
