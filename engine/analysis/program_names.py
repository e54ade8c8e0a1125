"""What a program's text says of its names: what each holds, in which function or class it lives."""

from __future__ import annotations

import ast
import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import NoWatch
from engine.protocol.program_text import UNREADABLE, parse
from engine.protocol.watch_path import Attribute, NotWatchable, WatchPath

CONTAINERS = frozenset(
    {
        "list",
        "dict",
        "set",
        "tuple",
        "deque",
        "defaultdict",
        "Counter",
        "OrderedDict",
        "bytearray",
        "array",
        "frozenset",
    }
)
NUMBERS = frozenset({"int", "float", "bool", "len", "sum", "time", "perf_counter", "monotonic"})
THINGS = frozenset(  # what is made so is no number and has no length that says something
    {"Lock", "RLock", "Semaphore", "BoundedSemaphore", "Condition", "Event", "Barrier", "Thread", "Timer", "Queue",
     "LifoQueue", "PriorityQueue", "SimpleQueue", "JoinableQueue", "Process", "Pool", "ThreadPoolExecutor",
     "ProcessPoolExecutor", "Random", "open", "str", "input", "object", "local"}
)  # fmt: skip
FunctionNode = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


class Sort(enum.Enum):
    """What a name holds, as far as the text tells."""

    NUMBER = "number"
    CONTAINER = "container"
    SHARED = "shared"  # multiprocessing's Value
    OBJECT = "object"  # of a class of the program
    NEVER = "never"  # a function, a module, a text, a lock
    OTHER = "other"


@lazy_dataclass(frozen=True)
class Kind:
    """A sort, and the class of an object."""

    sort: Sort
    of: str = ""


OTHER = Kind(Sort.OTHER)


