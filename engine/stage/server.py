"""The stage as seen from the window: orders come in as JSON lines, blocks of records and facts go out."""

from __future__ import annotations

import _thread
import functools
import os
import sys
import time
from collections.abc import Callable

from engine.protocol import messages
from engine.protocol.modules import import_folder
from engine.protocol.process_messages import SteerReply
from engine.protocol.records import CUT_OFF, MAIN_THREAD, Kind, what
from engine.stage import child_program, cpython, finalization
from engine.stage.boxes import PIECE, Box, carry_lines, hand_out
from engine.stage.control.program_clock import share
from engine.stage.facade import output, standard_input
from engine.stage.own_pipe import OwnPipe
from engine.stage.processes import child_process
from engine.stage.processes.process_hub import ProcessHub
from engine.stage.program import Program
from engine.stage.run_services import RunServices, make_services
from engine.stage.untraced import attempt

ACK = 0.05  # seconds that other processes have to say that their clocks stand still, or that all is sent
CHILDREN = 0.5  # seconds that they have to say good-bye when the program has ended

_SPEED = what(Kind.SPEED)
_PAUSED = what(Kind.PAUSED)
_RESUMED = what(Kind.RESUMED)


def hello() -> messages.HelloFact:
    """The fact that says which Python this is."""
    return messages.HelloFact(
        sys.version.split()[0],
        sys.implementation.name.replace("cpython", "CPython"),
        cpython.has_gil(),
        len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        sys.getswitchinterval(),
        sys.executable,
        os.getpid(),
    )


class Server:
    """Carries out orders: one to run, and the others while that goes on.

    `write(bytes)` carries blocks to the window; `leave(code)` ends the process, or does nothing inside another.
    """

    def __init__(
        self, write: Callable[[bytes], object], leave: Callable[[int], None], record_cap: int | None = None
    ) -> None:
        self.context: RunServices = make_services(write, record_cap)
        self.context.farewell = self._farewell
        self._send = write
        self._leave = leave
        self._frozen_at = 0
        self._misread = 0  # orders
        self._hub: ProcessHub | None = None  # of the program's other processes

    def greet(self) -> None:
        """Says who is here."""
        self.context.channel.facts.append(hello())
        self.context.channel.flush()

    def adopt_main_thread(self) -> None:
        """The calling thread is the program's main thread."""
        threads = self.context.reporter.threads
        threads.clear()
        threads[_thread.get_ident()] = MAIN_THREAD

    def run(self, order: messages.RunOrder, alone: bool) -> int:
        """Carries it out to the end of the program. Returns its exit status."""
        if order.cwd and alone:  # else it is the folder of whoever this process belongs to
            os.chdir(order.cwd)
        if self._hub is not None:
            self._hub.order = order
        self.context.folder = import_folder(order.path, order.module)
        self.context.clock.start(held=True)  # the sender may be faster than the program
        self.context.channel.start()
        self.context.clock.patient = alone
        if alone:
            self.context.stillness.begin()
        program = Program(self.context, order, alone)
        outcome = program.run()
        send = self._send
        if self.context.away:  # a child that the program forked, and that has come to the program's end
            self.context.finalizes = True
            send = attempt(lambda: child_process.last_words(self.context) or send) or send
        else:
            if self._hub is not None:
                attempt(functools.partial(self._hub.drain, CHILDREN))
            self.context.channel.facts.append(outcome)
        if not alone:
            self.context.channel.flush(last=True)
        else:
            attempt(self.context.channel.flush)  # whatever comes of the rest, it is known how it ended
            program.let_go()
            attempt(functools.partial(finalization.let_go, self.context, send))
        return program.exit_code

    def obey(self, line: bytes) -> None:
        """Carries out what comes while the program runs."""
        order = messages.ORDERS.read(line)
        if order is None or isinstance(order, messages.RunOrder):
            self._misread += 1
            self.context.channel.facts.append(messages.LostFact(messages.Lost.ORDERS, self._misread))
        else:
            self.carry_out(order)

    def abandon(self) -> None:
        """There are no more orders: nobody watches."""
        self._leave(1)

    def carry_out(self, order: messages.Order) -> None:
        """Carries out one order that came while the program runs."""
        context = self.context
        if isinstance(order, messages.SwitchOrder):
            context.switches.set(order.name, order.on)
            self._tell(SteerReply(switches={order.name: order.on}))
        elif isinstance(order, messages.WatchOrder):
            context.watched.choose(order.expressions)
        elif isinstance(order, messages.SpeedOrder):
            context.clock.set_speed(order.value)
            self._tell(SteerReply(clock=share(context.clock)))
            context.reporter.report_for(0, _SPEED, 0, int(context.clock.speed * 1000))
        elif isinstance(order, messages.FreezeOrder):
            self._frozen_at = time.perf_counter_ns()
            context.reporter.report_for(0, _PAUSED)
            context.clock.freeze()
            self._tell(SteerReply(clock=share(context.clock)), ACK)
            context.channel.facts.append(messages.FrozenFact(order.number))
            context.channel.flush()
        elif isinstance(order, messages.ThawOrder):
            context.clock.thaw()
            self._tell(SteerReply(clock=share(context.clock)))
            context.reporter.report_for(0, _RESUMED, 0, time.perf_counter_ns() - self._frozen_at)
        elif isinstance(order, messages.InputOrder):
            typed = standard_input.lines_of(context)
            typed.put(order.text, order.shown)
            if order.end:
                typed.end(order.shown)
        elif isinstance(order, messages.FinishOrder):
            output.streams_of(context).flush()  # what has no end of line yet
            self._tell(SteerReply(flush=True), ACK)
            context.channel.flush(last=True)
            self._leave(0)
        elif not isinstance(order, messages.RunOrder):  # of which a stage carries out one, see `run`
            messages.assert_never(order)

    def watch_processes(self) -> None:
        """Other processes that the program starts report, too: for a stage that has its own process to itself."""
        self._hub = ProcessHub(self.context)
        self.context.hub = self._hub
        self.context.rejoin = child_process.rejoin
        child_program.settle(self._hub.token, self.context)
        if hasattr(os, "register_at_fork"):
            child_process.watch_forks(self.context)

    def _tell(self, what_is_new: SteerReply, patience: float = 0.0) -> None:
        if self._hub is not None:
            self._hub.tell(what_is_new, patience)

    def _farewell(self, farewell: messages.FarewellFact) -> None:
        """The program is about to end its own process: says so while there is time."""
        self.context.watched.look(last=True)
        self.context.channel.facts.append(farewell)
        self.context.channel.flush()


