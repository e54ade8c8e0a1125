"""Which names of a program's module hold constants, and what a constant expression comes to."""

from __future__ import annotations

import ast
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

_REACHES_NAMES = re.compile(r"\b(globals|exec|eval|setattr|vars)\s*\(")  # a program may write a name by its text
_RUN_ITSELF = ("__name__ == '__main__'", "'__main__' == __name__")
_LARGEST = 10**18  # of what is reckoned: what is more was meant for something else
_BASE, _EXPONENT = 1024, 64  # at most: a power must not take long
_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.LShift: operator.lshift,
}  # fmt: skip
_Scope = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def statements(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements of the module, also those that only a program that is run itself performs."""
    for node in tree.body:
        yield node
        if isinstance(node, ast.If) and ast.unparse(node.test) in _RUN_ITSELF:
            yield from node.body


def constants(tree: ast.Module, text: str) -> frozenset[str]:
    """Names that hold a constant: written once, by the module itself, and read somewhere.

    What threads count in is written again, with `global`, and is none of them.
    """
    if _REACHES_NAMES.search(text):
        return frozenset()
    written: dict[str, int] = defaultdict(int)
    read: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Global):
            for name in node.names:
                written[name] += 2
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read.add(node.id)
    for name in _bound(tree):
        written[name] += 1
    return frozenset(name for name, count in written.items() if count == 1 and name in read)


def _bound(tree: ast.Module) -> Iterator[str]:
    """Every name that the module itself binds, as often as it does, in any order; a text may be nested deeply."""
    inside: list[ast.AST] = [tree]
    while inside:
        for child in ast.iter_child_nodes(inside.pop()):
            if isinstance(child, (*_Scope, ast.ExceptHandler)):
                yield child.name or ""
            elif isinstance(child, ast.Name) and not isinstance(child.ctx, ast.Load):
                yield child.id
            elif isinstance(child, ast.alias):
                yield (child.asname or child.name).partition(".")[0]
            if not isinstance(child, (*_Scope, ast.Lambda)):
                inside.append(child)


def reckoned(node: ast.expr) -> object:
    """The value of a literal, or of numbers that are reckoned with: 2 * 60, 10 ** 6. None for anything else."""
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):  # TypeError: a list as a key of a dictionary
        return _number(node)
    except (RecursionError, MemoryError):  # a sum of a thousand numbers; 3.9 and 3.10 say MemoryError
        return None


def _number(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) in (int, float) else None
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _number(node.operand)
        return None if inner is None else -inner
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATIONS:
        return None
    left, right = _number(node.left), _number(node.right)
    steep = isinstance(node.op, (ast.Pow, ast.LShift))
    if left is None or right is None or (steep and (abs(left) > _BASE or abs(right) > _EXPONENT)):
        return None
    try:
        found = _OPERATIONS[type(node.op)](left, right)
    except (ArithmeticError, TypeError, ValueError):
        return None
    return found if type(found) in (int, float) and abs(found) <= _LARGEST else None
