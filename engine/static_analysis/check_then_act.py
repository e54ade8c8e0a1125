"""Conditions that are looked at before something is done, and what comes in between."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from engine.static_analysis.acts import Act, Check, Edge, Held, Location, Read
from engine.static_analysis.contexts import Contexts, Entry, Root, end_of, position
from engine.static_analysis.evidence import Evidence, Found, guarded, is_file, last_word, tasks, torn
from engine.static_analysis.scopes import Scope
from engine.static_analysis.sharing import Doing, Guard, Sharing
from engine.static_analysis.suspicion import Certainty, Doubt, SuspicionKind
from engine.static_analysis.values import FunctionValue

CHANGES = frozenset({Act.WRITE, Act.CHANGE, Act.PUT, Act.TAKE, Act.MUTATE})
WAITS = frozenset({
    "sleep", "wait", "join", "get", "result", "read", "recv", "acquire", "input", "urlopen", "open", "request", "put",
})  # fmt: skip
HANDLED = frozenset({
    "Exception", "BaseException", "IndexError", "KeyError", "LookupError", "Empty", "ValueError", "OSError",
    "FileNotFoundError", "FileExistsError", "QueueEmpty",
})  # fmt: skip
DEEP = 3  # calls that a condition or an act is looked for in


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


class Checks:
    """Finds them in one program."""

    def __init__(self, contexts: Contexts, sharing: Sharing, evidence: Evidence) -> None:
        self.contexts, self.sharing, self.evidence = contexts, sharing, evidence

    def found(self, doings: list[Doing], beside: dict[Location, list[Doing]]) -> Iterator[Found]:
        """What these do on a condition that those beside them may change."""
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
        if Doubt.NONE in self.evidence.doubts(mine, other, mine.places):
            return False
        together = [read for read in acted.reads if access.locations & read.locations]
        safe = [
            read
            for check in (acted.check, *acted.others)
            for read in (together if check is acted.check else self._expanded(check.reads, access.scope, 0))
            if access.locations & read.locations and not torn(read.held, acted.held, mine.entry, sure=False)
        ]
        if safe and guarded(self._guard_of(mine, acted.held), self.sharing.guard(other)):
            return False
        if tasks(mine, other):
            return all(read.segment != acted.segment for read in together)
        return place is not None

    def _guard_of(self, doing: Doing, held: tuple[Held, ...]) -> Guard:
        return self.sharing.guard(doing._replace(acting=doing.acting._replace(access=doing.access._replace(held=held))))

    def _unlucky(self, acted: Acted, mine: Doing, other: Doing) -> Found:
        looked = next(read.node for read in acted.reads if read.locations & mine.access.locations)
        begin, end = position(acted.check.node), position(acted.node)
        calls = self.contexts.walked[self._scope_of(acted)].calls
        slow = any(
            begin <= position(call) and end_of(call) <= end and last_word(call.func) in WAITS for call, _ in calls
        )
        certainty, doubt = Certainty.SURELY if slow else Certainty.LIKELY, Doubt.NONE
        doubts = list(self.evidence.doubts(mine, other, mine.places))
        if doubts:
            certainty, doubt = Certainty.POSSIBLE, doubts[0]
        elif mine.access.act is Act.MUTATE:
            certainty, doubt = min(certainty, Certainty.LIKELY), Doubt.NONE
        nodes = (acted.check.node if isinstance(looked, ast.Call) else looked, acted.node, mine.access.node)
        return self.evidence.told(SuspicionKind.CHECK_THEN_ACT, mine, other, certainty, doubt, *nodes)

    def _scope_of(self, acted: Acted) -> Scope:
        return self.contexts.program.scope_of.get(id(acted.check.node), acted.doing.access.scope)

    def _acts(self, doings: list[Doing]) -> Iterator[Acted]:
        scopes = {doing.access.scope: doing for doing in doings}
        for doing in doings:
            acting = doing.acting
            for check in acting.checks:
                reads, access = tuple(self._expanded(check.reads, doing.access.scope, 0)), doing.access
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
                if acting.access.act not in (Act.LOOP, Act.MUTATE):
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


def _harmless(acted: Acted, mine: Doing, other: Doing) -> bool:
    """A flag that ends a loop; what would raise, and is caught; two steps that do not disturb one another."""
    access = mine.access
    if acted.caught & HANDLED and access.act in (Act.TAKE, Act.PUT, Act.MUTATE):
        return True
    if acted.caught & HANDLED and is_file(mine):
        return True
    if access.act is Act.WRITE and access.constant and not is_file(mine):
        return not _first_time(acted.check.node)
    if access.act is Act.TAKE:
        return other.access.act not in (Act.TAKE, Act.WRITE) and not is_file(mine)
    return False


def _first_time(node: ast.expr) -> bool:
    """`if not started:`, which is meant to be done once."""
    return isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
