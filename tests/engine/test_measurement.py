"""Parts of a run: marked in the text, reported by the stage, timed and named in the frame."""

import inspect
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.analysis.measurement import PartBuilder
from engine.analysis.run_facts import RunFacts
from engine.analysis.run_model import RunModel
from engine.analysis.trace import DTYPE, words_of
from engine.frame import Ended, Frame, Part
from engine.protocol.messages import Fact, LaneKind, ThreadFact, UnknownFact
from engine.protocol.part_facts import PartFact, PlanFact
from engine.protocol.records import Kind
from engine.scenarios import catalogue
from engine.scenarios.scenario import PartsNote, Scenario
from engine.scenarios.text_report import parts_table
from engine.session.session import Session
from engine.words import reasons
from tests.engine.stage_kit import Run

COMPARING = '''\
import time
NAP = 10  # 1..1000 ms
log = []

def best(jobs):
    return NAP / 1000 / jobs

def timed(kind, jobs=1, *, fail=False):
    """Naps."""
    time.sleep(NAP / 1000)
    if fail:
        raise ValueError("no")
    log.append(jobs)
    return {"memory": 7 * jobs}

timed("sleeping")
timed("sleeping", jobs=2)
try:
    timed("sleeping", 4, fail=True)
except ValueError:
    log.append("raised")
try:
    timed()
except TypeError as error:
    log.append(str(error))
'''
NOTE = {"call": "timed", "name": "jobs", "group": "kind", "limit": "best(jobs)", "value": "result['memory']"}


def parts_of(run: Run) -> dict[int, PartFact]:
    """The last fact of each part."""
    return {fact.id: fact for fact in run.facts(PartFact)}


def complaints(run: Run) -> list[str]:
    return [reasons.unknown(fact) for fact in run.facts(UnknownFact)]


def test_that_each_call_is_a_part_with_its_name_group_limit_and_value() -> None:
    run = Run().program(COMPARING, parts=NOTE)
    told = [(part.name, part.group, part.limit, part.value) for part in parts_of(run).values()]
    assert told == [("1", "sleeping", 0.01, 7.0), ("2", "sleeping", 0.005, 14.0), ("4", "sleeping", 0.0025, None)]
    assert run.names["log"][:3] == [1, 2, "raised"]
    assert complaints(run) == []


def test_that_a_part_is_measured_from_its_call_to_its_return_and_the_value_afterwards() -> None:
    run = Run().program(COMPARING, parts=NOTE)
    began, ended = run.records(Kind.PART_BEGAN), run.records(Kind.PART_ENDED)
    assert [record.thing for record in began] == [record.thing for record in ended] == [1, 2, 3]
    assert [record.line for record in began] == [16, 17, 19]
    for first, last in zip(began, ended):
        assert last.time - first.time >= 10_000_000


def test_that_the_exception_of_a_part_is_told_and_raised_and_a_call_that_does_not_fit_is_no_part() -> None:
    run = Run().program(COMPARING, parts=NOTE)
    assert [part.error for part in parts_of(run).values()] == ["", "", "ValueError: no"]
    assert "missing 1 required positional argument: 'kind'" in run.names["log"][3]


def test_that_the_function_looks_as_it_is_written_and_no_line_moves() -> None:
    plain, marked = Run().program(COMPARING).names["timed"], Run().program(COMPARING, parts=NOTE).names["timed"]
    assert (marked.__name__, marked.__doc__, marked.__module__) == (plain.__name__, plain.__doc__, plain.__module__)
    assert inspect.signature(marked) == inspect.signature(plain)
    assert inspect.unwrap(marked).__code__.co_firstlineno == plain.__code__.co_firstlineno == 8
    assert Run().program(COMPARING).facts(PartFact) == []


