"""Who starts what: calls, and what hands a function to a thread, a pool, a process or an event loop."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from engine.static_analysis.scopes import Program, Scope
from engine.static_analysis.values import (
    ClassValue,
    FunctionValue,
    Imported,
    Made,
    Value,
    Values,
)

ROUNDS = 3  # calls are looked through so often: what is handed on twice is known in the third
ADDS = frozenset({"append", "add", "appendleft"})
CALLS_BACK = frozenset(
    {"map", "filter", "sorted", "min", "max", "reduce", "any", "all"}
)  # what they are given, at once
OF_A_POOL = frozenset(
    {"submit", "map", "apply_async", "map_async", "imap", "imap_unordered", "starmap", "starmap_async"}
)
UNMISTAKABLE = frozenset({"submit", "apply_async", "map_async", "imap_unordered", "starmap_async"})
THREAD_POOLS = frozenset({"ThreadPoolExecutor", "ThreadPool"})
PROCESS_POOLS = frozenset({"ProcessPoolExecutor", "Pool", "InterpreterPoolExecutor"})
THREADED_SERVERS = ("ThreadingHTTPServer", "ThreadingTCPServer", "ThreadingUDPServer", "ThreadingMixIn")
MAKES_TASKS = frozenset({"create_task", "ensure_future", "gather", "wait", "as_completed", "run_coroutine_threadsafe"})


class How(Enum):
    """What a function is run by."""

    THREAD = 1
    POOL = 2  # of threads
    EITHER = 3  # a pool of threads or of processes
    PROCESS = 4
    TASK = 5


class Argument(NamedTuple):
    """What is handed over: an expression, where there is one, and what it may be."""

    expression: ast.expr | None
    values: frozenset[Value]


class Spawn(NamedTuple):
    """A function that is handed over to be run beside what goes on."""

    how: How
    call: ast.Call
    scope: Scope
    function: FunctionValue
    arguments: list[Argument]
    named: dict[str, Argument]
    many: bool = False  # for each of several items
    alone: bool = False  # in a pool with a single worker


def prepared(program: Program) -> Values:
    """The values of a program, with what its calls say."""
    values = Values(program)
    for _ in range(ROUNDS):
        given: defaultdict[tuple[Scope, str], list[tuple[ast.expr | None, frozenset[Value]]]] = defaultdict(list)
        appended: defaultdict[int, list[tuple[ast.expr, Scope]]] = defaultdict(list)
        for call, scope in program.calls:
            for function, arguments, named in _handed_over(values, call, scope):
                names = function.scope.parameters
                if function.scope.first and function.receiver is not None:
                    names = names[1:]
                for name, one in [*zip(names, arguments), *named.items()]:
                    given[function.scope, name].append((one.expression, one.values))
            if isinstance(call.func, ast.Attribute) and call.func.attr in ADDS and call.args:
                for made in values.made(call.func.value, scope):
                    appended[id(made.node)].append((call.args[0], scope))
        for scope, decorator, decorates in _decorators(values):
            given[decorates, decorates.parameters[0]].append((decorator, frozenset({FunctionValue(scope)})))
        values.take(dict(given), dict(appended))
    return values


def _decorators(values: Values) -> Iterator[tuple[Scope, ast.expr, Scope]]:
    """Functions with a decorator that is a function of the text, and is given them."""
    for scope in values.program.scopes:
        for one in scope.decorators:
            for function in values.functions(one, scope.parent or scope):
                if function.scope.parameters and function.scope is not scope:
                    yield scope, one, function.scope


def _handed_over(
    values: Values, call: ast.Call, scope: Scope
) -> Iterator[tuple[FunctionValue, list[Argument], dict[str, Argument]]]:
    for spawn in spawns(values, call, scope):
        yield spawn.function, spawn.arguments, spawn.named
    for function in called(values, call, scope):
        yield function, list(_arguments(values, call.args, scope)), _named(values, call, scope)


def called(values: Values, call: ast.Call, scope: Scope) -> list[FunctionValue]:
    """The functions of the text that a call runs at once; for a class its `__init__`."""
    if isinstance(call.func, ast.Call) and values.path(call.func.func, scope).endswith(".delayed"):
        return []  # joblib's: it runs where Parallel is called
    found = values.functions(call.func, scope)
    for one in values.of(call.func, scope):
        if isinstance(one, ClassValue):
            made = Made("object", call, scope, one.cls)
            found += [FunctionValue(method, made) for method in values.classes.methods(one.cls, "__init__")]
        elif isinstance(one, Imported) and one.path.rpartition(".")[2] in CALLS_BACK:
            parts = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "key")]
            found += [each for part in parts for each in values.functions(part, scope)]
    return found


def _arguments(values: Values, expressions: list[ast.expr], scope: Scope) -> Iterator[Argument]:
    """Arguments by their places; `*pair` gives those that the tuples it may be have there."""
    for one in expressions:
        if not isinstance(one, ast.Starred):
            yield Argument(one, values.of(one, scope))
            continue
        tuples = [made for made in values.made(one.value, scope) if isinstance(made.node, (ast.Tuple, ast.List))]
        for index in range(max((len(made.node.elts) for made in tuples), default=0)):  # type: ignore[attr-defined]
            yield Argument(None, frozenset(each for made in tuples for each in values.containers.item(made, index)))


def _named(values: Values, call: ast.Call, scope: Scope) -> dict[str, Argument]:
    return {one.arg: Argument(one.value, values.of(one.value, scope)) for one in call.keywords if one.arg}


def _in_tuple(values: Values, node: ast.expr | None, scope: Scope) -> list[Argument]:
    """What `args=(a, b)` holds."""
    if isinstance(node, (ast.Tuple, ast.List)):
        return list(_arguments(values, node.elts, scope))
    made = [one for one in values.made(node, scope) if isinstance(one.node, (ast.Tuple, ast.List))]
    parts = [list(_arguments(values, one.node.elts, one.scope)) for one in made]  # type: ignore[attr-defined]
    longest = max(map(len, parts), default=0)
    return [
        Argument(None, frozenset(each for part in parts if at < len(part) for each in part[at].values))
        for at in range(longest)
    ]


def argument(call: ast.Call, place: int, name: str) -> ast.expr | None:
    """The argument of a call by its place or its name."""
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
    found = call.args[place] if place < len(call.args) else None
    return None if isinstance(found, ast.Starred) else found


def spawns(values: Values, call: ast.Call, scope: Scope) -> Iterator[Spawn]:
    """What a call hands over to be run beside."""
    for one in values.of(call.func, scope):
        if isinstance(one, Imported):
            yield from _by_a_module(values, call, scope, one.path)
        elif isinstance(one, ClassValue):
            yield from _by_a_class(values, call, scope, one.cls)
        elif isinstance(one, Made) and one.last == "Parallel":
            yield from _joblib(values, call, scope, one)
    if isinstance(call.func, ast.Attribute):
        yield from _by_a_method(values, call, scope, call.func)


def target_of(path: str, call: ast.Call) -> ast.expr | None:
    """The function that a call of Thread, Timer or Process is given."""
    last = path.rpartition(".")[2]
    if last in ("Thread", "Process", "__init__"):
        return argument(call, 2 if last == "__init__" and len(call.args) > 2 else 1, "target")
    return argument(call, 1, "function") if last == "Timer" else None


def _by_a_module(values: Values, call: ast.Call, scope: Scope, path: str) -> Iterator[Spawn]:
    top, _, last = path.partition(".")[0], "", path.rpartition(".")[2]
    if path in ("threading.Thread", "threading.Timer", "threading.Thread.__init__") or (
        top == "multiprocessing" and last == "Process"
    ):
        place = 2 if last == "Timer" else 3
        arguments = _in_tuple(values, argument(call, place, "args"), scope)
        how = How.PROCESS if last == "Process" and "dummy" not in path else How.THREAD
        for function in values.functions(target_of(path, call), scope):
            yield Spawn(
                how, call, scope, function, arguments, _of_dict(values, argument(call, place + 1, "kwargs"), scope)
            )
    elif last in ("start_new_thread", "to_thread"):
        rest = list(_arguments(values, call.args[1:], scope))
        if last == "start_new_thread":
            rest = _in_tuple(values, argument(call, 1, "args"), scope)
        for function in values.functions(call.args[0] if call.args else None, scope):
            yield Spawn(
                How.THREAD, call, scope, function, rest, {} if last != "to_thread" else _named(values, call, scope)
            )
    elif top == "asyncio" and last in MAKES_TASKS:
        yield from _tasks(values, call, scope)


def _of_dict(values: Values, node: ast.expr | None, scope: Scope) -> dict[str, Argument]:
    """What `kwargs={"n": 1}` holds."""
    if not isinstance(node, ast.Dict):
        return {}
    pairs = zip(node.keys, node.values)
    return {
        key.value: Argument(value, values.of(value, scope))
        for key, value in pairs
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }


def _tasks(values: Values, call: ast.Call, scope: Scope) -> Iterator[Spawn]:
    """Coroutines that become tasks; several of them where a list of them is handed over."""
    for part in call.args:
        inner = part.value if isinstance(part, ast.Starred) else part
        for one in values.of(inner, scope):
            held = [(one, False)]
            if isinstance(one, Made) and one.what != "coroutine":
                several = not isinstance(one.node, (ast.List, ast.Tuple)) or bool(
                    values.containers.appended.get(id(one.node))
                )
                held = [(each, several) for each in values.containers.elements(one)]
            for each, many in held:
                if isinstance(each, Made) and each.what == "coroutine" and each.cls is not None:
                    receiver = next(
                        (f.receiver for f in values.functions(getattr(each.node, "func", None), each.scope)), None
                    )
                    loops = many or (values.program.loop_of(each.node) is not None and each.scope is scope)
                    yield Spawn(How.TASK, call, scope, FunctionValue(each.cls, receiver), [], {}, many=loops)


def _by_a_class(values: Values, call: ast.Call, scope: Scope, cls: Scope) -> Iterator[Spawn]:
    bases = values.classes.bases(cls)
    how = How.THREAD if bases & {"threading.Thread", "threading.Timer"} else None
    if any(one.startswith("multiprocessing.") and one.endswith("Process") for one in bases):
        how = How.PROCESS
    if how is not None:
        made = Made("object", call, scope, cls)
        for run in values.classes.methods(cls, "run"):
            yield Spawn(how, call, scope, FunctionValue(run, made), [], {})


def _pool_kind(what: str) -> How | None:
    last = what.rpartition(".")[2]
    if last in THREAD_POOLS or (last == "Pool" and "dummy" in what):
        return How.POOL
    return How.PROCESS if last in PROCESS_POOLS else None


def _by_a_method(values: Values, call: ast.Call, scope: Scope, func: ast.Attribute) -> Iterator[Spawn]:
    name, made = func.attr, values.made(func.value, scope)
    rest = call.args[1:]
    if name == "run_in_executor":
        for function in values.functions(argument(call, 1, "func"), scope):
            yield Spawn(How.POOL, call, scope, function, list(_arguments(values, call.args[2:], scope)), {})
    elif name == "add_done_callback" and call.args:
        for function in values.functions(call.args[0], scope):
            if any("submit" in one.what for one in made):
                yield Spawn(How.POOL, call, scope, function, [], {})
    elif name in MAKES_TASKS - {"wait"} and not isinstance(values.path(func.value, scope), Imported):
        if not values.path(func.value, scope):
            yield from _tasks(values, call, scope)
    elif name in OF_A_POOL and call.args:
        kinds = {kind for one in made if (kind := _pool_kind(one.what)) is not None}
        if not kinds and (name not in UNMISTAKABLE or any(one.cls is not None for one in made)):
            return
        how = next(iter(kinds)) if len(kinds) == 1 else How.EITHER
        arguments = list(_arguments(values, rest, scope))
        if name == "apply_async":
            arguments = _in_tuple(values, argument(call, 1, "args"), scope)
        elif name != "submit":
            arguments = [_each(values, one) for one in arguments]
        alone = all(_workers(one.node) == 1 for one in made if _pool_kind(one.what)) and bool(kinds)
        for function in values.functions(call.args[0], scope):
            named = _named(values, call, scope) if name == "submit" else {}
            yield Spawn(how, call, scope, function, arguments, named, name not in ("submit", "apply_async"), alone)


def _each(values: Values, given: Argument) -> Argument:
    """One of the items of what `map` is given."""
    return Argument(None, frozenset(held for one in given.values for held in values.containers.elements(one)))


def _workers(node: ast.AST) -> object:
    """How many workers a pool is made with, where the text says the number."""
    count = argument(node, 0, "max_workers") if isinstance(node, ast.Call) else None
    return count.value if isinstance(count, ast.Constant) else None


def _joblib(values: Values, call: ast.Call, scope: Scope, parallel: Made) -> Iterator[Spawn]:
    how, options = How.PROCESS, parallel.node.keywords if isinstance(parallel.node, ast.Call) else []
    for one in options:
        if one.arg in ("backend", "prefer", "require"):
            said = one.value.value if isinstance(one.value, ast.Constant) else None
            how = How.POOL if said in ("threading", "threads", "sharedmem") else How.EITHER if said is None else how
    for part in call.args:
        item = part.elt if isinstance(part, (ast.GeneratorExp, ast.ListComp)) else None
        if isinstance(item, ast.Call) and isinstance(item.func, ast.Call):
            for function in values.functions(item.func, scope):
                arguments = list(_arguments(values, item.args, scope))
                yield Spawn(how, call, scope, function, arguments, _named(values, item, scope), many=True)


def request_handlers(values: Values) -> Iterator[FunctionValue]:
    """The methods that a server with threads runs for its requests."""
    program = values.program
    threaded = any(
        isinstance(node, (ast.Name, ast.Attribute, ast.alias)) and _word(node).endswith(THREADED_SERVERS)
        for node in ast.walk(program.module.node)
    )
    for cls in program.scopes if threaded else ():
        if cls.is_class and any(base.endswith("RequestHandler") for base in values.classes.bases(cls)):
            made = Made("object", cls.node, cls, cls)
            for name in cls.bindings:
                if name == "handle" or name.startswith("do_"):
                    yield from (FunctionValue(one, made) for one in values.classes.methods(cls, name))


def _word(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", getattr(node, "name", ""))))
