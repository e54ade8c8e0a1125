"""Which expression each parameter of a function is given: by a call, and where a call gives none."""

from __future__ import annotations

import ast

from engine.static_analysis.scopes import FUNCTIONS, Scope


def defaults(function: Scope) -> dict[str, ast.expr]:
    """What its parameters are where a call says nothing of them; read outside of the function."""
    if not isinstance(function.node, FUNCTIONS):
        return {}
    arguments = function.node.args
    names = [one.arg for one in [*arguments.posonlyargs, *arguments.args]]
    found = dict(zip(names[len(names) - len(arguments.defaults) :], arguments.defaults))
    by_name = zip([one.arg for one in arguments.kwonlyargs], arguments.kw_defaults)
    return {**found, **{name: value for name, value in by_name if value is not None}}


def given_by(call: ast.Call, function: Scope, *, bound: bool) -> dict[str, ast.expr]:
    """What a call gives by place and by name; nothing where it unpacks something. `bound`: its first is the object."""
    if any(isinstance(one, ast.Starred) for one in call.args) or any(one.arg is None for one in call.keywords):
        return {}
    names = function.parameters[1:] if bound and function.first else function.parameters
    return {**dict(zip(names, call.args)), **{one.arg: one.value for one in call.keywords if one.arg}}
