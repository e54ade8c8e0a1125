"""What may be watched: a name, attributes and items of it, or the length of that. Read by both sides, run by none."""

from __future__ import annotations

import ast
from typing import Union

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.messages import NoWatch
from engine.protocol.program_text import UNREADABLE, parse_expression

LONGEST = 120  # characters of an expression
DEEPEST = 12  # attributes and items one behind the other
MOST_WATCHED = 6  # expressions at once: so many hues are told apart


class NotWatchable(ValueError):
    """The expression cannot be watched; `reason` is why."""

    def __init__(self, reason: NoWatch) -> None:
        super().__init__(reason.value)
        self.reason = reason


@lazy_dataclass(frozen=True)
class Attribute:
    """One more name behind a dot."""

    name: str


@lazy_dataclass(frozen=True)
class Item:
    """An item, by a number or a text that stands in the expression itself."""

    key: object


Step = Union[Attribute, Item]


@lazy_dataclass(frozen=True)
class WatchPath:
    """From a name of the module to a value."""

    text: str  # as Python itself would write it
    root: str
    steps: tuple[Step, ...] = ()
    length: bool = False  # `len` of that


def read_path(expression: str) -> WatchPath:
    """The path that an expression says. Raises NotWatchable."""
    if len(expression) > LONGEST:
        raise NotWatchable(NoWatch.NOT_PYTHON)
    try:
        node = parse_expression(expression.strip()).body
    except UNREADABLE:
        raise NotWatchable(NoWatch.NOT_PYTHON) from None
    return path_of(node)


def path_of(node: ast.expr) -> WatchPath:
    """The path that a node says. Raises NotWatchable."""
    length = isinstance(node, ast.Call)
    inner = _measured(node) if isinstance(node, ast.Call) else node
    steps: list[Step] = []
    while not isinstance(inner, ast.Name):
        if isinstance(inner, ast.Attribute):
            steps.append(Attribute(inner.attr))
            inner = inner.value
        elif isinstance(inner, ast.Subscript):
            steps.append(Item(_key(inner.slice)))
            inner = inner.value
        else:
            raise NotWatchable(NoWatch.CALL)
    if len(steps) > DEEPEST:
        raise NotWatchable(NoWatch.CALL)
    return WatchPath(ast.unparse(node), inner.id, tuple(reversed(steps)), length)


def _measured(call: ast.Call) -> ast.expr:
    """What a call of `len` measures."""
    if not isinstance(call.func, ast.Name) or call.func.id != "len" or len(call.args) != 1 or call.keywords:
        raise NotWatchable(NoWatch.CALL)
    return call.args[0]


def _key(node: ast.expr) -> object:
    try:
        key = ast.literal_eval(node)
        hash(key)
    except (ValueError, TypeError):
        raise NotWatchable(NoWatch.INDEX) from None
    return key
