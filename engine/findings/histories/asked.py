"""Pure: what the text asks before it waits for a condition, and where it leaves a lock taken."""

from __future__ import annotations

import ast

from engine.findings.histories.source import Method, Source


def asks(source: Source, wait: Method) -> str:
    """What wait_for(), or a loop around wait() within its `with`, wants to be so; "" where none asks again."""
    if wait.name == "wait_for":
        asked = wait.call.args[0] if wait.call.args else None
        if isinstance(asked, ast.Lambda):
            return ast.unparse(asked.body)
        return f"{ast.unparse(asked)}()" if isinstance(asked, (ast.Name, ast.Attribute)) else ""
    for around in source.around(wait.call):
        if isinstance(around, (ast.With, ast.AsyncWith)):
            return ""
        if isinstance(around, ast.While) and not isinstance(around.test, ast.Constant):
            test = around.test
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                return ast.unparse(test.operand)
            return f"not ({ast.unparse(test)})"
    return ""


def leaves(source: Source, acquire: Method) -> list[int]:
    """Lines behind acquire() that leave its function without release(), where it does not call itself."""
    function = source.function(acquire.call.lineno)
    own = getattr(function, "name", "")
    inside = set(ast.walk(function))
    if any(getattr(one.func, "attr", getattr(one.func, "id", None)) == own for one in source.calls if one in inside):
        return []
    back = [one.call for one in source.methods(acquire.owner, "release") if one.call in inside]
    if any(source.in_finally(one) for one in back):
        return []
    return [
        node.lineno
        for node in inside
        if isinstance(node, (ast.Return, ast.Continue))
        and node.lineno > acquire.call.lineno
        and not {one.lineno for one in back} & {one.lineno for one in source.beside(node)}
        and any(one.lineno > node.lineno for one in back)
    ]
