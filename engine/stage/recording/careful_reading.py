"""Reads attributes, items and lengths of the program's objects without running a line of the program."""

from __future__ import annotations

import functools
import math
import sys
import threading
import types
import weakref
from typing import Any, NamedTuple

from engine.protocol.messages import NoWatch

_DICT_OF_CLASS = type.__dict__["__dict__"]
_MRO = type.__dict__["__mro__"]
_NAME_OF_CLASS = type.__dict__["__name__"]


class Gap(NamedTuple):
    """Why there is no value."""

    reason: NoWatch
    detail: str = ""


ABSENT = Gap(NoWatch.ABSENT)
_OF_C = (types.WrapperDescriptorType, types.MethodDescriptorType)
# What may be read of a class: functions, which become methods, and what is made in C.
_SLOTS = (types.MemberDescriptorType, types.GetSetDescriptorType, type(vars(Gap)["reason"]))  # and named tuples'
_PLAIN = (types.FunctionType, *_OF_C, *_SLOTS)
_INDIRECT = (weakref.ProxyType, weakref.CallableProxyType, types.MappingProxyType)  # made in C, yet they hand on
_MISSING = object()
_LONGEST_DETAIL = 60  # characters


def class_name(kind: type) -> str:
    """What a class is called, whatever its own class says."""
    return str(_NAME_OF_CLASS.__get__(kind))[:_LONGEST_DETAIL]


def named_type(value: object) -> str:
    """What the type of a value is called."""
    return class_name(type(value))


def in_class(kind: type, name: str) -> Any:
    """What a class or one above it has under a name, _MISSING when none has."""
    for one in _MRO.__get__(kind):
        found = _DICT_OF_CLASS.__get__(one).get(name, _MISSING)
        if found is not _MISSING:
            return found
    return _MISSING


def has_in_class(kind: type, name: str) -> bool:
    """Whether a class itself holds a value of this name: no slot, property or function."""
    found = in_class(kind, name)
    return found is not _MISSING and in_class(type(found), "__get__") is _MISSING


def attribute(value: Any, name: str) -> Any:
    """An attribute as it is stored, or a Gap. A name with two underscores is looked for as the class wrote it."""
    if not name.startswith("__") or name.endswith("__"):
        return _attribute(value, name)
    kinds = _MRO.__get__(value if issubclass(type(value), type) else type(value))
    tried = (_attribute(value, f"_{class_name(kind).lstrip('_')}{name}") for kind in kinds)
    return next((found for found in tried if found is not ABSENT), ABSENT)


def _attribute(value: Any, name: str) -> Any:
    kind = type(value)
    if kind is types.ModuleType:
        return vars(value).get(name, ABSENT)
    return _of_class(value, name) if issubclass(kind, type) else _of_object(value, kind, name)


def _of_object(value: Any, kind: type, name: str) -> Any:
    if threading.local in _MRO.__get__(kind):
        return Gap(NoWatch.PER_THREAD)
    found = in_class(kind, name)
    if found is not _MISSING and _has_own_code(found):
        return _behind(value, found, name)
    if not _reads_plainly(kind):
        return Gap(NoWatch.OWN_CODE, name)
    try:
        return object.__getattribute__(value, name)
    except AttributeError:
        own = in_class(kind, "__getattr__") is not _MISSING
        return Gap(NoWatch.OWN_CODE, name) if own else ABSENT


def _has_own_code(found: object) -> bool:
    """Whether reading what a class has so would run code: all but plain values, functions, slots and fields of C."""
    kind = type(found)
    return kind not in _PLAIN and in_class(kind, "__get__") is not _MISSING


def _reads_plainly(kind: type) -> bool:
    """Whether attributes are read as Python does by itself, and lie where they usually do."""
    own, where = in_class(kind, "__getattribute__"), in_class(kind, "__dict__")
    return type(own) in _OF_C and (where is _MISSING or type(where) is types.GetSetDescriptorType)


