"""Calls that are wrong by themselves: a target that is called, a wait that asks once, a coroutine that holds all up."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.static_analysis.acts import Walked
from engine.static_analysis.contexts import Contexts, Entry, Root
from engine.static_analysis.evidence import Found
from engine.static_analysis.locations import Locations
from engine.static_analysis.lock_rules import LockRules
from engine.static_analysis.scopes import Scope
from engine.static_analysis.spawns import How, target_of
from engine.static_analysis.suspicion import Certainty, Doubt, Runner, SuspicionKind
from engine.static_analysis.values import FunctionValue, Imported, Made, Values

BLOCKS = frozenset({
    "time.sleep", "urllib.request.urlopen", "subprocess.run", "subprocess.call", "subprocess.check_output",
    "subprocess.check_call", "os.system", "requests.get", "requests.post", "requests.put", "requests.delete",
    "requests.request", "builtins.input",
})  # fmt: skip
STARTERS = frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process", "threading.Thread.__init__"})


class Rules:
    """The rules for one program."""

    def __init__(self, values: Values, locations: Locations, contexts: Contexts) -> None:
        self.values, self.contexts = values, contexts
        self._locks = LockRules(values, locations, contexts)

    def found(self) -> Iterator[Found]:
        """All that they find."""
        yield from self._locks.found()
        for call, scope in self.contexts.program.calls:
            yield from self._target_called(call, scope)
            yield from self._waits_once(call, scope)
            if scope.is_async:
                yield from self._blocks(call, scope)
        for node in ast.walk(self.contexts.program.module.node):
            for block in (getattr(node, name, None) for name in ("body", "orelse", "finalbody")):
                if isinstance(block, list):
                    yield from self._set_then_clear(block)
        for root in self.contexts.roots:
            for scope, entry in root.reach.items():
                walked = self.contexts.walked.get(scope)
                if walked is not None:
                    yield from self._asks_again(root, walked)
                    if root.many and not root.is_task and root.how is not How.PROCESS:
                        yield from self._generators(root, walked, entry)

    def _target_called(self, call: ast.Call, scope: Scope) -> Iterator[Found]:
        target: ast.expr | None = None
        for one in self.values.of(call.func, scope):
            if isinstance(one, Imported) and one.path in STARTERS:
                target = target_of(one.path, call)
        if target is None and isinstance(call.func, ast.Attribute) and call.func.attr in ("submit", "apply_async"):
            pools = [one for one in self.values.made(call.func.value, scope) if one.last.endswith(("Executor", "Pool"))]
            target = call.args[0] if pools and call.args else None
        if not isinstance(target, ast.Call):
            return
        called = [one for one in self.values.of(target.func, scope) if isinstance(one, FunctionValue)]
        gives = self.values.of(target, scope)
        if not called or any(isinstance(one, FunctionValue) for one in gives):
            return
        plain = all(not one.scope.returns and not one.scope.yields for one in called)
        certainty = Certainty.SURELY if plain else Certainty.LIKELY
        doubt = Doubt.NONE if plain else Doubt.CALLED
        yield Found(SuspicionKind.TARGET_CALLED, ast.unparse(target.func), (target,), certainty, doubt)

    def _waits_once(self, call: ast.Call, scope: Scope) -> Iterator[Found]:
        func = call.func
        if not isinstance(func, ast.Attribute) or func.attr != "wait":
            return
        made = self.values.made(func.value, scope)
        if not made or any(one.last != "Condition" for one in made):
            return
        above = list(self.contexts.program.above(call))
        if any(isinstance(one, ast.While) for one in above):
            return
        if isinstance(self.contexts.program.module.node, ast.Module) and scope.name.endswith(("wait", "__wait")):
            return  # it hands the call on
        text = ast.unparse(func.value)
        sure = (
            Certainty.POSSIBLE if call.args or call.keywords else Certainty.LIKELY
        )  # after a time-out one looks anyway
        yield Found(SuspicionKind.WAIT_WITHOUT_LOOP, text, (func.value,), sure, Doubt.NONE, (text,))

    def _blocks(self, call: ast.Call, scope: Scope) -> Iterator[Found]:
        """What blocks, itself or in a function that it calls."""
        path = self.values.path(call.func, scope)
        above = self.contexts.program.parent.get(id(call))
        if isinstance(above, ast.Await):
            return
        runner = (Runner(scope.name, task=True),)
        if path in BLOCKS:
            yield Found(SuspicionKind.BLOCKS_LOOP, _said(path), (call.func,), Certainty.SURELY, Doubt.NONE, (), runner)
        elif isinstance(call.func, ast.Attribute) and call.func.attr == "result":
            if any(one.last == "run_coroutine_threadsafe" for one in self.values.made(call.func.value, scope)):
                name = ast.unparse(call.func)
                yield Found(SuspicionKind.BLOCKS_LOOP, name, (call.func,), Certainty.SURELY, Doubt.NONE, (), runner)
        else:
            for edge in self.contexts.walked[scope].edges:
                inner = self.contexts.walked.get(edge.function.scope)
                if edge.node is call and inner is not None and not edge.function.scope.is_async:
                    for deep, _ in inner.calls:
                        if self.values.path(deep.func, edge.function.scope) in BLOCKS:
                            nodes = call.func, deep.func
                            kind, name = SuspicionKind.BLOCKS_LOOP, ast.unparse(call.func)
                            yield Found(kind, name, nodes, Certainty.LIKELY, Doubt.BRANCH, (), runner)

    def _set_then_clear(self, block: list[ast.stmt]) -> Iterator[Found]:
        for one, then in zip(block, block[1:]):
            first, second = _method(one, "set"), _method(then, "clear")
            if first is None or second is None or ast.unparse(first) != ast.unparse(second):
                continue
            scope = self.contexts.program.scope_of.get(id(one))
            made = self.values.made(first, scope) if scope is not None else []
            if made and all(each.last == "Event" for each in made):
                yield Found(
                    SuspicionKind.SET_THEN_CLEAR, ast.unparse(first), (first, second), Certainty.LIKELY, Doubt.NONE
                )

    def _asks_again(self, root: Root, walked: Walked) -> Iterator[Found]:
        for node, reads in walked.idle:
            shared = [read for read in reads if any(one.owner is not walked.scope for one in read.locations)]
            if shared and not any(isinstance(one, ast.Call) for one in ast.walk(node.test)):
                runner = (Runner(root.function.scope.name, root.many, root.is_task),)
                looked = shared[0].node
                name = ast.unparse(looked)
                yield Found(SuspicionKind.BUSY_WAIT, name, (looked,), Certainty.SURELY, Doubt.NONE, (), runner)

    def _generators(self, root: Root, walked: Walked, entry: Entry) -> Iterator[Found]:
        scope = walked.scope
        for node in ast.walk(scope.node):
            if self.contexts.program.scope_of.get(id(node)) is not scope:
                continue
            held = bool(entry.locks) or entry.unknown
            asked: ast.expr | None = None
            if isinstance(node, ast.For):
                asked = node.iter
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "next" and node.args:
                asked = node.args[0]
                held = held or any(call is node and locks for call, locks in walked.calls)
            if asked is None or held or isinstance(asked, ast.Call):
                continue
            if any(self._is_shared(one, root) for one in self.values.made(asked, scope)):
                runner = (Runner(root.function.scope.name, root.many),)
                name = ast.unparse(asked)
                yield Found(SuspicionKind.SHARED_GENERATOR, name, (asked,), Certainty.SURELY, Doubt.NONE, (), runner)

    def _is_shared(self, made: Made, root: Root) -> bool:
        if made.what != "generator" or made.scope in root.reach:
            return False
        spawn = root.spawn
        loop = self.contexts.program.loop_of(spawn.call) if spawn is not None else None
        inside = [*ast.walk(loop)] if loop is not None else [*ast.walk(spawn.call)] if spawn is not None else []
        return not any(one is made.node for one in inside)


def _method(node: ast.stmt, name: str) -> ast.expr | None:
    """What stands before `.name()` in a statement that is such a call."""
    call = node.value if isinstance(node, ast.Expr) else None
    func = call.func if isinstance(call, ast.Call) else None
    return func.value if isinstance(func, ast.Attribute) and func.attr == name else None


def _said(path: str) -> str:
    return path.rpartition("builtins.")[2]
