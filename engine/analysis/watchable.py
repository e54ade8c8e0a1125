"""Which of a program's values can be watched: the one that is pointed at, those that may be meant, the likeliest."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache

from engine.analysis.program_names import Function, FunctionNode, Kind, ProgramNames, Sort, called, names_of, within
from engine.analysis.watch_target import NOWHERE, Target
from engine.protocol.messages import NoWatch
from engine.protocol.watch_path import NotWatchable, WatchPath, path_of

GROWS = frozenset({"append", "add", "appendleft", "extend", "insert", "pop", "popleft", "remove", "update"})
HANDED_TO = frozenset({"submit", "map", "apply_async", "start_new_thread", "run_in_executor", "to_thread", "Timer"})
RUN_AS = frozenset({"target", "function", "func"})  # arguments
STARTS = re.compile(r"\b(Thread|submit|map|Process|start_new_thread|create_task|gather)\(")
MADE_LATE = re.compile(r"\bglobals\(\)|\bexec\(|\bsetattr\(|import \*")  # names that the text does not tell
MOST_SUGGESTED = 60


def expression_at(text: str, line: int, column: int) -> str:
    """What is watched when somebody points at this letter of a line (from 1), "" where that is nothing."""
    return target_at(text, line, column).expression


def target_at(text: str, line: int, column: int) -> Target:
    """The smallest place that this letter belongs to, also one that cannot be watched, with the reason."""
    here = [one for one in targets(text) if one.line == line and one.start <= column < one.end]
    return min(here, key=lambda one: (one.end - one.start, not one.expression), default=NOWHERE)


@lru_cache(maxsize=2)
def targets(text: str) -> tuple[Target, ...]:
    """Every place that names something that can be watched, or cannot although it looks so."""
    names = names_of(text)
    if names.tree is None:
        return ()
    reader = _Reader(names)
    found = list(filter(None, map(reader.target, ast.walk(names.tree))))
    return (*found, *reader.declared())


class _Reader:
    """Finds targets in one tree."""

    def __init__(self, names: ProgramNames) -> None:
        assert names.tree is not None
        self._names = names
        self._parents = {id(child): node for node in ast.walk(names.tree) for child in ast.iter_child_nodes(node)}

    def target(self, node: ast.AST) -> Target | None:
        """What a node names; None for what is no value of interest."""
        if not isinstance(node, (ast.Name, ast.Attribute, ast.Subscript, ast.Call)):
            return None
        parent = self._parents.get(id(node))
        if isinstance(parent, ast.Call) and parent.func is node:
            return None
        where = self._where(node)
        try:
            said = self._expression(node)
        except NotWatchable as problem:
            if problem.reason is not NoWatch.LOCAL:
                return None
            root = next((one.id for one in ast.walk(node) if isinstance(one, ast.Name)), "")
            return Target(*where, "", problem.reason, root)
        return Target(*where, said) if said else None

    def declared(self) -> Iterator[Target]:
        """The names of `global` statements."""
        assert self._names.tree is not None
        for node in ast.walk(self._names.tree):
            if isinstance(node, ast.Global):
                line = self._names.lines[node.lineno - 1]
                for name in node.names:
                    said = _measured(name, self._names.globals.get(name, Kind(Sort.OTHER)))
                    hit = re.search(rf"\b{re.escape(name)}\b", line)
                    if hit and said:
                        yield Target(node.lineno, hit.start(), hit.end(), said)

    def _where(self, node: ast.expr) -> tuple[int, int, int]:
        """Line and columns; of what stands on several lines, its last one."""
        line = node.end_lineno or node.lineno
        text = self._names.lines[line - 1]
        start = _letters(text, node.col_offset) if node.lineno == line else len(text) - len(text.lstrip())
        return line, start, _letters(text, node.end_col_offset or 0)

    def _expression(self, node: ast.expr) -> str:
        parent = self._parents.get(id(node))
        if isinstance(parent, ast.Subscript) and parent.value is node:
            try:
                path_of(parent)
                return self._expression(parent)
            except NotWatchable:  # an index that is computed: then it is the whole list
                pass
        path = path_of(node)
        inside = self._inside(node)
        if isinstance(inside, str):
            return f"{inside}.{path.text}" if _measurable(self._names.attributes(inside).get(path.root)) else ""
        root, kind = self._names.root(path.root, inside)
        if not path.steps and not path.length and (kind.sort is Sort.OBJECT or kind.sort is Sort.NEVER):
            return ""
        text = _moved(path, root)
        return text if path.length else _measured(text, self._names.kind_at(kind, path))

    def _inside(self, node: ast.AST) -> Function | str | None:
        """The function that a node stands in, the class in whose body it does, or None."""
        above = self._parents.get(id(node))
        while above is not None:
            if isinstance(above, FunctionNode):
                return next(one for one in self._names.functions if one.node is above)
            if isinstance(above, ast.ClassDef):
                mine = isinstance(node, ast.Name) and node.id in self._names.attributes(above.name)
                return above.name if mine else self._inside(above)
            above = self._parents.get(id(above))
        return None


def _letters(line: str, offset: int) -> int:
    """A column in letters for one in bytes."""
    return offset if line.isascii() else len(line.encode()[:offset].decode(errors="ignore"))


def _moved(path: WatchPath, root: str) -> str:
    """The text of a path whose first name is another one."""
    if root == path.root:
        return path.text
    inner = path.text[len("len(") : -1] if path.length else path.text
    said = root + inner[len(path.root) :]
    return f"len({said})" if path.length else said


def _measured(text: str, kind: Kind) -> str:
    """What is watched of a value: itself, its length, or nothing."""
    if kind.sort is Sort.CONTAINER:
        return f"len({text})"
    if kind.sort is Sort.SHARED:
        return f"{text}.value"
    return "" if kind.sort in (Sort.OBJECT, Sort.NEVER) else text


def _measurable(kind: Kind | None) -> bool:
    return kind is not None and kind.sort in (Sort.NUMBER, Sort.OTHER)


# what is typed


def watchable(text: str, expression: str) -> str:
    """What somebody means who types this: `self.balance` is an attribute of the one class that has it."""
    names, said = names_of(text), expression.strip()
    found = re.fullmatch(r"(len\()?self\.(\w+)(.*)", said)
    if found is None:
        return said
    owners = [owner for owner in names.classes if found[2] in names.attributes(owner)]
    return f"{found[1] or ''}{owners[0]}.{found[2]}{found[3]}" if len(owners) == 1 else said


def unwatchable(text: str, path: WatchPath) -> tuple[NoWatch | None, str]:
    """Why there can be no such value in this program, as far as the text tells; and what goes with that."""
    names = names_of(text)
    if names.tree is None or path.root in names.globals or path.root in names.classes or path.root.startswith("__"):
        return None, ""
    if any(path.root in one.locals for one in names.functions):
        return NoWatch.LOCAL, path.root
    return (None, "") if MADE_LATE.search(text) else (NoWatch.ABSENT, path.root)


def suggestions(text: str) -> tuple[str, ...]:
    """What may be watched, the likeliest first: what the text names most often."""
    counts: dict[str, int] = {}
    for one in targets(text):
        if one.expression:
            counts[one.expression] = counts.get(one.expression, 0) + 1
    return tuple(sorted(counts, key=lambda said: -counts[said])[:MOST_SUGGESTED])


# what is likely


@lru_cache(maxsize=2)
def guess(text: str) -> tuple[str, ...]:
    """The value that threads most likely share, or nothing: what they add to, else what they write, or fill."""
    names = names_of(text)
    if names.tree is None:
        return ()
    reader = _Reader(names)
    ranked = _ranked(reader, _run_by_threads(names))
    if not ranked and STARTS.search(text):  # nobody knows what is run: a name out of a table, or the like
        ranked = _ranked(reader, names.functions)
    return (min(ranked)[2],) if ranked else ()


def _ranked(reader: _Reader, functions: list[Function]) -> list[tuple[int, int, str]]:
    """How likely each value that these functions change is meant, 0 is most likely; its line; itself."""
    ranked: list[tuple[int, int, str]] = []
    for node in (part for one in functions for part in within(one.node)):
        if isinstance(node, ast.AugAssign):
            ranked += _rank(reader, 0, node.target)
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                again = any(ast.dump(part) == _as_read(target) for part in ast.walk(node.value))
                ranked += _rank(reader, 1 if again else 2, target)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in GROWS:
            ranked += _rank(reader, 3, node.func.value)
    return ranked


def _as_read(target: ast.expr) -> str:
    return ast.dump(target).replace("Store()", "Load()")


def _rank(reader: _Reader, rank: int, node: ast.expr) -> list[tuple[int, int, str]]:
    """An expression with how likely it is meant; nothing for a name of the function itself."""
    target = reader.target(node) or NOWHERE
    said = target.expression
    if not said or (rank < 3 and said.startswith("len(")):
        return []
    return [(rank, target.line, said)]


def _run_by_threads(names: ProgramNames) -> list[Function]:
    """Functions that are handed to threads, pools or an event loop, and those that these call."""
    assert names.tree is not None
    wanted: set[str] = set()
    for node in ast.walk(names.tree):
        if isinstance(node, ast.Call):
            handed = [one.value for one in node.keywords if one.arg in RUN_AS]
            for given in [*handed, *(node.args if called(node.func) in HANDED_TO else [])]:
                if isinstance(given, ast.Lambda):
                    wanted |= {called(part.func) for part in ast.walk(given) if isinstance(part, ast.Call)}
                wanted.add(called(given))
    run = [one for one in names.functions if one.name in wanted or _runs_itself(names, one)]
    seen = set(map(id, run))
    for one in run:  # grows as it goes
        calls = {called(node.func) for node in within(one.node) if isinstance(node, ast.Call)}
        more = [other for other in names.functions if other.name in calls and id(other) not in seen]
        seen |= set(map(id, more))
        run += more
    return run


def _runs_itself(names: ProgramNames, one: Function) -> bool:
    threads = {"Thread", "Timer"}
    return isinstance(one.node, ast.AsyncFunctionDef) or (one.name == "run" and bool(names.bases(one.owner) & threads))