def _behind(value: Any, found: object, name: str) -> Any:
    """What a property has stored where that is known, as in multiprocessing's own; else why it is not called."""
    kept = dictionary(value)
    if kept is not None:
        if issubclass(type(found), functools.cached_property) and name in kept:  # it was asked for before
            return kept[name]
        shared = sys.modules.get("multiprocessing.sharedctypes")
        if shared is not None and name == "value" and shared.Synchronized in _MRO.__get__(type(value)):
            return _attribute(kept.get("_obj"), name)
    return Gap(NoWatch.OWN_CODE, name)


def _of_class(kind: type, name: str) -> Any:
    found = in_class(kind, name)
    if found is _MISSING or type(found) in _SLOTS:  # its objects have it
        return ABSENT
    if in_class(type(found), "__get__") is not _MISSING:
        return Gap(NoWatch.OWN_CODE, name) if _has_own_code(found) else Gap(NoWatch.NO_NUMBER, named_type(found))
    return found


def item(value: Any, key: Any) -> Any:
    """An item of a container, or a Gap."""
    kind = type(value)
    try:
        if issubclass(kind, dict) and type(in_class(kind, "__getitem__")) in _OF_C:
            return dict.get(value, key, ABSENT)  # which makes no default
        get = in_class(kind, "__getitem__")
        if get is _MISSING:
            return Gap(NoWatch.NO_NUMBER, named_type(value))
        if type(get) not in _OF_C or issubclass(kind, _INDIRECT):
            return Gap(NoWatch.OWN_CODE, "__getitem__")
        return get(value, key)
    except Exception:  # no such item, or none that this key can mean
        return ABSENT


def length(value: Any) -> Any:
    """The length of a container, or a Gap."""
    kind = type(value)
    measure = in_class(kind, "__len__")
    if measure is _MISSING:
        return Gap(NoWatch.NO_NUMBER, named_type(value))
    if type(measure) not in _OF_C or issubclass(kind, _INDIRECT):
        return Gap(NoWatch.OWN_CODE, "__len__")
    try:
        return measure(value)
    except Exception:  # what C raises, such as for a buffer that was let go
        return ABSENT


def number(value: Any) -> int | float | Gap:
    """A whole number of 64 bits or a finite float, or why there is none."""
    kind = type(value)
    if kind is Gap:
        return value  # type: ignore[no-any-return]
    if kind is not int and kind is not float:
        value = _as_number(value)
    if type(value) is int:
        if -(2**63) < value < 2**63:
            return value
        try:
            return float(value)
        except OverflowError:
            return Gap(NoWatch.TOO_LARGE)
    if type(value) is float and not math.isfinite(value):
        return Gap(NoWatch.NOT_FINITE, repr(value))
    return value  # type: ignore[no-any-return]


def _as_number(value: Any) -> Any:
    """Numbers of other types, as far as C makes them of them."""
    kind = type(value)
    if issubclass(kind, int):
        return int.__int__(value)
    if issubclass(kind, float):
        return float.__float__(value)
    for method in ("__index__", "__float__"):
        make = in_class(kind, method)
        if type(make) in _OF_C and not issubclass(kind, _INDIRECT):
            try:
                made = make(value)
            except Exception:  # an array of several
                break
            return made if type(made) in (int, float) else Gap(NoWatch.NO_NUMBER, named_type(value))
    if kind is not str and kind is not bytes and type(length(value)) is int:
        return Gap(NoWatch.CONTAINER, named_type(value))
    return Gap(NoWatch.NO_NUMBER, named_type(value))


def stored(value: Any, name: str) -> bool:
    """Whether an object has an attribute of its own in its dictionary, beside what its class has."""
    return name in (dictionary(value) or ())


def dictionary(value: Any) -> dict[str, Any] | None:
    """Where an object keeps its attributes as Python does by itself; None where it does not."""
    where = in_class(type(value), "__dict__")
    kept = where.__get__(value) if type(where) is types.GetSetDescriptorType else None
    return kept if type(kept) is dict else None
