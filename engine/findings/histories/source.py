"""Pure: what the text says around a line at which a thread was seen: the loop, the check before it, what ends it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from engine.protocol.program_text import UNREADABLE, parse

LONGEST = 200_000  # characters: longer ones are not read while somebody waits for the window
GETS = ("get", "get_nowait")
PUTS = ("put", "put_nowait")
OF_TASKS = ("gather", "wait", "wait_for", "shield")  # functions of asyncio that wait for tasks
LOOKS = ("empty", "qsize", "full")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module)
_LEAVES = (ast.Continue, ast.Break, ast.Return, ast.Raise)


class Method(NamedTuple):
    """A call such as `self.jobs.get()`."""

    call: ast.Call
    owner: str  # as it is written: "self.jobs"

    @property
    def name(self) -> str:
        """That of the method."""
        return self.call.func.attr if isinstance(self.call.func, ast.Attribute) else ""


class Check(NamedTuple):
    """A question that came before: such as "empty()", in that line."""

    asked: str
    line: int


class Source:
    """The text of one file, as a tree that knows its parents."""

    def __init__(self, tree: ast.Module) -> None:
        self._parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
        self.calls = [node for node in self._parents if isinstance(node, ast.Call)]
        self._tree = tree

    def method(self, line: int, names: Iterable[str]) -> Method | None:
        """The call of a method of one of these names in that line; None where there is none, or several."""
        found = [one for one in self._methods(names) if _has(one.call, line)]
        return found[0] if len(found) == 1 else None

    def methods(self, owner: str, *names: str) -> list[Method]:
        """Each call of these methods of what is written so."""
        return [one for one in self._methods(names) if one.owner == owner]

    @staticmethod
    def written(node: ast.AST) -> str:
        """An expression as the program writes it."""
        return ast.unparse(node)

    def function(self, line: int) -> ast.AST:
        """The innermost function that has this line, or the module."""
        inside = [node for node in self._parents if isinstance(node, _FUNCTIONS) and _has(node, line)]
        return max(inside, key=lambda node: getattr(node, "lineno", 0), default=self._tree)

    def awaits_tasks(self, line: int) -> bool:
        """Whether an `await` in this line is for tasks: by a function of asyncio, or by a name alone."""
        for node in self._parents:
            if isinstance(node, ast.Await) and _has(node, line):
                value = node.value
                if isinstance(value, ast.Call):
                    return ast.unparse(value.func).rpartition(".")[2] in OF_TASKS
                return isinstance(value, (ast.Name, ast.Attribute, ast.Subscript))
        return False

    def comes_before(self, line: int, other: int) -> bool:
        """Whether a line stands above another one of the same function, which is none of the module."""
        function = self.function(line)
        return 0 < line < other and function is self.function(other) and function is not self._tree

    def names(self, line: int) -> set[str]:
        """Names and attributes in the innermost statements that have this line, as they are written."""
        inside = [node for node in self._parents if isinstance(node, ast.stmt) and _has(node, line)]
        last = max((node.lineno for node in inside), default=0)
        return {
            ast.unparse(node)
            for statement in inside
            if statement.lineno == last
            for node in ast.walk(statement)
            if isinstance(node, (ast.Name, ast.Attribute))
        }

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What it stands in, from inside, up to its function."""
        while (parent := self._parents.get(node)) is not None:
            yield parent
            if isinstance(parent, _FUNCTIONS):
                return
            node = parent

    def loop(self, node: ast.AST) -> ast.While | ast.For | None:
        """The loop that it stands in, within its function."""
        return next((one for one in self.around(node) if isinstance(one, (ast.While, ast.For))), None)

    def skips(self, get: Method) -> list[int]:
        """Lines between get() and task_done() that leave this turn of the loop without it."""
        loop = self.loop(get.call)
        if loop is None:
            return []
        inside = set(ast.walk(loop))
        done = [one.call for one in self.methods(get.owner, "task_done") if one.call in inside]
        if not done or any(self.in_finally(one) for one in done):
            return []
        last = max(one.lineno for one in done)
        kept = {one.lineno for one in done}
        return [
            node.lineno
            for node in inside
            if isinstance(node, _LEAVES)
            and get.call.lineno < node.lineno < last
            and not kept & {one.lineno for one in self.beside(node)}
            and not self._failed(node, get.call)
        ]

    def check(self, get: Method) -> Check | None:
        """The question to the same queue, before get(), how full it is; None where there is none."""
        node: ast.AST = get.call
        for around in self.around(get.call):
            if isinstance(around, (ast.While, ast.If)) and (check := self._looks(around.test, get.owner)):
                return check
            for before in _before(around, node):
                if isinstance(before, ast.If) and _leaves(before) and (check := self._looks(before.test, get.owner)):
                    return check
            node = around
        return None

    def end(self, get: Method) -> str:
        """What the loop around get() stops at, as it is written: "None"; "" where nobody can tell."""
        name = ""
        for around in self.around(get.call):
            if isinstance(around, ast.NamedExpr):
                name = around.target.id
            elif isinstance(around, ast.Assign) and isinstance(around.targets[0], ast.Name):
                name = around.targets[0].id
            if isinstance(around, _FUNCTIONS):
                return next(filter(None, (_end(node, name) for node in ast.walk(around))), "") if name else ""
        return ""

    def guarded_by_if(self, wait: Method) -> ast.If | None:
        """The `if` that wait() of a condition stands in, where no loop within its `with` asks again."""
        found: ast.If | None = None
        for around in self.around(wait.call):
            if isinstance(around, ast.While) and not isinstance(around.test, ast.Constant):
                return None
            if isinstance(around, ast.If) and found is None:
                found = around
            if isinstance(around, (ast.With, ast.AsyncWith)):
                break
        again = found is not None and any(isinstance(node, ast.Continue) for node in ast.walk(found))
        return None if again else found

    def _methods(self, names: Iterable[str]) -> Iterator[Method]:
        names = tuple(names)
        for call in self.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr in names:
                yield Method(call, ast.unparse(call.func.value))

    def _looks(self, test: ast.AST, owner: str) -> Check | None:
        """Where a condition asks this queue how full it is."""
        for node in ast.walk(test):
            if isinstance(node, ast.Attribute) and node.attr in LOOKS and ast.unparse(node.value) == owner:
                return Check(f"{node.attr}()", node.lineno)
        return None

    def in_finally(self, node: ast.AST) -> bool:
        """Whether it runs on every way out of what it belongs to."""
        for around in self.around(node):
            if isinstance(around, ast.Try) and any(node in set(ast.walk(one)) for one in around.finalbody):
                return True
        return False

    def _failed(self, node: ast.AST, get: ast.AST) -> bool:
        """Whether it stands where get() itself has failed: then no item was taken."""
        handlers = [one for one in self.around(node) if isinstance(one, ast.ExceptHandler)]
        return any(
            isinstance(around := self._parents[one], ast.Try)
            and any(get in ast.walk(part) for part in around.body)
            and len(around.body) == 1
            for one in handlers
        )

    def beside(self, node: ast.AST) -> Iterator[ast.Call]:
        """Calls in the statements before this one, in its own block."""
        parent = self._parents[node]
        for statement in _before(parent, node):
            yield from (one for one in ast.walk(statement) if isinstance(one, ast.Call))


