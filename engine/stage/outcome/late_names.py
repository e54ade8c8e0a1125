"""Functions made in a loop that look up its name when they run, and find the last value: late binding."""

from __future__ import annotations

import _thread
import ast
from collections import defaultdict
from dataclasses import dataclass, field
from types import CodeType, FrameType, FunctionType

from engine.protocol.mistakes import Mistake
from engine.stage import cpython
from engine.stage.outcome.late_reads import reads_later
from engine.stage.outcome.mistakes import Mistakes, mistakes_of, plain
from engine.stage.run_services import RunServices, one_per_run

_VALUES = (bool, int, float, str, bytes, type(None))  # compared as such; of all else it is asked whether it is the same
_ABSENT = object()
_ENOUGH = 500  # looks at functions of one kind that run
_LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)

Names = dict[str, object]


@dataclass
class _Running:
    """A thread or a task is in such a function."""

    before: Names  # what its names stood for when it was handed over
    homes: dict[str, int]  # where each name lives, as Python tells objects apart
    lane: int
    task: int
    late: dict[str, object] = field(
        default_factory=dict
    )  # names it is sure to read anew: where they live, until it ends


@dataclass
class _Kind:
    """Functions that one `lambda` or `def` made."""

    made: set[int] = field(default_factory=set)  # as Python tells objects apart
    found: dict[str, dict[object, list[tuple[int, int, str]]]] = field(default_factory=dict)  # name -> value -> who
    has: dict[tuple[str, int], object] = field(default_factory=dict)  # name and who -> the value that it found last
    told: dict[tuple[str, int], str] = field(default_factory=dict)  # name and who -> value
    running: dict[int, _Running] = field(default_factory=dict)  # by identity of the thread
    looks: int = 0
    newest: Names = field(default_factory=dict)  # what names stood for when one was last handed over


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
        kind, names = self._kinds[_key(function.__code__)], _names(function)
        kind.made.add(id(function))
        kind.newest = names
        if (
            kind.running and kind.looks < _ENOUGH and cpython.has_gil()
        ):  # without it others go on while they are looked at
            self._look_at(kind, function, names)
        return names

    def runs(self, function: object, before: Names, lane: int, task: int = 0) -> None:
        """The calling thread is about to call it."""
        if type(function) is not FunctionType:
            return
        kind, now = self._kinds[_key(function.__code__)], _names(function)
        homes = {name: id(home) for name, home in _homes(function).items()}
        kind.running[_thread.get_ident()] = _Running(before, homes, lane, task)
        for name, value in now.items():
            if len(kind.made) < 2 or before.get(name, _ABSENT) == value or not self._of_loop(function.__code__, name):
                continue
            self._found(kind, function.__code__, name, value, (lane, task, _written(_homes(function)[name], name)))

    def _found(self, kind: _Kind, code: CodeType, name: str, value: object, who: tuple[int, int, str]) -> None:
        """A lane or a task has found a later value. It is told where another one has the same; the last word counts."""
        values, mine = kind.found.setdefault(name, {}), (name, who[1] or who[0])
        if mine in kind.has:
            values[kind.has[mine]][:] = [one for one in values[kind.has[mine]] if one[:2] != who[:2]]
        kind.has[mine] = value
        seen = values.setdefault(value, [])
        seen.append(who)
        for lane, task, text in seen if len(seen) > 1 or kind.newest.get(name, _ABSENT) == value else ():
            if kind.told.get((name, task or lane)) != text:
                kind.told[name, task or lane] = text
                place = self._files[code.co_filename] | code.co_firstlineno
                self._mistakes.tell(Mistake.LATE_NAME, lane, place, name, text, task=task)

    def _look_at(self, kind: _Kind, function: FunctionType, now: Names) -> None:
        """The next one of a kind is handed over: does one that runs read anew what has another value since?"""
        kind.looks += 1
        code, homes = function.__code__, _homes(function)
        frames: dict[int, FrameType] | None = None
        for ident, one in list(kind.running.items()):
            for name, value in now.items():
                other = one.before.get(name, _ABSENT) == value or one.homes.get(name) != id(homes.get(name))
                if other or name in one.late or not self._of_loop(code, name):
                    continue
                frames = cpython.frames_of_threads() if frames is None else frames
                frame = frames.get(ident)
                while frame is not None and frame.f_code is not code:
                    frame = frame.f_back
                if frame is not None and reads_later(code, frame.f_lasti, name):
                    one.late[name] = homes[name]

    def ended(self, code: CodeType | None) -> None:
        """The calling thread has left the function of this code that it ran."""
        if code is None:
            return
        kind = self._kinds[_key(code)]
        one = kind.running.pop(_thread.get_ident(), None)
        if one is None:
            return
        for name, home in one.late.items():
            value = _at(home, name)
            if one.before.get(name, _ABSENT) != _known(value):
                self._found(kind, code, name, _known(value), (one.lane, one.task, plain(value)))

    def _of_loop(self, code: CodeType, name: str) -> bool:
        """Whether a loop around the function gives the name its values."""
        path, line = code.co_filename, code.co_firstlineno
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


def code_of(function: object) -> CodeType | None:
    """The code of a function of Python's; it may be kept without keeping the function."""
    return function.__code__ if type(function) is FunctionType else None


def _key(code: CodeType) -> tuple[str, int, str]:
    return code.co_filename, code.co_firstlineno, code.co_name


def _homes(function: FunctionType) -> dict[str, object]:
    """Where the names live that it looks up outside of itself: a cell, or the names of its module."""
    around = function.__globals__
    found: dict[str, object] = {name: around for name in function.__code__.co_names if name in around}
    found.update(zip(function.__code__.co_freevars, function.__closure__ or ()))
    return found


def _names(function: FunctionType) -> Names:
    """The names that it looks up outside of itself, as they stand now."""
    return {name: _known(_at(home, name)) for name, home in _homes(function).items()}


def _at(home: object, name: str) -> object:
    """What a name stands for now."""
    if isinstance(home, dict):
        return home.get(name, _ABSENT)
    try:
        return home.cell_contents  # type: ignore[attr-defined]  # it is a cell
    except ValueError:  # it has no value yet
        return _ABSENT


def _known(value: object) -> object:
    """What a value is told by: nothing here may keep an object of the program alive, or call its code."""
    return (type(value), value) if type(value) in _VALUES else id(value)


def _written(home: object, name: str) -> str:
    return plain(_at(home, name))
