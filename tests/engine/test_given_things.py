"""What threads are given, what they give back, and when they are waited for: the mistakes of the first hour."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Finding, FindingKind
from engine.frame.finding import OneByOne, ResultLost, SameThing
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.pythons import pythons

Open = Callable[..., Session]
KINDS = {FindingKind.SAME_THING, FindingKind.RESULT_LOST, FindingKind.ONE_BY_ONE}
MISTAKES = """
import threading
import time

go = threading.Event()


class Job:
    number = 0


def collect(number, found=[]):
    found.append(number)


def wait(thing):
    go.wait()


def square(number):
    return number * number


threads = [threading.Thread(target=collect, args=(n,)) for n in range(3)]
job, order, parts = {}, Job(), [[]] * 4
for n in range(3):
    job["number"] = n
    threads.append(threading.Thread(target=wait, args=(job,)))
for n in range(2):
    order.number = n
    threads.append(threading.Thread(target=wait, args=(order,)))
threads += [threading.Thread(target=wait, args=(parts[n],)) for n in range(4)]
for one in threads:
    one.start()
go.set()
for one in threads:
    one.join()
asked = threading.Thread(target=square, args=(3,))
asked.start()
result = asked.join()
print(result, threading.Thread(target=square, args=(4,)).start())
for n in range(4):
    slow = threading.Thread(target=time.sleep, args=(0.06,), name=f"slow {n}")
    slow.start()
    slow.join()
"""
HEALTHY = """
import threading
import time

go = threading.Event()
shared, jobs, parts = [], {}, [[] for _ in range(3)]


def collect(number, found=None, cache={}):
    cache[number] = found
    shared.append(number)


def wait(thing, *more):
    go.wait()
    return thing


def given(number, found=[]):
    found.append(number)


def nothing():
    return


threads = [threading.Thread(target=collect, args=(n,)) for n in range(3)]
threads += [threading.Thread(target=given, args=(n, [])) for n in range(3)]
for n in range(3):
    job = {}
    job["number"] = n
    jobs[n] = job
    threads.append(threading.Thread(target=wait, args=(job, jobs, shared, parts[n])))
for one in threads:
    one.start()
go.set()
[one.join() for one in threads]
print(",".join(["a", "b"]))
alone = threading.Thread(target=nothing)
alone.start()
print(alone.join())
for n in range(3):
    jobs["last"] = n
    short = threading.Thread(target=wait, args=(jobs,))
    short.start()
    short.join()
for n in range(3):
    slow = threading.Thread(target=time.sleep, args=(0.08,))
    slow.start()
    time.sleep(0.07)
    slow.join()
    with_limit = threading.Thread(target=time.sleep, args=(0.08,))
    with_limit.start()
    with_limit.join(60)

for many in (1, 3, 5):
    group = []
    for number in range(many):
        worker = threading.Thread(target=time.sleep, args=(0.1,))
        worker.start()
        group.append(worker)
    for worker in group:
        worker.join()
"""


def found(open_program: Open, path: Path, text: str, executable: str) -> list[Finding]:
    path.write_text(text)
    session = open_program(path, executable=executable)
    session.run()
    return [one for one in session.wait(120).result.findings if one.kind in KINDS]


@pytest.mark.parametrize("executable", pythons()[-2:])
def test_that_shared_arguments_lost_results_and_threads_one_by_one_are_told(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    told = found(open_program, tmp_path / "program.py", MISTAKES, executable)
    lines = {line.strip(): number for number, line in enumerate(MISTAKES.splitlines(), 1)}
    things = {(one.form, one.name, one.type, one.count): one.line for one in told if isinstance(one, SameThing)}
    assert things == {
        ("default", "found", "list", 3): lines["def collect(number, found=[]):"],
        ("changed", "job", "dict", 3): lines['job["number"] = n'],
        ("changed", "order", "Job", 2): lines["order.number = n"],
        ("repeated", "parts", "list", 4): next(number for line, number in lines.items() if "parts[n]" in line),
    }
    lost = {(one.call, one.name): one.line for one in told if isinstance(one, ResultLost)}
    assert lost == {
        ("join", "square"): lines["result = asked.join()"],
        ("start", "square"): next(number for line, number in lines.items() if line.startswith("print(result")),
    }
    (slow,) = (one for one in told if isinstance(one, OneByOne))
    assert (slow.count, slow.line, slow.who) == (4, lines["slow.join()"], "slow 0, slow 1, slow 2, slow 3")
    assert all(str(one.line) in sentence(one) and cure(one) for one in told)


def test_that_nothing_is_said_of_threads_that_are_given_what_is_theirs(open_program: Open, tmp_path: Path) -> None:
    assert [sentence(one) for one in found(open_program, tmp_path / "program.py", HEALTHY, pythons()[0])] == []
