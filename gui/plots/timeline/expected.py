"""What a run will have, decided before it: the timeline makes room for that and moves nothing while it runs."""

import re

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame
from engine.protocol.lazy_dataclass import lazy_dataclass
from engine.scenarios import lanes
from engine.scenarios.scenario import Scenario

MOST_LOCKS = 4  # rows of locks that there is room for; more are scrolled
_LOCKS = ("Lock", "RLock")
_CONSTRUCTOR = re.compile(r"(?<!\basyncio\.)\bR?Lock\(")  # who holds one of asyncio has no row


@lazy_dataclass(frozen=True)
class Expected:
    """Rows that there will be room for."""

    lanes: int = 4
    locks: int = 0
    processes: int = 0  # gaps between lanes, where another process begins
    brackets: int = 0  # rows of parts above the lanes
    flips: bool = False  # there is something that can be flipped


USUAL, NOTHING = Expected(), Expected(0)


class Expectation:
    """Decides once for each run: by the scenario, else by its last run while the window is open."""

    def __init__(self) -> None:
        self.scenario = Scenario("", "")
        self.now = USUAL
        self._had: dict[str, Expected] = {}
        self._decided: tuple[str, int] = ("", -1)

    def feed(self, frame: Frame, processes: int, brackets: int) -> Expected:
        """What there is room for in this frame's run; takes note of what the run has so far.

        A run that is looked at when it has begun already has room for what it has.
        """
        key, told = (frame.program.scenario, frame.run.number), frame.recording
        has = Expected(len(told.lanes), len(told.holders), processes, brackets)
        if key != self._decided:
            self._decided = key
            self.now = self._decide(frame, has)
        if told.lanes and has != self._had.get(key[0]):
            self._had[key[0]] = has
        return self.now

    def _decide(self, frame: Frame, has: Expected) -> Expected:
        """From what is known before the run begins."""
        program, scenario = frame.program, self.scenario
        had = self._had.get(program.scenario, NOTHING)
        named = sum(switch.type in _LOCKS for switch in program.switches)
        locks = max(named, had.locks, has.locks)
        if had is NOTHING and not locks:
            locks = len(_CONSTRUCTOR.findall(program.text))
        compared = scenario.parts is not None and bool(scenario.parts.call)
        return Expected(
            lanes.reckoned(scenario.lanes, program.knobs) or max(USUAL.lanes, had.lanes, has.lanes),
            min(locks, MOST_LOCKS),
            max(had.processes, has.processes),
            max(int(compared), had.brackets, has.brackets),
            flips=bool(program.switches),
        )


class FlagRoom:
    """Which lanes keep room above their bars for tags of lost updates, and which for flags of events.

    Tags: all but the main thread's where updates are counted. Otherwise a lane does from its first one on, in later
    runs from the beginning.
    """

    def __init__(self) -> None:
        self._scenario, self._run = "", -1
        self._loses = False
        self._found: list[frozenset[int]] = [frozenset(), frozenset()]  # ids of lanes: with tags, with flags
        self._seen = [0, 0]  # how many of each were looked at

    def feed(self, frame: Frame, *, loses: bool) -> None:
        """`loses`: the scenario counts the updates of its value."""
        told = frame.recording
        if frame.program.scenario != self._scenario:
            self._scenario, self._found = frame.program.scenario, [frozenset(), frozenset()]
        if frame.run.number != self._run:
            self._run, self._seen = frame.run.number, [0, 0]
        self._loses = loses
        columns: tuple[NDArray[np.uint16], ...] = (told.losses.threads, told.marks.lanes)
        for which, column in enumerate(columns):
            fresh = column[self._seen[which] :]  # of losses some may be taken back again
            if len(fresh):
                self._found[which] |= frozenset(np.unique(fresh).tolist())
            self._seen[which] = len(column)

    def has(self, lane: int, main: bool) -> tuple[bool, bool]:
        """Whether this lane keeps room for tags, and for flags; `main`: it is the first one."""
        tags, marks = self._found
        return lane in tags or (self._loses and not main), lane in marks
