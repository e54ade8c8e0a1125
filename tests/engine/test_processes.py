"""Other processes of a program: lanes named by process on one time axis, whatever way they were started."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.frame import Ended, FindingKind, LaneKind, Phase, State
from engine.words.findings import sentence
from engine.words.reasons import death
from tests.engine.process_kit import METHODS, TIMEOUT, Watched, lane, printed, processes_of, pump_until, states
from tests.engine.test_foreign_programs import pythons

posix = pytest.mark.skipif(os.name != "posix", reason="needs fork")

GREET = "def greet(number):\n    print('number', number)\n    time.sleep(0.05)\n"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_a_process_is_a_lane_on_the_same_time_axis(watched: Watched, method: str, executable: str) -> None:
    frame = watched.run(
        GREET,
        "child = processes.Process(target=greet, args=(7,))\nchild.start()\nchild.join()\nprint(child.exitcode)\n",
        method,
        executable,
    )
    (child,) = processes_of(frame)
    assert child.name == child.process == f"{ {'forkserver': 'ForkServer'}.get(method, method.title()) }Process-1"
    assert child.badge == "P1"
    assert child.began is not None
    assert child.ended is not None
    assert 0.05 <= child.ended - child.began < frame.run.now
    assert {State.CREATED, State.SLEEPING, State.ENDED} <= states(child)
    assert child.joined
    main = lane(frame, "MainThread")
    joining = [start for start, state in zip(main.spans.starts, main.spans.states) if state == State.WAIT_JOIN]
    assert len(joining) == 1
    assert joining[0] / 1e9 < child.ended
    assert printed(frame) == [(child.name, "number 7"), ("MainThread", "0")]
    assert not frame.result.findings


def test_that_modules_of_a_package_are_loaded_where_they_are_imported_from_it(watched: Watched) -> None:
    frame = watched.run("from multiprocessing import dummy, heap\n", "print(dummy.__name__, heap.__name__)\n")
    assert printed(frame) == [("MainThread", "multiprocessing.dummy multiprocessing.heap")]


def test_that_a_class_of_the_program_is_a_process_too(watched: Watched) -> None:
    frame = watched.run(
        "class Counter(multiprocessing.Process):\n"
        "    def run(self):\n        print(self.name, os.getppid() == parent)\nparent = os.getpid()\n",
        "counter = Counter(name='Ada')\ncounter.start()\ncounter.join()\n",
    )
    assert printed(frame) == [("Ada", "Ada True")]


@pytest.mark.parametrize("method", METHODS[:2])
@pytest.mark.parametrize("executable", pythons(), ids=lambda path: Path(path).parent.parent.name)
def test_that_an_exception_ends_its_lane_with_its_line(watched: Watched, method: str, executable: str) -> None:
    frame = watched.run(
        "def fail():\n    raise ValueError('no')\n",
        "child = processes.Process(target=fail)\nchild.start()\nchild.join()\nprint(child.exitcode)\n",
        method,
        executable,
    )
    (child,) = processes_of(frame)
    assert death(child.error) == "ValueError: no"
    assert child.error_line == 3
    assert child.spans.states[-1] == State.DIED
    assert ("MainThread", "1") in printed(frame)
    traceback = "\n".join(text for name, text in printed(frame) if name == child.name)
    assert traceback.startswith(f"Process {child.name}:\nTraceback (most recent call last):")
    assert f"engine{os.sep}stage" not in traceback
    assert [finding.kind for finding in frame.result.findings] == [FindingKind.EXCEPTION]


@posix
def test_that_whoever_was_killed_is_told_by_the_parent(watched: Watched) -> None:
    frame = watched.run(
        "def work():\n    ready.set()\n    time.sleep(600)\nready = multiprocessing.Event()\n",
        "for end in ('kill', 'terminate'):\n    ready.clear()\n    child = processes.Process(target=work, name=end)\n"
        "    child.start()\n    ready.wait()\n    getattr(child, end)()\n    child.join()\n    print(child.exitcode)\n",
    )
    killed, terminated = processes_of(frame)
    assert killed.error is terminated.error is None  # it was the program's own wish
    assert killed.spans.states[-1] == terminated.spans.states[-1] == State.CUT
    assert [text for _, text in printed(frame)] == ["-9", "-15"]
    assert not frame.result.findings


def test_that_a_daemon_process_is_cut_off_by_the_end_of_the_program(watched: Watched) -> None:
    frame = watched.run(
        "def work(ready):\n    ready.set()\n    time.sleep(600)\n",
        "ready = processes.Event()\nchild = processes.Process(target=work, args=(ready,), daemon=True)\n"
        "child.start()\nready.wait()\n",
    )
    assert [sentence(finding) for finding in frame.result.findings] == [
        f"The end of the program cut off {processes_of(frame)[0].name}, a daemon process."
    ]


@posix
def test_that_a_forked_child_and_its_own_child_are_lanes(watched: Watched) -> None:
    frame = watched.run(
        "",
        "print('parent')\npid = os.fork()\nif pid == 0:\n    print('child')\n    inner = os.fork()\n"
        "    if inner == 0:\n        print('inner')\n        os._exit(0)\n    os.waitpid(inner, 0)\n    os._exit(0)\n"
        "os.waitpid(pid, 0)\npid = os.fork()\nif pid:\n    os.waitpid(pid, 0)\n    print('end')\n"
        "else:\n    print('goes on')\n",
    )
    who = {text: name for name, text in printed(frame)}
    assert set(who) == {"parent", "child", "inner", "goes on", "end"}
    assert who["parent"] == who["end"] == "MainThread"
    children = processes_of(frame)
    assert {who["child"], who["inner"], who["goes on"]} == {child.name for child in children}
    assert [child.spans.states[-1] for child in children] == [State.ENDED] * 3
    assert not frame.result.findings


@posix
def test_that_a_child_that_leaves_at_once_says_why(watched: Watched) -> None:
    frame = watched.run(
        "def leave():\n    os._exit(3)\n",
        "child = processes.Process(target=leave)\nchild.start()\nchild.join()\nprint(child.exitcode)\n",
    )
    (child,) = processes_of(frame)
    assert death(child.error) == "os._exit(3) was called at line 3"
    assert frame.run.trouble is None


def test_that_threads_of_a_process_have_lanes_of_their_own(watched: Watched) -> None:
    frame = watched.run(
        "def work():\n    thread = threading.Thread(target=print, args=('inner',), name='Inner')\n"
        "    thread.start()\n    thread.join()\n",
        "child = processes.Process(target=work)\nchild.start()\nchild.join()\n",
    )
    (child,) = processes_of(frame)
    inner = lane(frame, "Inner")
    assert inner.kind is LaneKind.THREAD
    assert inner.process == child.name
    assert inner.badge == "P1.1"
    assert printed(frame) == [("Inner", "inner")]


def test_that_a_process_of_a_process_is_a_lane(watched: Watched) -> None:
    frame = watched.run(
        "def inner():\n    print('inner')\n"
        "def outer():\n    child = multiprocessing.Process(target=inner, name='Inner')\n    child.start()\n"
        "    child.join()\n    print(child.exitcode)\n",
        "child = processes.Process(target=outer, name='Outer')\nchild.start()\nchild.join()\n",
    )
    assert printed(frame) == [("Inner", "inner"), ("Outer", "0")]
    assert [child.spans.states[-1] for child in processes_of(frame)] == [State.ENDED] * 2


@pytest.mark.parametrize("method", METHODS)
def test_that_sleeps_and_clocks_of_a_process_follow_the_speed(watched: Watched, method: str) -> None:
    session = watched.open(
        "def nap(start):\n    print('late by', round(time.monotonic() - start, 0) > 1000)\n    time.sleep(30)\n",
        "child = processes.Process(target=nap, args=(time.monotonic(),))\nchild.start()\nchild.join()\n",
        method,
    )
    session.set_speed(20)
    began = time.monotonic()
    session.run()
    frame = session.wait(TIMEOUT)
    took = time.monotonic() - began
    assert frame.run.ended is Ended.FINISHED
    (child,) = processes_of(frame)
    assert child.began is not None
    assert child.ended is not None
    assert 30 <= child.ended - child.began < 20 * took
    assert [text for _, text in printed(frame)] == ["late by False"]


@pytest.mark.parametrize("method", METHODS)
def test_that_a_change_of_speed_reaches_a_process_that_sleeps(watched: Watched, method: str) -> None:
    session = watched.open(
        "def nap():\n    time.sleep(40)\n",
        "child = processes.Process(target=nap)\nchild.start()\nchild.join()\n",
        method,
    )
    session.run()
    pump_until(session, lambda frame: any(State.SLEEPING in states(one) for one in processes_of(frame)))
    began = time.monotonic()
    session.set_speed(20)
    frame = session.wait(TIMEOUT)
    assert frame.run.ended is Ended.FINISHED
    assert time.monotonic() - began < 30


def test_that_program_time_stands_still_in_a_process_too(watched: Watched) -> None:
    session = watched.open(
        "def nap():\n    time.sleep(0.3)\n    print('awake')\n",
        "child = processes.Process(target=nap)\nchild.start()\nchild.join()\n",
    )
    session.run()
    pump_until(session, lambda frame: any(State.SLEEPING in states(one) for one in processes_of(frame)))
    session.pause()
    frame = pump_until(session, lambda frame: frame.run.phase is Phase.PAUSED)
    stood = frame.run.now
    time.sleep(0.5)
    session.resume()
    frame = session.wait(TIMEOUT)
    (child,) = processes_of(frame)
    assert child.began is not None
    assert child.ended is not None
    assert 0.3 <= child.ended - child.began < 0.3 + 0.4
    assert child.ended > stood


@pytest.mark.parametrize("method", METHODS)
def test_that_stop_ends_every_process(watched: Watched, method: str) -> None:
    session = watched.open(
        "def spin():\n    print('spins')\n    while True:\n        pass\n",
        "children = [processes.Process(target=spin) for _ in range(2)]\n"
        "for child in children:\n    child.start()\nfor child in children:\n    child.join()\n",
        method,
    )
    session.run()
    pump_until(session, lambda frame: len(frame.recording.output) == 2)
    family = psutil.Process().children(recursive=True)
    session.stop()
    frame = session.wait(TIMEOUT)
    assert frame.run.ended is Ended.STOPPED
    assert len(processes_of(frame)) == 2
    spare = psutil.Process().children()
    _, alive = psutil.wait_procs([one for one in family if one.is_running() and one not in spare], timeout=5)
    assert alive == []


def test_that_stop_ends_the_workers_of_a_library(watched: Watched) -> None:
    session = watched.open(
        "import joblib\ndef spin(n):\n    print('spins')\n    while True:\n        pass\n",
        "joblib.Parallel(2, backend='loky')(joblib.delayed(spin)(n) for n in range(2))\n",
    )
    session.run()
    pump_until(session, lambda frame: len(frame.recording.output) == 2)
    family = psutil.Process().children(recursive=True)
    assert len(family) >= 3
    session.stop()
    assert session.wait(TIMEOUT).run.ended is Ended.STOPPED
    spare = psutil.Process().children()
    _, alive = psutil.wait_procs([one for one in family if one.is_running() and one not in spare], timeout=5)
    assert alive == []


@posix
def test_that_waiting_for_a_forked_child_is_seen(watched: Watched) -> None:
    session = watched.open(
        "",
        "pid = os.fork()\nif pid == 0:\n    print('child')\n    time.sleep(60)\nsys.stdin.readline()\n"
        "os.kill(pid, signal.SIGKILL)\nprint(os.waitpid(pid, 0)[1])\npid = os.fork()\nif pid == 0:\n"
        "    print('other')\n    time.sleep(0.05)\n    os._exit(0)\nprint(os.waitpid(pid, 0)[1])\n",
    )
    session.run()
    pump_until(session, lambda frame: [text for _, text in printed(frame)] == ["child"])
    session.answer("\n")  # what a process has said in its last moment is lost when it is killed
    frame = session.wait(TIMEOUT)
    killed, ended = processes_of(frame)
    assert killed.error is None
    assert killed.spans.states[-1] == State.CUT
    assert ended.joined
    assert ended.spans.states[-1] == State.ENDED
    assert State.WAIT_JOIN in states(lane(frame, "MainThread"))
    assert [text for _, text in printed(frame)] == ["child", "", "9", "other", "0"]  # "": the line that was typed


def test_that_where_each_process_is_is_sampled(watched: Watched) -> None:
    session = watched.open(
        "def count():\n    while not over:\n        pass\nover = False\n",
        "child = processes.Process(target=count)\nchild.start()\nchild.join()\n",
    )
    session.run()
    pump_until(session, lambda frame: any(child.place & 0xFFFFF in (3, 4) for child in processes_of(frame)))


def test_that_modules_beside_the_program_are_watched_in_a_fresh_process(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "helper.py").write_text("import time\ndef nap():\n    time.sleep(0.02)\n    print('napped')\n")
    frame = watched.run(
        "import helper\n", "child = processes.Process(target=helper.nap)\nchild.start()\nchild.join()\n", "spawn"
    )
    (child,) = processes_of(frame)
    assert State.SLEEPING in states(child)
    assert printed(frame) == [("SpawnProcess-1", "napped")]


def test_that_knobs_hold_in_a_fresh_process(watched: Watched) -> None:
    session = watched.open(
        "SIZE = 3\ndef tell():\n    print(SIZE)\n",
        "child = processes.Process(target=tell)\nchild.start()\nchild.join()\n",
        "spawn",
    )
    assert session.set_knob("SIZE", 5) is None
    session.run()
    assert printed(session.wait(TIMEOUT)) == [("SpawnProcess-1", "5")]


OUTSIDE = """
import pickle, sys
found = pickle.loads(bytes.fromhex(sys.argv[1]))
import time
assert found == [time.sleep, print, input, open], found
ours = [name for name in sys.modules if name.startswith("engine")]
assert not ours or "engine.stage.child_program" in ours
print("real", sys.path == sorted(sys.path, key=sys.path.index))
"""


def test_that_what_was_pickled_is_the_real_thing_where_nobody_watches(watched: Watched) -> None:
    frame = watched.run(
        "import pickle\n",
        "given = [time.sleep, print, input, open]\npickled = pickle.dumps(given)\nprint(pickled.hex())\n"
        "print(all(one is other for one, other in zip(pickle.loads(pickled), given)))\n"
        "try:\n    pickle.dumps(time)\nexcept TypeError as error:\n    print(error)\n",
    )
    pickled, same, refused = (text for _, text in printed(frame))
    assert same == "True"
    assert "module" in refused
    told = subprocess.run([sys.executable, "-c", OUTSIDE, pickled], check=False, capture_output=True, text=True)
    assert (told.stdout, told.stderr) == ("real True\n", "")


def test_that_a_child_that_leaves_by_os_exit_with_status_0_has_not_died(watched: Watched) -> None:
    """A status of 0 says that all went well, however it was said."""
    frame = watched.run(
        "def child():\n    print('in the child', flush=True)\n    os._exit(0)\n",
        "one = processes.Process(target=child)\none.start()\none.join()\nassert one.exitcode == 0\n",
    )
    assert frame.result.findings == ()
