"""One run: a stage, what it has reported so far, and how it is stopped, paused and seen to end."""

from __future__ import annotations

import time
from collections import deque

from engine.analysis.run_model import RunModel
from engine.analysis.thread_lifecycle import FOREVER
from engine.frame import Ended, Phase, Trouble
from engine.frame.trouble import BrokenStream
from engine.hosting import exit_reason
from engine.hosting.host import Exit, Host
from engine.hosting.pipe_reader import Block
from engine.hosting.processes.family import Family
from engine.protocol.messages import FinishOrder, FreezeOrder, InputOrder, RunOrder, SpeedOrder, SwitchOrder, ThawOrder
from engine.protocol.records import RECORD
from engine.protocol.units import SECOND
from engine.session.intake import CLOCK, LAST_PUMP_TIME, PUMP_TIME, Intake

PUMP = 60_000  # records that one pump reads at most
TYPED = 32_768  # characters of input that one pump sends: a full pipe would block
GRACE = 0.15  # seconds that a stopped stage has to send what it knows
FREEZE_GRACE = 0.25  # seconds that a stage has to stop its clock before it is suspended; C code may keep it from that
LAST_WORDS = 0.5  # seconds after a stop in which what had come is taken in; what is left then is counted as not kept
AHEAD = 1.0  # seconds that a record may be later than the window's own clock allows: two processes read two clocks


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
        self._stopping: float | None = None  # when it began
        self._killed = False
        self._freezing: float | None = None
        self._pauses = 0  # asked for so far; the stage answers with the number
        self._stop_means = Ended.STOPPED
        self._began, self._fastest = time.perf_counter(), order.speed
        self._intake = Intake(model, self._latest, PUMP)
        self._broken_at: float | None = None  # seconds: the last program time that is believed
        self._take(heard)
        host.send(order)

    def _latest(self) -> int:
        """The last program time that there can be now, in nanoseconds; a run that is told again has had its own."""
        if not self.host.runs_program:
            return FOREVER - 1
        return int(((time.perf_counter() - self._began) * self._fastest + AHEAD) * SECOND)

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

    def set_speed(self, speed: float) -> None:
        """Program time runs so many times as fast as real time from now on."""
        self._fastest = max(self._fastest, speed)
        self.host.send(SpeedOrder(speed))

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
        before, broken = self.phase, self._broken_at
        self._send_typed()
        moved = self._take_in(limit)
        if moved and self.phase is Phase.STARTING and len(self.model.trace):
            self.phase = Phase.RUNNING
        stray = self._take_stray()
        self._move_on()
        self._look_for_end()
        return moved or stray or self.phase is not before or self._broken_at != broken

    def _take_in(self, limit: int) -> bool:
        """Goes on with what is in hand, then takes more, until the time of one pump is over."""
        intake, moved = self._intake, False
        seconds = LAST_PUMP_TIME if self._killed or not self.host.alive else PUMP_TIME
        until = CLOCK() + seconds
        while limit > 0 and (left := until - CLOCK()) > 0:
            if not intake.idle:
                intake.work(left)
            else:
                blocks = self.host.read(min(limit, intake.appetite))
                limit -= sum(len(payload) for _, payload in blocks) // RECORD.size
                if not blocks:
                    break
                self._take(blocks, left)
            moved = True
        moved = self.model.settle() or moved  # once for all blocks; and others have waited long enough
        self._look_for_break()
        return moved

    def _take(self, blocks: list[Block], seconds: float = PUMP_TIME) -> None:
        self._intake.put(blocks, seconds)

    def _look_for_break(self) -> None:
        """Where the stream makes no sense any more, nothing after that is believed, and nothing is kept of it.

        The program runs on: what it does to files and to others is its own, and half of it would be worse. What it
        sends is read and thrown away, so that it never waits for us.
        """
        if self._broken_at is None and self._intake.idle:
            if self._intake.broken is None and self.host.inbox.broken is not None:
                self._intake.refuse(self.host.inbox.broken)
            if self._intake.broken is not None:
                self._broken_at = self.model.now
                self.model.break_off()
                self.host.inbox.drop()
                self.trouble = self._broken()

    def _broken(self) -> BrokenStream | None:
        """What is to be said of a stream that broke: that of the stage, or else that of another process."""
        fault, process = self._intake.broken, self._intake.broken_process
        if fault is not None:
            where = f"{fault.what.value} {fault.kind} {fault.number}"
            return BrokenStream(time=self._broken_at or 0.0, goes_on=self.exit is None, detail=where)
        return BrokenStream(time=self.model.now, process=process) if process else None

    def _take_stray(self) -> bool:
        stray = self.host.stray()
        if stray:
            self.model.overhear(stray)
        return bool(stray)

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
        if self._killed and self._stopping is not None and time.monotonic() - self._stopping > LAST_WORDS:
            self._intake.drop()
            self.host.inbox.drop()  # what is left is more than can be taken in while somebody waits
        exit_ = self.exit = self.host.exit() if self._intake.idle else None
        if exit_ is None:
            return
        self._take_stray()  # what came between the last look and the end
        self.model.left_out(self.host.inbox.dropped // RECORD.size)
        self.model.end(whole=self._broken_at is None)
        if self._stopping is None:
            self.left = self.host.hand_over_family()
        broken, stopped = self._broken(), self._stopping is not None
        if stopped and self.model.run_facts.outcome is None:
            self.ended, self.trouble = self._stop_means, broken
        else:
            self.ended, self.trouble = exit_reason.explain(
                self.model.run_facts, exit_, self.host.executable, broken, stopped=stopped
            )
        self.phase = Phase.ENDED
        self.host.close()
