"""Pure: how many lanes a run will have, by the scenario's expression over the knobs, before anything has run.

It is reckoned where the window is, so it may hold arithmetic and choices and nothing that could take long.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from engine.protocol.program_text import Knob, parse_expression

_FUNCTIONS = {"min": min, "max": max}
_NODES = (
    ast.Expression, ast.Constant, ast.Name, ast.Load, ast.Tuple, ast.Call, ast.IfExp, ast.BinOp, ast.BoolOp,
    ast.UnaryOp, ast.Compare, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv, ast.Mod, ast.USub, ast.Not, ast.And, ast.Or,
    ast.cmpop,
)  # fmt: skip


def names(expression: str) -> list[str]:
    """The knobs that an expression asks for. Raises ValueError when it is more than _NODES and _FUNCTIONS."""
    try:
        nodes = list(ast.walk(parse_expression(expression)))
    except (SyntaxError, RecursionError, MemoryError) as error:
        raise ValueError(expression) from error
    called = [node.func for node in nodes if isinstance(node, ast.Call)]
    named = [node for node in nodes if isinstance(node, ast.Name)]
    if not all(isinstance(node, _NODES) for node in nodes):
        raise ValueError(expression)
    if not all(isinstance(one, ast.Name) and one.id in _FUNCTIONS for one in called):
        raise ValueError(expression)
    return [node.id for node in named if node not in called]


def reckoned(expression: str, knobs: Iterable[Knob]) -> int | None:
    """How many lanes, with the knobs as they are; None where there is no expression, or it has no such value."""
    if not expression:
        return None
    known = {"__builtins__": {}, **_FUNCTIONS, **{knob.name: knob.value for knob in knobs}}
    try:
        names(expression)
        count = eval(expression, known)
    except Exception:  # whatever a knob's value makes of it: the window goes by the last run then
        return None
    return int(count) if isinstance(count, int) and count > 0 else None
