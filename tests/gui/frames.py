"""Frames for the tests of panels: `empty`, `small`, `running`, `failed`, `refused`, `huge`; no run needed."""

import random
from collections.abc import Iterable
from dataclasses import fields, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np

from engine.frame import (
    Ended,
    Flip,
    Frame,
    Holders,
    Interpreter,
    Knob,
    Lane,
    Losses,
    OutputPiece,
    Phase,
    Program,
    Recording,
    Result,
    RunState,
    Series,
    Spans,
    State,
    Switch,
    SwitchPeriod,
    Thing,
    View,
)
from engine.frame.finding import HeldLong, LostUpdate, NotJoined, ThreadDied
from engine.frame.trouble import ProcessDied, ProgramRefused
from engine.protocol.messages import ExceptionFact

NS = 1_000_000_000
LOCK = 10  # id of the lock of `small`
PLACE = 1 << 20  # of the program itself: file 1
MILLISECOND = 0.001
PYTHON = Interpreter("/usr/bin/python3", "3.11.7", "CPython", True, 2, 0.005)

COUNTER = """\
from threading import Thread, Lock
from time import sleep

ROUNDS = 40  # 1..10000
WINDOW = 10  # 0..50 ms
counter, lock = 0, Lock()


def add():
    global counter
    for n in range(1, ROUNDS + 1):
        with lock:
            seen = counter
            sleep(WINDOW / 1000)
            counter = seen + 1
        if n % 10 == 0:
            print("round", n, "sees", counter)


team = [Thread(target=add, name=f"Adder-{i + 1}") for i in range(2)]
for t in team:
    t.start()
for t in team:
    t.join()
print("expected", 2 * ROUNDS, "got", counter)
"""

READER = """\
from pathlib import Path
from threading import Event, Thread

file_ready = Event()


def read():
    file_ready.wait()
    with open("numbers.txt") as file:
        print(file.read())


def write():
    Path("numbers.txt").write_text("1 2 3")
    file_ready.set()


team = [Thread(target=read, name="Reader"), Thread(target=write, name="Writer")]
for t in team:
    t.start()
for t in team:
    t.join()
"""

Row = tuple[float, State, int, int]  # start in seconds, state, object, line


def spans(rows: Iterable[Row]) -> Spans:
    """Spans of rows (start in seconds, state, object, line)."""
    rows = list(rows)
    return Spans(
        np.array([round(row[0] * NS) for row in rows], np.int64),
        np.array([row[1] for row in rows], np.uint8),
        np.array([row[2] for row in rows], np.uint32),
        np.array([PLACE | row[3] for row in rows], np.uint32),
    )


def lane(number: int, name: str, rows: Iterable[Row], error: str | None = None, error_line: int | None = None) -> Lane:
    """A lane whose beginning and end are told by its rows."""
    rows = list(rows)
    lived = [row for row in rows if row[1] not in (State.ABSENT, State.CREATED)]
    over = [row for row in rows if row[1] in (State.ENDED, State.UNJOINED, State.DIED, State.CUT)]
    last = rows[-1][3] if rows else 0
    return Lane(
        id=number,
        name=name,
        daemon=False,
        spans=spans(rows),
        began=lived[0][0] if lived else None,
        ended=over[0][0] if over else None,
        error=error,
        error_line=error_line,
        joined=any(row[1] is State.ENDED for row in rows),
        place=PLACE | last,
        badge=badge(number),
    )


def badge(number: int) -> str:
    """The badge that the engine gives to the thread of this number, where there are no other processes."""
    return "M" if number == 1 else str(number - 1)