@pytest.mark.parametrize(
    ("field", "expression", "said"),
    [
        ("limit", "worst(jobs)", "parts.limit: worst(jobs): NameError: name 'worst' is not defined"),
        ("limit", "'soon'", "parts.limit: 'soon': ValueError: could not convert string to float: 'soon'"),
        ("limit", "1 / 0", "parts.limit: 1 / 0: ZeroDivisionError"),
        ("value", "float('nan')", "parts.value: float('nan'): nan is no number to calculate with"),
        ("value", "exit(3)", "parts.value: exit(3): SystemExit: 3"),
        ("group", "result", "parts.group: result: NameError"),
    ],
)
def test_that_an_expression_that_fails_is_said_once_and_breaks_nothing(field: str, expression: str, said: str) -> None:
    run = Run().program(COMPARING, parts={**NOTE, field: expression})
    assert [text[: len(said)] for text in complaints(run)] == [said]
    assert [part.name for part in parts_of(run).values()] == ["1", "2", "4"]
    assert run.outcome.ended == "finished"


@pytest.mark.parametrize("text", ["async def timed(): pass\n", "def timed():\n    yield 1\n", "timed = print\n"])
def test_that_what_is_no_plain_function_is_left_alone(text: str) -> None:
    run = Run().program(
        f"{text}made = timed()\nif hasattr(made, 'close'):\n    made.close()\n", parts={"call": "timed"}
    )
    assert run.outcome.ended == "finished"
    assert run.facts(PartFact) == []
    assert all("yields or awaits" in text for text in complaints(run))


def test_that_names_are_short_and_a_class_is_called_by_its_own() -> None:
    text = "def timed(way):\n    pass\nclass Pool:\n    pass\ntimed(Pool)\ntimed('x' * 500)\ntimed(timed)\n"
    names = [str(part.name) for part in parts_of(Run().program(text, parts={"call": "timed"})).values()]
    assert (names[0], len(names[1]), names[2]) == ("Pool", 63, "timed")


def test_that_a_comprehension_in_an_expression_sees_the_arguments() -> None:
    text = "def timed(jobs):\n    return [1, 2]\ntimed(3)\n"
    note = {"call": "timed", "limit": "sum(jobs for _ in range(jobs))", "value": "max(jobs * one for one in result)"}
    (part,) = parts_of(Run().program(text, parts=note)).values()
    assert (part.limit, part.value) == (9.0, 6.0)


@pytest.mark.parametrize(
    ("takes", "seconds"),
    [("sum(n**0.5 for n in range(COUNT)) * sqrt(4)", 2 * (1 + 2**0.5)), ("COUNT * PACE / 1000", 0.06)],
)
def test_that_the_plan_is_reckoned_from_the_knobs_as_they_are_set(takes: str, seconds: float) -> None:
    run = Run().program("COUNT = 5\nPACE = 20\n", takes=takes, knobs={"COUNT": 3})
    assert [fact.seconds for fact in run.facts(PlanFact)] == [pytest.approx(seconds)]
    wrong = Run().program("COUNT = 5\n", takes="COUNT / NOTHING")
    assert wrong.facts(PlanFact) == []
    assert complaints(wrong) == ["takes: COUNT / NOTHING: NameError: name 'NOTHING' is not defined"]


def fed(*rows: tuple[int, Kind, int, int], facts: list[Fact]) -> tuple[Part, ...]:
    """Parts made of (milliseconds, kind, object, value)."""
    run_facts, builder = RunFacts(), PartBuilder()
    run_facts.note(facts)
    records = np.array([(at * 1_000_000, value, thing, 0, 1, kind, 0) for at, kind, thing, value in rows], DTYPE)
    builder.feed(records, words_of(records))
    return builder.parts(run_facts)


def test_that_a_part_has_a_speed_only_when_it_did_not_change_meanwhile() -> None:
    facts = [PartFact(number, name=str(number), group="", speed=5.0) for number in (1, 2, 3)]
    parts = fed(
        (0, Kind.SPEED, 0, 5000),
        (1, Kind.PART_BEGAN, 1, 0),
        (2, Kind.SPEED, 0, 5000),
        (3, Kind.PART_ENDED, 1, 0),
        (4, Kind.PART_BEGAN, 2, 0),
        (5, Kind.SPEED, 0, 10_000),
        (6, Kind.SPEED, 0, 5000),
        (7, Kind.PART_ENDED, 2, 0),
        (8, Kind.PART_BEGAN, 3, 0),
        facts=facts,
    )
    assert [(part.speed, part.seconds) for part in parts] == [(5.0, 0.002), (None, 0.003), (5.0, None)]


