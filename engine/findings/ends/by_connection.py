"""Pure: whom the program waited for by what it sent last: nobody watches connections and pipes, so the text says it."""

import ast
from collections.abc import Iterator

LONGEST = 30_000  # characters: reading takes some 30 ms there, once, when the last line has run
_SENDS = frozenset({"send", "send_bytes"})
_RECEIVES = frozenset({"recv", "recv_bytes", "recv_bytes_into"})
_WRITES = frozenset({"write", "writelines", "dump", "print"})  # into a pipe of os.pipe()
_READS = frozenset({"read", "readline", "readlines", "load", "fdopen"})
_ENDS = frozenset(
    {"close", "flush", "fileno", "encode", "range", "len", "getpid", "current_process"}
)  # that is no work
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def received(text: str, function: str) -> bool:
    """Whether the last thing that a function does is to send something, and the rest of the text receives it.

    `function`: its name, "" for the `run` of a class.
    """
    if len(text) > LONGEST:
        return False
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return False
    wanted, calls = function.rpartition(".")[2] or "run", dict(_calls(tree))
    bodies = [one for one in ast.walk(tree) if isinstance(one, _FUNCTIONS) and one.name == wanted]
    inside = {node for one in bodies for node in ast.walk(one)}
    others = {name for node, name in calls.items() if node not in inside}
    last = {_last(one) for one in bodies}
    by_pipe = "pipe" in calls.values() and last <= _WRITES and not others.isdisjoint(_READS)
    return bool(last) and (by_pipe or (last <= _SENDS and not others.isdisjoint(_RECEIVES)))


def _calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Calls with the last words of what they call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, str(getattr(node.func, "attr", getattr(node.func, "id", "")))


def _last(function: ast.AST) -> str:
    """What it calls last, in the order of its text; of nested calls that is the outer one."""
    calls = [(node.end_lineno or 0, node.end_col_offset or 0, name) for node, name in _calls(function)]
    return max((one for one in calls if one[2] not in _ENDS), default=(0, 0, ""))[2]
