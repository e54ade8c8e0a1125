"""Loops that do nothing but ask again: what they wait for they could be woken by. Pure, from a program's text."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import UNREADABLE, parse

# What only tells how something stands, and gives back at once. Clocks are none: a loop until a time stands for work.
ASKS = frozenset({
    "is_set", "isSet", "empty", "full", "qsize", "is_alive", "isAlive", "done", "running", "cancelled", "locked",
    "poll", "ready", "active_count", "activeCount", "exists", "is_file", "isfile", "len", "any", "all", "bool", "get",
})  # fmt: skip


@lazy_dataclass(frozen=True)
class BusyLoop:
    """Such a loop."""

    first: int  # lines
    last: int
    asks: str  # its condition, as it is written
    calls: frozenset[str]  # last words of what it calls


def busy_loops(text: str) -> tuple[BusyLoop, ...]:
    """Those of a text, from above; none where it cannot be read."""
    try:
        tree = parse(text) if "while" in text else None
    except UNREADABLE:
        tree = None
    found = [_loop(node) for node in ast.walk(tree) if isinstance(node, ast.While)] if tree is not None else []
    return tuple(sorted((one for one in found if one is not None), key=lambda one: one.first))


def _loop(node: ast.While) -> BusyLoop | None:
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    leaving = [one for one in node.body if isinstance(one, (ast.If, ast.Try)) and _leaves(one)]
    if not (_asks(node.test) and all(map(_idle, node.body)) and (leaving or not endless)):
        return None
    asked: ast.AST = node.test
    if endless:
        asked = leaving[0].test if isinstance(leaving[0], ast.If) else _call_in(leaving[0].body[0]) or node.test
    words = {_word(one) for one in ast.walk(node) if isinstance(one, ast.Call)}
    return BusyLoop(node.lineno, node.end_lineno or node.lineno, ast.unparse(asked), frozenset(words))


def _asks(node: ast.expr) -> bool:
    """Whether it can be asked over and over, and nothing comes of it."""
    for one in ast.walk(node):
        if isinstance(one, ast.Call) and not (_word(one) in ASKS and len(one.args) <= 1 and not one.keywords):
            return False
        if isinstance(one, (ast.Await, ast.Yield, ast.YieldFrom, ast.NamedExpr)):
            return False
    return not any(isinstance(one, ast.Call) and _word(one) == "get" and not one.args for one in ast.walk(node))


def _idle(node: ast.stmt) -> bool:
    """Whether a statement of such a loop does no work."""
    if isinstance(node, (ast.Pass, ast.Continue, ast.Break, ast.Return)):
        return not isinstance(node, ast.Return) or node.value is None or _asks(node.value)
    if isinstance(node, ast.If):
        return _asks(node.test) and all(map(_idle, (*node.body, *node.orelse)))
    if isinstance(node, ast.Try):
        tried, *after = node.body
        called = _call_in(tried)
        tries = called is not None and _word(called) == "get_nowait"
        rest: Iterable[ast.stmt] = (*after, *node.orelse, *(one for handler in node.handlers for one in handler.body))
        return tries and not node.finalbody and all(map(_idle, rest))
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        call = node.value
        return _word(call) == "sleep" and [getattr(one, "value", None) for one in call.args] == [0]
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _call_in(node: ast.AST) -> ast.Call | None:
    return next((one for one in ast.walk(node) if isinstance(one, ast.Call)), None)


def _leaves(node: ast.stmt) -> bool:
    return any(isinstance(one, (ast.Break, ast.Return)) for one in ast.walk(node))


def _word(call: ast.Call) -> str:
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))
