"""Pure: threads as a history names them: where they were, and what has become of them."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from engine.analysis.run_model import RunModel
from engine.findings.histories.account import Row
from engine.frame import Lane, State
from engine.frame.finding import At, Fate, Party

_ASLEEP = (State.SLEEPING, State.HOLDING_ASLEEP)
_NOT_THERE = (State.ABSENT, State.CREATED, State.RUNNING, State.HOLDING)


class People:
    """The threads of a run as it stands."""

    def __init__(self, model: RunModel) -> None:
        self._model = model
        self._lanes: dict[int, Lane] = {}

    def name(self, lane: int) -> str:
        """What it is called."""
        return self._model.run_facts.thread_name(lane)

    def at(self, place: int) -> At:
        """A line of the program."""
        return At(**self._model.run_facts.where(place))

    def fate(self, lane: int) -> Fate:
        """What has become of it."""
        final = self._model.spans.life(lane).final
        if final is None:
            return Fate.LIVES
        return Fate.DIED if final is State.DIED else Fate.ENDED

    def party(self, lane: int, place: int) -> Party:
        """This thread at this line; one that died, where it died."""
        fate = self.fate(lane)
        return Party(self.name(lane), self._death(lane) if fate is Fate.DIED else self.at(place), fate)

    def did(self, row: Row) -> Party:
        """Who did this, and where."""
        return Party(self.name(row.thread), self.at(row.place), self.fate(row.thread))

    def dead(self) -> list[Party]:
        """All threads that died, where they did."""
        lives = self._model.spans.lives.by_lane
        return [self.party(lane, 0) for lane, life in lives.items() if life.final is State.DIED]

    def waiting(self) -> list[Party]:
        """All threads that wait with no time-out, where they do."""
        return [self.party(one.lane, one.place) for one in self._model.spans.waits() if not one.timed]

    def over(self, lanes: Collection[int]) -> bool:
        """Whether all of them have ended."""
        return all(self.fate(lane) is not Fate.LIVES for lane in lanes)

    def whereabouts(self, lane: int, time: int) -> tuple[At, bool]:
        """Where a thread waited or slept then (nanoseconds), and whether it slept; line 0: it was busy."""
        spans = self._model.spans.spans(lane)
        at = int(np.searchsorted(spans.starts, time, "right")) - 1
        if at < 0 or int(spans.states[at]) in _NOT_THERE:
            return At(), False
        return self.at(int(spans.places[at])), int(spans.states[at]) in _ASLEEP

    def _death(self, lane: int) -> At:
        if not self._lanes:
            self._lanes = {one.id: one for one in self._model.lanes()}
        found = self._lanes.get(lane)
        return At(found.error_line or 0, found.error_file) if found is not None else At()