class _Race:
    """The counter race of two adders, step by step: the lock is off until `flip`, then on. All times in seconds."""

    def __init__(self, rounds: int, flip: float) -> None:
        self.rounds, self.flip = rounds, flip
        self.dice = random.Random(7)
        self.rows: dict[int, list[Row]] = {2: [], 3: []}
        self.writes: list[tuple[float, int, int]] = []  # time, thread, value after it
        self.held: list[tuple[float, int]] = []
        self.value = 0

    def play(self) -> None:
        """Lets the thread whose time is earliest do its next step, until both have done all their rounds."""
        clock, left = {2: 0.021, 3: 0.052}, {2: self.rounds, 3: self.rounds}
        seen: dict[int, int | None] = {2: None, 3: None}
        free = 0.0
        for thread, time in clock.items():
            self.rows[thread] += [(0.02, State.CREATED, 0, 21), (time, State.RUNNING, 0, 11)]
        while any(left.values()):
            thread = min((t for t in left if left[t]), key=clock.__getitem__)
            now, value = clock[thread], seen[thread]
            if value is not None:
                self._write(now, thread, value + 1)
                seen[thread], left[thread] = None, left[thread] - 1
                self.rows[thread].append((now, State.RUNNING, 0, 15))
                clock[thread] = now + self.dice.uniform(0.026, 0.048)
            elif now < self.flip:
                self.rows[thread].append((now, State.SLEEPING, 0, 14))
                seen[thread] = self.value
                clock[thread] = now + self.dice.uniform(0.018, 0.032)
            else:
                free = self._locked_round(now, thread, free)
                clock[thread], left[thread] = free + 0.004, left[thread] - 1
        for thread, time in clock.items():
            self.rows[thread].append((time + 0.006, State.ENDED, 0, 17))

    def _locked_round(self, now: float, thread: int, free: float) -> float:
        begin = now + 0.003
        if free > begin:
            self.rows[thread].append((begin, State.WAIT_LOCK, LOCK, 12))
            begin = free + 0.0005
        end = begin + self.dice.uniform(0.03, 0.046)
        self.rows[thread].append((begin, State.HOLDING, LOCK, 14))
        self.rows[thread].append((end, State.RUNNING, 0, 16))
        self.held += [(begin, thread), (end, 0)]
        self._write(end, thread, self.value + 1)
        return end

    def _write(self, time: float, thread: int, value: int) -> None:
        self.value = value
        self.writes.append((time, thread, value))


def _losses(race: _Race) -> list[tuple[float, int]]:
    """A write is a loss when the gap to the expected value grows beyond what it ever was."""
    worst, lost = 0, []
    for made, (time, thread, value) in enumerate(sorted(race.writes), 1):
        if made - value > worst:
            worst = made - value
            lost.append((time, thread))
    return lost


@lru_cache(maxsize=1)
def small() -> Frame:
    """The counter race after its end: two adders, 80 updates, the lock switched on at 2.0 s, a cursor."""
    race = _Race(rounds=40, flip=2.0)
    race.play()
    writes, lost = sorted(race.writes), _losses(race)
    end = max(rows[-1][0] for rows in race.rows.values())
    main = [
        (0.0, State.RUNNING, 0, 20),
        (0.025, State.WAIT_JOIN, 2, 24),
        (end, State.RUNNING, 0, 25),
        (end + 0.02, State.ENDED, 0, 25),
    ]
    off = sum(time < 2.0 for time, _, _ in writes)
    lost_off = sum(time < 2.0 for time, _ in lost)
    values = np.array([0] + [value for _, _, value in writes], np.int64)
    return changed(Frame(),
        number=3,
        nth=3,
        scenario="counter",
        title="Counter race",
        path="counter_race.py",
        text=COUNTER,
        phase=Phase.ENDED,
        ended=Ended.FINISHED,
        interpreter=PYTHON,
        now=end + 0.1,
        lanes=(lane(1, "MainThread", main), lane(2, "Adder-1", race.rows[2]), lane(3, "Adder-2", race.rows[3])),
        holders=(_holders(LOCK, "lock", race.held),),
        things=MappingProxyType({LOCK: Thing(LOCK, "Lock", "lock", 6)}),
        switches=(Switch("lock", "Lock", True, 6, True),),
        knobs=(
            Knob("ROUNDS", 40, 40, 4, low=1, high=10000),
            Knob("WINDOW", 10, 10, 5, low=0, high=50, unit="ms"),
            Knob("READER_FIRST", True, True, 6),
            Knob("BACKEND", "loky", "loky", 7, choices=("loky", "threading")),
        ),
        flips=(Flip(2.0, "lock", True, off, lost_off),),
        periods=(
            SwitchPeriod("lock", False, 0.0, 2.0, off, off - lost_off),
            SwitchPeriod("lock", True, 2.0, end, len(writes) - off, len(writes) - off - (len(lost) - lost_off)),
        ),
        value=Series(
            "counter",
            np.array([0] + [round(time * NS) for time, _, _ in writes], np.int64),
            values,
            np.arange(len(writes) + 1, dtype=np.int64),
        ),
        losses=Losses(np.array([round(t * NS) for t, _ in lost], np.int64), np.array([t for _, t in lost], np.uint16)),
        output=tuple(_output(writes, end)),
        findings=(
            LostUpdate(
                name="counter",
                lost=len(lost),
                updates=80,
                found=race.value,
                expected=80,
                thread="Adder-1",
                line=15,
                time=lost[0][0],
                threads=(2, 3),
            ),
        ),
        expected=80,
        found=race.value,
        records=1284,
        view=View(1.6, end + 0.1, follow=True, cursor=2.45),
    )  # fmt: skip


