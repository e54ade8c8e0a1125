"""Locks, events, conditions and queues of multiprocessing: the same things in every process, with switches."""

from __future__ import annotations

import time

import pytest

from engine.frame import Ended, FindingKind, State
from tests.engine.process_kit import METHODS, TIMEOUT, Watched, printed, processes_of, pump_until, states

RACE = (
    "def add(lock, value, meet):\n    meet.wait()\n    for _ in range(100):\n"
    "        with lock:\n            found = value.value\n            time.sleep(0.0005)\n"
    "            value.value = found + 1\n"
)
RACERS = (
    "lock, value = processes.Lock(), processes.Value('i', 0, lock=False)\nmeet = processes.Barrier(3)\n"
    "racers = [processes.Process(target=add, args=(lock, value, meet)) for _ in range(3)]\n"
    "for racer in racers:\n    racer.start()\nfor racer in racers:\n    racer.join()\nprint(value.value)\n"
)


@pytest.mark.parametrize("method", METHODS)
def test_that_a_lock_holds_among_processes_and_never_shows_two_holders(watched: Watched, method: str) -> None:
    session = watched.open(RACE, RACERS, method)
    frame = watched.finish(session)
    assert printed(frame) == [("MainThread", "300")]
    (holders,) = frame.recording.holders
    assert holders.name == "lock"
    waited = int(holders.threads[0] == 0)  # one may say that it wants the lock before the first says that it has it
    assert len(holders.starts) == 600 + waited
    assert {int(number) for number in holders.threads} == {0, *(lane.id for lane in processes_of(frame))}
    assert FindingKind.TWO_HOLDERS not in [finding.kind for finding in frame.result.findings]
    assert any(State.WAIT_LOCK in states(lane) for lane in processes_of(frame))


def test_that_a_lock_that_is_off_lets_processes_lose_updates(watched: Watched) -> None:
    session = watched.open(RACE, RACERS)
    session.switch("lock", False)
    frame = watched.finish(session)
    assert int(frame.recording.output[-1].text) < 300
    assert all(State.WAIT_LOCK not in states(lane) for lane in processes_of(frame))


def test_that_a_switch_is_turned_in_every_process_while_it_runs(watched: Watched) -> None:
    session = watched.open(
        "def work(gate):\n    gate.acquire()\n    print('let in')\n",
        "gate = processes.Lock()\ngate.acquire()\n"
        "waiting = [processes.Process(target=work, args=(gate,)) for _ in range(2)]\n"
        "for one in waiting:\n    one.start()\nfor one in waiting:\n    one.join()\n",
    )
    session.run()
    pump_until(session, lambda frame: [State.WAIT_LOCK in states(one) for one in processes_of(frame)] == [True, True])
    session.switch("gate", False)
    frame = session.wait(TIMEOUT)
    assert frame.run.ended is Ended.FINISHED
    assert len(frame.recording.output) == 2
    assert [flip.on for flip in frame.recording.flips] == [False]


@pytest.mark.parametrize("method", METHODS)
def test_that_an_event_lets_processes_go(watched: Watched, method: str) -> None:
    frame = watched.run(
        "def work(go, waited):\n    go.wait(0.01)\n    waited.set()\n    print(go.wait(), go.wait(0.01))\n",
        "go, waited = processes.Event(), processes.Event()\n"
        "child = processes.Process(target=work, args=(go, waited))\nchild.start()\n"
        "waited.wait()\ngo.set()\nchild.join()\n",
        method,
    )
    (child,) = processes_of(frame)
    assert printed(frame) == [(child.name, "True True")]
    (thing,) = [thing for thing in frame.recording.things.values() if (thing.type, thing.name) == ("Event", "go")]
    if method == "fork":
        waits = child.spans.objects[child.spans.states == State.WAIT_EVENT].tolist()
        assert set(waits) == {thing.id}


