"""What a function's own text says of locks: which expressions it takes at a line, and which it has taken there."""

from __future__ import annotations

import ast
import inspect
import linecache
import textwrap
from collections.abc import Iterator
from types import CodeType
from typing import NamedTuple, Union

LONGEST = 4000  # lines of a file whose module's own code is read
_TAKES = frozenset({"acquire", "__enter__"})
Taken = Union[ast.Name, ast.Attribute, ast.Subscript]


class _Region(NamedTuple):
    """An expression that names a lock, and the lines in which it is taken, or held."""

    expression: Taken
    first: int
    last: int


class FunctionText(NamedTuple):
    """Where a function takes locks, and from which to which line it has them."""

    taking: tuple[_Region, ...]
    having: tuple[_Region, ...]

    def taken_at(self, line: int) -> list[Taken]:
        """What is being taken at a line."""
        return [one.expression for one in self.taking if one.first <= line <= one.last]

    def had_at(self, line: int) -> list[Taken]:
        """What has been taken, and not given back, at a line."""
        return [one.expression for one in self.having if one.first <= line <= one.last]


NOTHING = FunctionText((), ())


def read(code: CodeType) -> FunctionText:
    """What the text of a function says, nothing where the text cannot be had."""
    lines = linecache.getlines(code.co_filename)
    first = code.co_firstlineno
    if not lines or (code.co_name == "<module>" and len(lines) > LONGEST):
        return NOTHING
    try:
        if code.co_name == "<module>":
            tree, before = ast.parse("".join(lines)), 0
        else:
            block = inspect.getblock(lines[first - 1 :])
            tree, before = ast.parse(textwrap.dedent("".join(block))), first - 1
    except (SyntaxError, ValueError, IndexError, RecursionError):
        return NOTHING
    return FunctionText(tuple(_taking(tree, before)), tuple(_having(tree, before)))


def _taking(tree: ast.AST, before: int) -> Iterator[_Region]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                yield from _region(item.context_expr, item.context_expr, before)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in _TAKES:
            yield from _region(node.func.value, node, before)


def _having(tree: ast.AST, before: int) -> Iterator[_Region]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.With, ast.AsyncWith)):
            for item in node.items:
                first = max(node.body[0].lineno, _end(item.context_expr) + 1)  # in its own line it may not have it yet
                if isinstance(item.context_expr, (ast.Name, ast.Attribute, ast.Subscript)):
                    yield _Region(item.context_expr, first + before, _end(node.body[-1]) + before)
        elif isinstance(node, ast.Try):
            for last in node.finalbody:
                call = getattr(last, "value", None)
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "release":
                    named = call.func.value
                    if isinstance(named, (ast.Name, ast.Attribute, ast.Subscript)):
                        yield _Region(named, node.body[0].lineno + before, _end(node.body[-1]) + before)


def _region(named: ast.expr, where: ast.expr, before: int) -> Iterator[_Region]:
    if isinstance(named, (ast.Name, ast.Attribute, ast.Subscript)):
        yield _Region(named, where.lineno + before, _end(where) + before)


def _end(node: ast.expr | ast.stmt) -> int:
    return node.end_lineno or node.lineno
