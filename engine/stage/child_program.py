"""A process that was started afresh: it reads the program and reports, and what was pickled becomes its own there."""

from __future__ import annotations

import importlib.util
import os
import runpy
import sys
import types
from collections.abc import Callable
from typing import Any

from engine.protocol import places
from engine.protocol.messages import RunOrder
from engine.protocol.modules import import_folder
from engine.protocol.process_messages import JoinCall, WelcomeReply
from engine.protocol.program_text import AssignedNames, compile_program
from engine.stage import finalization
from engine.stage.facade import registry
from engine.stage.facade.base import lazy
from engine.stage.facade.output import streams_of
from engine.stage.facade.standard_input import lines_of
from engine.stage.processes import child_process
from engine.stage.processes.pickling import SpawnHook, real, watched
from engine.stage.program import Program
from engine.stage.run_services import RunServices, make_services
from engine.stage.stack import hide_engine, show_source

_RUN_PATH: Callable[..., dict[str, object]] = runpy.run_path
_RUN_MODULE: Callable[..., dict[str, object]] = runpy.run_module


def here(given: dict[str, Any]) -> RunServices | None:
    """What is watched in this process for the stage that pickled `given`: it begins now, if it did not yet.

    None when that stage is no more, or is none of this machine: then nothing is watched, and nothing is harmed.
    """
    token = given["token"]
    if token not in watched:
        watched[token] = None  # whatever is asked for meanwhile is the real thing
        try:
            watched[token] = _attach(given)
        except (OSError, ValueError, KeyError):
            pass
    return watched[token]


def settle(token: str, context: RunServices) -> None:
    """This process is the stage with this token."""
    watched[token] = context


def _attach(given: dict[str, Any]) -> RunServices:
    """Begins to watch this process, which was started afresh. Raises OSError when there is no stage."""
    wire = child_process.Wire(given["port"], JoinCall(given["token"], os.getpid(), given.get("slot")))
    welcome = wire.answer()
    if not isinstance(welcome, WelcomeReply) or welcome.slot is None or welcome.order is None:
        raise OSError("the stage has no place for this process")
    context = make_services(wire.write)
    context.private = wire.private
    wire.carry_out(context, welcome)
    reporter = context.reporter
    for path, number in welcome.files.items():
        reporter.ids.files[path], reporter.files[path] = number, places.start_of(number)
        reporter.names[path] = AssignedNames("")
    child_process.join(context, child_process.WatchedProcess(welcome.slot, given["port"], given["token"], wire))
    _take_over(context, welcome.order)
    child_process.prepare_end(context, _end)
    return context


def _end(context: RunServices) -> None:
    """Python's own end comes next; but a child that was forked here is not concerned."""
    send = child_process.last_words(context)
    if send is not None:
        finalization.let_go(context, send)


def _take_over(context: RunServices, wanted: RunOrder) -> None:
    """The program's modules are read, and its streams are written, as on the stage."""
    registry.loaded()
    context.folder = import_folder(wanted.path, wanted.module)
    program = Program(context, wanted)
    program.imports.read_modules()
    hide_engine(context.reporter.files)
    show_source(wanted.path, wanted.text)
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = streams_of(context)  # type: ignore[misc, assignment]  # as files
    lines_of(context).end()  # nobody types here
    main = sys.modules.get("__main__")
    if getattr(main, "__file__", None) == wanted.path:
        del main.__file__  # type: ignore[union-attr]  # a server of forks has read it, unwatched: it is read again

    def read(**names: object) -> dict[str, object]:
        module = types.ModuleType("__mp_main__")
        vars(module).update(vars(program.module), __name__="__mp_main__", **names)
        context.reporter.namespace = vars(module)
        exec(compile_program(wanted.text, wanted.path, dict(wanted.knobs)), vars(module))
        return dict(vars(module))

    def run_path(path_name: str, *args: object, **kwargs: object) -> dict[str, object]:
        """What multiprocessing reads the program's file with, for a process that was not forked."""
        ours = path_name == wanted.path and kwargs.get("run_name") == "__mp_main__"
        return read() if ours else _RUN_PATH(path_name, *args, **kwargs)

    def run_module(mod_name: str, *args: Any, **kwargs: Any) -> dict[str, object]:
        """The same for a program that is run as a module."""
        spec = importlib.util.find_spec(mod_name) if mod_name == wanted.module else None
        if spec is None or kwargs.get("run_name") != "__mp_main__":
            return _RUN_MODULE(mod_name, *args, **kwargs)
        return read(__spec__=spec, __package__=spec.parent, __loader__=spec.loader)

    # here and in no other process: nobody else has a program to read
    runpy.run_path, runpy.run_module = run_path, run_module


# what was pickled


def revive(given: dict[str, Any]) -> object:
    """What `pickling` made ready for another process: the facade of this one, else the real thing."""
    context = here(given)
    if given["what"] == "spawn_hook":
        return given["value"] if context is None else SpawnHook(given["value"], context)
    if context is None:
        return real(given)
    if given["what"] == "task":
        return lazy.module("futures.pool_tasks").Task(context, given["value"], given["number"])
    if given["what"] == "many":
        return lazy.module("futures.pool_tasks").Many(context, given["value"], given["many"])
    found = _part(context, given)
    if given["what"] in ("part", "proxy", "value"):
        return found
    made = found.__new__(found)
    made._stage_revive(given["state"], given["more"])
    return made


def _part(context: RunServices, given: dict[str, Any]) -> Any:
    """A module, class or function of this process's facades."""
    if given["what"] == "proxy":
        return lazy.module("multiprocessing.manager_proxies").kinds_of(context)[given["path"][0]]
    if given["what"] == "value":
        return lazy.module("multiprocessing.shared_values").rebuild(context, given["number"])
    found: Any = registry.facade(context, given["module"]) if given["module"] else None
    for name in given["path"]:
        found = registry.own_builtins(context)[name] if found is None else getattr(found, name)
    return found
