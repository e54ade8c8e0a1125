"""A session steered as a window does it: pause, switches, speed, knobs, stop, another Python."""

import itertools
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.environment.interpreters import survey
from engine.frame import Ended, FindingKind, Frame, Phase, State
from engine.hosting.host import ChildProcess
from engine.scenarios import catalogue
from engine.session.session import Session
from engine.words.reasons import refused

Open = Callable[..., Session]
PATIENCE = 30.0  # seconds
MANY_PRINTS = 1000

SLEEPER = """\
import threading, time
def nap():
    print("asleep", flush=True)
    began = time.perf_counter()
    time.sleep(0.6)
    print("slept", time.perf_counter() - began)
one = threading.Thread(target=nap, name="Napper")
one.start()
one.join()
"""
SPINNER = """\
import threading
ROUNDS = 5  # 1..50 how many
lock = threading.Lock()
count = 0
def spin():
    global count
    while True:
        with lock:
            count += 1
for n in range(2):
    threading.Thread(target=spin, name=f"Spinner {n}", daemon=True).start()
print("spinning", ROUNDS)
spin()
"""


@pytest.fixture
def open_text(open_program: Open, tmp_path: Path) -> Callable[..., Session]:
    """Opens a program given as text."""

    def open_(text: str, **options: object) -> Session:
        path = tmp_path / "given.py"
        path.write_text(text, "utf-8")
        return open_program(path, **options)

    return open_


def pump_until(session: Session, reached: Callable[[Frame], object]) -> Frame:
    deadline = time.monotonic() + PATIENCE
    while not reached(session.pump()):
        assert time.monotonic() < deadline, session.frame
        time.sleep(0.001)
    return session.frame


def output(frame: Frame) -> list[str]:
    return [line.text for line in frame.recording.output]


def started(session: Session, printed: str) -> Session:
    session.run()
    pump_until(session, lambda frame: any(line.startswith(printed) for line in output(frame)))
    return session


def stage_of(session: Session) -> psutil.Process:
    """The process that has worked most: the spare one idles."""
    return max(psutil.Process().children(), key=lambda child: sum(child.cpu_times()[:2]))


