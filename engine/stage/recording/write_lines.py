"""Where a program's text writes a name before it gives a lock back: a release is reported where that is done."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from engine.protocol.program_text import UNREADABLE, parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def write_lines(text: str, name: str) -> dict[int, int]:
    """By the line that gives a lock back, such as that of a `with`, the last line before it that writes the name."""
    try:
        tree = parse(text)
    except UNREADABLE:
        return {}
    found: dict[int, int] = {}
    for scope in (tree, *(node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS[:2]))):
        inside = [*_inside(scope.body)]
        writes = sorted(one.lineno for one in inside if isinstance(one, ast.stmt) and _writes(one, name))
        for node in inside:
            if isinstance(node, (ast.With, ast.AsyncWith)):
                within = [line for line in writes if node.body[0].lineno <= line <= (node.end_lineno or node.lineno)]
                lines = range(node.lineno, max(node.lineno + 1, node.body[0].lineno))
                found.update(dict.fromkeys(lines, within[-1]) if within else {})
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "release":
                before = [line for line in writes if line < node.lineno]
                if before:
                    found[node.lineno] = before[-1]
    return found


def _inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All that runs where these run: not what functions in them do."""
    for node in nodes:
        yield node
        if not isinstance(node, _FUNCTIONS):
            yield from _inside(ast.iter_child_nodes(node))


def _writes(node: ast.stmt, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    if not isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign)):
        return False
    return any(isinstance(one, ast.expr) and name in _parts(one) for one in targets)


def _parts(target: ast.expr) -> list[str]:
    """The names that a target gives a value to."""
    if isinstance(target, (ast.Tuple, ast.List)):
        return [part for one in target.elts for part in _parts(one)]
    return [ast.unparse(target)]
