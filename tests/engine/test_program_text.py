"""What a program's text says without running it."""

from __future__ import annotations

import gc
import threading
import time
from typing import Any

import pytest

from engine.protocol.program_text import AssignedNames, Knob, compile_program, knobs, switches
from tests.engine.facade_kit import raised


def named(text: str, *made: tuple[int, str]) -> list[str]:
    """The names of objects made one after another, each given by its line and type."""
    names = AssignedNames(text)
    return [names.next_name(line, type_) for line, type_ in made]


@pytest.mark.parametrize(
    ("text", "made", "expected"),
    [
        ("lock = threading.Lock()", [(1, "Lock")], ["lock"]),
        ("lock: Lock = Lock()", [(1, "Lock")], ["lock"]),
        ("if (lock := Lock()): pass", [(1, "Lock")], ["lock"]),
        ("first, second = Lock(), RLock()", [(1, "Lock"), (1, "RLock")], ["first", "second"]),
        ("first, (second, third) = Lock(), (Lock(), Lock())", [(1, "Lock")] * 3, ["first", "second", "third"]),
        ("first, second = [Lock() for _ in range(2)]", [(1, "Lock")] * 2, ["first", "second"]),
        ("first, second = (Lock() for _ in range(2))", [(1, "Lock")] * 2, ["first", "second"]),
        ("locks = [Lock() for _ in range(3)]", [(1, "Lock")] * 3, ["locks[0]", "locks[1]", "locks[2]"]),
        ("locks = [\n  Lock(),\n  Lock(),\n]", [(2, "Lock"), (3, "Lock")], ["locks[0]", "locks[1]"]),
        ("locks = {'a': Lock(), 'b': Lock()}", [(1, "Lock")] * 2, ["locks[0]", "locks[1]"]),
        ("a = Lock(); b = RLock(); c = Lock()", [(1, "Lock"), (1, "RLock"), (1, "Lock")], ["a", "b", "c"]),
        ("class A:\n  def __init__(self):\n    self.lock = Lock()", [(3, "Lock")] * 2, ["self.lock", "self.lock #2"]),
        ("ready = Condition(Lock())", [(1, "Lock"), (1, "Condition")], ["ready (Lock)", "ready"]),
        ("belt = Queue(\n    maxsize=5,\n)", [(1, "Queue")], ["belt"]),
        ("belt = Queue(\n    maxsize=5,\n)", [(2, "Queue")], ["belt"]),
        ("belt = MyQueue()", [(1, "Queue")], ["belt"]),
        ("slots[name] = Lock()", [(1, "Lock")], ["slots[name]"]),
        ("locks.append(Lock())", [(1, "Lock")] * 2, ["locks[0]", "locks[1]"]),
        ("locks.setdefault(key, Lock())", [(1, "Lock")], ["locks[0]"]),
        ("with Lock(): pass", [(1, "Lock")], [""]),
        ("lock = Lock()", [(7, "Lock")], [""]),
    ],
)
def test_an_object_is_named_after_the_variable_it_is_assigned_to(
    text: str, made: list[tuple[int, str]], expected: list[str]
) -> None:
    assert named(text, *made) == expected


def test_switches_are_what_can_be_switched_off_once_each_in_the_order_of_lines() -> None:
    text = """
ready = threading.Event()
lock, other = Lock(), RLock()
belt = Queue()
locks = [Lock() for _ in range(3)]
def again():
    lock = Lock()
gate = Condition(Lock())
"""
    found = [(switch.name, switch.type, switch.line) for switch in switches(text)]
    assert found == [
        ("ready", "Event", 2),
        ("lock", "Lock", 3),
        ("other", "RLock", 3),
        ("locks", "Lock", 5),
        ("gate", "Condition", 8),
        ("gate (Lock)", "Lock", 8),
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("ROUNDS = 100  # 1..10000", {"default": 100, "low": 1.0, "high": 10000.0}),
        (
            "PACE = 20  # 1..50 ms pace of the writer",
            {"low": 1.0, "high": 50.0, "unit": "ms", "note": "pace of the writer"},
        ),
        ("SHARE = 5  # 0..100 %", {"low": 0.0, "high": 100.0, "unit": "%", "note": ""}),
        ("SHARE = 5  # 0..100 % of the work", {"unit": "%", "note": "of the work"}),
        ("COUNT = 3  # 1..9 steps", {"unit": "", "note": "steps"}),
        ("MANY = 1_000  # 1..1_000_000", {"default": 1000, "high": 1000000.0}),
        ("PAUSE = 0.5  # 0..2.5 s", {"default": 0.5, "low": 0.0, "high": 2.5, "unit": "s"}),
        ("COLD = -5  # -20..0", {"default": -5, "low": -20.0, "high": 0.0}),
        ("READER_FIRST = True", {"default": True, "choices": (True, False), "low": None}),
        ('BACKEND = "loky"  # loky | threading', {"choices": ("loky", "threading"), "note": ""}),
        (
            'WINDOW = "work"  # "work" | "sleep": what stands between',
            {"choices": ("work", "sleep"), "note": "what stands between"},
        ),
        ("JOBS = 2  # 1 | 2 | 4", {"default": 2, "choices": (1, 2, 4)}),
        ("JOBS: int = 2  # how many", {"default": 2, "low": None, "choices": (), "note": "how many"}),
        ('NAME = "Ada"', {"default": "Ada", "note": "", "line": 1}),
    ],
)
def test_a_knob_is_a_constant_in_capitals_and_its_comment_says_what_is_allowed(
    line: str, expected: dict[str, Any]
) -> None:
    (knob,) = knobs(line)
    assert isinstance(knob, Knob)
    assert {name: getattr(knob, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A = (1)  # in brackets", {"A": "in brackets"}),
        ("A = 1; B = 2  # of both", {"A": "of both", "B": "of both"}),
        ("A = '#1'  ## twice", {"A": "twice"}),
        ("A = 'äöü€😀'  # behind wide letters", {"A": "behind wide letters"}),
        ("A = (  # in the middle\n    1)  # at the end", {"A": "in the middle"}),
        ('A = """\n# none"""  # nor this', {"A": ""}),
        ("A = 1\\\n  # joined\nB = 2  # own", {"A": "", "B": "own"}),
        ("A = 1  # dos\r\nB = 2\r\n# alone\r\nC = 3  #\tc", {"A": "dos", "B": "", "C": "c"}),
        ("A = 1  # mac\rB = 2  # too", {"A": "mac", "B": "too"}),
        ("\x0cA = 1  # after a form feed\n\x0cB = 2 \x0c # before one", {"A": "after a form feed", "B": "before one"}),
        ("A = 1#tight", {"A": "tight"}),
        ("A = 1", {"A": ""}),
    ],
)
def test_that_a_knob_has_the_comment_of_its_line(text: str, said: dict[str, str]) -> None:
    assert {one.name: one.note for one in knobs(text)} == said


