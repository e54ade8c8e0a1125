"""What a program's text says of names that processes do not share: children write them, and the parent reads them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Union

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import UNREADABLE, parse

LONGEST = 200_000  # characters: a longer text takes a child too long to read
_CHANGES = frozenset({
    "append", "appendleft", "add", "extend", "extendleft", "insert", "update", "setdefault", "pop", "popleft",
    "popitem", "remove", "discard", "clear", "sort", "reverse", "rotate", "subtract", "difference_update",
    "intersection_update", "symmetric_difference_update",
})  # fmt: skip
_HANDED = frozenset({"args", "kwargs", "initargs"})  # keywords: to hand a value over is not to read it
_SET_UP = frozenset({"initializer", "key", "default", "default_factory"})  # what each process sets up is its own
_POOLS = frozenset({"Pool", "ProcessPoolExecutor"})  # what they are given is their initializer
_HERE = frozenset({"callback", "error_callback"})  # called in the parent
_THREADS = frozenset({"Thread", "Timer", "ThreadPoolExecutor", "ThreadPool", "register"})  # of the parent, too

_NAMED = (ast.Name, ast.Attribute)
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
Block = Union[Function, ast.Module]


@lazy_dataclass(frozen=True)
class Unshared:
    """A name that some function of a child writes, and that its parent reads afterwards."""

    written: int  # the first line that does
    read: int


class ChildWrites:
    """The names of one text: `names` of the module, `attributes` of a process's own object, `own` ones of an object
    of which a process calls one method, and other methods read them in the parent.
    """

    def __init__(self, text: str) -> None:
        self.names: dict[str, Unshared] = {}
        self.attributes: dict[str, Unshared] = {}
        self.own: dict[str, Unshared] = {}
        self._tree: ast.Module = ast.Module([], [])
        if len(text) > LONGEST:
            return
        try:
            self._tree = parse(text)
        except UNREADABLE:
            return
        self._functions: dict[str, list[Function]] = defaultdict(list)
        for node in ast.walk(self._tree):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                self._functions[node.name].append(node)
        theirs, ours, runs = self._roots()
        self._children = self._reached(theirs)
        reached = self._reached([self._tree, *ours])
        self._parents = reached - self._children
        self._both = reached & self._children  # what each process does for itself
        self._starts = {block: self._first_start(block, {node.name for node in theirs}) for block in self._parents}
        known = {node.id for node in block_nodes(self._tree) if isinstance(node, ast.Name) and _stores(node)}
        self.names = self._pair(self._written(known), self._read(known))
        self.own = self._pair(self._attributes_written(self._children - self._both), self._own_read())
        self.attributes = self._pair(self._attributes_written(self._reached(runs)), self._attributes_read())

    def argument(self, function: str, at: int) -> tuple[str, Unshared] | None:
        """The parent's variable that is handed to this function of a child as argument `at`, where it is read later.

        At -1 it is the object whose method this is. None where the parent changes it itself.
        """
        for block in self._parents:
            for call in block_nodes(block):
                given = _given(call, function, at) if isinstance(call, ast.Call) else None
                if given is None:
                    continue
                uses = [one for one in block_nodes(block) if isinstance(one, ast.Name) and one.id == given.id]
                changed = {id(one) for one in changed_names(block) if one.id == given.id}
                late = [one for one in read_names(block, {given.id}) if one.lineno > given.lineno]
                again = [one for one in uses if _stores(one) and one.lineno > given.lineno]
                if late and not changed and not again:
                    return given.id, Unshared(given.lineno, late[0].lineno)
        return None

    def _roots(self) -> tuple[list[Function], list[Function], list[Function]]:
        """Functions that are handed to something that calls them: in a child, in the parent; and run() of processes."""
        theirs: list[Function] = []
        ours: list[Function] = []
        for call in ast.walk(self._tree):
            if not isinstance(call, ast.Call) or _name(call.func) in _POOLS:
                continue
            here = _name(call.func) in _THREADS
            given = [(one, "") for one in call.args] + [(one.value, one.arg or "") for one in call.keywords]
            for value, keyword in given:
                found = self._functions.get(_name(value), []) if isinstance(value, (ast.Name, ast.Attribute)) else []
                if keyword not in _SET_UP:
                    (ours if here or keyword in _HERE else theirs).extend(found)
        theirs += self._named_elsewhere()
        runs: list[Function] = [
            node
            for kind in ast.walk(self._tree)
            if isinstance(kind, ast.ClassDef) and any(_name(base).endswith("Process") for base in kind.bases)
            for node in kind.body
            if isinstance(node, ast.FunctionDef) and node.name == "run"
        ]
        return [*theirs, *runs], ours, runs

    def _named_elsewhere(self) -> list[Function]:
        """Functions that stand in a list or tuple, or are given another name: whoever has them may hand them on."""
        found: list[Function] = []
        for node in ast.walk(self._tree):
            held = node.elts if isinstance(node, (ast.Tuple, ast.List)) else [getattr(node, "value", None)]
            if isinstance(node, (ast.Tuple, ast.List, ast.Assign)):
                found += [
                    one for name in held if isinstance(name, ast.Name) for one in self._functions.get(name.id, [])
                ]
        return found

    def _reached(self, roots: Iterable[Block]) -> set[Block]:
        """These blocks and all functions that they call, by name."""
        reached: set[Block] = set()
        left = list(roots)
        while left:
            block = left.pop()
            if block not in reached:
                reached.add(block)
                for node in block_nodes(block):
                    if isinstance(node, ast.Call):
                        left += self._functions.get(_name(node.func), [])
        return reached

    @staticmethod
    def _first_start(block: Block, names: set[str]) -> int:
        """The first line of a block that names a function of a child, 0 where none does."""
        lines = [node.lineno for node in block_nodes(block) if isinstance(node, _NAMED) and _name(node) in names]
        lines += [
            node.lineno for node in block_nodes(block) if isinstance(node, ast.Call) and _name(node.func) == "start"
        ]
        return min(lines, default=0)

    @staticmethod
    def _pair(written: dict[str, int], read: dict[str, int]) -> dict[str, Unshared]:
        return {name: Unshared(line, read[name]) for name, line in written.items() if name in read}

    def _written(self, known: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for block in self._children - self._both:
            mine = known - _locals(block)
            shared = {name for node in block_nodes(block) if isinstance(node, ast.Global) for name in node.names}
            stored = [
                one for one in block_nodes(block) if isinstance(one, ast.Name) and _stores(one) and one.id in shared
            ]
            for one in [*stored, *(one for one in changed_names(block) if one.id in mine)]:
                if one.id in known:
                    found[one.id] = min(one.lineno, found.get(one.id, one.lineno))
        return found

    def _read(self, known: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for block in self._parents:
            mine = known if isinstance(block, ast.Module) else known - _locals(block)
            for one in read_names(block, mine):
                if one.lineno > self._starts[block]:
                    found[one.id] = min(one.lineno, found.get(one.id, one.lineno))
        return found

    @staticmethod
    def _attributes_written(blocks: Iterable[Block]) -> dict[str, int]:
        found: dict[str, int] = {}
        for target in (target for block in blocks for target in _targets(block)):
            if isinstance(target, ast.Attribute) and _name(target.value) == "self":
                found[target.attr] = min(target.lineno, found.get(target.attr, target.lineno))
        return found

    def _own_read(self) -> dict[str, int]:
        """Attributes of self that the parent reads, and changes nowhere but in __init__."""
        found: dict[str, int] = {}
        given: set[str] = set()
        for block in self._parents:
            targets = {id(one): one for one in _targets(block) if isinstance(one, ast.Attribute)}
            if getattr(block, "name", "") != "__init__":
                given |= {one.attr for one in targets.values() if _name(one.value) == "self"}
            for node in block_nodes(block):
                if not isinstance(node, ast.Attribute) or _name(node.value) != "self" or id(node) in targets:
                    continue
                if node.lineno > self._starts[block]:
                    found[node.attr] = min(node.lineno, found.get(node.attr, node.lineno))
        return {name: line for name, line in found.items() if name not in given}

    def _attributes_read(self) -> dict[str, int]:
        """Attributes of something else than self, where the parent gives none of this name a value."""
        found: dict[str, int] = {}
        given: set[str] = set()
        for block, node in ((one, node) for one in self._parents for node in block_nodes(one)):
            if isinstance(node, ast.Attribute) and _name(node.value) != "self":
                if _stores(node):
                    given.add(node.attr)
                elif node.lineno > self._starts[block]:
                    found[node.attr] = min(node.lineno, found.get(node.attr, node.lineno))
        return {name: line for name, line in found.items() if name not in given}


def block_nodes(block: Block) -> list[ast.AST]:
    """The nodes of a block, without those of the functions inside it that have a name. They are kept with it."""
    found: list[ast.AST] | None = vars(block).get("block_nodes")
    if found is None:
        found, left = [], [*ast.iter_child_nodes(block)][::-1]
        while left:
            node = left.pop()
            found.append(node)
            if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                left += [*ast.iter_child_nodes(node)][::-1]
        vars(block)["block_nodes"] = found
    return found


def changes(method: str) -> bool:
    """Whether a method of this name changes a container."""
    return method in _CHANGES


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _stores(node: ast.AST) -> bool:
    return isinstance(getattr(node, "ctx", None), (ast.Store, ast.Del))


def _locals(block: Block) -> set[str]:
    if isinstance(block, ast.Module):
        return set()
    given = block.args
    every = [*given.args, *given.kwonlyargs, *getattr(given, "posonlyargs", []), given.vararg, given.kwarg]
    names = {one.arg for one in every if one is not None}
    names |= {node.id for node in block_nodes(block) if isinstance(node, ast.Name) and _stores(node)}
    return names - {name for node in block_nodes(block) if isinstance(node, ast.Global) for name in node.names}


def _targets(block: Block) -> Iterator[ast.AST]:
    """What a block gives a value: names, attributes; and what it changes by a method or an item."""
    for node in block_nodes(block):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _CHANGES:
            yield _whole(node.func.value)
        elif _stores(node):
            yield _whole(node)


def _whole(node: ast.AST) -> ast.AST:
    """That of which this is an item, or an item of an item."""
    while isinstance(node, ast.Subscript):
        node = node.value
    return node


def changed_names(block: Block) -> Iterator[ast.Name]:
    """Names whose objects a block changes: by a method, an item or an attribute."""
    stored = {id(node) for node in block_nodes(block) if isinstance(node, ast.Name) and _stores(node)}
    for target in _targets(block):
        value = target.value if isinstance(target, ast.Attribute) else target
        if isinstance(value, ast.Name) and id(value) not in stored:
            yield value


def read_names(block: Block, names: set[str]) -> Iterator[ast.Name]:
    """Where a block reads one of these names: not where it only changes the object, or hands it over."""
    skipped = {id(one) for one in changed_names(block)}
    for node in block_nodes(block):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in _HANDED:
                    skipped |= {id(one) for one in ast.walk(keyword.value)}
    for node in block_nodes(block):
        if isinstance(node, ast.Name) and not _stores(node) and node.id in names and id(node) not in skipped:
            yield node


def _given(call: ast.Call, function: str, at: int) -> ast.Name | None:
    """The variable that a call of Process hands to its target."""
    keywords = {one.arg: one.value for one in call.keywords}
    target, args = keywords.get("target"), keywords.get("args")
    if target is None or _name(target) != function:
        return None
    found: ast.AST | None = None
    if at < 0 and isinstance(target, ast.Attribute):
        found = target.value
    elif at >= 0 and isinstance(args, (ast.Tuple, ast.List)) and at < len(args.elts):
        found = args.elts[at]
    return found if isinstance(found, ast.Name) and found.id != "self" else None
