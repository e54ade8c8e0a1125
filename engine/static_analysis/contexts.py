"""Which functions run beside which: what threads, pools and tasks begin with, what they reach, and until when."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from engine.static_analysis.acts import Acting, Edge, Held, Walked
from engine.static_analysis.locations import LIKE_A_LOCK
from engine.static_analysis.scopes import Program, Scope
from engine.static_analysis.spawns import How, Spawn, request_handlers, spawns
from engine.static_analysis.values import ClassValue, FunctionValue, Made, Values

Position = tuple[int, int]  # line from 1, column in bytes
LAST: Position = 1 << 30, 0
ENDS = frozenset({"join", "shutdown", "result", "wait", "as_completed", "close_all", "run_until_complete"})
JOINS = frozenset({"join", "shutdown"})


class Entry(NamedTuple):
    """What every way into a function holds."""

    locks: frozenset[Made]
    unknown: bool = False  # something is held of which it is not known what


class Root(NamedTuple):
    """A function that runs beside others, and all that it reaches."""

    function: FunctionValue
    how: How
    many: bool  # several of it at once
    spawn: Spawn | None
    begins: Position
    ends: Position | None  # None: nobody waits for it where it is started
    reach: dict[Scope, Entry]

    @property
    def is_task(self) -> bool:
        return self.how is How.TASK


def position(node: ast.AST) -> Position:
    """Line from 1, column in bytes."""
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def end_of(node: ast.AST) -> Position:
    """The first position behind it."""
    return getattr(node, "end_lineno", 0) or 0, getattr(node, "end_col_offset", 0) or 0


class Contexts:
    """Finds the roots of a program, and what of the rest goes on beside them."""

    def __init__(self, values: Values, walked: dict[Scope, Walked]) -> None:
        self.values, self.program, self.walked = values, values.program, walked
        self._callers: dict[Scope, list[tuple[Scope, Edge]]] = {}
        for scope, one in walked.items():
            for edge in one.edges:
                self._callers.setdefault(edge.function.scope, []).append((scope, edge))
        self.roots = self._find()
        self._in_threads = {scope for root in self.roots if root.spawn is not None for scope in root.reach}

    def _find(self) -> list[Root]:
        found: list[Root] = []
        for call, scope in self.program.calls:
            for spawn in spawns(self.values, call, scope):
                begins, ends, repeated = lifetime(self.program, spawn)
                if spawn.many and spawn.how is not How.TASK and spawn.how is not How.THREAD:
                    repeated = True
                many = (spawn.many or repeated or self._runs_again(scope, ends)) and not spawn.alone
                reach = self.reached(spawn.function.scope, Entry(frozenset()))
                found.append(Root(spawn.function, spawn.how, many, spawn, begins, ends, reach))
        for function in request_handlers(self.values):
            reach = self.reached(function.scope, Entry(frozenset()))
            found.append(Root(function, How.THREAD, True, None, (0, 0), None, reach))
        seen = {one.function.scope for one in found if one.many}
        return [self._again(one, found) if one.function.scope not in seen else one for one in found]

    def _again(self, root: Root, roots: list[Root]) -> Root:
        """What is started by a function that itself runs several times at once does so too."""
        scope = root.spawn.scope if root.spawn is not None else None
        started_by_many = any(one.many and scope in one.reach and one is not root for one in roots)
        return root._replace(many=True) if started_by_many else root

    def _runs_again(self, scope: Scope, ends: Position | None) -> bool:
        """Whether what starts a thread is called several times without waiting for it."""
        if ends is not None:
            return False
        callers = self._callers.get(scope, [])
        return len(callers) > 1 or any(self.program.loop_of(edge.node) is not None for _, edge in callers)

    def _is_decorated(self, scope: Scope) -> bool:
        """Whether something is put around a function that may take a lock, and is not in the text to be looked at."""
        calls = (one.func if isinstance(one, ast.Call) else one for one in scope.decorators)
        unknown = [one for one in calls if not self.values.functions(one, scope.parent or scope)]
        return any(LIKE_A_LOCK.search(ast.unparse(one)) for one in unknown)

    def reached(self, scope: Scope, entry: Entry) -> dict[Scope, Entry]:
        """The functions that a function calls, itself among them, with the locks that are held on every way there."""
        found, ahead = {scope: entry._replace(unknown=entry.unknown or self._is_decorated(scope))}, [scope]
        while ahead:
            at = ahead.pop()
            for edge in self.walked[at].edges if at in self.walked else ():
                inner = within(found[at], edge.held)
                to, old = edge.function.scope, found.get(edge.function.scope)
                inner = inner._replace(unknown=inner.unknown or self._is_decorated(to))
                new = inner if old is None else Entry(old.locks & inner.locks, old.unknown and inner.unknown)
                if new != old:
                    found[to] = new
                    ahead.append(to)
        return found

    def beside(self, root: Root) -> Iterator[tuple[Acting, Entry]]:
        """What the thread that starts it does meanwhile."""
        if root.spawn is None:
            return
        yield from self._from_outside(root)
        for scope, begin, end in self._stretches(root):
            walked = self.walked.get(scope)
            if walked is None:
                continue
            for acting in walked.acting:
                if begin < position(acting.access.node) < end:
                    yield acting, Entry(frozenset())
            for edge in walked.edges:
                if begin < position(edge.node) < end:
                    inner = self.reached(edge.function.scope, within(Entry(frozenset()), edge.held))
                    for reached, entry in inner.items():
                        yield from ((one, entry) for one in self.walked[reached].acting if reached in self.walked)

    def _from_outside(self, root: Root) -> Iterator[tuple[Acting, Entry]]:
        """Methods that a file only offers: whoever makes the object may call them while its thread goes on."""
        receiver = root.function.receiver
        if receiver is None or not receiver.is_self or receiver.cls is None or root.ends is not None:
            return
        made = {one.cls for call, scope in self.program.calls for one in self.values.of(call.func, scope)
                if isinstance(one, ClassValue)}  # fmt: skip
        if any(one is not None and receiver.cls in self.values.classes.family(one) for one in made):
            return
        for name, bindings in receiver.cls.bindings.items():
            for method in (one.value for one in bindings if isinstance(one.value, Scope)):
                calls = self.walked[method].calls if method in self.walked else []
                if name.startswith("_") or method in root.reach or any(_is_join(call) for call, _ in calls):
                    continue
                for reached, entry in self.reached(method, Entry(frozenset())).items():
                    yield from ((one, entry) for one in self.walked[reached].acting if reached in self.walked)

    def _stretches(self, root: Root) -> Iterator[tuple[Scope, Position, Position]]:
        assert root.spawn is not None
        ahead, seen = [(root.spawn.scope, root.begins, root.ends)], {root.spawn.scope}
        while ahead:
            scope, begin, end = ahead.pop()
            yield scope, begin, end or LAST
            if end is None:
                for caller, edge in self._callers.get(scope, ()):
                    if caller not in seen:
                        seen.add(caller)
                        after = position(edge.node)
                        ahead.append((caller, after, self._next_join(caller, after)))

    def _next_join(self, scope: Scope, after: Position) -> Position | None:
        walked = self.walked.get(scope)
        if walked is None:
            return None
        ends = [position(call) for call, _ in walked.calls if _is_join(call) and position(call) > after]
        for edge in walked.edges:
            inner = self.walked.get(edge.function.scope)
            if inner is not None and position(edge.node) > after and any(_is_join(call) for call, _ in inner.calls):
                ends.append(position(edge.node))
        return min(ends, default=None)

    def together(self, one: Root, other: Root) -> bool:
        """Whether two roots run at the same time."""
        if one.spawn is None or other.spawn is None:
            return True
        if one.spawn.call is other.spawn.call and not one.many:
            return False  # one of several that it may be
        if self.program.excluded(one.spawn.call, other.spawn.call):
            return False
        if one.spawn.scope is other.spawn.scope:
            return one.begins < (other.ends or LAST) and other.begins < (one.ends or LAST)
        in_threads = not self._in_threads.isdisjoint((one.spawn.scope, other.spawn.scope))
        return in_threads or one.ends is None or other.ends is None


def within(entry: Entry, held: tuple[Held, ...]) -> Entry:
    """What is held when these are taken as well."""
    sure = {one.token.lock for one in held if one.token.known and one.token.guards}
    locks = entry.locks | {lock for lock in sure if lock is not None}
    return Entry(locks, entry.unknown or any(not one.token.known or len(one.token.locks) > 1 for one in held))


def _is_join(call: ast.Call) -> bool:
    func = call.func
    if (
        not isinstance(func, ast.Attribute)
        or func.attr not in JOINS
        or call.args
        or isinstance(func.value, ast.Constant)
    ):
        return False
    return not any(one.arg == "timeout" for one in call.keywords)


def lifetime(program: Program, spawn: Spawn) -> tuple[Position, Position | None, bool]:
    """From where to where in the text it runs, as far as who starts it tells; whether several do at once."""
    call, scope = spawn.call, spawn.scope
    above = list(program.above(call))
    chained = next((one.attr for one in above[:1] if isinstance(one, ast.Attribute)), "")
    if chained == "result":
        return position(call), position(call), False
    loop = program.loop_of(call)
    group = _group(program, spawn)
    inner = [one for one, where in program.calls if where is scope]
    starts = (
        [one for one in inner if _method(one) == "start" and _root(one.func) in group] if chained != "start" else []
    )
    begins = min(map(position, starts), default=position(call))
    first = min(starts, key=position, default=call)
    ends = [end for end in _ends(program, spawn, group, inner, first) if end > begins]
    end = min(ends, default=None)
    outer = program.loop_of(first)
    if outer is not None:
        inside = [one for one in ends if position(outer) < one < end_of(outer)]
        if (
            inside
            and program.loop_of(call) in (None, outer)
            and all(program.loop_of(one) in (None, outer) for one in starts)
        ):
            return begins, min(inside), False  # one after another
        begins = min(begins, position(outer)) if end is None or end > end_of(outer) else begins
    waits = spawn.how is How.TASK and _method(call) == "gather" and any(isinstance(one, ast.Await) for one in above[:1])
    if waits:
        return (
            position(call),
            end_of(call),
            loop is not None and not isinstance(loop, (ast.For, ast.While)),
        )
    return begins, end, loop is not None  # where it is made: one that is made once can be started once


def _ends(program: Program, spawn: Spawn, group: set[str], calls: list[ast.Call], first: ast.AST) -> Iterator[Position]:
    """Where it is waited for, whatever way the text goes."""
    for one in program.above(spawn.call):
        if isinstance(one, (ast.With, ast.AsyncWith)):
            names = {item.optional_vars.id for item in one.items if isinstance(item.optional_vars, ast.Name)}
            if names & group:
                yield end_of(one)
    with_start = {id(one) for one in program.above(first)}
    for call in calls:
        name = _method(call)
        if name not in ENDS or (name == "join" and not _is_join(call)):
            continue
        words = (
            {_root(call.func)}
            if name in ("join", "shutdown", "result")
            else {one.id for part in call.args for one in ast.walk(part) if isinstance(one, ast.Name)}
        )
        ways = [one for one in program.above(call) if isinstance(one, ast.If) and id(one) not in with_start]
        if words & group and not ways:
            yield position(call)
    for node in ast.walk(spawn.scope.node):
        if not isinstance(node, ast.Await) or program.scope_of.get(id(node)) is not spawn.scope:
            continue
        if {one.id for one in ast.walk(node) if isinstance(one, ast.Name)} & group and node.value is not spawn.call:
            yield position(node)


def _group(program: Program, spawn: Spawn) -> set[str]:
    """The names by which a thread, its list, or its pool is known in the function that starts it."""
    found: set[str] = set()
    if isinstance(spawn.call.func, ast.Attribute) and spawn.how in (How.POOL, How.EITHER, How.TASK, How.PROCESS):
        found.add(_root(spawn.call.func))
    for one in program.above(spawn.call):
        if isinstance(one, ast.Assign):
            found |= {word for target in one.targets for word in [_name(target)] if word}
        elif isinstance(one, ast.Call) and _method(one) in ("append", "add"):
            found.add(_root(one.func))
        if isinstance(one, ast.stmt):
            break
    pairs = [pair for node in ast.walk(spawn.scope.node) if (pair := _related(node)) is not None]
    for _ in range(3):
        for names, others in pairs:
            if names & found or others & found:
                found |= names | others
    return found - {"", "self"}


def _related(node: ast.AST) -> tuple[set[str], set[str]] | None:
    """Names of which one stands for, holds or goes through the other."""
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return {_name(node.target)}, _names(node.iter)
    if isinstance(node, ast.Assign) and isinstance(node.value, (ast.List, ast.Tuple, ast.BinOp, ast.Name, ast.Dict)):
        return {_name(one) for one in node.targets}, _names(node.value)
    if isinstance(node, ast.Call) and _method(node) == "append" and node.args:
        return {_root(node.func)}, {_name(node.args[0])}
    return None


def _names(node: ast.expr) -> set[str]:
    return {_name(one) for one in ast.walk(node) if isinstance(one, (ast.Name, ast.Attribute))}


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return f"{node.value.id}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def _root(func: ast.AST) -> str:
    """What stands before the last dot, without an index."""
    value = func.value if isinstance(func, ast.Attribute) else func
    return _name(value.value if isinstance(value, ast.Subscript) else value)


def _method(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
