"""One run: a stage, what it has reported so far, and how it is stopped, paused and seen to end."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter

from engine.analysis.run_model import RunModel
from engine.frame import Ended, Phase, Trouble
from engine.hosting import exit_reason
from engine.hosting.host import Exit, Host
from engine.hosting.pipe_reader import Block
from engine.hosting.processes.family import Family
from engine.protocol.messages import FinishOrder, FreezeOrder, InputOrder, RunOrder, SwitchOrder, ThawOrder
from engine.protocol.records import BLOCK_FACTS, BLOCK_RECORDS, RECORD

PUMP = 60_000  # records that one pump reads at most
LEAST_PUMP = 500  # where records of thousands of lanes are dear, it may be slower than they come
TYPED = 32_768  # characters of input that one pump sends: a full pipe would block
PUMP_TIME = 0.003  # seconds that one pump aims at; the rest of a frame is for drawing
STOPPING_PUMP = 0.02  # the same while it is being stopped: what is still to be taken in keeps the end waiting
GRACE = 0.15  # seconds that a stopped stage has to send what it knows
FREEZE_GRACE = 0.25  # seconds that a stage has to stop its clock before it is suspended; C code may keep it from that


def gathered(blocks: Iterable[Block]) -> list[Block]:
    """Blocks with facts before the records that they came between, for a few large batches cost less than many small.

    A record refers to no later fact, so nothing else comes of it. Blocks of other processes stay where they are.
    """
    found: list[Block] = []
    for own, group in groupby(blocks, key=lambda block: block[0] in (BLOCK_FACTS, BLOCK_RECORDS)):
        taken = list(group)
        found += sorted(taken, key=lambda block: block[0] == BLOCK_RECORDS) if own else taken
    return found


class Run:
    """A run from its order to its end. `phase` is where it is; `ended` and `trouble` are set at the end."""

    def __init__(self, host: Host, heard: list[Block], model: RunModel, order: RunOrder) -> None:
        self.host = host
        self.model = model
        model.texts = {"": order.text}
        self.order = order
        self.flips: list[tuple[float, str, bool]] = []  # seconds, switch, on: what the presenter flipped
        self.exit: Exit | None = None  # how the stage ended, once it has
        self.left: Family | None = None  # what the program has left running, when it ended by itself
        self.phase = Phase.STARTING
        self.ended: Ended | None = None
        self.trouble: Trouble | None = None
        self.input_ended = False  # nothing more can be typed
        self._typed: deque[InputOrder] = deque()  # what is still to be sent
        self._appetite = LEAST_PUMP
        self._stopping: float | None = None  # when it began
        self._killed = False
        self._freezing: float | None = None
        self._pauses = 0  # asked for so far; the stage answers with the number
        self._stop_means = Ended.STOPPED
        self._unread: deque[Block] = deque()  # read, and not taken in yet
        self._take(heard)
        host.send(order)

    def stop(self, means: Ended) -> None:
        """Ends it, whatever the program does; what was recorded stays."""
        if self._stopping is not None or self.phase is Phase.ENDED:
            return
        self._stop_means = means
        self._stopping = time.monotonic()
        if self.phase is Phase.PAUSED or self._freezing is not None:
            self._kill()  # it cannot say more than it has
        else:
            self.host.send(FinishOrder())

    def switch(self, name: str, on: bool) -> None:
        """Switches a lock, event ... on or off, now."""
        self.flips.append((self.model.now, name, on))
        self.host.send(SwitchOrder(name, on))

    def type(self, order: InputOrder) -> None:
        """Sends input, of a long text a piece with each pump. What comes after its end is too late."""
        if self.input_ended or self.phase is Phase.ENDED:
            return
        self.input_ended = order.end
        pieces = [order.text[at : at + TYPED] for at in range(0, len(order.text), TYPED)] or [""]
        idle = not self._typed
        self._typed += [InputOrder(piece, shown=order.shown) for piece in pieces[:-1]]
        self._typed.append(InputOrder(pieces[-1], order.end, order.shown))
        if idle:
            self._send_typed()

    def _send_typed(self) -> None:
        if self._typed:
            self.host.send(self._typed.popleft())

    def pause(self) -> None:
        """Stops program time and every thread, busy loops too."""
        if self.phase in {Phase.STARTING, Phase.RUNNING} and self._freezing is None and self._stopping is None:
            self._freezing = time.monotonic()
            self._pauses += 1
            self.host.send(FreezeOrder(self._pauses))

    def resume(self) -> None:
        """Lets a paused program go on where it stood."""
        if self._stopping is not None:
            return
        if self._freezing is not None:  # asked for, not there yet
            self._freezing = None
            self.host.send(ThawOrder())
        elif self.phase is Phase.PAUSED:
            self.host.send(ThawOrder())
            self.host.resume()
            self.phase = Phase.RUNNING if len(self.model.trace) else Phase.STARTING

    def pump(self, limit: int) -> bool:
        """Takes in a bounded part of what arrived and moves a stop or a pause on. True when anything changed."""
        before = self.phase
        self._send_typed()
        blocks = [] if self._unread else self.host.read(min(limit, self._appetite))
        moved = bool(blocks or self._unread)
        if moved:
            self._take(blocks)
        else:
            moved = self.model.settle()  # others have waited long enough
        if self.phase is Phase.STARTING and len(self.model.trace):
            self.phase = Phase.RUNNING
        stray = self._take_stray()
        self._move_on()
        self._look_for_end()
        return moved or stray or self.phase is not before

    def _take_stray(self) -> bool:
        stray = self.host.stray()
        if stray:
            self.model.overhear(stray)
        return bool(stray)

    def _take(self, blocks: list[Block]) -> None:
        """Takes blocks in, as many as fit into a bounded time, and learns how many do. The rest comes next time."""
        began = time.perf_counter()
        count, most = 0, PUMP_TIME if self._stopping is None else STOPPING_PUMP
        for kind, group in groupby(gathered(blocks), key=itemgetter(0)):
            payloads = [payload for _, payload in group]
            if kind == BLOCK_RECORDS:  # one array instead of many is cheaper
                payloads = [b"".join(payloads)]
            self._unread += [(kind, payload) for payload in payloads]
        while self._unread:
            kind, payload = self._unread.popleft()
            self.model.hold_block(kind, payload)
            count += (kind != BLOCK_FACTS) * len(payload) // RECORD.size
            if time.perf_counter() - began > most:
                break
        self.model.settle()
        spent = time.perf_counter() - began
        if spent > PUMP_TIME or count >= self._appetite:
            fitting = count * PUMP_TIME / spent
            self._appetite = int(min(PUMP, max(LEAST_PUMP, (self._appetite + fitting) / 2)))

    def _move_on(self) -> None:
        now = time.monotonic()
        if self._stopping is not None and not self._killed and now - self._stopping > GRACE:
            self._kill()
        if self._freezing is not None and (
            self.model.run_facts.frozen == self._pauses or now - self._freezing > FREEZE_GRACE
        ):
            self._freezing = None
            self.host.suspend()
            self.phase = Phase.PAUSED

    def _kill(self) -> None:
        self._killed = True
        self.host.kill()

    def _look_for_end(self) -> None:
        if self._unread:
            return
        exit_ = self.exit = self.host.exit()
        if exit_ is None:
            return
        self._take_stray()  # what came between the last look and the end
        self.model.end()
        if self._stopping is None:
            self.left = self.host.hand_over_family()
        if self._stopping is not None and self.model.run_facts.outcome is None:
            self.ended = self._stop_means
        else:
            self.ended, self.trouble = exit_reason.explain(self.model.run_facts, exit_, self.host.executable)
        self.phase = Phase.ENDED
        self.host.close()
