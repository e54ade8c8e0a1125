"""All that is known of a run, kept up to date from blocks of records and facts: what a Frame is made of."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.analysis.columns import Array
from engine.analysis.forks import ForkBuilder
from engine.analysis.hidden_holders import HiddenHolders
from engine.analysis.holders import HolderBuilder
from engine.analysis.lanes import LaneMaker, MarkBuilder
from engine.analysis.measurement import CpuBuilder, PartBuilder
from engine.analysis.merge import OWN, Merger
from engine.analysis.output import Output
from engine.analysis.questions import QuestionBuilder
from engine.analysis.record_semantics import (
    IS_DIED,
    IS_GLANCE,
    IS_INPUT,
    IS_KNOWN,
    IS_OUTPUT,
    IS_RARE,
    IS_SELDOM,
    IS_TICK,
)
from engine.analysis.room import LEAST_FACTS, MOST_FACT_BYTES, MOST_FACTS, affordable, affordable_facts, memory
from engine.analysis.run_facts import RunFacts
from engine.analysis.spans import SpanBuilder
from engine.analysis.tasks import TaskBuilder
from engine.analysis.thread_lifecycle import FOREVER
from engine.analysis.trace import Records, Trace, records_of, words_of
from engine.analysis.values import DepthBuilder, FlipBuilder, ValueBuilder
from engine.analysis.watched import WatchBuilder
from engine.frame import Finding, Holders, Lane, Part, Recording, Result, Series
from engine.protocol.messages import (
    ExceptionFact,
    Fact,
    FarewellFact,
    FrozenFact,
    Lost,
    LostFact,
    OutcomeFact,
    ProcessEndFact,
)
from engine.protocol.records import AWAY, BLOCK_AWAY, BLOCK_FACTS, BLOCK_RECORDS
from engine.protocol.still_facts import StillFact
from engine.protocol.units import SECOND

MOST_ROWS = 10_000  # locks that are shown with their holders
MOST_OVERHEARD = 8_000_000  # characters, as many as a stage sends of what is printed through it
# what is taken of a run that has told too much: how it ends, and what somebody waits for
ENDINGS = (OutcomeFact, FarewellFact, ExceptionFact, LostFact, FrozenFact, StillFact, ProcessEndFact)


class RunModel:
    """Takes in what a stage sends and hands out the parts of a Frame; each part is a new object only when it changed.

    `watch` is the shared value that is looked at, `counted_by` the lock of which each release is one update of it,
    `start_switches` what the presenter had switched before the run, `cap` how many records are kept: without
    it, as many as this machine's memory affords.
    """

    def __init__(
        self,
        watch: str = "",
        counted_by: str = "",
        start_switches: Mapping[str, bool] | None = None,
        cap: int | None = None,
    ) -> None:
        self.run_facts = RunFacts()
        self.off = frozenset(name for name, on in (start_switches or {}).items() if not on)
        self.texts: Mapping[str, str] = {}  # files of the program as they run, by name: "" is its own
        self.trace = Trace()
        self.facts: list[Fact] = []
        self.arrivals: list[int] = []  # how many records were there when each of them came
        self.overheard: list[tuple[int, str]] = []  # the same of what was printed past the program's streams
        self._overheard = 0  # characters of that
        self.fact_bytes = 0  # in which facts came
        self.broken = 0  # blocks, records and facts that made no sense
        self._merger = Merger()
        self._cap = cap
        self._most_facts: int | None = None  # that are kept, once there are so many that it matters
        self._cut = 0  # records beyond the cap
        self.last = 0  # nanoseconds: the last program time that is known
        self.acts = 0  # batches in which threads did something
        self.over = False  # nothing more will come
        self.watch = watch
        self.spans = SpanBuilder(lambda lane: self.run_facts.thread(lane).daemon)
        self.locks = HolderBuilder()
        self.forks = ForkBuilder()
        self.values = ValueBuilder(watch, counted_by)
        self._flips = FlipBuilder(start_switches or {}, counted_by)
        self._depths = DepthBuilder()
        self._watched = WatchBuilder()
        self._parts = PartBuilder()
        self.pools = TaskBuilder(self.run_facts.tasks, self.run_facts.pools, self.run_facts.groups)
        self._tasks = self.pools.tasks
        self._marks = MarkBuilder()
        self.output = Output()
        self._questions = QuestionBuilder()
        self._lanes = LaneMaker()
        self._cpu = CpuBuilder(lambda lane: self.spans.life(lane).began)
        self._holders: dict[int, Holders] = {}
        self._hidden_holders = HiddenHolders()
        self._shown_holders: tuple[Holders, ...] = ()
        self.held_back = 0.0  # seconds that threads waited to report, added up

    # what comes in

    def settle(self) -> bool:
        """Takes in what was held and can be put in order by now; whether that was anything."""
        if not self._merger.holds:
            return False
        ready = self._merger.ready()
        self.feed(ready)
        return len(ready) > 0

    def feed_block(self, kind: int, payload: bytes | memoryview) -> None:
        """Takes in one block of the wire. What makes no sense is counted in `broken`; nothing is raised.

        Where there are other processes its records are held: `settle` takes them in, once for many blocks.
        """
        if kind == BLOCK_RECORDS:
            records, rest = records_of(payload)
            self.broken += rest > 0
            if self._merger.alone(OWN):
                self.feed(records)
            else:
                self._merger.hold(OWN, records)
        elif kind == BLOCK_AWAY:
            for inner in self._merger.unwrap(bytes(payload)):
                known = len(self.facts)
                self.feed_block(BLOCK_FACTS, inner)
                self.forks.note(AWAY.unpack_from(payload)[0], self.facts[known:])
        elif kind == BLOCK_FACTS:
            self.fact_bytes += len(payload)
            before = self.run_facts.garbage
            facts = self.run_facts.read(bytes(payload))
            self.broken += self.run_facts.garbage - before
            self.note(facts)
        else:
            self.broken += 1

    def note(self, facts: Iterable[Fact]) -> None:
        """Takes in facts; of a run that has told more than this machine keeps, only how it ends."""
        facts = list(facts)
        if len(self.facts) >= LEAST_FACTS and self._most_facts is None:
            self._most_facts = affordable_facts(memory())
        if self.fact_bytes > MOST_FACT_BYTES or len(self.facts) >= (self._most_facts or MOST_FACTS):
            self._cut += sum(not isinstance(fact, ENDINGS) for fact in facts)
            facts = [fact for fact in facts if isinstance(fact, ENDINGS)]
            self.run_facts.note(facts)
            facts = [fact for fact in facts if isinstance(fact, (OutcomeFact, FarewellFact))]
        else:
            self.run_facts.note(facts)
        self.facts += facts
        self.arrivals += [len(self.trace)] * len(facts)

    def feed(self, records: Records) -> None:
        """Takes in records, an array of trace.DTYPE, in the order in which they happened."""
        records, word = self._sound(records)
        if not len(records):
            return
        self.trace.append(records)
        before = self.spans.feed(records)
        self.locks.feed(records, before)
        self._cpu.feed(records, word)
        self._depths.feed(records, word, self.run_facts)
        if self.run_facts.watches:
            self._watched.feed(records, word, self.run_facts)
        self._feed_values(records, word)
        if IS_SELDOM[word].any():
            self._parts.feed(records, word)
            self.forks.feed(records, word)
            self.pools.feed(records, word)
            self._tasks = self.pools.tasks
            self._marks.feed(records, word)
        if self._parts.begun or not self._parts.cpu_known:
            self._parts.credit(self._cpu.risen, self.run_facts)
        if IS_INPUT[word].any():
            self._questions.feed(records, word, self.run_facts)
        prints = np.flatnonzero(IS_OUTPUT[word])
        if len(prints):
            self.output.feed(records, prints, self.run_facts)
        for row in np.flatnonzero(IS_DIED[word]).tolist():
            self._lanes.note_death(*(int(records[name][row]) for name in ("thread", "value", "place")))
        ticks = np.flatnonzero(IS_TICK[word])
        if len(ticks):
            held_back = int(records["value"][ticks].max()) / SECOND
            self.held_back = max(self.held_back, held_back)  # each process has its own
        self.acts += not IS_GLANCE[word].all()

    def _sound(self, records: Records) -> tuple[Records, Array]:
        """The records that mean something and fit below the cap, and flags << 8 | kind of each."""
        word = words_of(records)
        time = records["time"]
        keep = IS_KNOWN[word] & (time >= 0) & (time < FOREVER)
        self.broken += len(keep) - int(np.count_nonzero(keep))
        self.last = max(self.last, int(np.max(time, where=keep, initial=0)))
        if self._cap is None:
            self._cap = affordable(memory())
        room = max(0, self._cap - len(self.trace))
        if len(keep) > room:
            beyond = keep[room:] & ~IS_RARE[word[room:]]
            self._cut += int(np.count_nonzero(beyond))
            keep[room:] &= IS_RARE[word[room:]]
        return (records, word) if keep.all() else (records[keep], word[keep])

    def _feed_values(self, records: Records, word: Array) -> None:
        """Fed up to each flip, so that the numbers at the flip are those before it."""
        done = 0
        for row, name, on in self._flips.flipping(records, word, self.run_facts):
            self.values.feed(records[done:row], word[done:row], self.run_facts)
            self._flips.add(int(records["time"][row]), name, on, self.values.tally)
            done = row
        self.values.feed(records[done:], word[done:], self.run_facts)

    def overhear(self, text: str) -> None:
        """Takes in what C code or a child process printed: nobody knows which thread, nor just when."""
        room = MOST_OVERHEARD - self._overheard
        self.output.left_out += len(text) > room
        self._overheard += min(len(text), room)
        if room > 0:
            self.overheard.append((len(self.trace), text[:room]))
            self.output.overhear(text[:room], self.now)

    def break_off(self) -> None:
        """From here on nothing that comes is believed, and how it ended has to be told by somebody else."""
        self.run_facts.outcome = self.run_facts.still = None

    def left_out(self, count: int) -> None:
        """So many records came and are not kept."""
        self._cut += count

    def end(self, *, whole: bool = True) -> None:
        """The run has ended: nothing more will come. Not `whole`: its threads have gone on, and nobody knows how."""
        self._questions.end()
        if whole:
            self.feed(self._merger.end())
            self.over = True

    # what a frame shows

    def recording(self, intervals: Series | None = None, parts: tuple[Part, ...] = (), backlog: int = 0) -> Recording:
        """All that was reported so far; each part stays the same object as long as nothing in it changed.

        The window adds what it knows: see `Recording`. Its `parts` stand in place of the run's own.
        """
        return Recording(
            lanes=self.lanes(),
            holders=self.holders(),
            things=self.run_facts.things,
            files=self.run_facts.files,
            tasks=self._tasks,
            hidden=self.run_facts.hidden_waits,
            marks=self._marks.marks,
            losses=self.values.losses,
            value=self.values.series,
            watched=self._watched.series(self.run_facts) if self.run_facts.watches else (),
            watches=self._watched.told(self.run_facts) if self.run_facts.watches else (),
            depths=self._depths.series(self.run_facts),
            intervals=intervals,
            parts=parts or self._parts.parts(self.run_facts),
            flips=self._flips.flips,
            periods=self._flips.periods(self.now, self.values.tally, self.values.losses),
            output=self.output.lines,
            output_left_out=self.output.left_out,
            questions=self._questions.questions,
            records=len(self.trace),
            dropped=self.dropped,
            held_back=self.held_back,
            backlog=backlog,
        )

    def lanes(self) -> tuple[Lane, ...]:
        """One lane for each thread seen, by id."""
        return self._lanes.update(self.spans, self.run_facts, self._cpu)

    def holders(self) -> tuple[Holders, ...]:
        """One row for each lock that was held, by id; below them those of libraries, as far as they are known."""
        changed, before = self.locks.changed, self._hidden_holders.shown
        hidden = self._hidden_holders.rows(self.run_facts.hidden_waits, self.run_facts.thing_name)
        for thing in changed:
            if thing not in self._holders and len(self._holders) >= MOST_ROWS:
                continue
            starts, threads = self.locks.locks[thing].steps.views()
            self._holders[thing] = Holders(thing, self.run_facts.thing_name(thing), starts, threads)
        if changed or hidden is not before:
            changed.clear()
            self._shown_holders = (*(self._holders[thing] for thing in sorted(self._holders)), *hidden)
        return self._shown_holders

    @property
    def now(self) -> float:
        """The last program time that is known, seconds."""
        return self.last / SECOND

    @property
    def dropped(self) -> int:
        """How many records were not kept, here or by the stage."""
        return self._cut + self.run_facts.lost.get(Lost.RECORDS, 0)

    @property
    def whole(self) -> bool:
        """Whether nothing was left out; else nobody can say who holds what."""
        return not self.dropped

    # what a headless run says

    def result(self, findings: tuple[Finding, ...]) -> Result:
        """What came of the run so far."""
        came, lacking = self.run_facts.outcome, self.run_facts.unknown
        if came is None:
            return Result(findings, unknown=lacking)
        return Result(findings, came.expected, came.found, came.right, lacking)

    def summary(self) -> dict[str, Any]:
        """Parts, tasks and numbers of records for JSON. Times are seconds."""
        return {
            "parts": [
                {**asdict(part), "seconds": part.seconds, "cores": part.cores}
                for part in self._parts.parts(self.run_facts)
            ],
            "tasks": self.pools.summary(),
            "records": len(self.trace),
            "dropped": self.dropped,
        }
