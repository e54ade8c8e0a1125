"""What a program's text says without running it: its knobs, its switches, the names of what it makes."""

from __future__ import annotations

import _thread
import ast
import io
import os
import re
import tokenize
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from engine.protocol.constant_names import constants, reckoned, statements
from engine.protocol.lazy_dataclass import lazy_dataclass

_MAKERS = frozenset({"threading", "multiprocessing", "_thread"})  # of what can be switched off
_PUTS = frozenset({"append", "add", "appendleft", "setdefault"})
_AWAITED = "asyncio."  # before the name of what asyncio makes, which cannot be switched off
PART_MARK = "__part__"  # what the program's builtins call the decorator of its parts
SWITCHABLE = frozenset({"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier"})

_KNOB = re.compile(r"[A-Z][A-Z0-9_]*\Z")
_SMALL_KNOB = re.compile(r"[a-z][A-Za-z0-9_]*\Z")
_NUMBER = r"[-+]?\d[\d_]*(?:\.\d+)?"
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)  # what the parser raises for some text
_RANGE = re.compile(rf"({_NUMBER})\s*\.\.\s*({_NUMBER})(?:\s*(ms|s|us|%|MB|KB)(?!\w))?\s*(.*)\Z")

_PARSING = _thread.RLock()  # a finaliser may import, so parse, while its thread parses
_ATTEMPTS = 5
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_PARSING._at_fork_reinit)  # type: ignore[attr-defined]  # as threading does


def parse(text: str, path: str = "<unknown>") -> ast.Module:
    """The tree of a program's text. Raises what `ast.parse` raises."""
    tree = _parse(text, path, "exec")
    assert isinstance(tree, ast.Module)
    return tree


def readable(text: str) -> bool:
    """Whether this Python can read it as a program."""
    try:
        parse(text)
    except UNREADABLE:
        return False
    return True


def parse_expression(text: str) -> ast.Expression:
    """The tree of an expression, for `ast.literal_eval`."""
    tree = _parse(text, "<unknown>", "eval")
    assert isinstance(tree, ast.Expression)
    return tree


def _parse(text: str, path: str, mode: str) -> ast.mod:
    """As `ast.parse`, by one thread at a time.

    3.11 counts the depth of all threads' trees in one number, and raises SystemError when that is wrong at the end
    (https://github.com/python/cpython/issues/106905). A program that parses for itself, or a traceback that looks for
    its carets, does not ask for our lock: then it is done once more.
    """
    with _PARSING:
        for _ in range(_ATTEMPTS - 1):
            try:
                return ast.parse(text, path, mode)
            except SystemError:
                continue
        return ast.parse(text, path, mode)


@lazy_dataclass(frozen=True)
class Knob:
    """A module-level `NAME = literal`, which the presenter may change, with what its comment says."""

    name: str
    value: object  # int, float, bool or str: what the next run uses
    default: object  # what the program's text says
    line: int
    low: float | None = None  # of "# 1..10000"
    high: float | None = None
    choices: tuple[object, ...] = ()  # of "# loky | threading"
    unit: str = ""  # of "# 1..50 ms"
    note: str = ""  # the rest of the comment


@lazy_dataclass(frozen=True)
class Switch:
    """Something that can be switched off. Known from the text before the run, confirmed by the stage."""

    name: str
    type: str  # "Lock", "Event", ...
    on: bool
    line: int  # where it is made
    seen: bool  # the program of this run has made it


