"""First mistakes with threads are named, and what only looks like one is not."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import Finding, FindingKind
from engine.frame.finding import ArgumentsNoTuple, LateName, NeverStarted, RunCalled, StartedTooEarly, TargetCalled
from engine.protocol.messages import Ending, Fact, OutcomeFact
from engine.protocol.mistakes import Mistake, MistakeFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import PROGRAM, findings_of, named, record, records, running
from tests.pythons import pythons

Open = Callable[..., Session]
KINDS = {
    FindingKind.TARGET_CALLED,
    FindingKind.ARGUMENTS_NO_TUPLE,
    FindingKind.RUN_CALLED,
    FindingKind.NEVER_STARTED,
    FindingKind.LATE_NAME,
    FindingKind.STARTED_TOO_EARLY,
}
MISTAKES = """
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process


def spell(word):
    print(word)


class Job(threading.Thread):
    def run(self):
        spell("job")


class Early(threading.Thread):
    def __init__(self, go):
        super().__init__(name="early")
        self.go = go
        self.start()
        go.wait()
        self.items = []

    def run(self):
        try:
            self.items.append(1)
        finally:
            self.go.set()


if __name__ == "__main__":
    idle = threading.Thread(
        name="idle",
        target=spell("slow"),
    )
    idle.start()
    idle.join()
    for one in (threading.Thread(target=spell, args=("word"), name="text"), Process(target=spell, args="two")):
        one.start()
        one.join()
    number = threading.Thread(target=spell, args=(7), name="number")
    number.start()
    number.join()
    alarm = threading.Timer(0.01, spell("late"))
    alarm.name = "alarm"
    alarm.start()
    alarm.join()
    process = Process(target=spell("away"))
    process.start()
    process.join()
    with ThreadPoolExecutor(1) as pool:
        print(pool.submit(spell("task")).exception())
    Job(name="job").run()
    threading.Thread(target=spell, args=("plain",), name="plain").run()
    late = [threading.Thread(target=lambda: spell(n), name=f"late {n}") for n in range(1000, 1003)]
    for one in late:
        one.start()
    for one in late:
        one.join()
    with ThreadPoolExecutor(1) as pool:
        held = threading.Event()
        pool.submit(held.wait)
        for letter in "abc":
            pool.submit(lambda: spell(letter))
        held.set()
    Early(threading.Event()).join()
    forgotten = [threading.Thread(target=spell, args=(n,)) for n in range(2)]
"""
HEALTHY = """
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import Process


def spell(word):
    print(word)


def maker(word):
    def made():
        spell(word)
    return made


class Job(threading.Thread):
    def __init__(self):
        super().__init__()
        self.items = []
        self.start()

    def run(self):
        super().run()
        self.items.append(1)


class Spare(threading.Thread):
    def run(self):
        spell("spare")


if __name__ == "__main__":
    started = 0
    works = [threading.Thread(target=maker(n)) for n in range(3)]
    works += [threading.Thread(target=lambda n=n: spell(n)) for n in range(3)]
    works += [threading.Thread(target=lambda: spell(started)) for _ in range(3)]
    works += [threading.Thread(target=spell, args="x"), threading.Thread(target=spell, args=["a list"])]
    works += [threading.Thread(target=Spare().run), threading.Thread(), Process(target=maker("away"))]
    for one in works:
        started += 1
        one.start()
    for one in works:
        one.join()
    Job().join()
    alarm = threading.Timer(60, spell("now"))
    alarm.start()
    alarm.cancel()
    alarm.join()
    with ThreadPoolExecutor(1) as pool:
        for n in range(3):
            pool.submit(maker(n))
            pool.submit(lambda n=n: spell(n))