def cpu_of(*rows: tuple[int, Kind, int, int, int], facts: list[Fact]) -> list["float | None"]:
    """Milliseconds of processor time in each part, of (milliseconds, kind, object, lane, milliseconds had)."""
    picture = RunModel()
    picture.note(facts)
    for at, kind, thing, lane, had in rows:  # one by one: what comes later may not have come yet
        picture.feed(np.array([(at * 1_000_000, had * 1_000_000, thing, 0, lane, kind, 0)], DTYPE))
    return [None if part.used is None else round(1000 * part.used, 6) for part in picture.recording().parts]


def test_that_a_part_has_the_processor_time_that_all_threads_had_within_it() -> None:
    kinds = {2: LaneKind.THREAD, 3: LaneKind.TASK}
    lanes = [ThreadFact(lane, kind.value, kind=kind) for lane, kind in kinds.items()]
    began = [(0, Kind.THREAD_RUNNING, 0, lane, 0) for lane in (1, 2, 3)]
    assert cpu_of(*began, (10, Kind.PART_BEGAN, 1, 1, 0), (40, Kind.PART_ENDED, 1, 1, 0), facts=lanes) == [None]
    assert cpu_of(
        *began,
        (10, Kind.PART_BEGAN, 1, 1, 0),
        (20, Kind.CPU, 0, 1, 16),  # 0.8 cores since 0: 8 of them in the part
        (25, Kind.CPU, 0, 2, 5),  # 0.2 cores: 3
        (30, Kind.CPU, 0, 3, 30),  # a task's is its thread's, too
        (40, Kind.PART_ENDED, 1, 1, 0),
        (41, Kind.PART_BEGAN, 2, 1, 0),
        (60, Kind.CPU, 0, 1, 36),  # 0.5 cores since 20: 10 in the first part, 9.5 in the second
        facts=lanes,
    ) == [21.0, 9.5]


@pytest.mark.skipif(sys.platform != "linux", reason="nobody says how much processor time a thread had")
def test_that_processor_time_is_that_of_the_part_it_was_had_in(comparing: Scenario) -> None:
    frame, summary = ran(comparing.program, BUSY)
    idle, busy = frame.recording.parts
    assert idle.used is not None
    assert busy.used is not None
    assert idle.used < 0.05
    assert 0.35 < busy.used < 0.5  # two threads had 0.2 s each; looks at them are 0.04 s apart
    assert [part["cores"] for part in summary["parts"]] == [idle.cores, busy.cores]


def test_that_garbage_makes_no_part_and_the_tuple_stays_while_nothing_changes() -> None:
    run_facts, builder = RunFacts(), PartBuilder()
    garbage = [{"fact": "part", "id": "x"}, {"fact": "part", "id": 1, "name": "a", "limit": "soon"}]
    assert run_facts.read(json.dumps(garbage).encode()) == []
    assert run_facts.garbage == 2
    rows = [
        (1, 0, 7, 0, 1, Kind.PART_ENDED, 0),
        (2, 0, 8, 0, 1, Kind.PART_BEGAN, 0),
        (3, 0, 8, 0, 1, Kind.PART_BEGAN, 0),
    ]
    builder.feed(np.array(rows, DTYPE), words_of(np.array(rows, DTYPE)))
    assert [(part.id, part.name) for part in builder.parts(run_facts)] == [(8, "part 8")]
    before = builder.parts(run_facts)
    assert builder.parts(run_facts) is before
    run_facts.note([PartFact(8, name="late", speed=2)])
    assert builder.parts(run_facts)[0].name == "late"


@pytest.fixture
def comparing(tmp_path: Path) -> Scenario:
    folder = tmp_path / "comparing"
    folder.mkdir()
    (folder / "program.py").write_text(COMPARING, "utf-8")
    rest = "".join(f"{name} = {json.dumps(text)}\n" for name, text in NOTE.items())
    (folder / "scenario.toml").write_text(f"[parts]\n{rest}takes = 'NAP * 3 / 1000'\nvalue_noun = 'memory'\n", "utf-8")
    scenario = catalogue.read(folder)
    assert scenario.error == ""
    return scenario


