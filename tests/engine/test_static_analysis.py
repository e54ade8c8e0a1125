"""Where a program could break, from its text: what is marked, what is not, and that no text is too strange."""

import ast
import importlib.util
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest

from engine.static_analysis.analysis import LONGEST, suspicions
from engine.static_analysis.exchange import understood, written
from engine.static_analysis.suspicion import Certainty, SuspicionKind
from tests.pythons import pythons

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).parent
SCENARIOS = ROOT / "resources" / "scenarios"
IMPORTS = (
    "import asyncio, collections, functools, itertools, os, queue, random, threading, time, multiprocessing; "
    "from concurrent.futures import ThreadPoolExecutor, ProcessPoolExecutor; from threading import Lock, Thread"
)
STARTS = {  # how the function `work` of a program is begun
    "": "",
    "ONE": "t = threading.Thread(target=work)\nt.start()\nt.join()",
    "TWO": "a = threading.Thread(target=work); b = threading.Thread(target=work)\n"
    "a.start(); b.start(); a.join(); b.join()",
    "MANY": "threads = [threading.Thread(target=work) for _ in range(4)]\nfor t in threads:\n    t.start()\n"
    "for t in threads:\n    t.join()",
    "NUMBERED": "threads = []\nfor n in range(4):\n    threads.append(threading.Thread(target=work, args=(n,)))\n"
    "for t in threads:\n    t.start()\nfor t in threads:\n    t.join()",
    "POOL": "with ThreadPoolExecutor(4) as pool:\n    for n in range(10):\n        pool.submit(work)",
    "TASKS": "async def main():\n    await asyncio.gather(*(work() for _ in range(3)))\nasyncio.run(main())",
}
Marks = set[tuple[str, str, int]]


def programs(file: str) -> list[tuple[str, str, Marks]]:
    """Name, whole text, and what is to be marked: `#! kind certainty` at the end of a line."""
    found = []
    for section in (HERE / file).read_text("utf-8").split("### ")[1:]:
        head, _, body = section.partition("\n")
        name, _, start = head.partition(" | ")
        text = f"{IMPORTS}\n{body.rstrip()}\n{STARTS[start]}\n"
        wanted: Marks = set()
        for number, line in enumerate(text.split("\n"), 1):
            for mark in line.partition("#! ")[2].split(", ") if "#! " in line else ():
                kind, certainty = mark.split()
                wanted.add((kind, certainty, number))
        found.append((name, text, wanted))
    return found


def marked(text: str, off: tuple[str, ...] = ()) -> Marks:
    return {(one.kind.value, one.certainty.name, one.line) for one in suspicions(text, off)}


def named(cases: list[tuple[str, str, Marks]]) -> list[object]:
    return [pytest.param(text, wanted, id=name) for name, text, wanted in cases]


@pytest.mark.parametrize(("text", "wanted"), named(programs("suspicious_programs.txt")))
def test_that_what_can_break_is_marked_at_its_line(text: str, wanted: Marks) -> None:
    compile(text, "program", "exec")
    assert wanted
    assert marked(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), named(programs("harmless_programs.txt")))
def test_that_what_only_looks_like_it_is_not_marked(text: str, wanted: Marks) -> None:
    compile(text, "program", "exec")
    assert not wanted
    assert marked(text) == set()


def test_that_every_kind_has_a_program_that_shows_it() -> None:
    shown = {kind for _, _, wanted in programs("suspicious_programs.txt") for kind, _, _ in wanted}
    assert shown == {kind.value for kind in SuspicionKind}


