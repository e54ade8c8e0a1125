"""What a stage sends is checked before it is believed: the first thing that cannot be ends it."""

import dataclasses
import json
import random
import struct
import time

import pytest

from engine.analysis.room import MOST_FACT_BYTES
from engine.analysis.run_model import RunModel
from engine.analysis.stream_check import OWN, StreamCheck
from engine.findings.detector import Detector
from engine.hosting.pipe_reader import Block, BlockReader
from engine.protocol.loop_messages import TaskCutFact
from engine.protocol.messages import (
    FACTS,
    CaughtFact,
    Ending,
    Fact,
    HelloFact,
    LaneKind,
    MissingFact,
    OutcomeFact,
    TextFact,
    ThingFact,
    ThreadFact,
    WatchFact,
)
from engine.protocol.mistakes import WriteFact
from engine.protocol.part_facts import PartFact
from engine.protocol.process_facts import SharedThingFact
from engine.protocol.records import (
    AWAY,
    AWAY_BLOCKS,
    AWAY_OPENS,
    BLOCK,
    BLOCK_AWAY,
    BLOCK_FACTS,
    BLOCK_PRIVATE,
    BLOCK_RECORDS,
    MOST,
    RECORD,
    UNKNOWN_VALUE,
    Flag,
    Kind,
    what,
)
from engine.protocol.units import SECOND
from engine.session.intake import Intake

LATEST = 10 * SECOND


def record(kind: int = Kind.PRINT, time: int = SECOND, flags: int = 0, thread: int = 1, value: int = 1) -> bytes:
    return RECORD.pack(time, value, 0, 0, what(kind, flags) | thread)


def facts(*found: Fact) -> Block:
    return BLOCK_FACTS, FACTS.pack(found)


def away(number: int, *blocks: Block, how: int = AWAY_BLOCKS) -> Block:
    inner = b"".join(BLOCK.pack(kind, len(payload)) + payload for kind, payload in blocks)
    return BLOCK_AWAY, AWAY.pack(number, how) + inner


def taken(*blocks: Block) -> tuple[RunModel, Intake]:
    """A model that was given these, and what gave them."""
    model = RunModel(cap=100_000)
    intake = Intake(model, lambda: LATEST, 60_000)
    intake.put(list(blocks))
    while not intake.idle:
        intake.work(1.0)
    return model, intake


SOUND = [
    facts(HelloFact("3.12.1"), ThreadFact(1, "MainThread")),
    (BLOCK_RECORDS, record(Kind.THREAD_RUNNING) + record()),
    facts(TextFact(2**40, "\x00\ufffd" * 9, error=True)),
    (BLOCK_RECORDS, record(Kind.TICK, LATEST, value=UNKNOWN_VALUE)),
    away(1, how=AWAY_OPENS),
    away(1, facts(ThreadFact(7, "Process-1", kind=LaneKind.PROCESS)), (BLOCK_RECORDS, record(thread=7))),
    (BLOCK_RECORDS, record(Kind.RESULT_GAVE_UP, flags=sum(Flag), thread=0xFFFF)),
    facts(OutcomeFact(Ending.FINISHED, found=0.5)),
]
IMPOSSIBLE: dict[str, Block] = {
    "a kind of record that there is not": (BLOCK_RECORDS, record(kind=255)),
    "flags that there are not": (BLOCK_RECORDS, record(flags=64)),
    "a time before the run": (BLOCK_RECORDS, record(time=-1)),
    "a time that is still to come": (BLOCK_RECORDS, record(time=3600 * SECOND)),
    "a part of a record": (BLOCK_RECORDS, record()[:-1]),
    "no JSON": (BLOCK_FACTS, b'[{"fact": "outcome"'),
    "no list": (BLOCK_FACTS, b'{"fact": "outcome", "ended": "finished"}'),
    "nothing": (BLOCK_FACTS, b"[]"),
    "bytes that are no text": (BLOCK_FACTS, b"\xff\xfe\xfa"),
    "a number of a million digits": (BLOCK_FACTS, b'[{"fact": "plan", "seconds": ' + b"9" * 1_000_000 + b"}]"),
    "depth without end": (BLOCK_FACTS, b"[" * 60_000),
    "an end that there is not": (BLOCK_FACTS, b'[{"fact": "outcome", "ended": "bogus"}]'),
    "no number": (BLOCK_FACTS, b'[{"fact": "plan", "seconds": NaN}]'),
    "infinity": (BLOCK_FACTS, b'[{"fact": "outcome", "ended": "finished", "found": Infinity}]'),
    "an id beyond its bits": (BLOCK_FACTS, b'[{"fact": "thread", "id": 65536, "name": "x"}]'),
    "a fact that there is not": (BLOCK_FACTS, b'[{"fact": "forged"}]'),
    "what is no fact": (BLOCK_FACTS, b"[7]"),
    "two ends": facts(OutcomeFact(Ending.FINISHED), OutcomeFact(Ending.DIED)),
    "a second greeting": facts(HelloFact("2.7")),
    "a process without a number": away(0, how=AWAY_OPENS),
    "more processes than there can be": away(4096, how=AWAY_OPENS),
    "half a header of a process": (BLOCK_AWAY, b"\x01"),
}