class AssignedNames:
    """Which variable an object that is made on some line is assigned to."""

    def __init__(self, text: str) -> None:
        self.targets: dict[int, list[tuple[str, str, bool]]] = defaultdict(list)  # line -> called, target, many
        self.returned: set[int] = set()  # lines that give what they make to whoever called: he has the name
        self._taken: dict[tuple[int, str, str], int] = defaultdict(int)
        self._foreign: frozenset[str] = frozenset()
        self._awaited: frozenset[str] = frozenset()
        try:
            tree = parse(text)
        except UNREADABLE:
            return
        self._foreign, self._awaited = _foreign_names(tree), _names_of_asyncio(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                for target in node.targets:
                    self._pair(target, node.value)
            elif isinstance(node, ast.Return) and node.value is not None:
                self.returned.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                self._put_into(node.value)
            elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
                self._pair(node.target, node.value)

    def _put_into(self, call: ast.Call) -> None:
        """`locks.append(Lock())`, `locks.setdefault(name, Lock())`."""
        if isinstance(call.func, ast.Attribute) and call.func.attr in _PUTS:
            for one in call.args:
                self._note(one, ast.unparse(call.func.value), many=True)

    def _pair(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
                for one, other in zip(target.elts, value.elts):
                    self._pair(one, other)
            elif isinstance(value, (ast.ListComp, ast.GeneratorExp)):
                for one in target.elts:
                    self._note(value.elt, ast.unparse(one), many=False)
            else:
                for index, one in enumerate(target.elts):
                    self._note(value, ast.unparse(one), many=False, only=index)
            return
        many = isinstance(value, (ast.List, ast.ListComp, ast.Tuple, ast.Dict, ast.DictComp))
        self._note(value, ast.unparse(target), many)

    def _note(self, value: ast.expr, target: str, many: bool, only: int | None = None) -> None:
        calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
        inner = {id(node) for call in calls for part in call.args for node in ast.walk(part)}
        for call in calls if only is None else calls[only : only + 1] or calls[:1]:
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if ast.unparse(call.func) in self._awaited:
                name = f"{_AWAITED}{name}"
            elif name in self._foreign:
                continue
            if id(call) in inner:  # Condition(Lock()): the lock is not what the variable holds
                self.targets[call.lineno].append((name, f"{target} ({name})", many))
                continue
            for line in range(call.lineno, (call.end_lineno or call.lineno) + 1):
                self.targets[line].append((name, target, many))

    def next_name(self, line: int, type_: str) -> str:
        """The name for the next object of this type made on this line, "" when the text does not tell.

        Several objects of one line are told apart by a number: locks[0], locks[1]; self.lock, self.lock #2.
        """
        own = (type_, f"{_AWAITED}{type_}")
        fitting = [(target, many) for called, target, many in self.targets.get(line, ()) if called in own]
        if not fitting and len({target for _, target, _ in self.targets.get(line, ())}) == 1:
            fitting = [(target, many) for _, target, many in self.targets[line]][:1]
        if not fitting:
            return ""
        count = self._taken[line, type_, ""]
        self._taken[line, type_, ""] += 1
        target, many = fitting[count % len(fitting)]
        if many:  # counted for the whole list, whose items may be made on several lines
            index = self._taken[0, type_, target]
            self._taken[0, type_, target] += 1
            return f"{target}[{index}]"
        if count >= len(fitting):
            return f"{target} #{count // len(fitting) + 1}"
        return target


def _foreign_names(tree: ast.Module) -> frozenset[str]:
    """What is called as something that can be switched off, and is none, such as the program's own classes."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] not in _MAKERS:
            found.update(one.asname or one.name for one in node.names)
    return frozenset(found & SWITCHABLE)


def _names_of_asyncio(tree: ast.Module) -> frozenset[str]:
    """How the text calls what asyncio has under the name of something that can be switched off."""
    found, modules = set[str](), {"asyncio"}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules.update(one.asname for one in node.names if one.name == "asyncio" and one.asname)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "asyncio":
            found.update(one.name for one in node.names if not one.asname)
    return frozenset((found & SWITCHABLE) | {f"{module}.{name}" for module in modules for name in SWITCHABLE})


def switches(text: str) -> tuple[Switch, ...]:
    """What the text makes that can be switched off, one for each variable, by line; none when it does not compile."""
    seen: dict[str, Switch] = {}
    for line, made in sorted(AssignedNames(text).targets.items()):
        for called, target, _ in made:
            if called in SWITCHABLE:
                seen.setdefault(target, Switch(target, called, True, line, False))
    return tuple(seen.values())


def knobs(text: str) -> tuple[Knob, ...]:
    """The knobs of a program's text in their order; none when it does not compile.

    A comment behind the value may say what is allowed: "1..50 ms pace of the writer", "loky | threading".
    """
    try:
        tree = parse(text)
    except UNREADABLE:
        return ()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found: dict[str, Knob] = {}
    constant = constants(tree, text)
    for node in statements(tree):
        named = _knob_node(node, constant)
        if named is not None:
            name, value = named
            default = reckoned(value)
            found.setdefault(name, _describe(name, default, node.lineno, _comment(node, lines, text)))
    return tuple(found.values())


def _knob_node(node: ast.stmt, constant: frozenset[str]) -> tuple[str, ast.expr] | None:
    """The name and the value's node of `NAME = literal`, or of one of these constants in small letters; else None."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target, value = node.targets[0], node.value
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target, value = node.target, node.value
    else:
        return None
    if not isinstance(target, ast.Name):
        return None
    default = reckoned(value)
    if _KNOB.match(target.id):
        return (target.id, value) if isinstance(default, (int, float, str)) else None
    small = target.id in constant and _SMALL_KNOB.match(target.id)
    return (target.id, value) if small and isinstance(default, (int, float)) else None


def _comment(node: ast.stmt, lines: Sequence[str], text: str) -> str:
    """The comment on the first line of a statement, without its sign."""
    if node.end_lineno == node.lineno:
        behind = lines[node.lineno - 1].encode()[node.end_col_offset :].decode("utf-8", "replace").strip()
        if not behind or behind.startswith("#"):
            return behind.lstrip("#").strip()
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return ""
    found = (one.string for one in tokens if one.type == tokenize.COMMENT and one.start[0] == node.lineno)
    return next(found, "").lstrip("#").strip()


def _describe(name: str, default: Any, line: int, comment: str) -> Knob:
    low = high = None
    choices: tuple[Any, ...] = ()
    unit = ""
    note = comment
    ranged = _RANGE.match(comment)
    if isinstance(default, bool):
        choices = (True, False)
    elif ranged and not isinstance(default, str):
        low, high = float(ranged[1].replace("_", "")), float(ranged[2].replace("_", ""))
        unit, note = ranged[3] or "", ranged[4]
    elif "|" in comment:
        listed, _, note = comment.partition(":") if ":" in comment else (comment, "", "")
        choices = tuple(_literal(part.strip(), default) for part in listed.split("|"))
        note = note.strip()
    return Knob(name, default, default, line, low, high, choices, unit, note.strip(" ,;:-"))


def _literal(text: str, like: Any) -> Any:
    """A choice as a value of the default's type: "4" beside 2 is the number 4, loky beside "loky" is text."""
    if isinstance(like, str):
        return text.strip("\"'")
    try:
        return ast.literal_eval(parse_expression(text))
    except (ValueError, SyntaxError):
        return text


def compile_program(text: str, path: str, values: dict[str, Any], part: str = "") -> Any:
    """Compiles the text with other values for some knobs; nothing else changes. Raises SyntaxError or ValueError.

    The function of the name `part` is decorated with what the builtins call PART_MARK; no line moves.
    """
    tree = parse(text, path)
    constant = constants(tree, text) if values else frozenset()
    for node in statements(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.name == part:
            mark = ast.Name(PART_MARK, ast.Load())
            node.decorator_list.insert(
                0, ast.copy_location(mark, node.decorator_list[0] if node.decorator_list else node)
            )
        named = _knob_node(node, constant) if values else None
        if named is not None and named[0] in values:
            name, value = named
            fresh = parse_expression(repr(values[name])).body
            ast.literal_eval(fresh)  # ValueError for what cannot be written down, such as inf
            for piece in ast.walk(fresh):
                ast.copy_location(piece, value)
            node.value = fresh  # type: ignore[attr-defined]  # a knob's node is an assignment
    return compile(tree, path, "exec", dont_inherit=True)


def fits(wanted: str, name: str) -> bool:
    """Whether a wish for `wanted` means the object `name`: itself, one of a list of them, or another instance's."""
    return name == wanted or name.startswith((f"{wanted}[", f"{wanted} #"))