RMW, CHECK = "read-modify-write", "check-then-act"
STORIES: list[tuple[str, tuple[str, str], tuple[str, ...], Marks]] = [  # scenario, knob, switched off, what is marked
    ("bank", ("", ""), ("lock",), {(RMW, "LIKELY", 24), (CHECK, "SURELY", 31)}),
    ("bank", ('"all of it"', '"each step"'), (), {(CHECK, "SURELY", 39)}),  # looked and acted, each under the lock
    ("bank", ('"all of it"', '"each step"'), ("lock",), {(RMW, "LIKELY", 24), (CHECK, "SURELY", 39)}),
    ("counter", ("", ""), ("lock",), {(RMW, "SURELY", 49)}),
    ("counter", ('WINDOW = "sleep"', 'WINDOW = "nothing"'), ("lock",), {(RMW, "LIKELY", 19)}),
    ("counter", ('WINDOW = "sleep"', 'WINDOW = "call"'), ("lock",), {(RMW, "SURELY", 26)}),
    ("counter", ('WINDOW = "sleep"', 'WINDOW = "work"'), ("lock",), {(RMW, "SURELY", 40)}),
    ("deadlock", ('"same"', '"opposite"'), (), {("lock-order", "POSSIBLE", 29)}),  # who gets which is handed over
    ("deadlock", ('"same"', '"opposite"'), ("knife", "board"), set()),
    ("same_file", ("", ""), ("lock",), {(RMW, "SURELY", 29)}),
    ("same_file", ('WAY = "both"', 'WAY = "append"'), ("lock",), set()),
]
NAMES = sorted(path.parent.name for path in SCENARIOS.glob("*/program.py"))


@pytest.mark.parametrize("name", NAMES)
def test_that_a_scenario_as_it_is_has_no_mark(name: str) -> None:
    """Their locks are there, and their knobs show what is right; what else goes wrong in them is no race."""
    assert marked((SCENARIOS / name / "program.py").read_text("utf-8")) == set()


@pytest.mark.parametrize(("name", "knob", "off", "wanted"), STORIES)
def test_that_a_scenario_is_marked_where_its_story_is(
    name: str, knob: tuple[str, str], off: tuple[str, ...], wanted: Marks
) -> None:
    text = (SCENARIOS / name / "program.py").read_text("utf-8")
    assert knob[0] in text
    assert marked(text.replace(*knob, 1), off) == wanted


def test_that_all_scenarios_were_looked_at() -> None:
    assert len(NAMES) == 23
    assert {name for name, *_ in STORIES} <= set(NAMES)


FOREIGN = sorted((ROOT / "tests" / "programs" / "foreign").glob("*.py"))
OF_FOREIGN: dict[str, Marks] = {
    "back_off.py": {("lock-order", "POSSIBLE", 12)},  # it gives up and tries again, which the text does not tell
    "processes.py": {("wait-without-loop", "POSSIBLE", 141)},  # it is to raise
}


@pytest.mark.parametrize("path", FOREIGN, ids=lambda path: path.name)
def test_that_programs_that_are_right_have_nothing_surer_than_possible(path: Path) -> None:
    assert marked(path.read_text("utf-8")) == OF_FOREIGN.get(path.name, set())


LIBRARY = (
    "queue", "threading", "concurrent.futures.thread", "concurrent.futures.process", "concurrent.futures._base",
    "socketserver", "logging", "logging.handlers", "sched", "multiprocessing.pool", "multiprocessing.queues",
    "multiprocessing.managers", "asyncio.base_events", "asyncio.locks", "asyncio.queues", "asyncio.tasks",
    "_threading_local", "subprocess", "tempfile", "functools", "xmlrpc.server",
)  # fmt: skip


@pytest.mark.parametrize("name", LIBRARY)
def test_that_the_standard_library_gives_no_cause_for_more_than_a_possible_suspicion(name: str) -> None:
    spec = importlib.util.find_spec(name)
    assert spec is not None
    assert spec.origin is not None
    found = suspicions(Path(spec.origin).read_text("utf-8"))
    assert [one for one in found if one.certainty > Certainty.POSSIBLE] == []


def test_that_a_suspicion_knows_who_runs_it_and_where_it_meets_itself() -> None:
    text = "import threading\nn = 0\nlock = threading.Lock()\ndef up():\n  global n\n  with lock:\n    n += 1\n"
    text += (
        "def dówn():\n  global n\n  'ä'; n -= 1\na = threading.Thread(target=up)\nb = threading.Thread(target=dówn)\n"
    )
    text += "a.start()\nb.start()\n"
    (found,) = suspicions(text)
    assert found.kind is SuspicionKind.NO_COMMON_LOCK
    assert (found.name, found.locks) == ("n", ("lock",))
    assert {one.function for one in found.runners} == {"up", "dówn"}
    assert (found.lines, found.own_lines) == ((7, 10), (10,))
    place = found.places[0]
    assert text.split("\n")[place.line - 1][place.start : place.end] == "n", "columns are letters, not bytes"


