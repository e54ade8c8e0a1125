"""Goes through expressions in the order in which they are evaluated: what is looked at, called, taken."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from engine.static_analysis.acts import Access, Act, Acting, Check, Edge, Held, Location, Read, Taken, Token, Walked
from engine.static_analysis.locations import Locations
from engine.static_analysis.scopes import FUNCTIONS, Scope
from engine.static_analysis.spawns import called
from engine.static_analysis.values import FunctionValue, Values

TAKES = frozenset({"pop", "popleft", "popitem", "remove", "get_nowait"})
MUTATES = frozenset({
    "append", "appendleft", "extend", "extendleft", "insert", "add", "discard", "clear", "update", "setdefault", "sort",
    "reverse", "rotate",
})  # fmt: skip
FILE_CHECKS = frozenset({"exists", "isfile", "isdir", "is_file", "is_dir", "lexists"})
FILE_ACTS = frozenset({"remove", "unlink", "mkdir", "makedirs", "rmdir", "rename", "rmtree"})
LIKE_ACQUIRE = re.compile(
    r"acquire|^lock(?:_|$)|^(?:r|w|read|write)_?lock$|^(?:begin|start)_(?:read|write)", re.IGNORECASE
)
LIKE_RELEASE = re.compile(r"release|unlock|^(?:end|stop|done)_(?:read|write)", re.I)
QUEUES = frozenset({"Queue", "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue"})


class Reading:
    """What is known at one place of a function: locks held, conditions looked at, what local names were made from."""

    def __init__(self, values: Values, locations: Locations, scope: Scope, regions: Iterator[int]) -> None:
        self.values, self.locations, self.scope, self.regions = values, locations, scope, regions
        self.found = Walked(scope)
        self.held: list[Held] = []
        self.checks: list[Check] = []
        self.caught: list[str] = []
        self.known: dict[str, list[Read]] = {}  # local name -> what its value was made from
        self.files: list[Read] = []  # that were opened to be read
        self.segment = 0
        self.called_at: list[tuple[int, int]] = []  # where something was called

    def take(self, token: Token, node: ast.AST, tries: bool = False) -> None:
        self.found.taken.append(Taken(token, node, tuple(self.held), tries))
        self.held.append(Held(token, next(self.regions), node))

    def pause(self, waits: bool = True) -> None:
        self.segment += waits

    def note(
        self,
        act: Act,
        places: frozenset[Location],
        node: ast.AST,
        *,
        read: Read | None = None,
        slow: bool = False,
        constant: bool = False,
        key: ast.expr | None = None,
    ) -> None:
        if places:
            held, text = tuple(self.held), ast.unparse(node)
            access = Access(act, places, node, text, self.scope, held, self.segment, read, slow, constant, key)
            self.found.acting.append(Acting(access, tuple(self.checks), frozenset(self.caught)))

    def loops_over(self, node: ast.expr) -> None:
        inner = node
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Name) and inner.args:
            if inner.func.id not in ("enumerate", "reversed", "iter", "zip"):
                return
            inner = inner.args[0]
        if isinstance(inner, ast.Call) and isinstance(inner.func, ast.Attribute):
            if inner.func.attr not in ("items", "keys", "values") or inner.args:
                return
            inner = inner.func.value
        self.note(Act.LOOP, self.locations.object(inner, self.scope), inner)

    def reads(self, node: ast.expr) -> list[Read]:
        """Goes through an expression as it is evaluated; returns what its value was made from."""
        found: list[Read] = []
        stack: list[ast.AST] = [node]
        later: list[ast.Call] = []
        while stack:
            at = stack.pop()
            if isinstance(at, FUNCTIONS):
                continue
            if isinstance(at, ast.Await):
                self.pause()
            elif isinstance(at, ast.Name) and at.id in self.known and not self.locations.of(at, self.scope):
                found += self.known[at.id]
            elif isinstance(at, (ast.Name, ast.Attribute)) and isinstance(at.ctx, ast.Load):
                self._read(at, found)
            elif isinstance(at, ast.NamedExpr):
                self.known[at.target.id] = self.reads(at.value)
                found += self.known[at.target.id]
                continue
            elif isinstance(at, ast.comprehension):
                self.loops_over(at.iter)
            elif isinstance(at, ast.Call):
                later.append(at)
            stack.extend(reversed(list(ast.iter_child_nodes(at))))
        for call in reversed(later):
            self._call(call, found)
        return found

    def _read(self, node: ast.Name | ast.Attribute, found: list[Read]) -> None:
        places = self.locations.of(node, self.scope) | self.locations.object(node, self.scope)
        if places:
            found.append(Read(places, node, tuple(self.held), self.segment))
        if isinstance(node, ast.Attribute):
            for one in self.values.made(node.value, self.scope):
                for method in self.values.classes.methods(one.cls, node.attr) if one.cls is not None else ():
                    if "property" in method.tags:
                        self._edge(FunctionValue(method, one), node, found)

    def _edge(self, function: FunctionValue, node: ast.AST, found: list[Read]) -> None:
        """A call; what it gives back is added when that function is known."""
        held, checks = tuple(self.held), tuple(self.checks)
        self.found.edges.append(Edge(function, node, held, self.segment, checks, frozenset(self.caught)))
        found.append(Read(frozenset(), node, held, self.segment))

    def _call(self, node: ast.Call, found: list[Read]) -> None:
        self.called_at.append((node.lineno, node.col_offset))
        self.found.calls.append((node, tuple(self.held)))
        for function in called(self.values, node, self.scope):
            self._edge(function, node, found)
        if isinstance(node.func, ast.Attribute):
            self._method(node, node.func, found)
        if len(node.args) and (word := _last(node.func)) in FILE_ACTS | FILE_CHECKS | {"open"}:
            self._file(node, word, node.args[0], found)

    def _method(self, node: ast.Call, func: ast.Attribute, found: list[Read]) -> None:
        name, holder = func.attr, func.value
        if name == "acquire":
            token = self.locations.token(holder, self.scope)
            if token is not None:
                self.take(token, holder, tries=bool(node.args or node.keywords))
            elif any(one.what == "object" for one in self.values.made(holder, self.scope)):
                self._hold_unknown(holder)
        elif LIKE_ACQUIRE.search(name):
            self._hold_unknown(holder)
        elif LIKE_RELEASE.search(name):
            text = ast.unparse(holder)
            at = next((i for i in reversed(range(len(self.held))) if self.held[i].token.text == text), None)
            if at is not None:
                del self.held[at]
        elif name in TAKES | MUTATES:
            places = self.locations.object(holder, self.scope) | self._queue(holder)
            handled = name == "discard" or (name == "pop" and len(node.args) > 1)
            self.note(Act.TAKE if name in TAKES and not handled else Act.MUTATE, places, holder)
        elif name == "get" and not node.args and not node.keywords:
            self.note(Act.TAKE, self._queue(holder), holder)
        elif name in ("empty", "qsize", "full"):
            found.append(Read(self._queue(holder), holder, tuple(self.held), self.segment))
        elif name in FILE_ACTS | FILE_CHECKS and not node.args:
            self._file(node, name, holder, found)

    def _hold_unknown(self, holder: ast.expr) -> None:
        """A lock of the program's own, as for readers and writers, which is given back in the same function."""
        text = ast.unparse(holder)
        calls = (one.func for part in self.scope.body for one in ast.walk(part) if isinstance(one, ast.Call))
        methods = (func for func in calls if isinstance(func, ast.Attribute) and LIKE_RELEASE.search(func.attr))
        if any(ast.unparse(func.value) == text for func in methods):
            self.held.append(Held(Token(frozenset(), text, False), next(self.regions)))

    def _queue(self, node: ast.expr) -> frozenset[Location]:
        made = self.values.made(node, self.scope)
        return frozenset(Location("object", one, "") for one in made if one.last in QUEUES)

    def _file(self, node: ast.Call, word: str, path: ast.expr, found: list[Read]) -> None:
        places = self.locations.file(path, self.scope)
        if word in FILE_CHECKS:
            found.append(Read(places, path, tuple(self.held), self.segment))
        elif word in FILE_ACTS:
            if not any(one.arg in ("exist_ok", "missing_ok", "ignore_errors") for one in node.keywords):
                self.note(Act.TAKE, places, path)
        elif word == "open":
            given = next((one.value for one in node.keywords if one.arg == "mode"), None)
            mode = given or (node.args[1] if len(node.args) > 1 else None)
            said = str(mode.value) if isinstance(mode, ast.Constant) else "" if mode is None else "?"
            if said[:1] in ("", "r"):
                self.files.append(Read(places, path, tuple(self.held), self.segment))
                found.append(self.files[-1])
            elif said[:1] in ("w", "x"):
                old = next((one for one in self.files if one.locations & places), None)
                act = Act.WRITE if old is None else Act.CHANGE
                self.note(act, places, path, read=old, slow=old is not None, constant=True)


def _last(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))