def _holders(number: int, name: str, held: list[tuple[float, int]]) -> Holders:
    return Holders(
        number,
        name,
        np.array([round(time * NS) for time, _ in held], np.int64),
        np.array([thread for _, thread in held], np.uint16),
    )


def _output(writes: list[tuple[float, int, int]], end: float) -> list[OutputPiece]:
    lines, made = [], {2: 0, 3: 0}
    for time, thread, value in writes:
        made[thread] += 1
        if made[thread] % 10 == 0:
            lines.append(OutputPiece(time, thread, f"round {made[thread]} sees {value}"))
    return [*lines, OutputPiece(end, 1, f"expected 80 got {writes[-1][2]}")]


def empty() -> Frame:
    """A scenario that was opened and not run yet."""
    return changed(
        small(), number=0, phase=Phase.IDLE, ended=None, now=0.0, lanes=(), holders=(), things=MappingProxyType({}),
        flips=(), periods=(), value=None, losses=Frame().recording.losses, output=(), findings=(), expected=None,
        found=None, records=0, view=View(), switches=(Switch("lock", "Lock", True, 6, False),),
    )  # fmt: skip


def running(now: float = 2.4) -> Frame:
    """`small` as it was at a time in seconds: everything after it has not happened yet."""
    whole, limit = small(), round(now * NS)
    value = whole.recording.value
    assert value is not None
    assert value.expected is not None
    kept = int(np.searchsorted(value.times, limit, "right"))
    lost = int(np.searchsorted(whole.recording.losses.times, limit, "right"))
    return changed(
        whole,
        phase=Phase.RUNNING,
        ended=None,
        now=now,
        lanes=tuple(_cut_lane(one, limit) for one in whole.recording.lanes),
        holders=tuple(_cut_holders(one, limit) for one in whole.recording.holders),
        switches=tuple(replace(one, on=now >= 2.0) for one in whole.program.switches),
        flips=tuple(flip for flip in whole.recording.flips if flip.time <= now),
        periods=tuple(replace(one, end=min(one.end, now)) for one in whole.recording.periods if one.start <= now),
        value=replace(value, times=value.times[:kept], values=value.values[:kept], expected=value.expected[:kept]),
        losses=Losses(whole.recording.losses.times[:lost], whole.recording.losses.threads[:lost]),
        output=tuple(line for line in whole.recording.output if line.time <= now),
        expected=None,
        found=None,
        view=View(max(0.0, now - 1.3), max(1.3, now), follow=True),
    )


