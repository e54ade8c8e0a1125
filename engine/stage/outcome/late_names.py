"""Functions made in a loop that look up its name when they run, and find the last value: late binding."""

from __future__ import annotations

import ast
from collections import defaultdict
from dataclasses import dataclass, field
from types import FunctionType

from engine.protocol.mistakes import Mistake
from engine.stage.outcome.mistakes import Mistakes, mistakes_of, plain
from engine.stage.run_services import RunServices, one_per_run

_VALUES = (bool, int, float, str, bytes, type(None))  # compared as such; of all else it is asked whether it is the same
_ABSENT = object()
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass
class _Kind:
    """Functions that one `lambda` or `def` made."""

    made: set[int] = field(default_factory=set)  # as Python tells objects apart
    found: dict[str, dict[object, list[tuple[int, int, str]]]] = field(default_factory=dict)  # name -> value -> who
    told: set[tuple[str, int]] = field(default_factory=set)


Names = dict[str, object]


class LateNames:
    """Compares what a function would have found when it was handed over with what it finds when it runs."""

    def __init__(self, context: RunServices) -> None:
        self._files = context.reporter.files
        self._mistakes: Mistakes = mistakes_of(context)
        self._kinds: defaultdict[tuple[str, int, str], _Kind] = defaultdict(_Kind)
        self._in_loop: dict[tuple[str, int, str], bool] = {}

    def handed_over(self, function: object) -> Names | None:
        """What its names stand for now; None of what can have no such mistake."""
        if type(function) is not FunctionType or function.__code__.co_filename not in self._files:
            return None
        code = function.__code__
        self._kinds[code.co_filename, code.co_firstlineno, code.co_name].made.add(id(function))
        return _names(function)

    def runs(self, function: object, before: Names, lane: int, task: int = 0) -> None:
        """The calling thread is about to call it."""
        if type(function) is not FunctionType:
            return
        code, now = function.__code__, _names(function)
        path, line = code.co_filename, code.co_firstlineno
        kind = self._kinds[path, line, code.co_name]
        for name, value in now.items():
            if len(kind.made) < 2 or before.get(name, _ABSENT) == value or not self._of_loop(path, line, name):
                continue
            seen = kind.found.setdefault(name, {}).setdefault(value, [])
            seen.append((lane, task, _value(function, name)))
            for who, what, text in seen if len(seen) > 1 else ():
                if (name, what or who) not in kind.told:
                    kind.told.add((name, what or who))
                    self._mistakes.tell(Mistake.LATE_NAME, who, self._files[path] | line, name, text, task=what)

    def _of_loop(self, path: str, line: int, name: str) -> bool:
        """Whether a loop around this line gives the name its values."""
        key = path, line, name
        if key not in self._in_loop:
            tree = self._mistakes.tree(path)
            loops = (node for node in ast.walk(tree) if isinstance(node, _LOOPS)) if tree is not None else iter(())
            around = (one for one in loops if one.lineno <= line <= (one.end_lineno or one.lineno))
            self._in_loop[key] = any(
                isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)
                for one in around
                for node in ast.walk(one)
            )
        return self._in_loop[key]


@one_per_run
def late_names_of(context: RunServices) -> LateNames:
    """That of a run."""
    return LateNames(context)


def _names(function: FunctionType) -> Names:
    """The names that it looks up outside of itself, as they stand now."""
    code, around = function.__code__, function.__globals__
    found: Names = {name: _known(around[name]) for name in code.co_names if name in around}
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        try:
            found[name] = _known(cell.cell_contents)
        except ValueError:  # it has no value yet
            found[name] = _ABSENT
    return found


def _known(value: object) -> object:
    """What a value is told by: nothing here may keep an object of the program alive, or call its code."""
    return (type(value), value) if type(value) in _VALUES else id(value)


def _value(function: FunctionType, name: str) -> str:
    for free, cell in zip(function.__code__.co_freevars, function.__closure__ or ()):
        if free == name:
            return plain(cell.cell_contents)
    return plain(function.__globals__.get(name))
