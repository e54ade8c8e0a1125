"""Who can see which name: the functions and classes of a text, and every value that each name is given in them."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from engine.static_analysis.constants import Constants

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
LOOPS = (ast.For, ast.AsyncFor, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Scope:
    """A function, a class, or the module."""

    def __init__(self, node: ast.AST, name: str, parent: Scope | None) -> None:
        self.node, self.name, self.parent = node, name, parent
        self.names: set[str] = set()  # that it binds itself
        self.used: set[str] = set()  # names that stand in it
        self.outer: dict[str, bool] = {}  # declared global (True) or nonlocal (False)
        self.bindings: defaultdict[str, list[Binding]] = defaultdict(list)
        self.returns: list[ast.expr] = []
        self.yields = False
        self.bases: list[ast.expr] = node.bases if isinstance(node, ast.ClassDef) else []
        self.decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        self.attributes: defaultdict[str, list[Binding]] = defaultdict(list)  # of a class: what `self.x` is given

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def body(self) -> list[ast.stmt]:
        """Its statements; those of a lambda are one that returns its value."""
        if isinstance(self.node, ast.Lambda):
            return [ast.copy_location(ast.Return(self.node.body), self.node.body)]
        return getattr(self.node, "body", [])

    @property
    def parameters(self) -> list[str]:
        """The positional ones first, then those by name alone; not `*args` and `**kwargs`."""
        arguments = getattr(self.node, "args", None)
        if not isinstance(arguments, ast.arguments):
            return []
        return [one.arg for one in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]

    @property
    def owner(self) -> Scope | None:
        """The class of a method."""
        return self.parent if self.parent is not None and self.parent.is_class and not self.is_class else None

    @property
    def first(self) -> str:
        """What a method calls its object or class; "" for what is no method."""
        names = self.parameters
        return names[0] if self.owner is not None and names and "staticmethod" not in self.tags else ""

    @property
    def tags(self) -> set[str]:
        """The last words of its decorators."""
        calls = (one.func if isinstance(one, ast.Call) else one for one in self.decorators)
        return {getattr(one, "attr", getattr(one, "id", "")) for one in calls}


class Binding(NamedTuple):
    """What a name is given: an expression that is read in a scope."""

    how: str  # value, element (of it), entered (by `with`), item (of a tuple), module, scope
    value: ast.AST | Scope | str | None
    scope: Scope
    at: int = 0


class Program:
    """All scopes of a text, and its calls."""

    def __init__(self, tree: ast.Module) -> None:
        self.constants = Constants(tree)
        self.module = Scope(tree, "", None)
        self.scopes: list[Scope] = [self.module]
        self.of_node: dict[int, Scope] = {id(tree): self.module}
        self.parent: dict[int, ast.AST] = {}
        self.scope_of: dict[int, Scope] = {}  # of each expression and statement
        self.calls: list[tuple[ast.Call, Scope]] = []
        self._enter(self.module)

    def lookup(self, scope: Scope, name: str) -> Scope:
        """The scope whose variable that name is; the module for what nobody binds."""
        if scope.outer.get(name):
            return self.module
        at: Scope | None = scope
        if name not in scope.names or name in scope.outer:
            at = scope.parent
            while at is not None and (at.is_class or name not in at.names or name in at.outer):
                if at.outer.get(name):
                    return self.module
                at = at.parent
        return at or self.module

    def above(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that a node lies in, the nearest first, up to its scope and without it."""
        at = self.parent.get(id(node))
        while at is not None and id(at) not in self.of_node:
            yield at
            at = self.parent.get(id(at))

    def loop_of(self, node: ast.AST) -> ast.AST | None:
        """The innermost loop whose body a node lies in, within its scope."""
        below: ast.AST = node
        for at in self.above(node):
            if isinstance(at, (ast.For, ast.AsyncFor)) and below is not at.iter and below not in at.orelse:
                return at
            if isinstance(at, ast.While) and below not in at.orelse:
                return at
            if isinstance(at, LOOPS[3:]) and below is not at.generators[0]:
                return at
            below = at
        return None

    def excluded(self, one: ast.AST, other: ast.AST) -> bool:
        """Whether two nodes stand in the two ways of one `if` that is not in a loop: then only one of them runs."""
        ways = [{id(at): below for at, below in self._steps(node) if isinstance(at, ast.If)} for node in (one, other)]
        for node, _ in self._steps(one):
            if isinstance(node, ast.If) and id(node) in ways[1] and self.loop_of(node) is None:
                first, second = (each[id(node)] for each in ways)
                if (first in node.body and second in node.orelse) or (first in node.orelse and second in node.body):
                    return True
        return False

    def _steps(self, node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
        """Each node above, with the one below it on the way."""
        below = node
        for at in self.above(node):
            yield at, below
            below = at

    def _enter(self, scope: Scope) -> None:
        arguments = getattr(scope.node, "args", None)
        if isinstance(arguments, ast.arguments):
            names = [*scope.parameters, *(one.arg for one in (arguments.vararg, arguments.kwarg) if one is not None)]
            scope.names.update(names)
        stack: list[tuple[ast.AST, ast.AST]] = [(child, scope.node) for child in reversed(scope.body)]
        while stack:
            node, parent = stack.pop()
            self.parent[id(node)], self.scope_of[id(node)] = parent, scope
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                self._define(node, scope)
                inside: list[ast.AST] = [*getattr(node, "decorator_list", []), *getattr(node, "bases", [])]
                if not isinstance(node, ast.ClassDef):
                    inside += [*node.args.defaults, *(one for one in node.args.kw_defaults if one is not None)]
            else:
                self._bind(node, scope)
                inside = self.constants.live(node)
            stack.extend((child, node) for child in reversed(inside))

    def _define(self, node: ast.AST, scope: Scope) -> None:
        name = str(getattr(node, "name", "lambda"))
        made = Scope(node, f"{scope.name}.{name}" if scope.is_class else name, scope)
        self.scopes.append(made)
        self.of_node[id(node)] = made
        if not isinstance(node, ast.Lambda):
            scope.names.add(name)
            scope.bindings[name].append(Binding("scope", made, scope))
        self._enter(made)

    def _bind(self, node: ast.AST, scope: Scope) -> None:  # noqa: PLR0912  # one case for each way to give a name a value
        if isinstance(node, ast.Name):
            scope.used.add(node.id)
        elif isinstance(node, (ast.Global, ast.Nonlocal)):
            scope.outer.update(dict.fromkeys(node.names, isinstance(node, ast.Global)))
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                self._target(target, Binding("value", node.value, scope))
        elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            self._target(node.target, Binding("value", node.value, scope))
        elif isinstance(node, ast.AugAssign):
            self._target(node.target, Binding("value", None, scope))
        elif isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
            self._target(node.target, Binding("element", node.iter, scope))
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            self._target(node.optional_vars, Binding("entered", node.context_expr, scope))
        elif isinstance(node, ast.Import):
            for one in node.names:
                path = one.name if one.asname else one.name.partition(".")[0]
                self._name(one.asname or path, Binding("module", path, scope))
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                self._name(one.asname or one.name, Binding("module", f"{node.module or ''}.{one.name}", scope))
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self._name(node.name, Binding("value", None, scope))
        elif isinstance(node, ast.Call):
            self.calls.append((node, scope))
        elif isinstance(node, ast.Return) and node.value is not None:
            scope.returns.append(node.value)
        elif isinstance(node, (ast.Yield, ast.YieldFrom)):
            scope.yields = True

    def _name(self, name: str, binding: Binding) -> None:
        scope = binding.scope
        scope.names.add(name)
        owner = self.lookup(scope, name)
        owner.bindings[name].append(binding)
        owner.names.add(name)

    def _target(self, target: ast.expr, binding: Binding) -> None:
        if isinstance(target, ast.Name):
            self._name(target.id, binding)
        elif isinstance(target, ast.Starred):
            self._target(target.value, binding._replace(how="value", value=None))
        elif isinstance(target, (ast.Tuple, ast.List)):
            values = binding.value.elts if isinstance(binding.value, (ast.Tuple, ast.List)) else None
            for index, one in enumerate(target.elts):
                if binding.how == "value" and values is not None and len(values) == len(target.elts):
                    self._target(one, binding._replace(value=values[index]))
                elif binding.how == "value":
                    self._target(one, binding._replace(how="item", at=index))
                else:
                    self._target(one, binding._replace(how=f"item-of-{binding.how}", at=index))
        elif isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name):
            owner = binding.scope.owner
            if owner is not None and target.value.id == binding.scope.first:
                owner.attributes[target.attr].append(binding)