def test_that_an_event_that_is_off_holds_up_nobody(watched: Watched) -> None:
    session = watched.open(
        "def work(go):\n    print(go.wait())\n",
        "go = processes.Event()\nchild = processes.Process(target=work, args=(go,))\nchild.start()\nchild.join()\n",
    )
    session.switch("go", False)
    assert [line.text for line in watched.finish(session).recording.output] == ["True"]


def test_that_semaphores_conditions_and_barriers_are_waited_for_by_processes(watched: Watched) -> None:
    frame = watched.run(
        "def work(few, turn, meet):\n    few.acquire(timeout=0.05)\n    meet.wait()\n"
        "    with turn:\n        turn.wait()\n    print('done')\n",
        "few, turn, meet = processes.Semaphore(1), processes.Condition(), processes.Barrier(3)\nfew.acquire()\n"
        "both = [processes.Process(target=work, args=(few, turn, meet)) for _ in range(2)]\n"
        "for one in both:\n    one.start()\nmeet.wait()\n"
        "while any(one.is_alive() for one in both):\n    with turn:\n        turn.notify_all()\n    time.sleep(0.01)\n"
        "for one in both:\n    one.join()\n",
    )
    seen = set.union(*(states(child) for child in processes_of(frame)))
    assert {State.WAIT_SEMAPHORE, State.WAIT_BARRIER, State.WAIT_CONDITION} <= seen
    assert [text for _, text in printed(frame)] == ["done", "done"]


@pytest.mark.parametrize("method", METHODS)
def test_that_the_depth_of_a_queue_between_processes_is_seen(watched: Watched, method: str) -> None:
    frame = watched.run(
        "def eat(items):\n    for item in iter(items.get, None):\n        time.sleep(0.01)\n",
        "items = processes.Queue(2)\neater = processes.Process(target=eat, args=(items,))\neater.start()\n"
        "for number in [1, 2, 3, 4, 5, None]:\n    items.put(number)\neater.join()\n",
        method,
    )
    (depth,) = frame.recording.depths
    assert depth.name == "items"
    assert max(depth.values) == 2
    assert depth.values[-1] == 0
    assert len(depth.values) == 12
    main = next(lane for lane in frame.recording.lanes if lane.name == "MainThread")
    assert State.WAIT_QUEUE in states(main)


def test_that_time_outs_run_on_program_time(watched: Watched) -> None:
    session = watched.open(
        "import queue\ndef late(make):\n    began = time.monotonic()\n    wait = make()\n"
        "    try:\n        wait()\n    except (queue.Empty, threading.BrokenBarrierError):\n        pass\n"
        "    return 10 <= time.monotonic() - began < 60\n"
        "def work():\n    pass\n",
        "lock, child = processes.Lock(), processes.Process(target=time.sleep, args=(6000,))\nlock.acquire()\n"
        "child.start()\nevent, gate, items, meet = (processes.Event(), processes.Semaphore(0), processes.Queue(),\n"
        "                              processes.Barrier(2))\n"
        "print([late(lambda: lambda: one) for one in ()], *[late(make) for make in (\n"
        "    lambda: lambda: lock.acquire(timeout=10), lambda: lambda: event.wait(10),\n"
        "    lambda: lambda: gate.acquire(timeout=10), lambda: lambda: items.get(timeout=10),\n"
        "    lambda: lambda: meet.wait(10), lambda: lambda: child.join(10))])\nchild.terminate()\nchild.join()\n",
    )
    session.set_speed(20)
    began = time.monotonic()
    frame = watched.finish(session)
    assert frame.recording.output[-1].text == "[] True True True True True True"
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("method", METHODS)
def test_that_a_lock_that_was_handed_over_is_one_thing(watched: Watched, method: str) -> None:
    frame = watched.run(
        "def work(lock):\n    with lock:\n        print('in')\n",
        "lock = processes.RLock()\nwith lock:\n    pass\nchild = processes.Process(target=work, args=(lock,))\n"
        "child.start()\nchild.join()\n",
        method,
    )
    locks = [thing for thing in frame.recording.things.values() if thing.type == "RLock"]
    assert [thing.name for thing in locks] == ["lock"]
    assert len(frame.recording.holders) == 1
