"""Reads programs for the window: `python engine/checking/server.py`, a text a line of JSON in, what it says out.

Standard library alone, and Python 3.9: what is allowed in a program is what the chosen Python says.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from typing import Any, Callable

_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
_IS_CLONE = os.path.exists(os.path.join(_ROOT, "main.py"))  # an installed program writes nothing beside itself
NAME = "<program>"
_UNREADABLE = (ValueError, RecursionError, MemoryError, OverflowError, SystemError)  # beside SyntaxError


def _die_with_parent() -> None:
    """On Linux the kernel ends this process when the window's ends, however that happens."""
    if sys.platform != "linux":
        return
    try:
        import ctypes  # noqa: PLC0415  # only here, only on Linux

        ctypes.CDLL(None).prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
    except (OSError, AttributeError, ImportError):
        pass  # without it this process still ends when nobody asks any more


def _problem(kind: str, message: str, line: int, *rest: int) -> dict[str, Any]:
    column, end_line, end_column = rest or (0, 0, 0)
    return {
        "kind": kind,
        "message": message,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
    }


def syntax(text: str) -> list[dict[str, Any]]:
    """The error that keeps Python from reading the text, or what it warns of."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            compile(text, NAME, "exec", dont_inherit=True)
        except SyntaxError as error:
            return [_of_error(error)]
        except _UNREADABLE as error:
            return [_problem("error", str(error) or type(error).__name__, 0)]
    seen = {}
    for one in warned:
        if one.filename == NAME and issubclass(one.category, (SyntaxWarning, DeprecationWarning)):
            seen[one.lineno, str(one.message)] = _problem("warning", str(one.message), one.lineno)
    return list(seen.values())


def _of_error(error: SyntaxError) -> dict[str, Any]:
    """Columns count characters from 0; Python before 3.10 does not say where the place ends."""
    line, column = error.lineno or 0, max(0, (error.offset or 1) - 1)
    end_line = getattr(error, "end_lineno", None) or 0
    end_column = max(0, (getattr(error, "end_offset", None) or 0) - 1)
    end_line, end_column = max((line, column), (end_line, end_column))
    return _problem("error", error.msg or type(error).__name__, line, column, end_line, end_column)


CHECKS: tuple[Callable[[str], list[dict[str, Any]]], ...] = (syntax,)  # what reads a text for what may be wrong in it


def answer(text: str) -> dict[str, Any]:
    """What is wrong in a text, and its knobs and switches; None for these where the text cannot be read."""
    from engine.protocol import program_text  # noqa: PLC0415  # once our folder is on the path

    found = [one for check in CHECKS for one in check(text)]
    if any(one["kind"] == "error" for one in found):
        return {"problems": found, "knobs": None, "switches": None}
    try:
        knobs = [
            [one.name, one.default, one.line, one.low, one.high, list(one.choices), one.unit, one.note]
            for one in program_text.knobs(text)
        ]
        switches = [[one.name, one.type, one.line] for one in program_text.switches(text)]
    except _UNREADABLE:
        return {"problems": found, "knobs": None, "switches": None}
    return {"problems": found, "knobs": knobs, "switches": switches}


def main() -> None:
    """Serves until nobody asks any more."""
    asked, said = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what C code prints is no answer
    _die_with_parent()
    if hasattr(os, "nice"):
        os.nice(5)  # below the window, which must not stutter
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [one for one in sys.path if os.path.realpath(one or ".") != here]
    sys.path.insert(0, _ROOT)
    sys.dont_write_bytecode = sys.dont_write_bytecode or not _IS_CLONE
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 1000))
    from engine.protocol import program_text  # noqa: F401, PLC0415  # the first answer does not wait for it

    said.write(json.dumps({"ready": True, "pid": os.getpid()}).encode() + b"\n")
    said.flush()
    for line in asked:
        order = json.loads(line)
        told = {"number": order["number"], **answer(order["text"])}
        said.write(json.dumps(told).encode("utf-8", "backslashreplace") + b"\n")
        said.flush()


if __name__ == "__main__":
    main()
