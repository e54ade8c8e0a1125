"""Threads that do not end, as their loop looks at another name than the one that is changed, are told; others not."""

import pytest

from engine.analysis.run_model import RunModel
from engine.findings.ends.unseen_flags import UnseenFlags
from engine.frame.finding import FlagUnseen
from engine.protocol.records import Kind
from engine.static_analysis.flags import flags
from engine.words.findings import cure, sentence
from tests.engine.building import named, record, records, running

LOCAL = """
running = True

def loop():
    while running:
        time.sleep(0.1)

def stop():
    running = False
"""
ARGUMENT = """
done = False

def loop(done):
    while not done:
        time.sleep(0.1)

done = True
"""
RIGHT = {
    "it says global": LOCAL.replace("def stop():\n", "def stop():\n    global running\n"),
    "the module changes it": LOCAL + "\nstop()\nrunning = False\n",
    "the loop is left": LOCAL.replace("time.sleep(0.1)", "if work():\n            break"),
    "the loop's function changes it": LOCAL.replace("time.sleep(0.1)", "running = work()"),
    "another way to the name": LOCAL + "\nimport program\nprogram.running = False\n",
    "the other name is used": LOCAL.replace("running = False", "running = False\n    print(running)"),
    "an argument that is a list": ARGUMENT.replace("time.sleep(0.1)", "done.append(1)"),
    "an argument that nobody calls alike": ARGUMENT.replace("done = True", "ready = True").replace("done = False", ""),
    "an event": LOCAL.replace("while running", "while not running.is_set()"),
}


@pytest.mark.parametrize(
    ("text", "function", "line"), [(LOCAL, "stop", 9), (ARGUMENT, "", 5)], ids=["a name of its own", "an argument"]
)
def test_that_a_loop_whose_flag_is_another_name_is_known(text: str, function: str, line: int) -> None:
    (flag,) = flags(text)
    assert (flag.first, flag.last, flag.function, flag.line) == (5, 6, function, line)


@pytest.mark.parametrize("name", RIGHT)
def test_that_a_flag_that_somebody_may_change_or_a_loop_that_is_left_is_no_such_mistake(name: str) -> None:
    assert flags(RIGHT[name]) == ()


def told(text: str, *, line: int = 6, joins: Kind = Kind.JOIN_WANT, lives: int = 1500) -> list[FlagUnseen]:
    """The main thread waits for one that has been at this line, for so many milliseconds."""
    made = RunModel()
    made.texts = {"": text}
    made.note(named({1: "MainThread", 2: "looper"}))
    rows = [*running(0, 1, 2), record(1, 1, joins, 2), record(1, 2, Kind.LINE, line=line)]
    made.feed(records(*rows, record(lives, 2, Kind.LINE, line=line)))
    return [one for one in UnseenFlags().find(made) if isinstance(one, FlagUnseen)]


@pytest.mark.parametrize("text", [LOCAL, ARGUMENT], ids=["a name of its own", "an argument"])
def test_that_a_thread_that_does_not_end_for_it_is_told(text: str) -> None:
    (one,) = told(text)
    assert (one.who, one.threads) == ("looper", (2,))
    assert "looper does not end: the loop in line 5" in sentence(one)
    assert "threading.Event" in cure(one)


def test_that_a_thread_elsewhere_and_a_brief_one_and_one_for_which_nobody_waits_are_not_told() -> None:
    assert told(LOCAL, line=9) == []
    assert told(LOCAL, lives=900) == []
    assert told(LOCAL, joins=Kind.SLEEP) == []