def test_that_a_lock_that_is_off_guards_nothing() -> None:
    text = "import threading\nn = 0\nlock = threading.Lock()\ndef work():\n  global n\n  with lock:\n    n += 1\n"
    text += "for _ in range(2): threading.Thread(target=work).start()\n"
    assert marked(text) == set()
    assert marked(text, ("lock",)) == {("read-modify-write", "LIKELY", 7)}
    assert marked(text, ("other", "ck")) == set(), "whole names"


@pytest.mark.parametrize(
    "text",
    [
        "", "def", "thread = (", "\x00", "threading\x00", "# thread\n\ud800", "import threading\n" + "(" * 5000,
        "import threading\nx = " + "+".join(["1"] * 20_000), "import threading\nx" + ".y" * 20_000,
        "import threading\n" + "if 1:\n" + "".join(" " * n + "if 1:\n" for n in range(1, 99)) + " " * 99 + "pass",
        "import threading\nx = x\ny = z\nz = y\nthreading.Thread(target=x or y or z)()",
        "import threading\ndef f(a=f, *b, c=f, **d): return f(f(f))\nthreading.Thread(target=f(f), args=f)",
        "import threading\nclass A(A): pass\nclass B(C): pass\nclass C(B):\n  def run(self): self.x += 1\nC().start()",
        "import threading\nt = [t]\nt.append(t)\nfor t in t: t[0].start()\n*a, b = t\n(a, b), c = t",
        "import threading\nlambda: (yield)\n[(yield) for x in x]",
        "import threading\nglobal x\nnonlocal y\nreturn x\nawait z",
        "import threading\n@f\n@f()\nclass f(f, m=f):\n  @f\n  def f(f): f.f = f.f + f\nthreading.Thread(target=f.f)",
    ],
)  # fmt: skip
def test_that_no_text_is_too_strange(text: str) -> None:
    assert isinstance(suspicions(text), tuple)


def test_that_a_text_that_is_too_long_is_not_looked_at() -> None:
    assert suspicions("import threading\n" + "#" * LONGEST) == ()


def test_that_no_program_with_parts_left_out_is_too_strange() -> None:
    """A text that is being typed is mostly one that is not whole."""
    dice = random.Random(7)
    for name in NAMES:
        lines = (SCENARIOS / name / "program.py").read_text("utf-8").split("\n")
        for _ in range(6):
            kept = [line for line in lines if dice.random() < 0.9]
            assert isinstance(suspicions("\n".join(kept)), tuple)


def test_that_it_can_be_read_by_python_3_9_and_needs_the_standard_library_alone() -> None:
    for path in sorted((ROOT / "engine" / "static_analysis").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"), feature_version=(3, 9))
        for node in ast.walk(tree):
            name = node.module if isinstance(node, ast.ImportFrom) else ""
            ours = (name or "").startswith(("engine.static_analysis", "engine.protocol"))
            assert ours or (name or "sys").split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("python", pythons())
def test_that_another_process_of_any_python_says_the_same(python: str) -> None:
    text = (SCENARIOS / "counter" / "program.py").read_text("utf-8")
    told = subprocess.run(
        [python, "-m", "engine.static_analysis"],
        input=json.dumps({"text": text, "off": ["lock"]}),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    assert understood(told.stdout) == suspicions(text, ("lock",)) != ()


def test_that_what_is_written_is_understood_and_nothing_else() -> None:
    found = suspicions((SCENARIOS / "bank" / "program.py").read_text("utf-8"), ("lock",))
    assert understood(written(found)) == found
    assert understood("") == understood("[[1]]") == understood('{"a": 1}') == understood("[[]") == ()
