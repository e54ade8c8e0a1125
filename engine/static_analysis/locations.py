"""Pure: what an expression names that several functions may see, and which lock a `with` takes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from engine.static_analysis.acts import Location, Token
from engine.static_analysis.scopes import Scope
from engine.static_analysis.values import ClassValue, FunctionValue, Imported, Made, Values

LOCKS = frozenset({"Lock", "RLock", "Condition", "allocate_lock", "Semaphore", "BoundedSemaphore"})
LIKE_A_LOCK = re.compile(
    r"lock|mutex|guard|sem(aphore)?\b|cond(ition)?\b|\bcv\b|monitor|synchron|critical|atomic", re.I
)
SAFE = ("queue.", "threading.", "multiprocessing.Queue", "multiprocessing.JoinableQueue", "multiprocessing.SimpleQueue",
        "multiprocessing.Event", "asyncio.", "logging.", "contextvars.", "concurrent.")  # fmt: skip
CONTAINERS = frozenset({
    "list", "dict", "set", "tuple", "deque", "defaultdict", "Counter", "OrderedDict", "bytearray", "array", "frozenset",
})  # fmt: skip


class Locations:
    """Finds them by the values of a program. `without` are the names of locks that are switched off."""

    def __init__(self, values: Values, without: frozenset[str] = frozenset()) -> None:
        self.values, self.without = values, without
        lookup = values.program.lookup
        self._seen = {
            (owner, name)
            for one in values.program.scopes
            for name in one.used
            if (owner := lookup(one, name)) is not one
        }

    def of(self, node: ast.expr, scope: Scope) -> frozenset[Location]:
        """Where the value that a name or an attribute stands for is kept; empty for what one function alone sees."""
        if isinstance(node, ast.Name):
            owner = self.values.program.lookup(scope, node.id)
            if owner is scope and not self._captured(scope, node.id):
                return frozenset()
            return frozenset({Location("name", owner, node.id)})
        if isinstance(node, ast.Attribute):
            return frozenset(self._attributes(node, scope))
        return frozenset()

    def object(self, node: ast.expr, scope: Scope) -> frozenset[Location]:
        """The objects that an expression may be, for what changes them in place; where they are kept when not known."""
        made = self.values.made(node, scope)
        found = {Location("object", one, "") for one in made if one.last in CONTAINERS or ".Manager." in one.what}
        if found or any(one.what.startswith(SAFE) or one.cls is not None for one in made):
            return frozenset(found)
        return self.of(node, scope)

    def file(self, node: ast.expr, scope: Scope) -> frozenset[Location]:
        """A file by the expression of its path; empty where its name comes from what one call alone is given."""
        if isinstance(node, ast.Constant):
            return frozenset({Location("file", None, repr(node.value))})
        if isinstance(node, ast.Name) and self.of(node, scope):
            return frozenset({Location("file", None, node.id)})
        if isinstance(node, ast.Attribute):
            return frozenset({Location("file", None, ast.unparse(node))})
        return frozenset()

    def _captured(self, scope: Scope, name: str) -> bool:
        """Whether a function inside of this one sees its variable."""
        return scope is self.values.program.module or (scope, name) in self._seen

    def _attributes(self, node: ast.Attribute, scope: Scope) -> Iterator[Location]:
        for one in self.values.of(node.value, scope):
            if isinstance(one, ClassValue):
                yield Location("attribute", one.cls, node.attr)
            elif isinstance(one, Made) and one.cls is not None and one.what in ("object", "self"):
                if not any(base.endswith("threading.local") for base in self.values.classes.bases(one.cls)):
                    yield Location("attribute", one, node.attr)
            elif isinstance(one, Made) and (one.last == "Namespace" or (node.attr == "value" and one.last == "Value")):
                yield Location("attribute", one, node.attr)
            elif isinstance(one, FunctionValue):
                yield Location("attribute", one.scope, node.attr)

    def token(self, node: ast.expr, scope: Scope) -> Token | None:
        """What is held by `with node`; None for what is no lock."""
        text = ast.unparse(node)
        if self._is_off(text):
            return None
        made = frozenset(self._real(one) for one in self._locks(node, scope))
        locks = frozenset(one for one in made if not self._is_off(name_of(one)))
        if made and not locks:
            return None
        if locks:
            guards = any(one.last not in ("Semaphore", "BoundedSemaphore") or _of_one(one.node) for one in locks)
            return Token(locks, text, True, guards)
        known = self.values.of(node, scope)
        if LIKE_A_LOCK.search(text) and not any(isinstance(one, Imported) and "builtins." in one.path for one in known):
            return Token(frozenset(), text, False)
        return None

    def _is_off(self, text: str) -> bool:
        return any(text == one or text.endswith(f".{one}") for one in self.without)

    def _locks(self, node: ast.expr, scope: Scope) -> Iterator[Made]:
        for one in self.values.of(node, scope):
            if not isinstance(one, Made):
                continue
            if one.last in LOCKS and not one.what.startswith("asyncio."):
                yield one
            elif one.last == "get_lock":
                source = one.node.func if isinstance(one.node, ast.Call) else None
                if isinstance(source, ast.Attribute):
                    yield from self.values.made(source.value, one.scope)
            elif one.what == "contextmanager" and one.cls is not None:
                yield from self._inside(one.cls)
            elif one.cls is not None and one.what in ("object", "self"):
                for method in self.values.classes.methods(one.cls, "__enter__"):
                    yield from self._inside(method)

    def _inside(self, function: Scope) -> Iterator[Made]:
        """The locks that a function takes."""
        for node in (inner for one in function.body for inner in ast.walk(one)):
            if isinstance(node, ast.With):
                for item in node.items:
                    yield from (one for one in self.values.made(item.context_expr, function) if one.last in LOCKS)
            elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "acquire":
                lock = node.func.value  # type: ignore[attr-defined]  # an attribute
                yield from (one for one in self.values.made(lock, function) if one.last in LOCKS)

    def _real(self, made: Made) -> Made:
        """The lock below a condition that is given one."""
        if made.last == "Condition" and isinstance(made.node, ast.Call) and made.node.args:
            below = [one for one in self.values.made(made.node.args[0], made.scope) if one.last in LOCKS]
            return below[0] if len(below) == 1 else made
        return made


def _of_one(node: ast.AST) -> bool:
    """Whether a semaphore lets one in at a time."""
    given = node.args[:1] if isinstance(node, ast.Call) else []
    return not given or (isinstance(given[0], ast.Constant) and given[0].value == 1)


def name_of(lock: Made) -> str:
    """The variable that a lock is first assigned to."""
    for name, all_ in (
        *lock.scope.bindings.items(),
        *(lock.scope.owner.attributes.items() if lock.scope.owner else ()),
    ):
        if any(one.value is lock.node for one in all_):
            return f"self.{name}" if lock.scope.owner else name
    return ""
