"""Locks that are wrong whatever they guard: taken in both orders, twice, never given back, made anew each time."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from engine.static_analysis.acts import Held, Taken
from engine.static_analysis.contexts import Contexts, Root
from engine.static_analysis.evidence import Found
from engine.static_analysis.locations import Locations, name_of
from engine.static_analysis.release_rule import ReleaseRule
from engine.static_analysis.scopes import Scope
from engine.static_analysis.suspicion import Certainty, Doubt, Runner, SuspicionKind
from engine.static_analysis.values import Made, Values

REENTRANT = frozenset({"RLock", "Condition"})


class Step(NamedTuple):
    """One lock taken while another one is held."""

    first: Made
    then: Made
    node: ast.AST
    held_text: str
    text: str
    held_node: ast.AST | None
    gates: frozenset[Made]  # what is held besides
    sure: bool
    root: Root | None


class LockRules:
    """The rules for one program."""

    def __init__(self, values: Values, locations: Locations, contexts: Contexts) -> None:
        self.values, self.locations, self.contexts = values, locations, contexts
        self._signals = frozenset(self._given_by_others())

    def found(self) -> Iterator[Found]:
        """All that they find."""
        steps = list(self._steps())
        yield from self._orders(steps)
        yield from self._twice()
        for walked in self.contexts.walked.values():
            for taken in walked.taken:
                yield from self._made_here(taken, walked.scope)
        yield from ReleaseRule(self.locations, self.contexts, self._signals).found()

    def _given_by_others(self) -> Iterator[Made]:
        """Locks that are given back where they are not taken: they tell something rather than guard it."""
        for call, scope in self.contexts.program.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "release" and scope in self.contexts.walked:
                token = self.locations.token(call.func.value, scope)
                taken = {lock for one in self.contexts.walked[scope].taken for lock in one.token.locks}
                if token is not None and not token.locks & taken:
                    yield from token.locks

    def _steps(self) -> Iterator[Step]:
        reaches = [(root, root.reach) for root in self.contexts.roots]
        for root, reach in reaches:
            for scope, entry in reach.items():
                for taken in self.contexts.walked[scope].taken if scope in self.contexts.walked else ():
                    yield from self._steps_to(taken, entry.locks, root)

    def _steps_to(self, taken: Taken, entry: frozenset[Made], root: Root) -> Iterator[Step]:
        outer: list[tuple[frozenset[Made], str, ast.AST | None]] = [
            (one.token.locks, one.token.text, one.node) for one in taken.before if one.token.known
        ]
        outer += [(frozenset({lock}), name_of(lock), None) for lock in entry]
        for locks, text, node in outer:
            gates = frozenset(
                lock for others, *_ in outer if others is not locks and len(others) == 1 for lock in others
            )
            for first in locks:
                for then in taken.token.locks:
                    if first is not then:
                        sure = len(locks) == len(taken.token.locks) == 1 and not taken.tries
                        yield Step(first, then, taken.node, text, taken.token.text, node, gates, sure, root)

    def _orders(self, steps: list[Step]) -> Iterator[Found]:
        for one in steps:
            for other in steps:
                if (one.first, one.then) != (other.then, other.first) or one.gates & other.gates:
                    continue
                if not self._at_once(one, other):
                    continue
                sure = Certainty.LIKELY if one.sure and other.sure else Certainty.POSSIBLE
                doubt = Doubt.NONE if one.sure and other.sure else Doubt.WHICH_LOCK
                runners = tuple(dict.fromkeys(_runner(step.root) for step in (one, other) if step.root is not None))
                locks = tuple(dict.fromkeys((one.held_text, one.text)))
                nodes = tuple(
                    each for each in (one.node, one.held_node, other.node, other.held_node) if each is not None
                )
                yield Found(SuspicionKind.LOCK_ORDER, one.text, nodes, sure, doubt, locks, runners)

    def _at_once(self, one: Step, other: Step) -> bool:
        if one.root is None or other.root is None:
            return False
        return one.root.many if one.root is other.root else self._together(one.root, other.root)

    def _together(self, one: Root, other: Root) -> bool:
        return self.contexts.together(one, other)

    def _twice(self) -> Iterator[Found]:
        """A lock that its own thread wants once more: with a plain lock it waits for itself, for ever."""
        for scope, walked in self.contexts.walked.items():
            for taken in walked.taken:
                yield from self._again(taken.token.lock, taken.token.text, taken.node, taken.before, tries=taken.tries)
            for edge in walked.edges:
                if not edge.held or edge.function.scope is scope:
                    continue
                if not self._same_object(edge.node, edge.function.receiver):
                    continue
                inner = self.contexts.walked.get(edge.function.scope)
                for taken in inner.taken if inner is not None else ():
                    yield from self._again(
                        taken.token.lock, taken.token.text, edge.node, edge.held, tries=taken.tries, inner=taken
                    )

    def _again(
        self,
        lock: Made | None,
        text: str,
        node: ast.AST,
        held: tuple[Held, ...],
        *,
        tries: bool,
        inner: Taken | None = None,
    ) -> Iterator[Found]:
        if (
            lock is None
            or lock in self._signals
            or tries
            or lock.last != "Lock"
            or self.contexts.program.loop_of(lock.node) is not None
        ):
            return
        for one in held:
            if one.token.lock is lock and (inner is not None or one.token.text == text):
                nodes = (node,) if inner is None else (node, inner.node)
                yield Found(SuspicionKind.LOCK_TAKEN_TWICE, text, nodes, Certainty.SURELY, Doubt.NONE, (text,))

    @staticmethod
    def _same_object(node: ast.AST, receiver: Made | None) -> bool:
        """Whether a method is called of the same object: by way of `self`, or where there is no object at all."""
        func = node.func if isinstance(node, ast.Call) else node
        if receiver is None:
            return not isinstance(func, ast.Attribute)
        return isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and receiver.is_self

    def _made_here(self, taken: Taken, scope: Scope) -> Iterator[Found]:
        """`with Lock():` and a lock that a function makes for itself: nobody else has it."""
        lock = taken.token.lock
        if lock is None or lock.scope is not scope or lock.last not in ("Lock", "RLock") or scope.owner is not None:
            return
        program = self.contexts.program
        in_place = lock.node is taken.node and isinstance(program.parent.get(id(taken.node)), ast.withitem)
        if scope is program.module and not in_place:
            return
        if not in_place and (not self._runs_beside(scope) or self._escapes(lock, scope)):
            return
        nodes = (taken.node,) if in_place else (taken.node, lock.node)
        yield Found(SuspicionKind.OWN_LOCK, taken.token.text, nodes, Certainty.SURELY, Doubt.NONE, (taken.token.text,))

    def _runs_beside(self, scope: Scope) -> bool:
        return any(root.many and scope in root.reach for root in self.contexts.roots)

    def _escapes(self, lock: Made, scope: Scope) -> bool:
        """Whether others may get it: it is given away, given back, or a function inside uses it."""
        names = {name for name, all_ in scope.bindings.items() for one in all_ if one.value is lock.node}
        if not names:
            return True
        for node in ast.walk(scope.node):
            if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
                above = self.contexts.program.parent.get(id(node))
                inside = self.contexts.program.scope_of.get(id(node)) is not scope
                if inside or not isinstance(above, (ast.withitem, ast.Attribute)):
                    return True
        return False


def _runner(root: Root) -> Runner:
    return Runner(root.function.scope.name, root.many, root.is_task)