def test_that_what_a_stage_sends_is_taken_as_it_is() -> None:
    model, intake = taken(*SOUND)
    model.end()
    assert (intake.broken, intake.broken_process) == (None, "")
    assert (model.recording().records, len(model.facts), model.broken) == (5, 5, 0)
    assert model.run_facts.outcome is not None


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_that_what_cannot_be_ends_it_and_nothing_after_it_is_believed(name: str) -> None:
    after = [(BLOCK_RECORDS, record() * 3), facts(ThreadFact(9, "late"), OutcomeFact(Ending.FINISHED))]
    model, intake = taken(*SOUND[:4], IMPOSSIBLE[name], *after)
    assert intake.broken is not None
    assert model.recording().records == 3
    assert "late" not in {one.name for one in model.run_facts.threads.values()}
    assert {type(fact) for fact in model.facts} <= {HelloFact, ThreadFact, TextFact, OutcomeFact}
    assert model.run_facts.interpreter is not None
    assert model.run_facts.interpreter.version == "3.12.1"


def test_that_of_one_block_what_stands_before_is_kept() -> None:
    bad = FACTS.pack([ThreadFact(2, "before"), ThreadFact(3, "bad"), ThreadFact(4, "after")])
    model, intake = taken((BLOCK_FACTS, bad.replace(b"3", b"70000")), (BLOCK_RECORDS, record()))
    assert intake.broken is not None
    assert ([fact.name for fact in model.run_facts.threads.values()], len(model.trace)) == (["before"], 0)
    model, intake = taken((BLOCK_RECORDS, record() * 5 + record(kind=0) + record() * 5))
    assert intake.broken is not None
    assert len(model.trace) == 5


@pytest.mark.parametrize(
    "bad",
    [
        (BLOCK_RECORDS, record(kind=255)),
        (BLOCK_FACTS, b'[{"fact": "bogus"}]'),
        (BLOCK_FACTS, b"\x00"),
        (BLOCK_PRIVATE, b"{}"),
        (BLOCK_AWAY, AWAY.pack(2, AWAY_OPENS)),
        facts(OutcomeFact(Ending.FINISHED)),
        facts(HelloFact("3.12.1")),
    ],
)
def test_that_a_process_that_sends_nonsense_is_not_believed_and_the_others_are(bad: Block) -> None:
    later = [away(1, (BLOCK_RECORDS, record(thread=7))), (BLOCK_RECORDS, record() * 2), facts(ThreadFact(3, "on"))]
    model, intake = taken(*SOUND[:6], away(1, bad), *later, SOUND[-1])
    model.end()
    assert (intake.broken, intake.broken_process) == (None, "Process-1")
    assert model.recording().records == 6
    assert model.run_facts.outcome is not None
    assert 3 in model.run_facts.threads


def test_that_a_header_takes_no_memory_for_what_it_promises() -> None:
    for kind, length in [(1, 0xFFFFFFFF), (2, MOST[BLOCK_FACTS] + 1), (0, 10), (4, 10), (255, 10), (1, 0)]:
        inbox = BlockReader()
        inbox.put(BLOCK.pack(BLOCK_RECORDS, RECORD.size) + record() + BLOCK.pack(kind, length))
        for _ in range(100):
            inbox.put(bytes(1 << 20))  # does not wait either: nobody takes what nobody believes
            assert len(inbox.take(1000)) <= 1
            assert inbox.size == 0
        assert inbox.broken == (kind, length)


