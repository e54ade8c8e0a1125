"""Takes what a stage sends into the model of its run: checked, and a bounded part at a time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby

from engine.analysis.run_model import RunModel
from engine.analysis.stream_check import OWN, SLICE, StreamCheck
from engine.frame.trouble import StreamFault
from engine.hosting.pipe_reader import Block
from engine.protocol.messages import Fact, LaneKind, ThreadFact
from engine.protocol.records import AWAY, BLOCK_FACTS, BLOCK_RECORDS, RECORD

LEAST_STEP = 100
LEAST_PUMP = 500  # where records of thousands of lanes are dear, it may be slower than they come
# Of the processor: on a busy machine a pump must not end before it has done anything. That of Windows is too coarse.
CLOCK = time.perf_counter if sys.platform == "win32" else time.thread_time
PUMP_TIME = 0.003  # seconds that one pump aims at; the rest of a frame is for drawing
LAST_PUMP_TIME = 0.02  # the same when the stage is gone: what is left is taken in before it is said how it ended


class Intake:
    """Checks the blocks of one run and feeds them. `broken` is where its stream ceased to make sense."""

    def __init__(self, model: RunModel, latest: Callable[[], int], most: int) -> None:
        self._model, self._most = model, most  # records that are read at one go
        self._check = StreamCheck(latest)
        self._names: dict[int, str] = {}  # of other processes of the program, by number
        self._steps: Iterator[None] = iter(())
        self.idle = True  # all that was put in is in the model
        self.appetite = LEAST_PUMP  # how many records, or as many bytes of facts, fit into the time of one pump
        self._step = LEAST_PUMP  # records that are fed at one go
        self._count = 0  # of what is in hand
        self._spent = 0.0

    @property
    def broken(self) -> StreamFault | None:
        """Where the stage's own stream broke."""
        return self._check.faults.get(OWN)

    @property
    def broken_process(self) -> str:
        """What another process of the program is called whose stream broke, the first one; "" where none has."""
        found = next((number for number in self._check.faults if number != OWN), None)
        return "" if found is None else self._names.get(found, str(found))

    def refuse(self, header: tuple[int, int]) -> None:
        """The reader found a header that no stage sends."""
        self._check.header(*header)

    def put(self, blocks: list[Block], seconds: float = PUMP_TIME) -> None:
        """Takes more blocks in hand. To be called when it is idle."""
        self._count = sum(len(payload) for _, payload in blocks) // RECORD.size
        self._spent = 0.0
        self._steps = self._taken(blocks)
        self.idle = False
        self.work(seconds)

    def work(self, seconds: float) -> None:
        """Goes on with what is in hand, until that is done or the time is over; a step takes a few milliseconds."""
        began = CLOCK()
        for _ in self._steps:
            if CLOCK() - began >= seconds:
                self._spent += CLOCK() - began
                return
        self.idle = True
        self._spent += CLOCK() - began
        if self._spent > PUMP_TIME or self._count >= self.appetite:
            fitting = self._count * PUMP_TIME / max(self._spent, 1e-6)
            self.appetite = int(min(self._most, max(LEAST_PUMP, (self.appetite + fitting) / 2)))

    def drop(self) -> None:
        """Forgets what is in hand."""
        self._steps, self.idle = iter(()), True

    def _taken(self, blocks: list[Block]) -> Iterator[None]:
        """Blocks with facts before the records that they came between: few large batches cost less than many small.

        A record refers to no later fact, so nothing else comes of it. Blocks of other processes stay where they are.
        """
        for own, group in groupby(blocks, key=lambda block: block[0] in (BLOCK_FACTS, BLOCK_RECORDS)):
            taken = self._taken_own if own else self._taken_away
            yield from taken(list(group))
            if not self._check.sound:
                return

    def _taken_own(self, blocks: Iterable[Block]) -> Iterator[None]:
        facts: list[Fact] = []
        records: list[bytes] = []
        for kind, payload in blocks:
            if kind == BLOCK_RECORDS:
                records.append(self._check.records(payload))
            else:
                self._model.fact_bytes += len(payload)
                for part in self._check.facts(payload):
                    facts += part
                    yield
            if not self._check.sound:
                break
        for at in range(0, len(facts), SLICE):
            self._model.note(facts[at : at + SLICE])
            yield
        data = b"".join(records)
        at = 0
        while at < len(data):  # where each record is of another lock or lane, they are a hundred times as dear
            began, size = CLOCK(), self._step * RECORD.size
            self._model.feed_block(BLOCK_RECORDS, data[at : at + size])
            at += size
            spent = CLOCK() - began
            if spent < PUMP_TIME / 3:
                self._step = min(self._most, self._step * 2)
            elif spent > PUMP_TIME:
                self._step = max(LEAST_STEP, self._step // 2)
            yield

    def _taken_away(self, blocks: Iterable[Block]) -> Iterator[None]:
        for kind, payload in blocks:
            sound, known = self._check.away(payload), len(self._model.facts)
            if sound is not None:
                self._model.feed_block(kind, sound)
                for fact in self._model.facts[known:]:
                    if isinstance(fact, ThreadFact) and fact.kind is LaneKind.PROCESS:
                        self._names.setdefault(AWAY.unpack_from(payload)[0], fact.name)
            if not self._check.sound:
                return
            yield
