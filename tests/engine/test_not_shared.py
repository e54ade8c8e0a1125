"""Processes share no variables: what a child changed for itself is said, and what is right is not."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.frame import Finding, FindingKind
from engine.protocol.child_writes import ChildWrites
from engine.session.session import Session
from engine.words.findings import cure, sentence
from tests.pythons import pythons

PATIENCE = 60  # seconds; far more than any of these programs takes
CHANGED = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

count = 0
found = {}
cache = {}


class Worker(multiprocessing.Process):
    result = None

    def run(self):
        self.result = 7


def work(out):
    global count
    count += 10
    out.append(3)


def look(number):
    cache[number] = 1
    found[number] = number * number
    return number


def main():
    out = []
    worker = Worker()
    process = multiprocessing.Process(target=work, args=(out,), name="adder")
    for one in (worker, process):
        one.start()
    for one in (worker, process):
        one.join()
    with ProcessPoolExecutor(1) as pool:
        print(list(pool.map(look, [4])))
    print(count, found, out, worker.result)


if __name__ == "__main__":
    main()
"""
RIGHT = """
import multiprocessing
from multiprocessing import Pool, Process, Queue, Value

cache = {}
connection = None
seen = []
count = 0


def begin(number):
    global connection
    connection = number


def square(number):
    seen.append(number)
    if number not in cache:
        cache[number] = number * number
    return cache[number]


def work(queue, value, rows):
    global count
    count += 1
    rows.append(count)
    queue.put(count)
    with value.get_lock():
        value.value += 1


if __name__ == "__main__":
    with Pool(1, begin, (3,)) as pool:
        print(pool.map(square, range(3)))
    queue, value, rows = Queue(), Value("i", 0), []
    print("before", count)
    processes = [Process(target=work, args=(queue, value, rows)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        count += queue.get()
    for process in processes:
        process.join()
    print(value.value, count, connection)
"""


@pytest.fixture
def told(open_program: Callable[..., Session], tmp_path: Path) -> Callable[..., list[Finding]]:
    """Runs a text; returns what was found."""

    def run(text: str, executable: str) -> list[Finding]:
        path = tmp_path / "program.py"
        path.write_text(text)
        session = open_program(path, executable=executable)
        session.run()
        return list(session.wait(PATIENCE).result.findings)

    return run


@pytest.mark.parametrize("executable", pythons(), ids=lambda one: Path(one).parent.parent.name)
def test_that_what_a_process_changed_for_itself_is_said_with_the_line(
    told: Callable[..., list[Finding]], executable: str
) -> None:
    found = {one.name: one for one in told(CHANGED, executable) if one.kind is FindingKind.NOT_SHARED}
    assert set(found) == {"count", "found", "out", "result"}
    lines = {name: CHANGED.splitlines()[one.line - 1].strip() for name, one in found.items()}
    assert (lines["count"], lines["found"]) == ("count += 10", "found[number] = number * number")
    assert sentence(found["count"]) == (
        "adder changed count from 0 to 10, in a copy of its own: processes share no variables. "
        "Where it is read later it is still 0."
    )
    assert "adder changed out from [] to [3]" in sentence(found["out"])
    assert "changed result from None to 7" in sentence(found["result"])
    assert "multiprocessing.Queue" in cure(found["count"])


@pytest.mark.parametrize("executable", pythons()[:1], ids=lambda one: Path(one).parent.parent.name)
def test_that_nothing_is_said_of_what_the_parent_does_not_miss(
    told: Callable[..., list[Finding]], executable: str
) -> None:
    assert told(RIGHT, executable) == []


POOL = """
import multiprocessing
from concurrent.futures import ProcessPoolExecutor


class Simulation:
    def __init__(self):
        self.total, self.results = 0, {}

    def step(self, number):
        self.results[number] = number * number

    def right(self, number):
        return number

    def run(self):
        with multiprocessing.Pool(1) as pool:
            pool.map(self.step, [3])
            self.total += sum(pool.map(self.right, [3]))
        with ProcessPoolExecutor(1) as pool:
            list(pool.map(self.right, [3]))
        print(self.results, self.total)


if __name__ == "__main__":
    Simulation().run()
"""


def test_that_what_a_method_in_a_worker_of_a_pool_changes_of_its_object_is_said(
    told: Callable[..., list[Finding]],
) -> None:
    (one,) = told(POOL, pythons()[0])
    assert "changed self.results from {} to {3: 9}, in a copy of its own" in sentence(one)
    assert POOL.splitlines()[one.line - 1].strip() == "self.results[number] = number * number"


MANAGERS = """
import multiprocessing


def add(shared, rows, space):
    shared["all"].append(7)
    rows[0]["x"] = 7
    space.items.append(7)
    lost = shared["lost"]
    lost.append(7)


def right(shared):
    shared["real"].append(7)
    shared["again"] += [7]
    kept = shared["kept"]
    kept.append(7)
    shared["kept"] = kept
    todo = shared["todo"]
    while todo:
        todo.pop()
    plain = {"all": []}
    plain["all"].append(7)


if __name__ == "__main__":
    context = multiprocessing.get_context("METHOD")
    with context.Manager() as manager:
        shared = manager.dict({name: [] for name in ("all", "lost", "again", "kept", "todo")})
        shared["real"], rows, space = manager.list(), manager.list([{}]), manager.Namespace(items=[])
        for target, given in ((add, (shared, rows, space)), (right, (shared,))):
            process = context.Process(target=target, args=given)
            process.start()
            process.join()
        print(shared["all"], shared["lost"], shared["again"], shared["kept"], list(shared["real"]))
"""