def pump_for(session: Session, seconds: float) -> None:
    """Real time is what is looked at here: nothing may happen in it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        session.pump()
        time.sleep(0.005)


# pause

PAUSE = 1.5  # seconds: no machine is so busy that a thread waits as long for its turn


def paused(session: Session) -> Session:
    session.pause()
    pump_until(session, lambda frame: frame.run.phase is Phase.PAUSED)
    return session


def test_that_a_pause_stops_busy_loops_and_program_time(open_text: Open) -> None:
    session = paused(started(open_text(SPINNER), "spinning"))
    come = -1.0
    while session.frame.run.now != come:  # what was in the pipe
        come = session.frame.run.now
        pump_for(session, 0.2)
    stage = stage_of(session)
    before, at = stage.cpu_times()[:2], session.frame.run.now
    pump_for(session, 0.3)
    assert stage.cpu_times()[:2] == before
    assert session.frame.run.now == at


def test_that_a_pause_leaves_no_jump_in_time(open_text: Open) -> None:
    session = paused(started(open_text(SPINNER), "spinning"))
    pump_for(session, PAUSE)
    at = session.frame.run.now
    session.resume()
    assert session.frame.run.phase is Phase.RUNNING
    frame = pump_until(session, lambda frame: frame.run.now > at + 0.1)
    starts = sorted(start for lane in frame.recording.lanes for start in lane.spans.starts.tolist())
    gaps = [later - earlier for earlier, later in itertools.pairwise(starts)]
    assert max(gaps) < PAUSE * 1e9


def test_that_a_sleep_across_a_pause_sleeps_its_whole_program_time(open_text: Open) -> None:
    session = paused(started(open_text(SLEEPER), "asleep"))
    pump_for(session, PAUSE)
    assert session.frame.run.phase is Phase.PAUSED
    session.resume()
    frame = session.wait(PATIENCE)
    slept = next(float(line.split()[1]) for line in output(frame) if line.startswith("slept"))
    assert 0.6 <= slept < PAUSE
    lane = next(lane for lane in frame.recording.lanes if lane.name == "Napper")
    assert lane.ended is not None
    assert lane.ended - lane.began < PAUSE


def test_that_a_paused_program_can_be_stopped(open_text: Open) -> None:
    session = paused(started(open_text(SPINNER), "spinning"))
    session.stop()
    assert session.wait(PATIENCE).run.ended is Ended.STOPPED


def test_that_a_switch_flipped_in_a_pause_holds_from_the_resume_on(open_text: Open) -> None:
    session = paused(started(open_text(SPINNER), "spinning"))
    at = session.frame.run.now
    session.switch("lock", False)
    assert [switch.on for switch in session.frame.program.switches] == [False]
    session.resume()
    frame = pump_until(session, lambda frame: frame.recording.flips)
    assert frame.recording.flips[0].name == "lock"
    assert not frame.recording.flips[0].on
    assert at <= frame.recording.flips[0].time <= frame.run.now


def test_that_two_pauses_are_one_and_two_resumes_too(open_text: Open) -> None:
    session = started(open_text(SPINNER), "spinning")
    session.pause()
    session.pause()
    pump_until(session, lambda frame: frame.run.phase is Phase.PAUSED)
    at = session.frame.run.now
    session.resume()
    session.resume()
    pump_until(session, lambda frame: frame.run.now > at + 0.05)
    assert session.frame.run.phase is Phase.RUNNING


def test_that_a_resume_takes_back_a_pause_that_is_not_there_yet(open_text: Open) -> None:
    session = started(open_text(SPINNER), "spinning")
    for _ in range(5):
        session.pause()
        session.resume()
    at = session.frame.run.now
    pump_until(session, lambda frame: frame.run.now > at + 0.3)
    assert session.frame.run.phase is Phase.RUNNING
    paused(session)
    assert session._run is not None
    host = session._run.host
    assert isinstance(host, ChildProcess)
    pump_until(session, lambda _frame: host.dry and not host.backlog)  # what it sent before it stood still
    at = session.frame.run.now
    pump_for(session, 0.2)
    assert session.frame.run.now == at


def test_that_a_program_can_be_paused_while_it_starts(open_text: Open) -> None:
    session = open_text(SPINNER)
    session.run()
    session.pause()
    pump_until(session, lambda frame: frame.run.phase is Phase.PAUSED)
    pump_for(session, 0.1)
    at = session.frame.run.now
    pump_for(session, 0.2)
    assert session.frame.run.now == at
    session.resume()
    pump_until(session, lambda frame: frame.run.now > at + 0.05 and "spinning 5" in output(frame))


def test_that_orders_sent_in_a_pause_never_make_the_window_wait(open_text: Open) -> None:
    session = paused(started(open_text(SPINNER), "spinning"))
    for number in range(40_000):  # more than a pipe holds: whoever waits for it here waits for ever
        session.set_speed(1 + number % 2)
    session.stop()
    assert session.wait(PATIENCE).run.ended is Ended.STOPPED


# speed

TIMED = """\
import queue, threading, time
lock, event, condition, items = threading.Lock(), threading.Event(), threading.Condition(), queue.Queue()
lock.acquire()
sleeper = threading.Thread(target=time.sleep, args=(4,), daemon=True)
sleeper.start()
def waited():
    with condition:
        condition.wait(0.4)
def emptied():
    try:
        items.get(timeout=0.4)
    except queue.Empty:
        pass
for name, wait in [
    ("sleep", lambda: time.sleep(0.4)),
    ("event", lambda: event.wait(0.4)),
    ("queue", emptied),
    ("join", lambda: sleeper.join(0.4)),
    ("condition", waited),
    ("lock", lambda: lock.acquire(timeout=0.4)),
]:
    began = time.process_time(), time.monotonic()
    wait()
    print(name, time.monotonic() - began[1])
"""


@pytest.mark.parametrize(("speed", "real"), [(20.0, 0.12), (1.0, 2.4), (0.8, 3.0)])
def test_that_all_time_outs_run_on_program_time(open_text: Open, speed: float, real: float) -> None:
    session = open_text(TIMED)
    session.set_speed(speed)
    session.run()
    pump_until(session, lambda frame: frame.run.phase is Phase.RUNNING)
    began = time.monotonic()
    frame = session.wait(PATIENCE)
    took = time.monotonic() - began
    waits = dict(line.split() for line in output(frame))
    assert sorted(waits) == ["condition", "event", "join", "lock", "queue", "sleep"]
    for name, seconds in waits.items():
        assert 0.399 <= float(seconds) < 0.4 + 0.08 * max(1.0, speed), name
    assert real * 0.9 < took < real + 1.0


def test_that_a_sleep_goes_on_at_a_speed_that_changes_meanwhile(open_text: Open) -> None:
    session = started(open_text(SLEEPER.replace("0.6", "12")), "asleep")
    began = time.monotonic()
    session.set_speed(20)
    frame = session.wait(PATIENCE)
    assert time.monotonic() - began < 2.0  # 0.6 and the end of the program
    (slept,) = (float(line.split()[1]) for line in output(frame) if line.startswith("slept"))
    assert 12 <= slept < 14


def test_that_speed_stays_within_its_limits(open_text: Open) -> None:
    session = open_text(SPINNER)
    session.set_speed(1000)
    assert session.frame.run.speed == 20
    session.set_speed(0)
    assert session.frame.run.speed == 0.05


# switches

CROWDED = """\
import threading
a, b = threading.Lock(), threading.Lock()
def work(first):
    while not over:
        for lock in (a, b) if first else (b, a):
            with lock:
                sum(range(50))