"""


def found(open_program: Open, tmp_path: Path, text: str, executable: str) -> dict[FindingKind, list[Finding]]:
    program = tmp_path / "program.py"
    program.write_text(text)
    session = open_program(program, executable=executable)
    session.run()
    kinds: dict[FindingKind, list[Finding]] = {}
    for one in session.wait(120).result.findings:
        kinds.setdefault(one.kind, []).append(one)
    return kinds


@pytest.mark.parametrize("executable", pythons()[-2:])
def test_that_first_mistakes_are_named_with_thread_line_and_cure(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    lines = {text.strip(): number for number, text in enumerate(MISTAKES.split("\n"), 1)}
    kinds = found(open_program, tmp_path, MISTAKES, executable)
    called = [one for one in kinds[FindingKind.TARGET_CALLED] if isinstance(one, TargetCalled)]
    assert sorted((one.form, one.who) for one in called)[:2] == [("died", "alarm"), ("idle", "idle, Process-2")]
    assert [one.form for one in called].count("task") == 1
    assert {one.by for one in called} == {"MainThread"}
    assert str(lines['process = Process(target=spell("away"))']) in next(x.lines for x in called if x.form == "idle")
    tuples = [one for one in kinds[FindingKind.ARGUMENTS_NO_TUPLE] if isinstance(one, ArgumentsNoTuple)]
    assert [(one.form, one.name, one.given, one.who) for one in tuples] == [
        ("text", "spell", "'word'", "text, Process-1"),  # of one line
        ("single", "spell", "7", "number"),
    ]
    ran = [one for one in kinds[FindingKind.RUN_CALLED] if isinstance(one, RunCalled)]
    assert [(one.who, one.line) for one in ran] == [
        ("job", lines['Job(name="job").run()']),
        ("plain", lines['threading.Thread(target=spell, args=("plain",), name="plain").run()']),
    ]
    late = [one for one in kinds[FindingKind.LATE_NAME] if isinstance(one, LateName)]
    assert [(one.name, one.value, one.count) for one in late] == [("n", "1002", 2), ("letter", "'c'", 2)]
    assert late[0].who == "late 1000, late 1001"
    (early,) = kinds[FindingKind.STARTED_TOO_EARLY]
    assert isinstance(early, StartedTooEarly)
    assert (early.who, early.name, early.line) == ("early", "items", lines["self.start()"])
    (never,) = kinds[FindingKind.NEVER_STARTED]
    assert isinstance(never, NeverStarted)
    assert never.count == 2
    every = [one for kind in KINDS for one in kinds[kind]]
    assert all(one.line and str(one.line) in sentence(one) and " " in cure(one) for one in every)


def test_that_nothing_is_said_where_functions_are_handed_over(open_program: Open, tmp_path: Path) -> None:
    kinds = found(open_program, tmp_path, HEALTHY, pythons()[-1])
    assert not KINDS & kinds.keys(), [sentence(one) for kind in KINDS & kinds.keys() for one in kinds[kind]]


def model(*rows: tuple[int, ...], facts: list[Fact]) -> RunModel:
    made = RunModel()
    made.note([*named({1: "MainThread", 2: "Left"}), *facts])
    made.feed(records(*running(0, 1), record(1, 1, Kind.THREAD_CREATED, 2, line=5), *rows))
    return made


def test_that_run_is_no_mistake_of_a_thread_that_is_started_after_all() -> None:
    ran = MistakeFact(Mistake.RAN_HERE, 2, PROGRAM | 7, 1)
    made = model(facts=[ran])
    assert [one.kind for one in findings_of(made)] == [FindingKind.RUN_CALLED]
    made.feed(records(record(3, 1, Kind.THREAD_STARTED, 2)))
    assert findings_of(made) == ()


def test_that_a_thread_is_forgotten_only_if_the_program_came_to_its_own_end() -> None:
    for ended, status in ((Ending.DIED, 1), (Ending.FINISHED, 3)):
        assert findings_of(model(facts=[OutcomeFact(ended, status)])) == ()
    (never,) = findings_of(model(facts=[OutcomeFact(Ending.FINISHED)]))
    assert (never.kind, never.line, never.threads) == (FindingKind.NEVER_STARTED, 5, (2,))


SEVERAL = """
import threading
def square(n):
    return n * n
class Early(threading.Thread):
    def __init__(self):
        super().__init__()
        self.start()
        self.join()
        self.items = []
    def run(self):
        self.items.append(1)
threads = [threading.Thread(target=square(n)) for n in range(3)]
threads += [threading.Thread(target=print, args=n) for n in range(3)]
for one in threads:
    one.start()
    one.join()
for _ in range(3):
    Early()
"""


def test_that_the_same_mistake_of_several_threads_is_said_once(open_program: Open, tmp_path: Path) -> None:
    kinds = found(open_program, tmp_path, SEVERAL, sys.executable)
    for kind in (FindingKind.TARGET_CALLED, FindingKind.ARGUMENTS_NO_TUPLE, FindingKind.STARTED_TOO_EARLY):
        (one,) = kinds[kind]
        assert len(one.threads) == 3
    assert "0, 1, 4" in sentence(kinds[FindingKind.TARGET_CALLED][0])