@dataclass
class Function:
    """A function, and what its names mean."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    owner: str = ""  # the class that it is a method of
    outer: Function | None = None
    locals: dict[str, Kind] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)  # named by `global`

    @property
    def name(self) -> str:
        """Its name, "" for a lambda."""
        return "" if isinstance(self.node, ast.Lambda) else self.node.name

    @property
    def itself(self) -> str:
        """What it calls the object that it is a method of."""
        arguments = [*self.node.args.posonlyargs, *self.node.args.args]
        return arguments[0].arg if self.owner and arguments else ""


class ProgramNames:
    """All of it, of one text; nothing of a text that is no Python."""

    def __init__(self, text: str) -> None:
        self.globals: dict[str, Kind] = {}
        self.classes: dict[str, dict[str, Kind]] = {}  # attributes of the class and of its objects
        self.functions: list[Function] = []
        self._bases: dict[str, set[str]] = {}
        self.lines = text.split("\n")
        try:
            self.tree: ast.Module | None = parse(text)
        except UNREADABLE:
            self.tree = None
            return
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                self.classes[node.name] = {}
                self._bases[node.name] = {called(base) for base in node.bases}
        for statement in self.tree.body:
            self._take(statement, None, "")

    # reading the text

    def _take(self, node: ast.AST, inside: Function | None, owner: str) -> None:
        """A node of the module (`inside` None) or of a function; `owner` is the class whose body it stands in."""
        if isinstance(node, FunctionNode):
            if not isinstance(node, ast.Lambda):
                self._note(node.name, Kind(Sort.NEVER), inside, owner)
            made = Function(node, owner, inside)
            arguments = node.args
            named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, arguments.vararg, arguments.kwarg]
            made.locals |= {one.arg: OTHER for one in named if one is not None}
            made.shared = {name for one in within(node) if isinstance(one, ast.Global) for name in one.names}
            self.functions.append(made)
            for part in ast.iter_child_nodes(node):
                self._take(part, made, "")
            return
        if isinstance(node, ast.ClassDef):
            self._note(node.name, Kind(Sort.NEVER), inside, owner)
            for part in node.body:
                self._take(part, inside, node.name)
            return
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for one in node.names:
                sort = Sort.NEVER if isinstance(node, ast.Import) or _is_thing(one.name) else Sort.OTHER
                self._note((one.asname or one.name).partition(".")[0], Kind(sort), inside, owner)
        self._take_assignment(node, inside, owner)
        for part in ast.iter_child_nodes(node):
            self._take(part, inside, owner)

    def _take_assignment(self, node: ast.AST, inside: Function | None, owner: str) -> None:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                self._assign(target, node.value, inside, owner)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None or owner:
                self._assign(node.target, node.value or node.annotation, inside, owner)
        elif isinstance(node, ast.AugAssign):
            self._assign(node.target, None, inside, owner)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            self._note(node.id, None, inside, owner)

    def _assign(self, target: ast.expr, value: ast.expr | None, inside: Function | None, owner: str) -> None:
        kind = None if value is None else self.kind_of(value)
        if isinstance(target, (ast.Tuple, ast.List)):
            values = value.elts if isinstance(value, (ast.Tuple, ast.List)) else []
            for at, one in enumerate(target.elts):
                known = values[at] if len(values) == len(target.elts) else None
                self._assign(one, known, inside, owner)
        elif isinstance(target, ast.Name):
            self._note(target.id, kind, inside, owner)
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and inside is not None:
            method = inside
            while method.outer is not None and not method.owner:
                method = method.outer
            if method.owner and target.value.id == method.itself:
                _merge(self.classes[method.owner], target.attr, kind)

    def _note(self, name: str, kind: Kind | None, inside: Function | None, owner: str) -> None:
        if owner:
            _merge(self.classes[owner], name, kind)
        elif inside is None or name in inside.shared:
            _merge(self.globals, name, kind)
        else:
            _merge(inside.locals, name, kind)

    def kind_of(self, node: ast.expr) -> Kind:  # noqa: PLR0911  # one for each sort of node
        """What an expression gives."""
        if isinstance(node, ast.Constant):
            return Kind(Sort.NUMBER if isinstance(node.value, (int, float)) else Sort.NEVER)
        if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.Tuple, ast.ListComp, ast.DictComp, ast.SetComp)):
            return Kind(Sort.CONTAINER)
        if isinstance(node, (ast.JoinedStr, ast.Lambda, ast.GeneratorExp)):
            return Kind(Sort.NEVER)
        if isinstance(node, ast.BinOp):
            both = {self.kind_of(node.left).sort, self.kind_of(node.right).sort}
            return (
                Kind(Sort.CONTAINER)
                if Sort.CONTAINER in both
                else Kind(Sort.NUMBER)
                if both == {Sort.NUMBER}
                else OTHER
            )
        if isinstance(node, ast.UnaryOp):
            return self.kind_of(node.operand)
        if isinstance(node, ast.Call):
            return self._made_by(node)
        return OTHER

    def _made_by(self, call: ast.Call) -> Kind:
        name = called(call.func)
        if name in self.classes:
            return Kind(Sort.OBJECT, name)
        if name == "field":  # of a dataclass
            return next((self._factory(one.value) for one in call.keywords), OTHER)
        if name in ("Value", "RawValue"):
            return Kind(Sort.SHARED)
        table = ((CONTAINERS, Sort.CONTAINER), (NUMBERS, Sort.NUMBER), (THINGS, Sort.NEVER))
        return next((Kind(sort) for names, sort in table if name in names), OTHER)

    def _factory(self, node: ast.expr) -> Kind:
        return (
            self._made_by(ast.Call(node, [], [])) if isinstance(node, (ast.Name, ast.Attribute)) else self.kind_of(node)
        )

    # asking

    def function_at(self, line: int) -> Function | None:
        """The innermost function that a line belongs to, with its decorators and its head."""
        found = None
        for one in self.functions:
            begin, end = one.node.lineno, one.node.end_lineno or one.node.lineno
            if begin <= line <= end and (found is None or begin >= found.node.lineno):
                found = one
        return found

    def root(self, name: str, inside: Function | None) -> tuple[str, Kind]:
        """The module's name that a name means at some place, and what it holds. Raises NotWatchable for a local one."""
        where = inside
        while where is not None:
            if name in where.locals and name not in where.shared:
                method = name == where.itself
                kind = Kind(Sort.OBJECT, where.owner) if method else where.locals[name]
                if kind.sort is Sort.OBJECT:
                    return kind.of, kind
                raise NotWatchable(NoWatch.LOCAL)
            where = where.outer
        if name in self.classes:
            return name, Kind(Sort.OBJECT, name)
        if name in self.globals:
            return name, self.globals[name]
        raise NotWatchable(NoWatch.ABSENT)

    def kind_at(self, kind: Kind, path: WatchPath) -> Kind:
        """What lies at the end of a path whose root is of a kind."""
        for step in path.steps:
            if not isinstance(step, Attribute):
                return OTHER
            if kind.sort is Sort.SHARED and step.name == "value":
                return Kind(Sort.NUMBER)
            kind = self.attributes(kind.of).get(step.name, OTHER) if kind.sort is Sort.OBJECT else OTHER
        return kind

    def attributes(self, owner: str) -> dict[str, Kind]:
        """The attributes of a class and of those of the program above it."""
        found: dict[str, Kind] = {}
        for base in self._bases.get(owner, ()):
            if base in self.classes and base != owner:
                found |= self.attributes(base)
        return found | self.classes.get(owner, {})

    def bases(self, owner: str) -> set[str]:
        """Names of the classes that a class derives from."""
        return self._bases.get(owner, set())


def called(node: ast.expr) -> str:
    """The last name of what is called, or derived from; "" for anything else."""
    if isinstance(node, ast.Subscript):
        node = node.value
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_thing(name: str) -> bool:
    return name in THINGS or name in CONTAINERS or name[:1].isupper()


def _merge(table: dict[str, Kind], name: str, kind: Kind | None) -> None:
    """Notes what a name holds; one that holds now this, now that, may be anything. None: it is written, no more."""
    before = table.get(name)
    if before is None:
        table[name] = kind or OTHER
    elif kind is not None and kind != before and OTHER not in (kind, before):
        table[name] = OTHER
    elif before == OTHER and kind is not None:
        table[name] = kind


def within(function: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function without those of functions and classes in it."""
    for child in ast.iter_child_nodes(function):
        yield child
        if not isinstance(child, (*FunctionNode, ast.ClassDef)):
            yield from within(child)


@lru_cache(maxsize=4)
def names_of(text: str) -> ProgramNames:
    """What a text says of its names."""
    return ProgramNames(text)