@pytest.mark.parametrize(
    "line",
    [
        "rounds = 100",  # nobody reads it
        "ROUNDS = 10 * rounds",
        "ROUNDS = 10 ** 10 ** 10",
        "ROUNDS = 1 / 0",
        "ROUNDS = f(3)",
        "A = B = 1",
        "A, B = 1, 2",
        "LIST = [1]",
        "TABLE = {[]: 1}",
        "NOTHING = None",
        "BYTES = b''",
        "COMPLEX = 1j",
        "ROUNDS: int",
        "def f():\n    ROUNDS = 1",
        "class A:\n    ROUNDS = 1",
        "self.ROUNDS = 1",
    ],
)
def test_what_is_no_constant_in_capitals_of_the_module_is_no_knob(line: str) -> None:
    assert knobs(line) == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("N = 2 * 60", {"N": 120}),
        ("N = 10 ** 6", {"N": 1_000_000}),
        ("N = 1 << 20", {"N": 1 << 20}),
        ("N = -(3 + 4)", {"N": -7}),
        ("N = 1 / 4", {"N": 0.25}),
        ("N: Final = 5", {"N": 5}),
        ("N: 'Final[int]' = 1_000", {"N": 1000}),
        ("n = 10\nprint(n)", {"n": 10}),
        ("num_threads: int = 4\nprint(num_threads)", {"num_threads": 4}),
        ("pause = 0.5\nverbose = True\ndef f(): print(pause, verbose)", {"pause": 0.5, "verbose": True}),
        ("if __name__ == '__main__':\n    n = 3\n    print(n)", {"n": 3}),
        ("if __name__ == '__main__':\n    N = 3", {"N": 3}),
        ("n = 10\ndef f(n): return n\nprint(n)", {"n": 10}),
        ("n = 10\ndef f():\n    n = 3\nprint(n)", {"n": 10}),
    ],
)
def test_a_constant_may_be_reckoned_and_in_small_letters(text: str, expected: dict[str, object]) -> None:
    assert {knob.name: knob.default for knob in knobs(text)} == expected


@pytest.mark.parametrize(
    "text",
    [
        "counter = 0\ndef f():\n    global counter\n    counter += 1\nprint(counter)",
        "counter = 0\ndef f():\n    global counter\nprint(counter)",
        "counter = 0\ncounter += 1\nprint(counter)",
        "counter = 0\ncounter = 1\nprint(counter)",
        "n = 3\nfor n in range(5): print(n)",
        "n = 3\nimport n\nprint(n)",
        "n = 3\nif (n := 4): print(n)",
        "n = 3\nwith open('x') as n: print(n)",
        "n = 3\ndef n(): pass\nprint(n)",
        "n = 3\ntry: pass\nexcept E as n: print(n)",
        "n = 3\ndel n\nprint(n)",
        "n, m = 3, 4\nprint(n, m)",
        "n = 3\nglobals()['n'] = 4\nprint(n)",
        "title = 'x'\nprint(title)",
        "_n = 3\nprint(_n)",
        "if True:\n    n = 3\nprint(n)",
        "class A:\n    n = 3\nprint(n)",
    ],
)
def test_what_is_written_again_is_no_knob(text: str) -> None:
    assert knobs(text) == ()


