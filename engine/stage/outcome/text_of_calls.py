"""Pure: what a program's text says of calls: what loops are around them, whether what they give back is used."""

from __future__ import annotations

import ast
from collections.abc import Iterator

_NONE = ast.Constant(None)
_UNUSED = (ast.Expr, ast.Return, ast.Lambda, ast.Await, ast.IfExp, ast.BoolOp)
_EACH = (ast.ListComp, ast.SetComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def parents_of(tree: ast.AST) -> dict[ast.AST, ast.AST]:
    """Of each node the one that it is a part of."""
    return {part: node for node in ast.walk(tree) for part in ast.iter_child_nodes(node)}


def calls_at(tree: ast.AST, line: int) -> Iterator[ast.Call]:
    """The calls of which the text goes over this line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= line <= (node.end_lineno or node.lineno):
            yield node


def is_used(call: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether what a call gives back goes somewhere: into a name, an argument, an operation."""
    node, parent = call, parents.get(call)
    if isinstance(parent, _EACH) and parent.elt is node:
        node, parent = parent, parents.get(parent)  # [t.join() for t in threads] is most often no more than a loop
    return parent is not None and not isinstance(parent, _UNUSED) and not isinstance(node, ast.GeneratorExp)


def loop_around(call: ast.AST, parents: dict[ast.AST, ast.AST]) -> tuple[set[str], list[ast.stmt]] | None:
    """The innermost loop of the same function: the names that have another value in each turn, and what it does."""
    node = parents.get(call)
    while node is not None and not isinstance(node, _FUNCTIONS):
        if isinstance(node, (ast.For, ast.AsyncFor)):
            return _names_in([node.target]), node.body
        if isinstance(node, ast.While):
            return set(), node.body
        if isinstance(node, _EACH):
            return _names_in([one.target for one in node.generators]), []
        node = parents.get(node)
    return None


def _names_in(targets: list[ast.expr]) -> set[str]:
    return {part.id for one in targets for part in ast.walk(one) if isinstance(part, ast.Name)}


def returns_something(function: ast.AST) -> bool:
    """Whether a function has a `return` with more than None."""
    open_ = list(ast.iter_child_nodes(function))
    while open_:
        node = open_.pop()
        if isinstance(node, ast.Return) and getattr(node.value or _NONE, "value", node) is not None:
            return True
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            open_ += ast.iter_child_nodes(node)
    return False