def _cut_lane(one: Lane, limit: int) -> Lane:
    kept = int(np.searchsorted(one.spans.starts, limit, "right"))
    part = Spans(
        one.spans.starts[:kept], one.spans.states[:kept], one.spans.objects[:kept], one.spans.places[:kept]
    )  # fmt: skip
    place = int(part.places[-1]) if kept else 0
    return replace(one, spans=part, ended=None, joined=False, place=place)


def _cut_holders(one: Holders, limit: int) -> Holders:
    kept = int(np.searchsorted(one.starts, limit, "right"))
    return replace(one, starts=one.starts[:kept], threads=one.threads[:kept])


def failed() -> Frame:
    """Reader first, event off: the reader died, the writer lived on, then the process was ended by a signal."""
    kind, said = "FileNotFoundError", "[Errno 2] No such file or directory: 'numbers.txt'"
    error = f"{kind}: {said}"
    traceback = f'Traceback (most recent call last):\n  File "program.py", line 9, in read\n{error}\n'
    reader = [
        (0.002, State.CREATED, 0, 21),
        (0.004, State.RUNNING, 0, 7),
        (0.012, State.FILE, 20, 9),
        (0.018, State.DIED, 0, 9),
    ]
    writer = [
        (0.002, State.CREATED, 0, 21),
        (0.006, State.RUNNING, 0, 13),
        (0.02, State.FILE, 20, 14),
        (0.052, State.UNJOINED, 0, 15),
    ]
    main = [(0.0, State.RUNNING, 0, 1), (0.008, State.WAIT_JOIN, 2, 24), (0.019, State.WAIT_JOIN, 3, 24)]
    return changed(Frame(),
        number=1,
        nth=1,
        scenario="writer_reader",
        title="Writer and reader",
        path="program.py",
        text=READER,
        phase=Phase.ENDED,
        ended=Ended.DIED,
        trouble=ProcessDied(code=-9, line=9, detail=traceback),
        interpreter=PYTHON,
        now=0.06,
        lanes=(
            lane(1, "MainThread", main),
            lane(2, "Reader", reader, error, 9),
            lane(3, "Writer", writer),
        ),
        things=MappingProxyType({20: Thing(20, "file", "numbers.txt", 9)}),
        switches=(Switch("file_ready", "Event", False, 4, True),),
        output=(OutputPiece(0.019, 2, traceback.rstrip(), error=True), OutputPiece(0.05, 3, "written")),
        findings=(
            ThreadDied(
                error=ExceptionFact(2, kind, said, traceback=traceback, file="numbers.txt"),
                thread="Reader",
                line=9,
                time=0.018,
                threads=(2,),
                objects=(20,),
            ),
            NotJoined(thread="Writer", line=22, time=0.052, threads=(3,), ran_out=False, went_on=False),
        ),
        records=24,
        dropped=2,
        view=View(0.0, 0.06, follow=False),
    )  # fmt: skip


def refused() -> Frame:
    """A program that does not compile: nothing ran."""
    return changed(
        empty(),
        number=1,
        nth=1,
        text="def add(:\n    pass\n",
        phase=Phase.ENDED,
        ended=Ended.REFUSED,
        trouble=ProgramRefused(error="SyntaxError: invalid syntax", line=1),
    )


def race(lanes: int, length: int, seconds: float = 600.0) -> tuple[Lane, ...]:
    """`lanes` threads of `length` spans each, over `seconds`; neighbours differ, the arrays are their own."""
    dice = np.random.default_rng(3)
    cycle = np.array([State.RUNNING, State.WAIT_LOCK, State.HOLDING, State.SLEEPING], np.uint8)
    made = []
    for number in range(1, lanes + 1):
        steps = dice.exponential(1.0, length)
        starts = (np.cumsum(steps) / steps.sum() * seconds * 0.999 * NS).astype(np.int64)
        starts[0] = 0
        states = cycle[(np.arange(length) + number) % 4]
        objects = np.where(states == State.SLEEPING, 0, LOCK).astype(np.uint32)
        places = (PLACE | 11 + np.arange(length) % 5).astype(np.uint32)
        name = "MainThread" if number == 1 else f"Worker with a long name {number - 1}"
        parts = Spans(starts, states, objects, places)
        made.append(Lane(number, name, False, parts, 0.0, None, None, None, False, PLACE | 12, badge=badge(number)))
    return tuple(made)


