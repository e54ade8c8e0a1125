"""Pure: `try` blocks around the start or the end of a thread, which do not see what that thread raises."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.protocol.program_text import UNREADABLE, parse

_ALL = frozenset({"Exception", "BaseException", ""})
_CALLS = frozenset({"start", "join"})


def is_expected(text: str, made: int, error: str) -> bool:
    """Whether a `try` would catch this type: one around line `made`, or one by name around start() or join()."""
    try:
        tree = parse(text) if "try" in text else None
    except UNREADABLE:
        tree = None
    for node in ast.walk(tree) if tree is not None else ():
        if isinstance(node, ast.Try):
            caught = {name for one in node.handlers for name in _names(one.type)}
            first, last = node.body[0].lineno, node.body[-1].end_lineno or node.body[-1].lineno
            if error in caught and any(_waits(one) for part in node.body for one in ast.walk(part)):
                return True
            if first <= made <= last and not caught.isdisjoint({error, *_ALL}):
                return True
    return False


def _names(node: ast.expr | None) -> Iterator[str]:
    """What a handler catches; "": all."""
    if isinstance(node, ast.Tuple):
        for one in node.elts:
            yield from _names(one)
    else:
        yield "" if node is None else str(getattr(node, "attr", getattr(node, "id", "?")))


def _waits(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _CALLS and not node.args