class Sources:
    """The texts of a run, each read once, when it is asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._read: dict[str, Source | None] = {}

    def of(self, file: str) -> Source | None:
        """The text of this file; None where there is none that can be read."""
        if file not in self._read:
            self._read[file] = _read(self._texts.get(file, ""))
        return self._read[file]


def _read(text: str) -> Source | None:
    try:
        return Source(parse(text)) if 0 < len(text) <= LONGEST else None
    except UNREADABLE:
        return None


def _has(node: ast.AST, line: int) -> bool:
    first = getattr(node, "lineno", 0)
    return first <= line <= (getattr(node, "end_lineno", None) or first)


def _before(parent: ast.AST, node: ast.AST) -> list[ast.stmt]:
    """The statements before it, where it is one of a block of its parent's."""
    for field in ("body", "orelse", "finalbody"):
        block = getattr(parent, field, None)
        if isinstance(block, list) and node in block:
            return block[: block.index(node)]
    return []


def _leaves(node: ast.If) -> bool:
    return isinstance(node.body[-1], _LEAVES)


def _end(node: ast.AST, name: str) -> str:
    """The other side of a comparison with this name, where it is a name in capitals, None or the like."""
    if not isinstance(node, ast.Compare) or len(node.ops) != 1:
        return ""
    if not isinstance(node.ops[0], (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        return ""
    left, right = node.left, node.comparators[0]
    if isinstance(left, ast.NamedExpr):
        left = left.target
    if (
        not isinstance(left, ast.Name)
        or left.id != name
        or not isinstance(right, (ast.Constant, ast.Name, ast.Attribute))
    ):
        return ""
    return ast.unparse(right)
