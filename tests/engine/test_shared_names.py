"""Names that several threads change without a common lock are told, of those that really ran; nothing else is."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.analysis.run_model import RunModel
from engine.frame import FindingKind
from engine.frame.finding import SharedName
from engine.protocol.messages import Ending, Fact, HelloFact, OutcomeFact, ThreadFact
from engine.protocol.records import Kind
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.engine.building import findings_of, named, record, records, running
from tests.pythons import pythons

Open = Callable[..., Session]
SHARED = """
import threading
from concurrent.futures import ThreadPoolExecutor

both = threading.Barrier(2)
balance, hits, guarded, flag = 100, 0, 0, False
lock, other = threading.Lock(), threading.Lock()


class Cache:
    only = None

    def __init__(self):
        both.wait()

    @classmethod
    def get(cls):
        if cls.only is None:
            cls.only = cls()
        return cls.only


class Job(threading.Thread):
    def __init__(self):
        super().__init__()
        self.own = 0

    def run(self):
        global guarded, flag
        self.own += pause()
        Cache.get()
        with lock:
            guarded += pause()
        flag = True


def pause():
    return len(list(range(1000)))


def withdraw(amount):
    global balance
    seen = balance
    both.wait()
    balance = seen - amount


def count():
    global hits
    for _ in range(20000):
        hits += 1
    both.wait()


for pair in ([Job(), Job()], [threading.Thread(target=count, name=n) for n in ("Ann", "Bob")]):
    for one in pair:
        one.start()
    for one in pair:
        one.join()
with ThreadPoolExecutor(2) as pool:
    list(pool.map(withdraw, [60, 60]))
guarded += 1
"""
LINES = {text.strip(): number for number, text in enumerate(SHARED.split("\n"), 1)}


@pytest.mark.parametrize("executable", pythons()[-2:])
def test_that_a_name_is_told_that_threads_changed_with_no_lock_in_common(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    program = tmp_path / "program.py"
    program.write_text(SHARED)
    session = open_program(program, executable=executable)
    session.run()
    frame = session.wait(120)
    found = {one.name: one for one in frame.result.findings if isinstance(one, SharedName)}
    assert found.keys() - {"hits"} == {"cls.only", "balance"}, [sentence(one) for one in frame.result.findings]
    old = [int(part) for part in frame.run.interpreter.version.split(".")[:2]] < [3, 10]
    assert ("hits" in found) is old, "since 3.10 nothing comes between its steps"
    only, balance = found["cls.only"], found["balance"]
    assert (only.form, only.line, only.count) == ("check", LINES["if cls.only is None:"], 2)
    assert (balance.form, balance.line, balance.count) == ("change", LINES["balance = seen - amount"], 2)
    for one in found.values():
        assert str(one.line) in sentence(one)
        assert "with lock:" in cure(one)


UPDATE = "import threading, time\nlock = threading.Lock()\nn = 0\n{work}\none = threading.Thread(target=work)\n"
STARTS = "two = threading.Thread(target=work)\none.start()\ntwo.start()\none.join()\ntwo.join()\n"
BARE = "def work():\n    global n\n    seen = n\n    time.sleep(1)\n    n = seen + 1\n"
PLAIN = "def work():\n    global n\n    n += 1\n"


def model(work: str, python: str = "3.13.0", *, gil: bool = True, together: bool = True, **outcome: bool) -> RunModel:
    """Two threads run `work`, at the same time or one after the other."""
    made = RunModel()
    made.texts = {"": UPDATE.format(work=work) + STARTS}
    facts: list[Fact] = [HelloFact(python, gil=gil), *named({1: "MainThread"})]
    facts += [ThreadFact(2, "Left", calls="work"), ThreadFact(3, "Right", calls="work")]
    made.note(facts)
    first, second = (8, 10) if together else (2, 10)
    rows = [*running(1, 2), *running(1 if together else 5, 3)]
    ends = [record(first, 2, Kind.THREAD_ENDED), record(second, 3, Kind.THREAD_ENDED)]
    made.feed(records(*running(0, 1), *rows, *ends))
    made.note([OutcomeFact(Ending.FINISHED, **outcome)])
    return made


def told(made: RunModel) -> list[str]:
    return [one.name for one in findings_of(made) if isinstance(one, SharedName)]


def test_that_it_is_told_of_threads_that_ran_together_alone():
    assert told(model(BARE)) == ["n"]
    assert told(model(BARE, together=False)) == []
    assert told(model(BARE.replace("    seen", "    lock.acquire()\n    seen") + "    lock.release()\n")) == []


def test_that_one_statement_without_a_call_is_told_where_python_may_change_threads_in_it():
    assert told(model(PLAIN, "3.9.18")) == ["n"]
    assert told(model(PLAIN, "3.13.0")) == []
    assert told(model(PLAIN, "3.13.0", gil=False)) == ["n"]


def test_that_threads_that_each_start_the_next_and_timers_that_wait_are_not_together():
    chain = model(BARE)
    chain.feed(records(record(2, 2, Kind.THREAD_CREATED, 3)))
    assert told(chain) == []
    timers = model(BARE)
    timers.note([ThreadFact(2, "Left", calls="work", timer=True), ThreadFact(3, "Right", calls="work", timer=True)])
    assert told(timers) == [], "they never came to their function"


CACHE = "def work(key):\n    if key not in n:\n        n[key] = time.sleep(1)\n    return n[key]\n"


@pytest.mark.parametrize("calls", [("work('a')", "work('a')"), ("work('a')", "work('b')"), ("work", "work")])
def test_that_an_item_is_shared_where_two_threads_were_given_the_same_key(calls: tuple[str, str]):
    made = model(CACHE)
    text = UPDATE.format(work=CACHE).replace("n = 0", "n = {}") + STARTS
    made.texts = {"": text.replace("=work)", "=work, args=('a',))")}
    made.note([ThreadFact(2, "Left", calls=calls[0]), ThreadFact(3, "Right", calls=calls[1])])
    assert told(made) == (["n"] if calls[0] == calls[1] != "work" else [])


def test_that_a_lesson_with_a_result_of_its_own_says_it_itself():
    assert FindingKind.SHARED_NAME not in {one.kind for one in findings_of(model(BARE, right=False))}