def test_that_bytes_at_random_are_taken_for_no_run() -> None:
    chance = random.Random(11)
    for _ in range(200):
        inbox = BlockReader()
        inbox.put(chance.randbytes(3) + b"".join(BLOCK.pack(kind, len(data)) + data for kind, data in SOUND * 9))
        inbox.end()
        model, intake = taken(*inbox.take(100_000))
        assert len(model.trace) == 0
        assert model.run_facts.outcome is None
        assert intake.broken is not None or inbox.broken is not None or not model.facts


def test_that_a_third_of_a_million_facts_are_taken_in_a_part_at_a_time() -> None:
    many = json.dumps([{"fact": "thread", "id": 2, "name": "x"}] * 30_000).encode()
    intake = Intake(RunModel(), lambda: LATEST, 60_000)
    intake.put([(BLOCK_FACTS, many)], 0.0)
    steps = 1
    while not intake.idle:
        intake.work(0.0)
        steps += 1
    assert steps > 100, "each one is small"


def test_that_a_check_alone_raises_nothing() -> None:
    chance = random.Random(5)
    for _ in range(300):
        check = StreamCheck(lambda: LATEST)
        data = chance.randbytes(chance.randrange(200))
        check.records(data)
        list(check.facts(data))
        check.away(data)
        check.away(AWAY.pack(3, 0) + struct.pack("<BI", chance.randrange(5), chance.randrange(200)) + data)
        assert check.faults, "chance is no stage"
        assert OWN in check.faults


def test_that_facts_come_before_the_records_around_them_and_what_others_send_keeps_its_place() -> None:
    one: Block = (BLOCK_RECORDS, record())
    names = iter("abcdefgh")
    fact = lambda: facts(ThreadFact(2, next(names)))  # noqa: E731
    model, _ = taken(one, fact(), one, one, fact(), away(1, how=AWAY_OPENS), one, fact(), one)
    model.end()
    assert model.arrivals == [0, 0, 3]
    assert len(model.trace) == 5


def test_that_a_run_that_tells_without_end_is_kept_as_far_as_there_is_room_and_its_end_is_told() -> None:
    model, _ = taken(facts(HelloFact("3.12.1"), ThreadFact(1, "MainThread")))
    model.fact_bytes = MOST_FACT_BYTES
    intake = Intake(model, lambda: LATEST, 60_000)
    intake.put([facts(*(ThingFact(n, "Lock", f"l{n}") for n in range(9))), facts(OutcomeFact(Ending.FINISHED))], 9.0)
    assert intake.idle
    assert (len(model.run_facts.things), model.dropped) == (0, 9)
    assert model.run_facts.outcome is not None
    assert len(model.arrivals) == len(model.facts) == 3


@pytest.mark.parametrize(
    "of", [MissingFact, TaskCutFact, SharedThingFact, CaughtFact, WatchFact, PartFact, WriteFact, ThingFact]
)
def test_that_thousands_of_facts_of_one_kind_make_no_look_at_a_run_slow(of: type[Fact]) -> None:
    model = RunModel()
    values = {"int": 0, "float": 1.0, "str": "", "bool": False}
    needed = [one for one in dataclasses.fields(of) if not hasattr(of, one.name)]
    for number in range(6000):
        given = {one.name: f"n{number}" if one.type == "str" else values.get(str(one.type), number) for one in needed}
        model.note([of(**given)])
    detector = Detector()
    detector.find(model)
    model.recording()
    began = time.process_time()
    model.note([of(**given)])
    model.acts += 1
    detector.find(model)
    model.recording()
    assert time.process_time() - began < 0.2


def test_that_records_that_are_dear_are_fed_a_few_at_a_time() -> None:
    row = Kind.LOCK_GOT
    dear = b"".join(RECORD.pack(n, 0, n + 1, 0, what(row) | (n % 60_000 + 1)) for n in range(20_000))
    intake = Intake(RunModel(), lambda: LATEST, 60_000)
    intake.put([(BLOCK_RECORDS, dear)], 0.0)
    steps = 1
    while not intake.idle:
        intake.work(0.0)
        steps += 1
    assert steps > 10