over, finish = False, threading.Event()
threads = [threading.Thread(target=work, args=(n % 2,), name=f"T{n}") for n in range(8)]
for thread in threads:
    thread.start()
print("working")
finish.wait()
over = True
for thread in threads:
    thread.join()
print("all joined", a.locked(), b.locked())
"""


def test_that_two_hundred_flips_let_nobody_hang_and_never_make_two_holders(open_text: Open) -> None:
    session = started(open_text(CROWDED), "working")
    for number in range(200):
        name = ("a", "b")[number // 2 % 2]
        session.switch(name, number % 2 == 1)
        pump_for(session, 0.005)
    session.switch("finish", False)
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.FINISHED
    assert output(frame)[-1] == "all joined False False"
    assert len(frame.recording.flips) == 201
    assert [lane.error for lane in frame.recording.lanes if lane.error] == []
    assert FindingKind.TWO_HOLDERS not in {finding.kind for finding in frame.result.findings}


WAITERS = """\
import threading, time
lock, rlock, event, items = threading.Lock(), threading.RLock(), threading.Event(), []
semaphore, condition, barrier = threading.Semaphore(1), threading.Condition(), threading.Barrier(3)
def hold(it):
    with it:
        waiting.release()
        go.wait()
waiting, go = threading.Semaphore(0), threading.Event()
def wait_condition():
    with condition:
        waiting.release()
        condition.wait()
def wait_event():
    waiting.release()
    event.wait()
def wait_barrier():
    waiting.release()
    barrier.wait()
def take(it):
    waiting.acquire()
    waiting.release()
    with it:
        pass
threads = [threading.Thread(target=hold, args=(it,)) for it in (lock, rlock, semaphore)]
threads += [threading.Thread(target=take, args=(it,)) for it in (lock, rlock, semaphore)]
threads += [threading.Thread(target=one) for one in (wait_condition, wait_event, wait_barrier)]
for thread in threads[:3]:
    thread.start()
for thread in threads[:3]:
    waiting.acquire()
for thread in threads[3:]:
    thread.start()
waiting.release()
print("waiting", flush=True)
while len([t for t in threads if t.is_alive()]) > 3:
    time.sleep(0.01)
print("through")
go.set()
for thread in threads:
    thread.join()
print("joined", lock.locked(), semaphore.acquire(blocking=False), rlock.acquire(blocking=False))
"""
NAMES = ("lock", "rlock", "semaphore", "condition", "event", "barrier")


def test_that_switching_off_lets_all_waiters_go_and_the_holders_give_back_what_they_hold(open_text: Open) -> None:
    session = started(open_text(WAITERS), "waiting")
    states = (State.WAIT_LOCK, State.WAIT_EVENT, State.WAIT_CONDITION, State.WAIT_BARRIER)
    pump_until(
        session,
        lambda frame: (
            {State(lane.spans.states[-1]) for lane in frame.recording.lanes if len(lane.spans.states)} >= set(states)
        ),
    )
    for name in NAMES:
        session.switch(name, False)
    pump_until(session, lambda frame: "through" in output(frame) or frame.run.phase is Phase.ENDED)
    for name in NAMES:
        session.switch(name, True)
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.FINISHED, frame.run.trouble
    assert output(frame)[-1] == "joined False True True"
    assert [lane.error for lane in frame.recording.lanes if lane.error] == []


# output, knobs, interpreters

PRINTERS = f"""\
import threading
def tell(n):
    for i in range({MANY_PRINTS}):
        print(f"{{n}}-{{i}}\\n", end="")
for n in range(4):
    threading.Thread(target=tell, args=(n,)).start()
