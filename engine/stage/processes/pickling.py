"""How what belongs to a run is pickled: in a process that is watched it becomes that one's own, else the real thing.

The engine is on no other process's path. So a pickle holds a few lines that look for it, for one import only.
"""

from __future__ import annotations

import io
import os
import pickle
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from engine.stage import cpython

if TYPE_CHECKING:
    from engine.stage.run_services import RunServices

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

_LINES = """
import importlib, os, sys

def engine(root):
    away = sys.modules.get("engine.stage.child_program")
    if away is None:
        sys.path[:0] = root, os.path.dirname(os.__file__)  # the program's folder may have a json.py
        keep = sys.dont_write_bytecode
        sys.dont_write_bytecode = keep or not os.path.exists(os.path.join(root, "main.py"))
        try:
            away = importlib.import_module("engine.stage.child_program")
        except ImportError:
            pass
        finally:
            del sys.path[:2]
            sys.dont_write_bytecode = keep
    return away

def real(given):
    if given["what"] in ("spawn_hook", "task"):
        return given["value"]
    if given["what"] == "many":
        function = given["value"]
        return (lambda item: function(*item[1])) if given["many"] else lambda item: function(item[1])
    found = importlib.import_module(given["module"] or "builtins")
    for name in given["path"]:
        found = getattr(found, name)
    if given["what"] in ("part", "proxy", "value"):
        return found
    made = found.__new__(found)
    if hasattr(made, "__setstate__"):
        made.__setstate__(given["state"])
    else:
        vars(made).update(given["state"])
    return made

def revive(given):
    away = engine(given["root"])
    return real(given) if away is None else away.revive(given)
"""
_EXPRESSION = (
    "(lambda away: away.revive(given) if away else exec(lines, names) or names['revive'](given))"
    "(__import__('sys').modules.get('engine.stage.child_program'))"
)

watched: dict[str, RunServices | None] = {}  # in this process, by the tokens of the stages; None: that one is no more


def real(given: dict[str, object]) -> object:
    """What `given` stands for where nothing is watched."""
    names: dict[str, Any] = {}
    exec(_LINES, names)
    return names["real"](given)


def recipe(context: RunServices, **given: object) -> tuple[object, ...]:
    """What `__reduce__` returns for something of this run: see `child_program.revive` for `given`."""
    hub = context.hub
    if hub is not None:
        hub.open()
    given.update(root=ROOT, port=hub.port if hub else 0, token=hub.token if hub else "")
    return eval, (_EXPRESSION, {"lines": _LINES, "names": {}, "given": given})


def is_watched(context: RunServices) -> bool:
    """Whether other processes can report to the stage of this run."""
    return context.hub is not None and context.hub.open()


def part(thing: object) -> tuple[object, ...] | None:
    """The recipe for a function, class or module of a facade; None when it is none, or no process could report."""
    for context in list(watched.values()):
        if context is None or not is_watched(context):
            continue
        for module, path, one in _parts(context):
            if one is thing:
                return recipe(context, what="part", module=module, path=path)
    return None


def _parts(context: RunServices) -> Iterator[tuple[str, list[str], object]]:
    """What a run has of its own: in which module, "" for builtins, and under which name there; none is the facade."""
    for module, facade in [*context.modules.items(), ("", context.builtins)]:
        own = facade if isinstance(facade, dict) else vars(facade)
        yield module, [], facade
        yield from ((module, [name], one) for name, one in list(own.items()) if not name.startswith("_stage"))


def whole(context: RunServices, function: object) -> object:
    """A function as `__reduce__` of its wrapper hands it on.

    cloudpickle takes functions of the program apart, with the names that they use. It would take apart classes of
    facades, too, of which it knows nothing: where a function's module has some, it is pickled here, by a cloudpickle
    that does.
    """
    library = str(cpython.frame_at(2).f_globals.get("__name__"))
    if "cloudpickle" not in library:
        return function
    names = getattr(getattr(function, "__func__", function), "__globals__", {})
    own = {id(one) for *_, one in _parts(context) if isinstance(one, type)}
    if not any(id(one) in own for one in list(names.values())):
        return function
    return _Whole(sys.modules[library], function)


class _Whole:
    """What cloudpickle makes of a function when it is told of the facades."""

    def __init__(self, library: Any, function: object) -> None:
        class Pickler(library.Pickler):  # type: ignore[misc]  # it is found while the program runs
            def reducer_override(self, thing: object) -> object:
                found = part(thing) if isinstance(thing, type) else None
                return super().reducer_override(thing) if found is None else found

        with io.BytesIO() as file:
            Pickler(file).dump(function)
            self._data = file.getvalue()

    def __reduce__(self) -> tuple[object, ...]:
        return pickle.loads, (self._data,)


class SpawnHook(str):
    """sys.argv[0] of the program. Every way to start a process afresh sends it ahead: with it goes who watches."""

    context: RunServices

    def __new__(cls, value: str, context: RunServices) -> SpawnHook:
        made = super().__new__(cls, value)
        made.context = context
        return made

    def __reduce_ex__(self, protocol: object) -> tuple[object, ...]:
        del protocol
        spawning = sys.modules.get("multiprocessing.context")
        hub = self.context.hub
        slot = None
        if hub is not None and spawning is not None and spawning.get_spawning_popen() is not None:
            slot = hub.next_slot()
        if slot is None:
            return str, (str(self),)
        return recipe(self.context, what="spawn_hook", value=str(self), slot=slot.number)
