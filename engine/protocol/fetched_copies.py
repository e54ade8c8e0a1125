"""Lines of a text that change what they fetch from a container, and neither keep it nor put it back."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.protocol.child_writes import block_nodes, changed_names, changes, read_names
from engine.protocol.program_text import UNREADABLE, parse

LONGEST = 60  # characters of an expression
_FETCH = frozenset({"get", "setdefault"})


def fetched_copies(text: str) -> dict[int, str]:
    """Line -> what is fetched there, as in `shared["all"].append(1)`, or in `rows = shared["all"]` of a local `rows`
    that is changed and never looked at again."""
    try:
        tree = parse(text)
    except UNREADABLE:
        return {}
    found: dict[int, str] = {}
    lines = text.splitlines()
    for node in [*_chained(tree), *_bound(tree)]:
        said = _text_of(node, lines)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            found.setdefault(line, said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…")
    return found


def _chained(tree: ast.Module) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        value: ast.expr | None = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and changes(node.func.attr):
            value = node.func.value
        elif isinstance(node, ast.Subscript) and isinstance(node.ctx, (ast.Store, ast.Del)):
            value = node.value
        while isinstance(value, ast.Subscript) and isinstance(value.value, ast.Subscript):
            value = value.value
        if value is not None and _fetches(value):
            yield value


def _bound(tree: ast.Module) -> Iterator[ast.expr]:
    for block in ast.walk(tree):
        if not isinstance(block, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        changed = {one.id for one in changed_names(block)}
        for node in block_nodes(block) if changed else ():
            if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
                name = node.targets[0].id
                if name in changed and _fetches(node.value) and not any(read_names(block, {name})):
                    yield node.value


def _fetches(node: ast.expr) -> bool:
    """Whether it is an item or an attribute of something that has a name."""
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Attribute) and node.func.attr in _FETCH and _named(node.func.value)
    return isinstance(node, (ast.Subscript, ast.Attribute)) and _named(node.value)


def _named(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name))


def _text_of(node: ast.expr, lines: list[str]) -> str:
    """What stands there; of several lines the first."""
    line = lines[node.lineno - 1].encode() if node.lineno <= len(lines) else b""
    end = node.end_col_offset if node.end_lineno == node.lineno else None
    return line[node.col_offset : end].decode("utf-8", "replace").strip()
