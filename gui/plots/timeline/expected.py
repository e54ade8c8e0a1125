"""What a run will have, decided before it: the timeline makes room for that and moves nothing while it runs."""

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.frame import Frame
from engine.scenarios import lanes
from engine.scenarios.scenario import Scenario

MOST_LOCKS = 4  # rows of locks that there is room for; more are scrolled
_LOCKS = ("Lock", "RLock")
_CONSTRUCTOR = re.compile(r"\bR?Lock\(")


@dataclass(frozen=True)
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
            lanes.reckoned(scenario.lanes, program.knobs) or max(had.lanes or USUAL.lanes, has.lanes),
            min(locks, MOST_LOCKS),
            max(had.processes, has.processes),
            max(int(compared), had.brackets, has.brackets),
            flips=bool(program.switches),
        )


class FlagRoom:
    """Which lanes keep room above their bars for tags of lost updates and flags of events.

    All but the main thread's do where the program may have some; any other lane from its first one on.
    """

    def __init__(self) -> None:
        self._scenario, self._run = "", -1
        self._everywhere = False
        self._found: frozenset[int] = frozenset()  # lanes, by id; they keep their room in the next run
        self._seen = [0, 0]  # losses and marks that were looked at

    def feed(self, frame: Frame, *, loses: bool) -> None:
        """`loses`: the scenario counts the updates of its value."""
        program, told = frame.program, frame.recording
        if program.scenario != self._scenario:
            self._scenario, self._found = program.scenario, frozenset()
        if frame.run.number != self._run:
            self._run, self._seen = frame.run.number, [0, 0]
        self._everywhere = loses or any(switch.type == "Event" for switch in program.switches)
        columns: tuple[NDArray[np.uint16], ...] = (told.losses.threads, told.marks.lanes)
        for which, column in enumerate(columns):
            fresh = column[self._seen[which] :]  # of losses some may be taken back again
            if len(fresh):
                self._found |= frozenset(np.unique(fresh).tolist())
            self._seen[which] = len(column)

    def has(self, lane: int, main: bool) -> bool:
        """Whether this lane keeps room; `main`: it is the first one."""
        return lane in self._found or (self._everywhere and not main)
