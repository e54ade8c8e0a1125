"""The facade's threads and timers: what they report of their lives, and that they are like the real ones."""

from __future__ import annotations

import abc
import sys
import threading
import time
from typing import Any

import pytest

from engine.protocol.messages import ExceptionFact, TextFact, ThreadFact
from engine.protocol.records import Kind
from tests.engine.stage_kit import Run, raised, until

LIVES = (Kind.THREAD_CREATED, Kind.THREAD_STARTED, Kind.THREAD_RUNNING, Kind.THREAD_ENDED, Kind.THREAD_DIED)


@pytest.fixture
def run() -> Run:
    return Run()


def test_a_thread_reports_its_life_in_order(run: Run) -> None:
    run.program("import threading\nt = threading.Thread(target=int, name='Adder')\nt.start()\nt.join()\n")
    adder = run.lane("Adder")
    found = [(r.kind, r.thread, r.thing, r.line) for r in run.records(*LIVES, Kind.JOIN_GOT)]
    assert sorted(found[1:-1]) == sorted(
        [
            (Kind.THREAD_CREATED, 1, adder, 2),
            (Kind.THREAD_STARTED, 1, adder, 3),
            (Kind.THREAD_RUNNING, adder, 0, 0),
            (Kind.THREAD_ENDED, adder, 0, 0),
            (Kind.JOIN_GOT, 1, adder, 4),
        ]
    )
    kinds = [kind for kind, *_ in found if kind is not Kind.JOIN_GOT][1:-1]
    assert kinds == [Kind.THREAD_CREATED, Kind.THREAD_STARTED, Kind.THREAD_RUNNING, Kind.THREAD_ENDED]


def test_a_join_that_must_wait_says_so_and_ends_after_the_thread_did(run: Run) -> None:
    gate = threading.Event()
    thread = run.start(lambda: gate.wait(20))
    assert thread.join(0) is None
    assert thread.join(0.01) is None
    joiner = run.start(thread.join)
    until(lambda: run.has(Kind.JOIN_WANT, 2))
    gate.set()
    joiner.join()
    thread.join()
    found = [r.kind.name for r in run.records() if "JOIN" in r.kind.name and r.thing == 2]
    assert found == ["JOIN_GAVE_UP", "JOIN_WANT", "JOIN_GAVE_UP", "JOIN_WANT", "JOIN_GOT", "JOIN_GOT"]
    order = [r.kind for r in run.records(Kind.THREAD_ENDED, Kind.JOIN_GOT) if 2 in (r.thread, r.thing)]
    assert order[0] is Kind.THREAD_ENDED


def test_a_joins_time_out_is_program_time(run: Run) -> None:
    gate = threading.Event()
    thread = run.start(lambda: gate.wait(20))
    run.context.clock.set_speed(20)
    began = time.monotonic()
    thread.join(4)
    assert time.monotonic() - began < 2
    gate.set()
    thread.join()


def test_an_exception_that_ends_a_thread_is_a_fact_with_its_line_and_a_traceback_without_our_files(run: Run) -> None:
    run.program(
        "import threading\nlock = threading.Lock()\ndef read():\n    with lock:\n        open('nowhere.txt')\n"
        "t = threading.Thread(target=read, name='Reader')\nt.start()\nt.join()\n"
    )
    (fact,) = run.facts(ExceptionFact)
    assert (fact.thread, fact.type, fact.place & 0xFFFFF) == (run.lane("Reader"), "FileNotFoundError", 5)
    (died,) = run.records(Kind.THREAD_DIED)
    assert (died.thread, died.line) == (run.lane("Reader"), 5)
    texts = {f.id: f.text for f in run.facts(TextFact)}
    assert texts[died.value].startswith("FileNotFoundError: ")
    assert run.complaints == ["Exception in thread Reader:\n" + fact.traceback]
    assert "engine" not in fact.traceback
    assert run.records(Kind.THREAD_ENDED)[-1].thread == 1


def test_system_exit_ends_a_thread_in_silence(run: Run) -> None:
    run.program("import threading, sys\nt = threading.Thread(target=sys.exit, args=(3,))\nt.start()\nt.join()\n")
    assert run.complaints == []
    assert run.facts(ExceptionFact) == []
    assert not run.records(Kind.THREAD_DIED)


def test_the_programs_own_excepthook_is_called_and_the_real_one_is_not_touched(run: Run) -> None:
    before = threading.excepthook
    run.program(
        "import threading\nseen = []\n"
        "threading.excepthook = lambda a: seen.append((a.exc_type, str(a.exc_value), a.thread.name))\n"
        "t = threading.Thread(target=lambda: 1 / 0, name='T')\nt.start()\nt.join()\n"
    )
    assert run.names["seen"] == [(ZeroDivisionError, "division by zero", "T")]
    assert run.complaints == []
    assert threading.excepthook is before
    assert len(run.records(Kind.THREAD_DIED)) == 1


def test_an_excepthook_that_fails_is_told_to_the_last_hook(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, error, trace: seen.append(repr(error)))
    run.program(
        "import threading\ndef hook(args):\n    raise ValueError('of the hook')\nthreading.excepthook = hook\n"
        "t = threading.Thread(target=lambda: 1 / 0)\nt.start()\nt.join()\n"
    )
    assert run.complaints == ["Exception in threading.excepthook:\n"]
    assert seen == ["ValueError('of the hook')"]


