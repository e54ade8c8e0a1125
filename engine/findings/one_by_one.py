"""Threads of a loop that starts one, waits for it, and only then makes the next one."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

import numpy as np

from engine.analysis.run_model import RunModel
from engine.analysis.thread_lifecycle import Life
from engine.findings.mistakes import listed
from engine.frame import Finding, Lane, LaneKind, State
from engine.frame.finding import OneByOne
from engine.protocol.messages import Ending
from engine.protocol.units import SECOND

FEWEST = 3  # threads: two may have to do with one another
IN_ALL = SECOND // 5  # shorter ones are not worth a sentence
WAITED = 0.8  # of a thread's life at least: else whoever waits did something of his own meanwhile
_JOIN = re.compile(r"\.join\(\s*\)")  # with a time-out it is something else


class _Joined(NamedTuple):
    """A thread for which another one waited at some place."""

    lane: int
    place: int
    waited: int  # nanoseconds
    life: Life


class OneByOneRule:
    """Looks once, when the program has come to its own end."""

    def __init__(self) -> None:
        self._found: tuple[Finding, ...] | None = None

    def find(self, model: RunModel) -> Sequence[Finding]:
        """All that it has found so far."""
        if self._found is None:
            outcome = model.run_facts.outcome
            if outcome is None:
                return ()
            told = outcome.ended is Ending.FINISHED and outcome.right is None  # a lesson says itself what it shows
            self._found = tuple(one for lane in model.lanes() for one in _of(lane, model)) if told else ()
        return self._found


def _of(waiter: Lane, model: RunModel) -> Iterator[OneByOne]:
    lines = {name: text.splitlines() for name, text in model.texts.items()}
    for (place, made_at), group in groupby(_joined(waiter, model), key=lambda one: (one.place, one.life.created_at)):
        joined, where = list(group), model.run_facts.where(place)
        line = lines.get(where["file"], [])[where["line"] - 1 : where["line"]]
        if len(joined) < FEWEST or not line or not _JOIN.search(line[0]):
            continue
        lives = [one.life for one in joined]
        total = sum((one.ended or 0) - (one.began or 0) for one in lives)
        if total >= IN_ALL and _apart(waiter.id, made_at, model):
            names = [model.run_facts.thread_name(one.lane) for one in joined]
            yield OneByOne(
                thread=waiter.name,
                threads=tuple(one.lane for one in joined),
                **where,
                time=(lives[0].began or 0) / SECOND,
                until=(lives[-1].ended or 0) / SECOND,
                who=listed(names),
                count=len(joined),
                seconds=round(total / SECOND, 2),
            )


def _apart(maker: int, place: int, model: RunModel) -> bool:
    """Whether each thread that was made there was made when the one before had ended, also those nobody waited for."""
    made = [one for one in model.spans.lives.by_lane.values() if (one.created_by, one.created_at) == (maker, place)]
    made.sort(key=lambda one: one.created or 0)
    return all(one.ended is not None and (after.created or 0) >= one.ended for one, after in pairwise(made))


def _joined(waiter: Lane, model: RunModel) -> Iterator[_Joined]:
    """Whom it waited for as long as they lived, one after the other."""
    spans = waiter.spans
    if waiter.kind is not LaneKind.THREAD:
        return
    for row in np.flatnonzero(spans.states == State.WAIT_JOIN).tolist():
        lane, place = int(spans.objects[row]), int(spans.places[row])
        life = model.spans.life(lane)
        end = int(spans.starts[row + 1]) if row + 1 < len(spans.starts) else model.last
        waited = end - int(spans.starts[row])
        known = life.began is not None and life.ended is not None and life.created_by == waiter.id
        if known and waited >= WAITED * ((life.ended or 0) - (life.began or 0)):
            yield _Joined(lane, place, waited, life)
