"""What the facts of a run say: threads, things, files, texts, exceptions. Garbage is counted, never raised."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from engine.frame import Interpreter, LaneKind, Thing

FILE_SHIFT = 20  # place = file << 20 | line
LINE_MASK = (1 << FILE_SHIFT) - 1
PROGRAM = 1  # id of the program's own file
TEXT_COUNT = 200_000  # texts that are kept, as many as a stage sends
UNKNOWN_COUNT = 20  # expressions without a value that are told


@dataclass(frozen=True)
class ThreadNote:
    """What a thread is called."""

    name: str
    daemon: bool
    process: str = ""
    kind: str = "thread"


@dataclass(frozen=True)
class PartNote:
    """What the stage says of a part of the run: see `engine.frame.Part`."""

    name: str
    group: str
    speed: float  # of program time when it began
    limit: float | None
    value: float | None
    error: str


@dataclass(frozen=True)
class ExceptionNote:
    """The exception that ended a thread."""

    type: str
    message: str
    place: int
    traceback: str
    after: int = 0  # the lane that the same exception ended before: it was raised again here

    @property
    def title(self) -> str:
        """Such as "ValueError: no"."""
        return f"{self.type}: {self.message}" if self.message else self.type


def line_of(place: int) -> int:
    """The line of a place in the program's own file; 0 for other files and for nowhere."""
    return place & LINE_MASK if place >> FILE_SHIFT == PROGRAM else 0


class RunFacts:
    """Tables made of facts. `version` counts the facts that changed one; `garbage` those that made no sense."""

    def __init__(self) -> None:
        self.threads: dict[int, ThreadNote] = {}
        self.sizes: dict[int, int] = {}  # of queues
        self.switches: list[int] = []  # things that can be switched, as they were made
        self.files: dict[int, str] = {}
        self.texts: dict[int, tuple[str, bool]] = {}  # and whether it went to stderr
        self.deaths: dict[int, ExceptionNote] = {}
        self.lost: dict[str, int] = {}
        self.interpreter: Interpreter | None = None
        self.farewell: tuple[str, int] | None = None  # why the program ended its own process, and the line
        self.frozen = 0  # the number of the last pause that the stage answered to
        self.outcome: Mapping[str, Any] | None = None
        self.parts: dict[int, PartNote] = {}
        self.plan: float | None = None  # seconds of program time that the run will take
        self.tasks: dict[int, str] = {}  # what a task is called
        self.pools: dict[int, str] = {}  # task -> its pool, where that is known
        self.missing: dict[str, int] = {}  # a module that is not installed -> where it was imported first
        self.unknown: tuple[str, ...] = ()  # expressions of the scenario that have no value, and why
        self.others: list[Mapping[str, Any]] = []  # facts this book has no table for
        self.version = 0
        self.garbage = 0
        self.touched: set[int] = set()  # threads of which facts came; whoever reads it empties it
        self._things: dict[int, Thing] = {}
        self._named: dict[str, frozenset[int]] = {}
        self._shown: Mapping[int, Thing] = MappingProxyType({})

    def note(self, facts: Iterable[object]) -> None:
        """Takes in facts; of one thing the later fact counts."""
        for fact in facts:
            try:
                self._take(fact)
            except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
                self.garbage += 1

    def _take(self, fact: object) -> None:
        if not isinstance(fact, dict) or not isinstance(fact["fact"], str):
            raise TypeError("a fact is an object with a name")
        taker = _TAKERS.get(fact["fact"])
        if taker is None:
            self.others.append(fact)
            return
        taker(self, fact)
        self.version += 1

    @property
    def program_path(self) -> str:
        """The program's own file, "" when the stage did not say."""
        return self.files.get(PROGRAM, "")

    @property
    def things(self) -> Mapping[int, Thing]:
        """All things by id: the same mapping as long as nothing was added."""
        if len(self._shown) != len(self._things):
            self._shown = MappingProxyType(dict(self._things))
        return self._shown

    def thread_name(self, thread: int) -> str:
        """What a thread is called, also one that no fact named."""
        note = self.threads.get(thread)
        return note.name if note is not None else f"Thread {thread}"

    def thing_name(self, thing: int) -> str:
        """What a thing is called, also one that no fact named."""
        found = self._things.get(thing)
        return found.name if found is not None else f"object {thing}"

    def task_name(self, task: int) -> str:
        """What a task is called, also one that no fact named."""
        return self.tasks.get(task, f"task {task}")

    def is_daemon(self, thread: int) -> bool:
        """Whether the end of the program waits for it no more."""
        note = self.threads.get(thread)
        return note is not None and note.daemon

    def lane_kind(self, thread: int) -> LaneKind:
        """What a lane stands for."""
        note = self.threads.get(thread)
        return LaneKind(note.kind) if note is not None else LaneKind.THREAD

    def process_of(self, thread: int) -> str:
        """The name of the process it runs in, "" for the program's own."""
        note = self.threads.get(thread)
        return note.process if note is not None else ""

    def named(self, name: str) -> frozenset[int]:
        """Ids of the things of this name."""
        if name not in self._named:
            self._named[name] = frozenset(number for number, thing in self._things.items() if thing.name == name)
        return self._named[name]


