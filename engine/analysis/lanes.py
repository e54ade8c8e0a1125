"""Lanes for a frame, made anew only where something changed, and the marks in them."""

import numpy as np

from engine.analysis.columns import Array, Columns
from engine.analysis.measurement import CpuBuilder
from engine.analysis.record_semantics import IS_MARK
from engine.analysis.run_facts import NOWHERE, RunFacts, Spot
from engine.analysis.spans import SpanBuilder
from engine.analysis.trace import Records
from engine.frame import NO_MARKS, Death, Lane, LaneKind, Marks
from engine.protocol.records import MAIN_THREAD, Kind
from engine.protocol.units import SECOND


class Badges:
    """Short names of lanes, given once: M, 1, 2 ... for threads, P1 ... for processes, A1 ... for asyncio's tasks."""

    def __init__(self) -> None:
        self._given: dict[int, str] = {MAIN_THREAD: "M"}
        self._counts = dict.fromkeys(LaneKind, 0)
        self._processes: dict[str, str] = {}
        self._inside: dict[str, int] = {}

    def of(self, number: int, kind: LaneKind, process: str) -> str:
        """The badge of a lane; a thread of another process has that one's with a number behind it."""
        if number not in self._given:
            self._given[number] = self._next(kind, process)
        return self._given[number]

    def _next(self, kind: LaneKind, process: str) -> str:
        if kind is LaneKind.THREAD and process:
            self._inside[process] = self._inside.get(process, 0) + 1
            return f"{self._processes.get(process, 'P')}.{self._inside[process]}"
        if kind is LaneKind.PROCESS:
            badge = self._processes[process] = self._of_process(process)
            return badge
        self._counts[kind] += 1
        return f"{'A' if kind is LaneKind.TASK else ''}{self._counts[kind]}"

    def _of_process(self, process: str) -> str:
        """Processes report in no order, so "Process-2" is P2 whenever it comes, if no other one is."""
        taken, digits = set(self._given.values()), process[len(process.rstrip("0123456789")) :]
        badge = f"P{int(digits)}" if digits else ""
        while not badge or badge in taken:
            self._counts[LaneKind.PROCESS] += 1
            badge = f"P{self._counts[LaneKind.PROCESS]}"
        return badge


class LaneMaker:
    """Keeps the lanes of the last frame and replaces those that changed."""

    def __init__(self) -> None:
        self._lanes: dict[int, Lane] = {}
        self._shown: tuple[Lane, ...] = ()
        self._deaths: dict[int, tuple[int, int]] = {}  # thread -> text, place
        self._made_of: dict[int, tuple[object, ...]] = {}  # beside spans and processor time
        self._badges = Badges()

    def note_death(self, thread: int, text: int, place: int) -> None:
        """A record says that a thread died; `text` is the id of what it died of."""
        self._deaths.setdefault(thread, (text, place))

    def update(self, spans: SpanBuilder, run_facts: RunFacts, cpu: CpuBuilder) -> tuple[Lane, ...]:
        """All lanes by id: the same objects where nothing changed."""
        touched = spans.changed | run_facts.touched | cpu.changed
        if not touched:
            return self._shown
        known = len(self._lanes)
        changed = False
        numbers = [number for number in sorted(touched) if spans.has(number)]  # badges go by the order of making
        for number, place in zip(numbers, spans.places[numbers].tolist(), strict=True):
            changed |= self._renew(number, place, spans, run_facts, cpu)
        spans.changed.clear()
        run_facts.touched.clear()
        cpu.changed.clear()
        if len(self._lanes) != known:
            self._lanes = dict(sorted(self._lanes.items()))
        if changed:
            self._shown = tuple(self._lanes.values())
        return self._shown

    def _renew(self, number: int, place: int, spans: SpanBuilder, run_facts: RunFacts, cpu: CpuBuilder) -> bool:
        """Makes one lane anew, of hundreds perhaps at each tick. Returns whether it differs from the last one."""
        old = self._lanes.get(number)
        parts = spans.spans(number, old.spans if old is not None else None)
        life, had, note = spans.life(number), cpu.cpu(number), run_facts.thread(number)
        error, at = self._error(number, run_facts) if number in self._deaths else (None, NOWHERE)
        facts = (place, life.began, life.ended, life.joined, error, at, note)
        if old is not None and parts is old.spans and had is old.cpu and facts == self._made_of[number]:
            return False
        self._made_of[number] = facts
        name, daemon, kind, process = note.name, note.daemon, note.kind, note.process
        began, ended, badge = _seconds(life.began), _seconds(life.ended), self._badges.of(number, kind, process)
        self._lanes[number] = Lane(
            number, name, daemon, parts, began, ended, error, at["line"] or None, life.joined, place, kind, process,
            badge, had, at["file"],
        )  # fmt: skip
        return True

    def _error(self, number: int, run_facts: RunFacts) -> tuple[Death, Spot]:
        """What a thread that died died of, and in which line of the program."""
        text, place = self._deaths[number]
        death = run_facts.death(number)
        if death is not None:
            return death, run_facts.where(death.place)
        end, said = run_facts.process_ends.get(number), run_facts.texts.get(text)
        return end or (said.text if said is not None else ""), run_facts.where(place)


def _seconds(time: int | None) -> float | None:
    return None if time is None else time / SECOND


class MarkBuilder:
    """Where a thread set an event, or cleared it. `marks` is the same object as long as there is no other one."""

    def __init__(self) -> None:
        self.marks = NO_MARKS
        self._kept = Columns(np.int64, np.uint16, np.uint32, np.bool_)

    def feed(self, records: Records, word: Array) -> None:
        """Takes in records; `word` is flags << 8 | kind of each."""
        rows = np.flatnonzero(IS_MARK[word] & (records["thread"] != 0))
        if len(rows):
            fields = (records[name][rows] for name in ("time", "thread", "object"))
            self._kept.extend(*fields, word[rows] & 0xFF == Kind.EVENT_SET)
            self.marks = Marks(*self._kept.views())