def _order_to_run(pipe: OwnPipe) -> tuple[messages.RunOrder | None, bytes]:
    """The first one that comes through a pipe, and what came behind it; None when there comes none any more."""
    orders: list[messages.Order | None] = []
    more = [b""]

    def take(line: bytes) -> None:
        if orders and isinstance(orders[-1], messages.RunOrder):
            more.append(line + b"\n")
        else:
            orders.append(messages.ORDERS.read(line))

    rest, box = b"", Box(take)
    while not orders or not isinstance(orders[-1], messages.RunOrder):
        try:
            piece = pipe.read(PIECE)
        except OSError:
            piece = b""
        if not piece:
            return None, b""
        rest = hand_out(rest + piece, box)
    return orders[-1], b"".join(more) + rest


def serve(orders_in: int, blocks_out: int) -> int:
    """Waits for a run, runs it, returns the program's exit status; 0 when the window went away before.

    The two descriptors are taken over.
    """
    orders, blocks, errors = OwnPipe(orders_in), OwnPipe(blocks_out), OwnPipe(2, also=(2,))
    os.close(orders_in)
    os.close(blocks_out)
    server = Server(blocks.write_all, os._exit)
    server.context.private.keep(orders, blocks, errors)
    server.context.channel.goes_deaf = functools.partial(errors.write_all, CUT_OFF)
    server.watch_processes()
    server.greet()
    order, rest = _order_to_run(orders)
    if order is None:
        return 0
    line, end = Box(server.obey), Box(server.abandon)
    server.context.boxes += line, end
    _thread.start_new_thread(carry_lines, (orders, rest, line, end))
    return server.run(order, alone=True)
