"""Which lock a thread waits for in a library's code, and which thread has that lock, from their frames alone.

No line of the program or of a library runs for it: names are looked up as `careful_reading` does.
"""

from __future__ import annotations

import _thread
import ast
import re
import threading
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import NamedTuple

from engine.stage import cpython
from engine.stage.hidden_locks.function_text import FunctionText, Taken, read
from engine.stage.recording.careful_reading import Gap, attribute, class_name, item

DEEPEST = 60  # frames of one thread that are looked through
MOST = 200  # threads that are looked through for one that has a lock
IMPORTING = "importlib"  # whose lock it is
_OWNER = re.compile(r"owner=(\d+)")
_RLOCK = type(threading.RLock())
_ABSENT = object()


class Wanted(NamedTuple):
    """A lock that a thread waits for."""

    lock: object
    library: str  # such as "logging"
    of: str  # the class of the object that has it, such as "StreamHandler"; "": it is a name of a module
    name: str  # such as "lock"
    owner: int  # identity of the thread that has it, 0: nobody knows


class Texts:
    """What functions say of locks, each read once."""

    def __init__(self) -> None:
        self._read: dict[CodeType, FunctionText] = {}

    def of(self, code: CodeType) -> FunctionText:
        """What a function's text says."""
        found = self._read.get(code)
        if found is None:
            found = self._read[code] = read(code)
        return found


def wanted(ident: int, frames: Mapping[int, FrameType], texts: Texts) -> Wanted | None:
    """The lock that a thread waits for in its innermost frame, None where it does not seem to wait for one."""
    frame = frames[ident]
    if frame.f_code.co_filename == cpython.IMPORT_CODE:
        return _of_import(frame)
    library = str(frame.f_globals.get("__name__", "")).partition(".")[0]
    for expression in texts.of(frame.f_code).taken_at(frame.f_lineno or 0):
        lock = _lock_in(value_of(expression, frame))
        if lock is None:
            continue
        owner = _owner(lock)
        if owner is None:
            owner = _holding(lock, ident, frames, texts)
        if owner and owner != ident:
            return Wanted(lock, library, *_called(expression, frame), owner)
    return None


def _of_import(frame: FrameType) -> Wanted | None:
    """A thread waits for another one that imports a module."""
    lock = frame.f_locals.get("self")
    if type(lock) is not cpython.ModuleLock:
        return None
    owner, name = attribute(lock, "owner"), attribute(lock, "name")
    if type(owner) is not int or not owner or type(name) is not str:
        return None
    return Wanted(lock, IMPORTING, "", name, owner)


def value_of(expression: ast.expr, frame: FrameType) -> object:
    """What an expression means in a frame, _ABSENT where that cannot be said without running anything."""
    if isinstance(expression, ast.Name):
        found = frame.f_locals.get(expression.id, _ABSENT)
        return frame.f_globals.get(expression.id, _ABSENT) if found is _ABSENT else found
    if isinstance(expression, ast.Constant):
        return expression.value
    if isinstance(expression, ast.Attribute):
        whole = value_of(expression.value, frame)
        return _ABSENT if whole is _ABSENT else _known(attribute(whole, expression.attr))
    if isinstance(expression, ast.Subscript):
        whole, key = value_of(expression.value, frame), value_of(expression.slice, frame)
        return _ABSENT if whole is _ABSENT or key is _ABSENT else _known(item(whole, key))
    return _ABSENT


def _known(found: object) -> object:
    return _ABSENT if type(found) is Gap else found


def _lock_in(value: object) -> object:
    """The real lock that a value is or, as a Condition, has; None where there is none."""
    if type(value) is threading.Condition:
        value = vars(value).get("_lock")
    return value if type(value) in (_thread.LockType, _RLOCK) else None


def _owner(lock: object) -> int | None:
    """Identity of the thread that has it, 0 for nobody; None where a lock does not know."""
    if type(lock) is _RLOCK:
        found = _OWNER.search(repr(lock))
        return int(found.group(1)) if found else 0
    return None if isinstance(lock, _thread.LockType) and lock.locked() else 0


def _holding(lock: object, waits: int, frames: Mapping[int, FrameType], texts: Texts) -> int:
    """The only thread whose code says that it has taken a lock and not given it back; 0: none or several."""
    if len(frames) > MOST:
        return 0
    found = {
        ident
        for ident, top in frames.items()
        for frame in _up(top)
        if any(_lock_in(value_of(one, frame)) is lock for one in texts.of(frame.f_code).had_at(frame.f_lineno or 0))
    }
    return found.pop() if len(found) == 1 and waits not in found else 0


def _up(frame: FrameType | None) -> Iterator[FrameType]:
    left = DEEPEST
    while frame is not None and left:
        yield frame
        frame = frame.f_back
        left -= 1


def _called(expression: Taken, frame: FrameType) -> tuple[str, str]:
    """The class of the object that has a lock, and what it is called there."""
    if isinstance(expression, ast.Attribute):
        whole = value_of(expression.value, frame)
        return "" if isinstance(whole, type(ast)) else class_name(type(whole)), expression.attr
    return "", expression.id if isinstance(expression, ast.Name) else ast.unparse(expression)
