"""Which way a condition goes whose values the text gives once and for all: what is not run is not looked at."""

from __future__ import annotations

import ast
import operator
from collections import Counter
from collections.abc import Callable

COMPARES: dict[type[ast.cmpop], Callable[[object, object], object]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
}  # fmt: skip
UNKNOWN = object()


class Constants:
    """The module's names that are given one literal and nothing else, such as knobs."""

    def __init__(self, tree: ast.Module) -> None:
        times: Counter[str] = Counter()
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                times[node.id] += 1
            elif isinstance(node, ast.Global):
                times.update(node.names * 2)
        self._known: dict[str, object] = {}
        for one in tree.body:
            if isinstance(one, ast.Assign) and len(one.targets) == 1:
                self._take(one.targets[0], one.value, times)
            elif isinstance(one, ast.AnnAssign) and one.value is not None:
                self._take(one.target, one.value, times)

    def _take(self, target: ast.expr, value: ast.expr, times: Counter[str]) -> None:
        named = isinstance(target, ast.Name) and target.id.isupper() and times[target.id] == 1
        if named and isinstance(target, ast.Name) and isinstance(value, ast.Constant):
            self._known[target.id] = value.value

    def value(self, node: ast.expr) -> object:
        """What an expression is, UNKNOWN for most."""
        if isinstance(node, ast.Constant):
            return node.value
        return self._known.get(node.id, UNKNOWN) if isinstance(node, ast.Name) else UNKNOWN

    def decided(self, test: ast.expr) -> bool | None:
        """Which way a condition goes; None where the text does not tell."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.decided(test.operand)
            return None if inner is None else not inner
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            return self._compared(test)
        value = self.value(test) if isinstance(test, ast.Name) else UNKNOWN
        return None if value is UNKNOWN else bool(value)

    def _compared(self, test: ast.Compare) -> bool | None:
        left, right, compare = self.value(test.left), test.comparators[0], type(test.ops[0])
        if left is UNKNOWN:
            return None
        if compare in COMPARES and (value := self.value(right)) is not UNKNOWN:
            return bool(COMPARES[compare](left, value))
        if isinstance(test.ops[0], (ast.In, ast.NotIn)) and isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            values = [self.value(one) for one in right.elts]
            if UNKNOWN not in values:
                return (left in values) is isinstance(test.ops[0], ast.In)
        return None

    def live(self, node: ast.AST) -> list[ast.AST]:
        """The parts of a node that may run."""
        if isinstance(node, (ast.If, ast.IfExp)):
            way = self.decided(node.test)
            if way is not None:
                taken = node.body if way else node.orelse
                return [node.test, *(taken if isinstance(taken, list) else [taken])]
        return list(ast.iter_child_nodes(node))