def test_that_a_frame_has_parts_and_plan_of_a_real_run_at_its_speed(comparing: Scenario) -> None:
    session = Session(comparing)
    try:
        session.set_speed(2)
        session.set_knob("NAP", 50)
        session.run()
        frame = session.wait(60)
        assert frame.run.ended is Ended.FINISHED
        assert [(part.name, part.group, part.speed, part.limit, part.value) for part in frame.recording.parts] == [
            ("1", "sleeping", 2.0, 0.05, 7.0),
            ("2", "sleeping", 2.0, 0.025, 14.0),
            ("4", "sleeping", 2.0, 0.0125, None),
        ]
        assert all(0.05 <= (part.seconds or 0) < 5 for part in frame.recording.parts)
        assert frame.recording.parts[2].error == "ValueError: no"
        assert frame.run.plan == pytest.approx(0.15)
        told = session.summary()["parts"]
        assert [part["seconds"] for part in told] == [part.seconds for part in frame.recording.parts]
    finally:
        session.close()


def ran(program: Path, text: str) -> tuple[Frame, dict[str, Any]]:
    """The end of a run of a text whose function `timed` makes the parts."""
    program.write_text(text, "utf-8")
    session = Session(Scenario("x", "x", program=program, parts=PartsNote("timed")))
    try:
        session.run()
        return session.wait(60), session.summary()
    finally:
        session.close()


BUSY = """\
import threading, time
def spin():
    while time.thread_time() < 0.2:
        pass
def timed(way):
    time.sleep(0.2)
    threads = [threading.Thread(target=spin) for _ in range(2 * (way == "busy"))]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
timed("idle")
timed("busy")
"""
WITH_POOL = """\
import os
from concurrent.futures import ProcessPoolExecutor
def timed(number):
    return number + 1
def work(number):
    return timed(number)
if __name__ == "__main__":
    with ProcessPoolExecutor(1) as pool:
        print(list(pool.map(work, [1, 2])), timed(5))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forked workers")
def test_that_a_call_in_another_process_is_no_part_of_this_one(comparing: Scenario) -> None:
    frame, _ = ran(comparing.program, WITH_POOL)
    assert [part.name for part in frame.recording.parts] == ["5"]
    assert [line.text for line in frame.recording.output] == ["[2, 3] 6"]


def test_that_a_marked_function_goes_by_value_to_where_nobody_watches() -> None:
    cloudpickle = pytest.importorskip("cloudpickle")
    marked = Run().program("def timed(number):\n    return number + 1\n", parts={"call": "timed"}).names["timed"]
    marked.__module__ = inspect.unwrap(marked).__module__ = "__main__"  # such a function is pickled by its code
    read = "import pickle, sys; print(pickle.load(sys.stdin.buffer)(1), 'engine' in sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", read], input=cloudpickle.dumps(marked), capture_output=True, check=True
    )
    assert told.stdout.split() == [b"2", b"False"]


def test_that_the_table_names_speed_limit_and_what_went_wrong() -> None:
    note = PartsNote("timed", noun="jobs", value_noun="memory", value_unit="MB")
    parts = (
        Part(1, "1", "", 0.0, 2.5, 10.0, limit=2.25, value=12.5),
        Part(2, "2", "", 3.0, 4.0, 10.0, limit=None, value=None, error="ValueError: no"),
        Part(3, "400", "", 5.0, None, 10.0),
    )
    assert parts_table(parts, note) == [
        "jobs    seconds  limit  memory (MB)",
        "1         2.500  2.250         12.5",
        "2         1.000",
        "400   not ended",
        "2: ended by ValueError: no",
        "measured at 10x speed; seconds are those of the program",
    ]
    assert parts_table((), note) == []
    worst = Part(1, "process", end=0.0, lane=0, value=41.13)  # of several runs, with no time in this one
    assert parts_table((worst,), PartsNote("", value_noun="gap", value_unit="ms", noun="where")) == [
        "where    gap (ms)",
        "process     41.13",
    ]
    different = parts_table((Part(1, "a", "g", 0.0, 1.0, 1.0), Part(2, "b", "g", 0.0, 1.0, None)), None)
    assert different == ["part  seconds     speed", "g, a    1.000        1x", "g, b    1.000  changing"]