def test_a_new_name_and_daemon_are_told(run: Run) -> None:
    run.program(
        "import threading\nt = threading.Thread()\nt.name = 'Renamed'\nt.daemon = True\nt.setName('Last')\n"
        if sys.version_info < (3, 10)
        else "import threading\nt = threading.Thread()\nt.name = 'Renamed'\nt.daemon = True\nt.name = 'Last'\n"
    )
    told = [(f.name, f.daemon) for f in run.facts(ThreadFact) if f.id == 2][1:]
    assert told == [("Renamed", False), ("Renamed", True), ("Last", True)]


def test_the_programs_own_thread_classes_work(run: Run) -> None:
    run.program(
        "import threading, abc\nfound = []\n"
        "class Worker(threading.Thread, abc.ABC):\n    daemon = True\n"
        "    def __init__(self, n):\n        super().__init__(name=f'W{n}')\n        self.n = n\n"
        "    def run(self):\n        found.append((self.n, threading.current_thread() is self))\n"
        "ws = [Worker(n) for n in range(3)]\nfor w in ws: w.start()\nfor w in ws: w.join()\n"
    )
    assert sorted(run.names["found"]) == [(0, True), (1, True), (2, True)]
    assert issubclass(run.names["Worker"], abc.ABC)
    assert [f.daemon for f in run.facts(ThreadFact) if f.name.startswith("W")] == [True] * 3


def test_a_class_that_forgets_the_base_constructor_fails_as_in_python(run: Run) -> None:
    class Ours(run.threading.Thread):
        def __init__(self) -> None:
            pass

    class Real(threading.Thread):
        def __init__(self) -> None:
            pass

    assert raised(Ours().start) == raised(Real().start)
    assert raised(Ours().join) == raised(Real().join)
    assert run.records() == []


def test_misuse_raises_what_the_real_thread_raises_and_reports_nothing_more(run: Run) -> None:
    for make in (run.threading.Thread, threading.Thread):
        thread = make()
        assert raised(thread.join) == (RuntimeError, "cannot join thread before it is started")
        thread.start()
        thread.join()
        assert raised(thread.start) == (RuntimeError, "threads can only be started once")
        assert raised(lambda thread=thread: setattr(thread, "daemon", True))[0] is RuntimeError
        itself: list[Any] = []
        thread = make(target=lambda itself=itself: itself.append(raised(itself[0].join)))
        itself.append(thread)
        thread.start()
        thread.join()
        assert itself[1] == (RuntimeError, "cannot join current thread")
        assert raised(lambda make=make: make(nonsense=1))[0] is TypeError
    assert len(run.records(Kind.THREAD_STARTED)) == 2


def test_run_called_by_another_thread_runs_there(run: Run) -> None:
    seen: list[object] = []
    run.threading.Thread(target=lambda: seen.append(threading.get_ident())).run()
    assert seen == [threading.get_ident()]
    assert not run.records(Kind.THREAD_RUNNING, Kind.THREAD_ENDED)


def test_the_module_knows_its_threads_and_the_main_thread_is_one_of_its_own_class(run: Run) -> None:
    facade = run.threading
    gate = threading.Event()
    thread = run.start(lambda: gate.wait(20))
    assert isinstance(facade.main_thread(), facade.Thread)
    assert facade.main_thread() is facade.current_thread()
    assert {thread, facade.main_thread()} <= set(facade.enumerate())
    assert facade.active_count() == len(threading.enumerate())
    assert raised(facade.main_thread().join) == (RuntimeError, "cannot join current thread")
    assert repr(facade.main_thread()) == repr(threading.main_thread())
    gate.set()
    thread.join()


def test_what_is_not_wrapped_is_the_real_ones(run: Run) -> None:
    for name in ("local", "get_ident", "settrace", "ThreadError", "TIMEOUT_MAX", "BrokenBarrierError", "excepthook"):
        assert getattr(run.threading, name) is getattr(threading, name)
    assert set(dir(threading)) <= set(dir(run.threading))
    assert raised(lambda: run.threading.nonsense)[0] is AttributeError


def test_a_timer_runs_on_program_time_and_can_be_cancelled(run: Run) -> None:
    run.context.clock.set_speed(20)
    called: list[int] = []
    began = time.monotonic()
    timer = run.threading.Timer(4, called.append, (1,))
    timer.start()
    timer.join()
    assert time.monotonic() - began < 2
    other = run.threading.Timer(1000, called.append, (2,))
    other.start()
    until(lambda: run.has(Kind.EVENT_WAIT, 2))
    other.cancel()
    other.join()
    assert called == [1]
    assert isinstance(timer, run.threading.Thread)
    assert isinstance(timer, threading.Timer)


def test_an_ended_threads_number_is_free_for_another(run: Run) -> None:
    before = dict(run.context.reporter.threads)
    for _ in range(5):
        run.start(int).join()
    assert run.context.reporter.threads == before


def test_a_thread_that_cannot_be_started_is_told_to_have_died(run: Run) -> None:
    thread = run.threading.Thread()
    most = 2**31 - 2**16 if sys.platform == "win32" else 2**40  # Windows takes no larger number
    size = threading.stack_size(most if sys.maxsize > 2**32 else 0)  # more than any system gives a thread
    try:
        assert raised(thread.start)[0] is RuntimeError
    finally:
        threading.stack_size(size)
    (died,) = run.records(Kind.THREAD_DIED)
    assert died.thread == 2
    assert thread not in threading.enumerate()