"""


def test_that_a_program_that_ends_by_itself_loses_no_line(open_text: Open) -> None:
    session = open_text(PRINTERS)
    wanted = sorted(f"{n}-{i}" for n in range(4) for i in range(MANY_PRINTS))
    for _ in range(10):
        session.run()
        frame = session.wait(PATIENCE)
        assert frame.run.ended is Ended.FINISHED
        assert (frame.recording.dropped, frame.recording.output_left_out) == (0, 0)
        assert sorted(output(frame)) == wanted


def test_that_what_was_printed_just_before_a_stop_is_there(open_text: Open) -> None:
    text = "import time\nfor n in range(3000):\n    print(n)\nprint('last', end='')\ntime.sleep(1)\nwhile True: pass\n"
    session = started(open_text(text), "2999")
    session.stop()
    frame = session.wait(PATIENCE)
    assert frame.run.ended is Ended.STOPPED
    assert output(frame)[-2:] == ["2999", "last"]


def test_that_what_child_processes_print_is_seen(open_text: Open) -> None:
    session = open_text(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-u', '-c', 'print(\"of a child\")'])\n"
        "print('of the program')\n"
    )
    session.run()
    frame = session.wait(PATIENCE)
    assert sorted(output(frame)) == ["of a child", "of the program"]
    assert {line.text: line.thread for line in frame.recording.output}["of a child"] == 0


def test_that_a_knob_holds_for_the_next_run_and_a_bad_value_is_refused(open_text: Open) -> None:
    session = open_text(SPINNER)
    assert refused(session.set_knob("ROUNDS", 51)) == "ROUNDS is from 1 to 50; not 51."
    assert refused(session.set_knob("ROUND", 5)).startswith("There is no knob ROUND.")
    assert session.set_knob("ROUNDS", "7") is None
    started(session, "spinning 7").stop()
    session.wait(PATIENCE)
    session.reset_knobs()
    started(session, "spinning 5").stop()
    session.wait(PATIENCE)


def test_that_a_run_ends_the_run_before_it(open_text: Open) -> None:
    session = started(open_text(SPINNER), "spinning")
    before = stage_of(session)
    started(session, "spinning")
    assert session.frame.run.number == 2
    assert not before.is_running() or before.status() == psutil.STATUS_ZOMBIE
    session.stop()
    assert session.wait(PATIENCE).run.ended is Ended.STOPPED


def other_pythons() -> list[str]:
    return [found.executable for found in survey() if not found.problem and found.executable != sys.executable]


def test_that_the_interpreter_is_changed_for_the_next_run(open_text: Open) -> None:
    others = other_pythons()
    executable = others[0] if others else sys.executable
    session = open_text("import sys\nprint(sys.version.split()[0])\n")
    session.set_interpreter(executable)
    session.run()
    frame = session.wait(PATIENCE)
    assert output(frame) == [frame.run.interpreter.version]
    assert re.fullmatch(r"3\.\d+\.\d+.*", frame.run.interpreter.version)
    assert bool(others) == (os.path.realpath(frame.run.interpreter.executable) != os.path.realpath(sys.executable))


def test_that_a_frame_stays_the_same_object_while_nothing_happens(open_text: Open) -> None:
    session = open_text("print('done')\n")
    session.run()
    frame = session.wait(PATIENCE)
    assert session.pump() is frame
    assert session.pump() is frame


# what a scenario asks of a program after its end


@pytest.fixture
def asked(tmp_path: Path, open_program: Open) -> Callable[[str, str], Frame]:
    """The frame after a run of a program whose scenario has an expression for what was found."""
    import dataclasses

    from engine.scenarios import catalogue

    def ask(text: str, found: str) -> Frame:
        path = tmp_path / "given.py"
        path.write_text(text)
        session = open_program(path)
        scenario = dataclasses.replace(catalogue.from_file(path), expected="1 + 1", found=found)
        session.open(scenario)
        session.run()
        return session.wait(PATIENCE)

    return ask


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        ("n", 3),
        ("nothing", None),
        ("1 / 0", None),
        ("exit()", None),
        ("endless()", None),
        ("10 ** 5000", None),
        ("Bad()", None),
        ("float('nan')", "nan"),
        ("'x' * 10 ** 6", "x" * 200 + "..."),
        ("[1, 2]", "[1, 2]"),
        ("tell()", "told"),
    ],
)
def test_that_an_expression_that_misbehaves_spoils_nothing_else(
    asked: Callable[[str, str], Frame], found: str, shown: object
) -> None:
    text = (
        "n = 3\nclass Bad:\n    def __repr__(self): raise ValueError\n"
        "def endless():\n    while True: pass\n"
        "def tell():\n    print('telling')\n    return 'told'\n"
    )
    frame = asked(text, found)
    assert frame.run.ended is Ended.FINISHED
    assert (frame.result.expected, frame.result.found) == (2, shown)
    assert output(frame) == (["telling"] if found == "tell()" else [])


def test_that_runs_are_counted_within_a_scenario_and_another_one_begins_without_any(
    open_text: Open, tmp_path: Path
) -> None:
    session = open_text("one = 1\n")
    first = session._scenario
    assert first is not None
    other = tmp_path / "other.py"
    other.write_text("two = 2\n")

    def ran() -> tuple[int, int]:
        session.run()
        run = session.wait(PATIENCE).run
        return run.number, run.nth

    assert [ran(), ran()] == [(1, 1), (2, 2)]
    session.open(catalogue.from_file(other))
    assert (session.frame.run.number, session.frame.run.nth) == (0, 0), "nothing of it has run"
    assert ran() == (3, 1)
    session.open(first)
    assert session.frame.run.nth == 0
    assert ran() == (4, 3)
