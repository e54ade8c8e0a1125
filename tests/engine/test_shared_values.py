"""Additions to a Value of multiprocessing that were lost without its lock, and those that were not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind
from engine.protocol.messages import Ending, OutcomeFact
from engine.protocol.process_facts import SharedValueFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import PROGRAM, findings_of, named, record, records, running
from tests.pythons import pythons

PATIENCE = 60  # seconds
TEXT = """
import multiprocessing


def step(both):
    both.wait()
    return 2


def add(count, safe, both):
    count.value += step(both)
    with safe.get_lock():
        safe.value += 1


if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    count, safe, both = context.Value("i", 5), context.Value("i", 0), context.Barrier(2)
    processes = [context.Process(target=add, args=(count, safe, both)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(count.value, safe.value)
"""


@pytest.mark.parametrize(
    ("executable", "method"),
    [(pythons()[0], "spawn"), *((one, "fork") for one in pythons()[1:])],
    ids=lambda one: Path(one).parent.parent.name if "/" in one else one,
)
@pytest.mark.skipif(os.name != "posix", reason="a program forks")
def test_that_what_was_lost_without_the_lock_is_counted(
    open_program: Callable[..., Session], tmp_path: Path, executable: str, method: str
) -> None:
    path = tmp_path / "program.py"
    path.write_text(TEXT.replace("METHOD", method))
    session = open_program(path, executable=executable)
    session.run()
    frame = session.wait(PATIENCE)
    assert [line.text for line in frame.recording.output] == ["7 2"]
    (found,) = frame.result.findings
    assert found.kind is FindingKind.VALUE_UNLOCKED
    assert sentence(found).startswith("count is 7 at last, and 9 was to be expected: += reads it first")
    assert "2 additions were made without its lock" in sentence(found)
    assert TEXT.splitlines()[found.line - 1].strip() == "count.value += step(both)"
    assert "with count.get_lock(): count.value += 1" in cure(found)


def use(
    thread: int, added: int, *, unlocked: int = 1, other: bool = False, ends: tuple[int, int] | None = None
) -> SharedValueFact:
    first, last = ends or (None, 0)
    return SharedValueFact(9, thread, added, 1 if added else 0, unlocked, other, PROGRAM | 7, 10, first, last)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ([use(2, 5), use(3, 5), use(1, 0, unlocked=0, ends=(0, 5))], True),
        ([use(2, 5), use(3, 5), use(1, 0, unlocked=0, ends=(0, 10))], False),
        ([use(2, 5), use(3, 5, other=True), use(1, 0, unlocked=0, ends=(0, 5))], False),
        ([use(2, 5, unlocked=0), use(3, 5, unlocked=0), use(1, 0, unlocked=0, ends=(0, 5))], False),
        ([use(2, 5), use(3, 5)], False),
        ([use(2, 2**30), use(3, 2**30), use(1, 0, unlocked=0, ends=(0, 5))], False),
        ([use(2, 5), use(2, 9), use(1, 0, unlocked=0, ends=(0, 9))], False),
    ],
    ids=["lost", "none lost", "also set", "with the lock", "no end", "too large", "one process, told twice"],
)
def test_that_it_is_said_only_where_it_is_known_what_should_be_there(facts: list[SharedValueFact], said: bool) -> None:
    made = RunModel()
    made.note([*named({1: "MainThread", 2: "adder 1", 3: "adder 2"}, {9: ("Value", "count")}), *facts])
    made.feed(records(*running(0, 1), record(5, 0, Kind.TICK)))
    assert findings_of(made) == ()
    made.note([OutcomeFact(Ending.FINISHED)])
    assert [one.kind for one in findings_of(made)] == [FindingKind.VALUE_UNLOCKED] * said
