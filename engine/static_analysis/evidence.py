"""What two accesses that meet amount to: what keeps them apart, what it depends on, what is told of them."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from typing import NamedTuple

from engine.static_analysis.acts import Held, Location
from engine.static_analysis.contexts import Contexts, Entry, Root, position
from engine.static_analysis.sharing import Doing, Guard, Sharing
from engine.static_analysis.spawns import How
from engine.static_analysis.suspicion import Certainty, Doubt, Runner, SuspicionKind
from engine.static_analysis.values import Made


class Found(NamedTuple):
    """A suspicion with the nodes that it is about."""

    kind: SuspicionKind
    name: str
    nodes: tuple[ast.AST, ...]
    certainty: Certainty
    doubt: Doubt
    locks: tuple[str, ...] = ()
    runners: tuple[Runner, ...] = ()
    own: int = 0  # so many of the nodes are what goes wrong itself; 0: all


class Evidence:
    """Weighs it for one program."""

    def __init__(self, contexts: Contexts, sharing: Sharing, alike: Collection[str] = ()) -> None:
        """`alike`: functions of which two threads were given the same arguments."""
        self.contexts, self.sharing, self.alike = contexts, sharing, alike

    def doubts(self, one: Doing, other: Doing, shared: frozenset[Location]) -> Iterator[Doubt]:
        """What it depends on; NONE for an item that is each thread's own."""
        keys = [doing.access.key for doing in (one, other)]
        if any(key is not None for key in keys):
            told = [self._key(doing) for doing in (one, other)]
            if Doubt.NONE in told and one.root is other.root:
                yield Doubt.NONE
            elif Doubt.SAME_KEY in told or Doubt.NONE in told:
                yield Doubt.SAME_KEY
        program = self.contexts.program
        owners = {place.owner for place in shared if isinstance(place.owner, Made)}
        if owners and all(program.loop_of(one.node) is not None for one in owners):
            yield Doubt.SAME_OBJECT
        roots = [doing.root for doing in (one, other) if doing.root is not None]
        if any(root.how is How.EITHER for root in roots):
            yield Doubt.POOL
        if len(roots) == 1 and roots[0].ends is None:
            yield Doubt.ENDED

    def _key(self, doing: Doing) -> Doubt | None:
        """Whether an index is each thread's own (NONE), may be the same, or is the same (no doubt at all)."""
        key, scope, root = doing.access.key, doing.access.scope, doing.root
        if key is None or isinstance(key, ast.Constant):
            return None
        if "get_ident" in (text := ast.dump(key)) or "current_thread" in text or "native_id" in text:
            return Doubt.NONE
        if isinstance(key, ast.Name):
            owner = self.contexts.program.lookup(scope, key.id)
            if owner is self.contexts.program.module:
                return None
            function = root.function.scope if root is not None else None
            if owner is function and function is not None and function.name in self.alike:
                return None
            if owner is function and key.id in owner.parameters and len(owner.bindings.get(key.id, ())) == 0:
                return Doubt.SAME_KEY if _folded(root, key.id) else Doubt.NONE
        return Doubt.SAME_KEY

    def told(
        self, kind: SuspicionKind, one: Doing, other: Doing, certainty: Certainty, doubt: Doubt, *nodes: ast.AST
    ) -> Found:
        read = one.access.read
        around = [read.node] if read is not None and position(read.node)[0] != position(one.access.node)[0] else []
        mine, theirs = self.sharing.guard(one), self.sharing.guard(other)
        locks = [*(held.token.text for held in (*one.access.held, *other.access.held)), *_named(mine, theirs)]
        runners = tuple(dict.fromkeys(_runner(doing.root) for doing in (one, other)))
        shown = nodes or (one.access.node, *around, other.access.node)
        own = len(shown) if nodes else len(shown) - 1
        return Found(kind, one.access.text, shown, certainty, doubt, tuple(dict.fromkeys(locks)), runners, own)


def torn(first: tuple[Held, ...], then: tuple[Held, ...], entry: Entry, *, sure: bool = True) -> bool:
    """Whether a lock was given back between the two; with `sure` only where one was held both times."""
    if entry.locks or entry.unknown or set(first) & set(then):
        return False
    return bool(first and then) if sure else True


def guarded(one: Guard, other: Guard) -> bool:
    """Whether the two cannot happen at once; what may be a lock is believed to be the right one where both have it."""
    if one.locks & other.locks:
        return True
    return bool(one.unknown and (other.unknown or other.locks)) or bool(other.unknown and one.locks)


def tasks(one: Doing, other: Doing) -> bool:
    """Whether both run on one event loop, which changes between them at `await` alone."""
    roots = [doing.root for doing in (one, other) if doing.root is not None]
    return bool(roots) and all(root.is_task for root in roots)


def _runner(root: Root | None) -> Runner:
    return Runner("") if root is None else Runner(root.function.scope.name, root.many, root.is_task)


def _named(*guards: Guard) -> Iterator[str]:
    """The names of locks that callers hold."""
    for lock in (each for guard in guards for each in guard.locks):
        node = lock.node
        for one, binding in ((name, each) for name, all_ in lock.scope.bindings.items() for each in all_):
            if binding.value is node:
                yield one


def is_file(doing: Doing) -> bool:
    return any(one.kind == "file" for one in doing.access.locations)


def is_list(doing: Doing) -> bool:
    made = [one.owner for one in doing.access.locations if isinstance(one.owner, Made)]
    return not made or all(one.last in ("list", "bytearray", "array", "tuple") for one in made)


def last_word(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


def _folded(root: Root | None, name: str) -> bool:
    """Whether a thread is given `n % 3` or `n // 3` by this name: several of them have the same."""
    if root is None or root.spawn is None:
        return False
    function = root.function
    names = function.scope.parameters
    if function.scope.first and function.receiver is not None:
        names = names[1:]
    given = {**dict(zip(names, root.spawn.arguments)), **root.spawn.named}.get(name)
    node = given.expression if given is not None else None
    return isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Mod, ast.FloorDiv))