def _take_hello(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.interpreter = Interpreter(
        str(fact.get("executable", "")),
        str(fact["python"]),
        str(fact.get("implementation", "CPython")),
        bool(fact.get("gil", True)),
        int(fact.get("cores", 0)),
        float(fact.get("switch_interval", 0.0)),
    )


def _take_frozen(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.frozen = int(fact.get("number", 1))


def _take_farewell(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.farewell = (str(fact["text"]), line_of(int(fact.get("place", 0))))


def _take_file(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.files[int(fact["id"])] = str(fact["path"])


def _take_thread(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    LaneKind(fact.get("kind", "thread"))  # garbage is refused here
    run_facts.touched.add(int(fact["id"]))
    run_facts.threads[int(fact["id"])] = ThreadNote(
        str(fact["name"]),
        bool(fact.get("daemon", False)),
        str(fact.get("process", "")),
        str(fact.get("kind", "thread")),
    )


def _take_thing(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    number = int(fact["id"])
    place, size = int(fact.get("place", 0)), int(fact.get("size", 0))
    run_facts._things[number] = Thing(number, str(fact["type"]), str(fact["name"]), line_of(place))
    run_facts._shown = MappingProxyType({})
    run_facts._named.clear()
    run_facts.sizes[number] = size
    if fact.get("switch"):
        run_facts.switches.append(number)


def _take_text(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    if len(run_facts.texts) >= TEXT_COUNT:
        run_facts.lost["texts"] = run_facts.lost.get("texts", 0) + 1
        return
    run_facts.texts[int(fact["id"])] = (str(fact["text"]), bool(fact.get("error", False)))


def _take_death(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.touched.add(int(fact["thread"]))
    run_facts.deaths[int(fact["thread"])] = ExceptionNote(
        str(fact["type"]),
        str(fact.get("message", "")),
        int(fact.get("place", 0)),
        str(fact.get("traceback", "")),
        int(fact.get("after", 0)),
    )


def _take_lost(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    what, count = str(fact["what"]), int(fact["count"])
    run_facts.lost[what] = max(count, run_facts.lost.get(what, 0))  # a stage says each time how many so far


def _take_outcome(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.outcome = dict(fact)


def _take_task(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    number = int(fact["id"])
    run_facts.tasks[number] = str(fact["name"])
    if fact.get("pool"):
        run_facts.pools[number] = str(fact["pool"])


def _take_part(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.parts[int(fact["id"])] = PartNote(
        str(fact["name"]),
        str(fact.get("group", "")),
        float(fact.get("speed", 1.0)),
        _number(fact.get("limit")),
        _number(fact.get("value")),
        str(fact.get("error", "")),
    )


def _take_plan(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.plan = _number(fact["seconds"])


def _take_missing(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    run_facts.missing.setdefault(str(fact["module"]), int(fact.get("place", 0)))


def _take_unknown(run_facts: RunFacts, fact: Mapping[str, Any]) -> None:
    if len(run_facts.unknown) < UNKNOWN_COUNT:
        run_facts.unknown += (str(fact["text"]),)


def _number(value: object) -> float | None:
    """A finite number, or None for None. Raises TypeError or ValueError for anything else."""
    if value is None:
        return None
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number to reckon with")
    return float(value)


_TAKERS: Mapping[str, Callable[[RunFacts, Mapping[str, Any]], None]] = {
    "hello": _take_hello,
    "frozen": _take_frozen,
    "farewell": _take_farewell,
    "file": _take_file,
    "thread": _take_thread,
    "thing": _take_thing,
    "text": _take_text,
    "exception": _take_death,
    "lost": _take_lost,
    "outcome": _take_outcome,
    "task": _take_task,
    "part": _take_part,
    "plan": _take_plan,
    "missing": _take_missing,
    "unknown": _take_unknown,
}
