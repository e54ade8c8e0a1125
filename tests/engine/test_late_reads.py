"""Functions made in a loop that look its name up late, in the middle of their work, are told; others are not."""

import dis
from collections.abc import Callable
from pathlib import Path
from types import CodeType

import pytest

from engine.frame.finding import LateName
from engine.session.session import Session
from engine.stage.outcome.late_reads import reads_later
from tests.pythons import pythons

Open = Callable[..., Session]
LATE = """
import threading
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

go = threading.Event()
started = threading.Semaphore(0)


def begun(thread):
    thread.start()
    started.acquire()
    return thread


def in_a_function():
    threads = []
    for word in ("one", "two", "three"):
        def work():
            started.release()
            go.wait()
            if word:
                print(word)
        threads.append(begun(threading.Thread(target=work)))
    return threads


threads = []
for n in (10, 20, 30):
    threads.append(begun(threading.Thread(target=lambda: (started.release(), go.wait(), print(n)))))
threads += in_a_function()
with ThreadPoolExecutor(3) as pool:
    for letter in "abc":
        pool.submit(lambda: (started.release(), go.wait(), print(letter)))
        started.acquire()
    go.set()
go.clear()
others = ThreadPool(3)
for sign in "+-*":
    others.apply_async(lambda: (started.release(), go.wait(), print(sign)))
    started.acquire()
for second in (1, 2, 3):  # the first may be called before the loop goes on, or after that, or after all
    alarm = threading.Timer(0.001, lambda: (go.wait(), print(second)))
    alarm.start()
    threads.append(alarm)
go.set()
others.close()
others.join()
for one in threads:
    one.join()
"""
IN_TIME = """
import threading

go = threading.Event()
started = threading.Semaphore(0)
never = False
threads = []


def first():
    for n in range(3):
        def work():
            mine = n
            started.release()
            go.wait()
            print(mine)
        yield work


def perhaps():
    for n in range(3):
        def work():
            started.release()
            go.wait()
            if never:
                print(n)
        yield work


def own():
    for n in range(3):
        yield lambda n=n: (started.release(), go.wait(), print(n))


for make in (first, perhaps, own):
    for work in make():
        thread = threading.Thread(target=work)
        thread.start()
        started.acquire()
        threads.append(thread)
go.set()
for one in threads:
    one.join()
for n in range(3):
    def work():
        go.wait()
        print(n)
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""


def late(open_program: Open, program: Path, text: str, executable: str) -> list[LateName]:
    program.write_text(text)
    session = open_program(program, executable=executable)
    session.run()
    return [one for one in session.wait(120).result.findings if isinstance(one, LateName)]


@pytest.mark.parametrize("executable", pythons())
def test_that_names_which_functions_of_a_loop_look_up_after_a_wait_are_told(
    open_program: Open, tmp_path: Path, executable: str
) -> None:
    found = late(open_program, tmp_path / "program.py", LATE, executable)
    assert {(one.name, one.value) for one in found} == {
        ("n", "30"), ("word", "'three'"), ("letter", "'c'"), ("sign", "'*'"), ("second", "3"),
    }  # fmt: skip
    assert {one.count for one in found if one.name != "second"} == {2}, "the last one has its own value"


def test_that_a_name_that_is_read_in_time_or_perhaps_never_is_not_told(open_program: Open, tmp_path: Path) -> None:
    assert late(open_program, tmp_path / "program.py", IN_TIME, pythons()[0]) == []


def function_of(body: str) -> CodeType:
    """A function with a call of wait() in it."""
    space: dict[str, object] = {}
    exec("def work():\n    " + body.replace("\n", "\n    "), space)  # texts of this file
    return space["work"].__code__  # type: ignore[attr-defined]  # it is a function


def behind_wait(code: CodeType) -> int:
    """The offset of the call of wait()."""
    steps = list(dis.get_instructions(code))
    loads = next(at for at, one in enumerate(steps) if one.argval == "wait")
    return next(one.offset for one in steps[loads:] if one.opname in {"CALL", "CALL_FUNCTION"})


@pytest.mark.parametrize(
    ("body", "reads"),
    [
        ("wait()\nprint(n)", True),
        ("print(n)\nwait()", False),
        ("print(n, wait())", False),
        ("print(wait(), n)", True),
        ("wait()\nif a:\n    print(n)", False),
        ("wait()\nif a:\n    print(n)\nelse:\n    print(-n)", True),
        ("wait()\nif a:\n    return\nprint(n)", False),
        ("for k in a:\n    print(n)\n    wait()", False),
        ("for k in a:\n    wait()\n    print(n)", True),
        ("with a:\n    wait()\n    print(n)", True),
        ("try:\n    wait()\n    print(n)\nexcept ValueError:\n    pass", True),
        ("while True:\n    wait()", False),
        ("wait()\nreturn lambda: n", False),
    ],
)
def test_that_a_name_is_read_later_where_every_way_leads_to_it(body: str, reads: bool) -> None:
    code = function_of(body)
    assert reads_later(code, behind_wait(code), "n") is reads