def test_a_constant_in_small_letters_or_reckoned_can_be_set() -> None:
    text = "n = 10\nseconds = 2 * 60\nif __name__ == '__main__':\n    late = 1\nfound = (n, seconds)\nprint(found)\n"
    assert run(text, n=3, seconds=5)["found"] == (3, 5)


def test_what_a_function_returns_is_called_by_whoever_called_it() -> None:
    assert AssignedNames("def make():\n    return Lock()\nlock = make()").returned == {2}


@pytest.mark.parametrize(
    "text",
    ["lock = asyncio.Lock()", "from asyncio import Lock\nlock = Lock()", "class Event: pass\ndone = Event()"],
)
def test_what_only_is_called_like_a_switch_is_none(text: str) -> None:
    assert switches(text) == ()


@pytest.mark.parametrize(
    "text",
    ["import asyncio as aio\na, b = aio.Event(), aio.Event()", "from asyncio import Event\na, b = Event(), Event()"],
)
def test_that_what_asyncio_makes_has_the_names_of_its_variables_and_no_switch(text: str) -> None:
    names = AssignedNames(text)
    assert [names.next_name(2, "Event") for _ in range(2)] == ["a", "b"]
    assert switches(text) == ()


def test_the_first_of_two_assignments_is_the_knob() -> None:
    assert [(knob.default, knob.line) for knob in knobs("ROUNDS = 1\nROUNDS = 2\n")] == [(1, 1)]


UNREADABLE = [
    "ROUNDS = (",
    "lock = Lock(\n",
    "x = '",
    "  y = 1\nz",
    "a\0b",
    "x = " + "-" * 100_000 + "1",
    "x = " + "(" * 500,
]


@pytest.mark.parametrize("text", UNREADABLE, ids=range(len(UNREADABLE)))
def test_text_that_is_no_python_has_no_knobs_switches_or_names(text: str) -> None:
    assert knobs(text) == ()
    assert switches(text) == ()
    assert named(text, (1, "Lock")) == [""]


def run(text: str, **values: Any) -> dict[str, Any]:
    space: dict[str, Any] = {}
    exec(compile_program(text, "/program.py", values), space)
    return space


@pytest.mark.parametrize("value", [7, -7, 0.25, "text with 'quotes'", True, "é\n"])
def test_a_program_is_compiled_with_other_values_for_its_knobs(value: object) -> None:
    space = run("ROUNDS = 100  # 1..10000\nOTHER: int = 2\nresult = ROUNDS\n", ROUNDS=value)
    assert (space["result"], space["OTHER"]) == (value, 2)
    assert type(space["result"]) is type(value)


def test_other_values_change_no_line_and_nothing_else() -> None:
    text = (
        '"""About."""\nROUNDS = (\n    1\n)\ndef f():\n    ROUNDS = 5\n    return ROUNDS\nshown = f()\nraise KeyError\n'
    )
    space: dict[str, Any] = {}
    with pytest.raises(KeyError) as caught:
        exec(compile_program(text, "/program.py", {"ROUNDS": 70, "nothing": 3}), space)
    assert (space["ROUNDS"], space["shown"], space["__doc__"]) == (70, 5, "About.")
    assert caught.traceback[-1].lineno + 1 == 9
    assert str(caught.traceback[-1].path) == "/program.py"
    assert "nothing" not in space


def test_a_value_that_cannot_be_written_down_and_text_that_is_no_python_are_refused() -> None:
    assert raised(compile_program, "PAUSE = 1.0", "/program.py", {"PAUSE": float("inf")})[0] is ValueError
    assert raised(compile_program, "x = (", "/program.py", {})[0] is SyntaxError


LONG = "X = 3\nvalues = [[n, (n, n + 1)] for n in range(X)]\n" * 5
THREADS, TIMES = 8, 25  # 200 readings


def test_that_threads_read_programs_at_once() -> None:
    """The collector, whose callbacks are Python's code, lets other threads read while one is in the middle of it."""
    readers: set[int] = set()
    paused: set[int] = set()
    done: list[int] = []
    wrong: list[SystemError] = []

    def let_others_read(phase: str, info: dict[str, int]) -> None:
        ident = threading.get_ident()
        if ident in paused or ident not in readers:
            return
        paused.add(ident)  # once in each reading
        before, until = len(done), time.monotonic() + 0.002
        while len(done) == before and time.monotonic() < until:
            time.sleep(0.0001)

    def read(deeper: int) -> None:
        if deeper:  # each thread at another depth of calls
            read(deeper - 1)
            return
        readers.add(threading.get_ident())
        for _ in range(TIMES):
            try:
                assert [knob.name for knob in knobs(LONG)] == ["X"]
                compile_program(LONG, "/program.py", {"X": 5})
            except SystemError as error:
                wrong.append(error)
            done.append(deeper)
            paused.discard(threading.get_ident())

    threads = [threading.Thread(target=read, args=(depth,)) for depth in range(THREADS)]
    before = gc.get_threshold()
    gc.callbacks.append(let_others_read)
    gc.set_threshold(100)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(let_others_read)
    assert (len(done), wrong) == (THREADS * TIMES, [])
