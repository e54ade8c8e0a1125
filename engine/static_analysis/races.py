"""Reads that are written back, checks that are acted on, loops over what changes: where threads come in between."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from engine.static_analysis.acts import Access, Act, Check, Edge, Held, Location, Read
from engine.static_analysis.contexts import Contexts, Entry, Root, end_of, position
from engine.static_analysis.scopes import Scope
from engine.static_analysis.sharing import Doing, Guard, Sharing
from engine.static_analysis.spawns import How
from engine.static_analysis.suspicion import Certainty, Doubt, Runner, SuspicionKind
from engine.static_analysis.values import FunctionValue, Made

CHANGES = frozenset({Act.WRITE, Act.CHANGE, Act.PUT, Act.TAKE, Act.MUTATE})
RESIZES = frozenset({Act.TAKE, Act.MUTATE, Act.PUT})
WAITS = frozenset({
    "sleep", "wait", "join", "get", "result", "read", "recv", "acquire", "input", "urlopen", "open", "request", "put",
})  # fmt: skip
HANDLED = frozenset({
    "Exception", "BaseException", "IndexError", "KeyError", "LookupError", "Empty", "ValueError", "OSError",
    "FileNotFoundError", "FileExistsError", "QueueEmpty",
})  # fmt: skip
DEEP = 3  # calls that a condition or an act is looked for in


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


class Acted(NamedTuple):
    """A condition, and what hangs on it."""

    check: Check
    reads: tuple[Read, ...]  # also in functions that it calls
    doing: Doing
    node: ast.AST  # where the act stands in the function that looked
    held: tuple[Held, ...]
    segment: int
    others: tuple[Check, ...]
    caught: frozenset[str]


class Races:
    """Compares everything that goes on in one context with everything in those beside it."""

    def __init__(self, contexts: Contexts, sharing: Sharing) -> None:
        self.contexts, self.sharing = contexts, sharing
        self._doings = {id(root): sharing.doings(root) for root in contexts.roots}
        self._beside = {id(root): sharing.beside(root) for root in contexts.roots}

    def found(self) -> Iterator[Found]:
        """All of them, several for one place."""
        for one, other in self._pairs():
            at: dict[Location, list[Doing]] = {}
            for doing in other:
                for place in doing.places:
                    at.setdefault(place, []).append(doing)
            for doing in one:
                beside = {id(each): each for place in doing.places for each in at.get(place, ())}
                for each in beside.values():
                    yield from self._compared(doing, each)
            yield from self._acted(one, at)

    def _pairs(self) -> Iterator[tuple[list[Doing], list[Doing]]]:
        roots = self.contexts.roots
        for number, one in enumerate(roots):
            mine, main = self._doings[id(one)], self._beside[id(one)]
            if one.many:
                yield mine, mine
            yield mine, main
            yield main, mine
            for other in roots[number + 1 :]:
                if self.sharing.together(one, other):
                    yield mine, self._doings[id(other)]
                    yield self._doings[id(other)], mine

    def _compared(self, one: Doing, other: Doing) -> Iterator[Found]:
        act, beside = one.access.act, other.access.act
        if act is Act.CHANGE and beside in (Act.WRITE, Act.CHANGE):
            yield from self._changed(one, other)
        elif act is Act.WRITE and beside is Act.WRITE and not one.access.constant and not other.access.constant:
            if self._apart(one, other) and not _is_file(one) and not _tasks(one, other):
                yield self._told(SuspicionKind.SHARED_WRITE, one, other, Certainty.POSSIBLE, Doubt.WANTED)
        elif act is Act.LOOP and beside in RESIZES and not (beside is Act.PUT and _is_list(other)):
            if self._apart(one, other) and not _tasks(one, other):
                sure = Certainty.POSSIBLE if _is_list(one) else Certainty.LIKELY
                yield self._told(SuspicionKind.CHANGED_IN_LOOP, one, other, sure, Doubt.NONE)

    def _apart(self, one: Doing, other: Doing) -> bool:
        """Whether they share a place, and no lock keeps them apart."""
        return bool(self.sharing.shared(one, other)) and not _guarded(
            self.sharing.guard(one), self.sharing.guard(other)
        )

    def _changed(self, one: Doing, other: Doing) -> Iterator[Found]:
        shared, access = self.sharing.shared(one, other), one.access
        if not shared or (_tasks(one, other) and (access.read is None or access.read.segment == access.segment)):
            return
        mine, theirs = self.sharing.guard(one), self.sharing.guard(other)
        torn = access.read is not None and _torn(access.read.held, access.held, one.entry)
        if _guarded(mine, theirs) and not torn:
            return
        doubts = list(self._doubts(one, other, shared))
        if Doubt.NONE in doubts:
            return  # each has its own item
        certainty = Certainty.SURELY if access.slow else Certainty.LIKELY
        doubt = Doubt.NONE if access.slow else Doubt.INTERPRETER
        if doubts:
            certainty, doubt = Certainty.POSSIBLE, doubts[0]
        kind = SuspicionKind.READ_MODIFY_WRITE
        if mine.own or theirs.own:
            kind = SuspicionKind.OWN_LOCK
        elif (mine.locks or theirs.locks or mine.unknown or theirs.unknown) and not torn:
            kind = SuspicionKind.NO_COMMON_LOCK
            if (mine.locks or mine.unknown) and not (theirs.locks or theirs.unknown):
                one, other = other, one  # shown where there is none
            if bool(mine.unknown) != bool(theirs.unknown):
                certainty, doubt = Certainty.POSSIBLE, Doubt.WHICH_LOCK
        yield self._told(kind, one, other, certainty, doubt)

    def _doubts(self, one: Doing, other: Doing, shared: frozenset[Location]) -> Iterator[Doubt]:
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
            if owner is function and key.id in owner.parameters and len(owner.bindings.get(key.id, ())) == 0:
                return Doubt.NONE
        return Doubt.SAME_KEY

    def _told(
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

    # what is looked at before it is acted on

    def _acted(self, doings: list[Doing], beside: dict[Location, list[Doing]]) -> Iterator[Found]:
        for acted in self._acts(doings):
            for place in {place for read in acted.reads for place in read.locations} & acted.doing.access.locations:
                mine = acted.doing._replace(places=self.sharing.instantiate(frozenset({place}), acted.doing.root))
                for other in {id(one): one for each in mine.places for one in beside.get(each, ())}.values():
                    if other.access.act in CHANGES and self._comes_between(acted, mine, other):
                        yield self._unlucky(acted, mine, other)

    def _comes_between(self, acted: Acted, mine: Doing, other: Doing) -> bool:
        place, access = next(iter(mine.places)), mine.access
        if not self.sharing.shared(mine, other) or _harmless(acted, mine, other):
            return False
        looped = isinstance(self.contexts.program.parent.get(id(acted.check.node)), ast.While)
        if looped and access.act is Act.WRITE and access.constant:
            return False  # a flag that ends the loop
        if Doubt.NONE in self._doubts(mine, other, mine.places):
            return False
        together = [read for read in acted.reads if access.locations & read.locations]
        safe = [
            read
            for check in (acted.check, *acted.others)
            for read in (together if check is acted.check else self._expanded(check.reads, access.scope, 0))
            if access.locations & read.locations and not _torn(read.held, acted.held, mine.entry, sure=False)
        ]
        if safe and _guarded(self._guard_of(mine, acted.held), self.sharing.guard(other)):
            return False
        if _tasks(mine, other):
            return all(read.segment != acted.segment for read in together)
        return place is not None

    def _guard_of(self, doing: Doing, held: tuple[Held, ...]) -> Guard:
        return self.sharing.guard(doing._replace(acting=doing.acting._replace(access=doing.access._replace(held=held))))

    def _unlucky(self, acted: Acted, mine: Doing, other: Doing) -> Found:
        looked = next(read.node for read in acted.reads if read.locations & mine.access.locations)
        begin, end = position(acted.check.node), position(acted.node)
        calls = self.contexts.walked[self._scope_of(acted)].calls
        slow = any(begin <= position(call) and end_of(call) <= end and _last(call.func) in WAITS for call, _ in calls)
        certainty, doubt = Certainty.SURELY if slow else Certainty.LIKELY, Doubt.NONE
        doubts = list(self._doubts(mine, other, mine.places))
        if doubts:
            certainty, doubt = Certainty.POSSIBLE, doubts[0]
        elif mine.access.act is Act.MUTATE:
            certainty, doubt = min(certainty, Certainty.LIKELY), Doubt.NONE
        nodes = (acted.check.node if isinstance(looked, ast.Call) else looked, acted.node, mine.access.node)
        return self._told(SuspicionKind.CHECK_THEN_ACT, mine, other, certainty, doubt, *nodes)

    def _scope_of(self, acted: Acted) -> Scope:
        return self.contexts.program.scope_of.get(id(acted.check.node), acted.doing.access.scope)

    def _acts(self, doings: list[Doing]) -> Iterator[Acted]:
        scopes = {doing.access.scope: doing for doing in doings}
        for doing in doings:
            acting = doing.acting
            for check in acting.checks:
                reads, access = tuple(self._expanded(check.reads, access_scope(doing), 0)), doing.access
                others = tuple(one for one in acting.checks if one is not check)
                yield Acted(check, reads, doing, access.node, access.held, access.segment, others, acting.caught)
        entries: dict[Scope, tuple[Root | None, Entry]] = {
            scope: (one.root, one.entry) for scope, one in scopes.items()
        }
        root = doings[0].root if doings else None
        for scope, entry in root.reach.items() if root is not None else ():
            entries.setdefault(scope, (root, entry))
        for scope, (runs, entry) in entries.items():
            for edge in self.contexts.walked[scope].edges if scope in self.contexts.walked else ():
                for check in edge.checks:
                    yield from self._acts_in(edge, check, scope, runs, entry)

    def _acts_in(self, edge: Edge, check: Check, scope: Scope, root: Root | None, entry: Entry) -> Iterator[Acted]:
        """What a function does that is called on a condition."""
        reads = tuple(self._expanded(check.reads, scope, 0))
        if not any(read.locations for read in reads):
            return
        for inner in self._inside(edge.function.scope, 0, set()):
            for acting in self.contexts.walked[inner].acting:
                if acting.access.act is not Act.LOOP and not (acting.access.act is Act.MUTATE):
                    doing = Doing(root, acting, entry, acting.access.locations)
                    others = tuple(one for one in (*edge.checks, *acting.checks) if one is not check)
                    caught = edge.caught | acting.caught
                    yield Acted(check, reads, doing, edge.node, edge.held, edge.segment, others, caught)

    def _inside(self, scope: Scope, deep: int, seen: set[Scope]) -> Iterator[Scope]:
        if deep < DEEP and scope in self.contexts.walked and scope not in seen:
            seen.add(scope)
            yield scope
            for edge in self.contexts.walked[scope].edges:
                yield from self._inside(edge.function.scope, deep + 1, seen)

    def _expanded(self, reads: tuple[Read, ...], scope: Scope, deep: int) -> Iterator[Read]:
        """Reads, with what called functions give back in the place of their calls."""
        for read in reads:
            yield read
            if deep < DEEP and not read.locations and scope in self.contexts.walked:
                for function in self._at(scope, read.node):
                    for inner in self._expanded(tuple(self._returned(function.scope)), function.scope, deep + 1):
                        yield read._replace(locations=inner.locations)

    def _returned(self, scope: Scope) -> list[Read]:
        walked = self.contexts.walked.get(scope)
        return walked.returned if walked is not None else []

    def _at(self, scope: Scope, node: ast.AST) -> list[FunctionValue]:
        return [edge.function for edge in self.contexts.walked[scope].edges if edge.node is node]


def access_scope(doing: Doing) -> Scope:
    """The function that an access stands in."""
    return doing.access.scope


def _harmless(acted: Acted, mine: Doing, other: Doing) -> bool:
    """A flag that ends a loop; what would raise, and is caught; two steps that do not disturb one another."""
    access = mine.access
    if acted.caught & HANDLED and access.act in (Act.TAKE, Act.PUT, Act.MUTATE):
        return True
    if acted.caught & HANDLED and _is_file(mine):
        return True
    if access.act is Act.WRITE and access.constant and not _is_file(mine):
        return not _first_time(acted.check.node)
    if access.act is Act.TAKE:
        return other.access.act not in (Act.TAKE, Act.WRITE) and not _is_file(mine)
    return False


def _first_time(node: ast.expr) -> bool:
    """`if not started:`, which is meant to be done once."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)


def _torn(first: tuple[Held, ...], then: tuple[Held, ...], entry: Entry, *, sure: bool = True) -> bool:
    """Whether a lock was given back between the two; with `sure` only where one was held both times."""
    if entry.locks or entry.unknown or set(first) & set(then):
        return False
    return bool(first and then) if sure else True


def _guarded(one: Guard, other: Guard) -> bool:
    """Whether the two cannot happen at once; what may be a lock is believed to be the right one where both have it."""
    if one.locks & other.locks:
        return True
    return bool(one.unknown and (other.unknown or other.locks)) or bool(other.unknown and one.locks)


def _tasks(one: Doing, other: Doing) -> bool:
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


def _is_file(doing: Doing) -> bool:
    return any(one.kind == "file" for one in doing.access.locations)


def _is_list(doing: Doing) -> bool:
    made = [one.owner for one in doing.access.locations if isinstance(one.owner, Made)]
    return not made or all(one.last in ("list", "bytearray", "array", "tuple") for one in made)


def _last(node: ast.expr) -> str:
    return str(getattr(node, "attr", getattr(node, "id", "")))


__all__ = ["Access", "Found", "Races"]