@pytest.mark.parametrize(
    ("executable", "method"),
    [(pythons()[0], "spawn"), *((one, "fork") for one in pythons()[1:])],
    ids=lambda one: Path(one).parent.parent.name if "/" in one else one,
)
@pytest.mark.skipif(os.name != "posix", reason="a program forks")
def test_that_a_changed_copy_of_what_a_manager_has_is_said_unless_it_is_put_back_or_needed(
    told: Callable[..., list[Finding]], executable: str, method: str
) -> None:
    found = told(MANAGERS.replace("METHOD", method), executable)
    assert {one.kind for one in found} == {FindingKind.NOT_SHARED}
    lines = {one.name: MANAGERS.splitlines()[one.line - 1].strip() for one in found}
    assert lines == {
        'shared["all"]': 'shared["all"].append(7)',
        "rows[0]": 'rows[0]["x"] = 7',
        "space.items": "space.items.append(7)",
        'shared["lost"]': 'lost = shared["lost"]',
    }
    assert 'changed a copy of shared["all"], from [] to [7]' in sentence(found[0])
    assert "manager.list()" in cure(found[0])


PARTS = """
from multiprocessing import Process
import threading
a, b, c, d = 0, [], {}, []
def work():
    global a
    a = 1
    b.append(2)
    c["x"] = helper()
    local = []
    local.append(1)
def helper():
    d.append(1)
    return len(d)
def by_thread():
    e.append(1)
e = []
"""


@pytest.mark.parametrize(
    ("parent", "names"),
    [
        ("Process(target=work).start()\nprint(a, b, c, d)", {"a", "b", "c", "d"}),
        ("print(a, b)\nProcess(target=work).start()", set()),
        ("Process(target=work, args=(a, b)).start()\nb.append(3)", set()),
        ("def show():\n    print(a)\nProcess(target=work).start()\nshow()", {"a"}),
        ("def show(a):\n    print(a)\nProcess(target=work).start()\nshow(2)", set()),
        ("threading.Thread(target=by_thread).start()\nprint(e)", set()),
        ("work()\nprint(a, b)", set()),
        ("work()\nProcess(target=work).start()\nprint(a, b)", set()),
    ],
    ids=[
        "all are read",
        "read before",
        "handed over and changed",
        "in a function",
        "a local",
        "a thread",
        "no child",
        "each for itself",
    ],
)
def test_that_names_are_those_that_a_child_writes_and_the_parent_reads_later(parent: str, names: set[str]) -> None:
    assert set(ChildWrites(PARTS + parent).names) == names


def test_that_an_argument_is_not_told_where_the_parent_fills_it_itself() -> None:
    text = "def work(out):\n    out.append(1)\nout = []\np = Process(target=work, args=(out,))\n"
    known = ChildWrites(text + "print(out)").argument("work", 0)
    assert known is not None
    assert (known[0], known[1].read) == ("out", 5)
    assert ChildWrites(text + "out.append(2)\nprint(out)").argument("work", 0) is None
    assert ChildWrites(text).argument("work", 0) is None
    assert ChildWrites("def broken(").names == {}


FARM = """
from multiprocessing import Process
class Farm:
    def __init__(self):
        self.results = []
        self.jobs = 0
    def work(self, number):
        self.results.append(number)
        self.count()
    def count(self):
        self.jobs += 1
    def run(self):
        Process(target=self.work, args=(1,)).start()
        BODY
Farm().run()
"""


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ("print(self.results, self.jobs)", {"results", "jobs"}),
        ("print(self.jobs)", {"jobs"}),
        ("self.results.append(get()); print(self.results)", set()),
        ("self.count(); print(self.jobs)", set()),
    ],
    ids=["both", "one", "the parent fills it", "each counts for itself"],
)
def test_that_attributes_are_those_that_a_method_in_a_child_writes(body: str, names: set[str]) -> None:
    assert set(ChildWrites(FARM.replace("BODY", body)).own) == names


@pytest.mark.parametrize(
    ("parent", "names"),
    [
        ("w.start()\nw.join()\nprint(w.left)", {"left"}),
        ("print(w.left)\nw.start()\nw.join()", set()),
        ("w.start()\nw.left = 3\nprint(w.left)", set()),
    ],
    ids=["read later", "read before", "given a value"],
)
def test_that_attributes_of_a_process_are_those_that_are_read_after_its_start(parent: str, names: set[str]) -> None:
    text = "class Worker(Process):\n    def run(self):\n        self.left -= 1\nw = Worker()\n"
    assert set(ChildWrites(text + parent).attributes) == names
