"""Frames with tasks, parts, other processes, asyncio's tasks and processor time; no run needed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from engine.frame import Cpu, Frame, Lane, LaneKind, Part, Phase, State, Tasks, View
from tests.gui import frames
from tests.gui.frames import NS, Row, changed, lane

SAMPLE = 0.04  # seconds between two looks at the processor time
Task = tuple[int, float, float | None, str, bool]  # lane, start, end, name, failed


def tasks(rows: Iterable[Task]) -> Tasks:
    """Tasks of rows (lane, start and end in seconds, name, failed), in the order of their starts."""
    rows = sorted(rows, key=lambda row: row[1])
    return Tasks(
        np.arange(100, 100 + len(rows), dtype=np.uint32),
        np.array([row[0] for row in rows], np.uint16),
        np.array([round(row[1] * NS) for row in rows], np.int64),
        np.array([-1 if row[2] is None else round(row[2] * NS) for row in rows], np.int64),
        np.array([row[4] for row in rows], np.bool_),
        {100 + at: row[3] for at, row in enumerate(rows)},
        submitted=len(rows),
        done=sum(row[2] is not None for row in rows),
    )


def cpu(begin: float, end: float, share: float) -> Cpu:
    """Samples of a lane that has this share of a core from begin to end."""
    times = np.arange(begin + SAMPLE, end + 1e-9, SAMPLE)
    return Cpu((times * NS).astype(np.int64), ((times - begin) * share * NS).astype(np.int64))


def away(number: int, process: str, badge: str, rows: Iterable[Row]) -> Lane:
    """The main lane of another process."""
    return replace(lane(number, "MainThread", rows), kind=LaneKind.PROCESS, process=process, badge=badge)


def _greedy(workers: int, begin: float, first: int) -> tuple[list[Lane], list[Task], float]:
    """Roots of 10 to 2 by so many workers: lanes, tasks, and when the last is done."""
    free = [begin + 0.02] * workers
    rows: list[list[Row]] = [[(begin, State.CREATED, 0, 8)] for _ in free]
    made: list[Task] = []
    for n in range(10, 1, -1):
        worker = free.index(min(free))
        start, end = free[worker], free[worker] + n**0.5 / 10
        rows[worker] += [(start, State.SLEEPING, 0, 5), (end, State.WAIT_TASK, 0, 5)]
        made.append((first + worker, start, end, f"root({n})", n == 4 and workers == 4))
        free[worker] = end + 0.002
    done = max(free)
    lanes = []
    for worker, mine in enumerate(rows):
        mine.append((done + 0.01, State.ENDED, 0, 9))
        lanes.append(lane(first + worker, f"ThreadPoolExecutor-{workers}_{worker}", mine))
    return lanes, made, done + 0.02


@lru_cache(maxsize=1)
def pool() -> Frame:
    """The roots with 1, 2 and 4 workers: three parts, tasks, one of them failed."""
    lanes: list[Lane] = []
    made: list[Task] = []
    parts: list[Part] = []
    main: list[Row] = [(0.0, State.RUNNING, 0, 12)]
    time = 0.05
    for at, workers in enumerate((1, 2, 4)):
        more, ran, end = _greedy(workers, time, 2 + len(lanes))
        lanes += more
        made += ran
        main += [(time, State.WAIT_RESULT, 100, 14), (end, State.RUNNING, 0, 15)]
        limit = sum(n**0.5 for n in range(2, 11)) / 10 / workers
        parts.append(Part(at + 1, str(workers), "", time, end, limit=limit))
        time = end + 0.03
    return changed(
        Frame(),
        number=1,
        phase=Phase.ENDED,
        now=time,
        lanes=(lane(1, "MainThread", [*main, (time - 0.01, State.ENDED, 0, 16)]), *lanes),
        tasks=tasks(made),
        parts=tuple(parts),
        view=View(0.0, time, follow=False),
    )


@lru_cache(maxsize=1)
def computing() -> Frame:
    """The same work in two threads, which share the GIL, then in two processes, with the processor time received."""
    main: list[Row] = [
        (0.0, State.RUNNING, 0, 20),
        (0.1, State.WAIT_JOIN, 2, 24),
        (2.1, State.RUNNING, 0, 26),
        (2.2, State.WAIT_JOIN, 300, 28),
        (3.3, State.RUNNING, 0, 30),
        (3.4, State.ENDED, 0, 30),
    ]
    threads = [
        replace(
            lane(
                number,
                f"Thread-{number - 1} (work)",
                [(0.1, State.CREATED, 0, 22), (0.12, State.RUNNING, 0, 5), (2.1, State.ENDED, 0, 9)],
            ),
            cpu=cpu(0.12, 2.1, 0.49),
        )
        for number in (2, 3)
    ]
    processes = [
        replace(
            away(
                number,
                f"Process-{at}",
                f"P{at}",
                [(2.2, State.CREATED, 0, 27), (2.3, State.RUNNING, 0, 5), (3.3, State.ENDED, 0, 9)],
            ),
            cpu=cpu(2.3, 3.3, 0.98),
        )
        for at, number in ((1, 300), (2, 340))
    ]
    rows = [(2.4, State.RUNNING, 0, 40), (2.5, State.SLEEPING, 0, 41), (3.2, State.ENDED, 0, 9)]
    helper = replace(lane(341, "Thread-1 (log)", rows), process="Process-2", badge="P2.1")
    return changed(
        Frame(),
        number=2,
        phase=Phase.ENDED,
        now=3.4,
        lanes=(lane(1, "MainThread", main), *threads, *processes, helper),
        parts=(
            Part(1, "threads", "computing", 0.1, 2.1),
            Part(2, "processes", "computing", 2.2, 3.3),
        ),
        view=View(0.0, 3.4, follow=False),
    )


@lru_cache(maxsize=1)
def coroutines() -> Frame:
    """Three tasks of an event loop in MainThread, with a thread beside it; its id lies between theirs."""
    main: list[Row] = [
        (0.0, State.RUNNING, 0, 20),
        (0.05, State.WAIT_LOOP, 0, 21),
        (1.5, State.RUNNING, 0, 22),
        (1.55, State.ENDED, 0, 22),
    ]
    found = [replace(lane(1, "MainThread", main), cpu=cpu(0.0, 1.5, 0.3))]
    for at, number in enumerate((2, 3, 5)):
        rows: list[Row] = [(0.06, State.CREATED, 0, 10), (0.07 + at / 100, State.RUNNING, 0, 11)]
        for step in range(4):
            begin = 0.1 + step * 0.3 + at * 0.08
            rows += [
                (begin, State.WAIT_AWAIT, 0, 12),
                (begin + 0.2, State.WAIT_NETWORK, 0, 13),
                (begin + 0.24, State.RUNNING, 0, 14),
            ]
        rows.append((1.45, State.ENDED, 0, 15))
        found.append(replace(lane(number, f"fetch-{at + 1}", rows), kind=LaneKind.TASK, badge=f"A{at + 1}"))
    other = lane(
        4, "Thread-1", [(0.2, State.RUNNING, 0, 30), (0.9, State.WAIT_QUEUE, 0, 31), (1.4, State.ENDED, 0, 32)]
    )
    found.append(replace(other, badge="1"))
    return changed(
        Frame(),
        number=3,
        phase=Phase.ENDED,
        now=1.55,
        lanes=tuple(sorted(found, key=lambda one: one.id)),
        view=View(0.0, 1.55, follow=False),
    )


@lru_cache(maxsize=1)
def crowd() -> Frame:
    """40 lanes in 21 processes and 22 parts, all states that there are: what still has to be usable."""
    states = [
        state for state in State if state not in (State.ABSENT, State.CREATED, State.ENDED, State.DIED, State.CUT)
    ]
    lanes = [lane(1, "MainThread", [(0.0, State.RUNNING, 0, 1), (0.3, State.WAIT_RESULT, 0, 2)])]
    made: list[Task] = []
    for at in range(19):
        rows: list[Row] = []
        for step in range(40):
            rows += [(0.3 + step * 0.25, states[(at + step) % len(states)], 0, 5)]
            made.append((2 + at, 0.3 + step * 0.25, 0.5 + step * 0.25, f"task({step})", (at + step) % 31 == 0))
        lanes.append(replace(lane(2 + at, f"Worker-{at + 1}", rows), cpu=cpu(0.3, 10.3, at / 19)))
    for at in range(20):
        rows = [(0.3, State.RUNNING, 0, 5), (5.0 + at / 10, State.WAIT_TASK, 0, 5)]
        made.append((100 + 40 * at, 0.3, 5.0 + at / 10, f"simulate(seed={at})", False))
        lanes.append(replace(away(100 + 40 * at, f"LokyProcess-{at + 1}", f"P{at + 1}", rows), cpu=cpu(0.3, 10.3, 0.6)))
    parts = tuple(Part(at + 1, str(at + 1), "", 0.3 + at * 0.45, 0.73 + at * 0.45) for at in range(22))
    return changed(
        frames.small(),
        number=4,
        now=10.4,
        lanes=tuple(lanes),
        tasks=tasks(made),
        parts=parts,
        view=View(0.0, 10.4, follow=False),
    )
