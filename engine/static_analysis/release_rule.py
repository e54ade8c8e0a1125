"""Locks that are taken by `acquire` and not given back, or not on every way."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.static_analysis.contexts import Contexts
from engine.static_analysis.evidence import Found
from engine.static_analysis.locations import Locations
from engine.static_analysis.suspicion import Certainty, Doubt, SuspicionKind
from engine.static_analysis.values import Made

LEAVES = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class ReleaseRule:
    """The rule for one program; `signals` are locks that tell something rather than guard it."""

    def __init__(self, locations: Locations, contexts: Contexts, signals: frozenset[Made]) -> None:
        self.locations, self.contexts, self._signals = locations, contexts, signals

    def found(self) -> Iterator[Found]:
        """Locks that are taken and not given back on every way."""
        program = self.contexts.program
        released = {
            ast.unparse(call.func.value)
            for call, _ in program.calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr in ("release", "__exit__", "stop", "_release_save")
        }
        handed_on = any(isinstance(node, ast.Attribute) and node.attr == "release" and not self._is_called(node)
                        for node in ast.walk(program.module.node))  # fmt: skip
        for call, scope in program.calls:
            if (
                not isinstance(call.func, ast.Attribute)
                or call.func.attr != "acquire"
                or scope.name.endswith("__enter__")
            ):
                continue
            token = self.locations.token(call.func.value, scope)
            if token is None or not token.known or token.locks & self._signals:
                continue
            if any(one.last.endswith("Semaphore") or one.scope is scope for one in token.locks):
                continue
            if token.text not in released:
                if not handed_on and not self._other_name(token.locks, released):
                    nodes = (call.func.value,)
                    yield Found(
                        SuspicionKind.NOT_RELEASED, token.text, nodes, Certainty.LIKELY, Doubt.NONE, (token.text,)
                    )
            else:
                yield from self._skipped(call, token.text)

    def _is_called(self, node: ast.Attribute) -> bool:
        above = self.contexts.program.parent.get(id(node))
        return isinstance(above, ast.Call) and above.func is node

    def _other_name(self, locks: frozenset[Made], released: set[str]) -> bool:
        """Whether the same lock is given back under another name."""
        for call, scope in self.contexts.program.calls:
            if isinstance(call.func, ast.Attribute) and call.func.attr == "release":
                token = self.locations.token(call.func.value, scope)
                if token is None or not token.known or token.locks & locks:
                    return True
        return not locks or (not released and any(lock.scope.is_class for lock in locks))

    def _skipped(self, call: ast.Call, text: str) -> Iterator[Found]:
        """`acquire()`, then a way out of the block, then `release()`."""
        statement = self.contexts.program.parent.get(id(call))
        block = self._block(statement) if isinstance(statement, ast.Expr) else []
        at = next((index for index, one in enumerate(block) if one is statement), -1)
        for one in block[at + 1 :] if at >= 0 else ():
            if isinstance(one, ast.Try) and any(_releases(each, text) for each in one.finalbody):
                return
            if isinstance(one, ast.Expr) and _releases(one, text):
                return
            left = self._leaves(one, text)
            if left is not None:
                assert isinstance(call.func, ast.Attribute)
                nodes = call.func.value, left
                yield Found(SuspicionKind.NOT_RELEASED, text, nodes, Certainty.SURELY, Doubt.BRANCH, (text,))
                return

    def _block(self, statement: ast.AST) -> list[ast.stmt]:
        above = self.contexts.program.parent.get(id(statement))
        blocks = (getattr(above, name, None) for name in ("body", "orelse", "finalbody"))
        return next((one for one in blocks if isinstance(one, list) and statement in one), [])

    def _leaves(self, node: ast.stmt, text: str) -> ast.stmt | None:
        """A way out in a statement, before which nothing is given back."""
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            return None
        for one in ast.walk(node):
            if not isinstance(one, LEAVES):
                continue
            if isinstance(one, (ast.Continue, ast.Break)) and self._loop_inside(one, node):
                continue
            block = self._block(one)
            before = block[: block.index(one)] if one in block else []
            if not any(_releases(each, text) for each in before) and not (one is not node and _releases(node, text)):
                return one
        return None

    def _loop_inside(self, node: ast.AST, outer: ast.AST) -> bool:
        at: ast.AST | None = node
        while at is not None and at is not outer:
            at = self.contexts.program.parent.get(id(at))
            if isinstance(at, (ast.For, ast.While)):
                return True
        return isinstance(outer, (ast.For, ast.While))


def _releases(node: ast.AST, text: str) -> bool:
    return any(
        isinstance(one, ast.Call)
        and isinstance(one.func, ast.Attribute)
        and one.func.attr == "release"
        and ast.unparse(one.func.value) == text
        for one in ast.walk(node)
    )
