"""Objects of which each thread was given its own: those that the others of the same function have are not shared."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from engine.static_analysis.contexts import Root
from engine.static_analysis.scopes import Scope
from engine.static_analysis.signatures import given_by
from engine.static_analysis.values import Made, Value, Values


class Separate:
    """Answers it for the threads of one program."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._known: dict[int, frozenset[Value]] = {}

    def strangers(self, root: Root) -> frozenset[Value]:
        """What others gave to the same parameters, and this thread has no way to."""
        if id(root) not in self._known:
            others = self._all_of(self._given_to_others(root))
            self._known[id(root)] = others - self._within_reach(root) if others else others
        return self._known[id(root)]

    def each_its_own(self, root: Root, owner: Made) -> bool:
        """Whether a loop gives each of its threads another item of a list, and `owner` is one of them."""
        program, spawn = self._values.program, root.spawn
        loop = program.loop_of(spawn.call) if spawn is not None else None
        for node in ast.walk(spawn.call) if spawn is not None else ():
            if not isinstance(node, ast.Name):
                continue
            for binding in program.lookup(spawn.scope, node.id).bindings.get(node.id, ()) if spawn is not None else ():
                source = binding.value if binding.how == "element" else None
                if isinstance(source, ast.expr) and loop is not None and source in _gone_through(loop):
                    lists = self._values.made(source, binding.scope)
                    if lists and all(self._all_differ(one, owner) for one in lists):
                        return True
        return False

    def _all_differ(self, made: Made, owner: Made) -> bool:
        if not isinstance(made.node, (ast.List, ast.Tuple)) or made.node is owner.node:
            return False
        items = [self._all_of(self._values.of(one, made.scope)) for one in made.node.elts]
        return sum(owner in one for one in items) == 1

    def _given_to_others(self, root: Root) -> frozenset[Value]:
        found = set[Value]()
        for function, mine in self._parameters(root):
            for name in function.parameters:
                for node, given in self._values.given.get((function, name), ()):
                    where = self._values.program.scope_of.get(id(node))
                    if where is not None and where not in root.reach and name in mine:
                        found |= given - mine[name]
        return frozenset(one for one in found if isinstance(one, Made))

    def _parameters(self, root: Root) -> Iterator[tuple[Scope, dict[str, frozenset[Value]]]]:
        """The functions that are given something when a thread is started, and what this one gives to them."""
        spawn, function = root.spawn, root.function
        if spawn is None:
            return
        names = function.scope.parameters
        names = names[1:] if function.scope.first and function.receiver is not None else names
        pairs = [*zip(names, spawn.arguments), *spawn.named.items()]
        yield function.scope, {name: one.values for name, one in pairs}
        if function.receiver is not None:
            yield from self._made_with(function.receiver)

    def _made_with(self, made: Made) -> Iterator[tuple[Scope, dict[str, frozenset[Value]]]]:
        """The `__init__` of an object, and what it was given."""
        if made.cls is None or not isinstance(made.node, ast.Call) or made.what != "object":
            return
        for init in self._values.classes.methods(made.cls, "__init__"):
            given = given_by(made.node, init, bound=True)
            yield init, {name: self._values.of(one, made.scope) for name, one in given.items()}

    def _within_reach(self, root: Root) -> frozenset[Value]:
        program = self._values.program
        ahead = [one for _, given in self._parameters(root) for values in given.values() for one in values]
        for scope in root.reach:
            for name in scope.used:
                owner = program.lookup(scope, name)
                if owner not in root.reach:
                    ahead += self._values.name(owner, name)
        return self._all_of(ahead)

    def _all_of(self, some: Iterable[Value]) -> frozenset[Value]:
        """These, what they hold, what that holds, and so on."""
        found, ahead = set[Value](), list(some)
        while ahead:
            one = ahead.pop()
            if one not in found:
                found.add(one)
                ahead += self._values.containers.elements(one)
                ahead += self._attributes(one) if isinstance(one, Made) else ()
        return frozenset(found)

    def _attributes(self, made: Made) -> Iterator[Value]:
        """What the attributes of an object may be; those that its `__init__` was given are what this one was given."""
        if made.cls is None or made.what not in ("object", "self"):
            return
        given = dict(self._made_with(made))
        for cls in self._values.classes.family(made.cls):
            for binding in (one for all_ in cls.attributes.values() for one in all_):
                name = binding.value.id if isinstance(binding.value, ast.Name) else ""
                if name in given.get(binding.scope, {}):
                    yield from given[binding.scope][name]
                elif isinstance(binding.value, ast.expr):
                    yield from self._values.of(binding.value, binding.scope)


def _gone_through(loop: ast.AST) -> list[ast.expr]:
    if isinstance(loop, (ast.For, ast.AsyncFor)):
        return [loop.iter]
    return [one.iter for one in getattr(loop, "generators", ())]
