"""Goes through a function in the order of its text: what it looks at, what it changes, and which locks it holds."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import contextmanager

from engine.static_analysis.acts import Act, Check, Held, Location, Read, Token, Walked
from engine.static_analysis.locations import Locations
from engine.static_analysis.reading import Reading
from engine.static_analysis.scopes import FUNCTIONS, Scope
from engine.static_analysis.values import Values

LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class Walk:
    """One walk through one function."""

    def __init__(self, values: Values, locations: Locations, scope: Scope, regions: Iterator[int]) -> None:
        self.reading = Reading(values, locations, scope, regions)

    def go(self) -> Walked:
        """All of the function."""
        self._block(self.reading.scope.body)
        return self.reading.found

    def _block(self, statements: list[ast.stmt]) -> None:
        checks = len(self.reading.checks)
        for one in statements:
            self._statement(one)
        del self.reading.checks[checks:]

    def _statement(self, node: ast.stmt) -> None:  # noqa: PLR0912  # one case for each kind of statement
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            return
        if isinstance(node, ast.Assign):
            reads = self.reading.reads(node.value)
            for target in node.targets:
                self._assign(target, node.value, reads)
        elif isinstance(node, ast.AnnAssign):
            if node.value is not None:
                self._assign(node.target, node.value, self.reading.reads(node.value))
        elif isinstance(node, ast.AugAssign):
            self._augment(node)
        elif isinstance(node, ast.If):
            self._if(node)
        elif isinstance(node, ast.While):
            self._while(node)
        elif isinstance(node, (ast.For, ast.AsyncFor)):
            reads = self.reading.reads(node.iter)
            self.reading.loops_over(node.iter)
            self.reading.pause(isinstance(node, ast.AsyncFor))
            self._assign(node.target, None, reads)
            self._block(node.body)
            self._block(node.orelse)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with(node)
        elif isinstance(node, ast.Delete):
            for target in node.targets:
                self._remove(target)
        elif isinstance(node, ast.Return):
            if node.value is not None:
                self.reading.found.returned += self.reading.reads(node.value)
        elif hasattr(node, "handlers"):
            self._try(node)
        else:
            self._other(node)

    def _other(self, node: ast.AST) -> None:
        """An expression alone, `match`, and whatever later versions bring."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.stmt):
                self._statement(child)
            elif isinstance(child, ast.expr):
                self.reading.reads(child)
            elif not isinstance(child, ast.expr_context):
                self._other(child)

    def _try(self, node: ast.stmt) -> None:
        caught: list[str] = []
        for handler in getattr(node, "handlers", ()):
            names = ast.walk(handler.type) if handler.type is not None else iter(())
            caught += [getattr(one, "attr", getattr(one, "id", "")) for one in names] or ["Exception"]
        self.reading.caught += caught
        self._block(getattr(node, "body", []))
        del self.reading.caught[len(self.reading.caught) - len(caught) :]
        for handler in getattr(node, "handlers", ()):
            self._block(handler.body)
        self._block(getattr(node, "orelse", []))
        self._block(getattr(node, "finalbody", []))

    def _if(self, node: ast.If) -> None:
        check = Check(tuple(self.reading.reads(node.test)), node.test)
        way = self.reading.values.program.constants.decided(node.test)
        if way is not None:
            for one in node.body if way else node.orelse:
                self._statement(one)
            return
        with self._checked(check):
            self._block(node.body)
            self._block(node.orelse)
        if node.body and isinstance(node.body[-1], LEAVES):
            self.reading.checks.append(check)  # what follows hangs on it too

    def _while(self, node: ast.While) -> None:
        reads = tuple(self.reading.reads(node.test))
        with self._checked(Check(reads, node.test)):
            self._block(node.body)
        if all(isinstance(one, (ast.Pass, ast.Continue)) for one in node.body) and reads:
            self.reading.found.idle.append((node, reads))
        self._block(node.orelse)

    @contextmanager
    def _checked(self, check: Check) -> Iterator[None]:
        self.reading.checks.append(check)
        yield
        self.reading.checks.remove(check)

    def _with(self, node: ast.With | ast.AsyncWith) -> None:
        before, waits = len(self.reading.held), isinstance(node, ast.AsyncWith)
        for item in node.items:
            reads = self.reading.reads(item.context_expr)
            self.reading.pause(waits)
            token = None if waits else self.reading.locations.token(item.context_expr, self.reading.scope)
            if token is not None:
                self.reading.take(token, item.context_expr)
            if item.optional_vars is not None:
                self._assign(item.optional_vars, item.context_expr, reads)
            if waits:
                text = ast.unparse(item.context_expr)
                self.reading.held.append(Held(Token(frozenset(), text, False), next(self.reading.regions)))
        self._block(node.body)
        self.reading.pause(waits)
        del self.reading.held[before:]

    # what is written

    def _assign(self, target: ast.expr, value: ast.expr | None, reads: list[Read]) -> None:
        if isinstance(target, (ast.Tuple, ast.List)):
            for one in target.elts:
                self._assign(one, None, reads)
        elif isinstance(target, ast.Starred):
            self._assign(target.value, None, reads)
        elif isinstance(target, ast.Subscript):
            self.reading.reads(target.slice)
            places = self.reading.locations.object(target.value, self.reading.scope)
            self._write(Act.PUT, places, target.value, reads, key=target.slice)
        else:
            places = self.reading.locations.of(target, self.reading.scope)
            if isinstance(target, ast.Name) and not places:
                self.reading.known[target.id] = reads
            else:
                self._write(Act.WRITE, places, target, reads, constant=_is_constant(value))

    def _augment(self, node: ast.AugAssign) -> None:
        item, target = isinstance(node.target, ast.Subscript), node.target
        holder = target.value if isinstance(target, ast.Subscript) else target
        before = Read(frozenset(), holder, tuple(self.reading.held), self.reading.segment)
        calls = len(self.reading.called_at)
        reads = self.reading.reads(node.value)
        slow = len(self.reading.called_at) > calls
        places = (
            self.reading.locations.object(holder, self.reading.scope)
            if item
            else self.reading.locations.of(target, self.reading.scope)
        )
        if isinstance(target, ast.Name) and not places:
            self.reading.known[target.id] = self.reading.known.get(target.id, []) + reads
            return
        in_place = not item and any(
            one.last in ("list", "set", "deque") for one in self.reading.values.made(target, self.reading.scope)
        )
        key = target.slice if isinstance(target, ast.Subscript) else None
        read = before._replace(locations=places)
        self.reading.note(Act.MUTATE if in_place else Act.CHANGE, places, holder, read=read, slow=slow, key=key)

    def _write(
        self,
        act: Act,
        places: frozenset[Location],
        node: ast.expr,
        reads: list[Read],
        *,
        constant: bool = False,
        key: ast.expr | None = None,
    ) -> None:
        """A write; a change where the value was made from what was there."""
        old = next((one for one in reads if one.locations & places), None)
        if old is None:
            self.reading.note(act, places, node, constant=constant, key=key)
            return
        end = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        begin = getattr(old.node, "lineno", 0), getattr(old.node, "col_offset", 0)
        slow = any(min(begin, end) <= at for at in self.reading.called_at if begin[0] == end[0] or at[0] >= begin[0])
        self.reading.note(Act.CHANGE, places & old.locations, node, read=old, slow=slow, key=key)

    def _remove(self, target: ast.expr) -> None:
        if isinstance(target, ast.Subscript):
            self.reading.reads(target.slice)
            self.reading.note(
                Act.TAKE,
                self.reading.locations.object(target.value, self.reading.scope),
                target.value,
                key=target.slice,
            )


def _is_constant(node: ast.expr | None) -> bool:
    """Whether it is the same each time, so that it does not matter who writes it last."""
    if isinstance(node, (ast.List, ast.Dict, ast.Set, ast.Tuple)):
        return not list(ast.iter_child_nodes(node))[:-1] if not isinstance(node, ast.Dict) else not node.keys
    return isinstance(node, ast.Constant) or (isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant))