@lru_cache(maxsize=1)
def huge() -> Frame:
    """Ten minutes: 8 busy lanes of 200,000 spans, 2,000 lanes in all, 40 locks, 300,000 updates, 20,000 lines."""
    busy = race(8, 200_000)
    idle = tuple(
        lane(number, f"Idle-{number}", [(number / 10, State.RUNNING, 0, 11), (number / 10 + 5, State.UNJOINED, 0, 17)])
        for number in range(9, 2001)
    )
    count = 300_000
    times = np.linspace(0, 599 * NS, count).astype(np.int64)
    lost = np.arange(0, count, 3)
    kept = np.cumsum(np.arange(count) % 3 != 0)
    series = Series("counter", times, kept.astype(np.int64), np.arange(count, dtype=np.int64))
    depth = (np.abs(np.sin(np.arange(count) / 5000)) * 50).astype(np.int64)
    threads = (1 + np.arange(count) % 8).astype(np.uint16)
    return changed(
        small(),
        number=9,
        nth=9,
        phase=Phase.RUNNING,
        ended=None,
        now=600.0,
        lanes=busy + idle,
        holders=tuple(Holders(LOCK + i, f"lock_{i}", times + i, threads) for i in range(40)),
        things=MappingProxyType({LOCK + i: Thing(LOCK + i, "Lock", f"lock_{i}", 6) for i in range(40)}),
        switches=tuple(Switch(f"lock_{i}", "Lock", i % 2 == 0, 6, True) for i in range(12)),
        knobs=tuple(Knob(f"A_KNOB_WITH_A_LONG_NAME_{i}", i, i, i + 1, low=0, high=1e9) for i in range(20)),
        flips=tuple(Flip(10.0 * i, "lock_0", i % 2 == 0, i * 5000, i * 1600) for i in range(1, 60)),
        periods=tuple(
            SwitchPeriod("lock_0", i % 2 == 0, 10.0 * i, 10.0 * (i + 1), 5000, 5000 - (i % 2) * 1600) for i in range(60)
        ),
        value=series,
        depths=(Series("tasks", times, depth, limit=50), Series("results", times, depth // 2, limit=0)),
        losses=Losses(times[lost], threads[lost]),
        output=tuple(OutputPiece(i * 0.03, 1 + i % 8, f"line {i} " + "x" * (i % 300)) for i in range(20_000)),
        output_left_out=1_234_567,
        findings=tuple(
            HeldLong(thing=f"lock_{i}", seconds=1.0, thread=f"Worker {i}", line=11, time=i * 2.0)
            for i in range(60)
        ),
        expected=count,
        found=int(kept[-1]),
        records=123_456_789,
        dropped=4_321,
        backlog=9_000_000,
        view=View(590.0, 600.0, follow=True),
    )  # fmt: skip


GROUPS = {
    one.name: group
    for group, kind in (("program", Program), ("run", RunState), ("recording", Recording), ("result", Result))
    for one in fields(kind)
}


def changed(frame: Frame, **values: object) -> Frame:
    """The frame with these fields, of whichever group, or these groups."""
    inside: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        if name in GROUPS:
            inside.setdefault(GROUPS[name], {})[name] = value
    groups = {name: value for name, value in values.items() if name not in GROUPS}
    made: dict[str, Any] = {
        **groups,
        **{group: replace(groups.get(group, getattr(frame, group)), **some) for group, some in inside.items()},
    }
    return replace(frame, **made)
