"""Before Python's own end: what is watched lets go, so that the program's objects are destroyed when and as outside."""

from __future__ import annotations

from collections.abc import Callable

from engine.stage import stack
from engine.stage.facade import output
from engine.stage.facade.base import lazy
from engine.stage.run_services import RunServices

PATIENCE = 0.1  # seconds that the sender thread has to see that it is over


def let_go(context: RunServices, send: Callable[[bytes], object]) -> None:
    """The last thing that the stage does, in the main thread: all is said but what the program says from here on.

    Python clears `sys.modules`, collects what nobody reaches, and then empties the modules that somebody still
    reaches. Destructors print in each of these steps. Whatever stands in `sys`, or on the stack of a thread, is
    reached to the end; so nothing of the engine may be left there. `send` takes whole blocks, and must not reach it.
    """
    streams = output.streams_of(context)
    streams.flush()
    streams.become_last(output.last_outlet(context, send))
    context.channel.flush(last=True)
    context.channel.wait(PATIENCE)
    context.reporter.namespace = {}
    context.watched.end()
    for box in context.boxes:
        box.empty()
    for held in (context.modules, context.made, context.builtins):
        held.clear()
    stack.give_back()
    lazy.forget()
