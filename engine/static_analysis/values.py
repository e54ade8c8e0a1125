"""What an expression may be: functions, classes, and objects by the place in the text that makes them.

Flow is not followed: a name is everything that it is given anywhere, a parameter everything that some call gives it.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple, Optional, Union  # an alias is read when Python 3.9 runs

from engine.static_analysis.constants import UNKNOWN, Constants
from engine.static_analysis.scopes import Binding, Program, Scope
from engine.static_analysis.signatures import defaults, given_by

PASSED = frozenset({"list", "tuple", "sorted", "reversed", "iter", "set", "frozenset"})  # hold what they are given
VIEWS = ("numpy.", "memoryview", "builtins.memoryview")  # a slice of them shares what it shows
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.GeneratorExp)


class Imported(NamedTuple):
    """Something of another module, or a builtin."""

    path: str


class FunctionValue(NamedTuple):
    """A function, or a method of an object."""

    scope: Scope
    receiver: Made | None = None


class ClassValue(NamedTuple):
    """A class of the text."""

    cls: Scope
    kind: str = "class"


class Made(NamedTuple):
    """An object, by where it is made. That of a class that stands for `self` is made by the class itself."""

    what: str  # such as threading.Lock, or "object" of a class of the text
    node: ast.AST
    scope: Scope
    cls: Scope | None = None  # of an object; of a coroutine or generator its function

    @property
    def is_self(self) -> bool:
        return self.what == "self"

    @property
    def last(self) -> str:
        """The name of its class alone."""
        return self.what.rpartition(".")[2]

    def another(self, node: ast.AST, scope: Scope) -> Made:
        """One of the same class that is made from it, as `a + b` is another list than a and b."""
        return self._replace(what="object" if self.is_self else self.what, node=node, scope=scope)


Value = Union[Imported, FunctionValue, ClassValue, Made]
NOTHING: frozenset[Value] = frozenset()
Given = dict[tuple[Scope, str], list[tuple[Optional[ast.expr], frozenset[Value]]]]  # what each parameter is given
Appended = dict[int, list[tuple[ast.expr, Scope]]]  # id of the node that makes a list -> what is added to it


def _made_from(node: ast.AST) -> list[ast.expr]:
    """The containers whose items one holds that is made by a call, a slice or an operator."""
    if isinstance(node, ast.BinOp):
        return [node.left, node.right]
    return node.args[:1] if isinstance(node, ast.Call) else [node.value] if isinstance(node, ast.Subscript) else []


class Classes:
    """What classes derive from and have."""

    def __init__(self, of: Callable[[ast.AST, Scope], frozenset[Value]]) -> None:
        self._of = of

    def family(self, cls: Scope) -> list[Scope]:
        """A class and those of the text that it derives from."""
        found, ahead = [cls], [cls]
        while ahead:
            at = ahead.pop()
            for base in at.bases:
                for one in self._of(base, at.parent or at):
                    if isinstance(one, ClassValue) and one.cls not in found:
                        found.append(one.cls)
                        ahead.append(one.cls)
        return found

    def bases(self, cls: Scope) -> set[str]:
        """The names of the classes of other modules that it derives from."""
        found = set()
        for at in self.family(cls):
            found |= {
                one.path for base in at.bases for one in self._of(base, at.parent or at) if isinstance(one, Imported)
            }
        return found

    def methods(self, cls: Scope, name: str) -> list[Scope]:
        """The functions that `name` is in a class: the nearest definition."""
        for at in self.family(cls):
            found = [one.value for one in at.bindings.get(name, ()) if isinstance(one.value, Scope)]
            if found:
                return [one for one in found if not one.is_class]
        return []


class Containers:
    """What lists, tuples and dictionaries of the text hold."""

    def __init__(self, of: Callable[[ast.AST, Scope], frozenset[Value]], constants: Constants) -> None:
        self._of, self._constants = of, constants
        self._open: set[int] = set()
        self.appended: Appended = {}

    def elements(self, value: Value) -> frozenset[Value]:
        """What a container may hold."""
        if not isinstance(value, Made):
            return NOTHING
        key = id(value.node)
        if key in self._open:
            return NOTHING
        self._open.add(key)
        node, scope, found = value.node, value.scope, set[Value]()
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            found.update(*(self._spread(one, scope) for one in node.elts))
        elif isinstance(node, ast.Dict):
            found.update(*(self._of(one, scope) for one in node.values))
        elif isinstance(node, (*COMPREHENSIONS, ast.DictComp)):
            found |= self._of(node.value if isinstance(node, ast.DictComp) else node.elt, scope)
        else:
            sources = _made_from(node) if value.last in PASSED or not isinstance(node, ast.Call) else ()
            found.update(*(self._held_by(one, scope) for one in sources))
        for added, where in self.appended.get(id(node), ()):
            found |= self._of(added, where)
        self._open.discard(key)
        return frozenset(found)

    def _held_by(self, node: ast.expr, scope: Scope) -> frozenset[Value]:
        return frozenset(held for one in self._of(node, scope) for held in self.elements(one))

    def _spread(self, node: ast.expr, scope: Scope) -> frozenset[Value]:
        return self._held_by(node.value, scope) if isinstance(node, ast.Starred) else self._of(node, scope)

    def at(self, value: Value, key: ast.expr) -> frozenset[Value]:
        """What a container may hold for a key or index."""
        wanted, node = self._constants.value(key), value.node if isinstance(value, Made) else None
        if isinstance(wanted, int) and wanted >= 0 and isinstance(node, (ast.List, ast.Tuple)):
            return self.item(value, wanted)
        if wanted is UNKNOWN or not isinstance(value, Made) or not isinstance(node, ast.Dict):
            return self.elements(value)
        keys = [UNKNOWN if one is None else self._constants.value(one) for one in node.keys]
        found = [part for one, part in zip(keys, node.values) if one is UNKNOWN or one == wanted]
        return frozenset(one for part in found for one in self._of(part, value.scope))

    def item(self, value: Value, index: int) -> frozenset[Value]:
        """What a container may hold at a place."""
        node = value.node if isinstance(value, Made) else None
        if not isinstance(value, Made) or not isinstance(node, (ast.List, ast.Tuple)) or index >= len(node.elts):
            return self.elements(value)
        if any(isinstance(one, ast.Starred) for one in node.elts[: index + 1]):
            return self.elements(value)
        return self._of(node.elts[index], value.scope)


class Values:
    """Answers what expressions may be; knows what each parameter is given."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.given: Given = {}
        self.classes, self.containers = Classes(self.of), Containers(self.of, program.constants)
        self._known: dict[tuple[int, Scope], frozenset[Value]] = {}
        self._names: dict[tuple[Scope, str], frozenset[Value]] = {}
        self._open: set[object] = set()

    def of(self, node: ast.AST | None, scope: Scope) -> frozenset[Value]:
        """All that an expression may be; empty for what is not known."""
        if node is None:
            return NOTHING
        key = id(node), scope
        if key in self._known:
            return self._known[key]
        if key in self._open:
            return NOTHING
        self._open.add(key)
        found = frozenset(self._of(node, scope))
        self._open.discard(key)
        self._known[key] = found
        return found

    def made(self, node: ast.AST | None, scope: Scope) -> list[Made]:
        """The objects that an expression may be."""
        return [one for one in self.of(node, scope) if isinstance(one, Made)]

    def functions(self, node: ast.AST | None, scope: Scope) -> list[FunctionValue]:
        """The functions that it may be; the `__call__` of an object, and the `__init__` of a class that is called."""
        found = []
        for one in self.of(node, scope):
            if isinstance(one, FunctionValue):
                found.append(one)
            elif isinstance(one, Made) and one.cls is not None and one.what in ("object", "self"):
                found += [FunctionValue(method, one) for method in self.classes.methods(one.cls, "__call__")]
        return found

    def path(self, node: ast.AST | None, scope: Scope) -> str:
        """The name of what another module has, such as time.sleep; "" for all else."""
        return next((one.path for one in self.of(node, scope) if isinstance(one, Imported)), "")

    def name(self, scope: Scope, name: str) -> frozenset[Value]:
        """What the variable of that name may hold, seen from a scope."""
        owner = self.program.lookup(scope, name)
        key = owner, name
        if key in self._names:
            return self._names[key]
        if key in self._open:
            return NOTHING
        self._open.add(key)
        found: set[Value] = set()
        if owner.first == name and owner.owner is not None:
            cls = owner.owner
            found.add(ClassValue(cls) if "classmethod" in owner.tags else Made("self", cls.node, cls, cls))
        for _, values in self.given.get(key, ()):
            found |= values
        for binding in owner.bindings.get(name, ()):
            found |= self._bound(binding)
        if owner is self.program.module and name not in owner.names:
            found.add(Imported(f"builtins.{name}"))
        self._open.discard(key)
        self._names[key] = frozenset(found)
        return self._names[key]

    def _bound(self, binding: Binding) -> frozenset[Value]:  # noqa: PLR0911  # one case for each way
        how, value, scope = binding.how, binding.value, binding.scope
        if how == "module":
            return frozenset({Imported(str(value))})
        if how == "scope" and isinstance(value, Scope):
            return frozenset({ClassValue(value)}) if value.is_class else self._decorated(value)
        if not isinstance(value, ast.AST):
            return NOTHING
        found = self.of(value, scope)
        if how == "value":
            return found
        if how == "entered":
            return frozenset(one for each in found for one in self._entered(each))
        if how == "item":
            return frozenset(one for each in found for one in self.containers.item(each, binding.at))
        inner = frozenset(one for each in found for one in self.containers.elements(each))
        if how.startswith("item-of"):
            return frozenset(one for each in inner for one in self.containers.item(each, binding.at))
        return inner

    def _entered(self, value: Value) -> Iterable[Value]:
        """What `with` gives for it: itself, mostly."""
        if isinstance(value, Made) and value.cls is not None and value.what == "object":
            for method in self.classes.methods(value.cls, "__enter__"):
                returned = frozenset(one for each in method.returns for one in self.of(each, method))
                return [value if isinstance(one, Made) and one.is_self else one for one in returned]
        return [value]

    def _decorated(self, scope: Scope) -> frozenset[Value]:
        """A function as its decorators leave it: what a decorator of the text gives back in its place."""
        for decorator in scope.decorators:
            call = decorator.func if isinstance(decorator, ast.Call) else decorator
            for one in self.of(call, scope.parent or scope):
                if isinstance(one, FunctionValue):
                    inner = {each for value in one.scope.returns for each in self.of(value, one.scope)}
                    found = frozenset(each for each in inner if isinstance(each, FunctionValue))
                    if found:
                        return found
        return frozenset({FunctionValue(scope)})

    def _of(self, node: ast.AST, scope: Scope) -> Iterable[Value]:  # noqa: PLR0911  # one case for each kind of node
        if isinstance(node, ast.Name):
            return self.name(scope, node.id)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, scope)
        if isinstance(node, ast.Call):
            return self._called(node, scope)
        if isinstance(node, ast.Lambda):
            return {FunctionValue(self.program.of_node[id(node)])}
        if isinstance(node, ast.IfExp):
            way = self.program.constants.decided(node.test)
            return frozenset(
                one for taken, part in ((True, node.body), (False, node.orelse)) if way in (None, taken)
                for one in self.of(part, scope)
            )  # fmt: skip
        if isinstance(node, ast.BoolOp):
            return frozenset(one for each in node.values for one in self.of(each, scope))
        if isinstance(node, ast.BinOp):
            sides = self.made(node.left, scope) + self.made(node.right, scope)
            return [one.another(node, scope) for one in sides]
        if isinstance(node, (ast.NamedExpr, ast.Await, ast.Starred)):
            return self.of(node.value, scope)
        if isinstance(node, ast.Subscript):
            return self._subscript(node, scope)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set, ast.Dict, *COMPREHENSIONS, ast.DictComp)):
            kind = {"ListComp": "list", "SetComp": "set", "DictComp": "dict", "GeneratorExp": "generator"}
            return {Made(kind.get(type(node).__name__, type(node).__name__.lower()), node, scope)}
        return ()

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Iterator[Value]:
        for one in self.of(node.value, scope):
            if not isinstance(node.slice, ast.Slice):
                yield from self.containers.at(one, node.slice)
            elif isinstance(one, Made) and one.cls is None:  # another list, with the same in it
                yield one if one.what.startswith(VIEWS) else one.another(node, scope)

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Iterator[Value]:
        if isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "super":
            cls = next((one.owner for one in self._around(scope) if one.owner is not None), None)
            for base in self.classes.family(cls)[1:] if cls is not None else ():
                yield from (FunctionValue(one) for one in self.classes.methods(base, node.attr))
                break
            return
        for one in self.of(node.value, scope):
            yield from self.attribute(one, node.attr)

    @staticmethod
    def _around(scope: Scope) -> Iterator[Scope]:
        at: Scope | None = scope
        while at is not None:
            yield at
            at = at.parent

    def attribute(self, value: Value, name: str) -> Iterator[Value]:
        """What an attribute of a value may be."""
        if isinstance(value, Imported):
            yield Imported(f"{value.path}.{name}")
        elif isinstance(value, (ClassValue, Made)) and value.cls is not None:
            yield from self._member(value.cls, name, value if isinstance(value, Made) else None)

    def _member(self, cls: Scope, name: str, receiver: Made | None) -> Iterator[Value]:
        if receiver is not None:
            for at in self.classes.family(cls):
                for binding in at.attributes.get(name, ()):
                    yield from self._bound(binding)
        for at in self.classes.family(cls):
            for binding in at.bindings.get(name, ()):
                for one in self._bound(binding):
                    if isinstance(one, FunctionValue) and "property" in one.scope.tags:
                        yield from (each for part in one.scope.returns for each in self.of(part, one.scope))
                    else:
                        yield one._replace(receiver=receiver) if isinstance(one, FunctionValue) else one

    def _called(self, node: ast.Call, scope: Scope) -> Iterator[Value]:
        for one in self.of(node.func, scope):
            if isinstance(one, ClassValue):
                yield Made("object", node, scope, one.cls)
            elif isinstance(one, FunctionValue):
                yield from self._result(one, node, scope)
            elif isinstance(one, Imported):
                if one.path.rpartition(".")[2] in ("partial", "delayed") and node.args:
                    yield from self.of(node.args[0], scope)
                else:
                    yield Made(one.path, node, scope)
        if isinstance(node.func, ast.Attribute):
            for one in self.of(node.func.value, scope):
                if isinstance(one, Made) and one.cls is None:
                    yield Made(f"{one.what}.{node.func.attr}", node, scope)

    def _result(self, called: FunctionValue, node: ast.Call, scope: Scope) -> Iterable[Value]:
        function = called.scope
        if "contextmanager" in function.tags or "asynccontextmanager" in function.tags:
            return {Made("contextmanager", node, scope, function)}
        if function.is_async and not function.yields:
            return {Made("coroutine", node, scope, function)}
        if function.yields:
            return {Made("generator", node, scope, function)}
        given = given_by(node, function, bound=called.receiver is not None)
        return frozenset(one for each in function.returns for one in self._returned(each, function, given, scope))

    def _returned(self, node: ast.expr, function: Scope, given: dict[str, ast.expr], scope: Scope) -> Iterable[Value]:
        """What a call in `scope` gets: of a parameter that is given back what this call gave, not what others did."""
        if isinstance(node, ast.IfExp):
            parts = (node.body, node.orelse)
            return (one for part in parts for one in self._returned(part, function, given, scope))
        if isinstance(node, ast.Name) and node.id in given and self.program.lookup(function, node.id) is function:
            later = (one for binding in function.bindings.get(node.id, ()) for one in self._bound(binding))
            return {*self.of(given[node.id], scope), *later}
        return self.of(node, function)

    def take(self, given: Given, appended: Appended) -> None:
        """What is known of calls now; all that was found without it is forgotten."""
        self.given, self.containers.appended = given, appended
        for scope in self.program.scopes:
            for name, value in defaults(scope).items():
                self.given.setdefault((scope, name), []).append((value, self.of(value, scope.parent or scope)))
        self._known.clear()
        self._names.clear()
