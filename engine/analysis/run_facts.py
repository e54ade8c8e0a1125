"""What the facts of a run say: threads, things, files, texts, exceptions. Garbage is counted, never raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TypedDict

from engine.frame import Interpreter, Thing
from engine.protocol import messages
from engine.protocol.hidden_wait import HiddenWaitFact
from engine.protocol.late_message import LateMessageFact
from engine.protocol.loop_messages import LoopBlockedFact, LoopFact, LoopSelfWaitFact, LoopStrayFact, TaskCutFact
from engine.protocol.messages import FACTS, Fact, Lost, ThreadFact
from engine.protocol.mistakes import MistakeFact, WriteFact
from engine.protocol.modules import name_beside
from engine.protocol.part_facts import PartFact, PlanFact
from engine.protocol.places import LAST_FILE, PROGRAM, file_in, line_in_file, line_of
from engine.protocol.pool_facts import ExitFact, PoolThreadFact
from engine.protocol.process_facts import (
    ManagerCopyFact,
    NotStartedFact,
    OwnCopyFact,
    ParentNamesFact,
    ProcessFact,
    SharedThingFact,
    SharedValueFact,
)
from engine.protocol.shown_name import shown_name
from engine.protocol.still_facts import StillFact

TEXT_COUNT = 200_000  # texts that are kept, as many as a stage sends
MISTAKE_COUNT = 1_000
CAUGHT_COUNT = 2_000  # exceptions that ended no thread
HIDDEN_COUNT = 2_000  # waits for hidden locks
TOLD_COUNT = 50  # modules that imports did not find
FLAW_COUNT = 2_000  # of event loops, of processes, of threads of pools
PART_COUNT, WATCH_COUNT, WRITE_COUNT = 2_000, 1_000, 100_000
UNKNOWN_COUNT = 20  # expressions without a value that are told


class Spot(TypedDict):
    """A line of the program as a finding has it: 0 is unknown; `file` is called as `name_beside` says."""

    line: int
    file: str


NOWHERE = Spot(line=0, file="")


class RunFacts:
    """Tables made of facts; of one thing the later fact counts."""

    def __init__(self) -> None:
        self.threads: dict[int, ThreadFact] = {}
        self.sizes: dict[int, int] = {}  # of queues; of barriers and semaphores how many they are made for
        self.switches: list[int] = []  # things that can be switched, as they were made
        self.program_path = ""  # the program's own file; "" when the stage did not say
        self.files: Mapping[int, str] = MappingProxyType({PROGRAM: ""})  # id -> its name; another one with each file
        self.paths: dict[str, str] = {}  # name -> where it lies
        self._shared: set[int] = set()  # ids that stand for several files: nobody knows for which
        self.texts: dict[int, messages.TextFact] = {}
        self.deaths: dict[int, messages.ExceptionFact] = {}  # of threads
        self.caught: list[messages.CaughtFact] = []  # as they came
        self.hidden: dict[tuple[int, int], HiddenWaitFact] = {}  # by lane and since when
        self.hidden_waits: tuple[HiddenWaitFact, ...] = ()  # the same, another one with each change
        self.late_messages: list[LateMessageFact] = []  # as they came
        self.mistakes: list[MistakeFact] = []  # as they came
        self.writes: dict[int, int] = {}  # place that gives a lock back -> that which wrote the watched value before
        self.process_ends: dict[int, messages.ProcessEndFact] = {}  # by the lane of the process
        self.exits: list[ExitFact] = []  # as they came
        self.pool_threads: list[PoolThreadFact] = []  # that died, as they came
        self.lost: dict[Lost, int] = {}
        self.interpreter: Interpreter | None = None
        self.farewell: messages.FarewellFact | None = None  # how the program ended its own process
        self.frozen = 0  # the number of the last pause that the stage answered to
        self.outcome: messages.OutcomeFact | None = None
        self.parts: dict[int, PartFact] = {}
        self.still: StillFact | None = None  # nothing moves now, and this is why
        self.tells_stillness = False  # the stage looks, and would say so
        self.plan: float | None = None  # seconds of program time that the run will take
        self.tasks: dict[int, str] = {}  # what a task is called
        self.pools: dict[int, str] = {}  # task -> its pool, where that is known
        self.groups: dict[int, int] = {}  # task of a pool of multiprocessing -> as which its result is waited for
        self.told: list[messages.FindingFact] = []  # as they came
        self.loops: list[LoopFact] = []  # what was wrong with event loops, as it came
        self.shared_things: set[int] = set()  # things that are the same in every process
        self.processes: list[ProcessFact] = []  # of those that did not start, and what they do not share, as it came
        self.unknown: tuple[messages.UnknownFact, ...] = ()  # expressions of the scenario that have no value, and why
        self.watches: dict[int, messages.WatchFact] = {}  # what is watched, and why it has no value
        self.garbage = 0  # facts that made no sense
        self.touched: set[int] = set()  # threads of which facts came; whoever reads it empties it
        self._things: dict[int, Thing] = {}
        self._named: dict[str, list[int]] = {}
        self._shown: Mapping[int, Thing] = MappingProxyType({})

    def read(self, payload: bytes) -> list[Fact]:
        """The facts of a block, which are still to be noted. What makes no sense is counted; nothing is raised."""
        unpacked = FACTS.unpack(payload)
        self.garbage += unpacked.garbage
        return unpacked.messages

    def note(self, facts: Iterable[Fact]) -> None:
        """Takes in facts."""
        for fact in facts:
            self._take(fact)

    def _take(self, fact: Fact) -> None:  # noqa: PLR0912, PLR0915  # one case for each kind of fact
        match fact:
            case messages.TextFact():
                self._take_text(fact)
            case messages.ThingFact():
                self._take_thing(fact)
            case ThreadFact():
                name, process = shown_name(fact.name), shown_name(fact.process)
                if (name, process) != (fact.name, fact.process):
                    fact = replace(fact, name=name, process=process)
                before = self.threads.get(fact.id)
                if before is not None and before.calls and not fact.calls:  # it has another name now
                    fact = replace(fact, calls=before.calls)
                self.threads[fact.id] = fact
                self.touched.add(fact.id)
            case messages.TaskFact():
                self.tasks[fact.id] = shown_name(fact.name)
                if fact.pool:
                    self.pools[fact.id] = fact.pool
                if fact.group:
                    self.groups[fact.id] = fact.group
            case messages.FileFact():
                self._take_file(fact)
            case messages.ExceptionFact():
                self.deaths[fact.thread] = fact
                self.touched.add(fact.thread)
            case messages.CaughtFact():
                if len(self.caught) < CAUGHT_COUNT:
                    self.caught.append(fact)
            case MistakeFact():
                if len(self.mistakes) < MISTAKE_COUNT:
                    self.mistakes.append(fact)
            case LateMessageFact():
                if len(self.late_messages) < MISTAKE_COUNT:
                    self.late_messages.append(fact)
            case WriteFact():
                if len(self.writes) < WRITE_COUNT:
                    self.writes[fact.place] = fact.write
            case messages.ProcessEndFact():
                self.process_ends[fact.thread] = fact
                self.touched.add(fact.thread)
            case ExitFact():
                if len(self.exits) < CAUGHT_COUNT:
                    self.exits.append(fact)
            case HiddenWaitFact():
                if len(self.hidden) < HIDDEN_COUNT or (fact.thread, fact.since) in self.hidden:
                    self.hidden[fact.thread, fact.since] = fact
                    self.hidden_waits = tuple(self.hidden.values())
            case PoolThreadFact():
                if len(self.pool_threads) < FLAW_COUNT:
                    self.pool_threads.append(fact)
            case PartFact():
                if fact.id in self.parts or len(self.parts) < PART_COUNT:
                    self.parts[fact.id] = fact
            case messages.LostFact():  # a stage says each time how many so far
                self.lost[fact.what] = max(fact.count, self.lost.get(fact.what, 0))
            case messages.HelloFact():
                self.interpreter = Interpreter(
                    fact.executable, fact.python, fact.implementation, fact.gil, fact.cores, fact.switch_interval
                )
            case PlanFact():
                self.plan = fact.seconds
            case messages.UnknownFact():
                if len(self.unknown) < UNKNOWN_COUNT:
                    self.unknown += (fact,)
            case messages.FarewellFact():
                self.farewell = fact
            case messages.FrozenFact():
                self.frozen = fact.number
            case messages.WatchFact():
                if fact.id in self.watches or len(self.watches) < WATCH_COUNT:
                    self.watches[fact.id] = fact
            case StillFact():
                self.still, self.tells_stillness = fact if fact.threads else None, True
            case messages.OutcomeFact():
                self.outcome, self.still = fact, None
            case LoopBlockedFact() | LoopStrayFact() | LoopSelfWaitFact() | TaskCutFact():
                if len(self.loops) < FLAW_COUNT:
                    self.loops.append(fact)
            case SharedThingFact():
                self.shared_things.add(fact.thing)
            case NotStartedFact() | OwnCopyFact() | ParentNamesFact() | ManagerCopyFact() | SharedValueFact():
                if len(self.processes) < FLAW_COUNT:
                    self.processes.append(fact)
            case _:
                if len(self.told) < TOLD_COUNT and fact not in self.told:  # each process may say the same
                    self.told.append(fact)

    def _take_file(self, fact: messages.FileFact) -> None:
        if fact.id == PROGRAM:
            self.program_path = fact.path
        elif fact.id <= LAST_FILE and fact.id not in self._shared:
            name, known = name_beside(fact.path, self.program_path), dict(self.files)
            self.paths[name] = fact.path
            if known.setdefault(fact.id, name) != name:  # a process that reads very many files has one id for the last
                self._shared.add(fact.id)
                del known[fact.id]
            self.files = MappingProxyType(known)

    def where(self, place: int) -> Spot:
        """The file and the line of a place."""
        file, line = self.files.get(file_in(place)), line_in_file(place)
        return Spot(line=line, file=file) if line and file is not None else NOWHERE

    def _take_text(self, fact: messages.TextFact) -> None:
        if len(self.texts) < TEXT_COUNT:
            self.texts[fact.id] = fact
        else:
            self.lost[Lost.TEXTS] = self.lost.get(Lost.TEXTS, 0) + 1

    def _take_thing(self, fact: messages.ThingFact) -> None:
        self._things[fact.id] = Thing(fact.id, fact.type, fact.name, line_of(fact.place))
        self._shown = MappingProxyType({})
        self._named.clear()
        self.sizes[fact.id] = fact.size
        if fact.switch:
            self.switches.append(fact.id)

    @property
    def things(self) -> Mapping[int, Thing]:
        """All things by id: the same mapping as long as nothing was added."""
        if len(self._shown) != len(self._things):
            self._shown = MappingProxyType(dict(self._things))
        return self._shown

    def thread(self, thread: int) -> ThreadFact:
        """What is known of a thread; of one that no fact named, that it is no daemon in the program's own process."""
        return self.threads.get(thread) or ThreadFact(thread, f"Thread {thread}")

    def thread_name(self, thread: int) -> str:
        """What a thread is called, also one that no fact named."""
        return self.thread(thread).name

    def death(self, thread: int) -> messages.ExceptionFact | None:
        """What ended a thread; its message has names in place of numbers of threads."""
        found = self.deaths.get(thread)
        if found is None or found.message is None or not found.idents:
            return found
        return replace(found, message=self.with_names(found.message, found.idents))

    def with_names(self, message: str, idents: Mapping[str, int]) -> str:
        """A message of Python with names in place of numbers of threads."""
        for ident, lane in idents.items():
            message = message.replace(ident, self.thread_name(lane))
        return message

    def thing_name(self, thing: int) -> str:
        """What a thing is called, also one that no fact named."""
        found = self._things.get(thing)
        return found.name if found is not None else f"object {thing}"

    def task_name(self, task: int) -> str:
        """What a task is called, also one that no fact named."""
        return self.tasks.get(task, f"task {task}")

    def named(self, name: str) -> list[int]:
        """Ids of the things of this name."""
        if name not in self._named:
            self._named[name] = [number for number, thing in self._things.items() if thing.name == name]
        return self._named[name]
