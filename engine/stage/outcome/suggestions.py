"""What Python 3.10 to 3.12 add to an error that nobody caught: "Did you mean: 'total'?".

They do so in C, where the interpreter prints it; `traceback` has learnt it in 3.12, and looks at more names than C does
there. This is their way of looking, from Python/suggestions.c of these versions.
"""

from __future__ import annotations

import sys
import traceback
from types import FrameType, TracebackType
from typing import Any

IN_C = (3, 10) <= sys.version_info[:2] <= (3, 12)
MOST_NAMES = 750
LONGEST = 40  # characters
MOVE, CASE = 2, 1  # what it costs to add, drop or replace a letter; and to write it large or small


def add(told: traceback.TracebackException, error: BaseException) -> None:
    """Adds them to what is told of an exception, and of those that led to it."""
    waiting: list[tuple[Any, BaseException | None]] = [(told, error)]
    while waiting:
        one, of = waiting.pop()
        if one is None or of is None:
            continue
        if isinstance(of, (NameError, AttributeError)):
            one._str = f"{of}{_hint(of)}"
        waiting += [(one.__cause__, of.__cause__), (one.__context__, of.__context__)]
        waiting += zip(getattr(one, "exceptions", None) or (), getattr(of, "exceptions", ()))


def _hint(error: BaseException) -> str:
    name, wrong = suggestion(error), getattr(error, "name", None)
    hint = "" if name is None else f". Did you mean: '{name}'?"
    if sys.version_info >= (3, 12) and isinstance(error, NameError) and wrong in sys.stdlib_module_names:
        hint += f"{' Or did' if hint else '. Did'} you forget to import '{wrong}'?"
    return hint


def suggestion(error: BaseException) -> str | None:
    """The name that may be meant, if there is one."""
    wrong = getattr(error, "name", None) if isinstance(error, (NameError, AttributeError)) else None
    if not isinstance(wrong, str):
        return None
    try:
        frame = _innermost(error.__traceback__)
        named = isinstance(error, NameError) and sys.version_info >= (3, 12)
        if named and frame is not None and hasattr(frame.f_locals.get("self"), wrong):
            return f"self.{wrong}"
        places = [dir(error.obj)] if isinstance(error, AttributeError) else _names_seen(frame)
        found = (nearest(wrong, names) for names in places)
        return next((name for name in found if name is not None), None)
    except Exception:  # of the program's own __dir__, or of an error that was made by hand
        return None


def _innermost(trace: TracebackType | None) -> FrameType | None:
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return None if trace is None else trace.tb_frame


def _names_seen(frame: FrameType | None) -> list[list[str]]:
    """The names that a frame sees: its own, the module's, Python's."""
    return [] if frame is None else [[*frame.f_code.co_varnames], [*frame.f_globals], [*frame.f_builtins]]


def nearest(wrong: str, names: list[str]) -> str | None:
    """The first of those names that differ least, if one differs in no more than a third of its letters."""
    if len(names) >= MOST_NAMES or len(wrong.encode()) > LONGEST:
        return None
    best, found = sys.maxsize, None
    for name in names:
        if name == wrong or not isinstance(name, str):
            continue
        most = min((len(wrong.encode()) + len(name.encode()) + 3) * MOVE // 6, best - 1)
        apart = distance(wrong.encode(), name.encode(), most)
        if apart <= most:
            best, found = apart, name
    return found


def distance(one: bytes, other: bytes, most: int) -> int:
    """What it costs to make one name the other; more than `most` where that is so."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    if not one or not other:
        return (len(one) + len(other)) * MOVE
    if max(len(one), len(other)) > LONGEST:
        return most + 1
    if len(other) < len(one):
        one, other = other, one
    if (len(other) - len(one)) * MOVE > most:
        return most + 1
    row = [MOVE * (at + 1) for at in range(len(one))]
    result = 0
    for number, letter in enumerate(other):
        before = result = number * MOVE
        for at, mine in enumerate(one):
            replaced = before + _replacing(letter, mine)
            before = row[at]
            row[at] = result = min(min(result, before) + MOVE, replaced)
        if min(row) > most:
            return most + 1
    return result


def _replacing(one: int, other: int) -> int:
    if one & 31 != other & 31:  # no large and small form of one letter
        return MOVE
    if one == other:
        return 0
    return CASE if chr(one).lower() == chr(other).lower() and one < 128 and other < 128 else MOVE
