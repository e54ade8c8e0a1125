"""Pure: loops of functions that go on while a name says so, of which no assignment elsewhere changes that name."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.protocol.program_text import UNREADABLE, parse

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.Lambda, ast.ClassDef)
_Function = ast.FunctionDef


@lazy_dataclass(frozen=True)
class Flag:
    """Such a loop. Nothing else than its condition ends it."""

    first: int  # lines
    last: int
    name: str
    function: str  # that gives a name of its own a value; "": the loop's own function has it as an argument
    line: int  # where it does so; of an argument where the loop begins


def flags(text: str) -> tuple[Flag, ...]:
    """Those of a text, from above; none where it cannot be read, or where names may be changed in other ways."""
    try:
        tree = parse(text) if "while" in text and "globals(" not in text and "setattr(" not in text else None
    except UNREADABLE:
        tree = None
    found = [] if tree is None else [flag for one in _functions(tree) for flag in _of(one, tree)]
    return tuple(sorted(found, key=lambda flag: flag.first))


def _of(function: _Function, tree: ast.AST) -> Iterator[Flag]:
    for loop in _inside(function):
        name = _asked(loop.test) if isinstance(loop, ast.While) else ""
        if not isinstance(loop, ast.While) or not name or any(_leaves(one) for one in _inside(loop)):
            continue
        last = loop.end_lineno or loop.lineno
        if name in _parameters(function):
            if _is_only_asked(function, name) and _is_told(tree, function, name):
                yield Flag(loop.lineno, last, name, "", loop.lineno)
        elif not _stores(function, name):
            other = _shadow(tree, name)
            if other is not None:
                yield Flag(loop.lineno, last, name, other[0].name, other[1].lineno)


def _functions(tree: ast.AST) -> list[_Function]:
    return [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)]


def _inside(node: ast.AST) -> Iterator[ast.AST]:
    """What is in a function, a loop or a module, without the functions and classes in it."""
    open_ = list(ast.iter_child_nodes(node))
    while open_:
        one = open_.pop()
        yield one
        if not isinstance(one, _SCOPES):
            open_ += ast.iter_child_nodes(one)


def _asked(test: ast.expr) -> str:
    """The name that a condition is, such as `running` or `not done`."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    return test.id if isinstance(test, ast.Name) else ""


def _leaves(node: ast.AST) -> bool:
    return isinstance(node, (ast.Break, ast.Return, ast.Raise, ast.Yield, ast.YieldFrom))


def _parameters(function: _Function) -> set[str]:
    given = function.args
    return {one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs)}


def _stores(node: ast.AST, name: str) -> list[ast.Name]:
    """Where a scope itself gives the name a value."""
    names = [one for one in _inside(node) if isinstance(one, ast.Name) and one.id == name]
    return [one for one in names if not isinstance(one.ctx, ast.Load)]


def _declares(function: ast.AST, name: str) -> bool:
    return any(isinstance(one, (ast.Global, ast.Nonlocal)) and name in one.names for one in _inside(function))


def _is_only_asked(function: _Function, name: str) -> bool:
    """Whether a function does no more with a parameter than to ask whether it is true."""
    uses = [one for one in ast.walk(function) if isinstance(one, ast.Name) and one.id == name]
    tests = [one.test for one in ast.walk(function) if isinstance(one, (ast.While, ast.If))]
    asked = {id(part) for one in tests if _asked(one) == name for part in ast.walk(one)}
    return all(id(one) in asked for one in uses)


def _is_told(tree: ast.AST, function: _Function, name: str) -> bool:
    """Whether the text outside of the function gives a name that is called alike True or False."""
    own = {id(one) for one in ast.walk(function)}
    values = [one for one in ast.walk(tree) if isinstance(one, ast.Assign) and id(one) not in own]
    flags_ = [one for one in values if isinstance(one.value, ast.Constant) and isinstance(one.value.value, bool)]
    return any(isinstance(to, ast.Name) and to.id == name for one in flags_ for to in one.targets)


def _shadow(tree: ast.AST, name: str) -> tuple[_Function, ast.Name] | None:
    """A function that gives a name of its own a value and does nothing with it, where nobody changes the module's."""
    functions = _functions(tree)
    if len(_stores(tree, name)) != 1 or any(_declares(one, name) for one in functions):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name:  # it may be the module's, by another way
            return None
    for one in functions:
        stores = _stores(one, name)
        loads = [use for use in ast.walk(one) if isinstance(use, ast.Name) and use.id == name]
        if stores and len(loads) == len(stores) and name not in _parameters(one):
            return one, stores[0]
    return None
